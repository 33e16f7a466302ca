package ftp

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/connectplus/preflight/internal/sftptest"
)

// putKey writes a file of mode 0600 and returns its path.
func putKey(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func encoded(t *testing.T, block *pem.Block, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

// wrapped breaks a text into lines of n characters.
func wrapped(text string, n int) string {
	var lines []string
	for chunk := range slices.Chunk([]byte(text), n) {
		lines = append(lines, string(chunk))
	}
	return strings.Join(lines, "\r\n")
}

// TestKeyForms reads one key in every form that people have it in.
func TestKeyForms(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	openssh := func(key any) []byte { block, err := ssh.MarshalPrivateKey(key, "c"); return encoded(t, block, err) }
	locked := func(key any) []byte {
		block, err := ssh.MarshalPrivateKeyWithPassphrase(key, "c", []byte("open sesame"))
		return encoded(t, block, err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(ed)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(long)}
	//lint:ignore SA1019 old keys are encrypted in this way
	old, err := x509.EncryptPEMBlock(rand.Reader, pkcs1.Type, pkcs1.Bytes, []byte("open sesame"), x509.PEMCipherAES128)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.StdEncoding.EncodeToString(openssh(ed))
	for _, c := range []struct {
		name      string
		data      []byte
		encrypted bool
		kind      string
	}{
		{"openssh ed25519", openssh(ed), false, "ed25519"},
		{"openssh rsa", openssh(long), false, "rsa"},
		{"openssh ecdsa", openssh(curve), false, "ecdsa"},
		{"openssh encrypted", locked(ed), true, "ed25519"},
		{"openssh rsa encrypted", locked(long), true, "rsa"},
		{"pkcs1", pem.EncodeToMemory(pkcs1), false, "rsa"},
		{"pkcs8", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), false, "ed25519"},
		{"sec1", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}), false, "ecdsa"},
		{"pem encrypted", pem.EncodeToMemory(old), true, "rsa"},
		{"base64", []byte(b64), false, "ed25519"},
		{"base64 over lines", []byte(wrapped(b64, 76) + "\r\n"), false, "ed25519"},
		{"base64 without padding", []byte(strings.TrimRight(base64.StdEncoding.EncodeToString(append(openssh(ed), '\n')), "=")), false, "ed25519"},
		{"base64 encrypted", []byte(base64.StdEncoding.EncodeToString(locked(ed))), true, "ed25519"},
		{"windows", []byte("\xef\xbb\xbf" + strings.ReplaceAll(string(openssh(ed)), "\n", " \t\r\n")), false, "ed25519"},
		{"no last line end", []byte(strings.TrimSpace(string(openssh(ed)))), false, "ed25519"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := putKey(t, "id", c.data)
			k, err := readIdentity(file, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if (k.signer == nil) != c.encrypted || len(k.warnings) > 0 {
				t.Errorf("open: %t, warnings %q", k.signer != nil, k.warnings)
			}
			if c.encrypted {
				wantKeyError(t, second(k.open(nil)), "key "+file+" is encrypted, and no passphrase was given",
					"Set PREFLIGHT_FTP_PASSPHRASE, or name a file with --passphrase-file FILE.")
				wantKeyError(t, second(k.open(secretOf("wrong"))), "the passphrase does not open key "+file,
					`Check the passphrase; "ssh-keygen -y -f `+file+`" asks for it, too.`)
			}
			signer, err := k.open(secretOf("open sesame"))
			if err != nil {
				t.Fatal(err)
			}
			if got := keyKind(signer.PublicKey()); got != c.kind || k.public == nil {
				t.Errorf("kind is %q, want %q", got, c.kind)
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func wantKeyError(t *testing.T, err error, detail, hint string) {
	t.Helper()
	e, ok := errors.AsType[*keyError](err)
	if !ok || e.detail != detail || e.hint != hint {
		t.Errorf("error is\n%#v, want\n%s\n%s", err, detail, hint)
	}
}

func TestKeyTrouble(t *testing.T) {
	pair := sftptest.Key(t, sftptest.Ed25519)
	public := ssh.MarshalAuthorizedKey(pair.Signer.PublicKey())
	private, err := os.ReadFile(pair.File(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	const begins = "Name a private key as ssh-keygen writes it; it begins with -----BEGIN OPENSSH PRIVATE KEY-----."
	const again = "Copy the private key again, from its BEGIN line to its END line."
	for _, c := range []struct {
		file         string
		detail, hint string // FILE stands for the path, STEM for it without its suffix
	}{
		{filepath.Join(folder, "none"), "key FILE does not exist", "Check the path that --identity names."},
		{folder, "key FILE is a folder", "Name the file of the private key in it, such as id_ed25519."},
		{putKey(t, "empty", []byte(" \n")), "key FILE is empty", again},
		{putKey(t, "large", make([]byte, keyLimit+1)), "key FILE is no private key: it is larger than 64 kB", begins},
		{putKey(t, "id.pub", public), "key FILE is a public key, not a private one", "Name the private key that belongs to it, mostly STEM."},
		{putKey(t, "id", public), "key FILE is a public key, not a private one", "Name the private key that belongs to it."},
		{putKey(t, "rfc", []byte("---- BEGIN SSH2 PUBLIC KEY ----\n")), "key FILE is a public key, not a private one", "Name the private key that belongs to it."},
		{putKey(t, "id-cert.pub", certificate(t, pair, ssh.UserCert, ssh.CertTimeInfinity)), "key FILE is a certificate, not a private key",
			"Name the private key that it belongs to; the certificate is found beside it as KEY-cert.pub."},
		{putKey(t, "deploy.ppk", []byte("PuTTY-User-Key-File-3: ssh-ed25519\r\n")), "key FILE is in the format of PuTTY",
			"Convert it: puttygen FILE -O private-openssh -o STEM.key"},
		{putKey(t, "x509", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
			"key FILE is a TLS certificate, not a private key", begins},
		{putKey(t, "text", []byte("hello")), "key FILE is no private key", begins},
		{putKey(t, "cut", private[:len(private)-40]), "key FILE is cut off or damaged", again},
		{putKey(t, "pkcs8", []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")),
			"key FILE is encrypted in the format PKCS #8, which cannot be read", "Convert a copy: cp FILE FILE.openssh && ssh-keygen -p -f FILE.openssh"},
		{putKey(t, "odd", []byte("-----BEGIN ODD PRIVATE KEY-----\nAAAA\n-----END ODD PRIVATE KEY-----\n")),
			`key FILE cannot be read: unsupported key type "ODD PRIVATE KEY"`, "Convert a copy: cp FILE FILE.openssh && ssh-keygen -p -f FILE.openssh"},
	} {
		_, err := readIdentity(c.file, time.Now())
		fill := strings.NewReplacer("FILE", c.file, "STEM", strings.TrimSuffix(c.file, filepath.Ext(c.file)))
		wantKeyError(t, err, fill.Replace(c.detail), fill.Replace(c.hint))
	}
	hardware := unreadable("id_sk", []byte("-----BEGIN x"), errors.New(`ssh: unhandled key type "sk-ssh-ed25519@openssh.com"`))
	wantKeyError(t, hardware, "key id_sk needs a hardware token, which a dataflow does not have", "Make a key without a token: ssh-keygen -t ed25519")
}

func TestOpenKeyFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no modes")
	}
	file := sftptest.Key(t, sftptest.Ed25519).File(t, "")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	k, err := readIdentity(file, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"key " + file + " can be read by other accounts (mode 0644), so that OpenSSH refuses it: chmod 600 " + file}
	if !slices.Equal(k.warnings, want) {
		t.Errorf("warnings are %q, want %q", k.warnings, want)
	}
}

// certificate is the text of one that a fresh authority signed.
func certificate(t *testing.T, pair sftptest.KeyPair, kind uint32, until uint64) []byte {
	t.Helper()
	return ssh.MarshalAuthorizedKey(signedBy(t, sftptest.Key(t, sftptest.Ed25519), pair, kind, until))
}

func signedBy(t *testing.T, authority, pair sftptest.KeyPair, kind uint32, until uint64) *ssh.Certificate {
	t.Helper()
	cert := &ssh.Certificate{
		Key: pair.Signer.PublicKey(), CertType: kind, ValidPrincipals: []string{sftptest.DefaultUser}, ValidBefore: until,
	}
	if err := cert.SignCert(rand.Reader, authority.Signer); err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestCertificateBeside(t *testing.T) {
	pair, other := sftptest.Key(t, sftptest.Ed25519), sftptest.Key(t, sftptest.Ed25519)
	now := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		data    []byte
		warning string // after the name of the file
	}{
		{"good", certificate(t, pair, ssh.UserCert, ssh.CertTimeInfinity), ""},
		{"expired", certificate(t, pair, ssh.UserCert, uint64(now.Unix())), " expired at 2025-03-01T00:00:00Z, so it is not offered"},
		{"host", certificate(t, pair, ssh.HostCert, ssh.CertTimeInfinity), " is for a host, not for a user, so it is not offered"},
		{"other", certificate(t, other, ssh.UserCert, ssh.CertTimeInfinity), " belongs to another key, so it is not offered"},
		{"key", ssh.MarshalAuthorizedKey(pair.Signer.PublicKey()), " is no certificate, so it is not offered"},
		{"empty", nil, " was not read"},
	} {
		for _, passphrase := range []string{"", "open sesame"} {
			file := pair.File(t, passphrase)
			if err := os.WriteFile(file+"-cert.pub", c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			k, err := readIdentity(file, now)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			if c.warning != "" {
				want = []string{"certificate " + file + "-cert.pub" + c.warning}
			}
			if (k.cert != nil) != (c.warning == "") || !slices.Equal(k.warnings, want) {
				t.Errorf("%s: certificate %v, warnings %q, want %q", c.name, k.cert, k.warnings, want)
			}
		}
	}
}
