package ftp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// dialSFTP connects, checks the host key, logs in and starts SFTP.
func dialSFTP(ctx context.Context, o *Options, t *tracer) *link {
	host := strings.Trim(o.Host, "[]")
	d := &sshDial{
		ctx: ctx, o: o, t: t, link: &link{stages: map[string]stage{}},
		address: net.JoinHostPort(host, strconv.Itoa(o.Port)),
		since:   time.Now(), left: o.ConnectTimeout,
	}
	d.trust = newHostTrust(o, host)
	d.link.warnings = append(d.link.warnings, d.trust.warnings...)
	for d.attempt() {
	}
	return d.link
}

// An sshDial is the way to one link. Only one goroutine works on it.
type sshDial struct {
	ctx     context.Context
	o       *Options
	t       *tracer
	link    *link
	trust   *hostTrust
	address string // host:port as it was given

	since time.Time     // the start of the stage that is under way
	asked time.Duration // of it, how long a person was asked
	left  time.Duration // until the deadline, as of the start of an attempt
}

// end notes how a stage ended; the next one begins.
func (d *sshDial) end(id string, out Outcome) {
	if out.Status == Failed && d.ctx.Err() != nil {
		out = Outcome{Status: Failed, Detail: "was stopped before the server had answered"}
	}
	now := time.Now()
	d.link.stages[id] = stage{out, now.Sub(d.since) - d.asked}
	d.since, d.asked = now, 0
}

// attempt makes one connection. It asks to be called again if the server may
// have another host key, which is the pinned one.
func (d *sshDial) attempt() (again bool) {
	begun := time.Now()
	dialer := net.Dialer{Timeout: d.left}
	conn, err := dialer.DialContext(d.ctx, "tcp", d.address)
	if err != nil {
		d.end("connect", notConnected(err, d.o, d.address))
		return false
	}
	w := &wire{Conn: conn}
	stop := context.AfterFunc(d.ctx, w.hang)
	until := begun.Add(d.left)
	_ = w.SetDeadline(until) // fails only on a closed connection, as the next read does
	l := &sshLogin{o: d.o, t: d.t, wire: w, ask: func(f func()) { d.suspend(w, &until, f) }, ctx: d.ctx}
	defer l.close()
	offered := d.trust.algorithms()
	client, err := d.handshake(w, l, offered)
	d.link.warnings = append(d.link.warnings, l.warnings...)
	if err == nil {
		err = d.start(client, w)
	}
	if err == nil {
		_ = w.SetDeadline(time.Time{})
		stop()
		return false
	}
	stop()
	w.hang()
	d.left = time.Until(until)
	return d.left > 0 && d.ctx.Err() == nil && d.trust.another()
}

// suspend runs f, which waits for a person, while no deadline runs.
func (d *sshDial) suspend(w *wire, until *time.Time, f func()) {
	begun := time.Now()
	_ = w.SetDeadline(time.Time{})
	f()
	waited := time.Since(begun)
	*until = until.Add(waited)
	d.asked += waited
	_ = w.SetDeadline(*until)
}

// handshake ends the stages connect, host-key and login, or one of them with a
// failure and then returns the error.
func (d *sshDial) handshake(w *wire, l *sshLogin, algorithms []string) (*ssh.Client, error) {
	shown := false // a host key
	conn, channels, requests, err := ssh.NewClientConn(w, d.address, &ssh.ClientConfig{
		User:              d.o.User,
		HostKeyAlgorithms: algorithms,
		HostKeyCallback: func(_ string, remote net.Addr, key ssh.PublicKey) error {
			shown = true
			return d.checkKey(w, remote, key)
		},
		BannerCallback: l.hearBanner,
		AuthCallback:   l.next,
	})
	switch {
	case err == nil:
		out := l.passed()
		d.t.note(out.Detail)
		d.end("login", out)
		return ssh.NewClient(conn, channels, requests), nil
	case d.link.trust != "":
		d.end("login", l.failed(err))
	case shown:
		// The refusal is noted already.
	case len(d.trust.seen) > 0:
		d.end("host-key", d.trust.notPinned())
		d.trust.exhausted = true
	default:
		d.heard(w)
		d.end("connect", noSSH(w, err, d.o, d.address))
	}
	return nil, err
}

// heard takes over what the server calls itself.
func (d *sshDial) heard(w *wire) {
	d.link.server = w.server()
}

// checkKey judges the host key and ends the stages before the login.
func (d *sshDial) checkKey(w *wire, remote net.Addr, key ssh.PublicKey) error {
	d.heard(w)
	if _, done := d.link.stages["connect"]; !done {
		at := remote.String()
		d.t.note("connected to " + at + ": " + d.link.server)
		d.end("connect", Outcome{Status: Passed, Detail: d.link.server + " at " + at})
	}
	d.link.hostKey = describeKey(key)
	d.t.note("host key " + d.link.hostKey)
	trust, out := d.trust.check(remote, key)
	d.end("host-key", out)
	if out.Status == Failed {
		return errors.New(out.Detail)
	}
	d.link.trust = trust
	return nil
}

// start opens a session and begins SFTP in it.
func (d *sshDial) start(client *ssh.Client, w *wire) error {
	ch, requests, err := openSession(client)
	if err != nil {
		d.end("start-sftp", noSession(err, w, d.o))
		return err
	}
	go ssh.DiscardRequests(requests)
	ok, err := ch.SendRequest("subsystem", true, ssh.Marshal(struct{ Name string }{"sftp"}))
	if err == nil && !ok {
		err = errors.New("there is no subsystem sftp")
		d.end("start-sftp", Outcome{
			Status: Failed,
			Detail: "login works, but the server has no SFTP subsystem for this account",
			Hint:   `Ask the owner to switch it on; in sshd_config: "Subsystem sftp internal-sftp".`,
		})
		return err
	}
	if err != nil {
		d.end("start-sftp", noSession(err, w, d.o))
		return err
	}
	r, err := startSFTP(ch, w.hang, d.o.Timeout, d.t)
	if err != nil {
		d.end("start-sftp", noSFTP(err, w, d.o))
		return err
	}
	d.t.note("SFTP has started")
	d.link.remote = r
	d.end("start-sftp", Outcome{Status: Passed, Detail: "SFTP has started"})
	return nil
}

// openSession opens a channel. The library waits for ever where the connection
// ended just before, so that the end of the connection ends it, too.
func openSession(client *ssh.Client) (ssh.Channel, <-chan *ssh.Request, error) {
	type opened struct {
		ch       ssh.Channel
		requests <-chan *ssh.Request
		err      error
	}
	done, over := make(chan opened, 1), make(chan error, 1)
	go func() {
		ch, requests, err := client.OpenChannel("session", nil)
		done <- opened{ch, requests, err}
	}()
	go func() { over <- client.Wait() }()
	select {
	case o := <-done:
		return o.ch, o.requests, o.err
	case err := <-over:
		select {
		case o := <-done: // what the server said before it closed
			return o.ch, o.requests, o.err
		case <-time.After(grace):
			return nil, nil, fmt.Errorf("the connection has ended: %w", err)
		}
	}
}

// noSession words why no session could be opened after the login.
func noSession(err error, w *wire, o *Options) Outcome {
	const chroot = "Most often the chroot folder, or one above it, does not belong to root or can be written by a group: " +
		"chown root:root DIR && chmod 755 DIR."
	if no, ok := errors.AsType[*ssh.OpenChannelError](err); ok {
		return Outcome{
			Status: Failed,
			Detail: "login works, but the server refuses to open a session",
			Hint:   "Ask the owner to allow SFTP sessions for this account. " + chroot,
			Server: clean(no.Message),
		}
	}
	if timedOut(w.failure()) {
		return silent(o)
	}
	return Outcome{
		Status: Failed,
		Detail: "login works, but the server closes the connection before a session opens",
		Hint:   "Ask the owner to look into the log of the server. " + chroot,
	}
}

func silent(o *Options) Outcome {
	return Outcome{
		Status: Failed,
		Detail: fmt.Sprintf("login works, but SFTP does not start within %s", o.ConnectTimeout),
		Hint:   "Try --connect-timeout 60s; if that does not help, ask the owner why SFTP hangs for this account.",
	}
}

// noSFTP words why the subsystem did not speak SFTP.
func noSFTP(err error, w *wire, o *Options) Outcome {
	e, _ := errors.AsType[*startError](err)
	switch {
	case e != nil && e.text != "":
		return Outcome{
			Status: Failed,
			Detail: fmt.Sprintf("login works, but in place of SFTP the server sends %q", e.text),
			Hint: "Ask the owner to let this account use SFTP: a forced command, a login script that prints, " +
				"or a shell such as nologin is in the way; in sshd_config: \"ForceCommand internal-sftp\".",
			Server: e.text,
		}
	case timedOut(w.failure()):
		return silent(o)
	}
	return Outcome{
		Status: Failed,
		Detail: "login works, but SFTP ends before it begins",
		Hint: "Ask the owner: the shell of the account may be /bin/false (then \"ForceCommand internal-sftp\" helps), " +
			"or its password has expired.",
	}
}
