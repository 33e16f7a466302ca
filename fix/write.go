package fix

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// A writer copies the text of a source, but for some cells and rows.
type writer struct {
	src   *table.Source
	out   io.Writer
	comma byte // written between cells
	recut bool // it is another one than the source has
	done  int64

	buf    []byte // text from base on
	base   int64
	places []int64
	line   []byte
}

// load makes the text from one place to another available.
func (w *writer) load(from, to int64) error {
	to = min(to, w.src.TextSize())
	if n := int(to - from); cap(w.buf) < n {
		w.buf = make([]byte, n)
	}
	w.buf, w.base = w.buf[:to-from], from
	n, err := w.src.ReadAt(w.buf, from)
	if n == len(w.buf) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF // the file was cut in between
	}
	return err
}

// upTo copies the text up to a place as it stands.
func (w *writer) upTo(place int64) error {
	place = min(place, w.src.TextSize())
	if n := place - w.done; n > 0 {
		got, err := io.Copy(w.out, io.NewSectionReader(w.src, w.done, n))
		if err == nil && got < n {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		w.done = place
	}
	return nil
}

// within is upTo for a place in what is loaded.
func (w *writer) within(place int64) error {
	if place <= w.done {
		return nil
	}
	_, err := w.out.Write(w.buf[w.done-w.base : place-w.base])
	w.done = place
	return err
}

// batch writes the rows of a batch with their changes, which are by row.
func (w *writer) batch(b *table.Batch, changes []validate.Change) error {
	if len(changes) == 0 && !w.recut {
		return nil // copied with what follows
	}
	first := b.First()
	w.places = b.Cut(0, w.places[:0])
	start := w.places[0]
	if err := w.upTo(start); err != nil {
		return err
	}
	if err := w.load(start, start+b.Bytes()); err != nil {
		return err
	}
	texts := map[int]string{}
	for k := 0; k < b.Rows(); k++ {
		row := first + int64(k)
		if !w.recut { // to the next row with a change
			if len(changes) == 0 {
				break
			}
			k, row = int(changes[0].Row-first), changes[0].Row
		}
		clear(texts)
		left := false
		for ; len(changes) > 0 && changes[0].Row == row; changes = changes[1:] {
			if left = left || changes[0].Column < 0; !left {
				texts[changes[0].Column] = changes[0].After
			}
		}
		w.places = b.Cut(k, w.places[:0])
		if left {
			if err := w.within(w.places[0]); err != nil {
				return err
			}
			w.done = min(w.places[len(w.places)-1], w.src.TextSize())
			continue
		}
		if err := w.row(w.places, texts); err != nil {
			return err
		}
	}
	return nil
}

// cell returns a cell of a row in what is loaded, as it stands.
func (w *writer) cell(places []int64, j int) []byte {
	n := len(places) - 2
	to := places[n]
	if j < n-1 {
		to = places[j+1] - 1
	}
	return w.buf[places[j]-w.base : to-w.base]
}

// row writes a row that is cut at some places (see table.Batch.Cut), with other
// texts in some of its cells. What is before it is written first.
func (w *writer) row(places []int64, texts map[int]string) error {
	if err := w.within(places[0]); err != nil {
		return err
	}
	n := len(places) - 2
	line := w.line[:0]
	for j := range n {
		if j > 0 {
			line = append(line, w.comma)
		}
		raw := w.cell(places, j)
		quoted := len(raw) > 1 && raw[0] == '"' && raw[len(raw)-1] == '"'
		text, changed := texts[j]
		switch {
		case changed:
			line = w.quote(line, text, quoted)
		case w.recut && !quoted && bytes.IndexByte(raw, w.comma) >= 0:
			line = w.quote(line, string(raw), true)
		default:
			line = append(line, raw...)
		}
	}
	next := min(places[n+1], w.src.TextSize())
	line = append(line, w.buf[min(places[n], next)-w.base:next-w.base]...)
	w.line, w.done = line, next
	_, err := w.out.Write(line)
	return err
}

// quote appends a cell, in quotes where it has to be, or was.
func (w *writer) quote(line []byte, text string, quoted bool) []byte {
	for i := 0; i < len(text) && !quoted; i++ {
		quoted = text[i] == w.comma || text[i] == '"' || text[i] == '\n' || text[i] == '\r'
	}
	if !quoted {
		return append(line, text...)
	}
	line = append(line, '"')
	for i := range len(text) {
		if text[i] == '"' {
			line = append(line, '"')
		}
		line = append(line, text[i])
	}
	return append(line, '"')
}

// paired reports whether the quotes of a text stand around whole cells, and are
// written twice inside: only then its cells are the same with another delimiter.
func paired(ctx context.Context, src *table.Source) (bool, error) {
	w, ok := &writer{src: src}, true
	look := func(places []int64) {
		for j := range len(places) - 2 {
			ok = ok && pairedCell(w.cell(places, j))
		}
	}
	places, err := src.CutHeader()
	if err != nil {
		return false, err
	}
	if places != nil {
		if err := w.load(0, places[len(places)-1]); err != nil {
			return false, err
		}
		look(places)
	}
	err = src.Scan(ctx, 1, func(_ int, b *table.Batch) error {
		places = b.Cut(0, places[:0])
		if err := w.load(places[0], places[0]+b.Bytes()); err != nil {
			return err
		}
		if bytes.IndexByte(w.buf, '"') < 0 {
			return nil
		}
		for k := range b.Rows() {
			places = b.Cut(k, places[:0])
			look(places)
		}
		return nil
	})
	return ok, err
}

// pairedCell is paired for one cell, as it stands.
func pairedCell(raw []byte) bool {
	if bytes.IndexByte(raw, '"') < 0 {
		return true
	}
	last := len(raw) - 1
	if last == 0 || raw[0] != '"' || raw[last] != '"' {
		return false
	}
	for i := 1; i < last; i++ {
		if raw[i] == '"' {
			if i++; i == last || raw[i] != '"' {
				return false
			}
		}
	}
	return true
}

// A recoder turns Windows-1252 into UTF-8.
type recoder struct {
	w   io.Writer
	out []byte
}

func (r *recoder) Write(p []byte) (int, error) {
	r.out = r.out[:0]
	for _, c := range p {
		if c < utf8.RuneSelf {
			r.out = append(r.out, c)
		} else {
			r.out = append(r.out, table.Text([]byte{c})...)
		}
	}
	_, err := r.w.Write(r.out)
	return len(p), err
}

// oneByte reports whether a text may be Windows-1252 as a whole: it has none of the
// five bytes that stand for nothing there, and no character of UTF-8. Which
// encoding of one byte it is, bytes do not tell.
func oneByte(src *table.Source) (bool, error) {
	buf := make([]byte, 256<<10)
	for at := int64(0); at < src.TextSize(); {
		n, err := src.ReadAt(buf[:min(int64(len(buf)), src.TextSize()-at)], at)
		if n == 0 {
			return false, err
		}
		for i := 0; i < n; {
			switch c := buf[i]; {
			case c < utf8.RuneSelf:
				i++
				continue
			case c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d:
				return false, nil
			}
			if i > 0 && !utf8.FullRune(buf[i:n]) && n == len(buf) {
				n = i // a character may go on in the next piece
				break
			}
			if _, size := utf8.DecodeRune(buf[i:n]); size > 1 {
				return false, nil
			}
			i++
		}
		at += int64(n)
	}
	return true, nil
}
