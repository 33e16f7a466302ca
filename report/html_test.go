package report_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

var (
	htmlPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`)
	htmlStyle  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	htmlScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	htmlTags   = regexp.MustCompile(`<[a-zA-Z][^>]*>`)
	// htmlLoads finds attributes that could fetch something or run code.
	htmlLoads = regexp.MustCompile(`(?i)\s(src|srcset|action|formaction|data|poster|style|on[a-z]+)\s*=|href="[^#]`)
)

// allRules is a result with the words of the real rules.
func allRules(res *report.Result) *report.Result {
	res.Rules = rules.All()
	return res
}

func TestHTMLPolicy(t *testing.T) {
	page := written(t, "html", bothFiles(), report.Options{})
	m := htmlPolicy.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no content security policy")
	}
	policy := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(m[1])
	if !strings.HasPrefix(policy, "default-src 'none'; ") {
		t.Errorf("the policy %q does not forbid all by default", policy)
	}
	for _, unsafe := range []string{"unsafe", "http", "*", "data:", "blob:"} {
		if strings.Contains(policy, unsafe) {
			t.Errorf("the policy %q allows %s", policy, unsafe)
		}
	}
	for name, part := range map[string]*regexp.Regexp{"style-src": htmlStyle, "script-src": htmlScript} {
		found := part.FindAllStringSubmatch(page, -1)
		if len(found) != 1 {
			t.Fatalf("%d elements for %s, want 1", len(found), name)
		}
		sum := sha256.Sum256([]byte(found[0][1]))
		want := name + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if !strings.Contains(policy, want+";") {
			t.Errorf("the policy %q lacks %s", policy, want)
		}
	}
}

func TestHTMLLoadsNothing(t *testing.T) {
	page := written(t, "html", allRules(bothFiles()), report.Options{})
	for _, tag := range htmlTags.FindAllString(htmlScript.ReplaceAllString(page, ""), -1) {
		if htmlLoads.MatchString(tag) && !strings.HasPrefix(tag, "<meta ") {
			t.Errorf("the page could load something or run code: %s", tag)
		}
	}
	for _, s := range []string{"://", "url(", "@import", "<link", "<iframe", "<object", "<img"} {
		if strings.Contains(page, s) {
			t.Errorf("the page has %q", s)
		}
	}
}

func TestHTMLMasks(t *testing.T) {
	personal := []string{"919812345678", "919898989898", "someone@example.com", "919811112222"}
	hidden := written(t, "html", bothFiles(), report.Options{})
	shown := written(t, "html", bothFiles(), report.Options{Reveal: true})
	for _, s := range personal {
		if strings.Contains(hidden, s) {
			t.Errorf("%s is shown", s)
		}
		if !strings.Contains(shown, s) {
			t.Errorf("%s is not shown although it should be revealed", s)
		}
	}
}

// manyFindings is a file in which every row breaks some rules, with long and
// hostile cells, as the judgement keeps of them.
func manyFindings(kept int) (*validate.FileResult, csvText) {
	cell := strings.Repeat(`"><script>`, 40)
	f, rows := smallFile(strings.Repeat(cell+",ST0346,919812345678\n", 1))
	f.Rows, f.Groups, f.RejectedRows = 1_000_000, 500_000, 1_000_000
	f.Rejected = &validate.RowSet{}
	f.Rejected.AddRange(2, 1_000_000)
	for rule := range 100 {
		id := fmt.Sprintf("rule-%d", rule)
		f.Causes = append(f.Causes, validate.Cause{
			Rule: id, Severity: validate.Error, Column: 1, Header: "bill", Count: 1_000_000, Rows: 1_000_000,
		})
		for row := range kept {
			pos := rows.position(2, 1, f.Columns[0])
			pos.Row = int64(row + 2)
			f.Findings = append(f.Findings, validate.Finding{
				Rule: id, Severity: validate.Error, Pos: pos, Value: cell,
				Message: "{value} is wrong in the row " + fmt.Sprint(row), Fix: &validate.Fix{Title: "write " + cell},
			})
		}
	}
	return f, rows
}

func TestHTMLStaysSmall(t *testing.T) {
	const most = 1_000_000
	for _, samples := range []int{0, 1, 1000, 1_000_000} {
		f, rows := manyFindings(1000)
		page := written(t, "html", one(f, rows), report.Options{Samples: samples})
		if len(page) > most {
			t.Errorf("%d samples: %d bytes, want at most %d", samples, len(page), most)
		}
		if n := strings.Count(page, "1,000,000</td>"); n != 15 {
			t.Errorf("%d samples: the chart has %d complete counts, want 15", samples, n)
		}
		if n := strings.Count(page, `<article class="cause error"`); n != 100 {
			t.Errorf("%d samples: %d kinds of finding, want 100", samples, n)
		}
	}
}

func TestHTMLOfManyFiles(t *testing.T) {
	res := &report.Result{Rules: rulesOf()}
	for i := range 3000 {
		f, _ := salesFile()
		f.Name = fmt.Sprintf("sales_%d%s.csv", i, strings.Repeat("&", 200))
		res.Files = append(res.Files, f)
	}
	page := written(t, "html", res, report.Options{})
	if len(page) > 1_000_000 {
		t.Errorf("%d bytes", len(page))
	}
	if !strings.Contains(page, "3,000 of 3,000 files must be mended first") || !strings.Contains(page, "more files") {
		t.Error("the page does not say how many files there are, or that it leaves some out")
	}
}

func TestHTMLHostileCells(t *testing.T) {
	hostile := "\x1b[31m<script>alert(1)</script>\u202e\x00<!--]]>' onmouseover=alert(1) \"{{.}}"
	f, rows := smallFile(hostile + ",S1,1\n")
	f.Name, f.Columns[0].Header = hostile, hostile
	f.Causes = []validate.Cause{{
		Rule: "date-format", Severity: validate.Error, Column: 1, Header: hostile, Count: 1, Rows: 1, Summary: hostile, FixTitle: hostile,
	}}
	f.Findings = []validate.Finding{{
		Rule: "date-format", Severity: validate.Error, Pos: rows.position(2, 1, f.Columns[0]), Value: hostile, Group: hostile,
		Message: "{value} is no date", Fix: &validate.Fix{Title: "write " + hostile},
	}}
	res := one(f, rows)
	res.Errors = []report.FileError{{File: hostile, Message: hostile, Hint: hostile}}
	page := written(t, "html", res, report.Options{})
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("%d script elements, want 1", n)
	}
	for _, s := range []string{"\x1b", "\u202e", "\x00", "<!--]]"} {
		if strings.Contains(page, s) {
			t.Errorf("the page has %q", s)
		}
	}
	for _, tag := range htmlTags.FindAllString(htmlScript.ReplaceAllString(page, ""), -1) {
		if strings.Contains(tag, "onmouseover") {
			t.Errorf("a cell became part of a tag: %s", tag)
		}
	}
	if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the cell is not shown")
	}
}

func TestHTMLVerdict(t *testing.T) {
	warned, rows := salesFile()
	warned.Causes, warned.Forecast = warned.Causes[2:], nil
	warned.RejectedRows, warned.RefusedRows = 0, 0
	stopped := cleanFile()
	stopped.Complete = false
	sales, _ := salesFile()
	old, _ := salesFile()
	for i := range old.Causes {
		old.Causes[i].Baselined = old.Causes[i].Count
	}
	for i := range old.Findings {
		old.Findings[i].Baselined = true
	}
	tests := []struct {
		name, class, heading, sentence string
		res                            *report.Result
		failOn                         validate.Severity
	}{
		{"errors", "fail", "Do not drop this file", "4 of 4 rows, 2 of 2 bills would be rejected", one(sales, rows), 0},
		{"warnings", "pass", "You may drop this file", "2 warnings should be looked at first.", one(warned, rows), 0},
		{"warnings that fail", "fail", "Do not drop this file", "2 warnings.", one(warned, rows), validate.Warning},
		{"clean", "pass", "You may drop this file", "71 rules found no error or warning.", one(cleanFile(), rows), 0},
		{"all in the baseline", "pass", "You may drop this file", "Nothing new since the baseline, which has", one(old, rows), 0},
		{"stopped", "incomplete", "No verdict", "The file was not read to its end; the rest was not judged.", one(stopped, rows), 0},
		{"several", "fail", "Do not drop these files as they are", "1 of 3 files must be mended first; 1 of 3 files could not be judged", bothFiles(), 0},
		{"unreadable", "incomplete", "No verdict", "1 of 1 file could not be judged", &report.Result{Errors: []report.FileError{{File: "a.csv", Message: "permission denied"}}}, 0},
	}
	for _, tt := range tests {
		page := written(t, "html", tt.res, report.Options{FailOn: tt.failOn})
		for _, want := range []string{`<header class="verdict ` + tt.class + `">`, "</span> " + tt.heading + "</h1>", `<p class="sentence">` + tt.sentence} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", tt.name, want)
			}
		}
	}
}

// TestHTMLReadsWithoutSight holds what a screen reader needs.
func TestHTMLReadsWithoutSight(t *testing.T) {
	page := written(t, "html", allRules(bothFiles()), report.Options{})
	for tag, inside := range map[string]string{"table": "<caption>", "main": "<h1>", "details": "<summary>", "fieldset": "<legend>"} {
		parts := strings.Split(page, "<"+tag)
		if len(parts) == 1 {
			t.Errorf("no %s", tag)
		}
		for _, part := range parts[1:] {
			if body, _, _ := strings.Cut(part, "</"+tag+">"); !strings.Contains(body, inside) {
				t.Errorf("a %s without %s: %.200s", tag, inside, part)
			}
		}
	}
	for _, th := range regexp.MustCompile(`<th[ >][^>]*`).FindAllString(page, -1) {
		if !strings.Contains(th, "scope=") && !strings.HasPrefix(th, "<thead") {
			t.Errorf("a header cell without scope: %s", th)
		}
	}
	for _, svg := range regexp.MustCompile(`<td[^>]*><svg|<svg[^>]*>`).FindAllString(page, -1) {
		if !strings.Contains(svg, "aria-hidden") && !strings.Contains(svg, "aria-label") && !strings.Contains(svg, `focusable="false"`) {
			t.Errorf("a drawing without words: %s", svg)
		}
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href="#|aria-labelledby="|for=")([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("nothing has the id %s", m[1])
		}
	}
}

// judged judges a text as a file of sales, with all rules.
func judged(t *testing.T, text string) *report.Result {
	t.Helper()
	src, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sales, _ := templates.ByID("transaction-v2-add")
	mapping, err := sales.Map(src.Header, templates.MapOptions{})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := validate.Compile(src, rules.All(), validate.Options{Template: sales, Mapping: mapping})
	if err != nil {
		t.Fatal(err)
	}
	f, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &report.Result{Files: []*validate.FileResult{f}, Rules: rules.All()}
}

func TestHTMLMoney(t *testing.T) {
	const head = "billNumber,billingDate,billAmount,source,type"
	tests := []struct {
		name, text string
		want       []string // of cells and tiles
		not        string
	}{
		{"each bill once", head + "\nB1,05/01/2026,1234567.005,INSTORE,REGULAR\nB1,05/01/2026,1234567.005,INSTORE,REGULAR\nB2,05/01/2026,0.10,INSTORE,REGULAR\n",
			[]string{"<span>1,234,567.105</span>", "<dd>1,234,567.105</dd>", `data-sort="1234567.105"`, ">Their totals<", "so does a bill, with its total"}, "without a readable"},
		{"currencies, and a total that cannot be read", head + ",currencyCode\nB1,05/01/2026,10,INSTORE,REGULAR,EUR\nB2,05/01/2026,x,INSTORE,REGULAR,EUR\nB3,05/01/2026,-5.5,INSTORE,REGULAR,INR\n",
			[]string{"<span>EUR 10</span>", "<span>INR -5.5</span>", "<small>1 bill without a readable total</small>", "<dd>EUR 10; INR -5.5; 1 bill without a readable total</dd>"}, "$"},
		{"no totals in the file", "billNumber,billingDate,source,type\nB1,05/01/2026,INSTORE,REGULAR\n", []string{"invalid date"}, "Their totals"},
	}
	for _, tt := range tests {
		page := written(t, "html", judged(t, tt.text), report.Options{})
		_, page, _ = strings.Cut(page, "<main")
		page, _, _ = strings.Cut(page, "<footer")
		for _, s := range tt.want {
			if !strings.Contains(page, s) {
				t.Errorf("%s: the page does not show %q", tt.name, s)
			}
		}
		if strings.Contains(page, tt.not) {
			t.Errorf("%s: the page shows %q", tt.name, tt.not)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"html", "xlsx"} {
		format, _ := report.ByName(name)
		if err := format.Write(io.Discard, judged(t, tests[0].text), report.Options{Context: ctx}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the error of an ended context is %v", name, err)
		}
	}
}
