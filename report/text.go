package report

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

var text = Format{
	Name: "text", Ext: ".txt",
	Doc:   "paragraphs for a person at a terminal",
	Write: writeText,
}

// Measures of the text format, in columns.
const (
	textWidth   = 100 // of a terminal that does not say
	leastWidth  = 60  // excerpts make no sense in less
	textIndent  = 8   // of what belongs to a finding: the widest severity and a space
	gutterWidth = 13  // row numbers end here
)

// textSamples is how many findings of a rule and file the text shows.
const textSamples = 10

// A textWriter gathers the report of one run.
type textWriter struct {
	bytes.Buffer
	painter
	res   *Result
	o     Options
	width int
	shown map[string]int // findings of the present file, by rule
}

func writeText(w io.Writer, res *Result, o Options) error {
	t := &textWriter{painter: painter{terminal.Painter(o.Color)}, res: res, o: o, width: max(o.Width, leastWidth)}
	if o.Width == 0 {
		t.width = textWidth
	}
	for i, f := range res.Files {
		if o.Quiet {
			t.line(terminal.Visible(f.Name) + ": " + t.verdict(f))
			continue
		}
		if i > 0 {
			t.line("")
		}
		t.file(res.page(f, o))
	}
	t.errors()
	if n := len(res.Files) + len(res.Errors); n > 1 && !o.Quiet {
		t.together()
	}
	return send(w, &t.Buffer)
}

// line writes one line.
func (t *textWriter) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

// paragraph writes text in lines of the width, behind indent spaces.
func (t *textWriter) paragraph(indent int, s string) {
	t.line(strings.Repeat(" ", indent) + terminal.Wrap(s, t.width, indent, indent))
}

// file writes the block of one file.
func (t *textWriter) file(p *page) {
	f := p.file
	t.shown = map[string]int{}
	t.line(t.title(f))
	loud := f.Count(validate.Error)+f.Count(validate.Warning) > 0
	if loud {
		t.line("")
	}
	quiet := false
	for _, c := range p.causes {
		if c.Severity == validate.Info {
			t.info(p, c)
			quiet = true
			continue
		}
		t.cause(p, c)
		t.line("")
	}
	if loud && quiet {
		t.line("")
	}
	t.conclude(f)
}

// title says what the file is, in one line or, if it must, in several.
func (t *textWriter) title(f *validate.FileResult) string {
	name := terminal.Visible(f.Name)
	if notText(f) {
		return t.Bold(name) + "   " + terminal.Visible(f.Source.NotText)
	}
	var parts []string
	if f.Template != nil {
		template := f.Template.ID
		if !f.Chosen {
			template += " (by its header)"
		}
		if f.Place.Role != "" {
			template += ", " + terminal.Visible(f.Place.Role) + " file"
		}
		parts = append(parts, template)
	}
	counts := words.Plural(f.Rows, "row")
	if f.Groups > 0 {
		counts += ", " + words.Plural(f.Groups, groupNoun(f.Template))
	}
	parts = append(parts, counts)
	if f.Source != nil {
		parts = append(parts, dialect(f.Source))
	}
	if layouts := slices.Compact(slices.Sorted(maps.Values(f.Dates))); len(layouts) > 1 || len(layouts) == 1 && layouts[0] != "YYYY-MM-DD" {
		parts = append(parts, "dates "+terminal.Visible(terminal.List(layouts)))
	}
	line, used := t.Bold(name), displaywidth.String(name)
	for _, part := range parts {
		n := displaywidth.String(part)
		if used += 3 + n; used <= t.width {
			line += "   " + part
			continue
		}
		line += "\n" + strings.Repeat(" ", textIndent) + part
		used = textIndent + n
	}
	return line
}

// dialect says how the file is written: "comma, UTF-8".
func dialect(s *table.Source) string {
	if s.Workbook != nil {
		return sheetWords(s.Workbook)
	}
	words := []string{delimiterWord(s.Dialect.Comma), s.Encoding}
	if s.BOM {
		words[1] += " with a byte order mark"
	}
	if s.Archive != "" {
		words = append(words, s.Archive)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ", ")
}

// sheetWords says what of a workbook was judged: "sheet Sales, one of 3".
func sheetWords(w *table.Workbook) string {
	const most = 31 // as long as names of sheets may be
	switch {
	case w.Sheet == "":
		return "workbook without sheets"
	case len(w.Sheets) > 1:
		return "sheet " + terminal.Clip(w.Sheet, most) + ", one of " + words.Count(int64(len(w.Sheets)))
	}
	return "sheet " + terminal.Clip(w.Sheet, most)
}

func delimiterWord(c byte) string {
	switch c {
	case 0:
		return ""
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	case '|':
		return "pipe"
	}
	return "delimiter " + terminal.Quote(string(rune(c)), 10)
}

// errors writes what could not be judged at all.
func (t *textWriter) errors() {
	for i, e := range t.res.Errors {
		if (i > 0 || len(t.res.Files) > 0) && !t.o.Quiet {
			t.line("")
		}
		s := terminal.Visible(e.Message)
		if e.File != "" {
			s = terminal.Visible(e.File) + ": " + s
		}
		const mark = "not judged"
		t.line(t.severity(validate.Error, mark) + "   " + terminal.Wrap(s, t.width, len(mark)+3, textIndent))
		if e.Hint != "" && !t.o.Quiet {
			t.paragraph(textIndent, "hint: "+terminal.Visible(e.Hint))
		}
	}
}
