package table

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

// counted reads one part of a workbook and counts it together with all others.
type counted struct {
	r      io.Reader
	growth *growth
}

func (c *counted) Read(p []byte) (int, error) {
	c.growth.r = c.r
	n, err := c.growth.Read(p)
	if c.growth.n > maxInflated {
		err = &LimitError{Limit: fmt.Sprintf("the workbook holds more than %d GiB of text", maxInflated>>30)}
	}
	return n, err
}

const (
	aheadSize  = 128 << 10 // fits the L2 cache of two processors together
	aheadCount = 4
)

// ahead unpacks on another processor than the one that reads what it unpacked.
type ahead struct {
	full, free chan []byte
	err        error // of the unpacking: valid once full is closed
	got        []byte
	left       []byte
	source     io.Closer
	stop       chan struct{}
	done       sync.WaitGroup
}

func newAhead(r io.Reader, c io.Closer) *ahead {
	a := &ahead{full: make(chan []byte, aheadCount), free: make(chan []byte, aheadCount), source: c, stop: make(chan struct{})}
	for range aheadCount {
		a.free <- make([]byte, aheadSize)
	}
	a.done.Go(func() {
		defer close(a.full)
		defer func() {
			if r := recover(); r != nil {
				a.err = internalError(r)
			}
		}()
		for a.err == nil {
			var buf []byte
			select {
			case buf = <-a.free:
			case <-a.stop:
				return
			}
			n := 0
			for n < len(buf) && a.err == nil {
				var got int
				got, a.err = r.Read(buf[n:])
				n += got
			}
			a.full <- buf[:n]
		}
	})
	return a
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.left) == 0 {
		if a.got != nil {
			a.free <- a.got[:cap(a.got)]
			a.got = nil
		}
		buf, ok := <-a.full
		if !ok {
			return 0, a.err
		}
		a.got, a.left = buf, buf
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	return n, nil
}

// Close ends the unpacking, and waits until it has ended.
func (a *ahead) Close() error {
	close(a.stop)
	a.done.Wait()
	return a.source.Close()
}

func newUTF16Reader(r io.Reader, encoding string) io.Reader {
	u := &utf16Reader{r: r, in: bufio.NewReader(r), order: binary.LittleEndian}
	if encoding == UTF16BE {
		u.order = binary.BigEndian
	}
	return u
}
