package ftp

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// notConnected words why there is no connection at all.
func notConnected(err error, o *Options, address string) Outcome {
	out := Outcome{Status: Failed}
	dns, _ := errors.AsType[*net.DNSError](err)
	switch {
	case dns != nil && dns.IsNotFound:
		out.Detail = fmt.Sprintf("no address is known for host %q", o.Host)
		out.Hint = "Check the spelling. A name that only a company's network knows needs its VPN, and Connect+ must reach the server too."
	case dns != nil:
		out.Detail = fmt.Sprintf("the name server does not tell the address of host %q", o.Host)
		out.Hint = "Check the network of this machine, and try again."
	case timedOut(err):
		out.Detail = fmt.Sprintf("no answer from %s within %s", address, o.ConnectTimeout)
		out.Hint = "Check host and port. Mostly a firewall drops what it does not know: " + allowList
	case errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(err.Error(), "refused"):
		out.Detail = "nothing listens at " + address
		out.Hint = "Check the port, which --port sets, and that the server runs. Some firewalls refuse unknown addresses: " + allowList
	case errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) || strings.Contains(err.Error(), "unreachable"):
		out.Detail = address + " cannot be reached from this network"
		out.Hint = "Check the network of this machine, and whether the server needs a VPN; Connect+ must reach the server too."
	default:
		out.Detail = fmt.Sprintf("cannot connect to %s: %s", address, clean(err.Error()))
		out.Hint = "Check host, port and the network of this machine."
	}
	return out
}

const allowList = "ask the owner to add the address of this machine, and those of Connect+'s cluster, to the allow-list."

// noSSH words what a server did in place of beginning SSH.
func noSSH(w *wire, err error, o *Options, address string) Outcome {
	out := Outcome{Status: Failed, Server: w.text()}
	port := "Name the port of the SFTP service with --port; it is mostly 22."
	none, _ := errors.AsType[*ssh.AlgorithmNegotiationError](err)
	switch kind := w.kind(); {
	case kind == mailServer:
		out.Detail, out.Hint = fmt.Sprintf("a mail server answers at %s, not an SSH server", address), port
	case kind == ftpServer:
		out.Detail = fmt.Sprintf("an FTP server answers at %s, not an SSH server", address)
		out.Hint = "Add --protocol ftp, or --protocol ftps if it asks for TLS. If the dataflow uses SFTP, name its port with --port; it is mostly 22."
	case kind == webServer:
		out.Detail, out.Hint = fmt.Sprintf("a web server answers at %s, not an SSH server", address), port
	case kind == tlsServer:
		out.Detail = fmt.Sprintf("a TLS server answers at %s, not an SSH server", address)
		out.Hint = "If it is FTPS with TLS from the first byte, add --protocol ftps --port 990. " + port
		out.Server = ""
	case none != nil:
		out.Server = ""
		out.Detail = fmt.Sprintf("the server is too old: as %s it offers only %s", none.What, offers(none.RequestedAlgorithms))
		out.Hint = fmt.Sprintf("Ask the owner to upgrade the server; it needs one of %s.", offers(none.SupportedAlgorithms))
	case strings.HasPrefix(w.ident(), "SSH-1.") && !strings.HasPrefix(w.ident(), "SSH-1.99-"):
		out.Detail = "the server is too old: it speaks version 1 of SSH"
		out.Hint = "Ask the owner to upgrade the server; SSH version 2 is needed."
	case w.ident() != "" && timedOut(w.failure()):
		out.Detail = fmt.Sprintf("the server does not finish the key exchange within %s", o.ConnectTimeout)
		out.Hint = "Try --connect-timeout 60s. A VPN or firewall that drops large packets does this, too: try from another network."
	case w.ident() != "" && w.failure() != nil:
		out.Detail = "the server closes the connection during the key exchange"
		out.Hint = "Try again in a minute: the server may have too many logins under way. If it persists, " + allowList
	case w.ident() != "":
		out.Detail = "the key exchange fails: " + clean(strings.TrimPrefix(err.Error(), "ssh: handshake failed: "))
		out.Hint = "Ask the owner which SSH server this is, and for an upgrade."
	case len(w.text()) > 0:
		out.Detail = fmt.Sprintf("%s answers with something other than SSH: %q", address, w.text())
		out.Hint = port + " If the text is a refusal: " + allowList
	case timedOut(w.failure()):
		out.Detail = fmt.Sprintf("%s takes the connection and says nothing for %s", address, o.ConnectTimeout)
		out.Hint = "Mostly a firewall or load balancer stands in for a server that is not there: check the port, then " + allowList +
			" A slow server may need --connect-timeout 60s."
	default:
		out.Detail = address + " closes the connection before SSH starts"
		out.Hint = "Mostly the server does not know this address, or blocks it after failed logins: " + allowList +
			" If the port is one of TLS, such as 443 or 990, it is no SFTP."
	}
	return out
}

// offers lists algorithms of a server, which may name any number of them.
func offers(algorithms []string) string {
	if len(algorithms) == 0 {
		return "none"
	}
	return clean(strings.Join(algorithms, ", "))
}

func timedOut(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

// headLimit is how much of what comes before SSH is kept: a line of SSH has at
// most 255 bytes.
const headLimit = 256

// A wire is a connection that remembers how the server began and why reading
// ended, which the SSH library does not always tell. It ends at once where the
// server greets in another protocol and would wait for us.
type wire struct {
	net.Conn

	mu    sync.Mutex
	head  []byte // what came first, at most headLimit bytes
	line  []byte // what came of the line that is under way; unused once ssh is set
	ssh   string // "SSH-2.0-OpenSSH_9.2p1 Debian-2"; empty: not there yet
	ended bool   // by us
	cause error  // of the end, if it was not us
}

// A greeting is the protocol that a server begins with.
type greeting int

const (
	otherServer greeting = iota
	ftpServer
	mailServer
	webServer
	tlsServer
)

var errOtherProtocol = errors.New("the server does not speak SSH")

func (w *wire) Read(p []byte) (int, error) {
	if err := w.refuse(); err != nil {
		return 0, err
	}
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ssh == "" {
		w.remember(p[:n])
	}
	if err != nil && w.cause == nil && !w.ended {
		w.cause = err
	}
	return n, err
}

// refuse tells, before the next read, that enough came of another protocol.
func (w *wire) refuse() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ssh != "" || !w.strange() {
		return nil
	}
	w.cause = errOtherProtocol
	return errOtherProtocol
}

// remember takes bytes until the line of SSH is complete.
func (w *wire) remember(b []byte) {
	w.head = append(w.head, b[:min(len(b), headLimit-len(w.head))]...)
	for _, c := range b {
		if c != '\n' {
			if len(w.line) < headLimit {
				w.line = append(w.line, c)
			}
			continue
		}
		if strings.HasPrefix(string(w.line), "SSH-") {
			w.ssh = strings.TrimRight(string(w.line), "\r")
			return
		}
		w.line = w.line[:0]
	}
}

// strange tells whether enough came of another protocol.
func (w *wire) strange() bool {
	switch w.sort() {
	case otherServer:
		return false
	case tlsServer:
		return true
	}
	return len(w.line) == 0 || len(w.head) == headLimit // with the first line
}

func (w *wire) sort() greeting {
	head := string(w.head)
	switch {
	case strings.HasPrefix(head, "220 ") || strings.HasPrefix(head, "220-"):
		if strings.Contains(head, "SMTP") {
			return mailServer
		}
		return ftpServer
	case strings.HasPrefix(head, "HTTP/"), strings.HasPrefix(strings.ToLower(head), "<!doctype html"), strings.HasPrefix(strings.ToLower(head), "<html"):
		return webServer
	case strings.HasPrefix(head, "\x15\x03"): // an alert: what we sent is no TLS
		return tlsServer
	}
	return otherServer
}

func (w *wire) kind() greeting {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sort()
}

// text is what the server sent in place of SSH, cleaned.
func (w *wire) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ssh != "" {
		return ""
	}
	return clean(string(w.head))
}

func (w *wire) ident() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ssh
}

// server is what the server calls itself, cleaned: "OpenSSH_9.2p1 Debian-2".
func (w *wire) server() string {
	ident := clean(w.ident())
	if parts := strings.SplitN(ident, "-", 3); len(parts) == 3 {
		return parts[2]
	}
	return ident
}

// Close is also called by the library, when a handshake fails.
func (w *wire) Close() error {
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	return w.Conn.Close()
}

// failure is why reading ended; nil: it did not, or we ended it.
func (w *wire) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}

// hang closes the connection; whoever reads or writes gets an error.
func (w *wire) hang() { _ = w.Close() }
