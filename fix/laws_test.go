package fix_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"github.com/connectplus/preflight/fix"
	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// cells are what the files of the laws are made of, by column: good ones first.
var cells = [][]string{
	{"B1", "B2", "B3", " B1", "B2\u00a0", "", "B\u200b4"},
	{"2026-11-19", "2026-11-18", "19/11/2026", "31/10/2026", "01/02/2026", "soon", " 2026-11-19"},
	{"INSTORE", "Instore", "in-store", "ECOM", "null", "  instore  ", ""},
	{"REGULAR", "Regular", "NOT_INTERESTED", "not interested"},
	{"10", "10.50", "1.234,50", "-5", "1,50", "ten", "1.234", "1,234", "1,23,450.00"},
	{"a", "a b", "x ", "\u200dz", "q\"r", "\"s\"\"t\"", "\"u,v \"", "w\tx", "\"two\nlines\"", "caf\xe9 ", "\"\x80 \""},
	{"919876500001", "+919876500001", "98765 00001", "anna@example.com"},
}

// file draws a file: columns, line ends, delimiter, blank and ragged rows.
func file(t *rapid.T) ruletest.File {
	f := ruletest.File{Options: validate.Options{}}
	f.Options.Decimal = rapid.SampledFrom([]byte{0, ',', '.'}).Draw(t, "decimal")
	newline := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "newline")
	comma := rapid.SampledFrom([]string{",", ",", ";"}).Draw(t, "delimiter")
	rows := [][]string{{"billNumber", "billingDate", rapid.SampledFrom([]string{"source", "source "}).Draw(t, "header"), "type", "billAmount",
		rapid.SampledFrom([]string{"note", "note", "Stra\xdfe "}).Draw(t, "other header"), "Mobile"}}
	for range rapid.IntRange(1, 12).Draw(t, "rows") {
		row := make([]string, len(cells))
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0: // blank
		case 1:
			row = row[:rapid.IntRange(1, len(cells)-1).Draw(t, "cells")]
			row[0] = "B9"
		default:
			for j := range row {
				cell := rapid.SampledFrom(cells[j]).Draw(t, "cell")
				if strings.Contains(cell, comma) && cell[0] != '"' {
					cell = `"` + cell + `"`
				}
				row[j] = cell
			}
		}
		rows = append(rows, row)
	}
	var b strings.Builder
	if rapid.IntRange(0, 4).Draw(t, "mark") == 0 {
		b.WriteString("\ufeff")
	}
	for i, row := range rows {
		if i > 0 {
			b.WriteString(newline)
		}
		b.WriteString(strings.Join(row, comma))
	}
	if rapid.Bool().Draw(t, "end") {
		b.WriteString(newline)
	}
	f.Text = b.String()
	return f
}

// TestLaws holds for files at random: nothing that fix repairs is left, a second
// repair changes nothing, and where neither rows nor the file as a whole were
// changed, the change log alone turns the file into its copy.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := file(rt)
		o := fix.Options{Unsafe: rapid.Bool().Draw(rt, "unsafe")}
		r := run(t, f, o)
		defer r.Close()
		for _, fd := range r.After.Findings {
			if fd.Fix.Machine() && (fd.Fix.Safe || o.Unsafe) && !r.Mingled && r.Left[fd.Rule] == "" {
				rt.Fatalf("left of\n%q\nin\n%q: %s", f.Text, r.text, ruletest.Lines([]validate.Finding{fd}))
			}
		}
		// What spoke against one encoding may be gone from the copy.
		if twice := run(t, again(f, "in.csv", r.text), o); len(twice.changes) > 0 && r.Left["encoding"] == "" {
			rt.Fatalf("%q\nwas fixed to\n%q\nand again: %v", f.Text, r.text, twice.changes)
		}
		if want, ok := replay(f.Text, string(rune(r.first.Source.Dialect.Comma)), r.changes); ok && r.text != want {
			rt.Fatalf("%q\nwas fixed to %q,\nthe changes give %q", f.Text, r.text, want)
		}
	})
}

// replay makes the changes of cells to a text. ok is false where there are others:
// such copies have other laws.
func replay(text, comma string, changes []fix.Change) (_ string, ok bool) {
	mark := strings.HasPrefix(text, "\ufeff")
	lines := cut(strings.TrimPrefix(text, "\ufeff"), comma[0])
	gone := map[int64]bool{}
	for _, c := range changes {
		switch {
		case c.Action == fix.Rewrite && c.Rule == "byte-order-mark":
			mark = false
		case c.Action == fix.Remove:
			gone[c.Row] = true
		case c.Action != fix.Write:
			return "", false
		default:
			cell := &lines[c.Row-1][c.Column-1]
			quoted := strings.HasPrefix(*cell, `"`) && len(*cell) > 1
			if got := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(*cell, `"`), `"`), `""`, `"`); quoted && table.Text([]byte(got)) != c.Before || !quoted && table.Text([]byte(*cell)) != c.Before {
				return "the change log says that " + c.Before + " was in place of " + *cell, true
			}
			if !utf8.ValidString(*cell) {
				c.After, _ = charmap.Windows1252.NewEncoder().String(c.After)
			}
			if *cell = c.After; quoted || strings.ContainsAny(c.After, comma+"\"\r\n") {
				*cell = `"` + strings.ReplaceAll(c.After, `"`, `""`) + `"`
			}
		}
	}
	var b strings.Builder
	if mark {
		b.WriteString("\ufeff")
	}
	for i, line := range lines {
		if !gone[int64(i+1)] {
			end := line[len(line)-1]
			b.WriteString(strings.Join(line[:len(line)-1], comma) + end)
		}
	}
	return b.String(), true
}

// cut cuts a text at the delimiters and line ends that are in no quotes. The last part
// of each row is its line end.
func cut(text string, comma byte) (rows [][]string) {
	var row []string
	from, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && (quoted || i == from):
			quoted = !quoted
		case quoted:
		case c == comma:
			row, from = append(row, text[from:i]), i+1
		case c == '\n':
			end := i
			if i > from && text[i-1] == '\r' {
				end--
			}
			rows = append(rows, append(row, text[from:end], text[end:i+1]))
			row, from = nil, i+1
		}
	}
	if from < len(text) || len(row) > 0 {
		rows = append(rows, append(row, text[from:], ""))
	}
	return rows
}

// TestLogText shows which texts a log makes harmless.
func TestLogText(t *testing.T) {
	for text, want := range map[string]string{
		"-12,5": "-12,5", "+919876500001": "+919876500001", "-1.234,50": "-1.234,50", "-": "'-", "-1+1": "'-1+1", "+1;-2": "'+1;'-2",
		"=1": "'=1", "@a": "'@a", "-12,5\x1b": "'-12,5␛", "-12 ": "'-12 ",
	} {
		var b bytes.Buffer
		l, err := fix.NewLog(&b, &mask.Masker{Reveal: true})
		if err == nil {
			err = l.Note(fix.Change{Row: 2, Column: 1, Action: fix.Write, Before: text, After: "x"})
		}
		if err == nil {
			err = l.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || rows[1][4] != want {
			t.Errorf("%q is written as %q (%v), want %q", text, rows[1][4], err, want)
		}
	}
}

// TestLog reads the change log as a program would.
func TestLog(t *testing.T) {
	var b bytes.Buffer
	for _, reveal := range []bool{false, true} {
		b.Reset()
		l, err := fix.NewLog(&b, &mask.Masker{Reveal: reveal})
		if err != nil {
			t.Fatal(err)
		}
		o := fix.Options{Unsafe: true}
		r := run(t, ruletest.File{Template: "test-control-update", Text: "mobile,testControlStatus,note\n+919876543210,Test,\"=1+1 \"\n"}, o)
		for _, c := range append(r.changes, fix.Change{Header: "919876543210", Action: fix.Write}) {
			if err := l.Note(c); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(slices.Concat(rows...), "\n"), "919876543210"); got != reveal {
			t.Errorf("reveal %v: the mobile is shown: %v", reveal, got)
		}
		if got, want := len(rows), 5; got != want {
			t.Errorf("%d rows, want %d: %q", got, want, rows)
		}
		for _, row := range rows {
			if strings.HasPrefix(row[4], "=") {
				t.Errorf("a spreadsheet would calculate %q", row[4])
			}
		}
	}
}
