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

// A progress shows on one line how much of all files has been read.
type progress struct {
	w     io.Writer
	total int64        // bytes of all files
	past  atomic.Int64 // bytes of files that are done
	now   atomic.Int64 // bytes of the present file that have been read
	stop  chan struct{}
	ended sync.WaitGroup
}

// startProgress shows progress on w after a moment; nil if it is not wanted.
func startProgress(w io.Writer, total int64, wanted bool) *progress {
	if !wanted || total == 0 {
		return nil
	}
	p := &progress{w: w, total: total, stop: make(chan struct{})}
	p.ended.Go(p.run)
	return p
}

// read takes what validate.Options.Progress hands out; any worker may call it.
func (p *progress) read(done, _ int64) {
	for {
		last := p.now.Load()
		if done <= last || p.now.CompareAndSwap(last, done) {
			return
		}
	}
}

// next says that a file of that many bytes is done. Not while read is called.
func (p *progress) next(size int64) {
	if p != nil {
		p.past.Add(size)
		p.now.Store(0)
	}
}

// end wipes the line.
func (p *progress) end() {
	if p != nil {
		close(p.stop)
		p.ended.Wait()
	}
}

func (p *progress) run() {
	begin, shown := time.Now(), false
	wait := time.NewTimer(progressDelay)
	for {
		select {
		case <-p.stop:
			if shown {
				fmt.Fprint(p.w, "\r\x1b[K")
			}
			return
		case <-wait.C:
			shown = true
			fmt.Fprintf(p.w, "\r%s\x1b[K", bar(p.past.Load()+p.now.Load(), p.total, time.Since(begin)))
			wait.Reset(progressEvery)
		}
	}
}

// bar draws done of total bytes after a time: "#####.....  50 %  210 MB/s".
func bar(done, total int64, after time.Duration) string {
	done = min(done, total)
	full := int(done * progressWidth / total)
	return fmt.Sprintf("%s%s %3d %%  %.0f MB/s", strings.Repeat("#", full), strings.Repeat(".", progressWidth-full),
		done*100/total, float64(done)/1e6/max(after.Seconds(), 1e-3))
}
