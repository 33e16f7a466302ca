package report_test

import (
	"encoding/json"
	"io/fs"
	"slices"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// parsed is a JSON report as a reader of the contract sees it.
type parsed struct {
	Verdict  string
	Complete bool
	Errors   []struct{ File, Message string }
	Files    []map[string]any
	Rules    []struct {
		ID, Severity          string
		Count, Shown, Fixable int64
	}
	Findings []map[string]any
	Unjudged []string
}

func parse(t *testing.T, res *report.Result, o report.Options) parsed {
	t.Helper()
	var p parsed
	if err := json.Unmarshal([]byte(written(t, "json", res, o)), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestJSONKeys(t *testing.T) {
	f, rows := salesFile()
	f.Findings = slices.Insert(f.Findings, 0, validate.Finding{Rule: "byte-order-mark", Severity: validate.Error, Message: "a byte order mark"})
	p := parse(t, one(f, rows), report.Options{})
	place := []string{"row", "line", "column", "cell"}
	always := []string{"rule", "severity", "file", "sheet", "header", "field", "value", "message", "codes", "related", "fingerprint"}
	if got := p.Findings[0]["rule"]; got != "byte-order-mark" {
		t.Errorf("the first finding is of %v, want that about the file", got)
	}
	for i, fd := range p.Findings {
		for _, key := range always {
			if _, ok := fd[key]; !ok {
				t.Errorf("finding %d lacks %q", i, key)
			}
		}
		for _, key := range place {
			_, ok := fd[key]
			_, inCell := fd["column"]
			about := fd["rule"] == "byte-order-mark"
			if about && ok {
				t.Errorf("the finding about the file has %q", key)
			}
			if !about && inCell && !ok {
				t.Errorf("finding %d about a cell lacks %q", i, key)
			}
		}
	}
}

func TestJSONShowsAndCounts(t *testing.T) {
	f, rows := salesFile()
	p := parse(t, one(f, rows), report.Options{Samples: 2})
	for _, r := range p.Rules {
		shown := int64(0)
		for _, fd := range p.Findings {
			if fd["rule"] == r.ID && fd["severity"] == r.Severity {
				shown++
			}
		}
		if r.Shown != shown || r.Shown > 2 || r.Count < r.Shown {
			t.Errorf("rule %s: count %d, shown %d, listed %d", r.ID, r.Count, r.Shown, shown)
		}
	}
	var places []float64
	for _, fd := range p.Findings {
		row, _ := fd["row"].(float64)
		column, _ := fd["column"].(float64)
		places = append(places, row*1e6+column)
	}
	if !slices.IsSorted(places) {
		t.Errorf("findings are not by row and column: %v", places)
	}
	none := parse(t, one(f, rows), report.Options{Samples: -1})
	if len(none.Findings) != 0 || len(none.Rules) != len(p.Rules) {
		t.Errorf("without samples: %d findings, %d rules; want 0, %d", len(none.Findings), len(none.Rules), len(p.Rules))
	}
}

func TestJSONErrors(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{&table.LimitError{Name: "in.csv", Row: 17, Limit: "row 17 is longer than 16 MiB"}, "row 17 is longer than 16 MiB"},
		{&table.NotTextError{Name: "in.csv", Kind: "PDF document"}, "the file is not text but a PDF document"},
		{&fs.PathError{Op: "read", Path: "/home/someone/in.csv", Err: fs.ErrPermission}, "read: permission denied"},
		{nil, "the file was not read to its end"},
	}
	for _, tt := range tests {
		f := &validate.FileResult{Summary: validate.Summary{Name: "in.csv"}, Err: tt.err}
		p := parse(t, one(f, nil), report.Options{})
		if len(p.Errors) != 1 || p.Errors[0].File != "in.csv" || p.Errors[0].Message != tt.want {
			t.Errorf("errors = %+v, want %q", p.Errors, tt.want)
		}
		if p.Complete || p.Verdict != report.Incomplete || len(p.Files) != 1 {
			t.Errorf("complete %v, verdict %q, %d files; want an incomplete report of one", p.Complete, p.Verdict, len(p.Files))
		}
	}
}

func TestJSONUnjudged(t *testing.T) {
	f, rows := salesFile()
	known := one(f, rows)
	known.Unjudged = []string{}
	for _, test := range []struct {
		name string
		res  *report.Result
		want []string
	}{
		{"without ledger and lists", one(f, rows), []string{"earlier drops (no ledger)", "whether customers and stores exist (no lists)"}},
		{"no file", &report.Result{}, []string{"earlier drops (no ledger)"}},
		{"all was judged", known, []string{}},
	} {
		if got := parse(t, test.res, report.Options{}).Unjudged; got == nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: unjudged is %q, want %q", test.name, got, test.want)
		}
	}
}
