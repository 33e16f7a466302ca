package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// smallFile is a file of three columns; each test adds what was found in it.
func smallFile(rows string) (*validate.FileResult, csvText) {
	text := csvText{"bill,store,mobile\n" + rows, ','}
	return &validate.FileResult{
		Summary: validate.Summary{
			Name: "in.csv", Rows: 3, Groups: 2, Template: salesTemplate,
			Columns: []*validate.Column{
				{Index: 0, Header: "bill", Key: true, Field: &templates.Field{Name: "billNumber"}},
				{Index: 1, Header: "store", Field: &templates.Field{Name: "store"}},
				{Index: 2, Header: "Mobile", Field: &templates.Field{
					Name: "identifierValue", Sensitive: true,
					Implies: []templates.Implication{{Header: "mobile", Field: "identifierType", Value: "mobile"}},
				}},
			},
		},
		Complete: true,
	}, text
}

// lines returns the lines of the text report without the spaces around them.
func lines(t *testing.T, f *validate.FileResult, rows csvText) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(written(t, "text", one(f, rows), report.Options{})) {
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func TestCausesInOrder(t *testing.T) {
	f, rows := smallFile("B1,S1,919812345678\n")
	header := func(column int, header string, message string) validate.Finding {
		return validate.Finding{
			Rule: "header-missing", Severity: validate.Error, Message: message,
			Pos: validate.Position{Row: 1, Line: 1, Column: column, Header: header},
		}
	}
	f.Causes = []validate.Cause{
		{Rule: "few", Severity: validate.Error, Count: 1, Rows: 1},
		{Rule: "most", Severity: validate.Error, Count: 3, Rows: 3},
		{Rule: "header-missing", Severity: validate.Error, Count: 1},
		{Rule: "header-missing", Severity: validate.Error, Column: 2, Header: "store", Count: 1},
		{Rule: "warned", Severity: validate.Warning, Count: 1},
	}
	f.Findings = []validate.Finding{header(0, "", "no column carries source"), header(2, "store", "no column carries till")}
	for i := range f.Findings {
		field := strings.Fields(f.Findings[i].Message)[3]
		f.Findings[i].Fix = &validate.Fix{Title: "add the column, or --const " + field + "=VALUE"}
	}
	got := lines(t, f, rows)
	var rules []string
	for _, line := range got {
		if words := strings.Fields(line); len(words) > 1 && (words[0] == "error" || words[0] == "warning") {
			rules = append(rules, words[1])
		}
	}
	if want := []string{"header-missing", "most", "few", "warned"}; !slices.Equal(rules, want) {
		t.Errorf("causes in the order %v, want %v", rules, want)
	}
	for _, want := range []string{
		"error   header-missing   2 columns   header-missing",
		"fix: add the column, or --const FIELD=VALUE",
		"1 │ no column carries source",
		"1 │ no column carries till",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no line %q in:\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestCauseOfBills(t *testing.T) {
	f, rows := smallFile("B1,S1,919812345678\nB1,S2,919812345678\n")
	f.Causes = []validate.Cause{{Rule: "group-conflict", Severity: validate.Error, Groups: true, Count: 1_333_385}}
	f.Findings = []validate.Finding{{
		Rule: "group-conflict", Severity: validate.Error, Group: "B1", Value: "S2",
		Pos: rows.position(3, 2, f.Columns[1]), Message: "{value} is not what row 2 of the bill says",
	}}
	got := lines(t, f, rows)
	for _, want := range []string{`3 │ B1   store "S2" is not what row 2 of the bill says`, "… 1,333,384 more"} {
		if !slices.Contains(got, want) {
			t.Errorf("no line %q in:\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestRowsSharedWithTheirNotes(t *testing.T) {
	f, rows := smallFile("B1,S1,919812345678\nB1,S1,919812345678\nB1,S1,919812345678\n")
	f.Causes = []validate.Cause{{Rule: "duplicate-row", Severity: validate.Error, Count: 2, Rows: 2}}
	for row, message := range map[int64]string{3: "the row repeats row 2", 4: "the row repeats row 3"} {
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "duplicate-row", Severity: validate.Error, Pos: rows.position(row, 0, nil), Message: message,
		})
	}
	got := lines(t, f, rows)
	if !slices.ContainsFunc(got, func(line string) bool {
		return strings.HasPrefix(line, "3 │ B1,S1,‹mobile ") && strings.HasSuffix(line, "   the row repeats row 2")
	}) {
		t.Errorf("row 3 and its note do not share a line:\n%s", strings.Join(got, "\n"))
	}
}

func TestRaggedRowsShowWhatIsNotPersonal(t *testing.T) {
	f, rows := smallFile("B1,ST0346\nB2,S1,919812345678,ST0346\nB3,,,\n")
	f.Causes = []validate.Cause{{Rule: "ragged-row", Severity: validate.Error, Count: 3, Rows: 3}}
	for row := int64(2); row <= 4; row++ {
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "ragged-row", Severity: validate.Error, Pos: rows.position(row, 0, nil), Message: "another number of cells",
		})
	}
	got := strings.Join(lines(t, f, rows), "\n")
	for _, want := range []string{"2 │ B1,ST0346", "3 │ B2,S1,‹mobile "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "919812345678") {
		t.Errorf("a mobile is shown:\n%s", got)
	}
}
