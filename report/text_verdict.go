package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// conclude writes what all findings of a file come to.
func (t *textWriter) conclude(f *validate.FileResult) {
	verdict := t.verdict(f)
	clean := f.Complete && f.Count(validate.Error)+f.Count(validate.Warning) == 0 && !t.fails(f) && t.ofSet(f) == ""
	unjudged := t.unjudged(f)
	if notText(f) {
		unjudged = ""
	}
	if clean {
		if unjudged != "" {
			verdict += " " + unjudged
		}
		t.paragraph(0, verdict)
		return
	}
	t.line(t.Bold(terminal.Wrap(verdict, t.width, 0, 0)))
	t.forecast(f)
	var fixable int64
	for _, c := range f.Causes {
		fixable += c.Fixable
	}
	if fixable > 0 || unjudged != "" {
		t.line("")
	}
	if fixable > 0 {
		t.line(words.Plural(fixable, "finding") + " can be fixed without changing a meaning.")
	}
	if unjudged != "" {
		t.paragraph(0, unjudged)
	}
}

// fails reports whether a file has findings at or above --fail-on.
func (t *textWriter) fails(f *validate.FileResult) bool {
	return (&Result{Files: []*validate.FileResult{f}}).Verdict(t.o.FailOn) == Fail
}

// verdict says in one or two sentences whether to drop the file.
func (t *textWriter) verdict(f *validate.FileResult) string {
	errors, warnings := f.Count(validate.Error), f.Count(validate.Warning)
	stopped := ""
	switch {
	case f.Complete || notText(f) && errors > 0: // a finding says it
	case notText(f):
		stopped = terminal.Visible(reason(f.Err)) + "."
	default:
		stopped = terminal.Visible(reason(f.Err)) + "; the rest was not judged."
	}
	switch known := baselined(f); {
	case known > 0 && !t.fails(f) && stopped == "":
		return "Nothing new since the baseline, which has " + words.Plural(known, "finding") + " of this file."
	case errors > 0:
		return strings.TrimSpace(doNotDrop(f) + " " + terminal.Sentence(stopped))
	case t.fails(f):
		n := f.Count(orError(t.o.FailOn))
		s := "Do not drop this file: " + words.Plural(n, orError(t.o.FailOn).String()) + "."
		if n == 0 || warnings > 0 {
			s = "Do not drop this file: " + words.Plural(warnings, "warning") + "."
		}
		return strings.TrimSpace(s + " " + terminal.Sentence(stopped))
	case t.failedPartner(f) != nil:
		return t.ofSet(f)
	case stopped != "":
		return "No verdict: " + stopped
	case t.ofSet(f) != "":
		return t.ofSet(f)
	case warnings > 0:
		return "You may drop this file; " + words.Plural(warnings, "warning") + " should be looked at first."
	}
	return "Nothing to mend: " + words.Plural(int64(f.Rules), "rule") + " found no error or warning."
}

// notText reports a file of which nothing could be read as a table.
func notText(f *validate.FileResult) bool { return f.Source != nil && f.Source.NotText != "" }

// doNotDrop is the verdict on a file with errors.
func doNotDrop(f *validate.FileResult) string {
	of := func(rows, groups int64) string {
		s := words.Count(rows) + " of " + words.Plural(f.Rows, "row")
		if f.Groups > 0 {
			s += ", " + words.Count(groups) + " of " + words.Plural(f.Groups, groupNoun(f.Template))
		}
		return s
	}
	const start = "Do not drop this file: "
	more := f.RejectedRows - f.RefusedRows
	shown := f.RefusedRows - f.LostRows
	switch {
	case f.RefusedRows > 0:
		s := start + of(f.LostRows, f.LostGroups) + " would not arrive, and no error would be shown."
		if shown > 0 {
			s = start + of(shown, f.RefusedGroups-f.LostGroups) + " would be rejected; Connect+ would show an accuracy of " +
				accuracy(f.Rows, shown) + " %."
		}
		switch {
		case shown == 0 || f.LostRows == 0:
		case f.LostRows == 1:
			s += " Another row would not arrive, and no error would be shown."
		default:
			s += " Another " + words.Plural(f.LostRows, "row") + " would not arrive, and no error would be shown."
		}
		switch {
		case more == 1:
			s += " Another row has errors that it would not show."
		case more > 1:
			s += " Another " + words.Plural(more, "row") + " have errors that it would not show."
		}
		return s
	case f.RejectedRows > 0 && !silent(f):
		return start + "errors in " + of(f.RejectedRows, f.RejectedGroups) + "."
	case f.RejectedRows > 0:
		return start + "Connect+ would take it, and " + of(f.RejectedRows, f.RejectedGroups) + " would be wrong."
	}
	n := f.Count(validate.Error)
	return start + words.Plural(n, "error") + " in the file as a whole."
}

// silent reports whether it is known of all errors in rows that the platform
// takes the row without a word.
func silent(f *validate.FileResult) bool {
	some := false // rows may be rejected for those of other files of a set alone
	for i := range f.Causes {
		c := &f.Causes[i]
		if c.Severity != validate.Error || c.Rows == 0 && !c.Groups {
			continue
		}
		if c.Rows > 0 && len(c.Codes) == 0 {
			return false
		}
		some = true
	}
	return some
}

// A forecastLine is one line of the table below the verdict.
type forecastLine struct{ number, meaning, amount string }

// forecast writes what the platform would answer.
func (t *textWriter) forecast(f *validate.FileResult) {
	lines := t.res.forecastLines(f)
	if len(lines) == 0 {
		return
	}
	var numbers, meanings, amounts int
	for _, l := range lines {
		numbers = max(numbers, displaywidth.String(l.number))
		meanings = max(meanings, displaywidth.String(l.meaning))
		amounts = max(amounts, displaywidth.String(l.amount))
	}
	t.line("")
	for _, l := range lines {
		t.line("    " + terminal.Pad(l.number, numbers) + " " + terminal.Pad(l.meaning, meanings) + "   " + terminal.PadLeft(l.amount, amounts))
	}
}

// forecastLines lists the answers of the platform, then the errors for which it
// shows none, then those of the file as a whole.
func (r *Result) forecastLines(f *validate.FileResult) []forecastLine {
	const meaningWidth = 60
	var out, files []forecastLine
	answered := map[string]bool{}
	told := 0 // causes of severity error
	for _, fc := range f.Forecast {
		answered[fc.Code] = true
		amount := words.Plural(fc.Rows, "row")
		if fc.Groups > 0 && aboutGroups(f, fc.Code) {
			amount = words.Plural(fc.Groups, groupNoun(f.Template))
		}
		out = append(out, forecastLine{number(fc.Code), terminal.Clip(short(r.meant(f, fc.Code)), meaningWidth), amount})
	}
	for _, c := range causes(f) {
		if c.Severity != validate.Error {
			continue
		}
		told++
		if whole(c) {
			title := c.Rule
			if rule := r.rule(c.Rule); rule != nil && rule.Title != "" {
				title = terminal.Clause(rule.Title)
			}
			files = append(files, forecastLine{"", terminal.Clip(title, meaningWidth), "the file as a whole"})
			continue
		}
		if len(c.Codes) == 0 || slices.ContainsFunc(c.Codes, func(code string) bool { return answered[code] || codes.Refuses(code) }) {
			continue
		}
		if e, ok := effects[c.Codes[0]]; ok {
			out = append(out, forecastLine{"", e.short, amountOf(c, f.Template)})
		}
	}
	if len(out) == 0 || told == 1 { // told above, and there is nothing to add up
		return nil
	}
	return append(out, files...)
}

// meant is the one meaning of a code that all rules with errors see coming, or
// the code itself where they name several.
func (r *Result) meant(f *validate.FileResult, code string) string {
	one := ""
	for i := range f.Causes {
		c := &f.Causes[i]
		if c.Severity != validate.Error || !earns(c, code) {
			continue
		}
		m := r.meaning(c.Rule, code)
		if one != "" && m != one {
			return code
		}
		one = m
	}
	return cmp.Or(one, code)
}

// aboutGroups reports whether all errors that lead to a code are about groups.
func aboutGroups(f *validate.FileResult, code string) bool {
	some := false
	for i := range f.Causes {
		c := &f.Causes[i]
		if c.Severity != validate.Error || !earns(c, code) {
			continue
		}
		if !c.Groups {
			return false
		}
		some = true
	}
	return some
}

// unjudged says what no rule could look at; empty if there is nothing.
func (t *textWriter) unjudged(f *validate.FileResult) string {
	what := t.res.unjudged([]*validate.FileResult{f})
	if len(what) == 0 {
		return ""
	}
	return "Not judged: " + strings.Join(what, ", ") + "."
}

// unjudged names what no rule could look at in some files of the run.
func (r *Result) unjudged(files []*validate.FileResult) []string {
	if r.Unjudged != nil {
		return r.Unjudged
	}
	what := []string{"earlier drops (no ledger)"}
	if lists := referenced(files); len(lists) > 0 {
		what = append(what, "whether "+terminal.List(lists)+" exist (no lists)")
	}
	return what
}

// referenced names the things outside the files that their columns speak of.
func referenced(files []*validate.FileResult) []string {
	var lists []string
	customers := false
	for _, f := range files {
		for _, c := range f.Columns {
			if c.Field == nil {
				continue
			}
			customers = customers || c.Field.Sensitive && !slices.Contains(f.Lists, "customers")
			for _, constraint := range c.Field.Constraints {
				if name, ok := strings.CutPrefix(constraint, "reference:"); ok && name != "customers" && !slices.Contains(f.Lists, name) {
					lists = append(lists, name)
				}
			}
		}
	}
	slices.Sort(lists)
	lists = slices.Compact(lists)
	if customers {
		lists = append([]string{"customers"}, lists...)
	}
	return lists
}

// sum is the last line of the table: all files as one drop.
func (t *textWriter) sum() []string {
	var n int64
	for _, f := range t.res.Files {
		n += f.Rows
	}
	verdict := map[string]string{Pass: "may be dropped", Fail: "do not drop", Incomplete: "no verdict"}[t.res.Verdict(t.o.FailOn)]
	return []string{"together", words.Count(n), words.Count(t.res.Count(validate.Error)), words.Count(t.res.Count(validate.Warning)), verdict}
}

// together writes the table of a run with several files.
func (t *textWriter) together() {
	rows := [][]string{{"file", "rows", "errors", "warnings", ""}}
	for _, f := range t.res.Files {
		verdict := "may be dropped"
		switch {
		case baselined(f) > 0 && !t.fails(f) && f.Complete && t.failedPartner(f) == nil:
			verdict = "nothing new"
		case f.Count(validate.Error) > 0 || t.fails(f) || t.failedPartner(f) != nil:
			verdict = "do not drop"
		case !f.Complete || t.ofSet(f) != "":
			verdict = "no verdict"
		}
		rows = append(rows, []string{terminal.Visible(f.Name), words.Count(f.Rows), words.Count(f.Count(validate.Error)), words.Count(f.Count(validate.Warning)), verdict})
	}
	for _, e := range t.res.Errors {
		rows = append(rows, []string{terminal.Visible(e.File), "", "", "", "not judged"})
	}
	if len(t.res.Files) > 1 {
		rows = append(rows, t.sum())
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for j, s := range r {
			widths[j] = max(widths[j], displaywidth.String(s))
		}
	}
	t.line("")
	for _, r := range rows {
		t.line(terminal.Pad(r[0], widths[0]) + "   " + terminal.PadLeft(r[1], widths[1]) + "   " + terminal.PadLeft(r[2], widths[2]) + "   " +
			terminal.PadLeft(r[3], widths[3]) + "   " + r[4])
	}
}
