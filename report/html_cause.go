package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// htmlExcerpt is the width of an excerpt in columns: it fits a printed page.
const htmlExcerpt = 88

// An htmlCause is all findings of one rule and column of a file.
type htmlCause struct {
	Rule, Severity, Amount string
	Headline, Summary      string
	Platform, Fix          string
	Doc                    [][]htmlSpan // paragraphs of the rule; nil: they stand elsewhere on the page, or nowhere
	Codes                  []htmlCode
	Explained              bool // the rule has an explanation on the page
	Known                  bool // all findings are in the baseline
	Groups, Fixes          bool // the table has these columns
	GroupNoun              string
	Findings               []htmlFinding
	Left                   string // "… 11 more"
}

// An htmlSpan is a piece of a paragraph.
type htmlSpan struct {
	Text string
	Code bool
}

// An htmlCode explains a status code or symptom.
type htmlCode struct{ Number, Meaning, Cause, Action string }

// An htmlFinding is one row of a table of findings.
type htmlFinding struct {
	Row                 int64 // 0: none
	Cell, Header, Group string
	Message, Fix        string
	Before, At, After   string // the excerpt around the cell
	Excerpt, Marked     bool
	Empty               bool // the cell is
	Known               bool // in the baseline
}

func (b *htmlBuilder) cause(p *page, c *validate.Cause) *htmlCause {
	found := p.of(c)
	headline, worded := p.headline(c, found)
	out := &htmlCause{
		Rule: c.Rule, Severity: c.Severity.String(), Amount: amountKnown(c, p.file.Template),
		Headline: headline, Platform: strings.TrimPrefix(p.platform(c), "The platform: "),
		Groups: c.Groups, GroupNoun: capital(groupNoun(p.file.Template)), Known: c.Baselined > 0 && c.Baselined == c.Count,
	}
	if rest, ok := strings.CutPrefix(out.Platform, "The platform may answer: "); ok {
		out.Platform = "may answer " + rest
	}
	out.Platform = capital(out.Platform)
	if c.Summary != "" {
		out.Summary = terminal.Sentence(terminal.Visible(p.mask.Loose(c.Summary)))
	}
	out.Fix = capital(strings.TrimPrefix(fixLine(c, p.fixOf(c, found), p.exampleFix(found)), "fix: "))
	out.Fix = strings.Replace(out.Fix, " (safe", " (the meaning stays", 1)
	b.explain(out, c)
	if c.Severity == validate.Info && len(found) <= 1 || len(found) == 1 && worded && p.above(found[0]) {
		return out // the headline said it all
	}
	shown := found[:min(len(found), b.room(c))]
	b.shown[c.Rule] += len(shown)
	for _, fd := range shown {
		row := p.htmlFinding(c, fd)
		out.Fixes = out.Fixes || row.Fix != ""
		out.Findings = append(out.Findings, row)
	}
	left := c.Count - int64(len(shown))
	if whole(c) {
		left = int64(len(found) - len(shown))
	}
	if left > 0 {
		b.findingsLeft += left
		out.Left = words.Count(left) + " more"
		if len(shown) == 0 {
			out.Left = words.Count(left)
		}
	}
	return out
}

// room is how many findings of a cause are shown: the columns of a rule share
// its samples, and have at least one each.
func (b *htmlBuilder) room(c *validate.Cause) int {
	most := b.limits.samples
	return min(most, max(1, most-b.shown[c.Rule]))
}

// explain adds the words of the rule and of its codes where they stand first.
func (b *htmlBuilder) explain(out *htmlCause, c *validate.Cause) {
	rule := b.res.rule(c.Rule)
	if b.explained[c.Rule] {
		out.Explained = true
		return
	}
	if rule != nil {
		out.Doc = paragraphs(rule.Doc)
	}
	for _, ref := range b.res.promised(c.Rule) {
		for _, code := range codes.Find(b.res.meaning(c.Rule, ref)) {
			e := htmlCode{code.Number, strings.ReplaceAll(code.Name, "-", " "), terminal.Sentence(code.Cause), terminal.Sentence(code.Action)}
			if code.Meaning != "" {
				e.Meaning += ": " + code.Meaning
			}
			if !slices.Contains(out.Codes, e) {
				out.Codes = append(out.Codes, e)
			}
		}
	}
	b.explained[c.Rule] = len(out.Doc)+len(out.Codes) > 0
	out.Explained = b.explained[c.Rule]
}

// promised are the codes that errors and warnings of a rule lead to, in any file.
func (r *Result) promised(rule string) (refs []string) {
	for _, f := range r.Files {
		for i := range f.Causes {
			c := &f.Causes[i]
			if c.Rule != rule {
				continue
			}
			for _, ref := range c.Codes {
				if !slices.Contains(refs, ref) && (!c.Guessed || !strings.Contains(ref, ":")) {
					refs = append(refs, ref)
				}
			}
		}
	}
	return refs
}

// capital puts a capital in front.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// paragraphs splits Markdown at blank lines, and finds the code in it.
func paragraphs(doc string) (out [][]htmlSpan) {
	for _, block := range strings.Split(strings.TrimSpace(doc), "\n\n") {
		if strings.TrimSpace(block) == "" {
			continue
		}
		var spans []htmlSpan
		for i, s := range strings.Split(strings.Join(strings.Fields(block), " "), "`") {
			if s != "" {
				spans = append(spans, htmlSpan{s, i%2 == 1})
			}
		}
		out = append(out, spans)
	}
	return out
}

func (p *page) htmlFinding(c *validate.Cause, fd *validate.Finding) htmlFinding {
	out := htmlFinding{
		Row: fd.Pos.Row, Cell: cellName(fd.Pos.Row, fd.Pos.Column),
		Header:  terminal.Clip(p.header(fd.Pos.Header), valueWidth),
		Message: p.message(fd) + p.others(fd), Fix: capital(p.fixTitle(fd)), Known: fd.Baselined,
	}
	if c.Groups {
		out.Group = p.group(fd)
	}
	x, ok := p.excerpt(fd, htmlExcerpt)
	if !ok {
		return out
	}
	out.Excerpt = true
	if x.From == x.Upto {
		out.Before = x.Line
		return out
	}
	out.Marked = true
	out.Before = displaywidth.TruncateString(x.Line, x.From, "")
	if out.Empty = fd.Value == ""; out.Empty {
		out.After = x.Line[len(out.Before):]
		return out
	}
	upto := displaywidth.TruncateString(x.Line, x.Upto, "")
	out.At, out.After = x.Line[len(out.Before):len(upto)], x.Line[len(upto):]
	return out
}
