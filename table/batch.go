package table

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode"
	"unicode/utf8"
)

// A Batch is some whole rows that follow each other in the file: those that
// have as many cells as the header. The others are among the faults.
//
// It is valid only during the call that it is passed to.
type Batch struct {
	Faults []Fault // of these rows, by row

	text  []byte // with pad before and slack behind
	base  int64  // where text[0] lies in the source
	cols  int
	spans []Span // row after row, cols each
	rows  []row
	first int64  // number of the first row of the block, batch rows count from it
	start uint32 // where the block's first row begins
	line  int64  // physical line of the block's first row
	comma byte
	sheet bool // of a workbook, where a row is a line
	split *tokens
	from  int // in split.rows
	taken int
	bytes int64
	refs  []Ref // of rows that were fetched; nil: computed
}

type row struct {
	off, end uint32 // in text, without the line end
	number   uint32 // counted from Batch.first
	flags    uint32
}

// Rows returns how many rows of the file the batch is made of, those among the
// faults included.
func (b *Batch) Rows() int { return b.taken }

// Bytes returns how many bytes of text the batch is made of.
func (b *Batch) Bytes() int64 { return b.bytes }

// Len returns the number of rows.
func (b *Batch) Len() int { return len(b.rows) }

// Columns returns the number of columns, that of the header.
func (b *Batch) Columns() int { return b.cols }

// Number returns the spreadsheet row of the i-th row of the batch.
func (b *Batch) Number(i int) int64 {
	if b.refs != nil {
		return b.refs[i].Row
	}
	return b.first + int64(b.rows[i].number)
}

// Cell returns a cell, without its quotes; it aliases the batch.
func (b *Batch) Cell(i, column int) []byte {
	s := b.spans[i*b.cols+column]
	return b.text[s.Off:s.End]
}

// Spans returns the cells row after row, Columns each, as spans of Text: for
// loops over a column. At least 16 bytes before each cell and 64 behind it can
// be read.
func (b *Batch) Spans() []Span { return b.spans }

// Text returns the text that spans are spans of.
func (b *Batch) Text() []byte { return b.text }

// Stretch returns the text of the i-th row from one column's cell to
// another's, with the delimiters between them: equal stretches mean equal cells.
// It may hold quotes, so different stretches may still mean equal cells.
func (b *Batch) Stretch(i, from, to int) []byte {
	s := b.spans[i*b.cols:]
	return b.text[s[from].Off:s[to].End]
}

// Special reports whether the i-th row may hold control characters, format
// characters, uncommon white space, or bytes that are not UTF-8; false is
// certain.
func (b *Batch) Special(i int) bool { return b.rows[i].flags&rowSpecial != 0 }

// Foreign reports whether the i-th row may hold anything outside ASCII; false
// is certain.
func (b *Batch) Foreign(i int) bool { return b.rows[i].flags&rowForeign != 0 }

// Quoted reports whether the i-th row may hold quotes; false is certain.
func (b *Batch) Quoted(i int) bool { return b.rows[i].flags&rowQuoted != 0 }

// First returns the spreadsheet row of the first of Rows.
func (b *Batch) First() int64 { return b.first + int64(b.from) }

// Cut locates the k-th of all Rows, those among the faults included, in the text
// as read. It appends where each cell begins, with its quotes, then where the row
// ends, and where the next one begins: between those two is the line end.
func (b *Batch) Cut(k int, places []int64) []int64 {
	return b.split.cut(b.from+k, b.base, places)
}

// Comma returns the delimiter.
func (b *Batch) Comma() byte { return b.comma }

// Offset returns where the i-th row begins, in the text as read. The batch must
// come from Scan.
func (b *Batch) Offset(i int) int64 { return b.base + int64(b.rows[i].off) }

// Ref locates the i-th row.
func (b *Batch) Ref(i int) Ref {
	if b.refs != nil {
		return b.refs[i]
	}
	return b.ref(b.Number(i), b.rows[i].off)
}

func (b *Batch) ref(number int64, off uint32) Ref {
	line := b.line
	if b.sheet {
		line = number
	} else if b.split.breaks {
		line += int64(bytes.Count(b.split.text[b.start:off], []byte{b.split.newline}))
	} else {
		line += number - b.first
	}
	return Ref{Row: number, Line: line, Offset: b.base + int64(off)}
}

// mark says where the batch begins.
func (b *Batch) mark() mark {
	t := b.split
	off := t.cells[t.rowStart(b.from)]
	r := b.ref(b.first+int64(b.from), off)
	return mark{offset: r.Offset, row: r.Row, line: r.Line}
}

// FaultRef locates the row of a fault.
func (b *Batch) FaultRef(f *Fault) Ref { return b.ref(f.Row, uint32(f.Offset-b.base)) }

// FaultCell returns a cell of a row that is not among the rows of the batch, cut
// at its delimiters and without its quotes; empty when the row has no such cell.
// Where a delimiter is missing or one too many, it may be that of another column.
func (b *Batch) FaultCell(f *Fault, column int) []byte {
	i := f.from + uint32(column)
	if i >= f.to {
		return nil
	}
	cell := b.split.text[b.split.cells[i] : b.split.cells[i+1]-1]
	cell = bytes.TrimSuffix(cell, []byte{'\r'})
	if len(cell) < 2 || cell[0] != '"' {
		return cell
	}
	own := Batch{text: slices.Clone(cell)} // the text is still to be read as it stands
	s := own.unquoteCell(Span{0, uint32(len(cell))})
	return own.text[s.Off:s.End]
}

// FaultText returns a row that is not among the rows of the batch, without its
// line end.
func (b *Batch) FaultText(f *Fault) []byte {
	return b.split.text[b.split.cells[f.from] : b.split.cells[f.to]-1]
}

// A batch has at most rowsAtOnce rows and about cellsAtOnce cells, so that its
// spans stay in the L2 cache, and a header of thousands of columns costs no
// more memory than one of ten.
const (
	rowsAtOnce  = 512
	cellsAtOnce = 32 << 10
)

// batch fills b with rows from t.rows[from:] on and returns where it stopped.
func (b *Batch) fill(t *tokens, from int) (to int) {
	b.split, b.text = t, t.text
	b.rows, b.spans, b.Faults = b.rows[:0], b.spans[:0], b.Faults[:0]
	most := min(rowsAtOnce, max(cellsAtOnce/max(b.cols, 1), 1))
	if need := min(most, len(t.rows)-from) * b.cols; cap(b.spans) < need {
		b.spans = make([]Span, 0, most*b.cols)
	}
	spans := b.spans[:cap(b.spans)]
	n := 0
	cols := b.cols
	faults := t.fault
	for len(faults) > 0 && faults[0].row < from {
		faults = faults[1:]
	}
	to = from
	at := t.rowStart(from)
	for ; to < len(t.rows) && len(b.rows) < most; to++ {
		r := t.rows[to]
		cells := t.cells[at:r.cell]
		count := len(cells) - 1
		m := row{off: cells[0], end: cells[count] - 1, number: uint32(to), flags: r.flags}
		if m.end > m.off && t.text[m.end-1] == '\r' && t.newline == '\n' {
			m.end--
		}
		quoting := len(b.Faults)
		for len(faults) > 0 && faults[0].row == to {
			f := faults[0]
			faults = faults[1:]
			if len(b.Faults) == quoting { // the first of a row stands for all
				b.fault(t, f.kind, to, m, at, r.cell-1, f.cell+1, f.at, count == cols)
			}
		}
		switch c := t.text[m.off]; {
		case (c <= ' ' || c == t.comma || c == '"' || c >= 0x80) && blank(t.text[m.off:m.end], t.comma):
			b.Faults = b.Faults[:quoting]
			b.fault(t, FaultBlank, to, m, at, r.cell-1, 0, m.off, false)
		case count != cols:
			if len(b.Faults) == quoting || b.Faults[quoting].Kind == FaultStrayQuote {
				b.Faults = b.Faults[:quoting]
				b.fault(t, FaultRagged, to, m, at, r.cell-1, 0, m.off, false)
			}
		default:
			s := spans[n : n+cols]
			n += cols
			off := cells[0]
			ends := cells[1:][:len(s)]
			for j, end := range ends {
				s[j] = Span{off, end - 1}
				off = end
			}
			s[cols-1].End = m.end
			if r.flags&rowQuoted != 0 {
				b.unquote(s)
			}
			if r.flags&rowSpecial != 0 {
				m.flags |= rowForeign
				switch printing, valid := sound(t.text[m.off:m.end], t.comma); {
				case !valid:
					b.fault(t, FaultEncoding, to, m, at, r.cell-1, 0, m.off+uint32(badByte(t.text[m.off:m.end])), true)
				case printing:
					m.flags &^= rowSpecial
				}
			}
			b.rows = append(b.rows, m)
		}
		at = r.cell - 1
	}
	b.spans = spans[:n]
	b.from = from
	b.taken, b.bytes = to-from, int64(t.cells[at])-int64(t.cells[t.rowStart(from)])
	return to
}

func (b *Batch) fault(t *tokens, kind FaultKind, r int, m row, from, to uint32, column int, at uint32, shaped bool) {
	b.Faults = append(b.Faults, Fault{Kind: kind, Row: b.first + int64(r), Column: column, Cells: int(to - from),
		Offset: b.base + int64(m.off), At: b.base + int64(at), from: from, to: to, shaped: shaped})
}

// unquote moves the spans of quoted cells inside their quotes and undoes
// doubled ones, in place.
func (b *Batch) unquote(spans []Span) {
	end := spans[len(spans)-1].End
	at, j := spans[0].Off, 0
	for at < end {
		q := bytes.IndexByte(b.text[at:end], '"')
		if q < 0 {
			return
		}
		at += uint32(q)
		for spans[j].End <= at { // the cell that the quote is in
			j++
		}
		s := spans[j]
		if s.Off == at {
			spans[j] = b.unquoteCell(s)
		}
		at = s.End + 1
		j++
	}
}

// unquoteCell returns the span of what a cell that begins with a quote holds.
func (b *Batch) unquoteCell(s Span) Span {
	cell := b.text[s.Off:s.End]
	last := len(cell) - 1
	switch q := bytes.IndexByte(cell[1:], '"') + 1; {
	case q == 0:
		return s // the quote never closes: it is text
	case q == last:
		return Span{s.Off + 1, s.End - 1}
	}
	w := 0 // the cell ends up in cell[1:1+w]
	for i := 1; i < len(cell); i++ {
		c := cell[i]
		if c == '"' {
			if i < last && cell[i+1] == '"' {
				i++
			} else { // it closes; what follows is text
				w += copy(cell[1+w:], cell[i+1:])
				break
			}
		}
		cell[1+w] = c
		w++
	}
	for i := 1 + w; i < last; i++ {
		cell[i] = '"' // no line end may be left behind: Ref counts them
	}
	return Span{s.Off + 1, s.Off + 1 + uint32(w)}
}

// blank reports whether a row holds nothing but white space, quotes and
// delimiters.
func blank(text []byte, comma byte) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == comma, c == ' ', c == '\t', c == '\r', c == '"':
		case c == 0xc2 && i+1 < len(text) && text[i+1] == 0xa0: // a non-breaking space
			i++
		default:
			return false
		}
	}
	return true
}

// sound reports whether a row is UTF-8, and whether it is so without control
// characters (delimiters aside) and without invisible format characters.
func sound(text []byte, comma byte) (printing, valid bool) {
	printing = true
	for i := 0; i < len(text); {
		if i+8 <= len(text) {
			// Eight printable ASCII characters at once: none below 0x20, none from 0x7f on.
			x := binary.LittleEndian.Uint64(text[i:])
			if ((x-0x20*ones)|(x+ones)|x)&high == 0 {
				i += 8
				continue
			}
		}
		c := text[i]
		if c < utf8.RuneSelf {
			if (c < ' ' || c == 0x7f) && c != comma {
				printing = false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return false, false
		case r > 0xa0 && r < 0x300 && r != 0xad: // letters and signs of Western languages
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp):
			printing = false
		}
		i += n
	}
	return printing, true
}

// badByte returns the index of the first byte that is not UTF-8.
func badByte(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return 0
}
