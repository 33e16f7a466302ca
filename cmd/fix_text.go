package cmd

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"github.com/connectplus/preflight/fix"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// A fixEnd is what fix reports. It holds no value of the file.
type fixEnd struct {
	Schema   string           `json:"schema"`
	Tool     fixTool          `json:"tool"`
	Verdict  string           `json:"verdict"` // of the copy, or of the file where there is none
	File     string           `json:"file"`
	Out      string           `json:"out"`     // the name of the copy; empty: none was written
	DropAs   string           `json:"drop_as"` // the name that the dataflow looks for; empty: that of the copy
	Changed  []fixChange      `json:"changed"` // by rule
	Left     []fixLeft        `json:"left"`    // worst first
	Counts   map[string]int64 `json:"counts"`  // findings of the copy by severity
	Rejected int64            `json:"rejected_rows"`
}

type fixTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type fixChange struct {
	Rule   string     `json:"rule"`
	Action fix.Action `json:"action"`
	Count  int64      `json:"count"`
}

type fixLeft struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Header   string `json:"header"`
	Count    int64  `json:"count"`
	Why      string `json:"why"`
}

// ended puts together what was done and what is left.
func (f *fixing) ended(res *fix.Result) *fixEnd {
	file := res.After.FileResult
	e := &fixEnd{Schema: "preflight-fix/1", Tool: fixTool(f.before.Tool), File: f.source.name, Changed: []fixChange{}, Left: []fixLeft{},
		Verdict: f.after.Verdict(strictest([]*job{f.source})), Counts: map[string]int64{}, Rejected: file.RejectedRows}
	if res.File != nil {
		e.Out = f.path
		if filepath.IsAbs(e.Out) {
			e.Out = filepath.Base(e.Out)
		}
		e.DropAs = f.dropAs
	}
	for _, c := range res.Counts {
		e.Changed = append(e.Changed, fixChange{c.Rule, c.Action, c.Count})
	}
	for _, s := range []validate.Severity{validate.Error, validate.Warning, validate.Info} {
		e.Counts[s.String()] = file.Count(s)
	}
	for i := range file.Causes {
		c := &file.Causes[i]
		if c.Severity >= validate.Warning || c.Fixable > 0 {
			e.Left = append(e.Left, fixLeft{c.Rule, c.Severity.String(), f.masks.Loose(c.Header), c.Count, f.why(res, c)})
		}
	}
	return e
}

func (e *fixEnd) json(w io.Writer) error {
	text, err := terminal.JSON(e, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// fixWords are what an action did to how many.
var fixWords = map[fix.Action]string{fix.Write: "cell", fix.Remove: "row", fix.Move: "row", fix.Rewrite: ""}

// text writes what was changed, what is left and why, and the verdict on the copy.
func (f *fixing) text(w io.Writer, e *fixEnd) error {
	var b bytes.Buffer
	if !f.quiet {
		f.changes(&b, e)
		f.remaining(&b, e)
	}
	summary, _ := report.ByName("text")
	o := report.Options{FailOn: strictest([]*job{f.source}), Quiet: true, Color: colored(f.color, w), Width: width(w)}
	if err := summary.Write(&b, f.after, o); err != nil {
		return err
	}
	if e.DropAs != "" {
		name := terminal.Visible(e.DropAs)
		fmt.Fprintf(&b, "next: name it %s when you drop it, or write it with --out DIR/%s; the dataflow looks for no %s\n", name, name, terminal.Visible(filepath.Base(e.Out)))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (f *fixing) changes(b *bytes.Buffer, e *fixEnd) {
	switch {
	case e.Out == "":
		fmt.Fprintf(b, "%s: nothing to repair, nothing written\n", terminal.Visible(e.File))
		return
	case len(e.Changed) == 0:
		fmt.Fprintf(b, "%s: nothing to repair; %s is an exact copy\n", terminal.Visible(e.File), terminal.Visible(e.Out))
		return
	}
	fmt.Fprintf(b, "%s: repaired copy written to %s\n", terminal.Visible(e.File), terminal.Visible(e.Out))
	rules, amounts := 0, make([]string, len(e.Changed))
	for i, c := range e.Changed {
		rules = max(rules, len(c.Rule))
		switch amounts[i] = words.Plural(c.Count, fixWords[c.Action]); c.Action {
		case fix.Remove:
			amounts[i] += " left out"
		case fix.Move:
			amounts[i] += " moved to the first of the bill"
		case fix.Rewrite:
			amounts[i] = "the file as a whole"
		}
	}
	for i, c := range e.Changed {
		fmt.Fprintf(b, "  %s  %s\n", terminal.Pad(c.Rule, rules), amounts[i])
	}
}

func (f *fixing) remaining(b *bytes.Buffer, e *fixEnd) {
	if len(e.Left) == 0 {
		return
	}
	b.WriteString("left as it is\n")
	rules, counts := 0, 0
	for _, l := range e.Left {
		rules, counts = max(rules, len(l.Rule)), max(counts, len(words.Count(l.Count)))
	}
	for _, l := range e.Left {
		where := ""
		if l.Header != "" {
			where = terminal.Clip(l.Header, 30) + ": "
		}
		fmt.Fprintf(b, "  %s  %s  %s%s\n", terminal.Pad(l.Rule, rules), terminal.PadLeft(words.Count(l.Count), counts), where, terminal.Visible(l.Why))
	}
}
