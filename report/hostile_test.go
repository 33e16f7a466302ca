package report_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// hostileCells are cells that mean something to a reader of some format.
var hostileCells = []string{
	"\x1b[31mred\x1b]0;title\x07", "=cmd|' /C calc'!A0", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "a;=cmd|x", "a;\"=cmd|x",
	"\t=1+1", "\r\n::error file=x::gone", "::error::", "::add-mask::x", "%0A::error::", "##[error]x",
	"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]><x>", "-->", "&lt;b&gt;", "</style>",
	"\u202egpj.exe", "\u2066x\u2069", "a\x00b", "a\x7fb", "\u2028", "\ufeff", "\xff\xfe", "`code` | <b>", "\\|<script>", "```\n# h",
	"[x](javascript:alert(1))", "![x](http://example.com/p.png)", "@everyone", "https://example.com/", "$x$", "*b* _i_ ~s~",
	strings.Repeat("A", 1<<20), strings.Repeat("<", 1<<20), strings.Repeat("\u202e", 1<<19),
}

// hostile has each hostile cell as a value, a header, a group and a fix, in a
// file that has such a name.
func hostile(t testing.TB) *report.Result {
	t.Helper()
	f, _ := salesFile()
	f.Name = "=x;::error::<script>]]>\u202e.csv"
	f.Findings, f.Causes = nil, nil
	for i, cell := range hostileCells {
		header := strings.ToValidUTF8(cell, "�")
		cell = header[:min(len(header), 4<<10)] // as much as the judgement keeps
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "date-format", Severity: validate.Error, Value: cell, Group: cell,
			Pos:     validate.Position{Row: int64(i + 2), Line: int64(i + 2), Column: 7, Header: header},
			Message: "{value} beside " + cell, Fix: &validate.Fix{Title: "write " + cell, Safe: true},
		})
		f.Causes = append(f.Causes, validate.Cause{
			Rule: "date-format", Severity: validate.Error, Column: 7, Header: header, Count: 1, Rows: 1, Summary: cell, FixTitle: "write " + cell,
		})
	}
	res := one(f, nil)
	res.Errors = []report.FileError{{File: "::error::<b>\x1b[2J", Message: "]]>\x00\u202e", Hint: "<script>"}}
	return res
}

// steering finds what no report may hold, whatever its format.
func steering(s string) (rune, bool) {
	for _, r := range s {
		if r != '\n' && r != '\r' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029') {
			return r, true
		}
	}
	return 0, !utf8.ValidString(s)
}

// unpacked returns the text of a report: of a zip archive, that of its files.
func unpacked(t *testing.T, s string) string {
	t.Helper()
	if !strings.HasPrefix(s, "PK") {
		return s
	}
	z, err := zip.NewReader(strings.NewReader(s), int64(len(s)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func TestHostileCells(t *testing.T) {
	for _, f := range report.Formats() {
		t.Run(f.Name, func(t *testing.T) {
			got := unpacked(t, written(t, f.Name, hostile(t), report.Options{}))
			if r, bad := steering(got); bad && f.Name != "xlsx" { // whose cells are those of the file
				t.Errorf("the report holds %U", r)
			}
			if f.Name != "json" && f.Name != "jsonl" && f.Name != "sarif" && len(got) > 3<<20 {
				t.Errorf("the report has %d bytes: a cell is shown in full", len(got))
			}
			if check := hostileChecks[f.Name]; check != nil {
				check(t, got)
			}
		})
	}
}

// hostileChecks read a report as its readers do.
var hostileChecks = map[string]func(t *testing.T, got string){
	"csv": func(t *testing.T, got string) {
		for _, comma := range []rune{',', ';'} {
			r := csv.NewReader(strings.NewReader(got))
			r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, comma == ';'
			all, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if comma == ',' && len(all) != len(hostileCells)+2 {
				t.Errorf("%d records, want one a finding", len(all))
			}
			for _, line := range all {
				for _, cell := range line {
					start := cell
					if comma == ';' { // the quotes of commas are text there, and blanks may be cut
						start = strings.TrimLeft(cell, " \"")
					}
					if start != "" && strings.Contains("=+-@", start[:1]) {
						t.Errorf("parted at %q, a cell is a formula: %.60q", comma, cell)
					}
				}
			}
		}
	},
	"github": func(t *testing.T, got string) {
		command := regexp.MustCompile(`^::(error|warning|notice) ([a-z]+=[^:,]*,)*title=[^:,]*::`)
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		for _, line := range lines[:len(lines)-1] {
			if !command.MatchString(line) {
				t.Errorf("no annotation: %.80q", line)
			}
		}
		if strings.HasPrefix(lines[len(lines)-1], "::") || strings.Contains(got, "\r") {
			t.Error("a cell made a line of its own")
		}
	},
	"junit": func(t *testing.T, got string) {
		d := xml.NewDecoder(strings.NewReader(got))
		known := []string{"testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"}
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if start, ok := token.(xml.StartElement); ok && !slices.Contains(known, start.Name.Local) {
				t.Errorf("a cell made an element %s", start.Name.Local)
			}
		}
	},
	"markdown": func(t *testing.T, got string) {
		for line := range strings.Lines(got) {
			bare := outsideCode(line)
			if strings.ContainsAny(bare, "<[]@$&\\") || strings.Contains(bare, "://") {
				t.Errorf("markup outside of code: %.80q", line)
			}
			if strings.HasPrefix(line, "| error") && strings.Count(line, "|") != 6 {
				t.Errorf("a cell made another column: %.80q", line)
			}
		}
	},
	"xlsx": func(t *testing.T, got string) {
		if strings.Contains(got, "<f>") || strings.Contains(got, "<script") {
			t.Error("a cell is a formula, or an element")
		}
	},
	"jsonl": func(t *testing.T, got string) {
		for line := range strings.Lines(got) {
			if !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %.80q", line)
			}
		}
	},
	"sarif": func(t *testing.T, got string) {
		var v struct {
			Runs []struct {
				Results []struct{ Message struct{ Text string } }
			}
		}
		if err := json.Unmarshal([]byte(got), &v); err != nil {
			t.Fatal(err)
		}
		if n := len(v.Runs[0].Results); n != len(hostileCells) {
			t.Errorf("%d results, want one a finding", n)
		}
		link := regexp.MustCompile(`(^|[^\\])\]\(`)
		for _, r := range v.Runs[0].Results {
			if link.MatchString(r.Message.Text) {
				t.Errorf("a message has a link: %.80q", r.Message.Text)
			}
		}
	},
}

// outsideCode leaves out the code spans of a line of Markdown.
func outsideCode(line string) string {
	var out strings.Builder
	for line != "" {
		at := strings.IndexByte(line, '`')
		if at < 0 {
			break
		}
		out.WriteString(line[:at])
		line = line[at:]
		fence := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		rest := line[len(fence):]
		end := regexp.MustCompile("(^|[^`])" + fence + "([^`]|$)").FindStringIndex(rest)
		if end == nil {
			break
		}
		from := strings.Index(rest[end[0]:], fence) + end[0]
		line = rest[from+len(fence):]
	}
	return out.String() + line
}

// TestPersonalValuesInNoFormat plants values of persons wherever a file can
// have them, and looks for them in every format.
func TestPersonalValuesInNoFormat(t *testing.T) {
	planted := []string{"919812345678", "919898989898", "919811112222", "someone@example.com", "EXT-PRIVATE-7", "Planted Person", "98123456", "private-7"}
	f, rows := salesFile()
	name := &templates.Field{Name: "firstName", Sensitive: true}
	f.Columns[6] = &validate.Column{Index: 6, Header: "remark", Field: name}
	f.Columns[4].Key = true
	for _, v := range []string{"EXT-PRIVATE-7", "Planted Person", "919812345678", "someone@example.com"} {
		f.Findings = append(f.Findings, validate.Finding{
			Rule: "mobile-format", Severity: validate.Warning, Value: v, Sensitive: true, Group: v,
			Pos: rows.position(2, 5, f.Columns[4]), Message: "{value} is wrong, and so is " + v, Fix: &validate.Fix{Title: "write " + v, Safe: true},
		}, validate.Finding{
			Rule: "enum-case", Severity: validate.Error, Value: v, Group: v, Sensitive: true,
			Pos: rows.position(3, 7, f.Columns[6]), Message: "{value} is not " + v, Fix: &validate.Fix{Title: "write " + v, Safe: true},
		})
	}
	f.Causes = append(f.Causes, validate.Cause{Rule: "enum-case", Severity: validate.Error, Column: 7, Header: "remark", Count: 4, Rows: 1})
	for _, format := range report.Formats() {
		var step strings.Builder
		got := unpacked(t, written(t, format.Name, one(f, rows), report.Options{StepSummary: &step})) + step.String()
		for _, v := range planted {
			if at := strings.Index(strings.ToLower(got), strings.ToLower(v)); at >= 0 {
				t.Errorf("%s shows %q: …%s…", format.Name, v, got[max(0, at-60):min(len(got), at+60)])
			}
		}
		if open := unpacked(t, written(t, format.Name, one(f, rows), report.Options{Reveal: true})); !strings.Contains(open, "EXT-PRIVATE-7") {
			t.Errorf("%s: --reveal shows no value", format.Name)
		}
	}
}

// TestFreeTextInNoFormat plants mobiles and emails where a field of the template
// claims the column, but may hold anything, and emails in codes.
func TestFreeTextInNoFormat(t *testing.T) {
	planted := []string{"9811122233", "98111-22244", "planted.person@secret.example"}
	tests := []struct {
		field *templates.Field
		cell  string
	}{
		{&templates.Field{Name: "note"}, " call 9811122233 "},
		{&templates.Field{Name: "lineItemsV2.description"}, " Planted 98111-22244 or planted.person@secret.example"},
		{&templates.Field{Name: "attribution.createdBy.code", Constraints: []string{"reference:stores"}}, "9811122233 "},
		{&templates.Field{Name: "lineItemsV2.itemCode", Constraints: []string{"no_outer_space"}}, "planted.person@secret.example "},
	}
	for _, tt := range tests {
		text := csvText{"bill,text,Mobile\n9000000001," + tt.cell + ",919812345678\n9000000002,ok,919812345679\n", ','}
		f, _ := smallFile("")
		f.Columns[1] = &validate.Column{Index: 1, Header: "text", Field: tt.field}
		f.Columns[0].Field = &templates.Field{Name: "billNumber", Constraints: []string{"text_not_number"}}
		for i, rule := range []string{"outer-whitespace", "null-literal"} {
			f.Findings = append(f.Findings, validate.Finding{
				Rule: rule, Severity: validate.Error, Pos: text.position(2, 2, f.Columns[1]), Value: tt.cell, Group: "9000000001",
				Message: "{value} is not " + tt.cell, Fix: &validate.Fix{Title: "write " + tt.cell, Text: &f.Columns[1].Header, Safe: i == 0},
			})
			f.Causes = append(f.Causes, validate.Cause{Rule: rule, Severity: validate.Error, Column: 2, Header: "text", Count: 1, Rows: 1, Fixable: int64(1 - i)})
		}
		for _, format := range report.Formats() {
			var step strings.Builder
			got := unpacked(t, written(t, format.Name, one(f, text), report.Options{StepSummary: &step, AllRows: true})) + step.String()
			for _, v := range planted {
				if at := strings.Index(got, v); at >= 0 {
					t.Errorf("%s shows %q of %s: …%s…", format.Name, v, tt.field.Name, got[max(0, at-60):min(len(got), at+60)])
				}
			}
			if format.Name == "text" && !strings.Contains(got, "9000000001") {
				t.Errorf("the number of the bill is masked:\n%s", got)
			}
		}
	}
}
