package table

import (
	"bytes"
	"math/bits"
)

const (
	// maxQuoted bounds a quoted cell, in bytes between its quotes: past that its
	// quote is taken as text, so that one stray quote cannot swallow a file.
	maxQuoted = 64 << 10
	// maxRow bounds a row, so that a file without line ends cannot fill memory.
	maxRow = 16 << 20
	// MaxColumns bounds a header: more than spreadsheets hold is no table.
	MaxColumns = 16384
	// slack are readable bytes behind the text, for loads of 64 bytes at once.
	slack = 64
	// pad are readable bytes before the text, for loads that end at a cell's end.
	pad = 16
)

// Properties of a row that tell which of its cells need a second look.
const (
	rowQuoted  = 1 << iota // holds a quote
	rowSpecial             // may hold more than printable characters
	rowForeign             // may hold something outside ASCII
)

// A rowEnd closes one row: its cells are cells[previous.cell:cell].
type rowEnd struct {
	cell  uint32 // index in tokens.cells of the next row's first cell
	flags uint32
}

// tokens cuts a stretch of text into rows and cells. Rows follow each other
// without a gap: the next row begins where the line end of the last one ends.
type tokens struct {
	comma, newline byte

	text   []byte   // with pad before and slack behind
	cells  []uint32 // where each cell begins; one more marks the end of the last
	rows   []rowEnd
	fault  []rawFault
	breaks bool // some quoted cell holds a line end

	words [wordsAtOnce]word
}

// wordsAtOnce words describe 16 KiB: masks and text stay in the L1 cache.
const wordsAtOnce = 256

type rawFault struct {
	kind FaultKind
	row  int    // index in tokens.rows
	cell int    // 0-based
	at   uint32 // in text
}

// start empties t and sets it to the row that begins at p.
func (t *tokens) start(text []byte, p int) {
	t.text = text
	if cap(t.cells) < 1024 {
		t.cells = make([]uint32, 0, min(64<<10, max(1024, len(text)+128)))
	}
	t.cells = append(t.cells[:0], uint32(p))
	t.rows, t.fault, t.breaks = t.rows[:0], t.fault[:0], false
}

// next returns where the first row that is not yet cut begins.
func (t *tokens) next() int { return int(t.cells[len(t.cells)-1]) }

// run cuts rows as long as they begin before limit. end is the end of the
// text. It returns false when the text ends inside a row: with more text it
// can go on where it stopped. At the last text of a file, atEOF, the caller
// has put a line end behind the last row.
func (t *tokens) run(limit, end int, atEOF bool) bool {
	window := wordsAtOnce // shrinks where quotes are irregular and much is cut twice
	for {
		p := t.next()
		if p >= limit || p >= end {
			return true
		}
		stop, regular := t.fast(p, limit, end, window)
		switch {
		case stop:
			return true
		case regular: // the text ended inside a row
			if !t.slow(end, atEOF) {
				return false
			}
		default:
			if !t.slow(end, atEOF) {
				return false
			}
			window = 4
			continue
		}
		window = min(window*2, wordsAtOnce)
	}
}

// fast cuts rows from p on with masks. It keeps whole rows only. stop: the
// limit is reached. regular is false where a quote stands at a place that
// masks cannot judge: the row that begins at t.next() must be cut slowly.
func (t *tokens) fast(p, limit, end, window int) (stop, regular bool) {
	c := cutter{t: t, limit: limit, end: end, afterSep: 1, row: p, n: len(t.cells)}
	for p < end {
		words := t.words[:min(window, (end-p+63)/64)]
		masks(t.text[p:], words, t.comma, t.newline)
		first, kept := c.n, len(words)
		verdict := goOn
		for i := range words {
			if verdict = c.word(&words[i], p+i*64); verdict != goOn {
				kept = i + 1
				break
			}
		}
		// Only now are the separators written out, all at once.
		for cap(t.cells) < first+kept*64+64 {
			t.cells = append(t.cells[:cap(t.cells)], 0)
		}
		separators(t.cells[:cap(t.cells)], first, words[:kept], uint32(p))
		if verdict != goOn {
			t.cells = t.cells[:t.lastCell()]
			return verdict == atLimit, verdict == atLimit
		}
		p += len(words) * 64
		window = min(window*2, wordsAtOnce)
	}
	t.cells = t.cells[:t.lastCell()]
	return t.next() >= end, true
}

// A verdict says whether cutting goes on after a word.
type verdict uint8

const (
	goOn      verdict = iota
	atLimit           // a row ended, and the next one begins behind the limit
	irregular         // a quote that masks cannot judge
)

// A cutter is what fast knows between two words.
type cutter struct {
	t          *tokens
	limit, end int
	inside     uint64 // all ones inside quotes
	afterSep   uint64 // bit 0: a cell begins at the next word
	afterClose uint64 // bit 0: the byte before the next word closed a quote
	flags      uint32 // of the row under way
	row        int    // where it begins
	n          int    // cells so far
}

// word cuts 64 bytes from at on. It leaves in w.comma the separators of cells
// and rows that lie outside quotes.
func (c *cutter) word(w *word, at int) verdict {
	if at+64 > c.end {
		keep := ^uint64(0) >> (64 - uint(c.end-at))
		w.quote &= keep
		w.comma &= keep
		w.newline &= keep
		w.special &= keep
	}
	sep, lines := w.comma|w.newline, w.newline
	bad := uint64(0)
	if w.quote|c.inside|c.afterClose != 0 {
		in := insideQuotes(w.quote) ^ c.inside
		if in&w.newline != 0 {
			c.t.breaks = true
		}
		sep &^= in
		lines &^= in
		opens, closes := w.quote&in, w.quote&^in
		before := closes<<1 | c.afterClose
		// A quote opens a cell, or is the second of a doubled pair; a
		// closing one is followed by the end of the cell or the pair's second.
		bad = opens&^(sep<<1|c.afterSep|before) | before&^(sep|w.quote)
		if bad != 0 {
			bad = c.t.excuse(bad, before&^(sep|w.quote), at, c.end)
		}
		c.inside = uint64(int64(in) >> 63)
		c.afterClose = closes >> 63
	}
	c.afterSep = sep >> 63
	w.comma = sep
	special := w.special &^ sep
	if lines != 0 {
		if v := c.lines(w, at, lines, bad, special); v != goOn {
			return v
		}
		done := ^uint64(0) >> bits.LeadingZeros64(lines)
		special &^= done
		w.quote &^= done
	}
	if bad != 0 {
		return irregular
	}
	if special != 0 {
		c.flags |= rowSpecial
	}
	if w.quote != 0 {
		c.flags |= rowQuoted
	}
	c.n += bits.OnesCount64(sep)
	return goOn
}

// lines closes the rows that end in a word.
func (c *cutter) lines(w *word, at int, lines, bad, special uint64) verdict {
	t, done := c.t, uint64(0)
	for ; lines != 0; lines &= lines - 1 {
		bit := lines & -lines
		below := bit - 1
		if bad&below != 0 {
			return irregular
		}
		next := at + bits.TrailingZeros64(bit) + 1
		if sp := special &^ done & below; sp != 0 && !(sp == bit>>1 && t.text[next-2] == '\r') {
			c.flags |= rowSpecial
		}
		if w.quote&^done&below != 0 {
			c.flags |= rowQuoted
		}
		if next-c.row > maxQuoted && c.flags&rowQuoted != 0 {
			return irregular
		}
		t.rows = append(t.rows, rowEnd{uint32(c.n + bits.OnesCount64(w.comma&(bit|below))), c.flags})
		c.flags, c.row, done = 0, next, bit|below
		if next >= c.limit {
			return atLimit
		}
	}
	return goOn
}

// excuse clears the bits of closing quotes that a carriage return follows,
// as it does at the end of a line; the row is looked at again when it is read.
func (t *tokens) excuse(bad, after uint64, at, end int) uint64 {
	for m := bad & after; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if at+i >= end || t.text[at+i] == '\r' && at+i+1 < end && t.text[at+i+1] == t.newline {
			bad &^= 1 << i
		}
	}
	return bad
}

// rowStart returns the index in cells of the first cell of a row.
func (t *tokens) rowStart(row int) uint32 {
	if row == 0 {
		return 0
	}
	return t.rows[row-1].cell - 1
}

// cut appends the places of a row: see Batch.Cut. base is where the text begins.
func (t *tokens) cut(row int, base int64, places []int64) []int64 {
	cells := t.cells[t.rowStart(row):t.rows[row].cell]
	last := len(cells) - 1
	for _, c := range cells[:last] {
		places = append(places, base+int64(c))
	}
	end := cells[last] - 1
	if end > cells[0] && t.text[end-1] == '\r' && t.newline == '\n' {
		end--
	}
	return append(places, base+int64(end), base+int64(cells[last]))
}

// lastCell returns how many cells the whole rows have, and the end mark.
func (t *tokens) lastCell() uint32 {
	if len(t.rows) == 0 {
		return 1
	}
	return t.rows[len(t.rows)-1].cell
}

// slow cuts one row, byte by byte, by the rules that masks only shortcut. It
// reports false, and cuts nothing, where the text ends before the row does.
func (t *tokens) slow(end int, atEOF bool) bool {
	cells, faults := len(t.cells), len(t.fault)
	row := len(t.rows)
	p := t.next()
	flags := uint32(0)
	for i := p; i < end; {
		from, open := i, false
		if t.text[i] == '"' {
			flags |= rowQuoted
			e, closed, more := t.quoted(i, end, atEOF)
			if more {
				t.cells, t.fault = t.cells[:cells], t.fault[:faults]
				return false
			}
			if closed {
				if bytes.IndexByte(t.text[i:e], t.newline) >= 0 {
					t.breaks = true
				}
				i = e
			} else {
				open = true
				t.fault = append(t.fault, rawFault{FaultOpenQuote, row, len(t.cells) - cells, uint32(i)})
				i++
			}
		}
		rest := i
		for i < end && t.text[i] != t.comma && t.text[i] != t.newline {
			i++
		}
		if i >= end { // a row without its line end: more text will have it
			t.cells, t.fault = t.cells[:cells], t.fault[:faults]
			return false
		}
		if q := bytes.IndexByte(t.text[rest:i], '"'); q >= 0 && !open {
			flags |= rowQuoted
			t.fault = append(t.fault, rawFault{FaultStrayQuote, row, len(t.cells) - cells, uint32(rest + q)})
		} else if !open && rest > from && i > rest && !(i == rest+1 && t.text[rest] == '\r') {
			t.fault = append(t.fault, rawFault{FaultStrayQuote, row, len(t.cells) - cells, uint32(rest - 1)})
		}
		t.cells = append(t.cells, uint32(i+1))
		if t.text[i] == t.newline {
			t.rows = append(t.rows, rowEnd{uint32(len(t.cells)), flags | rowSpecial})
			return true
		}
		i++
	}
	t.cells, t.fault = t.cells[:cells], t.fault[:faults]
	return false
}

// quoted finds the end of the quoted cell that opens at i: the place behind
// its closing quote. closed is false where the quote is no opening quote after
// all: it never closes, only after more than maxQuoted bytes, or on another
// line and not at the end of a cell. more: the text ends too early to tell.
func (t *tokens) quoted(i, end int, atEOF bool) (e int, closed, more bool) {
	last := i + 2 + maxQuoted // a closing quote stands before this
	for j := i + 1; ; {
		k := -1
		if j < min(end, last) {
			k = bytes.IndexByte(t.text[j:min(end, last)], '"')
		}
		if k < 0 {
			return 0, false, !atEOF && end < last
		}
		j += k
		if j+2 >= end && !atEOF {
			return 0, false, true
		}
		switch c := t.text[j+1]; { // the slack makes j+1 readable at the end
		case j+1 >= end, c == t.comma, c == t.newline:
			return j + 1, true, false
		case c == '"':
			j += 2
			continue
		case c == '\r' && t.text[j+2] == t.newline:
			return j + 1, true, false
		}
		return j + 1, bytes.IndexByte(t.text[i:j], t.newline) < 0, false
	}
}
