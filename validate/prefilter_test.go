package validate

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// look runs a prefilter over one cell, as a file of one row has it.
func look(t *testing.T, f *prefilter, cell string) (cleared bool, number int64) {
	t.Helper()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	if err := w.WriteAll([][]string{{"a", "b"}, {cell, "x"}}); err != nil {
		t.Fatal(err)
	}
	s, err := table.Open("in.csv", bytes.NewReader(text.Bytes()), int64(text.Len()), table.Options{Comma: ','})
	if err != nil {
		t.Fatal(err)
	}
	if s.NotText != "" {
		return false, NotNumber // taken for no text at all
	}
	err = s.Scan(t.Context(), 1, func(_ int, tb *table.Batch) error {
		b := &Batch{Batch: tb, text: tb.Text(), spans: tb.Spans(), cols: 2, numbers: make([][]int64, 2),
			dates: []*[seenDates]lastDate{{}, {}}, fits: make([]bool, 2)}
		b.numbers[0] = make([]int64, tb.Len())
		if tb.Len() == 1 {
			cleared = len(f.suspects(b, []int32{0}, nil)) == 0
			number = b.numbers[0][0]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cleared, number
}

// nothings are words for "nothing" and texts of damaged cells.
var nothings = []string{"null", "NULL", "Null", "none", "None", "nil", "n/a", "N/A", "NaN", "nan", "-", "--", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "\\N",
	"9.19812E+11", "1E+11", "9.2e+11", "1.00E-05", "2E+100"}

var cellSeeds = append([]string{"", "0", "00", "10", "10.50", "1234567.89", "123456789012.123456", "1234567890123", "0.1234567", ".5", "5.", "1.2.3", "1,5", "+1", "-1",
	"1e5", " 5", "5 ", "\u0665", "12345678", "1234.567", "99999999", "0.000001", "2026-11-21", "2026-02-30", "21/11/2026", "2026-11-21T10:00:00Z", "0000-00-00",
	"INSTORE", "Instore", "INSTORE ", "WEB_ENGAGE", "WEB_ENGAGES", "true", "TRUE", "caf\u00e9", "\u00a0x", "x\u00a0", "a\u200bb", "a\x00b", "tab\there", "two\nlines",
	"\xe9", "\ufeffx", "\u202eabc", "q\x1f00\x1f0", "n", "N", "nothing", "Nikhil", "nullable", "B10000000", strings.Repeat("x", 60)}, nothings...)

// A cell that a prefilter clears has all the shapes that it says it proves.
func FuzzPrefilter(f *testing.F) {
	for _, s := range cellSeeds {
		f.Add(s)
	}
	iso, err := templates.ParseLayout("YYYY-MM-DD")
	if err != nil {
		f.Fatal(err)
	}
	stamp, err := templates.ParseLayout("DD/MM/YYYY HH:MM:SS")
	if err != nil {
		f.Fatal(err)
	}
	all := [2]templates.Day{math.MinInt32, math.MaxInt32}
	sources := []string{"INSTORE", "WECHAT", "MARTJACK", "WEB_ENGAGE", "ECOMMERCE", "JD", "TAOBAO", "TMALL", "FACEBOOK", "WEBSITE", "OTHERS"}
	f.Fuzz(func(t *testing.T, cell string) {
		if len(cell) > 1000 || strings.ContainsRune(cell, '\r') {
			return // encoding/csv changes it
		}
		text := &prefilter{kind: textCells, maxLen: 50}
		if ok, _ := look(t, text, cell); ok {
			switch {
			case strings.TrimFunc(cell, isSpace) != cell || cell == "":
				t.Errorf("text cleared %q: not trimmed, or blank", cell)
			case utf8.RuneCountInString(cell) > 50:
				t.Errorf("text cleared %q: too long", cell)
			case !utf8.ValidString(cell) || strings.ContainsFunc(cell, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }):
				t.Errorf("text cleared %q: it does not print", cell)
			case slices.Contains(nothings, cell):
				t.Errorf("text cleared %q: it stands for nothing", cell)
			}
		}
		for _, whole := range []bool{false, true} {
			number := &prefilter{kind: numberCells, whole: whole, zeroOK: true}
			a, plain := decimal.Parse([]byte(cell))
			ok, got := look(t, number, cell)
			if units, exact := a.Mantissa(6); plain && ok && (!exact || units != got || a.Sign() < 0) {
				t.Errorf("number cleared %q as %d millionths", cell, got)
			}
			if ok && (!plain || whole && strings.Contains(cell, ".")) {
				t.Errorf("number cleared %q", cell)
			}
			if cell == "" && got != NoNumber {
				t.Errorf("a blank cell is number %d", got)
			}
			strict := &prefilter{kind: numberCells, whole: whole}
			if ok, _ := look(t, strict, cell); ok && a.IsZero() {
				t.Errorf("strict number cleared %q", cell)
			}
		}
		for _, l := range []*templates.Layout{iso, stamp} {
			date := &prefilter{kind: dateCells, layout: l, day: all}
			_, fit := l.Parse([]byte(cell))
			if ok, _ := look(t, date, cell); ok != (fit == templates.Fits) {
				t.Errorf("date %v cleared %q: %v, its fit is %v", l, cell, ok, fit)
			}
		}
		list := &prefilter{kind: listCells, values: newList(sources)}
		if ok, _ := look(t, list, cell); ok != slices.Contains(sources, cell) {
			t.Errorf("list cleared %q: %v", cell, ok)
		}
	})
}

// Amounts of common forms are cleared: a prefilter that clears nothing is
// correct, and slow.
func TestPrefilterClearsTheUsual(t *testing.T) {
	for _, cell := range []string{"0", "7", "10", "10.5", "10.50", "12345.67", "123456.78", "0.333333", "999999999999.99"} {
		a, _ := decimal.Parse([]byte(cell))
		want, _ := a.Mantissa(6)
		if ok, got := look(t, &prefilter{kind: numberCells, zeroOK: true}, cell); !ok || got != want {
			t.Errorf("%s: cleared %v as %d, want %d", cell, ok, got, want)
		}
	}
	for _, cell := range []string{"B10000000", "ST0346", "1", "123456", "85123A", "Mini Water Bottle", "caf\u00e9 au lait", "Nikhil Sharma"} {
		if ok, _ := look(t, &prefilter{kind: textCells, maxLen: 50}, cell); !ok {
			t.Errorf("%q was not cleared", cell)
		}
	}
	dated := &prefilter{kind: dateCells, layout: mustLayout(t, "YYYY-MM-DD"), day: [2]templates.Day{day(t, "2026-01-01"), day(t, "2026-11-21")}}
	for cell, want := range map[string]bool{"2026-11-21": true, "2026-01-01": true, "2026-11-22": false, "2025-12-31": false} {
		if ok, _ := look(t, dated, cell); ok != want {
			t.Errorf("%s: cleared %v, want %v", cell, ok, want)
		}
	}
}

func mustLayout(t *testing.T, s string) *templates.Layout {
	t.Helper()
	l, err := templates.ParseLayout(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func day(t *testing.T, s string) templates.Day {
	t.Helper()
	d, ok := templates.ParseDay(s)
	if !ok {
		t.Fatalf("%s is no day", s)
	}
	return d
}

func TestRowSet(t *testing.T) {
	var s, o RowSet
	s.Add(5)
	s.AddRange(60, 10)
	s.AddRange(chunkRows-3, 6)
	o.AddRange(64, 200)
	o.Add(1 << 20)
	s.Or(&o)
	want := map[int64]bool{5: true, 1 << 20: true}
	for i := int64(60); i < 264; i++ {
		want[i] = true
	}
	for i := int64(chunkRows - 3); i < chunkRows+3; i++ {
		want[i] = true
	}
	for row := range int64(1<<20 + 100) {
		if s.Has(row) != want[row] {
			t.Fatalf("row %d: got %v", row, s.Has(row))
		}
	}
	if s.Len() != int64(len(want)) || !s.Any(0, 6) || s.Any(6, 54) || !s.Any(263, 500) || s.Any(300, 100) {
		t.Errorf("got %d rows, want %d", s.Len(), len(want))
	}
}
