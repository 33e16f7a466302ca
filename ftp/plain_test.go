package ftp

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectplus/preflight/internal/sftptest"
)

// plainOptions are those of an account at a real server.
func plainOptions(d *sftptest.Daemon, p Protocol) *Options {
	return &Options{
		Protocol: p, Host: d.Host, Port: d.Port, User: d.User,
		Password:       func() (Secret, error) { return Secret(d.Password), nil },
		ConnectTimeout: 10 * time.Second, Timeout: 10 * time.Second,
	}
}

// plainLink dials and wants every stage to pass.
func plainLink(t *testing.T, d *plainDial) remote {
	t.Helper()
	if d.t == nil {
		d.t = &tracer{}
	}
	d.unwatch = func() bool { return true }
	l := d.dial(t.Context())
	if l.remote == nil {
		t.Fatalf("no connection: %+v", l.stages)
	}
	t.Cleanup(l.remote.Close)
	return l.remote
}

// A traceLog keeps the lines of a tracer.
type traceLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *traceLog) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

func (l *traceLog) has(line string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.lines, line)
}

func (l *traceLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// everything does each operation once, with the answers of a server that allows all.
func everything(t *testing.T, r remote, d sftptest.Dirs) {
	t.Helper()
	ctx := t.Context()
	d.Put(t, "sales one.csv", "a,b\n")
	name := filepath.Join(d.In, ".probe 1.tmp")
	if real, err := r.Real(ctx, "in"); err != nil || real != d.In {
		t.Errorf("Real: got %q, %v, want %q", real, err, d.In)
	}
	if e, err := r.Stat(ctx, d.In); err != nil || !e.dir {
		t.Errorf("Stat of a folder: got %+v, %v", e, err)
	}
	if _, err := r.Lstat(ctx, name); !refusedAs(err, missing) {
		t.Errorf("Lstat of what is missing: got %v", err)
	}
	if opened, err := r.Create(ctx, name, []byte("text\n"), true); !opened || err != nil {
		t.Fatalf("Create: got %t, %v", opened, err)
	}
	if e, err := r.Lstat(ctx, name); err != nil || !e.regular || e.dir || e.size != 5 || e.name != ".probe 1.tmp" {
		t.Errorf("Lstat: got %+v, %v", e, err)
	}
	if opened, err := r.Create(ctx, name, []byte("other"), true); opened || !refusedAs(err, exists) {
		t.Errorf("Create of a name that is taken: got %t, %v", opened, err)
	}
	for _, limit := range []int{100, 3} {
		if b, err := r.Read(ctx, name, limit); err != nil || string(b) != "text\n"[:min(5, limit)] {
			t.Errorf("Read of at most %d bytes: got %q, %v", limit, b, err)
		}
	}
	entries, cut, err := r.List(ctx, d.In)
	if err != nil || cut || !slices.ContainsFunc(entries, func(e entry) bool { return e.name == "sales one.csv" && e.regular && e.size == 4 }) {
		t.Errorf("List: got %+v, %t, %v", entries, cut, err)
	}
	moved := filepath.Join(d.Done, "moved.tmp")
	if err := r.Rename(ctx, filepath.Join(d.In, "sales one.csv"), name); !refusedAs(err, exists) {
		t.Errorf("Rename to a name that is taken: got %v", err)
	}
	if err := r.Rename(ctx, name, moved); err != nil {
		t.Errorf("Rename: %v", err)
	}
	if err := r.Rename(ctx, name, moved+"2"); !refusedAs(err, missing) && !refusedAs(err, failure) {
		t.Errorf("Rename of what is missing: got %v", err)
	}
	if err := r.Remove(ctx, moved); err != nil {
		t.Errorf("Remove: %v", err)
	}
	if err := r.Remove(ctx, moved); !refusedAs(err, missing) && !refusedAs(err, failure) {
		t.Errorf("Remove of what is missing: got %v", err)
	}
	if err := r.Remove(ctx, d.Done); refused(err) == nil {
		t.Errorf("Remove of a folder: got %v, want a refusal", err)
	}
	if opened, err := r.Create(ctx, filepath.Join(d.In, "empty"), nil, true); !opened || err != nil {
		t.Errorf("Create of an empty file: got %t, %v", opened, err)
	}
	if err := r.Remove(ctx, filepath.Join(d.In, "empty")); err != nil {
		t.Errorf("Remove of the empty file: %v", err)
	}
	if err := r.PosixRename(ctx, name, moved); r.HasPosixRename() || !refusedAs(err, unsupported) {
		t.Errorf("PosixRename: got %v", err)
	}
	if err := r.Remove(ctx, "a\r\nRMD in"); !refusedAs(err, unsupported) {
		t.Errorf("Remove of a name with a line break: got %v", err)
	}
	if _, _, err := r.List(ctx, filepath.Join(d.Root, "none")); !refusedAs(err, missing) && !refusedAs(err, failure) {
		t.Errorf("List of a folder that is missing: got %v", err)
	}
	if _, err := r.Stat(ctx, filepath.Join(d.Root, "none")); !refusedAs(err, missing) {
		t.Errorf("Stat of a folder that is missing: got %v", err)
	}
	if got := d.Names(t, d.In); !slices.Equal(got, []string{"sales one.csv"}) {
		t.Errorf("left in the source folder: %q", got)
	}
}

func TestPlainProFTPD(t *testing.T) {
	for _, c := range []struct {
		name     string
		protocol Protocol
		config   sftptest.ProFTPDConfig
	}{
		{"FTP", FTP, sftptest.ProFTPDConfig{}},
		{"FTP without MLST", FTP, sftptest.ProFTPDConfig{Directives: "FactsAdvertise off"}},
		{"FTPS", FTPS, sftptest.ProFTPDConfig{TLS: sftptest.ExplicitRequired}},
		{"FTPS from the first byte", FTPS, sftptest.ProFTPDConfig{TLS: sftptest.ImplicitTLS}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := sftptest.ProFTPD(t, c.config)
			everything(t, plainLink(t, &plainDial{
				o: plainOptions(d, c.protocol), roots: d.CertPool, implicit: c.config.TLS == sftptest.ImplicitTLS,
			}), d.Dirs)
		})
	}
}

func TestPlainTrace(t *testing.T) {
	d := sftptest.ProFTPD(t, sftptest.ProFTPDConfig{})
	var log traceLog
	tr := &tracer{line: log.add}
	r := plainLink(t, &plainDial{o: plainOptions(d, FTP), t: tr})
	before := tr.requests()
	if err := r.Remove(t.Context(), "/no such file"); !refusedAs(err, missing) {
		t.Fatal(err)
	}
	if got := tr.requests() - before; got != 1 {
		t.Errorf("Remove counts as %d requests, want 1", got)
	}
	for _, line := range []string{"> PASS ••••", "> USER " + d.User, "> DELE /no such file", "< 550 /no such file: No such file or directory"} {
		if !log.has(line) {
			t.Errorf("the trace has no line %q:\n%s", line, log.text())
		}
	}
	if strings.Contains(log.text(), d.Password) {
		t.Errorf("the trace holds the password:\n%s", log.text())
	}
}

func TestPlainDenied(t *testing.T) {
	limit := func(commands string) sftptest.ProFTPDConfig {
		return sftptest.ProFTPDConfig{Directives: "<Limit " + commands + ">\nDenyAll\n</Limit>"}
	}
	for _, c := range []struct {
		name   string
		config sftptest.ProFTPDConfig
		try    func(remote, sftptest.Dirs) error
		after  kind // of the refusal
	}{
		{"move", limit("RNFR RNTO"), func(r remote, d sftptest.Dirs) error {
			return r.Rename(t.Context(), d.In+"/there", d.Done+"/there")
		}, denied},
		{"only the new name", limit("RNTO"), func(r remote, d sftptest.Dirs) error {
			return r.Rename(t.Context(), d.In+"/there", d.Done+"/there")
		}, denied},
		{"remove", limit("DELE"), func(r remote, d sftptest.Dirs) error { return r.Remove(t.Context(), d.In+"/there") }, denied},
		{"upload", limit("STOR"), func(r remote, d sftptest.Dirs) error {
			opened, err := r.Create(t.Context(), d.In+"/new", []byte("x"), true)
			if opened {
				t.Error("upload: Create says that the file was made")
			}
			return err
		}, denied},
		{"read", limit("RETR"), func(r remote, d sftptest.Dirs) error {
			_, err := r.Read(t.Context(), d.In+"/there", 9)
			return err
		}, denied},
		{"list", limit("DIRS"), func(r remote, d sftptest.Dirs) error {
			_, _, err := r.List(t.Context(), d.In)
			return err
		}, denied},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := sftptest.ProFTPD(t, c.config)
			d.Dirs.Put(t, "there", "text")
			r := plainLink(t, &plainDial{o: plainOptions(d, FTP)})
			err := c.try(r, d.Dirs)
			if !refusedAs(err, c.after) {
				t.Errorf("got %v, want a refusal of kind %d", err, c.after)
			}
			if _, err := r.Real(t.Context(), "."); err != nil {
				t.Errorf("the connection is of no use after a refusal: %v", err)
			}
			if got := d.Dirs.Names(t, d.Dirs.In); !slices.Equal(got, []string{"there"}) {
				t.Errorf("in the source folder: %q", got)
			}
		})
	}
}

// Folders that permission bits close are refused in words, with and without MLST.
func TestPlainClosedFolder(t *testing.T) {
	for _, directives := range []string{"", "FactsAdvertise off"} {
		d := sftptest.ProFTPD(t, sftptest.ProFTPDConfig{Directives: directives})
		d.Dirs.Put(t, "there", "text")
		if err := os.Chmod(d.Dirs.In, 0); err != nil {
			t.Fatal(err)
		}
		r := plainLink(t, &plainDial{o: plainOptions(d, FTP)})
		if _, _, err := r.List(t.Context(), d.Dirs.In); !refusedAs(err, denied) {
			t.Errorf("%q: List: got %v, want denied", directives, err)
		}
		if opened, err := r.Create(t.Context(), d.Dirs.In+"/new", []byte("x"), true); opened || !refusedAs(err, denied) {
			t.Errorf("%q: Create: got %t, %v, want denied", directives, opened, err)
		}
		if err := r.Rename(t.Context(), d.Dirs.In+"/there", d.Dirs.Done+"/there"); refused(err) == nil {
			t.Errorf("%q: Rename: got %v, want a refusal", directives, err)
		}
	}
}

func TestPlainManyDataConnections(t *testing.T) {
	d := sftptest.ProFTPD(t, sftptest.ProFTPDConfig{TLS: sftptest.ExplicitRequired})
	r := plainLink(t, &plainDial{o: plainOptions(d, FTPS), roots: d.CertPool})
	large := []byte(strings.Repeat("0123456789abcdef", 1<<14)) // more than sockets buffer
	for i := range 8 {
		name := filepath.Join(d.Dirs.In, "probe")
		if opened, err := r.Create(t.Context(), name, large, true); !opened || err != nil {
			t.Fatalf("round %d: Create: %t, %v", i, opened, err)
		}
		if b, err := r.Read(t.Context(), name, len(large)+1); err != nil || string(b) != string(large) {
			t.Fatalf("round %d: Read: %d bytes, %v", i, len(b), err)
		}
		if err := r.Remove(t.Context(), name); err != nil {
			t.Fatalf("round %d: Remove: %v", i, err)
		}
	}
}

func TestPlainCertificate(t *testing.T) {
	d := sftptest.ProFTPD(t, sftptest.ProFTPDConfig{TLS: sftptest.ExplicitRequired})
	for _, c := range []struct {
		name   string
		host   string
		pin    string
		roots  *x509.CertPool
		trust  string
		detail string
	}{
		{name: "trusted authority", roots: d.CertPool, trust: "known", detail: "is trusted"},
		{name: "pinned", pin: d.CertFingerprint, trust: "pinned", detail: "is the one that --host-key says"},
		{name: "pinned, under another name", host: "localhost", pin: d.CertFingerprint, trust: "pinned", detail: "--host-key"},
		{name: "another pinned", pin: "SHA256:" + strings.Repeat("A", 43), detail: "another one than --host-key says; its fingerprint is " + d.CertFingerprint},
		{name: "self-signed", roots: x509.NewCertPool(), detail: "signed its certificate itself; its fingerprint is " + d.CertFingerprint},
		{name: "for another name", host: "localhost", roots: d.CertPool, detail: "is for 127.0.0.1, not for localhost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := plainOptions(d, FTPS)
			o.HostKey = c.pin
			if c.host != "" {
				o.Host = c.host
			}
			o.Password = func() (Secret, error) {
				if c.trust == "" {
					t.Error("the password is asked for a server that is not trusted")
				}
				return Secret(d.Password), nil
			}
			p := &plainDial{o: o, t: &tracer{}, roots: c.roots, unwatch: func() bool { return true }}
			l := p.dial(t.Context())
			if l.remote != nil {
				defer l.remote.Close()
			}
			if l.trust != c.trust || l.hostKey != "certificate "+d.CertFingerprint || (l.remote != nil) != (c.trust != "") {
				t.Errorf("got trust %q, key %q, %+v", l.trust, l.hostKey, l.stages)
			}
			if got := l.stages["host-key"]; !strings.Contains(got.Detail, c.detail) {
				t.Errorf("host-key says %q, want %q", got.Detail, c.detail)
			}
			if c.trust == "" && !strings.Contains(l.stages["host-key"].Hint, "--host-key "+d.CertFingerprint) {
				t.Errorf("the hint does not say how to pin: %q", l.stages["host-key"].Hint)
			}
		})
	}
}

func refusedAs(err error, k kind) bool {
	no := refused(err)
	return no != nil && no.kind == k
}
