package report

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

var github = Format{
	Name: "github", Ext: ".txt",
	Doc:   "workflow commands for GitHub Actions: annotations, grouped by cause",
	Write: writeGitHub,
}

// githubAnnotations is how many of a level GitHub shows per step.
const githubAnnotations = 10

var githubLevel = map[validate.Severity]string{
	validate.Error: "error", validate.Warning: "warning", validate.Info: "notice",
}

// An annotation is a workflow command that GitHub shows beside a line.
type annotation struct {
	level          validate.Severity
	count          int64
	file           string
	line, column   int64
	title, message string
}

// writeGitHub writes at most ten annotations of a level, one a cause, the
// worst first, and a line that says how the run ended.
func writeGitHub(w io.Writer, res *Result, o Options) error {
	var b bytes.Buffer
	for _, level := range []validate.Severity{validate.Error, validate.Warning, validate.Info} {
		all := res.annotations(level, o)
		left := int64(0)
		if len(all) > githubAnnotations {
			rest := all[githubAnnotations-1:]
			for _, a := range rest {
				left += a.count
			}
			all = append(slices.Clone(all[:githubAnnotations-1]), annotation{
				level: level, title: "preflight", message: words.Plural(int64(len(rest)), "more cause") + " with " + words.Plural(left, "finding"),
			})
		}
		for _, a := range all {
			a.write(&b)
		}
	}
	b.WriteString("preflight: " + words.Plural(res.Count(validate.Error), "error") + ", " +
		words.Plural(res.Count(validate.Warning), "warning") + " in " + words.Plural(int64(len(res.Files)), "file") +
		"; verdict: " + res.Verdict(o.FailOn) + "\n")
	if err := send(w, &b); err != nil || o.StepSummary == nil {
		return err
	}
	var summary bytes.Buffer
	if err := writeMarkdown(&summary, res, o); err != nil {
		return err
	}
	return send(o.StepSummary, &summary)
}

// annotations lists the causes of a level in all files, the largest first.
func (r *Result) annotations(level validate.Severity, o Options) []annotation {
	var out []annotation
	for _, f := range r.Files {
		p := r.page(f, o)
		for _, c := range p.causes {
			if c.Severity == level {
				out = append(out, p.annotation(c))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b annotation) int { return cmp.Compare(b.count, a.count) })
	if level != validate.Error {
		return out
	}
	var lost []annotation
	for _, e := range r.troubles() {
		lost = append(lost, annotation{level: level, file: e.File, title: "not judged", message: terminal.Visible(e.Message)})
	}
	return append(lost, out...)
}

func (p *page) annotation(c *validate.Cause) annotation {
	found := p.of(c)
	headline, _ := p.headline(c, found)
	a := annotation{
		level: c.Severity, count: c.Count, file: p.file.Name,
		title: c.Rule + " (" + amountKnown(c, p.file.Template) + ")", message: headline,
	}
	if c.Summary != "" {
		a.message += "\n" + terminal.Sentence(terminal.Visible(p.mask.Loose(c.Summary)))
	}
	if s := p.platform(c); s != "" {
		a.message += "\n" + s
	}
	if s := fixLine(c, p.fixOf(c, found), p.exampleFix(found)); s != "" {
		a.message += "\n" + s
	}
	if len(found) > 0 && found[0].Pos.Row > 0 {
		a.line = found[0].Pos.Line
		if at, ok := p.region(found[0]); ok {
			a.line, a.column = at.StartLine, at.StartColumn
		}
		if c.Count > 1 {
			a.message += "\nfirst in row " + words.Count(found[0].Pos.Row) + ": " + p.message(found[0])
		}
	}
	return a
}

// write writes the command in one line. What GitHub takes as syntax is escaped
// as its toolkit does.
func (a annotation) write(b *bytes.Buffer) {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	message := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	b.WriteString("::" + githubLevel[a.level] + " ")
	if a.file != "" {
		b.WriteString("file=" + property.Replace(terminal.Visible(relative(a.file))) + ",")
	}
	if a.line > 0 {
		b.WriteString("line=" + strconv.FormatInt(a.line, 10) + ",")
	}
	if a.column > 0 {
		b.WriteString("col=" + strconv.FormatInt(a.column, 10) + ",")
	}
	b.WriteString("title=" + property.Replace(a.title) + "::" + message.Replace(a.message) + "\n")
}
