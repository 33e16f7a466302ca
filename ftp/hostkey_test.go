package ftp

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/connectplus/preflight/internal/sftptest"
)

// line is a line of known_hosts.
func line(host string, key ssh.PublicKey) string {
	return host + " " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + "\n"
}

// knownFile writes a known_hosts file into a folder with a space in its name.
func knownFile(t *testing.T, text string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my keys")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "known_hosts")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestHostMatching looks up hosts that known_hosts writes in all its ways.
func TestHostMatching(t *testing.T) {
	key := sftptest.Key(t, sftptest.Ed25519).Signer.PublicKey()
	for _, c := range []struct {
		host    string
		port    int
		pattern string
		known   bool
	}{
		{"data.example.com", 22, "data.example.com", true},
		{"Data.Example.com", 22, "DATA.example.com", true},
		{"data.example.com", 2222, "[data.example.com]:2222", true},
		{"data.example.com", 22, "[data.example.com]:2222", false},
		{"data.example.com", 2222, "data.example.com", true}, // as OpenSSH: a line without a port
		{"data.example.com", 2222, "[data.example.com]:2223", false},
		{"data.example.com", 22, "*.example.com", true},
		{"data.example.com", 2222, "*.example.com", true},
		{"data.example.com", 22, "!data.example.com,*.example.com", false},
		{"data.example.com", 22, "d?ta.example.com,other", true},
		{"data.example.com", 22, knownhosts.HashHostname("data.example.com"), true},
		{"data.example.com", 2222, knownhosts.HashHostname("[data.example.com]:2222"), true},
		{"data.example.com", 22, knownhosts.HashHostname("other.example.com"), false},
		{"::1", 22, "::1", true},
		{"::1", 2222, "[::1]:2222", true},
		{"192.0.2.1", 22, "192.0.2.*", true},
	} {
		o := &Options{Port: c.port, KnownHosts: []string{knownFile(t, line(c.pattern, key))}}
		h := newHostTrust(o, c.host)
		trust, out := h.check(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: c.port}, key)
		if (trust == "known") != c.known || (out.Status == Passed) != c.known || len(h.warnings) > 0 {
			t.Errorf("%s port %d with %q: %q %+v %q", c.host, c.port, c.pattern, trust, out, h.warnings)
		}
		if c.known && h.algorithms()[0] != ssh.KeyAlgoED25519 {
			t.Errorf("%s port %d with %q asks for %q", c.host, c.port, c.pattern, h.algorithms())
		}
	}
}

func TestHostKeyAlgorithms(t *testing.T) {
	rsa := sftptest.Key(t, sftptest.RSA).Signer.PublicKey()
	ecdsa := sftptest.Key(t, sftptest.ECDSA).Signer.PublicKey()
	for _, c := range []struct {
		text string
		want string // the first of them
	}{
		{"", "ssh-ed25519 ecdsa-sha2-nistp256"},
		{line("h", rsa), "rsa-sha2-512 rsa-sha2-256 ssh-rsa ssh-ed25519"},
		{line("h", ecdsa), "ecdsa-sha2-nistp256 ssh-ed25519"},
		{line("@cert-authority *", rsa) + line("h", ecdsa), strings.Join(certAlgorithms, " ") + " ecdsa-sha2-nistp256 ssh-ed25519"},
		{line("@revoked *", rsa), "ssh-ed25519 ecdsa-sha2-nistp256"},
	} {
		h := newHostTrust(&Options{Port: 22, KnownHosts: []string{knownFile(t, c.text)}}, "h")
		if got := strings.Join(h.algorithms(), " "); !strings.HasPrefix(got+" ", c.want+" ") {
			t.Errorf("%q asks for %q, want %q", c.text, got, c.want)
		}
	}
}

func TestBadKnownHosts(t *testing.T) {
	key := sftptest.Key(t, sftptest.Ed25519).Signer.PublicKey()
	good := line("h", key)
	bad := []string{
		"h 1024 35 1234567890", "word", "h ssh-ed25519 AAAA", "@nonsense " + strings.TrimSpace(good),
		"|1|broken " + strings.TrimSpace(strings.TrimPrefix(good, "h ")), "[h " + strings.TrimSpace(strings.TrimPrefix(good, "h ")),
		"h ssh-rsa " + strings.Fields(good)[2],
	}
	file := knownFile(t, "\xef\xbb\xbf# a comment\r\n\r\n"+strings.Join(bad, "\r\n")+"\r\n"+strings.TrimSpace(good)+"\r\n")
	folder := t.TempDir()
	h := newHostTrust(&Options{Port: 22, KnownHosts: []string{filepath.Join(folder, "none"), folder, file}}, "h")
	if trust, out := h.check(&net.TCPAddr{}, key); trust != "known" {
		t.Errorf("the good line is not used: %+v", out)
	}
	want := []string{
		"known hosts were not read: read " + folder + ": is a directory",
		file + ":3 was skipped: its key is damaged or of a kind that nobody uses any more",
		file + ":4 was skipped: it holds no key",
		file + ":5 was skipped: its key is damaged or of a kind that nobody uses any more",
		file + ":6 was skipped: unknown marker @nonsense",
		file + ":7 was skipped: its hashed host name is broken",
		"2 more lines of " + file + " were skipped",
	}
	if !slices.Equal(h.warnings, want) {
		t.Errorf("warnings are\n%s\nwant\n%s", strings.Join(h.warnings, "\n"), strings.Join(want, "\n"))
	}
	other := sftptest.Key(t, sftptest.Ed25519).Signer.PublicKey()
	if _, out := h.check(&net.TCPAddr{}, other); !strings.Contains(out.Detail, file+":10") {
		t.Errorf("%q does not name line 10", out.Detail)
	}
}

// TestHostKeys dials a server with keys of two kinds.
func TestHostKeys(t *testing.T) {
	ed, ec := sftptest.Key(t, sftptest.Ed25519).Signer, sftptest.Key(t, sftptest.ECDSA).Signer
	other := sftptest.Key(t, sftptest.Ed25519).Signer.PublicKey()
	rsa := sftptest.Key(t, sftptest.RSA).Signer.PublicKey()
	s := sftptest.SSH(t, sftptest.Config{HostKeys: []ssh.Signer{ec, ed}})
	t.Setenv("TMPDIR", t.TempDir())
	host := fmt.Sprintf("[127.0.0.1]:%d", s.Port)
	edText, ecText := "ed25519 "+s.Fingerprints[1], "ecdsa "+s.Fingerprints[0]
	scan := fmt.Sprintf("`ssh-keyscan -p %d -t ed25519 127.0.0.1 >> ", s.Port)
	const pinHint = "The server was set up anew, or somebody listens in. Ask the owner for the fingerprint, which " +
		"\"ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\" prints on the server, before you change --host-key."
	for _, c := range []struct {
		name, known string // FILE stands for the file, between quotes
		pin, alias  string
		withdrawn   string // content of a file of revoked keys; empty: there is none
		want        Outcome
		trust, key  string
	}{
		{name: "second kind", known: line(host, ed.PublicKey()), want: Outcome{Status: Passed, Detail: edText + " is in known_hosts"},
			trust: "known", key: edText},
		{name: "alias", alias: "Brand", known: line("brand", ed.PublicKey()), want: Outcome{Status: Passed, Detail: edText + " is in known_hosts"},
			trust: "known", key: edText},
		{name: "unknown alias", alias: "brand", known: line(host, ed.PublicKey()), key: edText, want: Outcome{
			Status: Failed, Detail: "the host key is unknown: " + edText,
			Hint: fmt.Sprintf("Confirm the fingerprint with the owner of the server, then: `ssh-keyscan -p %d -t ed25519 127.0.0.1 | sed 's/^[^ ]*/brand/' >> 'FILE'`", s.Port),
		}},
		{name: "first kind", known: line(host, ec.PublicKey()), want: Outcome{Status: Passed, Detail: ecText + " is in known_hosts"},
			trust: "known", key: ecText},
		{name: "unknown", known: line("other", other), key: edText, want: Outcome{
			Status: Failed, Detail: "the host key is unknown: " + edText,
			Hint: "Confirm the fingerprint with the owner of the server, then: " + scan + "'FILE'`",
		}},
		{name: "changed", known: "\n" + line(host, other), key: edText, want: Outcome{
			Status: Failed,
			Detail: "the host key has changed: the server shows " + edText + ", known is " + describeKey(other) + " (FILE:2)",
			Hint: "Somebody may listen in, or the server was set up anew. Never replace the key before the owner has confirmed the new fingerprint; then: " +
				"`ssh-keygen -R '" + host + "' -f 'FILE'` and " + scan + "'FILE'`",
		}},
		{name: "other kind", known: line(host, rsa), key: edText, want: Outcome{
			Status: Failed,
			Detail: "the host key is unknown: " + edText + "; known for this host is " + describeKey(rsa) + " (FILE:1), which the server does not show",
			Hint:   "The server has lost a key, or somebody listens in. Confirm the fingerprint with the owner, then: " + scan + "'FILE'`",
		}},
		{name: "authority", known: line("@cert-authority *", rsa), key: edText, want: Outcome{
			Status: Failed,
			Detail: "the host key is unknown: the server shows " + edText + " alone, no certificate of " + describeKey(rsa) + " (FILE:1)",
			Hint:   "Ask the owner for a host certificate, or confirm the fingerprint of the key with the owner, then: " + scan + "'FILE'`",
		}},
		{name: "revoked", known: line("@revoked *", ed.PublicKey()), key: edText, want: Outcome{
			Status: Failed, Detail: "the host key is revoked: " + edText + " (FILE:1)",
			Hint: "Do not log in. Tell the owner that the server still shows a key that was withdrawn.",
		}},
		{name: "revoked by a file", known: line(host, ed.PublicKey()), key: edText, withdrawn: string(ssh.MarshalAuthorizedKey(ed.PublicKey())), want: Outcome{
			Status: Failed, Detail: "the host key is revoked: " + edText + " (REVOKED)",
			Hint: "Do not log in. Tell the owner that the server still shows a key that was withdrawn.",
		}},
		{name: "pinned, but revoked by a file", pin: s.Fingerprints[1], key: edText, withdrawn: string(ssh.MarshalAuthorizedKey(ed.PublicKey())), want: Outcome{
			Status: Failed, Detail: "the host key is revoked: " + edText + " (REVOKED)",
			Hint: "Do not log in. Tell the owner that the server still shows a key that was withdrawn.",
		}},
		{name: "another is revoked", known: line(host, ed.PublicKey()), withdrawn: "# old\n" + string(ssh.MarshalAuthorizedKey(other)),
			want: Outcome{Status: Passed, Detail: edText + " is in known_hosts"}, trust: "known", key: edText},
		{name: "unreadable revocations", known: line(host, ed.PublicKey()), key: edText, withdrawn: "SSHKRL\x00", want: Outcome{
			Status: Failed, Detail: "no host key can be trusted: the revoked keys of REVOKED cannot be read",
			Hint: "Write one public key on each line of it, or take RevokedHostKeys out of the ssh configuration.",
		}},
		{name: "pinned", pin: s.Fingerprints[1], trust: "pinned", key: edText, want: Outcome{Status: Passed, Detail: edText + " is the pinned key"}},
		{name: "pinned other kind", pin: s.Fingerprints[0], trust: "pinned", key: ecText, want: Outcome{Status: Passed, Detail: ecText + " is the pinned key"}},
		{name: "not pinned", pin: ssh.FingerprintSHA256(other), key: ecText, want: Outcome{
			Status: Failed,
			Detail: "the host key is not the pinned one: the server shows " + edText + ", " + ecText + " instead of " + ssh.FingerprintSHA256(other),
			Hint:   pinHint,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := optionsFor(s)
			file := knownFile(t, c.known)
			o.KnownHosts, o.HostKey, o.HostAlias = []string{file}, c.pin, c.alias
			if c.withdrawn != "" {
				o.Revoked = []string{filepath.Join(t.TempDir(), "revoked")}
				if err := os.WriteFile(o.Revoked[0], []byte(c.withdrawn), 0o600); err != nil {
					t.Fatal(err)
				}
				c.want.Detail = strings.ReplaceAll(c.want.Detail, "REVOKED", o.Revoked[0])
			}
			before := s.Passwords()
			d := tryDial(t, &o, s.Password)
			c.want.Detail = strings.ReplaceAll(c.want.Detail, "FILE", file)
			c.want.Hint = strings.ReplaceAll(c.want.Hint, "FILE", file)
			if c.want.Status == Failed {
				d.wantEnd(t, "host-key", c.want)
			} else {
				d.wantEnd(t, "start-sftp", started)
				if got := d.stages["host-key"].Outcome; got != c.want {
					t.Errorf("host key is %+v, want %+v", got, c.want)
				}
			}
			if d.trust != c.trust || d.hostKey != c.key {
				t.Errorf("trust %q in %q, want %q in %q", d.trust, d.hostKey, c.trust, c.key)
			}
			if sent := s.Passwords() - before; (sent > 0) != (c.trust != "") {
				t.Errorf("%d passwords were sent with trust %q", sent, c.trust)
			}
			if text, err := os.ReadFile(file); err != nil || string(text) != c.known {
				t.Errorf("known_hosts was changed: %q, %v", text, err)
			}
		})
	}
	if len(temporary(t)) > 0 {
		t.Errorf("temporary files are left: %q", temporary(t))
	}
}

func temporary(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.TempDir(), "preflight-known-hosts-*"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestHostCertificate(t *testing.T) {
	host, authority := sftptest.Key(t, sftptest.Ed25519).Signer, sftptest.Key(t, sftptest.ECDSA).Signer
	certified := func(principal string, until time.Time) ssh.Signer {
		cert := &ssh.Certificate{
			Key: host.PublicKey(), CertType: ssh.HostCert, ValidPrincipals: []string{principal}, ValidBefore: uint64(until.Unix()),
		}
		if err := cert.SignCert(rand.Reader, authority); err != nil {
			t.Fatal(err)
		}
		signer, err := ssh.NewCertSigner(cert, host)
		if err != nil {
			t.Fatal(err)
		}
		return signer
	}
	text := describeKey(host.PublicKey())
	for _, c := range []struct {
		name      string
		principal string
		until     time.Time
		want      Outcome
	}{
		{"good", "127.0.0.1", time.Now().Add(time.Hour), Outcome{Status: Passed, Detail: text + " is in known_hosts"}},
		{"other host", "h", time.Now().Add(time.Hour), Outcome{
			Status: Failed,
			Detail: "the host certificate of " + text + ` is refused: principal "127.0.0.1" not in the set of valid principals for given certificate: ["h"]`,
			Hint:   "Ask the owner to renew the certificate of the server for this host name.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sftptest.SSH(t, sftptest.Config{HostKeys: []ssh.Signer{certified(c.principal, c.until)}})
			o := optionsFor(s)
			o.KnownHosts = []string{knownFile(t, line("@cert-authority 127.0.0.*", authority.PublicKey()))}
			if got := tryDial(t, &o).stages["host-key"].Outcome; got != c.want {
				t.Errorf("host key is\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}
