package report_test

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// refusals is a file in which a row is refused with a code that the documents do
// not name, and lost rows as many as wanted.
func refusals(lost int64) (*validate.FileResult, csvText) {
	f, rows := smallFile("B1, S1,919812345678\nB2,S2,919812345678\nB3,S3,919812345678\n")
	f.Rows, f.Groups = 4, 4
	f.Causes = []validate.Cause{
		{Rule: "outer-whitespace", Severity: validate.Error, Column: 2, Header: "store", Field: "store",
			Codes: []string{"transaction:602"}, Guessed: true, Count: 1, Rows: 1},
		{Rule: "merge-orphan", Severity: validate.Error, Codes: []string{"transaction-missing-in-profile"}, Count: lost, Groups: true},
	}
	f.Findings = []validate.Finding{{
		Rule: "outer-whitespace", Severity: validate.Error, Pos: rows.position(2, 2, f.Columns[1]), Value: " S1",
		Message: "{value} has white space before it", Codes: []string{"transaction:602"},
	}}
	f.Forecast = []validate.Forecast{{Code: "", Rows: 1, Groups: 1}, {Code: "transaction-missing-in-profile", Rows: lost, Groups: lost}}
	f.RejectedRows, f.RejectedGroups = 1+lost, 1+lost
	f.RefusedRows, f.RefusedGroups, f.LostRows, f.LostGroups = 1+lost, 1+lost, lost, lost
	return f, rows
}

// TestCodesThatNobodyNames holds that the words of no report promise a code that
// the documents do not name for the field.
func TestCodesThatNobodyNames(t *testing.T) {
	f, rows := refusals(1)
	for _, name := range []string{"text", "html", "xlsx", "markdown", "github", "junit"} {
		got := unpacked(t, written(t, name, one(f, rows), report.Options{}))
		line := "with a code that the documents do not name"
		if name == "junit" || name == "github" {
			line = ""
		}
		if !strings.Contains(got, line) {
			t.Errorf("%s does not say %q", name, line)
		}
		if strings.Contains(got, "invalid transaction number") {
			t.Errorf("%s promises a code:\n%s", name, got)
		}
	}
	if got := written(t, "json", one(f, rows), report.Options{}); strings.Contains(got, `"code": ""`) || !strings.Contains(got, "transaction:602") {
		t.Errorf("the JSON forecasts a code without a name, or its finding has lost its codes:\n%s", got)
	}
}

// TestLostRows holds that rows for which no error is shown lower no accuracy.
func TestLostRows(t *testing.T) {
	tests := []struct {
		shown bool
		lost  int64
		want  string
	}{
		{true, 0, "Do not drop this file: 1 of 4 rows, 1 of 4 bills would be rejected; Connect+ would show an accuracy of 75.0 %."},
		{true, 1, "Do not drop this file: 1 of 4 rows, 1 of 4 bills would be rejected; Connect+ would show an accuracy of 75.0 %. " +
			"Another row would not arrive, and no error would be shown."},
		{true, 2, "Do not drop this file: 1 of 4 rows, 1 of 4 bills would be rejected; Connect+ would show an accuracy of 75.0 %. " +
			"Another 2 rows would not arrive, and no error would be shown."},
		{false, 2, "Do not drop this file: 2 of 4 rows, 2 of 4 bills would not arrive, and no error would be shown."},
	}
	for _, tt := range tests {
		f, rows := refusals(tt.lost)
		if !tt.shown {
			f.RejectedRows, f.RejectedGroups, f.RefusedRows, f.RefusedGroups = tt.lost, tt.lost, tt.lost, tt.lost
		}
		for _, name := range []string{"text", "markdown"} {
			got := strings.Join(strings.Fields(written(t, name, one(f, rows), report.Options{})), " ")
			if !strings.Contains(got, tt.want) {
				t.Errorf("%d lost, %s: no %q in\n%s", tt.lost, name, tt.want, got)
			}
		}
		html := written(t, "html", one(f, rows), report.Options{})
		if got := strings.Contains(html, "accuracy Connect+ would show") || strings.Contains(html, "accuracy Connect&#43; would show"); got != tt.shown {
			t.Errorf("%d lost: the page shows an accuracy: %v", tt.lost, got)
		}
		if got := strings.Contains(html, "that would not arrive, without an error"); got != (tt.lost > 0) {
			t.Errorf("%d lost: the page names lost rows: %v", tt.lost, got)
		}
	}
}

// TestExampleOfFixes holds that an example stands where each finding has a fix of
// its own.
func TestExampleOfFixes(t *testing.T) {
	f, rows := smallFile("B1,\"2,55\",919812345678\nB2,\"3,10\",919812345678\n")
	f.Causes = []validate.Cause{{Rule: "number-format", Severity: validate.Error, Column: 2, Header: "store", Count: 2, Rows: 2, Fixable: 2}}
	for i, v := range []string{"2,55", "3,10"} {
		to := strings.Replace(v, ",", ".", 1)
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "number-format", Severity: validate.Error, Pos: rows.position(int64(2+i), 2, f.Columns[1]), Value: v,
			Message: "{value} is not a plain number like 1234.50", Fix: validate.Write("write "+to, to, true),
		})
	}
	const want = "fix: write 2.55 for 2,55, each on its own (safe)"
	if got := written(t, "text", one(f, rows), report.Options{}); !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
	f.Columns[1].Field.Sensitive = true
	if got := written(t, "text", one(f, rows), report.Options{}); !strings.Contains(got, "fix: each on its own (safe)") {
		t.Errorf("the fix of a value of a person is no example:\n%s", got)
	}
}
