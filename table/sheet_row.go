package table

import (
	"bytes"
	"fmt"
	"slices"
)

// A sheetRow is the row of a sheet that is being read.
type sheetRow struct {
	number int64
	text   []byte // of its cells, one behind the other
	cells  []sheetCell
	column int  // where a cell without a name of its own stands
	sorted bool // cells come in the order of their columns
	valued bool // some cell has a value, were it an empty text
	out    []byte
}

type sheetCell struct {
	column    int
	from, end int // in sheetRow.text
}

func (w *sheetRow) start(number int64) {
	w.number, w.text, w.cells = number, w.text[:0], w.cells[:0]
	w.column, w.sorted, w.valued = 0, true, false
}

// add appends the cell whose text begins at from.
func (w *sheetRow) add(column, from int) {
	if n := len(w.cells); n > 0 && w.cells[n-1].column >= column {
		w.sorted = false
	}
	w.valued = true
	w.cells = append(w.cells, sheetCell{column, from, len(w.text)})
}

// sort brings the cells in order. Of two at one place the last one stands.
func (w *sheetRow) sort() {
	if w.sorted {
		return
	}
	slices.SortStableFunc(w.cells, func(a, b sheetCell) int { return a.column - b.column })
	n := 0
	for i, c := range w.cells {
		if i+1 < len(w.cells) && w.cells[i+1].column == c.column {
			continue
		}
		w.cells[n] = c
		n++
	}
	w.cells = w.cells[:n]
}

// width is how many columns the row has, up to its last text.
func (w *sheetRow) width() int {
	for i := len(w.cells) - 1; i >= 0; i-- {
		if w.cells[i].end > w.cells[i].from {
			return w.cells[i].column + 1
		}
	}
	return 0
}

// blank reports whether nothing can be seen in the row.
func (w *sheetRow) blank() bool {
	for _, c := range w.cells {
		if len(bytes.TrimSpace(w.text[c.from:c.end])) > 0 {
			return false
		}
	}
	return true
}

// line returns the row as CSV, with at least width cells. It is valid until
// the next call.
func (w *sheetRow) line(comma byte, width int) ([]byte, error) {
	out, column := w.out[:0], 0
	width = max(width, w.width())
	for _, c := range w.cells {
		if c.column >= width {
			break
		}
		for ; column < c.column; column++ {
			out = append(out, comma)
		}
		cell := w.text[c.from:c.end]
		if quotedCell(cell, comma) {
			from := len(out)
			out = appendQuoted(out, cell)
			if len(out)-from-2 > maxQuoted {
				return nil, &LimitError{Row: w.number, Limit: fmt.Sprintf("cell %s holds more than %d KiB of text", cellRef(c.column, w.number), maxQuoted>>10)}
			}
		} else {
			out = append(out, cell...)
		}
	}
	for ; column < width-1; column++ {
		out = append(out, comma)
	}
	w.out = append(out, '\n')
	return w.out, nil
}

// quotedCell reports whether a cell needs quotes to be read as it is.
func quotedCell(cell []byte, comma byte) bool {
	for _, c := range cell {
		if c == comma || c == '"' || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}

func appendQuoted(out, cell []byte) []byte {
	out = append(out, '"')
	for _, c := range cell {
		if c == '"' {
			out = append(out, '"')
		}
		out = append(out, c)
	}
	return append(out, '"')
}

// readCell reads one cell into the row.
func (r *sheetReader) readCell() error {
	column, style, kind := r.row.column, -1, byte('n')
	for _, a := range r.x.attrs {
		if len(a.name) != 1 {
			continue
		}
		switch a.name[0] {
		case 'r':
			c, row, ok := parseRef(a.value)
			if !ok && c < MaxColumns || ok && row != r.row.number {
				return broken("row %d has a cell %.20q", r.row.number, a.value)
			}
			column = c
		case 's':
			style = number(string(a.value))
		case 't':
			kind = cellKind(a.value)
		}
	}
	if column >= MaxColumns {
		return &LimitError{Row: r.row.number, Limit: fmt.Sprintf("row %d has more than %d columns", r.row.number, MaxColumns)}
	}
	r.row.column = column + 1
	from, formula, valued := len(r.row.text), false, false
	for {
		ok, err := r.x.child()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch {
		case string(r.x.name) == "v":
			valued = true
			r.row.text, err = r.x.appendText(r.row.text[:from])
		case string(r.x.name) == "is":
			valued, kind = true, 'i'
			r.row.text, err = appendRich(r.row.text[:from], r.x)
		default:
			formula = formula || string(r.x.name) == "f"
			err = r.x.skip()
		}
		if err != nil {
			return err
		}
	}
	if formula && (r.top > 0 || r.headless) {
		r.noteFormula(column, valued && (kind == 't' || len(r.row.text) > from))
	}
	if !valued && !formula {
		return nil
	}
	if err := r.show(column, from, kind, style); err != nil {
		return err
	}
	r.row.add(column, from)
	return nil
}

// noteFormula counts a cell with a formula below the header.
func (r *sheetReader) noteFormula(column int, valued bool) {
	for len(r.formulas) <= column {
		r.formulas, r.unvalued = append(r.formulas, Places{}), append(r.unvalued, Places{})
	}
	r.formulas[column].add(r.row.number, column)
	if !valued {
		r.unvalued[column].add(r.row.number, column)
	}
}

// Kinds of cells, by the attribute t; 'n' is a number.
func cellKind(t []byte) byte {
	switch string(t) {
	case "s", "b", "e", "d":
		return t[0]
	case "str":
		return 't'
	case "inlineStr":
		return 'i'
	}
	return 'n'
}

// show turns the stored value of a cell, which is the end of the row's text,
// into what a person sees.
func (r *sheetReader) show(column, from int, kind byte, style int) error {
	w := &r.row
	value := w.text[from:]
	switch kind {
	case 's':
		if value = bytes.TrimSpace(value); len(value) == 0 {
			w.text = w.text[:from]
			break
		}
		i := number(string(value))
		if r.shared == nil || i < 0 || i >= len(r.shared.ends) {
			return broken("cell %s refers to a text that is not there", cellRef(column, w.number))
		}
		w.text = r.styles.format(style).appendText(w.text[:from], r.shared.at(i))
	case 't', 'i':
		if kind == 't' {
			w.text = unescapeText(w.text, from)
		}
		if f := r.styles.format(style); !f.plain {
			w.text = f.appendText(w.text[:from], bytes.Clone(w.text[from:]))
		}
	case 'b':
		word := "TRUE"
		if v := bytes.TrimSpace(value); string(v) == "0" || string(v) == "false" {
			word = "FALSE"
		}
		if len(value) > 0 {
			w.text = append(w.text[:from], word...)
		}
	case 'd':
		if serial, ok := isoSerial(string(bytes.TrimSpace(value))); ok && style >= 0 {
			w.text = r.number(from, fmt.Append(nil, serial-float64(r.from)), style)
		}
	case 'n':
		if number := bytes.TrimSpace(value); len(number) > 0 {
			w.text = r.number(from, number, style)
		} else {
			w.text = w.text[:from]
		}
	}
	return nil
}

// number replaces the end of the row's text by a number as it is shown. Text
// that is no number stays.
func (r *sheetReader) number(from int, value []byte, style int) []byte {
	f := r.styles.format(style)
	text := r.row.text
	if f.general && shortNumber(value) {
		return append(text[:from], value...)
	}
	var buf [64]byte
	shown, ok := f.appendNumber(buf[:0], value, r.from)
	if !ok {
		return text
	}
	return append(text[:from], shown...)
}

// parseRef reads the name of a cell: "C14" is column 2, row 14. A column that
// no sheet has comes back as MaxColumns, without ok.
func parseRef(ref []byte) (column int, row int64, ok bool) {
	i := 0
	for ; i < len(ref) && (ref[i]|0x20)-'a' < 26; i++ {
		if column = column*26 + int(ref[i]|0x20-'a') + 1; column > MaxColumns {
			return MaxColumns, 0, false
		}
	}
	row, ok = parseRow(ref[i:])
	return column - 1, row, ok && i > 0
}

// parseRow reads the number of a row. Numbers of more digits than any row has
// are cut short, which keeps them too large.
func parseRow(text []byte) (int64, bool) {
	n := int64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n <= maxRows {
			n = n*10 + int64(c-'0')
		}
	}
	return n, n > 0
}

// number reads a whole number from zero; -1 for other text.
func number(text string) int {
	n := 0
	for i := range len(text) {
		c := text[i] - '0'
		if c > 9 || n > 1<<40 {
			return -1
		}
		n = n*10 + int(c)
	}
	if len(text) == 0 {
		return -1
	}
	return n
}

// cellRef returns the name of a cell: column 2, row 14 is "C14".
func cellRef(column int, row int64) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return fmt.Sprint(name, row)
}
