package ftp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/connectplus/preflight/internal/sftptest"
)

const (
	userHint     = "Check the user name."
	keyLogHint   = `Ask the owner to install the public key for this account; "ssh-keygen -y -f KEY" prints it.`
	passwordHint = "Check the password; the account may be locked, or the password expired."
	giveHint     = "Give the password in PREFLIGHT_FTP_PASSWORD or with --password-file FILE."
)

func authorized(pairs ...sftptest.KeyPair) (keys []ssh.PublicKey) {
	for _, p := range pairs {
		keys = append(keys, p.Signer.PublicKey())
	}
	return keys
}

func hidden(text, want string) []sftptest.Prompt {
	return []sftptest.Prompt{{Text: text, Want: want}}
}

// loginCase is one login with what came of it.
type loginCase struct {
	name   string
	config sftptest.Config
	change func(o *Options)
	want   Outcome
	warn   []string
}

func (c loginCase) run(t *testing.T) {
	t.Run(c.name, func(t *testing.T) {
		s := sftptest.SSH(t, c.config)
		o := optionsFor(s)
		o.Password = nil
		c.change(&o)
		c.want.Hint = strings.ReplaceAll(c.want.Hint, "PORT", fmt.Sprint(o.Port))
		d := tryDial(t, &o, "pw-secret", "wrong-secret", "open sesame")
		if c.want.Status == Passed {
			d.wantEnd(t, "start-sftp", started)
			if got := d.stages["login"].Outcome; got != c.want {
				t.Errorf("login is\n%+v, want\n%+v", got, c.want)
			}
		} else {
			c.want.Status = Failed
			d.wantEnd(t, "login", c.want)
		}
		if !slices.Equal(d.warnings, c.warn) {
			t.Errorf("warnings are %q, want %q", d.warnings, c.warn)
		}
	})
}

func password(s string) func(*Options) { return func(o *Options) { o.Password = secretOf(s) } }

func withIdentity(file string) func(*Options) {
	return func(o *Options) { o.Identities = []string{file} }
}

func passedWith(how string) Outcome {
	return Outcome{Status: Passed, Detail: `logged in as "brand" with ` + how}
}

func TestLoginKeys(t *testing.T) {
	ed, long, curve := sftptest.Key(t, sftptest.Ed25519), sftptest.Key(t, sftptest.RSA), sftptest.Key(t, sftptest.ECDSA)
	edFile, lockedFile := ed.File(t, ""), ed.File(t, "open sesame")
	text := func(p sftptest.KeyPair) string { return "key id (" + describeKey(p.Signer.PublicKey()) + ")" }
	takes := sftptest.Config{AuthorizedKeys: authorized(ed, long, curve)}
	other := sftptest.Config{AuthorizedKeys: authorized(sftptest.Key(t, sftptest.Ed25519))}
	asked := 0
	passphrase := func(s string) func(*Options) {
		return func(o *Options) {
			o.Identities = []string{lockedFile}
			o.Passphrase = func(file string) (Secret, error) {
				asked++
				if file != lockedFile {
					return "", fmt.Errorf("asked for %s", file)
				}
				return Secret(s), nil
			}
		}
	}
	certFile := ed.File(t, "")
	authority := sftptest.Key(t, sftptest.RSA)
	cert := signedBy(t, authority, ed, ssh.UserCert, ssh.CertTimeInfinity)
	if err := os.WriteFile(certFile+"-cert.pub", ssh.MarshalAuthorizedKey(cert), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []loginCase{
		{name: "ed25519", config: takes, change: withIdentity(edFile), want: passedWith(text(ed))},
		{name: "rsa", config: takes, change: withIdentity(long.File(t, "")), want: passedWith(text(long))},
		{name: "ecdsa", config: takes, change: withIdentity(curve.File(t, "")), want: passedWith(text(curve))},
		{name: "encrypted", config: takes, change: passphrase("open sesame"), want: passedWith(text(ed))},
		{name: "certificate", config: sftptest.Config{Authorities: authorized(authority)}, change: withIdentity(certFile),
			want: passedWith("certificate id-cert.pub (" + describeKey(cert) + ")")},
		{name: "wrong passphrase", config: takes, change: passphrase("wrong-secret"), want: Outcome{
			Detail: "the passphrase does not open key " + lockedFile,
			Hint:   `Check the passphrase; "ssh-keygen -y -f ` + lockedFile + `" asks for it, too.`,
		}},
		{name: "no passphrase", config: takes, change: withIdentity(lockedFile), want: Outcome{
			Detail: "key " + lockedFile + " is encrypted, and no passphrase was given",
			Hint:   "Set PREFLIGHT_FTP_PASSPHRASE, or name a file with --passphrase-file FILE.",
		}},
		{name: "passphrase fails", config: takes, change: func(o *Options) {
			o.Identities = []string{lockedFile}
			o.Passphrase = func(string) (Secret, error) { return "", errors.New("no terminal") }
		}, want: Outcome{Detail: "the passphrase of the key was not read: no terminal"}},
		{name: "missing file", config: takes, change: withIdentity("/nonexistent/id"), want: Outcome{
			Detail: "key /nonexistent/id does not exist", Hint: "Check the path that --identity names.",
		}},
		{name: "guesses", config: takes, change: func(o *Options) {
			o.Optional, o.Identities = true, []string{"/nonexistent/id", lockedFile, edFile}
		}, want: passedWith(text(ed)), warn: []string{
			"key /nonexistent/id does not exist", "key " + lockedFile + " is encrypted, and no passphrase was given",
		}},
		{name: "guess with a wrong passphrase, then a password",
			config: sftptest.Config{AuthorizedKeys: authorized(ed), Password: "pw-secret"}, change: func(o *Options) {
				passphrase("wrong-secret")(o)
				o.Optional, o.Password = true, secretOf("pw-secret")
			}, want: passedWith("the password"), warn: []string{"the passphrase does not open key " + lockedFile}},
		{name: "refused", config: other, change: withIdentity(edFile), want: Outcome{
			Detail: `user "brand" is not let in: ` + text(ed) + ` was refused; the server takes publickey`,
			Hint:   userHint + " " + keyLogHint,
		}},
		{name: "several refused", config: other, change: func(o *Options) { o.Identities = []string{edFile, long.File(t, "")} }, want: Outcome{
			Detail: `user "brand" is not let in: 2 keys were refused; the server takes publickey`,
			Hint:   userHint + " " + keyLogHint,
		}},
		{name: "none given", config: takes, change: password("pw-secret"), want: Outcome{
			Detail: `user "brand" is not let in: no key was given, passwords are not taken; the server takes publickey`,
			Hint:   "Name the key of the dataflow with --identity FILE.",
		}},
		{name: "too many", config: sftptest.Config{AuthorizedKeys: authorized(sftptest.Key(t, sftptest.Ed25519)), MaxAuthTries: 2},
			change: func(o *Options) {
				o.Identities = []string{edFile, long.File(t, ""), curve.File(t, "")}
			}, want: Outcome{
				Detail: `the server ends the login of "brand" after too many attempts; 3 keys were offered`,
				Hint:   "Offer one key only, the one of the dataflow: --identity FILE.",
				Server: "too many authentication failures",
			}},
		{name: "second factor", config: sftptest.Config{AuthorizedKeys: authorized(ed), SecondFactor: true}, change: withIdentity(edFile), want: Outcome{
			Detail: "login needs a second factor: a dataflow cannot give one; after publickey the server wants keyboard-interactive",
			Hint:   `Ask the owner to exempt "brand" from it, or to let it in with a key alone.`,
		}},
	} {
		c.run(t)
	}
	asked = 0
	s := sftptest.SSH(t, takes)
	o := optionsFor(s)
	passphrase("open sesame")(&o)
	for range 2 {
		tryDial(t, &o).wantEnd(t, "start-sftp", started)
	}
	if asked != 1 {
		t.Errorf("the passphrase was asked %d times, want 1", asked)
	}
	s = sftptest.SSH(t, other)
	o = optionsFor(s)
	asked = 0
	passphrase("open sesame")(&o)
	tryDial(t, &o)
	if asked != 0 {
		t.Error("the passphrase of a key that the server refuses was asked for")
	}
}

func TestLoginPassword(t *testing.T) {
	ed := sftptest.Key(t, sftptest.Ed25519)
	factor := func(what, server string) Outcome {
		return Outcome{
			Detail: "login needs a second factor: a dataflow cannot give one; " + what,
			Hint:   `Ask the owner to exempt "brand" from it, or to let it in with a key alone.`,
			Server: server,
		}
	}
	expired := func(server string) Outcome {
		return Outcome{
			Detail: `the password of "brand" has expired: the server asks for a new one`,
			Hint:   "Set a new one by hand (ssh -p PORT brand@127.0.0.1), or ask the owner to; passwords of dataflows are best exempt from expiry.",
			Server: server,
		}
	}
	rounds := func(rounds ...[]sftptest.Prompt) sftptest.Config { return sftptest.Config{Rounds: rounds} }
	for _, c := range []loginCase{
		{name: "right", change: password("pw-secret"), want: passedWith("the password")},
		{name: "banner", config: sftptest.Config{Banner: "Your password will expire\r\nin 3 days\a"}, change: password("pw-secret"),
			want: passedWith("the password"), warn: []string{`the server says "Your password will expire in 3 days"`}},
		{name: "wrong", change: password("wrong-secret"), want: Outcome{
			Detail: `user "brand" is not let in: the password was refused; the server takes password`, Hint: userHint + " " + passwordHint,
		}},
		{name: "none", change: func(*Options) {}, want: Outcome{
			Detail: `user "brand" is not let in: no password was given; the server takes password`, Hint: giveHint,
		}},
		{name: "none, with keys taken", config: sftptest.Config{AuthorizedKeys: authorized(ed), Password: "pw-secret"}, change: func(*Options) {},
			want: Outcome{
				Detail: `user "brand" is not let in: no key was given, no password was given; the server takes password, publickey`,
				Hint:   "Name the key of the dataflow with --identity FILE. " + giveHint,
			}},
		{name: "key alone", change: withIdentity(ed.File(t, "")), want: Outcome{
			Detail: `user "brand" is not let in: keys are not taken, no password was given; the server takes password`, Hint: giveHint,
		}},
		{name: "cannot be read", change: func(o *Options) {
			o.Password = func() (Secret, error) { return "", errors.New("no terminal") }
		}, want: Outcome{Detail: "the password was not read: no terminal"}},
		{name: "expired banner", config: sftptest.Config{Banner: "The password of this account has expired."}, change: password("wrong-secret"),
			want: expired("The password of this account has expired.")},
		{name: "dialogue", config: rounds(hidden("Password: ", "pw-secret"), nil), change: password("pw-secret"),
			want: passedWith("the password (keyboard-interactive)")},
		{name: "dialogue, wrong", config: rounds(hidden("Password: ", "pw-secret")), change: password("wrong-secret"), want: Outcome{
			Detail: `user "brand" is not let in: the password was refused; the server takes keyboard-interactive`, Hint: userHint + " " + passwordHint,
		}},
		{name: "dialogue, asked again", config: rounds(hidden("Password: ", "pw-secret"), hidden("Password: ", "pw-secret")), change: password("wrong-secret"),
			want: Outcome{
				Detail: `user "brand" is not let in: the password was refused; the server takes keyboard-interactive`, Hint: userHint + " " + passwordHint,
			}},
		{name: "dialogue, none", config: rounds(hidden("Password: ", "pw-secret")), change: func(*Options) {}, want: Outcome{
			Detail: `user "brand" is not let in: no password was given; the server takes keyboard-interactive`, Hint: giveHint,
		}},
		{name: "second question", config: rounds(hidden("Password: ", "pw-secret"), hidden("Duo\x1b login: ", "1")), change: password("pw-secret"),
			want: factor(`the server asks "Duo login:"`, "Duo login:")},
		{name: "two questions", config: rounds([]sftptest.Prompt{{Text: "Password: "}, {Text: "Number: "}}), change: password("pw-secret"),
			want: factor(`the server asks "Password:  Number:"`, "Password:  Number:")},
		{name: "shown question", config: rounds([]sftptest.Prompt{{Text: "Name of your pet: ", Echo: true}}), change: password("pw-secret"),
			want: factor(`the server asks "Name of your pet:"`, "Name of your pet:")},
		{name: "code first", config: rounds(hidden("Verification code: ", "1")), change: password("pw-secret"),
			want: factor(`the server asks "Verification code:"`, "Verification code:")},
		{name: "after the password", config: sftptest.Config{Password: "pw-secret", SecondFactor: true}, change: password("pw-secret"),
			want: factor("after password the server wants keyboard-interactive", "")},
		{name: "expired dialogue", config: rounds(hidden("Password: ", "pw-secret"), hidden("(current) UNIX password: ", "x")), change: password("pw-secret"),
			want: expired("(current) UNIX password:")},
	} {
		c.run(t)
	}
}

// TestLoginRequestsNewPassword meets a server that wants a new password in the
// way of RFC 4252 section 8.
func TestLoginRequestsNewPassword(t *testing.T) {
	o := Options{Host: "data.example.com", Port: 22, User: "brand"}
	l := &sshLogin{o: &o, wire: &wire{}}
	out := l.failed(errors.New("ssh: handshake failed: ssh: unexpected message type 60 (expected 52)"))
	if want := `the password of "brand" has expired: the server asks for a new one`; out.Detail != want {
		t.Errorf("detail is %q, want %q", out.Detail, want)
	}
}

func TestLoginEnds(t *testing.T) {
	o := Options{Host: "data.example.com", Port: 22, User: "brand", ConnectTimeout: 15 * time.Second}
	for _, c := range []struct {
		name  string
		err   string
		cause error
		want  Outcome
	}{
		{"goodbye", `ssh: handshake failed: ssh: disconnect, reason 11: "Access\x1b denied"`, nil, Outcome{
			Status: Failed, Detail: `the server ends the login of "brand": "Access denied"`,
			Hint: "Ask the owner; the text is in the log of the server, too.", Server: "Access denied",
		}},
		{"closed", "EOF", net.ErrClosed, Outcome{
			Status: Failed, Detail: `the server closes the connection while "brand" logs in`,
			Hint: "Check the user name. The account may be locked, or be allowed from other addresses only: " + allowList +
				" If many keys were offered, name the right one with --identity FILE.",
		}},
		{"silent", "EOF", os.ErrDeadlineExceeded, Outcome{
			Status: Failed, Detail: "the server does not finish the login within 15s",
			Hint: "Try --connect-timeout 60s; if that does not help, ask the owner why logins hang.",
		}},
		{"nothing", "ssh: unable to authenticate", nil, Outcome{
			Status: Failed, Detail: `user "brand" is not let in: there was nothing to try; the server takes gssapi-with-mic`,
			Hint: "Ask the owner to allow a key or a password for this account; a dataflow can give nothing else.",
		}},
	} {
		l := &sshLogin{o: &o, wire: &wire{cause: c.cause}, allowed: []string{"gssapi-with-mic"}}
		if got := l.failed(errors.New(c.err)); got != c.want {
			t.Errorf("%s is\n%+v, want\n%+v", c.name, got, c.want)
		}
	}
}

// TestLoginOldPEM logs in with keys whose public half the file does not tell.
func TestLoginOldPEM(t *testing.T) {
	long := sftptest.Key(t, sftptest.RSA)
	private, ok := long.Private.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("key is a %T", long.Private)
	}
	//lint:ignore SA1019 old keys are encrypted in this way
	block, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(private), []byte("open sesame"), x509.PEMCipherAES128)
	if err != nil {
		t.Fatal(err)
	}
	bare, beside, mixed := putKey(t, "id", pem.EncodeToMemory(block)), putKey(t, "id", pem.EncodeToMemory(block)), putKey(t, "id", pem.EncodeToMemory(block))
	other := sftptest.Key(t, sftptest.Ed25519)
	for file, pair := range map[string]sftptest.KeyPair{beside: long, mixed: other} {
		if err := os.WriteFile(file+".pub", ssh.MarshalAuthorizedKey(pair.Signer.PublicKey()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	with := func(file string) func(*Options) {
		return func(o *Options) {
			o.Identities = []string{file}
			o.Passphrase = func(string) (Secret, error) { return "open sesame", nil }
		}
	}
	config := sftptest.Config{AuthorizedKeys: authorized(long, other)}
	text := "key id (" + describeKey(long.Signer.PublicKey()) + ")"
	for _, c := range []loginCase{
		{name: "bare", config: config, change: with(bare), want: passedWith(text)},
		{name: "public key beside", config: config, change: with(beside), want: passedWith(text)},
		{name: "another public key beside", config: config, change: with(mixed), want: Outcome{
			Detail: "key " + mixed + " does not belong to the public key beside it",
			Hint:   "Make the public key anew: ssh-keygen -y -f " + mixed + " > " + mixed + ".pub",
		}},
		{name: "no passphrase", config: config, change: withIdentity(bare), want: Outcome{
			Detail: "key " + bare + " is encrypted, and no passphrase was given",
			Hint:   "Set PREFLIGHT_FTP_PASSPHRASE, or name a file with --passphrase-file FILE.",
		}},
	} {
		c.run(t)
	}
}

// runAgent serves the keys on a socket.
func runAgent(t *testing.T, pairs ...sftptest.KeyPair) string {
	t.Helper()
	ring := agent.NewKeyring()
	for _, p := range pairs {
		if err := ring.Add(agent.AddedKey{PrivateKey: p.Private}); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp("", "a") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_ = agent.ServeAgent(ring, conn) // ends with the connection
			}()
		}
	}()
	return socket
}

func TestLoginAgent(t *testing.T) {
	ed, long := sftptest.Key(t, sftptest.Ed25519), sftptest.Key(t, sftptest.RSA)
	socket := runAgent(t, ed, long)
	file := ed.File(t, "open sesame")
	none := filepath.Join(t.TempDir(), "none")
	for _, c := range []loginCase{
		{name: "ed25519", config: sftptest.Config{AuthorizedKeys: authorized(ed)}, change: func(o *Options) { o.Agent = socket },
			want: passedWith("key of the agent (" + describeKey(ed.Signer.PublicKey()) + ")")},
		{name: "rsa", config: sftptest.Config{AuthorizedKeys: authorized(long)}, change: func(o *Options) { o.Agent = socket },
			want: passedWith("key of the agent (" + describeKey(long.Signer.PublicKey()) + ")")},
		{name: "spares the passphrase", config: sftptest.Config{AuthorizedKeys: authorized(ed)}, change: func(o *Options) {
			o.Agent, o.Optional, o.Identities = socket, true, []string{file}
			o.Passphrase = func(string) (Secret, error) { return "", errors.New("asked in vain") }
		}, want: passedWith("key of the agent (" + describeKey(ed.Signer.PublicKey()) + ")")},
		{name: "is not asked beside --identity", config: sftptest.Config{AuthorizedKeys: authorized(ed)}, change: func(o *Options) {
			o.Agent, o.Identities = socket, []string{long.File(t, "")}
		}, want: Outcome{
			Detail: `user "brand" is not let in: key id (` + describeKey(long.Signer.PublicKey()) + `) was refused; the server takes publickey`,
			Hint:   userHint + " " + keyLogHint,
		}},
		{name: "is gone", config: sftptest.Config{}, change: func(o *Options) { o.Agent, o.Password = none, secretOf("pw-secret") },
			want: passedWith("the password")},
		{name: "is gone, with keys taken", config: sftptest.Config{AuthorizedKeys: authorized(ed), Password: "pw-secret"},
			change: func(o *Options) { o.Agent, o.Password = none, secretOf("pw-secret") }, want: passedWith("the password"),
			warn: []string{"the keys of the ssh-agent were not read: dial unix " + none + ": connect: no such file or directory"}},
	} {
		c.run(t)
	}
}
