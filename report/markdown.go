package report

import (
	"io"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

var markdown = Format{
	Name: "markdown", Ext: ".md",
	Doc:   "a page for a pull request or a mail, the verdict first",
	Write: writeMarkdown,
}

// markdownSize bounds the report in bytes: a comment on GitHub takes 65,536
// characters. Past it, examples and then files are only counted.
const markdownSize = 60_000

// A markdownWriter gathers the report of one run.
type markdownWriter struct {
	strings.Builder
	res *Result
	o   Options
}

func writeMarkdown(w io.Writer, res *Result, o Options) error {
	m := &markdownWriter{res: res, o: o}
	m.line("## " + m.title())
	m.line("")
	m.overview()
	left := 0
	for _, f := range res.Files {
		if m.Len() > markdownSize-10_000 {
			left++
			continue
		}
		m.file(res.page(f, o))
	}
	if left > 0 {
		m.line("")
		m.line("… " + words.Plural(int64(left), "more file") + ": see the full report.")
	}
	if what := res.unjudged(res.Files); len(what) > 0 && len(res.Files) > 0 {
		m.line("")
		m.line("Not judged: " + terminal.Prose(strings.Join(what, ", ")) + ".")
	}
	_, err := io.WriteString(w, m.String())
	return err
}

func (m *markdownWriter) line(s string) {
	m.WriteString(s)
	m.WriteByte('\n')
}

// title is the verdict on the run.
func (m *markdownWriter) title() string {
	n := int64(len(m.res.Files) + len(m.res.Errors))
	files := "the file"
	if n > 1 {
		files = "the " + words.Plural(n, "file")
	}
	switch m.res.Verdict(m.o.FailOn) {
	case Fail:
		return "Do not drop " + files + " as " + map[bool]string{true: "it is", false: "they are"}[n == 1]
	case Incomplete:
		return "No verdict: not everything could be judged"
	}
	if m.res.Count(validate.Error) > 0 {
		return "Judged, and nothing fails the run"
	}
	return "Nothing keeps " + files + " from being dropped"
}

// overview is a line for each file.
func (m *markdownWriter) overview() {
	t := m.verdicts()
	m.line("| file | rows | errors | warnings | verdict |")
	m.line("| --- | ---: | ---: | ---: | --- |")
	const most = 100
	for i, f := range m.res.Files {
		if i == most {
			m.line("| … " + words.Count(int64(len(m.res.Files)-most)) + " more | | | | |")
			break
		}
		m.row(brief(f.Name), words.Count(f.Rows), words.Count(f.Count(validate.Error)), words.Count(f.Count(validate.Warning)), brief(t.verdict(f)))
	}
	for i, e := range m.res.Errors {
		if i == most {
			m.line("| … " + words.Count(int64(len(m.res.Errors)-most)) + " more | | | | |")
			break
		}
		m.row(brief(e.File), "", "", "", "not judged: "+brief(e.Message))
	}
}

// verdicts words verdicts as the text does.
func (m *markdownWriter) verdicts() *textWriter {
	return &textWriter{res: m.res, o: m.o, width: textWidth}
}

// row writes a row of a table. Pipes would part cells even inside code.
func (m *markdownWriter) row(cells ...string) {
	m.WriteByte('|')
	for _, c := range cells {
		m.WriteString(" " + strings.ReplaceAll(c, "|", "¦") + " |")
	}
	m.WriteByte('\n')
}

func (m *markdownWriter) file(p *page) {
	if len(p.causes) == 0 {
		return
	}
	m.line("")
	m.line("### " + brief(p.file.Name))
	m.line("")
	m.line("| severity | rule | how many | what is wrong | what to do |")
	m.line("| --- | --- | ---: | --- | --- |")
	for i, c := range p.causes {
		if m.Len() > markdownSize {
			m.row("", "", "", "… "+words.Plural(int64(len(p.causes)-i), "more cause"), "")
			break
		}
		found := p.of(c)
		headline, _ := p.headline(c, found)
		m.row(c.Severity.String(), "`"+c.Rule+"`", amountKnown(c, p.file.Template), brief(headline), brief(p.fixOf(c, found)))
	}
	if lines := m.res.forecastLines(p.file); len(lines) > 0 {
		m.line("")
		m.line("| code | what the platform would answer | how many |")
		m.line("| --- | --- | ---: |")
		for _, l := range lines {
			m.row(l.number, terminal.Prose(l.meaning), l.amount)
		}
	}
	for _, c := range p.causes {
		if c.Severity != validate.Info {
			m.examples(p, c)
		}
	}
}

// examples lists findings of a cause, as many as the text shows.
func (m *markdownWriter) examples(p *page, c *validate.Cause) {
	found := p.of(c)
	shown := found[:min(len(found), limit(m.o.Samples, textSamples))]
	if len(shown) == 0 || p.above(shown[0]) {
		return
	}
	m.line("")
	m.line("**`" + c.Rule + "`** " + terminal.Prose(terminal.Clip(p.header(c.Header), valueWidth)))
	m.line("")
	n := 0
	for _, fd := range shown {
		if m.Len() > markdownSize {
			break
		}
		s := "- " + p.place(fd) + ": " + brief(p.message(fd))
		if fix := p.fixTitle(fd); fix != "" {
			s += "; " + brief(fix)
		}
		if fd.Baselined {
			s += inBaseline
		}
		m.line(s)
		n++
	}
	if left := c.Count - int64(n); left > 0 {
		m.line("- … " + words.Count(left) + " more")
	}
}

// brief is prose of at most three lines of a screen.
func brief(s string) string { return terminal.Prose(terminal.Clip(s, 3*textWidth)) }
