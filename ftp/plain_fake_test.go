package ftp

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/connectplus/preflight/internal/sftptest"
)

// A fakeFTP answers as no real server does on request. It maps commands to
// answers, the greeting being that to ""; what is not there is answered as a
// server without MLST would.
type fakeFTP struct {
	answers map[string]string
	list    string // what LIST sends
	file    string // what RETR sends

	tls *tls.Config // of control and data connections, from the first byte; nil: none
}

// Answers that are none.
const (
	freeze = "freeze" // nothing is said any more
	hangUp = "hang up"
	babble = "babble" // a line without an end
)

var politeFTP = map[string]string{
	"": "220 fake", "USER": "331 password?", "PASS": "230 welcome", "FEAT": "500 what?", "TYPE": "200 ok", "PWD": `257 "/"`,
	"CWD": "250 ok", "LIST": "226 done", "STOR": "226 done", "RETR": "226 done", "DELE": "250 done", "RNFR": "350 where to?",
	"RNTO": "250 done", "SIZE": "550 no such file",
}

func (f fakeFTP) answer(command string) string {
	if a, ok := f.answers[command]; ok {
		return a
	}
	if a, ok := politeFTP[command]; ok {
		return a
	}
	return "502 what?"
}

func (f fakeFTP) serve(conn net.Conn) {
	passive, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	defer passive.Close()
	if f.tls != nil {
		conn = tls.Server(conn, f.tls)
	}
	lines := bufio.NewScanner(conn)
	if !say(conn, f.answer("")) {
		return
	}
	for lines.Scan() {
		verb, _, _ := strings.Cut(lines.Text(), " ")
		answer := f.answer(verb)
		_, chosen := f.answers[verb]
		switch {
		case verb == "EPSV" && !chosen:
			answer = fmt.Sprintf("229 here (|||%d|)", passive.Addr().(*net.TCPAddr).Port)
		case verb == "LIST" || verb == "STOR" || verb == "RETR":
			if early := strings.HasPrefix(answer, "early "); early {
				answer = strings.TrimPrefix(answer, "early ")
			} else if !f.transfer(conn, passive, verb) {
				return
			}
		}
		if !say(conn, answer) {
			return
		}
	}
}

func (f fakeFTP) transfer(conn net.Conn, passive net.Listener, verb string) bool {
	if !say(conn, "150 go on") {
		return false
	}
	data, err := passive.Accept()
	if err != nil {
		return false
	}
	defer func() { _ = data.Close() }()
	if f.tls != nil {
		secured := tls.Server(data, f.tls)
		data = secured
		if secured.Handshake() != nil || !secured.ConnectionState().DidResume {
			return say(conn, "522 session reuse required") && false
		}
	}
	switch verb {
	case "LIST":
		_, err = io.WriteString(data, f.list)
	case "RETR":
		_, err = io.WriteString(data, f.file)
	default:
		_, err = io.Copy(io.Discard, data)
	}
	return err == nil || errors.Is(err, net.ErrClosed) || verb != "STOR" // a reader may have had enough
}

// say sends an answer. It returns false when the connection is at its end.
func say(conn net.Conn, answer string) bool {
	switch answer {
	case hangUp:
		return false
	case freeze:
		_, _ = io.Copy(io.Discard, conn)
		return false
	case babble:
		for err := error(nil); err == nil; {
			_, err = io.WriteString(conn, strings.Repeat("250-x", 1000))
		}
		return false
	}
	_, err := io.WriteString(conn, strings.ReplaceAll(answer, "\n", "\r\n")+"\r\n")
	return err == nil
}

// fakeOptions are those of an account at a server made by the test.
func fakeOptions(t *testing.T, serve func(net.Conn)) *Options {
	p := sftptest.Listen(t, serve)
	return &Options{
		Protocol: FTP, Host: p.Host, Port: p.Port, User: "loader",
		Password:       func() (Secret, error) { return "secret", nil },
		ConnectTimeout: 10 * time.Second, Timeout: 10 * time.Second,
	}
}

func plainDialOf(o *Options) *plainDial {
	return &plainDial{o: o, t: &tracer{}, unwatch: func() bool { return true }}
}
