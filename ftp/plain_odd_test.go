package ftp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// just sends some bytes and waits for the client to go.
func just(text string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := io.WriteString(c, text); err == nil {
			_, _ = io.Copy(io.Discard, c)
		}
	}
}

func script(pairs ...string) func(net.Conn) {
	f := fakeFTP{answers: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		f.answers[pairs[i]] = pairs[i+1]
	}
	return f.serve
}

func TestPlainStages(t *testing.T) {
	none := func(o *Options) { o.Password = nil }
	soon := func(o *Options) { o.ConnectTimeout = 200 * time.Millisecond }
	tls := func(o *Options) { o.Protocol = FTPS }
	for _, c := range []struct {
		name   string
		serve  func(net.Conn)
		change func(*Options)
		stage  string
		detail string
		hint   string
		server string
	}{
		{"closed at once", func(net.Conn) {}, nil, "connect", "closes the connection before FTP starts", "allow-list", ""},
		{"mute", just(""), soon, "connect", "says nothing for 200ms", "--port 990", ""},
		{"SSH", just("SSH-2.0-OpenSSH_9.2\r\n"), nil, "connect", "an SSH server answers", "Leave --protocol out", "SSH-2.0-OpenSSH_9.2"},
		{"web", just("HTTP/1.1 400 Bad Request\r\n"), nil, "connect", "a web server answers", "--port", "HTTP/1.1 400 Bad Request"},
		{"mail", just("220 mx ESMTP\r\n"), nil, "connect", "a mail server answers", "--port", "220 mx ESMTP"},
		{"TLS", just("\x15\x03\x01\x00\x02\x02\x28\r\n"), nil, "connect", "a TLS server answers", "--protocol ftps --port 990", ""},
		{"other", just("hello\x1b[31m\r\n"), nil, "connect", "something other than FTP", "--port", "hello[31m"},
		{"endless greeting", script("", babble), nil, "connect", "something other than FTP", "--port", "250-x"},
		{"turned away", script("", "421 too many"), nil, "connect", "turns the connection away", "allow-list", "421 too many"},

		{"wrong password", script("PASS", "530 Login incorrect."), nil, "login", "does not let loader in", "user name and password", "530 Login incorrect."},
		{"unknown user", script("USER", "530 This FTP server is anonymous only."), nil, "login", "refuses the user loader", "user name", "530 This FTP server is anonymous only."},
		{"TLS is required", script("USER", "550 SSL/TLS required on the control channel"), nil, "login", "not encrypted", "--protocol ftps", "550 SSL/TLS required on the control channel"},
		{"no password", script(), none, "login", "there is none", "PREFLIGHT_FTP_PASSWORD", "331 password?"},
		{"account", script("USER", "332 account?"), nil, "login", "ACCT", "dataflow cannot", "332 account?"},
		{"second factor", script("PASS", "331 token?"), nil, "login", "more than a password", "second factor", "331 token?"},
		{"too many", script("PASS", "421 Too many connections"), nil, "login", "lets nobody in now", "later", "421 Too many connections"},
		{"too many, said otherwise", script("PASS", "530 Sorry, the maximum number of clients (5) are already connected."), nil, "login", "lets nobody in now", "later", "530 Sorry, the maximum number of clients (5) are already connected."},
		{"closed in the login", script("PASS", hangUp), nil, "login", "closes the connection during the login", "password", ""},
		{"frozen in the login", script("USER", freeze), soon, "login", "does not answer the login within 200ms", "60s", ""},

		{"frozen after the login", script("FEAT", freeze), soon, "start-sftp", "does not answer FEAT within 200ms", "passive ports", ""},
		{"closed after the login", script("TYPE", hangUp), nil, "start-sftp", "then the server closes the connection", "log", ""},
		{"binary refused", script("TYPE", "504 no"), nil, "start-sftp", "refuses TYPE", "SFTP", "504 no"},
		{"no passive mode", script("EPSV", "502 no", "PASV", "502 no"), nil, "start-sftp", "no data connection opens", "passive ports", "no"},
		{"closed passive port", script("EPSV", "229 here (|||1|)"), nil, "start-sftp", "no data connection opens", "passive ports", "(the data connection failed: "},
		{"half a folder", script("PWD", `257 "`), nil, "start-sftp", "the answer to PWD makes no sense", "SFTP", `257 "`},
		{"half a port", script("EPSV", "502 no", "PASV", "227 here ) ("), nil, "start-sftp", "the answer to PASV makes no sense", "SFTP", "227 here ) ("},
		{"data connection refused", script("LIST", "early 425 Unable to build data connection"), nil, "start-sftp", "no data connection opens", "passive ports", "Unable to build data connection"},

		{"no AUTH TLS", script(), tls, "host-key", "refuses AUTH TLS", "--protocol ftp ", "502 what?"},
		{"answers ahead of TLS", script("AUTH", "234 go on\n230 you are in"), tls, "host-key", "ahead of TLS", "login was not sent", ""},
		{"closed in the handshake", func(c net.Conn) {
			_, _ = io.WriteString(c, "220 fake\r\n")
			_, _ = c.Read(make([]byte, 100))
			_, _ = io.WriteString(c, "234 go on\r\n")
			_, _ = c.Read(make([]byte, 1))
		}, tls, "host-key", "TLS does not begin", "TLS 1.2", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := fakeOptions(t, c.serve)
			if c.change != nil {
				c.change(o)
			}
			l := plainDialOf(o).dial(t.Context())
			if l.remote != nil {
				l.remote.Close()
				t.Fatal("the link stands")
			}
			got := l.stages[c.stage]
			if got.Status != Failed || !strings.Contains(got.Detail, c.detail) || !strings.Contains(got.Hint, c.hint) ||
				!strings.HasPrefix(got.Server, c.server) || c.server == "" && got.Server != "" {
				t.Errorf("%s: got %+v, all: %+v", c.stage, got.Outcome, l.stages)
			}
		})
	}
}

func TestPlainRefusedPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	o := &Options{Protocol: FTP, Host: "127.0.0.1", Port: port, User: "u", ConnectTimeout: time.Second, Timeout: time.Second}
	if got := dialFTP(t.Context(), o, &tracer{}).stages["connect"]; got.Status != Failed || !strings.Contains(got.Detail, "nothing listens") {
		t.Errorf("got %+v", got)
	}
}

func TestPlainImplicit(t *testing.T) {
	d := plainDialOf(fakeOptions(t, script()))
	d.o.Protocol, d.implicit = FTPS, true
	if got := d.dial(t.Context()).stages["connect"]; got.Status != Failed || !strings.Contains(got.Detail, "an FTP server answers that does not begin with TLS") {
		t.Errorf("got %+v", got)
	}
}

// Whether a password is wanted shows only after the user name.
func TestPlainPasswordNotWanted(t *testing.T) {
	o := fakeOptions(t, script("USER", "230 welcome"))
	o.Password = func() (Secret, error) {
		t.Error("the password is asked for")
		return "", nil
	}
	plainLink(t, plainDialOf(o))
}

func TestPlainPasswordOnce(t *testing.T) {
	o := fakeOptions(t, script())
	asked := 0
	o.Password = func() (Secret, error) {
		asked++
		return "secret", nil
	}
	plainLink(t, plainDialOf(o))
	plainLink(t, plainDialOf(o))
	if asked != 1 {
		t.Errorf("the password was asked for %d times", asked)
	}
}

// A person may take longer than the server may.
func TestPlainSlowPerson(t *testing.T) {
	o := fakeOptions(t, script())
	o.ConnectTimeout = 300 * time.Millisecond
	began := time.Now()
	o.Password = func() (Secret, error) {
		<-time.After(time.Until(began.Add(2 * o.ConnectTimeout)))
		return "secret", nil
	}
	plainLink(t, plainDialOf(o))
}

func TestPlainStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := fakeOptions(t, func(c net.Conn) {
		cancel()
		_, _ = io.Copy(io.Discard, c)
	})
	began := time.Now()
	l := plainDialOf(o).dial(ctx)
	if got := l.stages["connect"]; got.Status != Failed || !strings.Contains(got.Detail, "was stopped") || time.Since(began) > 5*time.Second {
		t.Errorf("got %+v after %s", got, time.Since(began))
	}
}

// A connection that is lost once is lost for good, and says so at once.
func TestPlainLost(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer string
		frozen bool
	}{
		{"frozen", freeze, true}, {"closed", hangUp, false}, {"timed out by the server", "421 Timeout.", false},
		{"endless answer", babble, false}, {"no FTP", "what?", false}, {"answers what was not asked", "250 done\n250 done", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := plainDialOf(fakeOptions(t, script("DELE", c.answer)))
			d.o.Timeout = time.Second
			if !c.frozen {
				d.o.Timeout = 10 * time.Second
			}
			r := plainLink(t, d)
			err := r.Remove(t.Context(), "/a")
			if c.name == "answers what was not asked" && err == nil {
				err = r.Remove(t.Context(), "/a") // the packet may hold but one of them
			}
			gone, ok := errors.AsType[*lostError](err)
			if !ok || gone.frozen != c.frozen {
				t.Fatalf("got %v", err)
			}
			if _, err := r.Stat(t.Context(), "/"); !errors.Is(err, gone) {
				t.Errorf("then Stat: got %v", err)
			}
			if _, err := r.Real(t.Context(), "/"); !errors.Is(err, gone) {
				t.Errorf("then Real: got %v", err)
			}
		})
	}
}

func TestPlainFrozenTransfer(t *testing.T) {
	stuck := fakeFTP{answers: map[string]string{"RETR": freeze}}
	d := plainDialOf(fakeOptions(t, stuck.serve))
	d.o.Timeout = time.Second
	r := plainLink(t, d)
	_, err := r.Read(t.Context(), "/a", 10)
	if gone, ok := errors.AsType[*lostError](err); !ok || !gone.frozen {
		t.Errorf("got %v", err)
	}
}

// An operation in flight has a moment to end when the context does.
func TestPlainInterrupted(t *testing.T) {
	t.Parallel()
	r := plainLink(t, plainDialOf(fakeOptions(t, script("DELE", freeze))))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Rename(ctx, "/a", "/b"); err != nil {
		t.Errorf("a request that the server answers: %v", err)
	}
	began := time.Now()
	err := r.Remove(ctx, "/a")
	if took := time.Since(began); !lost(err) || took < grace || took > 4*grace {
		t.Errorf("a request that it does not: got %v after %s", err, took)
	}
}

func TestPlainCreateOutcomes(t *testing.T) {
	for _, c := range []struct {
		answer string
		opened bool
		want   func(error) bool
	}{
		{"226 done", true, func(err error) bool { return err == nil }},
		{"250 done", true, func(err error) bool { return err == nil }},
		{"early 550 Permission denied.", false, func(err error) bool { return refusedAs(err, denied) }},
		{"early " + hangUp, true, lost},
		{"552 Quota exceeded", true, func(err error) bool { return refusedAs(err, full) }},
		{"451 Failure writing to local file.", true, func(err error) bool { return refusedAs(err, failure) }},
	} {
		t.Run(c.answer, func(t *testing.T) {
			r := plainLink(t, plainDialOf(fakeOptions(t, script("STOR", c.answer))))
			opened, err := r.Create(t.Context(), "/a", []byte("text"), true)
			if opened != c.opened || !c.want(err) {
				t.Errorf("got %t, %v", opened, err)
			}
		})
	}
}

func TestPlainLongList(t *testing.T) {
	const line = "-rw-r--r--   1 1000     1000            5 Jan 01  2025 "
	long := fakeFTP{list: strings.Repeat(line+"a.csv\r\n", listLimit+10)}
	r := plainLink(t, plainDialOf(fakeOptions(t, long.serve)))
	entries, cut, err := r.List(t.Context(), "/in")
	if err != nil || !cut || len(entries) != listLimit || entries[0] != (entry{name: "a.csv", regular: true, size: 5, owner: -1}) {
		t.Errorf("got %d entries, %t, %v", len(entries), cut, err)
	}
}

// A list without an end is cut off, and the connection is still of use.
func TestPlainHugeList(t *testing.T) {
	huge := fakeFTP{list: strings.Repeat(strings.Repeat("x", 999)+"\n", 17<<10)}
	r := plainLink(t, plainDialOf(fakeOptions(t, huge.serve)))
	if entries, cut, err := r.List(t.Context(), "/in"); err != nil || !cut || len(entries) != 0 {
		t.Errorf("got %d entries, %t, %v", len(entries), cut, err)
	}
	if err := r.Remove(t.Context(), "/a"); err != nil {
		t.Errorf("then Remove: %v", err)
	}
}

func TestPlainListNames(t *testing.T) {
	const line = "-rw-r--r--   1 1000     1000            5 Jan 01  2025 "
	odd := fakeFTP{list: line + "red\x1b[31m.csv\r\n" + line + "..\r\ngarbage\r\n"}
	r := plainLink(t, plainDialOf(fakeOptions(t, odd.serve)))
	entries, cut, err := r.List(t.Context(), "/in")
	if err != nil || cut || len(entries) != 1 || entries[0].name != "red[31m.csv" {
		t.Errorf("got %+v, %t, %v", entries, cut, err)
	}
}

func TestPlainEmptyListOfClosedFolder(t *testing.T) {
	r := plainLink(t, plainDialOf(fakeOptions(t, script("LIST", "226 Transfer done (but failed to open directory)."))))
	if _, _, err := r.List(t.Context(), "/in"); !refusedAs(err, denied) {
		t.Errorf("got %v", err)
	}
}

// Paths stay as they are where the folder after login is no path with slashes.
func TestPlainOtherPaths(t *testing.T) {
	var log traceLog
	d := plainDialOf(fakeOptions(t, script("PWD", `257 "'LOADER.'"`)))
	d.t = &tracer{line: log.add}
	r := plainLink(t, d)
	if err := r.Remove(t.Context(), "in/a"); err != nil {
		t.Fatal(err)
	}
	if !log.has("> DELE in/a") {
		t.Error(log.text())
	}
	if _, _, err := r.List(t.Context(), "in"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.text(), "> CWD 'LOADER.'") {
		t.Errorf("List does not go back to the folder after login:\n%s", log.text())
	}
}

func TestPlainPath(t *testing.T) {
	r := &plainRemote{home: "/home/loader"}
	for given, want := range map[string]string{".": "/home/loader", "in": "/home/loader/in", "/in": "/in", "../x": "/home/x"} {
		if got := r.place(given); got != want {
			t.Errorf("place(%q) = %q, want %q", given, got, want)
		}
	}
}

func FuzzPlainAnswer(f *testing.F) {
	for _, seed := range []string{"220 hello\r\n", "250-a\r\n b\r\n250 c\r\n", "230-x\r\n230\r\n", "\n", "12\n", "150 a\n226 b\n", "99a\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		w := &plainWire{t: &tracer{}}
		for line := range strings.Lines(string(b)) {
			w.hear(strings.TrimRight(line, "\r\n"))
			if w.code != 0 && (w.code < 100 || w.code > 999) {
				t.Errorf("code %d from %q", w.code, b)
			}
		}
	})
}

// Some servers repeat the command that they do not take.
func TestPlainPasswordEchoed(t *testing.T) {
	o := fakeOptions(t, script("PASS", "500 'PASS pw-secret': command not understood."))
	o.Password = func() (Secret, error) { return "pw-secret", nil }
	var log traceLog
	d := plainDialOf(o)
	d.t = &tracer{line: log.add}
	l := d.dial(t.Context())
	if said := fmt.Sprint(l.stages, log.text()); strings.Contains(said, "pw-secret") || !strings.Contains(said, "command not understood") {
		t.Errorf("the password is seen: %s", said)
	}
}

// Without MLST and SIZE, that there is no folder of a name says nothing of files:
// the list does.
func TestPlainFileWithoutSize(t *testing.T) {
	f := fakeFTP{
		answers: map[string]string{"SIZE": "500 what?", "CWD": "550 no such directory"},
		list:    "-rw-r--r-- 1 a a 8 Nov 20 10:00 chosen.csv\r\n",
	}
	r := plainLink(t, plainDialOf(fakeOptions(t, f.serve)))
	e, err := r.Lstat(t.Context(), "/in/chosen.csv")
	if err != nil || !e.regular {
		t.Errorf("the file is %+v, %v", e, err)
	}
}
