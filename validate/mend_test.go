package validate_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// TestMendRow holds that a repair of a row leaves cells alone that another repair has
// changed: it was worked out from what stood there before.
func TestMendRow(t *testing.T) {
	first, bad := 0, func(cell []byte) bool { return string(cell) == "x" }
	row := func(column int, fix *validate.Fix) validate.Row {
		return func(*validate.Pass) []*validate.RowCheck {
			return []*validate.RowCheck{{Column: column,
				OK:       func(r validate.RowView) bool { return string(r.Cell(1)) != "bad" },
				Describe: func(validate.RowView) validate.Detail { return validate.Detail{Fix: fix} }}}
		}
	}
	cell := &validate.Rule{ID: "cell", Severity: validate.Error, Checks: []validate.Check{validate.Cell{
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Index != 0 {
				return nil
			}
			return &validate.CellCheck{OK: func(cell []byte) bool { return !bad(cell) },
				Describe: func([]byte) validate.Detail { return validate.Detail{Fix: validate.Write("write y", "y", true)} }}
		}}}}
	tests := []struct {
		name string
		row  validate.Row
		want []string
	}{
		{"a text", row(0, validate.Write("write z", "z", true)), []string{"2:0: x to y (cell)", "3:0: w to z (row)"}},
		{"an exchange", row(1, &validate.Fix{Safe: true, Swap: &first}),
			[]string{"2:0: x to y (cell)", "3:0: w to bad (row)", "3:1: bad to w (row)"}},
	}
	for _, tt := range tests {
		list := []*validate.Rule{cell, {ID: "row", Severity: validate.Error, Checks: []validate.Check{tt.row}}}
		res, src, err := ruletest.Open(list, ruletest.File{Text: "billNumber,note\nx,bad\nw,bad\n", Options: validate.Options{Mend: true}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		all := func(string, *validate.Fix) bool { return true }
		err = res.Mend(t.Context(), all, func(_ *table.Batch, changes []validate.Change) error {
			for _, c := range changes {
				got = append(got, fmt.Sprintf("%d:%d: %s to %s (%s)", c.Row, c.Column, c.Before, c.After, c.Rule))
			}
			return nil
		})
		src.Close()
		slices.Sort(got)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestEncode(t *testing.T) {
	text, narrow := &table.Source{Encoding: table.UTF8, BadByte: -1}, &table.Source{Encoding: table.Windows1252, BadByte: 7}
	late := &table.Source{Encoding: table.UTF8, BadByte: 1 << 20}
	tests := []struct {
		name            string
		src             *table.Source
		raw, text, want string
		ok              bool
	}{
		{"a file in UTF-8", text, "kaufer", "käufer", "käufer", true},
		{"a cell in Windows-1252", narrow, "k\xe4ufer ", "käufer", "k\xe4ufer", true},
		{"the euro sign", late, "EUR\xe9", "€é", "\x80\xe9", true},
		{"a cell in UTF-8 among others", narrow, "käufer ", "käufer", "käufer", true},
		{"bytes of the cell", narrow, "k\xe4ufer ", "k\xe4ufer", "k\xe4ufer", true},
		{"a cell in ASCII", narrow, "kaufer", "käufer", "k\xe4ufer", true},
		{"a character that is not there", narrow, "k\xe4ufer", "kaufer\u0159", "", false},
	}
	for _, tt := range tests {
		res := &validate.FileResult{Summary: validate.Summary{Source: tt.src}}
		if got, ok := res.Encode([]byte(tt.raw), tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("%s: got %q, %v; want %q, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}
