package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// told is what the head of a cause has said of all its findings.
type told struct {
	worded bool   // their messages, but for the values
	fix    string // their fix; empty: each has its own, or none
}

// cause writes one paragraph: what is wrong and how much, why it matters, what
// to do, and how it looks in the file.
func (t *textWriter) cause(p *page, c *validate.Cause) {
	found := p.of(c)
	headline, worded := p.headline(c, found)
	said := told{worded, p.fixOf(c, found)}
	t.head(p, c, headline)
	if c.Summary != "" {
		t.paragraph(textIndent, terminal.Sentence(terminal.Visible(p.mask.Loose(c.Summary))))
	}
	if s := p.platform(c); s != "" {
		t.paragraph(textIndent, s)
	}
	if s := fixLine(c, said.fix, p.exampleFix(found)); s != "" {
		t.paragraph(textIndent, s)
	}
	if len(found) == 1 && worded && p.above(found[0]) {
		return // the headline said it all
	}
	shown := found[:min(len(found), t.samples(p, c))]
	t.shown[c.Rule] += len(shown)
	for _, fd := range shown {
		t.sample(p, c, fd, said)
	}
	left := c.Count - int64(len(shown))
	if whole(c) {
		left = int64(len(found) - len(shown))
	}
	if left > 0 && len(shown) > 0 {
		t.line(strings.Repeat(" ", textIndent) + "… " + words.Count(left) + " more")
	}
}

// info writes a cause that asks for nothing, without samples.
func (t *textWriter) info(p *page, c *validate.Cause) {
	headline, _ := p.headline(c, p.of(c))
	if c.Summary != "" {
		headline += "; " + terminal.Visible(p.mask.Loose(c.Summary))
	}
	t.head(p, c, headline)
}

// head writes severity, rule, amount and headline in one line, or in several
// if it must.
func (t *textWriter) head(p *page, c *validate.Cause, headline string) {
	level := terminal.Pad(c.Severity.String(), textIndent)
	amount := amountKnown(c, p.file.Template)
	rest := terminal.Wrap(c.Rule, t.width, textIndent, textIndent) + "   " + amount + "   "
	first := textIndent + len(rest)
	if first > t.width*2/3 {
		rest = strings.TrimRight(rest, " ") + "\n" + strings.Repeat(" ", textIndent)
		first = textIndent
	}
	t.line(t.severity(c.Severity, level) + rest + terminal.Wrap(headline, t.width, first, textIndent))
}

// samples is how many findings of a cause are shown. The columns of a rule
// share its samples, and have at least one each. A cause that covers nearly all
// rows is plain from two of them.
func (t *textWriter) samples(p *page, c *validate.Cause) int {
	most := limit(t.o.Samples, textSamples)
	n := min(most, max(1, most-t.shown[c.Rule]))
	if t.o.Samples == 0 && c.Rows > 20 && float64(c.Rows) >= 0.95*float64(p.file.Rows) {
		n = min(n, 2)
	}
	return n
}

// of returns the findings of a cause that were kept, in order.
func (p *page) of(c *validate.Cause) []*validate.Finding {
	var out []*validate.Finding
	for _, fd := range p.findings {
		if fd.Rule == c.Rule && fd.Severity == c.Severity && (c.Column == 0 || fd.Pos.Column == c.Column) {
			out = append(out, fd)
		}
	}
	return out
}

// headline words a whole cause in one clause. worded reports that it says all
// that the messages of its findings say, but for the values.
func (p *page) headline(c *validate.Cause, found []*validate.Finding) (s string, worded bool) {
	header := terminal.Clip(p.header(c.Header), valueWidth)
	if len(found) == 1 && p.above(found[0]) {
		s = p.message(found[0])
		if !aboutHeader(c) && header != "" && !strings.Contains(s, header) {
			s = header + ": " + s
		}
		return s, true
	}
	if len(found) > 0 && !c.Groups && same(found) {
		message := terminal.Visible(p.words(found[0], found[0].Message))
		if rest, ok := strings.CutPrefix(message, valueSlot+" "); ok && header != "" && !strings.Contains(rest, valueSlot) {
			return header + " " + rest, true
		}
		if !strings.Contains(message, valueSlot) {
			if header != "" {
				message = header + ": " + message
			}
			return message, true
		}
	}
	s = c.Rule
	if rule := p.res.rule(c.Rule); rule != nil && rule.Title != "" {
		s = terminal.Visible(rule.Title)
	}
	s = terminal.Clause(s)
	if header != "" && (!c.Groups || p.repeated(c)) {
		s = header + ": " + s
	}
	return s, false
}

// repeated reports whether the rule of a cause has others, so that only the
// column tells them apart.
func (p *page) repeated(c *validate.Cause) bool {
	for _, o := range p.causes {
		if o.Rule == c.Rule && o.Column != c.Column {
			return true
		}
	}
	return false
}

// same reports whether all findings have one message, values aside.
func same(found []*validate.Finding) bool {
	for _, fd := range found[1:] {
		if fd.Message != found[0].Message {
			return false
		}
	}
	return true
}

// fixOf is the title of the fix that all findings of a cause have in common.
func (p *page) fixOf(c *validate.Cause, found []*validate.Finding) string {
	own := func(fd *validate.Finding) bool { return fd.Fix != nil && fd.Fix.Title == c.FixTitle }
	other := func(fd *validate.Finding) bool { return fd.Fix != nil && fd.Fix.Title != c.FixTitle }
	if c.FixTitle != "" && !(slices.ContainsFunc(found, own) && slices.ContainsFunc(found, other)) {
		return terminal.Visible(p.mask.Loose(c.FixTitle))
	}
	if len(found) == 0 {
		return ""
	}
	title := p.fixTitle(found[0])
	for _, fd := range found {
		if p.fixTitle(fd) != title {
			return p.alike(c, found)
		}
	}
	return title
}

// alike is the fix that most findings about the header have in common but for
// the field that each names last; empty if there is none.
func (p *page) alike(c *validate.Cause, found []*validate.Finding) string {
	if !whole(c) || !aboutHeader(c) {
		return ""
	}
	times := map[string]int{}
	for _, fd := range found {
		if s := p.anyField(fd); s != "" {
			if times[s]++; 2*times[s] > len(found) {
				return s
			}
		}
	}
	return ""
}

// anyField is the fix of a finding with FIELD for the field that the message
// names last; empty if it names none.
func (p *page) anyField(fd *validate.Finding) string {
	field := fd.Message[strings.LastIndexByte(fd.Message, ' ')+1:]
	fix := p.fixTitle(fd)
	if field == "" || !strings.Contains(fix, field) {
		return ""
	}
	return strings.ReplaceAll(fix, field, "FIELD")
}

// exampleFix is the fix of the first finding that has one, for the value that it
// is of; empty where that is the value of a person, of which masks leave nothing.
func (p *page) exampleFix(found []*validate.Finding) string {
	for _, fd := range found {
		fix, value := p.fixTitle(fd), terminal.Clip(p.value(fd), valueWidth)
		switch {
		case fix == "" || !fd.Fix.Safe:
			continue
		case p.care(fd) == mask.Personal:
			return ""
		case value == "" || strings.Contains(fix, value):
			return fix
		}
		return fix + " for " + value
	}
	return ""
}

// fixLine says how the findings of a cause can be repaired; empty if it is not
// known. title may be empty; example is then the fix of one.
func fixLine(c *validate.Cause, title, example string) string {
	safe := " (safe)"
	if c.Fixable < c.Count {
		safe = " (safe for " + words.Count(c.Fixable) + " of " + words.Count(c.Count) + ")"
	}
	switch {
	case c.Fixable == 0 && title == "":
		return ""
	case c.Fixable == 0:
		return "fix: " + title
	case title == "" && example != "":
		return "fix: " + example + ", each on its own" + safe
	case title == "":
		return "fix: each on its own" + safe
	}
	return "fix: " + title + safe
}

// sample writes one finding as it looks in the file.
func (t *textWriter) sample(p *page, c *validate.Cause, fd *validate.Finding, said told) {
	row := ""
	if fd.Pos.Row > 0 {
		row = strconv.FormatInt(fd.Pos.Row, 10)
	}
	gutter := t.Dim(terminal.PadLeft(row, gutterWidth) + " │ ")
	blank := t.Dim(terminal.PadLeft("", gutterWidth) + " │ ")
	room := t.width - gutterWidth - 3
	say := func(s string) { t.line(strings.ReplaceAll(terminal.Wrap(s, room, 0, 0), "\n", "\n"+blank)) }
	note := p.note(fd, said)
	if c.Groups || p.above(fd) && aboutHeader(c) {
		t.WriteString(gutter)
		say(p.alone(c, fd, said))
		return
	}
	beside := 0 // columns of a note that shares the line of a row
	if n := displaywidth.String(note); fd.Pos.Column == 0 && n > 0 && n <= room/2 {
		beside = n + 3
	}
	x, ok := p.excerpt(fd, room-beside)
	switch {
	case !ok:
		t.WriteString(gutter)
		say(p.message(fd))
	case beside > 0:
		t.line(gutter + terminal.Pad(x.Line, room-beside) + "   " + note)
	case x.From == x.Upto:
		t.line(gutter + x.Line)
		if note != "" {
			t.WriteString(blank)
			say(note)
		}
	default:
		note = strings.TrimPrefix(note, x.Shown+" ") // it stands right above
		t.line(gutter + x.Line)
		mark := strings.Repeat(" ", x.From) + t.severity(c.Severity, strings.Repeat("^", x.Upto-x.From))
		if x.Upto+2+displaywidth.String(note) <= room || note == "" {
			t.line(blank + mark + "  " + note)
			return
		}
		t.line(blank + mark)
		t.WriteString(blank)
		say(note)
	}
}

// alone words a finding for which no row is shown: the bill or the header
// that it is about, the column, and what is wrong.
func (p *page) alone(c *validate.Cause, fd *validate.Finding, said told) string {
	var s string
	if group := p.group(fd); group != "" && c.Groups && fd.Value != fd.Group {
		s = group + "   "
	}
	if name := terminal.Clip(p.header(fd.Pos.Header), valueWidth); name != "" && c.Groups && !strings.Contains(fd.Message, name) {
		if !strings.HasPrefix(fd.Message, valueSlot) {
			name += ":"
		}
		s += name + " "
	}
	if said.worded {
		return s + p.message(fd) + p.others(fd)
	}
	return s + p.note(fd, said)
}

// note is what stands beside the mark below a cell: what is wrong if the head
// could not say it, and what the cell should be.
func (p *page) note(fd *validate.Finding, said told) string {
	fix := p.fixTitle(fd)
	if fix == said.fix || said.fix != "" && p.anyField(fd) == said.fix {
		fix = ""
	}
	switch {
	case said.worded:
		if at := strings.LastIndex(fix, " as "); at >= 0 {
			fix = fix[at+len(" as "):]
		}
		return strings.TrimSpace(fix + p.others(fd))
	case fix != "":
		return p.message(fd) + ": " + fix + p.others(fd)
	}
	return p.message(fd) + p.others(fd)
}

// others names the rows that belong to a finding, unless its message does.
func (p *page) others(fd *validate.Finding) string {
	const most = 5
	var rows []string
	own := false
	for _, r := range fd.Related {
		own = own || r.Row == fd.Pos.Row
		rows = append(rows, strconv.FormatInt(r.Row, 10))
	}
	if len(fd.Others) > 0 {
		return elsewhere(fd)
	}
	if len(rows) == 0 || len(rows) == 1 && (own || strings.Contains(fd.Message, "row "+rows[0])) {
		return ""
	}
	if len(rows) > most {
		rows = append(rows[:most], "…")
	}
	s := strings.Join(rows, ", ")
	switch {
	case own:
		return "   (rows " + s + ")"
	case len(rows) == 1:
		return "   (see row " + s + ")"
	}
	return "   (see rows " + s + ")"
}

// elsewhere names the rows of another file that belong to a finding, unless its
// message names the only one.
func elsewhere(fd *validate.Finding) string {
	const most = 5
	file := fd.Others[0].File
	var rows []string
	for _, r := range fd.Others {
		if r.File == file {
			rows = append(rows, strconv.FormatInt(r.Row, 10))
		}
	}
	if len(rows) == 1 && strings.Contains(fd.Message, "row "+rows[0]+" of ") {
		return ""
	}
	noun := "rows"
	if len(rows) == 1 {
		noun = "row"
	}
	if len(rows) > most {
		rows = append(rows[:most], "…")
	}
	return "   (see " + noun + " " + strings.Join(rows, ", ") + " of " + terminal.Clip(file, valueWidth) + ")"
}
