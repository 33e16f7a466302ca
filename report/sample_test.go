package report_test

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// csvText serves the rows of a text whose cells hold no line breaks.
type csvText struct {
	text  string
	comma byte
}

func (c csvText) Key() [32]byte { return [32]byte{1, 2, 3} }

func (c csvText) Excerpt(offset int64) (table.Excerpt, error) {
	if offset < 0 || offset >= int64(len(c.text)) {
		return table.Excerpt{}, errors.New("no such row")
	}
	line, _, _ := strings.Cut(c.text[offset:], "\n")
	x := table.Excerpt{Text: []byte(line)}
	start, quoted := 0, false
	for i := 0; i <= len(line); i++ {
		switch {
		case i < len(line) && line[i] == '"':
			quoted = !quoted
		case i == len(line) || line[i] == c.comma && !quoted:
			from, upto := start, i
			if upto-from >= 2 && line[from] == '"' && line[upto-1] == '"' {
				from, upto = from+1, upto-1
			}
			x.Cells = append(x.Cells, table.Span{Off: uint32(from), End: uint32(upto)})
			start = i + 1
		}
	}
	return x, nil
}

// position finds a row of the text by its spreadsheet number.
func (c csvText) position(row int64, column int, col *validate.Column) validate.Position {
	var offset int64
	for range row - 1 {
		offset += int64(strings.IndexByte(c.text[offset:], '\n')) + 1
	}
	pos := validate.Position{Row: row, Line: row, Offset: offset, Column: column}
	if col != nil {
		pos.Header = col.Header
		if col.Field != nil {
			pos.Field = col.Field.Name
		}
	}
	return pos
}

const salesText = `bill_no,bill_date,store,id_type,id_value,bill_amount,remark
B10000000,31/12/2025,ST0346,mobile,919812345678,100.00,ok
B10000000,31/12/2025,ST0346,mobile,919812345678,100.00,call 919898989898 now
B10000031,30/12/2025,ST0346,email,someone@example.com,967.69, tab	here
B10000031,30/12/2025,ST0346,email,someone@example.com,967.69,919811112222
`

var salesTemplate = &templates.Template{
	ID: "transaction-v2-add", Kind: "sales",
	Entities: []string{"transaction-v2", "transaction"}, GroupBy: []string{"billNumber"},
}

func salesColumns() []*validate.Column {
	return []*validate.Column{
		{Index: 0, Header: "bill_no", Key: true, Field: &templates.Field{Name: "billNumber"}},
		{Index: 1, Header: "bill_date", Field: &templates.Field{Name: "billingDate", Type: templates.Date}},
		{Index: 2, Header: "store", Field: &templates.Field{Name: "storeCode", Constraints: []string{"reference:stores"}}},
		{Index: 3, Header: "id_type", Field: &templates.Field{Name: "identifierType", Type: templates.Enum}},
		{Index: 4, Header: "id_value", Field: &templates.Field{Name: "identifierValue", Sensitive: true}},
		{Index: 5, Header: "bill_amount", Field: &templates.Field{Name: "billAmount", Type: templates.Decimal}},
		{Index: 6, Header: "remark"},
	}
}

// salesFile has a column of wrong dates, a wrong total, a short mobile and an
// unknown column.
func salesFile() (*validate.FileResult, csvText) {
	rows := csvText{salesText, ','}
	columns := salesColumns()
	at := func(row int64, column int) validate.Position {
		return rows.position(row, column, columns[column-1])
	}
	f := &validate.FileResult{
		Summary: validate.Summary{
			Name: "sales_2026-11-20.csv", Bytes: int64(len(salesText)), Template: salesTemplate,
			Columns: columns, Rows: 4, Groups: 2,
			Source: &table.Source{Encoding: table.UTF8, Dialect: table.Dialect{Comma: ','}},
			Dates:  map[string]string{"billingDate": "YYYY-MM-DD"},
		},
		Complete: true, Rules: 71,
		RejectedRows: 4, RejectedGroups: 2, RefusedRows: 4, RefusedGroups: 2,
		Forecast: []validate.Forecast{
			{Code: "transaction-v2:1114", Rows: 4, Groups: 2},
			{Code: "transaction-v2:604", Rows: 2, Groups: 1},
		},
	}
	dates := []string{"31/12/2025", "31/12/2025", "30/12/2025", "30/12/2025"}
	for i, v := range dates {
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "date-format", Severity: validate.Error, Pos: at(int64(i+2), 2), Value: v,
			Message: "{value} is not a date like YYYY-MM-DD", Group: "B10000000",
			Codes: []string{"transaction-v2:1114", "transaction:621"},
			Fix:   validate.Write("write the date as 2025-12-"+v[:2], "2025-12-"+v[:2], true),
		})
	}
	f.Findings = append(f.Findings,
		validate.Finding{
			Rule: "bill-total-mismatch", Severity: validate.Error, Pos: at(4, 6), Value: "967.69", Group: "B10000031",
			Message: "bill_amount {value}, 2 lines add up to 967.68", Codes: []string{"points-mismatch-multi-line-bill"},
			Related: []validate.Ref{{Row: 4, Line: 4}, {Row: 5, Line: 5}},
		},
		validate.Finding{
			Rule: "mobile-format", Severity: validate.Warning, Pos: at(2, 5), Value: "919812345678", Sensitive: true,
			Message: "{value} is no mobile of the countries given", Codes: []string{"transaction:649"},
			Fix: &validate.Fix{Title: "write it as 919812345678"},
		},
		validate.Finding{
			Rule: "control-characters", Severity: validate.Warning, Pos: at(4, 7), Value: " tab\there",
			Message: "{value} holds a tab",
		},
		validate.Finding{
			Rule: "header-unknown", Severity: validate.Info, Pos: validate.Position{Row: 1, Line: 1},
			Message: `"remark" is mapped to no field`,
		},
	)
	slices.SortStableFunc(f.Findings, func(a, b validate.Finding) int { // as the judgement does
		return cmp.Or(cmp.Compare(a.Pos.Row, b.Pos.Row), cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Rule, b.Rule))
	})
	f.Causes = []validate.Cause{
		{
			Rule: "date-format", Severity: validate.Error, Column: 2, Header: "bill_date", Field: "billingDate",
			Codes: []string{"transaction-v2:1114", "transaction:621"}, Count: 4, Rows: 4, Fixable: 4,
			Summary: "all 4 read as DD/MM/YYYY, none in two ways", FixTitle: "write the dates as YYYY-MM-DD",
		},
		{
			Rule: "bill-total-mismatch", Severity: validate.Error, Column: 6, Header: "bill_amount", Field: "billAmount",
			Codes: []string{"points-mismatch-multi-line-bill"}, Count: 12, Rows: 12, Groups: true,
		},
		{
			Rule: "mobile-format", Severity: validate.Warning, Column: 5, Header: "id_value", Field: "identifierValue",
			Codes: []string{"transaction:649"}, Count: 1, Rows: 1,
		},
		{Rule: "control-characters", Severity: validate.Warning, Column: 7, Header: "remark", Count: 1, Rows: 1},
		{Rule: "header-unknown", Severity: validate.Info, Count: 1},
	}
	return f, rows
}

// cleanFile has nothing to mend.
func cleanFile() *validate.FileResult {
	return &validate.FileResult{
		Summary: validate.Summary{
			Name: "sales_2026-11-21.csv", Template: salesTemplate, Chosen: true, Columns: salesColumns(),
			Rows: 48113, Groups: 16204, Bytes: 3511244,
			Source: &table.Source{Encoding: table.Windows1252, Dialect: table.Dialect{Comma: ';'}},
			Dates:  map[string]string{"billingDate": "DD/MM/YYYY"},
		},
		Complete: true, Rules: 71,
	}
}

func rulesOf() []*validate.Rule {
	return []*validate.Rule{
		{ID: "bill-total-mismatch", Title: "Bill amount that is not the sum of its lines", Severity: validate.Error},
		{ID: "date-format", Title: "Date in another format", Severity: validate.Error},
	}
}

// bothFiles is a run with a bad file, a clean one and one that cannot be read.
func bothFiles() *report.Result {
	bad, rows := salesFile()
	res := &report.Result{
		Tool:    report.Tool{Name: "preflight", Version: "0.1.0"},
		Files:   []*validate.FileResult{bad, cleanFile()},
		Errors:  []report.FileError{{File: "locked.csv", Message: "permission denied", Hint: "let this user read the file"}},
		Digests: []string{"00ff", ""},
		Rules:   rulesOf(),
	}
	return report.WithRows(res, rows)
}

// one is a run over a single file.
func one(f *validate.FileResult, rows report.Rows) *report.Result {
	return report.WithRows(&report.Result{
		Tool: report.Tool{Name: "preflight", Version: "0.1.0"}, Files: []*validate.FileResult{f},
		Rules: rulesOf(),
	}, rows)
}

// written returns the report of a format.
func written(t testing.TB, name string, res *report.Result, o report.Options) string {
	t.Helper()
	format, ok := report.ByName(name)
	if !ok {
		t.Fatalf("no format %q", name)
	}
	var b bytes.Buffer
	if err := format.Write(&b, res, o); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}
