package sftptest

import (
	"net"
	"sync"
)

// gate is a connection that can freeze: it stays open and passes nothing.
type gate struct {
	net.Conn
	freezing, closing sync.Once
	frozen, closed    chan struct{}
}

func newGate(conn net.Conn) *gate {
	return &gate{Conn: conn, frozen: make(chan struct{}), closed: make(chan struct{})}
}

func (g *gate) freeze() { g.freezing.Do(func() { close(g.frozen) }) }

func (g *gate) Close() error {
	g.closing.Do(func() { close(g.closed) })
	return g.Conn.Close()
}

func (g *gate) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	return g.hold(n, err)
}

func (g *gate) Write(p []byte) (int, error) {
	if n, err := g.hold(len(p), nil); err != nil {
		return n, err
	}
	return g.Conn.Write(p)
}

// hold returns its arguments at once, or waits for Close when frozen.
func (g *gate) hold(n int, err error) (int, error) {
	select {
	case <-g.frozen:
		<-g.closed
		return 0, net.ErrClosed
	default:
		return n, err
	}
}
