package ftp

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/connectplus/preflight/internal/sftptest"
)

// secretOf is a callback that gives a secret at once.
func secretOf(s string) func() (Secret, error) {
	return func() (Secret, error) { return Secret(s), nil }
}

// optionsFor logs in to a server with its password.
func optionsFor(s *sftptest.Server) Options {
	return Options{
		Host: s.Host, Port: s.Port, User: s.User, Password: secretOf(s.Password),
		KnownHosts: []string{s.KnownHosts}, Processed: "done", ConnectTimeout: 10 * time.Second,
	}
}

// dialed is what a connection showed, with the trace.
type dialed struct {
	*link
	trace []string
}

// tryDial dials once, closes what it opened, and looks for secrets in all texts.
func tryDial(t *testing.T, o *Options, secrets ...string) dialed {
	t.Helper()
	return tryDialContext(t.Context(), t, o, secrets...)
}

func tryDialContext(ctx context.Context, t *testing.T, o *Options, secrets ...string) dialed {
	t.Helper()
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	d := dialed{}
	d.link = dialSFTP(ctx, o, &tracer{line: func(line string) {
		mu.Lock()
		defer mu.Unlock()
		d.trace = append(d.trace, line)
	}})
	if d.remote != nil {
		d.remote.Close()
	}
	texts := append([]string{d.server, d.hostKey}, d.warnings...)
	mu.Lock()
	texts = append(texts, d.trace...)
	mu.Unlock()
	for _, s := range d.stages {
		texts = append(texts, s.Detail, s.Hint, s.Server, s.Means)
	}
	for _, secret := range secrets {
		for _, text := range texts {
			if strings.Contains(text, secret) {
				t.Errorf("secret %q is in %q", secret, text)
			}
		}
	}
	return d
}

var stageIDs = []string{"connect", "host-key", "login", "start-sftp"}

// wantEnd checks that the stages before id passed, that id ended as told and that
// there are no others.
func (d dialed) wantEnd(t *testing.T, id string, want Outcome) {
	t.Helper()
	got, ok := d.stages[id]
	if !ok || got.Outcome != want {
		t.Errorf("stage %s (there: %t) is\n%+v\nwant\n%+v\nstages: %+v", id, ok, got.Outcome, want, d.stages)
	}
	last := slices.Index(stageIDs, id)
	for i, other := range stageIDs {
		s, ok := d.stages[other]
		if i < last && s.Status != Passed || i > last && ok {
			t.Errorf("stage %s is %+v beside %s", other, s, id)
		}
	}
	if (d.remote != nil) != (id == "start-sftp" && want.Status == Passed) {
		t.Errorf("remote is %v after %s", d.remote, id)
	}
}

var started = Outcome{Status: Passed, Detail: "SFTP has started"}

func TestDialSFTP(t *testing.T) {
	s := sftptest.SSH(t, sftptest.Config{})
	o := optionsFor(s)
	d := tryDial(t, &o, s.Password)
	d.wantEnd(t, "start-sftp", started)
	for id, want := range map[string]string{
		"connect":  "OpenSSH_9.2p1 Debian at " + s.Addr,
		"host-key": "ed25519 " + s.Fingerprints[0] + " is in known_hosts",
		"login":    `logged in as "brand" with the password`,
	} {
		if got := d.stages[id].Detail; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if d.server != "OpenSSH_9.2p1 Debian" || d.hostKey != "ed25519 "+s.Fingerprints[0] || d.trust != "known" || len(d.warnings) > 0 {
		t.Errorf("link is %+v", d.link)
	}
	want := []string{
		"< connected to " + s.Addr + ": OpenSSH_9.2p1 Debian",
		"< host key ed25519 " + s.Fingerprints[0],
		"< login tries password; the server takes password",
		`< logged in as "brand" with the password`,
		"< SFTP has started",
	}
	var notes []string
	for _, line := range d.trace {
		if slices.Contains(want, line) {
			notes = append(notes, line)
		}
	}
	if !slices.Equal(notes, want) {
		t.Errorf("trace is\n%s\nwant\n%s", strings.Join(d.trace, "\n"), strings.Join(want, "\n"))
	}
}

// TestDialOutlivesContext keeps a link whose context ended after dialling, and
// one whose deadline has passed.
func TestDialOutlivesContext(t *testing.T) {
	s := sftptest.SSH(t, sftptest.Config{})
	o := optionsFor(s)
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l := dialSFTP(ctx, &o, &tracer{})
	cancel()
	if l.remote == nil {
		t.Fatalf("there is no connection: %+v", l.stages)
	}
	defer l.remote.Close()
	if _, err := l.remote.Stat(t.Context(), s.Dirs.In); err != nil {
		t.Errorf("the connection ended with the context of dialling: %v", err)
	}
}

func TestDialCancelled(t *testing.T) {
	accepted := make(chan bool, 1)
	place := sftptest.Listen(t, func(c net.Conn) {
		accepted <- true
		_, _ = io.Copy(io.Discard, c)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-accepted
		cancel()
	}()
	o := Options{Host: place.Host, Port: place.Port, User: "brand", Processed: "done", ConnectTimeout: 30 * time.Second}
	d := tryDialContext(ctx, t, &o)
	d.wantEnd(t, "connect", Outcome{Status: Failed, Detail: "was stopped before the server had answered"})
}

// TestDialWaitsForPerson asks for a password that is typed after the deadline.
func TestDialWaitsForPerson(t *testing.T) {
	s := sftptest.SSH(t, sftptest.Config{})
	o := optionsFor(s)
	o.ConnectTimeout = time.Second
	asked := 0
	o.Password = func() (Secret, error) {
		asked++
		<-time.After(o.ConnectTimeout + 200*time.Millisecond)
		return Secret(s.Password), nil
	}
	d := tryDial(t, &o, s.Password)
	d.wantEnd(t, "start-sftp", started)
	if e := d.stages["login"].elapsed; e > o.ConnectTimeout {
		t.Errorf("login took %s, so the wait for the person counts", e)
	}
	tryDial(t, &o).wantEnd(t, "start-sftp", started)
	if asked != 1 {
		t.Errorf("password was asked %d times, want 1", asked)
	}
}

// TestDialCancelledWhileAsked ends although nobody types.
func TestDialCancelledWhileAsked(t *testing.T) {
	s := sftptest.SSH(t, sftptest.Config{})
	o := optionsFor(s)
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan bool)
	t.Cleanup(func() { close(never) })
	o.Password = func() (Secret, error) {
		cancel()
		<-never
		return "", nil
	}
	d := tryDialContext(ctx, t, &o)
	d.wantEnd(t, "login", Outcome{Status: Failed, Detail: "was stopped before the server had answered"})
}

func TestNotConnected(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := l.Addr().(*net.TCPAddr)
	_ = l.Close()
	o := Options{Host: "127.0.0.1", Port: free.Port, User: "brand", Processed: "done"}
	d := tryDial(t, &o)
	d.wantEnd(t, "connect", Outcome{
		Status: Failed,
		Detail: "nothing listens at " + free.String(),
		Hint: "Check the port, which --port sets, and that the server runs. Some firewalls refuse unknown addresses: " +
			"ask the owner to add the address of this machine, and those of Connect+'s cluster, to the allow-list.",
	})

	o = Options{Host: "data.example.com", ConnectTimeout: 15 * time.Second}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&net.DNSError{IsNotFound: true}, `no address is known for host "data.example.com"`},
		{&net.DNSError{IsTimeout: true}, `the name server does not tell the address of host "data.example.com"`},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, "no answer from data.example.com:22 within 15s"},
		{fmt.Errorf("connect: network is unreachable"), "data.example.com:22 cannot be reached from this network"},
		{fmt.Errorf("odd\x1b[2J"), "cannot connect to data.example.com:22: odd[2J"},
	} {
		out := notConnected(c.err, &o, "data.example.com:22")
		if out.Status != Failed || out.Detail != c.want || out.Hint == "" {
			t.Errorf("%v is\n%+v, want\n%s", c.err, out, c.want)
		}
	}
}

func TestNoSSH(t *testing.T) {
	const allow = "ask the owner to add the address of this machine, and those of Connect+'s cluster, to the allow-list."
	const port = "Name the port of the SFTP service with --port; it is mostly 22."
	stay := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	says := func(text string, then func(net.Conn)) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = io.WriteString(c, text)
			then(c)
		}
	}
	hears := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = c.Read(make([]byte, 64))
			_, _ = io.WriteString(c, text)
		}
	}
	bye := func(net.Conn) {}
	for _, c := range []struct {
		name    string
		serve   func(net.Conn)
		timeout time.Duration
		want    Outcome // ADDR stands for the address
	}{
		{"closed", bye, 0, Outcome{
			Detail: "ADDR closes the connection before SSH starts",
			Hint: "Mostly the server does not know this address, or blocks it after failed logins: " + allow +
				" If the port is one of TLS, such as 443 or 990, it is no SFTP.",
		}},
		{"page", says("<!DOCTYPE HTML>\n<html>", bye), 0, Outcome{
			Detail: "a web server answers at ADDR, not an SSH server",
			Hint:   "Name the port of the SFTP service with --port; it is mostly 22.", Server: "<!DOCTYPE HTML>",
		}},
		{"mute", stay, 300 * time.Millisecond, Outcome{
			Detail: "ADDR takes the connection and says nothing for 300ms",
			Hint: "Mostly a firewall or load balancer stands in for a server that is not there: check the port, then " + allow +
				" A slow server may need --connect-timeout 60s.",
		}},
		{"FTP", says("220-Welcome\r\n", stay), 30 * time.Second, Outcome{
			Detail: "an FTP server answers at ADDR, not an SSH server",
			Hint:   "Add --protocol ftp, or --protocol ftps if it asks for TLS. If the dataflow uses SFTP, name its port with --port; it is mostly 22.",
			Server: "220-Welcome",
		}},
		{"mail", says("220 mx.example.com ESMTP\r\n", stay), 30 * time.Second, Outcome{
			Detail: "a mail server answers at ADDR, not an SSH server", Hint: port, Server: "220 mx.example.com ESMTP",
		}},
		{"web", hears("HTTP/1.1 400 Bad Request\r\n\r\n"), 30 * time.Second, Outcome{
			Detail: "a web server answers at ADDR, not an SSH server", Hint: port, Server: "HTTP/1.1 400 Bad Request",
		}},
		{"TLS", hears("\x15\x03\x01\x00\x02\x02\x46"), 30 * time.Second, Outcome{
			Detail: "a TLS server answers at ADDR, not an SSH server",
			Hint:   "If it is FTPS with TLS from the first byte, add --protocol ftps --port 990. " + port,
		}},
		{"text", says("Not allowed\x1b[31m at this time\r\n", bye), 0, Outcome{
			Detail: `ADDR answers with something other than SSH: "Not allowed[31m at this time"`,
			Hint:   port + " If the text is a refusal: " + allow,
			Server: "Not allowed[31m at this time",
		}},
		{"SSH 1", says("SSH-1.5-OpenSSH_1.2\r\n", bye), 0, Outcome{
			Detail: "the server is too old: it speaks version 1 of SSH",
			Hint:   "Ask the owner to upgrade the server; SSH version 2 is needed.",
		}},
		{"closed later", func(c net.Conn) {
			_, _ = io.WriteString(c, "SSH-2.0-x\r\n")
			_, _ = c.Read(make([]byte, 4096))
		}, 0, Outcome{
			Detail: "the server closes the connection during the key exchange",
			Hint:   "Try again in a minute: the server may have too many logins under way. If it persists, " + allow,
		}},
		{"mute later", says("SSH-2.0-x\r\n", stay), 300 * time.Millisecond, Outcome{
			Detail: "the server does not finish the key exchange within 300ms",
			Hint:   "Try --connect-timeout 60s. A VPN or firewall that drops large packets does this, too: try from another network.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			place := sftptest.Listen(t, c.serve)
			o := Options{Host: place.Host, Port: place.Port, User: "brand", Processed: "done", ConnectTimeout: c.timeout}
			c.want.Status = Failed
			c.want.Detail = strings.ReplaceAll(c.want.Detail, "ADDR", place.Addr)
			tryDial(t, &o).wantEnd(t, "connect", c.want)
		})
	}
}

func TestTooOld(t *testing.T) {
	s := sftptest.SSH(t, sftptest.Config{Algorithms: sftptest.Old()})
	o := optionsFor(s)
	d := tryDial(t, &o)
	out := d.stages["connect"].Outcome
	if want := "the server is too old: as key exchange it offers only diffie-hellman-group1-sha1"; !strings.HasPrefix(out.Detail, want) {
		t.Errorf("detail is %q, want %q", out.Detail, want)
	}
	if want := "Ask the owner to upgrade the server; it needs one of "; !strings.HasPrefix(out.Hint, want) || !strings.Contains(out.Hint, "curve25519-sha256") {
		t.Errorf("hint is %q, want %q and curve25519-sha256", out.Hint, want)
	}
	if d.server != "OpenSSH_9.2p1 Debian" {
		t.Errorf("server is %q", d.server)
	}
}

func TestNoSFTP(t *testing.T) {
	const chroot = "Most often the chroot folder, or one above it, does not belong to root or can be written by a group: " +
		"chown root:root DIR && chmod 755 DIR."
	for _, c := range []struct {
		name   string
		config sftptest.Config
		want   Outcome
	}{
		{"closed", sftptest.Config{CloseAfterLogin: true}, Outcome{
			Detail: "login works, but the server closes the connection before a session opens",
			Hint:   "Ask the owner to look into the log of the server. " + chroot,
		}},
		{"refused channel", sftptest.Config{RefuseChannel: true}, Outcome{
			Detail: "login works, but the server refuses to open a session",
			Hint:   "Ask the owner to allow SFTP sessions for this account. " + chroot,
			Server: "open failed",
		}},
		{"no subsystem", sftptest.Config{NoSubsystem: true}, Outcome{
			Detail: "login works, but the server has no SFTP subsystem for this account",
			Hint:   `Ask the owner to switch it on; in sshd_config: "Subsystem sftp internal-sftp".`,
		}},
		{"ends", sftptest.Config{ExitAtOnce: true}, Outcome{
			Detail: "login works, but SFTP ends before it begins",
			Hint: "Ask the owner: the shell of the account may be /bin/false (then \"ForceCommand internal-sftp\" helps), " +
				"or its password has expired.",
		}},
		{"text", sftptest.Config{Text: "This account is\r\ncurrently not available.\n"}, Outcome{
			Detail: `login works, but in place of SFTP the server sends "This account is currently not available."`,
			Hint: "Ask the owner to let this account use SFTP: a forced command, a login script that prints, " +
				"or a shell such as nologin is in the way; in sshd_config: \"ForceCommand internal-sftp\".",
			Server: "This account is currently not available.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sftptest.SSH(t, c.config)
			o := optionsFor(s)
			c.want.Status = Failed
			tryDial(t, &o, s.Password).wantEnd(t, "start-sftp", c.want)
		})
	}
}

// TestMuteSFTP opens a session in which nothing answers.
func TestMuteSFTP(t *testing.T) {
	host := sftptest.Key(t, sftptest.Ed25519)
	place := sftptest.Listen(t, func(c net.Conn) {
		config := &ssh.ServerConfig{NoClientAuth: true}
		config.AddHostKey(host.Signer)
		_, channels, requests, err := ssh.NewServerConn(c, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for opening := range channels {
			_, asked, err := opening.Accept()
			if err != nil {
				return
			}
			go func() {
				for r := range asked {
					_ = r.Reply(true, nil)
				}
			}()
		}
	})
	o := Options{
		Host: place.Host, Port: place.Port, User: "brand", Processed: "done", ConnectTimeout: time.Second,
		HostKey: ssh.FingerprintSHA256(host.Signer.PublicKey()),
	}
	d := tryDial(t, &o)
	d.wantEnd(t, "start-sftp", Outcome{
		Status: Failed,
		Detail: "login works, but SFTP does not start within 1s",
		Hint:   "Try --connect-timeout 60s; if that does not help, ask the owner why SFTP hangs for this account.",
	})
	if got, want := d.stages["login"].Detail, `logged in as "brand" without key or password`; got != want {
		t.Errorf("login is %q, want %q", got, want)
	}
}

// TestDialOpenSSH logs in to a real server, and offers it too many keys.
func TestDialOpenSSH(t *testing.T) {
	s := sftptest.SSHD(t, sftptest.SSHDConfig{Directives: "MaxAuthTries 2"})
	o := Options{
		Host: s.Host, Port: s.Port, User: s.User, Identities: []string{s.Identity}, KnownHosts: []string{s.KnownHosts},
		Processed: "done",
	}
	tryDial(t, &o).wantEnd(t, "start-sftp", started)
	o = Options{Host: s.Host, Port: s.Port, User: s.User, KnownHosts: []string{s.KnownHosts}, Processed: "done"}
	for range 4 {
		o.Identities = append(o.Identities, sftptest.Key(t, sftptest.Ed25519).File(t, ""))
	}
	tryDial(t, &o).wantEnd(t, "login", Outcome{
		Status: Failed,
		Detail: fmt.Sprintf("the server ends the login of %q after too many attempts; 4 keys were offered", s.User),
		Hint:   "Offer one key only, the one of the dataflow: --identity FILE.",
		Server: "Too many authentication failures",
	})
}
