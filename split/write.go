package split

import (
	"bufio"
	"context"
	"fmt"
	"io"
)

const (
	// atOnce is how many parts are written during one reading of the file: more
	// only where the rows of groups lie apart, and then each has a buffer.
	atOnce     = 64
	partBuffer = 64 << 10
	window     = 1 << 20 // bytes read at once
)

// Write writes the parts. open returns where a part goes, and is called for one
// part after another; done is called when all of the part is written. Parts
// without rows are left out. Progress may be nil.
//
// Errors: those of open and done; of writing; the source cannot be read; or ctx
// ends.
func (p *Plan) Write(ctx context.Context, open func(part int) (io.Writer, error), done func(part int) error, progress func(written int64)) error {
	w := &writer{p: p, window: make([]byte, window), progress: progress}
	for from := 0; from < len(p.Parts); from += atOnce {
		if err := w.some(ctx, from, min(from+atOnce, len(p.Parts)), open, done); err != nil {
			return err
		}
	}
	return nil
}

type writer struct {
	p        *Plan
	window   []byte
	at       int64 // where the text in window begins
	n        int   // bytes in it
	written  int64
	progress func(int64)
}

// some writes the parts from one to another.
func (w *writer) some(ctx context.Context, from, to int, open func(int) (io.Writer, error), done func(int) error) error {
	outs := make([]*bufio.Writer, to-from)
	left := make([]int64, to-from) // rows to come
	for s := range w.p.stretches() {
		k := s.part - from
		if k < 0 || s.part >= to {
			continue
		}
		if outs[k] == nil {
			out, err := open(s.part)
			if err != nil {
				return err
			}
			outs[k], left[k] = bufio.NewWriterSize(out, partBuffer), w.p.Parts[s.part].Rows
			if _, err := outs[k].Write(w.p.x.head); err != nil {
				return err
			}
		}
		if err := w.copy(ctx, outs[k], s.begin, s.end); err != nil {
			return err
		}
		if left[k] -= s.rows; left[k] > 0 {
			continue
		}
		if err := outs[k].Flush(); err != nil {
			return err
		}
		outs[k].Reset(nil)
		if err := done(s.part); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// copy writes the text from one offset to another.
func (w *writer) copy(ctx context.Context, out io.Writer, from, to int64) error {
	for from < to {
		if from < w.at || from >= w.at+int64(w.n) {
			if err := ctx.Err(); err != nil {
				return err
			}
			size := min(int64(len(w.window)), w.p.x.src.TextSize()-from)
			n, err := w.p.x.src.ReadAt(w.window[:size], from)
			if int64(n) < size {
				if err == nil || err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return fmt.Errorf("%s: %w", w.p.x.src.Name, err)
			}
			w.at, w.n = from, n
		}
		n, err := out.Write(w.window[from-w.at : min(int64(w.n), to-w.at)])
		if err != nil {
			return err
		}
		from += int64(n)
		if w.written += int64(n); w.progress != nil {
			w.progress(w.written)
		}
	}
	return nil
}
