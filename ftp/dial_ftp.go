package ftp

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	client "github.com/jlaffaye/ftp"
)

// dialFTP connects to an FTP or FTPS server, logs in and tries a data connection.
func dialFTP(ctx context.Context, o *Options, t *tracer) *link {
	d := &plainDial{o: o, t: t, unwatch: func() bool { return true }, implicit: o.Protocol == FTPS && o.Port == ImplicitPort}
	return d.dial(ctx)
}

// A plainDial is the way to one link.
type plainDial struct {
	o        *Options
	t        *tracer
	implicit bool           // TLS from the first byte
	roots    *x509.CertPool // nil: those of the system

	link    *link
	wire    *plainWire
	answer  *bufio.Reader // of wire, until the library reads it
	asked   time.Duration // of a stage, how long a person was asked
	barred  *Outcome      // by the certificate, where TLS comes before the greeting
	conn    *client.ServerConn
	unwatch func() bool // ends the watch over the context
	setUp   error       // what failed after the login, in the library's call for both
}

func (d *plainDial) dial(ctx context.Context) *link {
	d.link = &link{stages: map[string]stage{}}
	defer func() { d.unwatch() }()
	for _, s := range []struct {
		id  string
		run func(context.Context) Outcome
	}{{"connect", d.connect}, {"host-key", d.secure}, {"login", d.login}, {"start-sftp", d.start}} {
		began := time.Now()
		d.asked = 0
		out := s.run(ctx)
		if out.Status == Failed && ctx.Err() != nil {
			out = Outcome{Status: Failed, Detail: "was stopped before the server had answered"}
		}
		d.link.stages[s.id] = stage{out, time.Since(began) - d.asked}
		if out.Status == Failed {
			if d.wire != nil {
				d.wire.cut(&lostError{})
			}
			return d.link
		}
	}
	return d.link
}

// connect waits for the greeting. Where TLS comes first, a certificate that is
// not trusted is the matter of the next stage.
func (d *plainDial) connect(ctx context.Context) Outcome {
	address := net.JoinHostPort(d.host(), strconv.Itoa(d.o.Port))
	until := time.Now().Add(d.o.ConnectTimeout)
	dialer := net.Dialer{Deadline: until}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return notConnected(err, d.o, address)
	}
	d.wire = newPlainWire(conn, d.o, d.t)
	d.wire.until = until
	d.wire.secret = func() (Secret, error) { return d.password(ctx) }
	d.unwatch = context.AfterFunc(ctx, func() { d.wire.cut(&lostError{cause: ctx.Err()}) })
	if d.implicit {
		if out := d.handshake(ctx); out.Status == Failed {
			if d.link.hostKey == "" {
				return out
			}
			d.barred = &out
			return Outcome{Status: Passed, Detail: "a server that speaks TLS at " + conn.RemoteAddr().String()}
		}
	}
	d.answer = bufio.NewReader(d.wire)
	code, words, err := textproto.NewReader(d.answer).ReadResponse(0)
	if err != nil || code != 220 || d.wire.greets() == mailServer {
		return d.noFTP(address)
	}
	d.link.server = greeter(words)
	at := conn.RemoteAddr().String()
	d.t.note("connected to " + at)
	return Outcome{Status: Passed, Detail: "an FTP server at " + at}
}

// greeter takes what a server calls itself from its greeting: the first line
// that says something, without its ornaments.
func greeter(words string) string {
	for line := range strings.Lines(words) {
		if name := strings.Trim(clean(line), " -*=#()"); name != "" {
			return name
		}
	}
	return ""
}

// host is the name without the brackets of an IPv6 address.
func (d *plainDial) host() string { return strings.Trim(d.o.Host, "[]") }

// secure begins TLS, unless it stands already, and says whom the server is
// known by.
func (d *plainDial) secure(ctx context.Context) Outcome {
	switch {
	case d.o.Protocol == FTP:
		return Outcome{Status: Skipped, Detail: "FTP has no host key: the password and all files travel unencrypted"}
	case d.barred != nil:
		return *d.barred
	case !d.implicit:
		// What came before TLS must not be taken for what comes in it.
		if d.answer.Buffered() > 0 {
			return d.noTLS(errPlace)
		}
		if err := d.ask("AUTH TLS", 234); err != nil {
			return d.noTLS(err)
		}
		if d.answer.Buffered() > 0 {
			return d.noTLS(errPlace)
		}
		if out := d.handshake(ctx); out.Status == Failed {
			return out
		}
	}
	d.link.trust = "known"
	out := Outcome{Status: Passed, Detail: d.link.hostKey + " is trusted: an authority that this machine knows has signed it"}
	if d.o.HostKey != "" {
		d.link.trust = "pinned"
		out.Detail = d.link.hostKey + " is the one that --host-key says"
	}
	d.t.note(out.Detail)
	return out
}

// ask sends a command before the library does.
func (d *plainDial) ask(command string, want int) error {
	if _, err := io.WriteString(d.wire, command+"\r\n"); err != nil {
		return err
	}
	_, _, err := textproto.NewReader(d.answer).ReadResponse(want)
	return err
}

// handshake begins TLS. The key that the server showed is in link.hostKey,
// trusted or not.
func (d *plainDial) handshake(ctx context.Context) Outcome {
	trust := newPlainTLS(d.o, d.host(), d.roots)
	secured := tls.Client(d.wire.Conn, trust.control)
	if err := secured.SetDeadline(d.wire.deadline()); err != nil {
		return d.noTLS(d.wire.lose(err))
	}
	err := secured.HandshakeContext(ctx)
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && len(bad.UnverifiedCertificates) > 0 {
		d.link.hostKey = "certificate " + certFingerprint(bad.UnverifiedCertificates[0])
		return untrusted(d.host(), bad)
	}
	if err != nil {
		return d.noTLS(err)
	}
	d.link.hostKey = "certificate " + certFingerprint(secured.ConnectionState().PeerCertificates[0])
	d.wire.Conn, d.wire.tls = secured, trust
	return Outcome{Status: Passed}
}

// login hands the connection to the library, which wants to hear the greeting,
// and logs in. The call also sets the session up; what fails there is left to
// the next stage.
func (d *plainDial) login(context.Context) Outcome {
	first := true
	open := func(network, address string) (net.Conn, error) {
		if !first {
			return d.wire.open(network, address)
		}
		first = false
		return &greeted{d.wire, io.MultiReader(strings.NewReader("220 \r\n"), d.answer)}, nil
	}
	options := []client.DialOption{client.DialWithDialFunc(open)}
	if d.wire.tls != nil {
		options = append(options, client.DialWithTLS(d.wire.tls.data)) // asks for encrypted data connections
	}
	var err error
	if d.conn, err = client.Dial(d.wire.RemoteAddr().String(), options...); err != nil {
		return d.noLogin(err)
	}
	err = d.conn.Login(d.o.User, "")
	switch d.wire.verb {
	case "USER", "PASS":
		if err != nil {
			return d.noLogin(err)
		}
	case "OPTS":
		// A server that will not be told to use UTF-8 is used as it is.
		if d.wire.gone() == nil {
			err = nil
		}
	}
	d.setUp = err
	return Outcome{Status: Passed, Detail: "logged in as " + d.o.User}
}

// A greeted is a control connection whose greeting was read already.
type greeted struct {
	*plainWire
	r io.Reader
}

// Read returns a greeting of our own, then what the server sends.
func (g *greeted) Read(p []byte) (int, error) { return g.r.Read(p) }

// password asks for the password, once, and gives a person the time it takes.
func (d *plainDial) password(ctx context.Context) (Secret, error) {
	if d.o.Password == nil {
		return "", errNoPass
	}
	began := time.Now()
	secret, err := d.o.askPassword(ctx)
	took := time.Since(began)
	d.asked += took
	d.wire.until = d.wire.until.Add(took)
	return secret, err
}

// start looks where the account begins, and tries a data connection: that
// passive ports are closed is the most frequent defect of FTP.
func (d *plainDial) start(ctx context.Context) Outcome {
	if d.setUp != nil {
		return d.notSetUp(d.wire.judge(d.setUp))
	}
	r := &plainRemote{conn: d.conn, wire: d.wire}
	err := r.do(ctx, func() error {
		home, err := d.conn.CurrentDir()
		r.home = home
		return err
	})
	if lost(err) {
		return d.notSetUp(err)
	}
	err = r.do(ctx, func() error {
		_, err := r.complete(d.conn.List(""))
		return err
	})
	if lost(err) {
		return d.notSetUp(err)
	}
	// Only a refused connection is a defect here: folders are looked at later.
	if no := refused(err); no != nil && d.wire.noData(no) {
		return d.notSetUp(err)
	}
	d.wire.until = time.Time{}
	d.link.remote = r
	return Outcome{Status: Passed, Detail: "data connections open"}
}

// noData tells whether a refusal is about the data connection alone.
func (w *plainWire) noData(no *refusal) bool {
	return no.code == 425 || no.code == 426 || no.code == 522 || w.verb == "EPSV" || w.verb == "PASV"
}
