package rules

import (
	"bytes"
	"unicode"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// An agreement tells whether two rows say the same in some columns. It is made
// while rules bind, and may be asked by many workers at once.
type agreement struct {
	columns  []int              // 0-based
	file     []*validate.Column // all of the file
	customer int                // the column of the customer's identifier; -1: none
	read     func(cell []byte) (decimal.Amount, bool)
	dates    map[int][]*templates.Layout // how the dates of a column may be read
}

func agreementOn(p *validate.Pass, columns []int) *agreement {
	a := &agreement{columns: columns, file: p.Columns, customer: -1, read: reader(p), dates: map[int][]*templates.Layout{}}
	if id, ok := identityOf(p); ok {
		a.customer = id.value.Column
	}
	for _, c := range columns {
		if column := p.Columns[c]; dated(column) {
			a.dates[c] = append([]*templates.Layout{column.Layout}, candidates(p, column)...)
		}
	}
	return a
}

// differs returns the first of the columns in which two rows disagree, or -1.
func (a *agreement) differs(r, o validate.RowView) int {
	for _, c := range a.columns {
		if !a.in(c, r, o) {
			return c
		}
	}
	return -1
}

// in reports whether two rows say the same in one of the columns, or may mean
// the same once they are mended: a blank cell or a word for nothing contradicts
// nothing, 10 is 10.00, Instore is INSTORE, and 20/11/2026 is 2026-11-20. How a
// cell is written has a rule of its own.
func (a *agreement) in(column int, r, o validate.RowView) bool {
	v := validate.Value{Column: column}
	x, y := r.Get(v), o.Get(v)
	if len(x) == 0 || len(y) == 0 || bytes.Equal(x, y) {
		return true
	}
	c := a.file[column]
	if coded(c) && (nullWord(x) || nullWord(y)) || damage(x) != "" || damage(y) != "" {
		return true // what stood there cannot be known
	}
	typ := templates.Text
	if c.Field != nil {
		typ = c.Field.Type
	}
	switch typ {
	case templates.Decimal, templates.Integer:
		m, ok := a.amount(x)
		n, also := a.amount(y)
		return ok && also && m.Cmp(n) == 0
	case templates.Date:
		return sameDay(a.dates[column], x, y)
	case templates.Enum, templates.Boolean:
		return templates.Fold(string(x)) == templates.Fold(string(y))
	}
	if column == a.customer {
		if m, n := digitsOf(x), digitsOf(y); len(m) >= 7 && bytes.Equal(m, n) || bytes.EqualFold(x, y) {
			return true
		}
	}
	return bytes.Equal(visible(x), visible(y))
}

// amount reads an amount, plain or as people write it.
func (a *agreement) amount(cell []byte) (decimal.Amount, bool) {
	if n, ok := a.read(cell); ok {
		return n, true
	}
	if n, ok := decimal.ParseComma(cell); ok {
		return n, true
	}
	return decimal.Parse(bytes.ReplaceAll(cell, []byte{','}, nil)) // 1,234.50
}

// sameDay reports whether two dates have a reading in common.
func sameDay(layouts []*templates.Layout, x, y []byte) bool {
	for _, l := range layouts {
		s, fit := l.Parse(x)
		if fit != templates.Fits {
			continue
		}
		for _, m := range layouts {
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
