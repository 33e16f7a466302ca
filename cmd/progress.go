package cmd

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	progressDelay = 500 * time.Millisecond // shorter work needs no progress
	progressEvery = 100 * time.Millisecond
	progressWidth = 30 // columns of the bar
)

// A ticker rewrites one line of a terminal until it ends.
type ticker struct {
	w     io.Writer
	text  func(after time.Duration) string
	stop  chan struct{}
	ended sync.WaitGroup

	mu    sync.Mutex // guards shown and held
	shown bool       // the line stands there
	held  bool       // somebody else uses the terminal
}

// startTicker shows text on w after a moment, and again many times a second.
func startTicker(w io.Writer, text func(after time.Duration) string) *ticker {
	t := &ticker{w: w, text: text, stop: make(chan struct{})}
	t.ended.Go(t.run)
	return t
}

// end wipes the line.
func (t *ticker) end() {
	if t != nil {
		close(t.stop)
		t.ended.Wait()
		t.hold()
	}
}

// hold wipes the line and shows it no more until release.
func (t *ticker) hold() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held = true; t.shown {
		t.shown = false
		fmt.Fprint(t.w, "\r\x1b[K")
	}
}

func (t *ticker) release() {
	if t != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.held = false
	}
}

func (t *ticker) run() {
	begin := time.Now()
	wait := time.NewTimer(progressDelay)
	for {
		select {
		case <-t.stop:
			return
		case <-wait.C:
			t.show(time.Since(begin))
			wait.Reset(progressEvery)
		}
	}
}

func (t *ticker) show(after time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.held {
		t.shown = true
		fmt.Fprintf(t.w, "\r%s\x1b[K", t.text(after))
	}
}

// A progress shows on one line how much of all files has been read.
type progress struct {
	*ticker
	total int64        // bytes of all files
	done  atomic.Int64 // bytes that have been read
}

// startProgress shows progress on w after a moment; nil if it is not wanted.
func startProgress(w io.Writer, total int64, wanted bool) *progress {
	if !wanted || total == 0 {
		return nil
	}
	p := &progress{total: total}
	p.ticker = startTicker(w, func(after time.Duration) string {
		return bar(p.done.Load(), p.total, after)
	})
	return p
}

// file begins a file of that many bytes. read takes what
// validate.Options.Progress hands out, from any worker; end says that the file is
// done, after the last read.
func (p *progress) file(size int64) (read func(done, total int64), end func()) {
	if p == nil {
		return nil, func() {}
	}
	var so atomic.Int64 // bytes of the file that have been read
	read = func(done, _ int64) {
		for {
			last := so.Load()
			if done <= last {
				return
			}
			if so.CompareAndSwap(last, done) {
				p.done.Add(done - last)
				return
			}
		}
	}
	return read, func() { p.done.Add(size - so.Load()) } // text may be longer or shorter than the file
}

// end wipes the line.
func (p *progress) end() {
	if p != nil {
		p.ticker.end()
	}
}

// bar draws done of total bytes after a time: "#####.....  50 %  210 MB/s".
func bar(done, total int64, after time.Duration) string {
	done = min(done, total)
	full := int(done * progressWidth / total)
	return fmt.Sprintf("%s%s %3d %%  %.0f MB/s", strings.Repeat("#", full), strings.Repeat(".", progressWidth-full),
		done*100/total, float64(done)/1e6/max(after.Seconds(), 1e-3))
}
