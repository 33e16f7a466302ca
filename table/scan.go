package table

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	// blockSize fits the L2 cache together with the marks made of it.
	blockSize = 256 << 10
	// overlap is read behind a block for the row that begins in it and ends
	// later; longer rows make the reader fetch more.
	overlap = 4 << 10
)

// A mark says where a row begins.
type mark struct {
	offset int64 // in the text
	row    int64 // its spreadsheet row
	line   int64 // its physical line
}

// A chain hands the mark of each block to the next one, in file order.
type chain struct {
	mu   sync.Mutex
	cond sync.Cond
	done int // blocks whose end is known
	end  mark
	err  error
}

// await returns the mark that block k begins with.
func (c *chain) await(k int) (mark, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.done < k && c.err == nil {
		c.cond.Wait()
	}
	return c.end, c.err
}

// settle sets the mark behind the next block. With an error, which ends the
// chain, end may be zero: then it is not known how far the text was cut.
func (c *chain) settle(end mark, err error) {
	c.mu.Lock()
	if c.err == nil {
		c.done++
		c.err = err
		if err == nil || end != (mark{}) {
			c.end = end
		}
	}
	c.mu.Unlock()
	c.cond.Broadcast()
}

// Scan reads the source once and calls visit for every batch.
//
// Row numbers are absolute and the header is row 1. Workers run at once, and
// worker is 0 to workers-1; the batches that one worker sees come in file
// order. workers below 1 means one for each processor. A batch is valid only
// during the call it is passed to.
//
// Scan returns the first error of visit, of the reader or of ctx; after it no
// further batch is handed out. A limit that the text hits is a *LimitError:
// everything before it has been visited. Defects of the data are not errors:
// see [Batch.Faults].
//
// Source: RFC 4180 section 2. A quote inside an unquoted cell is kept as text,
// as spreadsheet programs do.
func (s *Source) Scan(ctx context.Context, workers int, visit func(worker int, b *Batch) error) error {
	if s.NotText != "" {
		return &NotTextError{s.Name, s.NotText}
	}
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	blocks := s.Blocks()
	workers = min(workers, max(blocks, 1))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	found := make([][]mark, blocks)
	s.bad.byte, s.bad.rows = -1, 0
	c := &chain{end: s.body}
	c.cond.L = &c.mu
	stop := context.AfterFunc(ctx, func() { c.settle(mark{}, context.Cause(ctx)) })
	defer stop()

	var next atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		group.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[w] = internalError(r)
					cancel(errs[w])
				}
			}()
			b := newBlock(s)
			for {
				k := int(next.Add(1) - 1)
				if k >= blocks {
					return
				}
				if err := b.scan(k, c, &found[k], func(b *Batch) error { return visit(w, b) }); err != nil {
					errs[w] = err
					cancel(err)
					return
				}
			}
		})
	}
	group.Wait()
	s.marks = slices.Concat(found...)
	end, _ := c.await(0)
	s.rows = end.row - s.body.row
	s.BadByte, s.BadRows = s.bad.byte, s.bad.rows
	if err := context.Cause(ctx); err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	_, err := c.await(blocks)
	return err
}

// internalError words a panic: a defect of ours must not end the program.
func internalError(r any) error {
	return fmt.Errorf("internal error, please report it: %v", r)
}

// A block reads and cuts one block of the text after another.
type block struct {
	s     *Source
	buf   []byte
	base  int64 // where buf[pad] lies in the text
	end   int   // of the text in buf
	atEOF bool
	tok   tokens
	batch Batch
}

func newBlock(s *Source) *block {
	b := &block{s: s, buf: make([]byte, pad+1+int(min(int64(s.block), s.size))+overlap+slack+1)}
	b.tok.comma, b.tok.newline = s.Dialect.Comma, s.newline()
	b.batch.cols, b.batch.comma = len(s.Header), s.Dialect.Comma
	b.batch.sheet = s.Workbook != nil
	return b
}

// scan cuts block k, settles it, and hands out its rows; marks gets where each
// batch begins.
func (b *block) scan(k int, c *chain, marks *[]mark, visit func(*Batch) error) error {
	from := b.s.body.offset + int64(k)*int64(b.s.block)
	limit := from + int64(b.s.block)
	// The byte before the block tells whether a row begins right at its start.
	if err := b.read(max(from-1, b.s.body.offset), int(limit-from)+overlap); err != nil {
		c.settle(mark{}, err)
		return err
	}
	guessed := false
	if k > 0 {
		if i := bytes.IndexByte(b.buf[pad:b.end], b.tok.newline); i >= 0 && b.base+int64(i)+1 < limit {
			guessed = true
			b.tok.start(b.buf, pad+i+1)
			b.cut(limit) // an error comes again below, if the guess was right
		}
	}
	begin, err := c.await(k)
	if err != nil {
		return nil // another worker reports it
	}
	if begin.offset >= limit || begin.offset >= b.s.size {
		c.settle(begin, nil) // one row covers the whole block
		return nil
	}
	if !guessed || b.base+int64(b.tok.cells[0])-pad != begin.offset {
		if err := b.read(begin.offset, int(limit-begin.offset)+overlap); err != nil {
			c.settle(mark{}, err)
			return err
		}
		b.tok.start(b.buf, pad)
		err = b.cut(limit)
	} else {
		err = b.cut(limit) // nothing is left to do, unless it failed before
	}
	end := mark{offset: b.base + int64(b.tok.next()) - pad, row: begin.row + int64(len(b.tok.rows)), line: begin.line + int64(len(b.tok.rows))}
	if b.tok.breaks {
		end.line = begin.line + int64(bytes.Count(b.buf[b.tok.cells[0]:b.tok.next()], []byte{b.tok.newline}))
	}
	if l, ok := err.(*LimitError); ok {
		l.Row = end.row
		l.Limit = fmt.Sprintf("row %d is longer than %d MiB", end.row, maxRow>>20)
	}
	c.settle(end, err)
	v := b.visit(begin, func(batch *Batch) error {
		*marks = append(*marks, batch.mark())
		return visit(batch)
	})
	if v != nil {
		return v
	}
	return err
}

// visit hands out the rows of the block in batches.
func (b *block) visit(begin mark, visit func(*Batch) error) error {
	b.batch.base, b.batch.first, b.batch.line = b.base-pad, begin.row, begin.line
	b.batch.start = b.tok.cells[0]
	for from := 0; from < len(b.tok.rows); {
		from = b.batch.fill(&b.tok, from)
		b.s.noteEncoding(b.batch.Faults)
		if err := visit(&b.batch); err != nil {
			return err
		}
	}
	return nil
}

// read fills the buffer with about n bytes of text from offset on.
func (b *block) read(offset int64, n int) error {
	b.base = offset
	b.end = pad
	b.atEOF = false
	return b.more(n)
}

// more adds about n bytes to the buffer.
func (b *block) more(n int) error {
	left := b.s.size - b.base - int64(b.end-pad)
	n = int(min(int64(n), left))
	if need := b.end + n + 1 + slack; need > len(b.buf) {
		b.buf = append(b.buf, make([]byte, need-len(b.buf))...)
	}
	got, err := b.s.text.ReadAt(b.buf[b.end:b.end+n], b.base+int64(b.end-pad))
	if err != nil && err != io.EOF || got < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("%s: %w", b.s.Name, err)
	}
	b.end += n
	if int64(n) == left {
		b.atEOF = true
		if b.end > pad && b.buf[b.end-1] != b.tok.newline {
			b.buf[b.end] = b.tok.newline // closes the last row
			b.end++
		}
	}
	return nil
}

// cut cuts all rows that begin before the limit, reading on as needed.
func (b *block) cut(limit int64) error {
	b.tok.text = b.buf
	for !b.tok.run(int(limit-b.base)+pad, b.end, b.atEOF) {
		have := b.end - b.tok.next()
		if have > maxRow {
			return &LimitError{Name: b.s.Name}
		}
		if err := b.more(min(max(have, overlap), maxRow+1-have)); err != nil {
			return err
		}
		b.tok.text = b.buf
	}
	return nil
}

func (s *Source) newline() byte {
	if s.Dialect.Newline == "CR" {
		return '\r'
	}
	return '\n'
}

// noteEncoding keeps where the text first is not UTF-8.
func (s *Source) noteEncoding(faults []Fault) {
	for i := range faults {
		if f := &faults[i]; f.Kind == FaultEncoding {
			s.bad.mu.Lock()
			if s.bad.byte < 0 || f.At < s.bad.byte {
				s.bad.byte = f.At
			}
			s.bad.rows++
			s.bad.mu.Unlock()
		}
	}
}
