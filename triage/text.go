package triage

import (
	"bytes"
	"cmp"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
)

// TextOptions say how a report is written for a terminal.
type TextOptions struct {
	Width int  // columns; 0: 100
	Color bool // use ANSI colours
	Quiet bool // the verdict only
}

const (
	textWidth  = 100
	leastWidth = 60
	indent     = 4
)

type textWriter struct {
	bytes.Buffer
	speaker
	terminal.Painter
	width int
}

// Text writes the report for a person at a terminal: the verdict first, then each
// code, then what to do with the source, then what the forecast was worth.
//
// The error is that of w.
func (r *Report) Text(w io.Writer, o TextOptions) error {
	t := &textWriter{speaker: r.speaker(), Painter: terminal.Painter(o.Color), width: max(o.Width, leastWidth)}
	if o.Width == 0 {
		t.width = textWidth
	}
	if o.Quiet {
		t.line(terminal.Visible(r.Answers.Name) + ": " + t.verdict())
		_, err := w.Write(t.Bytes())
		return err
	}
	name, parts := t.title()
	t.line(t.Bold(name) + "   " + strings.Join(parts, "   "))
	if r.Answers.Rows > 0 {
		t.paragraph(0, t.columns())
	}
	t.line("")
	t.line(t.Bold(terminal.Wrap(t.verdict(), t.width, 0, 0)))
	t.overview()
	for i := range t.Codes {
		if i == codesShown {
			t.line("")
			t.line("… " + words.Plural(int64(len(t.Codes)-i), "more code") + " (--format json has all)")
			break
		}
		t.code(&t.Codes[i])
	}
	if t.Join != nil {
		t.line("")
		for _, s := range append(t.joined(), t.advice()...) {
			t.paragraph(0, s)
		}
	} else if r.Fails() {
		t.line("")
		t.paragraph(0, "--source FILE tells which bills of the dropped file can be sent again.")
	}
	if t.Forecast != nil {
		t.comparison()
	}
	_, err := w.Write(t.Bytes())
	return err
}

func (t *textWriter) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

func (t *textWriter) paragraph(in int, s string) {
	t.line(strings.Repeat(" ", in) + terminal.Wrap(s, t.width, in, in))
}

// table writes rows in columns; the first row may be a heading, and columns that
// hold numbers are set to the right.
func (t *textWriter) table(rows [][]string, right func(column int) bool) {
	if len(rows) == 0 {
		return
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for j, s := range r {
			widths[j] = max(widths[j], displaywidth.String(s))
		}
	}
	t.line("")
	for _, r := range rows {
		line := strings.Repeat(" ", indent)
		for j, s := range r {
			if j > 0 {
				line += "   "
			}
			if right(j) {
				line += terminal.PadLeft(s, widths[j])
			} else {
				line += terminal.Pad(s, widths[j])
			}
		}
		t.line(line)
	}
}

// overview is a line for each code.
func (t *textWriter) overview() {
	const meaningWidth = 52
	if len(t.Codes) < 2 {
		return
	}
	var rows [][]string
	for i := range t.Codes {
		e := &t.Codes[i]
		amount, bills := t.amount(&e.Tally)
		row := []string{cmp.Or(t.text(e.Code), "none"), terminal.Clip(t.what(e), meaningWidth), amount}
		if t.Answers.Bills != t.Answers.Rows {
			row = append(row, bills)
		}
		rows = append(rows, append(row, t.todo(e)))
		if i == codesShown {
			break
		}
	}
	t.table(rows, func(column int) bool { return column > 1 && column < len(rows[0])-1 })
}

// code writes the paragraph of one code.
func (t *textWriter) code(e *Explained) {
	head := t.text(e.Code)
	if head == "" {
		head = "No code"
	}
	amount, bills := t.amount(&e.Tally)
	if bills != "" {
		amount += ", " + bills
	}
	t.line("")
	t.line(terminal.Wrap(t.Bold(head)+"   "+t.what(e)+"   ("+amount+"; "+t.todo(e)+")", t.width, 0, indent))
	for i, g := range e.Groups {
		if i == groupsShown {
			t.line(strings.Repeat(" ", indent) + "… " + words.Plural(int64(len(e.Groups)-i), "more message"))
			break
		}
		message := t.message(g)
		if message == "" {
			if len(e.Groups) > 1 {
				message = "no message"
			} else {
				continue
			}
		}
		where := "row " + words.Count(g.Row)
		if g.Rows > 1 {
			where = words.Plural(g.Rows, "row") + ", first in row " + words.Count(g.Row)
		}
		t.line(strings.Repeat(" ", indent) + "│ " + terminal.Wrap(message+"   ("+where+")", t.width, indent+2, indent+2))
	}
	for _, n := range t.notes(e) {
		t.paragraph(indent, n.label+": "+n.text+".")
	}
}

// comparison writes what the forecast was worth.
func (t *textWriter) comparison() {
	c := t.Forecast
	t.line("")
	t.line(t.Bold("Forecast") + " of " + terminal.Visible(c.Name))
	for _, s := range t.compared() {
		t.paragraph(0, s)
	}
	t.table(t.compareRows(), func(column int) bool { return column > 0 })
}

// compareRows are the table of a comparison, its heading first.
func (s speaker) compareRows() (rows [][]string) {
	c := s.Forecast
	if len(c.Codes) == 0 {
		return nil
	}
	rows = [][]string{{"code", "foretold", "failed"}}
	if c.PerBill {
		rows[0] = append(rows[0], "caught", "another code", "missed", "temporary", "false alarm", "no answer")
	}
	for _, k := range c.Codes {
		code := k.Code
		switch {
		case code == "":
			code = "(no code)"
		case !c.PerBill && k.Temporary > 0:
			code += " (temporary)"
		case k.Partial:
			code += " (in part)"
		}
		row := []string{s.text(code), words.Count(k.Foretold), words.Count(k.Happened)}
		if c.PerBill {
			for _, n := range []int64{k.Caught, k.Other, k.Missed, k.Temporary, k.FalseAlarms, k.Unanswered} {
				row = append(row, words.Count(n))
			}
		}
		rows = append(rows, row)
	}
	return rows
}
