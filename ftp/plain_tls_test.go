package ftp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

// testCertificate is for 127.0.0.1 and signed by parent, or by itself.
func testCertificate(t *testing.T, parent *tls.Certificate, until time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "signed by others"},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	signer, signerKey := template, any(key)
	if parent == nil {
		template.Subject.CommonName = "Test Authority"
		template.IsCA, template.BasicConstraintsValid = true, true
	} else {
		signer, signerKey = parent.Leaf, parent.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer, key.Public(), signerKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// Every data connection resumes the session of the control connection, with
// tickets that were used before.
func TestPlainResumes(t *testing.T) {
	cert := testCertificate(t, nil, time.Now().Add(24*time.Hour))
	pool := x509.NewCertPool()
	pool.AddCert(cert.Leaf)
	for _, c := range []struct {
		name    string
		version uint16
		pin     string
		roots   *x509.CertPool
	}{
		{"TLS 1.2", tls.VersionTLS12, "", pool}, {"TLS 1.3", tls.VersionTLS13, "", pool},
		{"TLS 1.2, pinned", tls.VersionTLS12, certFingerprint(cert.Leaf), nil}, {"TLS 1.3, pinned", tls.VersionTLS13, certFingerprint(cert.Leaf), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fakeFTP{
				answers: map[string]string{"PBSZ": "200 ok", "PROT": "200 ok"}, file: "text",
				tls: &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: c.version, MaxVersion: c.version},
			}
			d := plainDialOf(fakeOptions(t, f.serve))
			d.o.Protocol, d.o.HostKey, d.implicit, d.roots = FTPS, c.pin, true, c.roots
			r := plainLink(t, d)
			for i := range 4 {
				if b, err := r.Read(t.Context(), "/a", 10); err != nil || string(b) != "text" {
					t.Fatalf("round %d: Read: %q, %v", i, b, err)
				}
				if opened, err := r.Create(t.Context(), "/a", []byte("x"), true); err != nil || !opened {
					t.Fatalf("round %d: Create: %t, %v", i, opened, err)
				}
			}
		})
	}
}

func TestPlainDistrust(t *testing.T) {
	now := time.Now()
	authority := testCertificate(t, nil, now.Add(24*time.Hour))
	pool := x509.NewCertPool()
	pool.AddCert(authority.Leaf)
	for _, c := range []struct {
		name  string
		cert  *tls.Certificate
		roots *x509.CertPool
		want  string
	}{
		{"expired", testCertificate(t, authority, now.Add(-time.Hour)), pool, "out of date"},
		{"not yet valid", testCertificate(t, authority, now.Add(72*time.Hour)), pool, "out of date"},
		{"signed by others", testCertificate(t, authority, now.Add(time.Hour)), x509.NewCertPool(), "signed by CN=Test Authority, which this machine does not know"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fakeFTP{tls: &tls.Config{Certificates: []tls.Certificate{*c.cert}}}
			d := plainDialOf(fakeOptions(t, f.serve))
			d.o.Protocol, d.implicit, d.roots = FTPS, true, c.roots
			l := d.dial(t.Context())
			got := l.stages["host-key"]
			if got.Status != Failed || !strings.Contains(got.Detail, c.want) || l.stages["connect"].Status != Passed {
				t.Errorf("got %+v", l.stages)
			}
			if print := certFingerprint(c.cert.Leaf); !strings.Contains(got.Hint, "--host-key "+print) || l.hostKey != "certificate "+print || l.trust != "" {
				t.Errorf("hint %q, key %q, trust %q", got.Hint, l.hostKey, l.trust)
			}
		})
	}
}

// An expired certificate does not hurt a server that is pinned to it.
func TestPlainPinnedExpired(t *testing.T) {
	cert := testCertificate(t, nil, time.Now().Add(-time.Hour))
	f := fakeFTP{
		answers: map[string]string{"PBSZ": "200 ok", "PROT": "200 ok"},
		tls:     &tls.Config{Certificates: []tls.Certificate{*cert}},
	}
	d := plainDialOf(fakeOptions(t, f.serve))
	d.o.Protocol, d.o.HostKey, d.implicit = FTPS, certFingerprint(cert.Leaf), true
	plainLink(t, d)
}

func TestPlainDataInTheClear(t *testing.T) {
	cert := testCertificate(t, nil, time.Now().Add(24*time.Hour))
	f := fakeFTP{
		answers: map[string]string{"PBSZ": "200 ok", "PROT": "534 no"},
		tls:     &tls.Config{Certificates: []tls.Certificate{*cert}},
	}
	d := plainDialOf(fakeOptions(t, f.serve))
	d.o.Protocol, d.o.HostKey, d.implicit = FTPS, certFingerprint(cert.Leaf), true
	if got := d.dial(t.Context()).stages["start-sftp"]; got.Status != Failed || !strings.Contains(got.Detail, "does not encrypt data connections") {
		t.Errorf("got %+v", got)
	}
}
