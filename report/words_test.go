package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

func TestAccuracy(t *testing.T) {
	tests := []struct {
		rows, refused int64
		want          string
	}{
		{0, 0, ""},
		{48113, 48113, "0.0"},
		{48113, 48112, "0.1"},
		{48113, 0, "100.0"},
		{48113, 1, "99.9"},
		{1000000, 1, "99.9"},
		{3, 1, "66.7"},
		{1000, 5, "99.5"},
		{200, 1, "99.5"},
		{10, 20, "0.0"},
	}
	for _, tt := range tests {
		if got := accuracy(tt.rows, tt.refused); got != tt.want {
			t.Errorf("accuracy(%d, %d) = %q, want %q", tt.rows, tt.refused, got, tt.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	tests := []struct{ got, want string }{
		{cellName(14, 3), "C14"},
		{cellName(1, 26), "Z1"},
		{cellName(1, 27), "AA1"},
		{cellName(2, 16384), "XFD2"},
		{cellName(0, 3), ""},
		{cellName(3, 0), ""},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestAmountOf(t *testing.T) {
	sales, cards := &templates.Template{Kind: "sales"}, &templates.Template{Kind: "cards"}
	tests := []struct {
		name     string
		cause    validate.Cause
		template *templates.Template
		want     string
	}{
		{"bills", validate.Cause{Groups: true, Count: 12, Rows: 24}, sales, "12 bills"},
		{"one bill", validate.Cause{Groups: true, Count: 1}, sales, "1 bill"},
		{"groups", validate.Cause{Groups: true, Count: 2}, cards, "2 groups"},
		{"rows", validate.Cause{Column: 2, Count: 48113, Rows: 48113}, sales, "48,113 rows"},
		{"cells", validate.Cause{Count: 5, Rows: 3}, sales, "5 cells"},
		{"columns", validate.Cause{Rule: "header-unknown", Count: 14}, sales, "14 columns"},
		{"all unknown columns", validate.Cause{Rule: "header-unknown", Count: 1}, sales, "the header"},
		{"a header cell", validate.Cause{Rule: "date-mixed", Column: 3, Count: 1}, sales, "1 column"},
		{"the file", validate.Cause{Rule: "encoding", Count: 1}, nil, "the file"},
	}
	for _, tt := range tests {
		if got := amountOf(&tt.cause, tt.template); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFixLine(t *testing.T) {
	tests := []struct {
		name  string
		cause validate.Cause

		title, example, want string
	}{
		{"all safe", validate.Cause{Count: 2, Fixable: 2}, "write the dates as YYYY-MM-DD", "", "fix: write the dates as YYYY-MM-DD (safe)"},
		{"some safe", validate.Cause{Count: 1200, Fixable: 2}, "strip the plus", "", "fix: strip the plus (safe for 2 of 1,200)"},
		{"none safe", validate.Cause{Count: 2}, "write the digits only", "", "fix: write the digits only"},
		{"each its own", validate.Cause{Count: 2, Fixable: 2}, "", "", "fix: each on its own (safe)"},
		{"each its own, as an example shows", validate.Cause{Count: 2, Fixable: 2}, "", "write 2.55 for 2,55", "fix: write 2.55 for 2,55, each on its own (safe)"},
		{"none known", validate.Cause{Count: 2}, "", "", ""},
	}
	for _, tt := range tests {
		if got := fixLine(&tt.cause, tt.title, tt.example); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPlatform(t *testing.T) {
	sales := &templates.Template{Kind: "sales"}
	tests := []struct {
		name  string
		cause validate.Cause
		want  string
	}{
		{"with the older number", validate.Cause{Severity: validate.Error, Rows: 1, Codes: []string{"transaction-v2:1114", "transaction:621"}},
			"The platform: 1114 invalid date (621 in older lists); the row is rejected."},
		{"the same number", validate.Cause{Severity: validate.Error, Groups: true, Codes: []string{"transaction-v2:604", "transaction:604/NAME"}},
			"The platform: 604 duplicate transaction number; the bill is rejected."},
		{"a symbol, so its meaning", validate.Cause{Severity: validate.Error, Rows: 1, Codes: []string{"points:8015"}},
			"The platform: 8015 no customer for the given identifiers; the row is rejected."},
		{"two meanings", validate.Cause{Severity: validate.Error, Rows: 1, Codes: []string{"transaction:671"}},
			"The platform: 671 invalid category code, or the store or till code is not valid; the row is rejected."},
		{"a code that is only a warning", validate.Cause{Severity: validate.Error, Rows: 1, Codes: []string{"points:873"}},
			"The platform: 873 invalid transaction number; the row is taken."},
		{"the whole file", validate.Cause{Severity: validate.Error, Codes: []string{"transaction:615"}},
			"The platform: 615 transaction details missing."},
		{"a warning", validate.Cause{Severity: validate.Warning, Rows: 1, Codes: []string{"transaction-v2:1114"}},
			"The platform may answer: 1114 invalid date (621 in older lists)."},
		{"a symptom", validate.Cause{Severity: validate.Error, Rows: 1, Codes: []string{"points-mismatch-multi-line-bill"}},
			"The platform: takes the bill; points are computed from the wrong total."},
		{"nothing known", validate.Cause{Severity: validate.Error}, ""},
	}
	for _, tt := range tests {
		p := &page{res: &Result{}, file: &validate.FileResult{Summary: validate.Summary{Template: sales}}}
		if got := p.platform(&tt.cause); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFingerprints(t *testing.T) {
	finding := func(row int64, field, group string) validate.Finding {
		return validate.Finding{Rule: "x", Group: group, Value: "v", Pos: validate.Position{Row: row, Field: field}}
	}
	prints := func(personal bool, list ...validate.Finding) []string {
		f := &validate.FileResult{Findings: list}
		f.Columns = []*validate.Column{{Key: true, Field: &templates.Field{Sensitive: personal}}}
		all := findings(f)
		byFinding := fingerprints(f, all)
		var out []string
		for _, fd := range all {
			out = append(out, byFinding[fd])
		}
		return out
	}
	base := prints(false, finding(2, "a", "B1"))[0]
	if len(base) != 20 {
		t.Errorf("a fingerprint has %d characters, want 20", len(base))
	}
	if got := prints(false, finding(99, "a", "B1"))[0]; got != base {
		t.Error("the row number changes the fingerprint")
	}
	if got := prints(false, finding(2, "a", "B2"))[0]; got == base {
		t.Error("another group has the same fingerprint")
	}
	if got := prints(false, finding(2, "b", "B1"))[0]; got == base {
		t.Error("another field has the same fingerprint")
	}
	if got := prints(false, finding(2, "a", "B1"), finding(3, "a", "B1")); got[0] != base || got[1] == base {
		t.Errorf("equals are not told apart by their order: %v", got)
	}
	if one, two := prints(true, finding(2, "a", "P1"))[0], prints(true, finding(2, "a", "P2"))[0]; one != two {
		t.Error("a personal key leaves a trace")
	}
}

func TestCapIsPerRule(t *testing.T) {
	f := &validate.FileResult{}
	for i := range 10 {
		rule := []string{"a", "b"}[i%2]
		f.Findings = append(f.Findings, validate.Finding{Rule: rule, Pos: validate.Position{Row: int64(2 + i)}})
	}
	var got []string
	for _, fd := range capped(findings(f), 2) {
		got = append(got, fmt.Sprint(fd.Rule, fd.Pos.Row))
	}
	if s := strings.Join(got, " "); s != "a2 b3 a4 b5" {
		t.Errorf("kept %s, want the first two of each rule", s)
	}
}

func TestJSONEscapesMeanTheSame(t *testing.T) {
	want := "a\u202eb\u009b\u00a0\U000e0041 <&> é"
	var b strings.Builder
	if err := encodeJSON(&b, map[string]string{"k": want}); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got["k"] != want {
		t.Errorf("read back %q, want %q", got["k"], want)
	}
	if !strings.Contains(b.String(), "<&> é") {
		t.Errorf("harmless characters are escaped: %s", b.String())
	}
}
