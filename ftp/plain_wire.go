package ftp

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// replyLimit bounds the bytes of the answers to one command: a banner of a
// thousand lines fits.
const replyLimit = 256 << 10

var (
	errFlood  = errors.New("an answer is too long to be one of FTP")
	errNoFTP  = errors.New("an answer is none of FTP")
	errPlace  = errors.New("the server answers what was not asked")
	errNoPass = errors.New("there is no password")
)

// A plainWire is a control connection as the library sees it, and opens its
// data connections. It bounds silences and answers, hands lines to the tracer,
// and remembers what was said last. Apart from cut it is used by one goroutine.
type plainWire struct {
	net.Conn               // TLS above TCP, or TCP
	tls      *plainTLS     // nil: data connections are not encrypted
	timeout  time.Duration // of a silence
	until    time.Time     // the end of logging in; zero: logged in
	secret   func() (Secret, error)
	t        *tracer

	first   []byte // what the server sent before anything else
	out     []byte // a command that is not whole yet
	asking  error  // of the password
	hidden  string // the password, once it is known
	verb    string // of the last command
	asked   int    // answers that are due, the greeting among them
	room    int    // bytes that the server may still answer
	line    []byte // an answer that is not whole yet
	several string // what ends an answer of several lines: "250 "; empty: it has one
	foreign bool   // an answer was none of FTP
	begun   bool   // the last command has a preliminary answer: 1xx
	code    int    // of the last answer
	words   string // all its lines

	data *plainData // the last one

	ctx context.Context // ends with the connection
	end context.CancelFunc
	mu  sync.Mutex
	was *lostError // set once
}

func newPlainWire(conn net.Conn, o *Options, t *tracer) *plainWire {
	w := &plainWire{Conn: conn, timeout: o.Timeout, t: t, asked: 1, room: replyLimit}
	w.ctx, w.end = context.WithCancel(context.Background())
	context.AfterFunc(w.ctx, func() { _ = conn.Close() }) // the one below TLS, which never waits
	return w
}

// cut closes the connection for good. The first reason is kept.
func (w *plainWire) cut(why *lostError) *lostError {
	w.mu.Lock()
	if w.was == nil {
		w.was = why
	}
	why = w.was
	w.mu.Unlock()
	w.end()
	return why
}

// gone returns why the connection is lost; nil if it is not.
func (w *plainWire) gone() *lostError {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.was
}

// lose cuts the connection after a read or a write that failed.
func (w *plainWire) lose(err error) error {
	return w.cut(&lostError{frozen: errors.Is(err, os.ErrDeadlineExceeded), cause: err})
}

// deadline is when a silence that begins now is too long.
func (w *plainWire) deadline() time.Time {
	if !w.until.IsZero() {
		return w.until
	}
	return time.Now().Add(w.timeout)
}

// Write sends commands. That of the password is a stand-in, which the library
// gives before it knows whether the server wants one.
func (w *plainWire) Write(p []byte) (int, error) {
	w.out = append(w.out, p...)
	if !bytes.HasSuffix(w.out, []byte("\r\n")) {
		return len(p), nil
	}
	send := w.out
	w.out = nil
	shown := string(send[:len(send)-2])
	w.verb, _, _ = strings.Cut(shown, " ")
	if w.verb == "PASS" {
		secret, err := w.ask()
		if err != nil {
			return 0, err
		}
		send = []byte("PASS " + string(secret) + "\r\n")
		shown = "PASS " + secret.String()
	}
	w.asked++
	w.room = replyLimit
	w.begun = false
	w.t.sent(clean(shown))
	if err := w.SetWriteDeadline(w.deadline()); err != nil {
		return 0, w.lose(err)
	}
	if _, err := w.Conn.Write(send); err != nil {
		return 0, w.lose(err)
	}
	return len(p), nil
}

// ask gets the password.
func (w *plainWire) ask() (Secret, error) {
	secret, err := w.secret()
	w.asking, w.hidden = err, string(secret)
	if err == nil && strings.ContainsAny(string(secret), "\r\n\x00") {
		w.asking = errors.New("it holds a line break, which FTP cannot send")
	}
	return secret, w.asking
}

func (w *plainWire) Read(p []byte) (int, error) {
	if err := w.SetReadDeadline(w.deadline()); err != nil {
		return 0, w.lose(err)
	}
	n, err := w.Conn.Read(p)
	if more := headLimit - len(w.first); more > 0 {
		w.first = append(w.first, p[:min(n, more)]...)
	}
	if w.room -= n; w.room < 0 {
		return 0, w.lose(errFlood)
	}
	for rest := p[:n]; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		w.line, rest = append(w.line, line...), after
		if whole {
			w.hear(strings.TrimSuffix(string(w.line), "\r"))
			w.line = w.line[:0]
		}
	}
	if w.foreign {
		return 0, w.lose(errNoFTP) // the library would wait for more of it
	}
	if w.asked < 0 && w.code != 421 {
		return 0, w.lose(errPlace)
	}
	if err != nil && n == 0 {
		return 0, w.lose(err)
	}
	return n, nil
}

// hear takes a line of an answer: "250-…", any text, "250 End".
func (w *plainWire) hear(line string) {
	if len(w.hidden) > 2 { // some servers repeat the command that they refuse
		line = strings.ReplaceAll(line, w.hidden, Secret("").String())
	}
	w.t.note(clean(line))
	if w.several != "" {
		w.words += "\n" + strings.TrimPrefix(strings.TrimPrefix(line, w.several), w.several[:3]+"-")
		if strings.HasPrefix(line, w.several) || line == w.several[:3] {
			w.settle()
		}
		return
	}
	code, err := strconv.Atoi(line[:min(3, len(line))])
	if err != nil || code < 100 {
		w.foreign = true
		return
	}
	w.code, w.words = code, strings.TrimSpace(line[3:])
	if strings.HasPrefix(w.words, "-") && line[3] == '-' {
		w.several = line[:3] + " "
		w.words = line[4:]
		return
	}
	w.settle()
}

// settle ends an answer. Those that would make the library panic are none.
func (w *plainWire) settle() {
	w.several = ""
	open, shut := strings.Index(w.words, "("), strings.LastIndex(w.words, ")")
	if w.verb == "PWD" && strings.Count(w.words, `"`) == 1 || w.verb == "PASV" && open >= 0 && shut >= 0 && shut < open {
		w.foreign = true
	}
	if w.code/100 == 1 {
		w.begun = true
		return
	}
	w.asked--
}

// open is how the library opens data connections.
func (w *plainWire) open(network, address string) (net.Conn, error) {
	dialer := net.Dialer{Deadline: w.deadline()}
	conn, err := dialer.DialContext(w.ctx, network, address)
	if err != nil {
		return nil, &dataError{err}
	}
	d := &plainData{Conn: conn, tcp: conn, wire: w, room: dataLimit}
	d.stop = context.AfterFunc(w.ctx, func() { _ = conn.Close() })
	if w.tls != nil {
		d.Conn = tls.Client(conn, w.tls.data)
	}
	w.data = d
	return d, nil
}

// dataLimit bounds what is read from one data connection, in bytes: the list of
// some hundred thousand files.
const dataLimit = 16 << 20

// A dataError says that a data connection failed while the control connection
// stands.
type dataError struct{ cause error }

func (e *dataError) Error() string {
	return fmt.Sprintf("the data connection failed: %s", clean(e.cause.Error()))
}

func (e *dataError) Unwrap() error { return e.cause }

// A plainData is one data connection.
type plainData struct {
	net.Conn // TLS above TCP, or TCP
	tcp      net.Conn
	wire     *plainWire
	room     int  // bytes that may still be read
	short    bool // reading ended before the server did
	wrote    bool
	stop     func() bool
}

func (d *plainData) Read(p []byte) (int, error) {
	if d.room <= 0 {
		d.short = true
		return 0, io.EOF
	}
	if err := d.SetReadDeadline(d.wire.deadline()); err != nil {
		return 0, d.fail(err)
	}
	n, err := d.Conn.Read(p[:min(len(p), d.room)])
	d.room -= n
	switch {
	case err == nil, err == io.EOF:
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, io.EOF // some servers end TCP without ending TLS; the final answer tells
	}
	return n, d.fail(err)
}

func (d *plainData) Write(p []byte) (int, error) {
	d.wrote = true
	if err := d.SetWriteDeadline(d.wire.deadline()); err != nil {
		return 0, d.fail(err)
	}
	n, err := d.Conn.Write(p)
	if err != nil {
		return n, d.fail(err)
	}
	return n, nil
}

// Handshake begins TLS for an empty file, for which nothing is written.
func (d *plainData) Handshake() error {
	d.wrote = true
	c, ok := d.Conn.(*tls.Conn)
	if !ok {
		return nil
	}
	if err := d.SetDeadline(d.wire.deadline()); err != nil {
		return d.fail(err)
	}
	if err := c.Handshake(); err != nil {
		return d.fail(err)
	}
	return nil
}

// fail ends the whole connection if the server fell silent in a transfer: a late
// answer could no longer be told from the next one.
func (d *plainData) fail(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return d.wire.lose(err)
	}
	return &dataError{err}
}

// drainTime is how long the server may take to close its side of an upload.
const drainTime = 2 * time.Second

// Close ends an upload gently: with session tickets of TLS 1.3 unread, TCP
// would be reset, and the server could lose the end of the file.
func (d *plainData) Close() error {
	defer d.stop()
	if d.wrote {
		if c, ok := d.Conn.(*tls.Conn); ok {
			_ = c.CloseWrite() // that it failed shows in the final answer
		}
		if c, ok := d.tcp.(*net.TCPConn); ok {
			_ = c.CloseWrite()
		}
		_ = d.SetReadDeadline(time.Now().Add(min(drainTime, d.wire.timeout)))
		_, _ = io.Copy(io.Discard, io.LimitReader(d.Conn, replyLimit))
	}
	_ = d.Conn.Close() // TLS says that it cannot end what never began
	return nil
}
