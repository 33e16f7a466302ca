package validate

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// This file holds the fast looks at cells: one prefilter a column proves all
// its shapes at once and passes on the rows it cannot clear. A prefilter may
// accuse a good cell, never clear a bad one.

// A prefilter looks at the cells of one column in some rows of a batch.
type prefilter struct {
	kind    prefilterKind
	every   bool // some check must see every cell
	column  int
	proves  Shape // of cleared cells
	maxLen  int   // bytes; longer cells are not cleared
	blankOK bool  // blank cells are cleared
	zeroOK  bool  // a zero is cleared
	whole   bool  // numbers must be integers
	values  [][]byte
	layout  *templates.Layout
	day     [2]templates.Day // cleared days, both included
}

type prefilterKind uint8

const (
	textCells prefilterKind = iota
	numberCells
	dateCells
	listCells
)

// Numbers that are none.
const (
	NotNumber = math.MinInt64     // no plain unsigned decimal, or too long a one
	NoNumber  = math.MinInt64 + 1 // blank
)

// Unit is what Batch.Numbers counts in: millionths.
const Unit = 1_000_000

// prefilterFor picks the prefilter of a column and reports whether it proves
// what all checks need; if not, every cell must be shown.
func prefilterFor(c *Column, checks []*cellCheck) *prefilter {
	f := &prefilter{column: c.Index, maxLen: 1 << 16, blankOK: true, zeroOK: true,
		day: [2]templates.Day{math.MinInt32, math.MaxInt32}}
	if c.Field != nil && c.Field.MaxLen > 0 {
		f.maxLen = c.Field.MaxLen
	}
	f.proves = Filled | Fits | Trimmed | Printing
	typ := templates.Text
	if c.Field != nil {
		typ = c.Field.Type
	}
	switch {
	case typ == templates.Decimal || typ == templates.Integer:
		f.kind, f.whole = numberCells, typ == templates.Integer
		f.proves |= Plain | Worded
		if c.Field.MaxLen > 0 {
			f.proves &^= Fits
		}
	case typ == templates.Date && c.Layout != nil:
		f.kind, f.layout = dateCells, c.Layout
		f.proves |= Calendar | Worded
	case typ == templates.Enum || typ == templates.Boolean:
		f.kind = listCells
		f.proves |= Listed | Worded
		values := c.Field.Enum
		if typ == templates.Boolean {
			values = []string{"true", "false"}
		}
		for _, v := range values {
			f.values = append(f.values, []byte(v))
		}
	default:
		f.kind = textCells
		f.proves |= Worded
	}
	for _, k := range checks {
		switch {
		case k.check.Blanks:
			f.blankOK = false
		case k.check.Trust&f.proves != 0:
			if w := k.bound.Within; w != nil && f.kind == dateCells && k.check.Trust&(f.proves&^Calendar) == 0 {
				f.day[0], f.day[1] = max(f.day[0], w[0]), min(f.day[1], w[1])
			}
		case k.check.Trust&Positive != 0 && f.kind == numberCells:
			f.zeroOK = false
		default:
			f.every = true
		}
	}
	return f
}

// suspects appends to out those of the rows that the prefilter cannot clear.
func (f *prefilter) suspects(b *Batch, rows, out []int32) []int32 {
	if len(rows) == 0 {
		return out
	}
	if f.every {
		if f.kind == numberCells {
			f.number(b, rows, out) // for the numbers alone
		}
		for _, i := range rows {
			if !f.blankOK || !b.blank(i, f.column) {
				out = append(out, i)
			}
		}
		return out
	}
	switch f.kind {
	case numberCells:
		return f.number(b, rows, out)
	case dateCells:
		return f.date(b, rows, out)
	case listCells:
		return f.list(b, rows, out)
	}
	return f.text(b, rows, out)
}

func (b *Batch) blank(i int32, column int) bool {
	s := b.spans[int(i)*b.cols+column]
	return s.Off == s.End
}

func (f *prefilter) text(b *Batch, rows, out []int32) []int32 {
	spans, text, cols := b.spans[f.column:], b.text, b.cols
	maxLen := uint32(f.maxLen)
	for _, i := range rows {
		s := spans[int(i)*cols]
		n := s.End - s.Off
		if n == 0 {
			if !f.blankOK {
				out = append(out, i)
			}
			continue
		}
		first, last := text[s.Off], text[s.End-1]
		if n <= maxLen && first-0x21 < 0x5e && last-0x21 < 0x5e && worded(text, s, first) &&
			(b.special[i] == 0 || sound(text[s.Off:s.End])) {
			continue
		}
		out = append(out, i)
	}
	return out
}

// startsBadly marks the bytes that words for "nothing" and the error texts of
// spreadsheets begin with.
var startsBadly = [256]bool{'n': true, 'N': true, '-': true, '#': true, '/': true, '\\': true, '(': true, '<': true, '?': true, '+': true, '.': true, '=': true, '\'': true}

// worded reports that a cell holds a letter or digit, is no word for
// "nothing", and is not in the form in which spreadsheets print long numbers.
func worded(text []byte, s table.Span, first byte) bool {
	if startsBadly[first] {
		// All such words are short: NULL, none, n/a.
		return s.End-s.Off > 8 && (first == 'n' || first == 'N')
	}
	if first-'0' < 10 && s.End-s.Off >= 4 {
		// 9.19812E+11: the letter stands four or five places before the end.
		if text[s.End-4]|0x20 == 'e' || s.End-s.Off >= 5 && text[s.End-5]|0x20 == 'e' {
			return false
		}
	}
	return first-'0' < 10 || first|0x20-'a' < 26
}

// sound reports that a cell is UTF-8 without control or format characters.
func sound(cell []byte) bool {
	for i := 0; i < len(cell); {
		c := cell[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(cell[i:])
		if r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf) {
			return false
		}
		i += n
	}
	return true
}

func (f *prefilter) number(b *Batch, rows, out []int32) []int32 {
	spans, text, cols := b.spans[f.column:], b.text, b.cols
	numbers := b.numbers[f.column]
	for _, i := range rows {
		s := spans[int(i)*cols]
		v := int64(NoNumber)
		switch n := s.End - s.Off; {
		case n == 0:
			if !f.blankOK {
				out = append(out, i)
			}
		case n <= 8:
			var scale uint
			v, scale = short(binary.LittleEndian.Uint64(text[s.End-8:]), uint(n))
			if v < 0 || v == 0 && !f.zeroOK || f.whole && scale != 0 {
				out = append(out, i)
			}
		default:
			v = long(text[s.Off:s.End])
			if v < 0 || v == 0 && !f.zeroOK || f.whole && bytes.IndexByte(text[s.Off:s.End], '.') >= 0 {
				out = append(out, i)
			}
		}
		numbers[i] = v
	}
	return out
}

var powers = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// short reads a plain unsigned decimal of 1 to 8 bytes: the last n of x. It
// returns the number in millionths and how many decimals were written, or
// NotNumber.
func short(x uint64, n uint) (v int64, scale uint) {
	before := 64 - n*8 // bits of x that lie before the number
	x = x>>before<<before | 0x3030303030303030&(1<<before-1)
	if dot := zeroBytes(x ^ 0x2e2e2e2e2e2e2e2e); dot != 0 {
		at := uint(bits.TrailingZeros64(dot)) &^ 7 // bits below the dot
		scale = 7 - at/8
		if scale == 0 || scale > 6 || at == before {
			return NotNumber, 0
		}
		low := x & (1<<at - 1)
		x = x>>(at+8)<<(at+8) | low<<8 | '0'
	}
	x ^= 0x3030303030303030
	if (x+0x7676767676767676|x)&0x8080808080808080 != 0 {
		return NotNumber, 0
	}
	// Eight digits to a number: pairs, fours, all.
	x = x * 2561 >> 8 & 0x00ff00ff00ff00ff
	x = x * 6553601 >> 16 & 0x0000ffff0000ffff
	x = x * 42949672960001 >> 32
	return int64(x) * powers[6-scale], scale
}

func zeroBytes(x uint64) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	return ^((x&low + low) | x | low)
}

// long reads a plain unsigned decimal of at most 12 digits before the point
// and 6 behind it, in millionths; anything else is NotNumber.
func long(cell []byte) int64 {
	v, whole, scale := int64(0), 0, -1
	for _, c := range cell {
		switch {
		case c-'0' < 10:
			v = v*10 + int64(c-'0')
			if scale >= 0 {
				scale++
			} else {
				whole++
			}
			if whole > 12 || scale > 6 {
				return NotNumber
			}
		case c == '.' && scale < 0 && whole > 0:
			scale = 0
		default:
			return NotNumber
		}
	}
	if scale == 0 {
		return NotNumber
	}
	return v * powers[6-max(scale, 0)]
}

func (f *prefilter) date(b *Batch, rows, out []int32) []int32 {
	spans, text, cols := b.spans[f.column:], b.text, b.cols
	last := &b.dates[f.column]
	for _, i := range rows {
		s := spans[int(i)*cols]
		n := s.End - s.Off
		if n == 0 {
			if !f.blankOK {
				out = append(out, i)
			}
			continue
		}
		if n == 10 && binary.LittleEndian.Uint64(text[s.Off:]) == last.head && binary.LittleEndian.Uint16(text[s.Off+8:]) == last.tail {
			continue
		}
		cell := text[s.Off:s.End]
		stamp, fit := f.layout.Parse(cell)
		if fit != templates.Fits || stamp.Day < f.day[0] || stamp.Day > f.day[1] {
			out = append(out, i)
			continue
		}
		if n == 10 { // most files repeat their dates
			last.head, last.tail = binary.LittleEndian.Uint64(cell), binary.LittleEndian.Uint16(cell[8:])
		}
	}
	return out
}

// lastDate is the ten bytes of the date that was cleared last.
type lastDate struct {
	head uint64
	tail uint16
}

func (f *prefilter) list(b *Batch, rows, out []int32) []int32 {
	spans, text, cols := b.spans[f.column:], b.text, b.cols
	var last []byte
rows:
	for _, i := range rows {
		s := spans[int(i)*cols]
		if s.Off == s.End {
			if !f.blankOK {
				out = append(out, i)
			}
			continue
		}
		cell := text[s.Off:s.End]
		if bytes.Equal(cell, last) {
			continue
		}
		for _, v := range f.values {
			if bytes.Equal(cell, v) {
				last = v
				continue rows
			}
		}
		out = append(out, i)
	}
	return out
}
