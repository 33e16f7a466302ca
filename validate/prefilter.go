package validate

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/connectplus/preflight/internal/decimal"
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
	values  *list // of listCells
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
		if f.values = newList(values); f.values == nil {
			f.every = true
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
	if f.every || b.comma && f.kind == numberCells {
		switch f.kind {
		case numberCells:
			f.number(b, rows, out) // for the numbers alone
			f.ungroup(b, rows)
		case dateCells:
			f.date(b, rows, out) // for what is noted of the column
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

// ungroup takes numbers back that mean others where decimals follow a comma.
func (f *prefilter) ungroup(b *Batch, rows []int32) {
	if !b.comma {
		return
	}
	numbers := b.numbers[f.column]
	for _, i := range rows {
		if s := b.spans[int(i)*b.cols+f.column]; decimal.Grouped(b.text[s.Off:s.End]) {
			numbers[i] = NotNumber
		}
	}
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
			!b.Special(int(i)) {
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

func (f *prefilter) number(b *Batch, rows, out []int32) []int32 {
	spans, text, cols := b.spans[f.column:], b.text, b.cols
	numbers := b.numbers[f.column]
	least := int64(1) // what need not be shown
	if f.zeroOK {
		least = 0
	}
	for _, i := range rows {
		s := spans[int(i)*cols]
		v, n := int64(NotNumber), uint(s.End-s.Off)
		if n == 0 {
			numbers[i] = NoNumber
			if !f.blankOK {
				out = append(out, i)
			}
			continue
		}
		x := binary.LittleEndian.Uint64(text[s.End-8 : s.End])
		switch {
		case n == 1:
			if c := x>>56 - '0'; c < 10 {
				v = int64(c) * Unit
			}
		case byte(x>>40) == '.' && n > 3 && n <= 8 && !f.whole:
			// Cents, as most amounts have: the dot is known, the rest are digits.
			before := (9 - n) * 8 & 63
			x = x>>48<<48 | x<<24>>16
			x = (x>>before<<before | digitZeros&(1<<before-1)) ^ digitZeros
			if (x+0x7676767676767676|x)&0x8080808080808080 == 0 {
				v = eight(x) * (Unit / 100)
			}
		case n <= 8:
			v = short(x, n, f.whole)
		default:
			v = long(text[s.Off:s.End], f.whole)
		}
		numbers[i] = v
		if v < least {
			out = append(out, i)
		}
	}
	return out
}

var powers = [...]int64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// digitZeros is eight digits 0.
const digitZeros = 0x3030303030303030

// eight turns eight digits, the first in the lowest byte, into their number:
// first pairs, then fours, then all.
func eight(x uint64) int64 {
	x = x * 2561 >> 8 & 0x00ff00ff00ff00ff
	x = x * 6553601 >> 16 & 0x0000ffff0000ffff
	return int64(x * 42949672960001 >> 32)
}

// short reads a plain unsigned decimal of 1 to 8 bytes, the last n of x, in
// millionths; anything else is NotNumber, and so is a fraction where whole
// numbers are wanted.
func short(x uint64, n uint, whole bool) int64 {
	scale := uint(0)
	before := (64 - n*8) & 63 // bits of x that lie before the number
	x = x>>before<<before | digitZeros&(1<<before-1)
	if dot := zeroBytes(x ^ 0x2e2e2e2e2e2e2e2e); dot != 0 {
		at := uint(bits.TrailingZeros64(dot)) &^ 7 // bits below the dot
		scale = 7 - at/8
		if scale == 0 || scale > 6 || at == before || whole {
			return NotNumber
		}
		low := x & (1<<at - 1)
		x = x>>(at+8)<<(at+8) | low<<8 | '0'
	}
	x ^= digitZeros
	if (x+0x7676767676767676|x)&0x8080808080808080 != 0 {
		return NotNumber
	}
	return eight(x) * powers[6-scale]
}

func zeroBytes(x uint64) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	return ^((x&low + low) | x | low)
}

// long reads a plain unsigned decimal of at most 12 digits before the point
// and 6 behind it, in millionths; anything else is NotNumber.
func long(cell []byte, integer bool) int64 {
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
		case c == '.' && scale < 0 && whole > 0 && !integer:
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
	seen := b.dates[f.column]
	for _, i := range rows {
		s := spans[int(i)*cols]
		n := s.End - s.Off
		if n == 0 {
			if !f.blankOK {
				out = append(out, i)
			}
			continue
		}
		var last *lastDate
		if n == 10 { // most files repeat their dates
			tail := binary.LittleEndian.Uint16(text[s.Off+8:])
			last = &seen[(tail>>8^tail<<4)%seenDates]
			if head := binary.LittleEndian.Uint64(text[s.Off:]); last.head == head && last.tail == tail && head != 0 { // an empty place is all zero
				continue
			}
		}
		cell := text[s.Off:s.End]
		stamp, fit := f.layout.Parse(cell)
		b.fits[f.column] = b.fits[f.column] || fit == templates.Fits
		if fit != templates.Fits || stamp.Day < f.day[0] || stamp.Day > f.day[1] {
			out = append(out, i)
			continue
		}
		if last != nil {
			last.head, last.tail = binary.LittleEndian.Uint64(cell), binary.LittleEndian.Uint16(cell[8:])
		}
	}
	return out
}

// seenDates is how many cleared dates a column remembers: by their last two
// characters, which mostly are the day.
const seenDates = 64

// lastDate is the ten bytes of a date that was cleared.
type lastDate struct {
	head uint64
	tail uint16
}

// A list finds the values of a closed list in one look: no two of them share a
// slot.
type list struct {
	factor uint64
	slots  [listSlots]listValue
}

const listSlots = 128

type listValue struct {
	head uint64 // the first eight bytes, as head returns them
	text []byte // nil: an empty slot
}

// newList returns nil where no factor keeps the values apart, as when two have
// the same length and eight first bytes.
func newList(values []string) *list {
	for try := uint64(0); try < 2000; try++ {
		l := &list{factor: 0x9e3779b97f4a7c15 + try*2}
		ok := true
		for _, v := range values {
			h := head([]byte(v))
			slot := &l.slots[l.slot(h, uint32(len(v)))]
			ok = ok && slot.text == nil
			*slot = listValue{h, []byte(v)}
		}
		if ok {
			return l
		}
	}
	return nil
}

func (l *list) slot(head uint64, n uint32) uint64 {
	return (head ^ uint64(n)<<56) * l.factor >> 57
}

// head returns the first eight bytes of a text, zeros where it is shorter.
func head(text []byte) (h uint64) {
	for i, c := range text[:min(8, len(text))] {
		h |= uint64(c) << (8 * i)
	}
	return h
}

func (f *prefilter) list(b *Batch, rows, out []int32) []int32 {
	spans, text, cols := b.spans[f.column:], b.text, b.cols
	for _, i := range rows {
		s := spans[int(i)*cols]
		n := s.End - s.Off
		if n == 0 {
			if !f.blankOK {
				out = append(out, i)
			}
			continue
		}
		x := binary.LittleEndian.Uint64(text[s.Off:])
		if n < 8 {
			x &= 1<<(n*8&63) - 1
		}
		v := &f.values.slots[f.values.slot(x, n)]
		if v.head == x && uint32(len(v.text)) == n && (n <= 8 || bytes.Equal(text[s.Off:s.End], v.text)) {
			continue
		}
		out = append(out, i)
	}
	return out
}
