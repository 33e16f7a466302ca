package report_test

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// counted has count findings of a rule, of which as many are kept as there are
// groups.
func counted(count int64, groups ...string) *report.Result {
	f := &validate.FileResult{Summary: validate.Summary{Name: "a.csv"}, Complete: true}
	for i, g := range groups {
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "r", Severity: validate.Error, Group: g, Message: "is wrong",
			Pos: validate.Position{Row: int64(i + 2), Column: 1, Field: "f"},
		})
	}
	if count > 0 {
		f.Causes = []validate.Cause{{Rule: "r", Severity: validate.Error, Column: 1, Field: "f", Count: count, Rows: count}}
	}
	return &report.Result{Files: []*validate.FileResult{f}}
}

func TestBaseline(t *testing.T) {
	three := func() *report.Result { return counted(3, "a", "b", "c") }
	capped := func() *report.Result { return counted(9, "a", "b", "c") }
	tests := []struct {
		name               string
		old, now           *report.Result
		known, fresh, gone int64
	}{
		{"the same", three(), three(), 3, 0, 0},
		{"moved", three(), counted(3, "c", "a", "b"), 3, 0, 0},
		{"one more", three(), counted(4, "n", "a", "b", "c"), 3, 1, 0},
		{"one less", three(), counted(2, "a", "c"), 2, 0, 1},
		{"one exchanged", three(), counted(3, "a", "n", "c"), 2, 1, 1},
		{"all mended", three(), counted(0), 0, 0, 3},
		{"two of a group, one mended", counted(2, "a", "a"), counted(1, "a"), 1, 0, 1},
		{"more than is kept", capped(), capped(), 9, 0, 0},
		{"more than is kept, one more", capped(), counted(10, "a", "b", "c"), 9, 1, 0},
		{"more than is kept, one less in front", capped(), counted(8, "b", "c", "d"), 8, 0, 1},
		{"more than is kept, and now kept", capped(), counted(9, "a", "b", "c", "d", "e", "f", "g", "h", "i"), 9, 0, 0},
		{"more than is kept now", counted(4, "a", "b", "c", "d"), counted(4, "a", "b"), 4, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.NewBaseline(tt.old).Write(&b); err != nil {
				t.Fatal(err)
			}
			base, err := report.ReadBaseline(&b)
			if err != nil {
				t.Fatal(err)
			}
			gone := base.Mark(tt.now, nil)
			known, all := tt.now.Baselined(), tt.now.Count(validate.Error)
			if known != tt.known || all-known != tt.fresh || gone != tt.gone {
				t.Errorf("%d known, %d new, %d gone, want %d, %d, %d", known, all-known, gone, tt.known, tt.fresh, tt.gone)
			}
			want := report.Pass
			if tt.fresh > 0 {
				want = report.Fail
			}
			if got := tt.now.Verdict(validate.Error); got != want {
				t.Errorf("verdict %s, want %s", got, want)
			}
		})
	}
}

func TestBaselineNames(t *testing.T) {
	res, base := counted(1, "a"), report.NewBaseline(counted(1, "a"))
	res.Files[0].Name = "b.csv"
	if base.Mark(res, nil); res.Baselined() != 0 {
		t.Error("the baseline of one file excuses another")
	}
	gone := counted(0)
	hidden := func(_ *validate.FileResult, rule string) bool { return rule == "r" }
	if n := base.Mark(gone, hidden); n != 0 {
		t.Errorf("%d findings of a rule that was not on are called gone", n)
	}
}

func TestReadBaselineRefuses(t *testing.T) {
	for i, text := range []string{"", "billNumber\n", `{"schema":"preflight-report/1"}`,
		`{"schema":"preflight-baseline/1","files":[{"name":"a","known":[{"rule":"r","count":0,"fingerprints":["x"]}]}]}`} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			if _, err := report.ReadBaseline(bytes.NewBufferString(text)); err == nil {
				t.Errorf("%q is taken for a baseline", text)
			}
		})
	}
}
