package triage

import (
	"io"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
)

// Markdown writes the report as a page for a ticket or a mail, the verdict first.
//
// The error is that of w.
func (r *Report) Markdown(w io.Writer) error {
	m := &markdownWriter{speaker: r.speaker()}
	name, parts := m.title()
	m.line("## " + terminal.Prose(name))
	m.line("")
	m.line(terminal.Prose(strings.Join(parts, ", ")))
	m.line("")
	m.line("**" + terminal.Prose(m.verdict()) + "**")
	if len(m.Codes) > 0 {
		m.line("")
		m.row("code", "meaning", "rows", m.noun()+"s", "what to do")
		m.row("---", "---", "---:", "---:", "---")
	}
	for i := range m.Codes {
		if i == codesShown {
			m.row("…", words.Plural(int64(len(m.Codes)-i), "more code"), "", "", "")
			break
		}
		e := &m.Codes[i]
		bills := ""
		if e.Bills > 0 {
			bills = words.Count(e.Bills)
		}
		code := m.text(e.Code)
		if code == "" {
			code = "none"
		}
		m.row(terminal.Prose(code), terminal.Prose(m.what(e)), words.Count(e.Rows), bills, m.todo(e))
	}
	for i := range m.Codes {
		if i == codesShown {
			break
		}
		m.code(&m.Codes[i])
	}
	if r.Join != nil {
		m.list("What to send again", append(m.joined(), m.advice()...))
	}
	if r.Forecast != nil {
		m.list("The forecast", m.compared())
		for i, row := range m.compareRows() {
			if i == 0 {
				m.line("")
			}
			for j, cell := range row {
				row[j] = terminal.Prose(cell)
			}
			if m.row(row...); i == 0 {
				m.row(append([]string{"---"}, strings.Split(strings.Repeat("---: ", len(row)-1), " ")[:len(row)-1]...)...)
			}
		}
	}
	_, err := io.WriteString(w, m.String())
	return err
}

type markdownWriter struct {
	strings.Builder
	speaker
}

func (m *markdownWriter) line(s string) {
	m.WriteString(s)
	m.WriteByte('\n')
}

// row writes a row of a table. Pipes would part cells even inside code.
func (m *markdownWriter) row(cells ...string) {
	m.WriteByte('|')
	for _, c := range cells {
		m.WriteString(" " + strings.ReplaceAll(c, "|", "¦") + " |")
	}
	m.WriteByte('\n')
}

func (m *markdownWriter) list(title string, sentences []string) {
	m.line("")
	m.line("### " + title)
	m.line("")
	for _, s := range sentences {
		m.line("- " + terminal.Prose(s))
	}
}

func (m *markdownWriter) code(e *Explained) {
	code := m.text(e.Code)
	if code == "" {
		code = "No code"
	}
	m.line("")
	m.line("### " + terminal.Prose(code) + ": " + terminal.Prose(m.what(e)))
	m.line("")
	for i, g := range e.Groups {
		if i == groupsShown {
			m.line("- … " + words.Plural(int64(len(e.Groups)-i), "more message"))
			break
		}
		if message := m.message(g); message != "" {
			m.line("- " + terminal.Prose(message) + " (" + words.Plural(g.Rows, "row") + ", first in row " + words.Count(g.Row) + ")")
		}
	}
	for _, n := range m.notes(e) {
		m.line("- " + n.label + ": " + terminal.Prose(n.text))
	}
}
