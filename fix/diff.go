package fix

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// around is how many equal rows a diff shows around others.
const around = 3

// Diff writes the difference between the file and its copy, as diff -u does. Its
// unit is the row, so its numbers are those of rows, and values of persons are
// masked.
func (r *Result) Diff(ctx context.Context, w io.Writer, from, to string, m *mask.Masker) error {
	for _, c := range r.Counts {
		if c.Action == Rewrite {
			if _, err := fmt.Fprintf(w, "%s: the file as a whole\n", c.Rule); err != nil {
				return err
			}
		}
	}
	if r.File == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := &diff{w: w, head: fmt.Sprintf("--- %s\n+++ %s\n", terminal.Visible(from), terminal.Visible(to))}
	was, now := newReader(ctx, r.first, m), newReader(ctx, r.After.FileResult, m)
	for a, more := was.next(); more && d.err == nil; a, more = was.next() {
		if r.gone.Has(a.number) || r.moved.Has(a.number) {
			d.only('-', a)
		} else if b, ok := now.next(); ok && b.text == a.text {
			d.same(a)
		} else if !ok && now.end() != nil {
			break
		} else {
			d.only('-', a)
			if ok {
				d.only('+', b)
			}
		}
		for range r.behind[a.number] {
			if b, ok := now.next(); ok {
				d.only('+', b)
			}
		}
	}
	d.flush()
	if d.err != nil {
		cancel() // nobody is to read on
	}
	wasErr, nowErr := was.end(), now.end()
	return cmp.Or(d.err, wasErr, nowErr)
}

// A diffRow is a row of one of the two files.
type diffRow struct {
	number int64
	text   string // as it stands
	shown  func() string
}

// A reader hands out the rows of a file, its header first.
type reader struct {
	rows <-chan []diffRow
	left []diffRow
	err  error // once rows is closed; see end
}

func newReader(ctx context.Context, f *validate.FileResult, m *mask.Masker) *reader {
	ch := make(chan []diffRow, 4)
	r := &reader{rows: ch}
	go func() {
		defer close(ch)
		src := f.Source
		send := func(rows []diffRow) error {
			select {
			case ch <- rows:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		row := func(number int64, places []int64, buf []byte, base int64) diffRow {
			n := len(places) - 2
			cells := make([]string, n)
			for j := range n {
				end := places[n]
				if j < n-1 {
					end = places[j+1] - 1
				}
				cells[j] = table.Text(buf[places[j]-base : end-base])
			}
			comma := string(rune(src.Dialect.Comma))
			return diffRow{number, strings.Join(cells, comma), func() string { return cover(f, m, number, cells, comma) }}
		}
		out := &writer{src: src}
		places, err := src.CutHeader()
		if r.err = err; err != nil {
			return
		}
		if places != nil {
			if r.err = out.load(0, places[len(places)-1]); r.err != nil {
				return
			}
			if r.err = send([]diffRow{row(src.HeaderRow, places, out.buf, 0)}); r.err != nil {
				return
			}
		}
		r.err = src.Scan(ctx, 1, func(_ int, b *table.Batch) error {
			var rows []diffRow
			places := b.Cut(0, nil)
			if err := out.load(places[0], places[0]+b.Bytes()); err != nil {
				return err
			}
			for k := range b.Rows() {
				places = b.Cut(k, places[:0])
				rows = append(rows, row(b.First()+int64(k), places, out.buf, out.base))
			}
			return send(rows)
		})
	}()
	return r
}

// end waits for the reader, passes over the rows that are left, and returns its error.
func (r *reader) end() error {
	for range r.rows {
	}
	return r.err
}

func (r *reader) next() (diffRow, bool) {
	for len(r.left) == 0 {
		rows, more := <-r.rows
		if !more {
			return diffRow{}, false
		}
		r.left = rows
	}
	row := r.left[0]
	r.left = r.left[1:]
	return row, true
}

// cover joins the cells of a row, those of persons masked, and shows what a terminal
// would obey.
func cover(f *validate.FileResult, m *mask.Masker, number int64, cells []string, comma string) string {
	header := number == f.Source.HeaderRow
	for j, raw := range cells {
		text, quote := raw, ""
		if len(raw) > 1 && raw[0] == '"' && raw[len(raw)-1] == '"' {
			text, quote = raw[1:len(raw)-1], `"`
		}
		switch {
		case header:
			text = m.Loose(text)
		case len(cells) == len(f.Columns):
			text = m.Column(f.Columns[j].Field, f.Columns[j].Header, text)
		default: // which column a cell of a ragged row is in nobody knows
			text = m.Value(nil, text)
		}
		cells[j] = quote + text + quote
	}
	return terminal.Visible(strings.Join(cells, comma))
}

// A diff gathers rows into hunks.
type diff struct {
	w    io.Writer
	head string
	err  error

	hunk     bytes.Buffer
	was, now int64 // rows so far
	from, to [2]int64
	equal    []diffRow // before a hunk, or behind its last difference
	open     bool
}

func (d *diff) same(a diffRow) {
	d.was++
	d.now++
	d.equal = append(d.equal, a)
	if d.open && len(d.equal) > 2*around {
		d.flush()
	} else if !d.open && len(d.equal) > around {
		d.equal = d.equal[1:]
	}
}

// only adds a row that one of the files has.
func (d *diff) only(sign byte, a diffRow) {
	if !d.open {
		d.open = true
		n := int64(len(d.equal))
		d.from, d.to = [2]int64{d.was - n + 1, 0}, [2]int64{d.now - n + 1, 0}
	}
	d.add(' ', d.equal...)
	d.equal = d.equal[:0]
	d.add(sign, a)
	if sign == '-' {
		d.was++
	} else {
		d.now++
	}
}

func (d *diff) add(sign byte, rows ...diffRow) {
	for _, a := range rows {
		fmt.Fprintf(&d.hunk, "%c%s\n", sign, a.shown())
		if sign != '+' {
			d.from[1]++
		}
		if sign != '-' {
			d.to[1]++
		}
	}
}

// flush writes the hunk that is open.
func (d *diff) flush() {
	if !d.open || d.err != nil {
		return
	}
	n := min(around, len(d.equal))
	d.add(' ', d.equal[:n]...)
	d.equal = append([]diffRow(nil), d.equal[len(d.equal)-min(around, len(d.equal)):]...)
	_, d.err = fmt.Fprintf(d.w, "%s@@ -%d,%d +%d,%d @@\n%s", d.head, d.from[0], d.from[1], d.to[0], d.to[1], d.hunk.Bytes())
	d.head, d.open = "", false
	d.hunk.Reset()
}
