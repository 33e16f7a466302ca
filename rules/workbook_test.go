package rules_test

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// textual are the rules about how text is written: a workbook cannot break
// them, and short rows of it have blank cells.
var textual = []string{"ragged-row", "quoting", "encoding", "delimiter", "byte-order-mark", "file-size-limit"}

// TestWorkbooks holds that the examples of all rules get the same findings when
// their text stands in a workbook.
func TestWorkbooks(t *testing.T) {
	compared := 0
	for _, r := range rules.All() {
		for _, e := range r.Examples {
			if e.File != "" || strings.HasPrefix(e.Text, "-- ") || e.Text == "" || slices.Contains(textual, r.ID) {
				continue
			}
			t.Run(r.ID+"/"+e.Name, func(t *testing.T) {
				f := ruletest.File{Text: e.Text, Template: e.Template, Lists: e.Lists}
				f.Options.Expressions, f.Options.NamePattern, f.Options.Place, f.Read.Header = e.Expressions, e.NamePattern, e.Place, e.Header
				if e.Params != nil {
					f.Options.Params = map[string]any{r.ID: e.Params}
				}
				text, err := ruletest.Judge(rules.All(), f)
				if err != nil {
					t.Fatal(err)
				}
				if slices.ContainsFunc(text.Causes, func(c validate.Cause) bool { return slices.Contains(textual, c.Rule) }) {
					t.Skip("about how text is written")
				}
				f.Text = workbook(t, e.Text)
				book, err := ruletest.Judge(rules.All(), f)
				if err != nil {
					t.Fatal(err)
				}
				got := slices.DeleteFunc(ruletest.Lines(book.Findings), func(l string) bool { return strings.HasPrefix(l, "file-extension: ") })
				if d := ruletest.Diff(got, ruletest.Lines(text.Findings)); d != "" {
					t.Errorf("findings in a workbook (- in text, + in the workbook):%s", d)
				}
				compared++
			})
		}
	}
	if compared < 100 {
		t.Errorf("%d examples were compared, want 100 or more", compared)
	}
}

// workbook writes CSV into a workbook, every cell as text.
func workbook(t *testing.T, text string) string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	f := excelize.NewFile()
	defer f.Close()
	for row := 1; ; row++ {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			name, err := excelize.CoordinatesToCellName(i+1, row)
			if err == nil {
				err = f.SetCellStr("Sheet1", name, cell)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
