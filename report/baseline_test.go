package report_test

import (
	"bytes"
	"slices"
	"strconv"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/templates"
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
			gone := base.Mark(tt.now, nil).Gone
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

// marked is a result that was held against a baseline.
func marked(res *report.Result) *report.Result {
	res.Marked = true
	return res
}

// A fileOf is a file with one finding. Its template: none where empty.
type fileOf struct{ name, template, flow, role string }

func found(files ...fileOf) *report.Result {
	res := &report.Result{}
	for _, f := range files {
		one := counted(1, "a").Files[0]
		one.Name, one.Place = f.name, validate.Place{Flow: f.flow, Role: f.role}
		if f.template != "" {
			one.Template = &templates.Template{ID: f.template}
		}
		res.Files = append(res.Files, one)
	}
	return res
}

func TestBaselineNames(t *testing.T) {
	monday, tuesday := fileOf{name: "sales_1.csv", template: "t"}, fileOf{name: "sales_2.csv", template: "t"}
	tests := []struct {
		name     string
		old, now []fileOf
		unknown  []string
	}{
		{"the same", []fileOf{{name: "d.csv"}}, []fileOf{{name: "d.csv"}}, nil},
		{"this folder", []fileOf{{name: "d.csv"}}, []fileOf{{name: "./d.csv"}}, nil},
		{"another folder", []fileOf{{name: "in/d.csv"}}, []fileOf{{name: `..\out\d.csv`}}, nil},
		{"the folder tells", []fileOf{{name: "a/d.csv"}, {name: "b/d.csv"}}, []fileOf{{name: "b/d.csv"}, {name: "a/d.csv"}}, nil},
		{"two folders, none of them known", []fileOf{{name: "a/d.csv"}}, []fileOf{{name: "b/d.csv"}, {name: "c/d.csv"}}, []string{"b/d.csv", "c/d.csv"}},
		{"another name", []fileOf{{name: "d.csv"}}, []fileOf{{name: "e.csv"}}, []string{"e.csv"}},
		{"the next day", []fileOf{monday}, []fileOf{tuesday}, nil},
		{"two days at once", []fileOf{monday}, []fileOf{monday, tuesday}, []string{"sales_2.csv"}},
		{"which day is not known", []fileOf{monday, {name: "sales_0.csv", template: "t"}}, []fileOf{tuesday}, []string{"sales_2.csv"}},
		{"another template", []fileOf{monday}, []fileOf{{name: "tc_1.csv", template: "c"}}, []string{"tc_1.csv"}},
		{"another dataflow", []fileOf{{"a_1.csv", "t", "a", ""}}, []fileOf{{"b_1.csv", "t", "b", ""}}, []string{"b_1.csv"}},
		{"a set", []fileOf{{"Doc_1.csv", "m", "", "bill"}, {"Tkt_1.csv", "m", "", "line"}},
			[]fileOf{{"Doc_2.csv", "m", "", "bill"}, {"Tkt_2.csv", "m", "", "line"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, base := found(tt.now...), report.NewBaseline(found(tt.old...))
			got := base.Mark(res, nil)
			if !slices.Equal(got.Unknown, tt.unknown) {
				t.Errorf("no file of the baseline for %q, want %q", got.Unknown, tt.unknown)
			}
			if known, want := res.Baselined(), int64(len(tt.now)-len(tt.unknown)); known != want {
				t.Errorf("%d findings are known, want %d", known, want)
			}
		})
	}
}

// TestBaselineGone holds what is not said to be mended: findings of the rules of
// another day's file, of files without a finding, and of rules that were off.
func TestBaselineGone(t *testing.T) {
	base := report.NewBaseline(found(fileOf{name: "sales_1.csv", template: "t"}))
	for name, want := range map[string]report.Marks{"in/sales_1.csv": {Gone: 1}, "sales_2.csv": {}, "other/b.csv": {}} {
		clean := counted(0)
		clean.Files[0].Name, clean.Files[0].Template = name, &templates.Template{ID: "t"}
		if got := base.Mark(clean, nil); got.Gone != want.Gone || got.Unknown != nil {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if !clean.Marked {
			t.Errorf("%s: the result does not say that there is a baseline", name)
		}
		hidden := func(_ *validate.FileResult, rule string) bool { return rule == "r" }
		if got := base.Mark(clean, hidden); got.Gone != 0 {
			t.Errorf("%s: %d findings of a rule that was not on are called gone", name, got.Gone)
		}
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
