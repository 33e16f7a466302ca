package ftp

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A plainTLS is how a server is spoken to over TLS. Data connections resume the
// session of the control connection, which many servers require: it proves that
// both have the same client.
type plainTLS struct {
	control, data *tls.Config
}

func newPlainTLS(o *Options, host string, roots *x509.CertPool) *plainTLS {
	ticket := &lastTicket{}
	config := &tls.Config{ServerName: host, RootCAs: roots, ClientSessionCache: ticket, MinVersion: tls.VersionTLS12}
	if o.HostKey != "" {
		pinned := &pin{print: o.HostKey}
		config.InsecureSkipVerify = true // the pin decides alone
		config.VerifyConnection, config.Time = pinned.verify, pinned.now
	}
	data := config.Clone()
	data.ClientSessionCache = sameTicket{ticket}
	return &plainTLS{control: config, data: data}
}

// A pin trusts one certificate, whatever its name and age.
type pin struct {
	print string
	back  time.Duration // by which the clock is late
}

// verify compares the certificate. One that is out of date puts the clock back:
// the standard library resumes no session of such a certificate.
func (p *pin) verify(s tls.ConnectionState) error {
	if len(s.PeerCertificates) == 0 || certFingerprint(s.PeerCertificates[0]) != p.print {
		return &tls.CertificateVerificationError{UnverifiedCertificates: s.PeerCertificates, Err: errPin}
	}
	if late := time.Since(s.PeerCertificates[0].NotAfter); late > 0 && p.back == 0 {
		p.back = late + time.Hour
	}
	return nil
}

func (p *pin) now() time.Time { return time.Now().Add(-p.back) }

var errPin = errors.New("the certificate is another one than --host-key says")

// A lastTicket keeps the last session of the control connection. Unlike the
// caches of the standard library it keeps what was used: a session is resumed
// by one data connection after the other.
type lastTicket struct {
	mu    sync.Mutex
	state *tls.ClientSessionState
}

// Get returns the last session, whatever the key.
func (k *lastTicket) Get(string) (*tls.ClientSessionState, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state, k.state != nil
}

// Put keeps a session; nil, which would drop one, is ignored.
func (k *lastTicket) Put(_ string, state *tls.ClientSessionState) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if state != nil {
		k.state = state
	}
}

// A sameTicket is for data connections: what they are given is not the session
// of the control connection, and not kept.
type sameTicket struct{ *lastTicket }

// Put keeps nothing.
func (sameTicket) Put(string, *tls.ClientSessionState) {}

// certFingerprint is that of the certificate as it is sent, in the form of OpenSSH.
func certFingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// untrusted words why the certificate of a server is not trusted; there is one.
func untrusted(host string, e *tls.CertificateVerificationError) Outcome {
	leaf := e.UnverifiedCertificates[0]
	print := certFingerprint(leaf)
	out := Outcome{
		Status: Failed, Detail: distrust(host, leaf, e.Err) + "; its fingerprint is " + print,
		Hint: "Confirm the fingerprint with the owner of the server, then add --host-key " + print + ".",
	}
	if errors.Is(e.Err, errPin) {
		out.Hint = "Ask the owner whether the certificate was renewed. Only if the fingerprint is theirs, give it with --host-key " + print + "."
	}
	return out
}

func distrust(host string, leaf *x509.Certificate, err error) string {
	if errors.Is(err, errPin) {
		return errPin.Error()
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		names := leaf.DNSNames
		for _, ip := range leaf.IPAddresses {
			names = append(names, ip.String())
		}
		if len(names) == 0 {
			return fmt.Sprintf("the certificate is for no name, and so not for %s", host)
		}
		return fmt.Sprintf("the certificate is for %s, not for %s", clean(strings.Join(names, ", ")), host)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return fmt.Sprintf("the certificate, or that of its authority, is out of date: this one is good from %s to %s",
			leaf.NotBefore.UTC().Format("2006-01-02"), leaf.NotAfter.UTC().Format("2006-01-02"))
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		if leaf.Issuer.String() == leaf.Subject.String() {
			return "the server signed its certificate itself"
		}
		return fmt.Sprintf("the certificate was signed by %s, which this machine does not know", clean(leaf.Issuer.String()))
	}
	return "the certificate is not trusted: " + clean(err.Error())
}
