package rules

import (
	"bytes"
	"unicode"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file holds what the rules on groups share: what makes two rows of one
// number the same bill, and when cells agree.

// sales are the templates that add transactions.
var sales = []string{"transaction-*", "intouch-transaction-*"}

// agree reports whether two rows say the same in a column, or may mean the same
// once they are mended: a blank cell or a word for nothing contradicts nothing,
// 10 is 10.00, Instore is INSTORE, and 20/11/2026 is 2026-11-20. How a cell is
// written has a rule of its own.
func agree(p *validate.Pass, column int, a, b validate.RowView) bool {
	v := validate.Value{Column: column}
	x, y := a.Get(v), b.Get(v)
	if len(x) == 0 || len(y) == 0 || bytes.Equal(x, y) {
		return true
	}
	c := p.Columns[column]
	if coded(c) && (nullWord(x) || nullWord(y)) || damage(x) != "" || damage(y) != "" {
		return true // what stood there cannot be known
	}
	typ := templates.Text
	if c.Field != nil {
		typ = c.Field.Type
	}
	switch typ {
	case templates.Decimal, templates.Integer:
		m, ok := readAny(p, x)
		n, also := readAny(p, y)
		return ok && also && m.Cmp(n) == 0
	case templates.Date:
		return dated(c) && sameDay(p, c, x, y)
	case templates.Enum, templates.Boolean:
		return templates.Fold(string(x)) == templates.Fold(string(y))
	}
	if id, ok := identityOf(p); ok && id.value.Column == column {
		if m, n := digitsOf(x), digitsOf(y); len(m) >= 7 && bytes.Equal(m, n) || bytes.EqualFold(x, y) {
			return true
		}
	}
	return bytes.Equal(visible(x), visible(y))
}

// readAny reads an amount, plain or as people write it.
func readAny(p *validate.Pass, cell []byte) (decimal.Amount, bool) {
	if a, ok := reader(p)(cell); ok {
		return a, true
	}
	if a, ok := decimal.ParseComma(cell); ok {
		return a, true
	}
	return decimal.Parse(bytes.ReplaceAll(cell, []byte{','}, nil)) // 1,234.50
}

// sameDay reports whether two dates have a reading in common.
func sameDay(p *validate.Pass, c *validate.Column, x, y []byte) bool {
	for _, l := range append([]*templates.Layout{c.Layout}, candidates(p, c)...) {
		s, fit := l.Parse(x)
		if fit != templates.Fits {
			continue
		}
		for _, m := range append([]*templates.Layout{c.Layout}, candidates(p, c)...) {
			if t, fit := m.Parse(y); fit == templates.Fits && t.Day == s.Day && (t.Second == s.Second || !l.HasTime() || !m.HasTime()) {
				return true
			}
		}
	}
	return false
}

// digitsOf returns the digits of a number written with separators, or nil for
// other text.
func digitsOf(cell []byte) []byte {
	var digits []byte
	for _, c := range cell {
		switch {
		case c-'0' <= 9:
			digits = append(digits, c)
		case c != ' ' && c != '-' && c != '+' && c != '(' && c != ')' && c != '.' && c != '/':
			return nil
		}
	}
	return digits
}

// visible returns a cell without the characters that nobody sees.
func visible(cell []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, cell)
}

// billIdentity lists the columns that tell two bills of one number apart: date,
// customer and store.
func billIdentity(p *validate.Pass) []int {
	var columns []int
	for _, name := range []string{"billingDate", "identifierValue", "attribution.identifierValue"} {
		if c := p.Column(name); c >= 0 && !p.Columns[c].Key {
			columns = append(columns, c)
		}
	}
	return columns
}

// billColumns lists the columns whose cells must agree on all rows of a bill.
func billColumns(p *validate.Pass) []int {
	var columns []int
	for _, c := range p.Columns {
		if !c.Key && c.Field != nil && c.Field.Level == templates.Bill {
			columns = append(columns, c.Index)
		}
	}
	return columns
}

// oneRowPerBill reports whether the file has no columns for lines, so that
// every row is a bill of its own.
func oneRowPerBill(p *validate.Pass) bool {
	for _, c := range p.Columns {
		if c.Field != nil && (c.Field.Level == templates.Line || c.Field.Level == templates.Payment) {
			return false
		}
	}
	return true
}

// starts returns the index of the first row of each stretch of the group.
// Stretches of ragged rows alone are left out.
func starts(g *validate.Rows) []int {
	var at []int
	i := 0
	for _, r := range g.Runs() {
		for i < g.Len() && g.Row(i).Number() < r.First {
			i++
		}
		if i < g.Len() && g.Row(i).Number() < r.First+int64(r.N) {
			at = append(at, i)
		}
	}
	return at
}

// differs returns the first of the columns in which two rows disagree, or -1.
func differs(p *validate.Pass, columns []int, a, b validate.RowView) int {
	for _, c := range columns {
		if !agree(p, c, a, b) {
			return c
		}
	}
	return -1
}

// laterBill returns the index of the first row of a later bill that has the
// number of the first, or -1.
func laterBill(p *validate.Pass, g *validate.Rows, columns []int, perRow bool) int {
	if g.Len() == 0 {
		return -1
	}
	first := g.Row(0)
	if perRow {
		for i := 1; i < g.Len(); i++ {
			if !g.Row(i).Same(first) {
				return i
			}
		}
		return -1
	}
	if len(g.Runs()) == 1 {
		return -1
	}
	for _, i := range starts(g) {
		if differs(p, columns, first, g.Row(i)) >= 0 {
			return i
		}
	}
	return -1
}

// copyOf returns the index of the first row equal to row at, or at itself.
func copyOf(g *validate.Rows, at int) int {
	for i := range at {
		if g.Row(i).Same(g.Row(at)) {
			return i
		}
	}
	return at
}

// copies marks the rows that are equal to an earlier row of the group. Small
// groups are compared row by row, large ones by what their rows hold.
func copies(p *validate.Pass, g *validate.Rows) []bool {
	found := make([]bool, g.Len())
	if g.Len() <= 16 {
		for i := range found {
			found[i] = copyOf(g, i) < i
		}
		return found
	}
	seen := make(map[string]bool, g.Len())
	var key []byte
	for i := range found {
		key = key[:0]
		for _, c := range p.Columns {
			cell := g.Row(i).Cell(c.Index)
			key = append(append(key, cell...), 0xff, byte(len(cell)), byte(len(cell)>>8))
		}
		found[i] = seen[string(key)]
		seen[string(key)] = true
	}
	return found
}

// numbersOf returns the spreadsheet rows of a group, at most n.
func numbersOf(g *validate.Rows, n int) []int64 {
	var rows []int64
	for i := range min(g.Len(), n) {
		rows = append(rows, g.Row(i).Number())
	}
	return rows
}
