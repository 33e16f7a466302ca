package sftptest

import (
	"net"
	"sync"
	"testing"
)

// Place is where a server listens: always on 127.0.0.1.
type Place struct {
	Addr string // "127.0.0.1:PORT"
	Host string // "127.0.0.1"
	Port int
}

func placeOf(l net.Listener) Place {
	addr := l.Addr().(*net.TCPAddr)
	return Place{Addr: addr.String(), Host: addr.IP.String(), Port: addr.Port}
}

// Listen runs a bare TCP server: serve is called for every connection, each at once.
//
// A connection is closed when serve returns, or when the test ends: its reads
// and writes then fail, so that a serve which only waits for bytes ends too.
func Listen(t testing.TB, serve func(net.Conn)) Place {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var h hall
	h.open(l, func(g *gate) { serve(g.Conn) })
	t.Cleanup(h.close)
	return placeOf(l)
}

// hall keeps the connections of one listener, to close them with it.
type hall struct {
	listener net.Listener
	running  sync.WaitGroup
	mu       sync.Mutex
	conns    map[*gate]bool
	closed   bool
}

func (h *hall) open(l net.Listener, serve func(*gate)) {
	h.listener = l
	h.conns = make(map[*gate]bool)
	h.running.Go(func() {
		for {
			accepted, err := l.Accept()
			if err != nil {
				return
			}
			conn := newGate(accepted)
			if !h.enter(conn) {
				_ = conn.Close()
				return
			}
			h.running.Go(func() {
				defer h.leave(conn)
				serve(conn)
			})
		}
	})
}

func (h *hall) enter(conn *gate) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.conns[conn] = true
	}
	return !h.closed
}

func (h *hall) leave(conn *gate) {
	_ = conn.Close() // a test may have closed it
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, conn)
}

// cut closes the connections that are open now; the listener goes on.
func (h *hall) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for conn := range h.conns {
		_ = conn.Close()
	}
}

func (h *hall) close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	_ = h.listener.Close()
	h.cut()
	h.running.Wait()
}
