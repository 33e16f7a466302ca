package table

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
)

// An Excerpt is one row as the file has it.
type Excerpt struct {
	Text  []byte // the row, without its line end, in UTF-8, at most 64 KiB
	Cells []Span // of Text, with their quotes; fewer than the row has where Text is cut
}

// Excerpt reads the row that begins at offset, in the text as read, again.
func (s *Source) Excerpt(offset int64) (Excerpt, error) {
	if offset < 0 || offset >= s.size {
		return Excerpt{}, fmt.Errorf("%s: no row begins at byte %d", s.Name, offset)
	}
	b, ok := s.spare.Get().(*block)
	if !ok {
		b = newBlock(s)
	}
	defer s.spare.Put(b)
	end := -1
	for _, n := range []int{4 << 10, headBytes} { // most rows are short
		if err := b.read(offset, n); err != nil {
			return Excerpt{}, err
		}
		b.tok.start(b.buf, pad)
		if b.tok.slow(b.end, b.atEOF) {
			end = b.tok.next() - 1
			break
		}
	}
	if end < 0 { // longer than 64 KiB: as much as there is
		end = b.end
		b.tok.cells = append(b.tok.cells, uint32(end+1))
	}
	raw := bytes.TrimSuffix(b.buf[pad:end], []byte{'\r'})
	var e Excerpt
	for i := 0; i+1 < len(b.tok.cells); i++ {
		from, to := int(b.tok.cells[i])-pad, min(int(b.tok.cells[i+1])-1-pad, len(raw))
		if i > 0 {
			e.Text = append(e.Text, s.Dialect.Comma)
		}
		off := len(e.Text)
		e.Text = append(e.Text, Text(raw[from:to])...)
		e.Cells = append(e.Cells, Span{uint32(off), uint32(len(e.Text))})
	}
	return e, nil
}

// CutHeader locates the row that is HeaderRow, as Batch.Cut does a row: the header,
// or the row that SkipRow left out. It returns nil for a source without one.
func (s *Source) CutHeader() ([]int64, error) {
	if s.Headless && !s.Skipped || s.Empty || s.NotText != "" {
		return nil, nil
	}
	b, err := s.firstRow()
	if err != nil {
		return nil, err
	}
	return b.tok.cut(0, -pad, nil), nil
}

// Key returns a digest of the size and the first 64 KiB of the text: a key
// for pseudonyms that differ from file to file and are stable within one.
func (s *Source) Key() [32]byte {
	h := sha256.New()
	var size [8]byte
	binary.LittleEndian.PutUint64(size[:], uint64(s.size))
	h.Write(size[:])
	h.Write(s.head)
	return [32]byte(h.Sum(nil))
}

// Fetch reads rows again, after Scan: those with the given spreadsheet
// numbers, which must rise. Rows that are in no batch (ragged, blank) are left
// out. The batch that it returns is the caller's to keep.
func (s *Source) Fetch(ctx context.Context, workers int, numbers []int64) (*Batch, error) {
	// One part for each batch that holds a wanted row, read side by side.
	var parts []*part
	for i := 0; i < len(numbers) && len(s.marks) > 0; {
		k := sort.Search(len(s.marks), func(k int) bool { return s.marks[k].row > numbers[i] }) - 1
		to := len(numbers)
		if next := sort.Search(len(s.marks), func(j int) bool { return s.marks[j].row > numbers[i] }); next < len(s.marks) {
			to = i + sort.Search(len(numbers)-i, func(j int) bool { return numbers[i+j] >= s.marks[next].row })
		}
		parts = append(parts, &part{mark: k, numbers: numbers[i:to]})
		i = to
	}
	var group sync.WaitGroup
	errs := make([]error, max(min(workers, len(parts)), 1))
	for w := range errs {
		group.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[w] = internalError(r)
				}
			}()
			b := newBlock(s)
			for i := w; i < len(parts) && errs[w] == nil; i += len(errs) {
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = parts[i].read(b)
				}
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	size := 0
	for _, p := range parts {
		size += len(p.got.text)
	}
	if size > maxFetch {
		return nil, &LimitError{Name: s.Name, Limit: fmt.Sprintf("more than %d GiB of text in rows that must be compared", maxFetch>>30)}
	}
	b := join(len(s.Header), parts)
	b.comma = s.Dialect.Comma
	return b, nil
}

// maxFetch bounds what is fetched at once: spans count in 32 bits.
const maxFetch = 2 << 30

// A part is what Fetch wants of one batch.
type part struct {
	mark    int // in Source.marks
	numbers []int64
	got     Batch
}

func (p *part) read(b *block) error {
	m, limit := b.s.marks[p.mark], b.s.size
	if p.mark+1 < len(b.s.marks) {
		limit = b.s.marks[p.mark+1].offset
	}
	if err := b.read(m.offset, int(limit-m.offset)); err != nil {
		return err
	}
	b.tok.start(b.buf, pad)
	if err := b.cut(limit); err != nil {
		return err
	}
	p.got.cols = b.batch.cols
	p.got.text = make([]byte, pad)
	return b.visit(m, func(batch *Batch) error {
		for i := range batch.rows {
			if _, ok := slices.BinarySearch(p.numbers, batch.Number(i)); ok {
				p.take(batch, i)
			}
		}
		return nil
	})
}

// take copies one row.
func (p *part) take(b *Batch, i int) {
	m := b.rows[i]
	ref := b.Ref(i)
	at := uint32(len(p.got.text))
	p.got.text = append(p.got.text, b.text[m.off:m.end]...)
	for _, s := range b.spans[i*b.cols : (i+1)*b.cols] {
		p.got.spans = append(p.got.spans, Span{s.Off - m.off + at, s.End - m.off + at})
	}
	p.got.rows = append(p.got.rows, row{off: at, end: uint32(len(p.got.text)), flags: m.flags})
	p.got.refs = append(p.got.refs, ref)
}

// join puts parts together, in order.
func join(cols int, parts []*part) *Batch {
	text, rows := pad+slack, 0
	for _, p := range parts {
		text += len(p.got.text)
		rows += len(p.got.rows)
	}
	b := &Batch{cols: cols, text: make([]byte, pad, text), spans: make([]Span, 0, rows*cols), rows: make([]row, 0, rows), refs: make([]Ref, 0, rows)}
	for _, p := range parts {
		shift := uint32(len(b.text)) - pad
		b.text = append(b.text, p.got.text[min(pad, len(p.got.text)):]...)
		for _, s := range p.got.spans {
			b.spans = append(b.spans, Span{s.Off + shift, s.End + shift})
		}
		for _, r := range p.got.rows {
			b.rows = append(b.rows, row{off: r.off + shift, end: r.end + shift, flags: r.flags})
		}
		b.refs = append(b.refs, p.got.refs...)
	}
	b.text = append(b.text, make([]byte, slack)...)
	return b
}

// NewBatch makes a batch of rows that were read elsewhere: the first has the
// spreadsheet number first, the others follow. Each row has as many cells as
// the first one.
func NewBatch(first int64, rows [][]string) *Batch {
	b := &Batch{text: make([]byte, pad), comma: ','}
	for i, cells := range rows {
		b.cols = len(cells)
		off := uint32(len(b.text))
		for _, c := range cells {
			at := uint32(len(b.text))
			b.text = append(b.text, c...)
			b.spans = append(b.spans, Span{at, at + uint32(len(c))})
			b.text = append(b.text, b.comma)
		}
		b.rows = append(b.rows, row{off: off, end: uint32(len(b.text) - 1), flags: rowQuoted | rowSpecial | rowForeign})
		b.refs = append(b.refs, Ref{Row: first + int64(i)})
	}
	b.text = append(b.text, make([]byte, slack)...)
	return b
}
