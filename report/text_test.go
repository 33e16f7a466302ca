package report_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// cellFile is a file of one text column with one finding in row 2.
func cellFile(cell, message string, field *templates.Field) (*validate.FileResult, csvText) {
	rows := csvText{"note\n" + cell + "\n", 0xff}
	column := &validate.Column{Header: "note", Field: field}
	f := &validate.FileResult{
		Summary:  validate.Summary{Name: "in.csv", Rows: 1, Columns: []*validate.Column{column}},
		Complete: true,
		Causes:   []validate.Cause{{Rule: "x", Severity: validate.Error, Column: 1, Header: "note", Count: 1, Rows: 1}},
		Findings: []validate.Finding{{
			Rule: "x", Severity: validate.Error, Pos: rows.position(2, 1, column),
			Value: strings.ToValidUTF8(cell, "�"), Message: message,
		}},
	}
	return f, rows
}

// unsafeIn returns the first character that a terminal obeys or hides.
func unsafeIn(s string) (rune, bool) {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return r, true
		}
		if r != '\n' && (unicode.Is(unicode.C, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)) {
			return r, true
		}
		i += n
	}
	return 0, false
}

func FuzzNothingSteersTheTerminal(f *testing.F) {
	for _, s := range []string{
		"plain", "\x1b[31mred", "a\u202eb", "zero\u200bwidth", "\x00\x7f\x9b", "tab\there", "\xff\xfe", "a\rb", "line\u2028two",
		"\U000e0041tag", "नमस्ते", "日本語", "é", "a,b", `"quoted"`, "\ufeffx", "{value}",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, cell, words string) {
		file, rows := cellFile(strings.ReplaceAll(cell, "\n", ""), "{value} "+words, nil)
		file.Name, file.Columns[0].Header = words, words
		file.Causes[0].Header, file.Causes[0].Summary, file.Causes[0].FixTitle = words, words, words
		file.Findings[0].Group, file.Findings[0].Fix = cell, &validate.Fix{Title: words}
		res := one(file, rows)
		res.Errors = []report.FileError{{File: words, Message: cell, Hint: words}}
		for _, format := range []string{"text", "json"} {
			for _, reveal := range []bool{true, false} {
				got := written(t, format, res, report.Options{Reveal: reveal})
				if r, bad := unsafeIn(got); bad {
					t.Errorf("%s holds %U for cell %q and words %q:\n%s", format, r, cell, words, got)
				}
			}
		}
	})
}

func TestMarkerLinesUp(t *testing.T) {
	wide := &templates.Field{Name: "note"}
	tests := []struct {
		name, before, cell string
		field              *templates.Field
		want               string // the marker line behind the gutter, without its note
	}{
		{"ASCII", "ab", "bad", wide, "   ^^^"},
		{"wide letters before", "日本", "bad", wide, "     ^^^"},
		{"wide letters marked", "ab", "日本", wide, "   ^^^^"},
		{"combining marks", "e\u0301", "bad", wide, "  ^^^"},
		{"escapes before", "a\x1bb", "bad", wide, "    ^^^"},
		{"a blank cell", "ab", "", wide, "   ^"},
		{"a masked cell", "ab", "919812345678", &templates.Field{Name: "mobile", Type: templates.Mobile, Sensitive: true}, "   ^^^^^^^^^^^^^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := csvText{"a,note\n" + tt.before + "," + tt.cell + "\n", ','}
			columns := []*validate.Column{{Header: "a", Field: &templates.Field{Name: "a"}}, {Index: 1, Header: "note", Field: tt.field}}
			f := &validate.FileResult{
				Summary:  validate.Summary{Name: "in.csv", Rows: 1, Columns: columns},
				Complete: true,
				Causes:   []validate.Cause{{Rule: "x", Severity: validate.Error, Column: 2, Header: "note", Count: 1, Rows: 1}},
				Findings: []validate.Finding{{Rule: "x", Severity: validate.Error, Pos: rows.position(2, 2, columns[1]), Value: tt.cell, Message: "{value} is bad"}},
			}
			got := written(t, "text", one(f, rows), report.Options{})
			if want := "\n              │ " + tt.want + "\n"; !strings.Contains(got, want) {
				t.Errorf("no marker %q in:\n%s", want, got)
			}
		})
	}
}

func TestExcerptIsCutAroundTheCell(t *testing.T) {
	var header, row []string
	var columns []*validate.Column
	for i := range 60 {
		header = append(header, "h")
		row = append(row, strings.Repeat("x", 10+i%3))
		columns = append(columns, &validate.Column{Index: i, Header: "h", Field: &templates.Field{Name: "note"}})
	}
	row[40] = "BAD"
	row[41] = strings.Repeat("y", 500)
	rows := csvText{strings.Join(header, ",") + "\n" + strings.Join(row, ",") + "\n", ','}
	f := &validate.FileResult{
		Summary:  validate.Summary{Name: "in.csv", Rows: 1, Columns: columns},
		Complete: true,
		Causes:   []validate.Cause{{Rule: "x", Severity: validate.Error, Column: 41, Count: 1, Rows: 1}},
		Findings: []validate.Finding{{Rule: "x", Severity: validate.Error, Pos: rows.position(2, 41, columns[40]), Value: "BAD", Message: "{value} is bad"}},
	}
	got := written(t, "text", one(f, rows), report.Options{Width: 80})
	var line, marker string
	lines := strings.Split(got, "\n")
	for i, l := range lines {
		if strings.Contains(l, ",BAD,") {
			line, marker = l, lines[i+1]
		}
	}
	if !strings.Contains(line, "│ …,xx") || !strings.HasSuffix(line, "…") {
		t.Fatalf("the excerpt %q is not cut on both sides; report:\n%s", line, got)
	}
	if n := utf8.RuneCountInString(line); n > 80 {
		t.Errorf("the excerpt takes %d columns of 80", n)
	}
	at := utf8.RuneCountInString(line[:strings.Index(line, "BAD")])
	if from := utf8.RuneCountInString(marker[:strings.IndexByte(marker, '^')]); from != at {
		t.Errorf("the marker begins at %d, the cell at %d:\n%s\n%s", from, at, line, marker)
	}
}

func TestPersonalValuesAreMasked(t *testing.T) {
	const mobile, mail = "919812345678", "someone@example.com"
	sensitive := &templates.Field{Name: "identifierValue", Sensitive: true}
	tests := []struct {
		name    string
		cell    string
		field   *templates.Field
		message string
		secret  string // must not be in the report
		want    string // must be
	}{
		{"a sensitive field", mobile, sensitive, "{value} is bad", "98123", "‹mobile "},
		{"white space stays to be seen", mobile + "\u00a0", sensitive, "{value} ends with a space", "98123", `›\u00a0`},
		{"a value repeated in the words", "Asha Rao", &templates.Field{Name: "firstName", Sensitive: true}, "{value}: not Asha Rao, too", "Asha", "‹name "},
		{"an unmapped mobile", "+91 98123 45678", nil, "{value} is bad", "98123", "‹mobile "},
		{"an unmapped email", mail, nil, "{value} is bad", "someone", "‹email "},
		{"inside unmapped text", "call " + mobile + " now", nil, "{value} is bad", "98123", "call ‹mobile "},
		{"a whole row in one unmapped cell", "B1;" + mobile + ";" + mail, nil, "{value} is bad", "98123", ";‹email "},
		{"a short mobile says so", "12345", &templates.Field{Name: "mobile", Type: templates.Mobile, Sensitive: true}, "{value} is bad", "12345", ", short›"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, rows := cellFile(tt.cell, tt.message, tt.field)
			f.Findings[0].Fix = &validate.Fix{Title: "write it as " + mobile}
			for _, format := range []string{"text", "json"} {
				got := written(t, format, one(f, rows), report.Options{})
				if strings.Contains(got, tt.secret) {
					t.Errorf("%s shows %q:\n%s", format, tt.secret, got)
				}
				if want := tt.want; format == "text" && !strings.Contains(got, want) {
					t.Errorf("text lacks %q:\n%s", want, got)
				}
				if revealed := written(t, format, one(f, rows), report.Options{Reveal: true}); strings.Contains(revealed, "‹") {
					t.Errorf("%s masks although told to reveal:\n%s", format, revealed)
				}
			}
		})
	}
}

func TestRaggedRowsAreMasked(t *testing.T) {
	columns := []*validate.Column{
		{Index: 0, Header: "bill_no", Field: &templates.Field{Name: "billNumber"}},
		{Index: 1, Header: "store", Field: &templates.Field{Name: "store"}},
		{Index: 2, Header: "name", Field: &templates.Field{Name: "firstName", Sensitive: true}},
		{Index: 3, Header: "amount", Field: &templates.Field{Name: "billAmount"}},
	}
	tests := []struct{ name, row string }{
		{"too few cells", "B1,Asha,10.00"},
		{"too many cells", "B1,S,1,Asha,10.00"},
		{"as many as there should be", "B1,S1,Asha,10.00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := csvText{"bill_no,store,name,amount\n" + tt.row + "\n", ','}
			f := &validate.FileResult{
				Summary:  validate.Summary{Name: "in.csv", Rows: 1, Columns: columns},
				Complete: true,
				Causes:   []validate.Cause{{Rule: "ragged-row", Severity: validate.Error, Count: 1, Rows: 1}},
				Findings: []validate.Finding{{Rule: "ragged-row", Severity: validate.Error, Pos: rows.position(2, 0, nil), Message: "3 cells, the header has 4"}},
			}
			got := written(t, "text", one(f, rows), report.Options{})
			if strings.Contains(got, "Asha") || !strings.Contains(got, "│ B1,") {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func TestPseudonymsDependOnTheFile(t *testing.T) {
	f, rows := cellFile("919812345678", "{value} is bad", nil)
	first := written(t, "text", one(f, rows), report.Options{})
	other := written(t, "text", one(f, keyed{rows}), report.Options{})
	if first == other {
		t.Error("two files with other bytes show the same pseudonym")
	}
}

// keyed is a text with a key of its own.
type keyed struct{ csvText }

func (keyed) Key() [32]byte { return [32]byte{9} }

func TestVerdict(t *testing.T) {
	file := func(complete bool, severities ...validate.Severity) *validate.FileResult {
		f := &validate.FileResult{Complete: complete}
		if !complete {
			f.Err = &table.LimitError{Name: "in.csv", Row: 17, Limit: "row 17 is longer than 16 MiB"}
		}
		for _, s := range severities {
			f.Causes = append(f.Causes, validate.Cause{Rule: "x", Severity: s, Count: 1})
		}
		return f
	}
	unread := []report.FileError{{File: "a.csv", Message: "permission denied"}}
	tests := []struct {
		name   string
		res    report.Result
		failOn validate.Severity
		want   string
		code   int
	}{
		{"nothing was judged", report.Result{}, validate.Error, report.Incomplete, 3},
		{"clean", report.Result{Files: []*validate.FileResult{file(true)}}, 0, report.Pass, 0},
		{"an error", report.Result{Files: []*validate.FileResult{file(true, validate.Error)}}, 0, report.Fail, 1},
		{"a warning", report.Result{Files: []*validate.FileResult{file(true, validate.Warning)}}, 0, report.Pass, 0},
		{"a warning that fails", report.Result{Files: []*validate.FileResult{file(true, validate.Warning)}}, validate.Warning, report.Fail, 1},
		{"info that fails", report.Result{Files: []*validate.FileResult{file(true, validate.Info)}}, validate.Info, report.Fail, 1},
		{"never", report.Result{Files: []*validate.FileResult{file(true, validate.Error)}}, report.Never, report.Pass, 0},
		{"never, but stopped", report.Result{Files: []*validate.FileResult{file(false, validate.Error)}}, report.Never, report.Incomplete, 3},
		{"stopped", report.Result{Files: []*validate.FileResult{file(false)}}, 0, report.Incomplete, 3},
		{"stopped with an error", report.Result{Files: []*validate.FileResult{file(false, validate.Error)}}, 0, report.Fail, 1},
		{"one unread", report.Result{Files: []*validate.FileResult{file(true)}, Errors: unread}, 0, report.Incomplete, 3},
		{"one unread, one bad", report.Result{Files: []*validate.FileResult{file(true, validate.Error)}, Errors: unread}, 0, report.Fail, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.res.Verdict(tt.failOn)
			if got != tt.want || report.ExitCode(got) != tt.code {
				t.Errorf("Verdict = %q, exit %d; want %q, %d", got, report.ExitCode(got), tt.want, tt.code)
			}
		})
	}
}

func TestSamplesOfACauseThatCoversTheFile(t *testing.T) {
	f, rows := salesFile()
	f.Causes = f.Causes[:1]
	f.Causes[0].Count, f.Causes[0].Rows, f.Rows = 48113, 48113, 48113
	got := written(t, "text", one(f, rows), report.Options{})
	if !strings.Contains(got, "… 48,111 more") {
		t.Errorf("not two of 48,113 shown:\n%s", got)
	}
	got = written(t, "text", one(f, rows), report.Options{Samples: 3})
	if !strings.Contains(got, "… 48,110 more") {
		t.Errorf("not the three asked for:\n%s", got)
	}
}

func TestFormats(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range report.Formats() {
		if f.Name == "" || f.Doc == "" || !strings.HasPrefix(f.Ext, ".") || f.Write == nil || seen[f.Name] {
			t.Errorf("format %+v lacks a part or repeats a name", f)
		}
		seen[f.Name] = true
		if got, ok := report.ByName(f.Name); !ok || got.Name != f.Name {
			t.Errorf("ByName(%q) = %q, %v", f.Name, got.Name, ok)
		}
	}
	if _, ok := report.ByName("TEXT"); ok {
		t.Error("ByName is not exact")
	}
}

// TestFirstRow holds that the first row is masked as a header only where it is
// one: elsewhere it has values of persons, and numbers that are of nobody.
func TestFirstRow(t *testing.T) {
	rows := csvText{"1234567890,EXT-SECRET-1\n", ','}
	columns := []*validate.Column{
		{Index: 0, Header: "bill", Field: &templates.Field{Name: "billNumber"}},
		{Index: 1, Header: "id", Field: &templates.Field{Name: "externalId", Sensitive: true}},
	}
	about := func(column int, headless bool) string {
		c := columns[column]
		pos := rows.position(1, column+1, c)
		f := &validate.FileResult{
			Summary:  validate.Summary{Name: "in.csv", Rows: 1, Columns: columns, Source: &table.Source{Headless: headless}},
			Complete: true,
			Causes:   []validate.Cause{{Rule: "x", Severity: validate.Error, Column: column + 1, Header: c.Header, Count: 1, Rows: 1}},
			Findings: []validate.Finding{{
				Rule: "x", Severity: validate.Error, Pos: pos, Message: "{value} is wrong",
				Value: strings.Split(strings.TrimSpace(rows.text), ",")[column],
			}},
		}
		return written(t, "text", one(f, rows), report.Options{}) + written(t, "json", one(f, rows), report.Options{})
	}
	for column := range columns {
		got := about(column, true)
		if strings.Contains(got, "EXT-SECRET-1") {
			t.Errorf("column %d: the value of a person is shown:\n%s", column+1, got)
		}
		if !strings.Contains(got, "│ 1234567890,‹id ") {
			t.Errorf("column %d: the first row is not shown as a row of data:\n%s", column+1, got)
		}
	}
	if got := about(0, false); strings.Contains(got, "1234567890") {
		t.Errorf("what looks like a mobile in a header is shown:\n%s", got)
	}
}
