package triage

import (
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
)

// This file holds the words that the text and the Markdown share.

// Bounds of what a person is shown; the JSON has more.
const (
	groupsShown  = 5   // messages of a code
	codesShown   = 30  // codes in full
	messageWidth = 240 // columns of a message
)

// A speaker words a report.
type speaker struct {
	*Report
	mask mask.Masker
}

func (r *Report) speaker() speaker {
	m := mask.Masker{Reveal: r.Reveal}
	if r.Answers.Source != nil {
		m.Key = r.Answers.Source.Key()
	}
	return speaker{r, m}
}

// noun is what the file has groups of.
func (s speaker) noun() string {
	if s.Template == nil || s.Template.Kind == "sales" {
		return "bill"
	}
	return "entry"
}

// bills counts bills. "entrys" is no word.
func (s speaker) bills(n int64) string {
	if s.noun() == "bill" {
		return words.Plural(n, "bill")
	}
	if n == 1 {
		return "1 entry"
	}
	return words.Count(n) + " entries"
}

// are fits a verb to a count.
func are(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func was(n int64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// text is words of the file as they may be shown.
func (s speaker) text(t string) string {
	return terminal.Clip(s.mask.Loose(strings.ToValidUTF8(t, "�")), messageWidth)
}

// message is what a group's rows were told.
func (s speaker) message(g *Group) string {
	switch {
	case g.Other:
		return "other messages"
	case s.Reveal:
		return terminal.Clip(strings.ToValidUTF8(g.First, "�"), messageWidth)
	case g.Message == "":
		return ""
	}
	return s.text(g.Message)
}

// title says what the error file is.
func (s speaker) title() (name string, parts []string) {
	a := s.Answers
	template := ""
	if s.Template != nil {
		template = s.Template.ID
		switch {
		case s.Guessed:
			template = "taken for " + template + " (-t names another)"
		case !s.Chosen:
			template += " (by its header)"
		}
		parts = append(parts, template)
	}
	rows := words.Plural(a.Rows, "row")
	if a.Bills > 0 {
		rows += ", " + s.bills(a.Bills)
	}
	parts = append(parts, rows)
	if a.Source != nil {
		parts = append(parts, dialect(a.Source))
	}
	return terminal.Visible(a.Name), parts
}

func dialect(src *table.Source) string {
	comma, ok := map[byte]string{',': "comma", ';': "semicolon", '\t': "tab", '|': "pipe"}[src.Dialect.Comma]
	if !ok {
		comma = terminal.Quote(string(rune(src.Dialect.Comma)), 4)
	}
	return comma + ", " + src.Encoding
}

// columns says which columns were read.
func (s speaker) columns() string {
	var list []string
	for _, role := range s.Answers.Layout.Columns() {
		i := *s.Answers.Layout.column(role)
		list = append(list, string(role)+" in "+s.header(i))
	}
	hint := ""
	if l := s.Answers.Layout; l.Message < 0 && l.Response < 0 && s.Answers.Failed > 0 {
		hint = " No column of messages was found; --map 'HEADER=message' names it if there is one."
	}
	return "Read: " + terminal.List(list) + "." + hint
}

func (s speaker) header(i int) string {
	return terminal.Clip(s.mask.Loose(strings.ToValidUTF8(s.Answers.Headers[i], "�")), 60)
}

// verdict says in a few sentences what became of the rows.
func (s speaker) verdict() string {
	a := s.Answers
	if a.Rows == 0 {
		if a.Trouble != "" {
			return "No verdict: " + s.text(a.Trouble) + "."
		}
		return "No verdict: the file has no rows, so it does not say what became of any."
	}
	var b strings.Builder
	switch {
	case a.Failed == 0 && a.Unread == 0 && a.Trouble == "":
		b.WriteString("Nothing failed: all " + words.Plural(a.Rows, "row") + " " + was(a.Rows) + " taken")
		if a.Rows == 1 {
			b.Reset()
			b.WriteString("Nothing failed: its one row was taken")
		}
		if a.Warned > 0 {
			b.WriteString(", " + words.Count(a.Warned) + " with a warning")
		}
		b.WriteString(" (200 means success).")
	case a.Failed == 0:
		b.WriteString("No verdict: " + words.Count(a.Taken) + " of " + words.Plural(a.Rows, "row") + " " + was(a.Taken) + " taken, but not all could be understood.")
	default:
		b.WriteString(words.Count(a.Failed) + " of " + words.Plural(a.Rows, "row") + " failed")
		if a.Bills > 0 && a.Bills != a.Rows {
			b.WriteString(" (" + words.Count(a.FailedBills) + " of " + s.bills(a.Bills) + ")")
		}
		switch {
		case a.Taken > 0:
			b.WriteString("; " + words.Count(a.Taken) + " " + was(a.Taken) + " taken")
			if a.Warned > 0 {
				b.WriteString(", " + words.Count(a.Warned) + " of them with a warning")
			}
		case a.Unread == 0:
			b.WriteString("; the file lists no row that was taken")
		}
		b.WriteString(".")
	}
	if a.Unread > 0 {
		if a.Unread == 1 {
			b.WriteString(" Row " + words.Count(a.FirstUnread) + " does not say what became of it: no code or status could be read.")
		} else {
			b.WriteString(" " + words.Plural(a.Unread, "row") + " do not say what became of them: no code or status could be read (first in row " + words.Count(a.FirstUnread) + ").")
		}
	}
	if a.Nameless == 1 {
		b.WriteString(" Row " + words.Count(a.FirstNameless) + " failed and names no bill, so it counts with none.")
	} else if a.Nameless > 1 {
		b.WriteString(" " + words.Plural(a.Nameless, "row") + " failed and name no bill, so they count with none (first in row " + words.Count(a.FirstNameless) + ").")
	}
	switch {
	case a.Trouble != "":
		b.WriteString(" Reading stopped: " + s.text(a.Trouble) + ".")
	case a.Ragged > 0:
		b.WriteString(" " + words.Plural(a.Ragged, "row") + " " + map[bool]string{true: "has", false: "have"}[a.Ragged == 1] +
			" another number of cells than the header: the file may be cut off or badly quoted.")
	}
	return b.String()
}

// what says in a few words what a code is.
func (s speaker) what(e *Explained) string {
	switch {
	case e.Code == "":
		return "failed without a code"
	case len(e.Meanings) > 0:
		return terminal.Clause(e.Meanings[0].Meaning)
	case len(e.Elsewhere) > 0:
		return "several lists have it, none of this kind of file"
	}
	return "unknown code"
}

// todo says in a few words what to do about a code.
func (s speaker) todo(e *Explained) string {
	switch {
	case e.Warning:
		return "taken, with a warning"
	case e.Retryable:
		return "send again"
	case len(e.Meanings) == 0:
		return "find out"
	}
	return "correct, then send"
}

// amount counts a code: rows, and bills where those are not the same.
func (s speaker) amount(t *Tally) (rows, bills string) {
	if t.Bills > 0 && s.Answers.Bills != s.Answers.Rows {
		bills = s.bills(t.Bills)
	}
	return words.Plural(t.Rows, "row"), bills
}

// A note is a labelled sentence about a code.
type note struct{ label, text string }

// notes say what is known of a code.
func (s speaker) notes(e *Explained) (list []note) {
	switch {
	case e.Code == "":
		return []note{{"Do", "read the messages; --map 'HEADER=code' names the column of codes if there is one"}}
	case len(e.Meanings) == 0 && len(e.Elsewhere) == 0:
		return []note{{"Do", "ask the platform's support what it means; the public lists do not have it"}}
	case len(e.Meanings) == 0:
		var others []string
		for i, c := range e.Elsewhere {
			if i == 3 {
				others = append(others, words.Count(int64(len(e.Elsewhere)-3))+" more")
				break
			}
			others = append(others, c.Ref()+" "+terminal.Clause(c.Meaning))
		}
		return []note{
			{"Elsewhere it means", strings.Join(others, "; ")},
			{"Do", "name the template with -t if this is another kind of file; else ask the platform's support"},
		}
	}
	for i, c := range e.Meanings {
		if len(e.Meanings) > 1 {
			label := "It may mean"
			if i > 0 {
				label = "or"
			}
			list = append(list, note{label, c.Key() + ": " + terminal.Clause(c.Meaning)})
		}
		if c.Cause != "" {
			list = append(list, note{"Cause", terminal.Clause(c.Cause)})
		}
		if c.Action != "" {
			list = append(list, note{"Do", terminal.Clause(c.Action) + "; " + again(c)})
		}
	}
	return append(list, note{"Before the drop", s.before(e)})
}

func again(c codes.Code) string {
	if c.Retryable {
		return "sending the row again may help"
	}
	return "sending it again as it is does not help"
}

// before says what would have seen the code coming.
func (s speaker) before(e *Explained) string {
	var on, off []string
	for _, r := range e.Rules {
		if r.Off == "" {
			on = append(on, r.Rule)
		} else {
			off = append(off, r.Rule+" ("+r.Off+")")
		}
	}
	switch {
	case len(on) > 0 && len(off) > 0:
		return "seen by " + terminal.List(on) + ", on in these settings; also by " + terminal.List(off)
	case len(on) > 0:
		return "seen by " + terminal.List(on) + ", on in these settings"
	case len(off) > 0:
		return "could be seen by " + terminal.List(off)
	}
	switch e.Evidence {
	case codes.EvidenceFile:
		return "shows in the file, but no rule looks for it yet"
	case codes.EvidenceReference:
		return "shows only against lists of customers, stores or items"
	case codes.EvidenceLedger:
		return "shows only against earlier drops"
	case codes.EvidenceAccess:
		return "lies in the accounts, their rights and the settings of the dataflow"
	}
	return "nothing shows it"
}
