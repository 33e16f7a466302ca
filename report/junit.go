package report

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

var junit = Format{
	Name: "junit", Ext: ".xml",
	Doc:   "JUnit XML: a suite per file, a case per rule, so that passes show",
	Write: writeJUnit,
}

// writeJUnit writes what Jenkins and GitLab read: a case fails if its rule has
// new findings that fail the run. Others pass, and their findings are output.
func writeJUnit(w io.Writer, res *Result, o Options) error {
	x := &xmlWriter{w: w}
	x.put(xml.Header)
	tests, failures, errors := 0, 0, len(res.Errors)
	suites := make([]*junitSuite, 0, len(res.Files))
	for _, f := range res.Files {
		s := newJUnitSuite(res, f, o)
		tests, failures, errors = tests+s.tests, failures+s.failures, errors+s.errors
		suites = append(suites, s)
	}
	x.open("testsuites", "name", "preflight", "tests", strconv.Itoa(tests+len(res.Errors)),
		"failures", strconv.Itoa(failures), "errors", strconv.Itoa(errors))
	for _, s := range suites {
		s.write(x)
	}
	for _, e := range res.Errors {
		name := terminal.Visible(e.File)
		x.open("testsuite", "name", name, "tests", "1", "failures", "0", "errors", "1")
		x.open("testcase", "name", "the file can be judged", "classname", name)
		x.leaf("error", terminal.Visible(e.Hint), "type", notJudged, "message", terminal.Visible(e.Message))
		x.close("testcase")
		x.close("testsuite")
	}
	x.close("testsuites")
	return x.err
}

// A junitSuite is one file.
type junitSuite struct {
	res                              *Result
	file                             *validate.FileResult
	o                                Options
	cases                            []string // rule ids, in the order of the catalogue
	skips                            map[string]bool
	causes                           map[string][]*validate.Cause
	tests, failures, errors, skipped int
}

func newJUnitSuite(res *Result, f *validate.FileResult, o Options) *junitSuite {
	s := &junitSuite{res: res, file: f, o: o, causes: map[string][]*validate.Cause{}, skips: map[string]bool{}}
	for _, c := range causes(f) {
		s.causes[c.Rule] = append(s.causes[c.Rule], c)
	}
	for _, r := range res.Rules {
		s.cases = append(s.cases, r.ID)
		if s.causes[r.ID] == nil && !f.Judged(r) {
			s.skips[r.ID] = true
		}
	}
	for id := range s.causes { // of rules that are not in the result
		if !slices.Contains(s.cases, id) {
			s.cases = append(s.cases, id)
		}
	}
	slices.Sort(s.cases)
	s.tests, s.skipped = len(s.cases), len(s.skips)
	for _, id := range s.cases {
		if s.fails(id) {
			s.failures++
		}
	}
	if !f.Complete {
		s.tests, s.errors = s.tests+1, 1
	}
	return s
}

// fails reports whether a rule has findings at or above --fail-on that are not
// in the baseline.
func (s *junitSuite) fails(id string) bool {
	return slices.ContainsFunc(s.causes[id], func(c *validate.Cause) bool { return c.Severity >= orError(s.o.FailOn) && c.Count > c.Baselined })
}

func (s *junitSuite) write(x *xmlWriter) {
	name := terminal.Visible(s.file.Name)
	x.open("testsuite", "name", name, "tests", strconv.Itoa(s.tests), "failures", strconv.Itoa(s.failures),
		"errors", strconv.Itoa(s.errors), "skipped", strconv.Itoa(s.skipped))
	if !s.file.Complete {
		x.open("testcase", "name", "the file can be judged", "classname", name)
		x.leaf("error", "", "type", notJudged, "message", terminal.Visible(reason(s.file.Err)))
		x.close("testcase")
	}
	p := s.res.page(s.file, s.o)
	shown := map[string][]*validate.Finding{}
	for _, fd := range capped(p.findings, limit(s.o.Samples, defaultSamples)) {
		shown[fd.Rule] = append(shown[fd.Rule], fd)
	}
	for _, id := range s.cases {
		x.open("testcase", "name", id, "classname", name)
		switch {
		case s.skips[id]:
			x.leaf("skipped", "", "message", "the rule is off or not about this template")
		case s.fails(id):
			x.begin("failure", "type", worst(s.causes[id]).String(), "message", p.junitTitle(s.causes[id]))
			p.junitLines(x, shown[id], s.causes[id])
			x.end("failure")
		case s.causes[id] != nil:
			x.begin("system-out")
			x.words(p.junitTitle(s.causes[id]) + "\n")
			p.junitLines(x, shown[id], s.causes[id])
			x.end("system-out")
		}
		x.close("testcase")
	}
	x.close("testsuite")
}

// worst is the highest severity of some causes.
func worst(all []*validate.Cause) validate.Severity {
	return slices.MaxFunc(all, func(a, b *validate.Cause) int { return cmp.Compare(a.Severity, b.Severity) }).Severity
}

// junitTitle words all causes of a rule in one line.
func (p *page) junitTitle(all []*validate.Cause) string {
	var parts []string
	for _, c := range all {
		headline, _ := p.headline(c, p.of(c))
		parts = append(parts, amountKnown(c, p.file.Template)+": "+headline)
	}
	return terminal.Cut(strings.Join(parts, "; "), messageWidth)
}

// junitLines writes findings, one a line.
func (p *page) junitLines(x *xmlWriter, found []*validate.Finding, all []*validate.Cause) {
	for _, fd := range found {
		line := "\n"
		if place := p.place(fd); place != "" {
			line += place + ": "
		}
		x.words(line + p.withNews(fd))
	}
	left := -int64(len(found))
	for _, c := range all {
		left += c.Count
	}
	if left > 0 {
		x.words("\n… " + words.Count(left) + " more")
	}
	x.words("\n")
}

// place is where a finding points, in words; empty for the file as a whole.
func (p *page) place(fd *validate.Finding) string {
	if fd.Pos.Row == 0 {
		return ""
	}
	s := "row " + words.Count(fd.Pos.Row)
	if name := cellName(fd.Pos.Row, fd.Pos.Column); name != "" {
		s += " (" + name + ")"
	}
	return s
}

// An xmlWriter writes elements one by one; all text is escaped. Characters that
// XML cannot hold must be gone.
type xmlWriter struct {
	w     io.Writer
	depth int
	err   error
}

func (x *xmlWriter) put(s string) {
	if x.err == nil {
		_, x.err = io.WriteString(x.w, s)
	}
}

func (x *xmlWriter) text(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil && x.err == nil {
		x.err = err
	}
	return b.String()
}

// tag writes a start tag; pairs are names and values of its attributes.
func (x *xmlWriter) tag(name string, pairs []string) {
	x.put(strings.Repeat("  ", x.depth) + "<" + name)
	for i := 0; i+1 < len(pairs); i += 2 {
		x.put(" " + pairs[i] + `="` + x.text(pairs[i+1]) + `"`)
	}
}

func (x *xmlWriter) open(name string, pairs ...string) {
	x.tag(name, pairs)
	x.put(">\n")
	x.depth++
}

func (x *xmlWriter) close(name string) {
	x.depth--
	x.put(strings.Repeat("  ", x.depth) + "</" + name + ">\n")
}

// leaf writes an element that holds text only.
func (x *xmlWriter) leaf(name, text string, pairs ...string) {
	x.begin(name, pairs...)
	x.words(text)
	x.end(name)
}

// begin, words and end write such an element in parts.
func (x *xmlWriter) begin(name string, pairs ...string) {
	x.tag(name, pairs)
	x.put(">")
}

// bare undoes escapes that only attributes need.
var bare = strings.NewReplacer("&#xA;", "\n", "&#34;", `"`, "&#39;", "'")

func (x *xmlWriter) words(s string) { x.put(bare.Replace(x.text(s))) }

func (x *xmlWriter) end(name string) { x.put("</" + name + ">\n") }
