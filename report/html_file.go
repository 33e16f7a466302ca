package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// An htmlFile is one file on the page.
type htmlFile struct {
	N                        int // 1-based, for anchors
	Name                     string
	Class, Heading, Sentence string
	Errors, Warnings         int64
	Rows                     int64
	Facts                    []htmlFact // what was judged
	Tiles                    []htmlFact // what it comes to
	GroupNoun                string     // "Bills"; empty: the file has no groups
	Forecast                 []htmlAnswer
	Money                    bool // the totals of bills are known
	Bars                     []htmlBar
	Chart                    *htmlChart
	Causes                   []*htmlCause
	Unjudged                 string
}

type htmlFact struct{ Name, Value string }

// An htmlAnswer is what the platform would make of some rows.
type htmlAnswer struct {
	Number, Meaning, Action string
	Rows, Groups            int64    // -1: does not apply
	Whole                   bool     // the file as a whole
	Money                   []string // what the bills come to
	Sum                     string   // the first of these, as a plain number
	Unread                  string   // bills without a readable total
}

// An htmlBuilder makes the files of a page.
type htmlBuilder struct {
	*textWriter
	limits       htmlLimits
	causes       int
	causesLeft   int
	findingsLeft int64
	explained    map[string]bool // rules whose explanation stands on the page
}

func (b *htmlBuilder) file(n int, p *page, stake *validate.Stake) *htmlFile {
	f := p.file
	b.shown = map[string]int{}
	out := &htmlFile{
		N: n, Name: terminal.Visible(f.Name), Rows: f.Rows,
		Errors: f.Count(validate.Error), Warnings: f.Count(validate.Warning),
		Facts: b.facts(f), Tiles: tiles(f, stake), Forecast: b.res.answers(f, stake), Money: stake != nil,
		Bars: bars(p.causes), Chart: newChart(p),
	}
	out.Class, out.Heading, out.Sentence = plainVerdict(b.verdict(f))
	if f.Groups > 0 {
		out.GroupNoun = capital(groupNoun(f.Template) + "s")
	}
	if !notText(f) {
		out.Unjudged = b.unjudged(f)
	}
	for i, c := range p.causes {
		if b.causes == b.limits.causes {
			b.causesLeft += len(p.causes) - i
			for _, c := range p.causes[i:] {
				b.findingsLeft += c.Count
			}
			break
		}
		b.causes++
		out.Causes = append(out.Causes, b.cause(p, c))
	}
	return out
}

// facts say what was judged.
func (b *htmlBuilder) facts(f *validate.FileResult) (out []htmlFact) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, htmlFact{name, value})
		}
	}
	add("Rows", words.Count(f.Rows))
	if f.Groups > 0 {
		add(capital(groupNoun(f.Template)+"s"), words.Count(f.Groups))
	}
	if f.Template != nil {
		s := cmp.Or(f.Template.Title, f.Template.ID)
		if !f.Chosen {
			s += " (known by its header)"
		}
		add("Judged as", terminal.Visible(s))
		add("Part", terminal.Visible(f.Place.Role))
	}
	if f.Source != nil {
		add("Written with", cmp.Or(terminal.Visible(f.Source.NotText), dialect(f.Source)))
	}
	if layouts := slices.Compact(slices.Sorted(maps.Values(f.Dates))); len(layouts) > 0 {
		add("Dates read as", terminal.Visible(terminal.List(layouts)))
	}
	if f.Rules > 0 {
		add("Rules", words.Count(int64(f.Rules)))
	}
	return out
}

// tiles are the numbers that matter most.
func tiles(f *validate.FileResult, stake *validate.Stake) (out []htmlFact) {
	of := func(n, all int64) string { return words.Count(n) + " of " + words.Count(all) }
	shown, groups := f.RefusedRows-f.LostRows, f.RefusedGroups-f.LostGroups
	tell := func(rows, groups int64, what string) {
		if rows > 0 {
			out = append(out, htmlFact{"rows " + what, of(rows, f.Rows)})
		}
		if rows > 0 && f.Groups > 0 {
			out = append(out, htmlFact{groupNoun(f.Template) + "s " + what, of(groups, f.Groups)})
		}
	}
	tell(shown, groups, "Connect+ would reject")
	tell(f.LostRows, f.LostGroups, "that would not arrive, without an error")
	if f.RefusedRows > 0 && stake != nil {
		sums, unread := moneyWords(stake.All, f)
		if unread != "" {
			sums = append(sums, unread)
		}
		name := "money at stake: the totals of these " + groupNoun(f.Template) + "s"
		if f.Groups == 0 {
			name = "money at stake: the totals of these rows"
		}
		out = append(out, htmlFact{name, strings.Join(sums, "; ")})
	}
	if shown > 0 {
		out = append(out, htmlFact{"accuracy Connect+ would show", accuracy(f.Rows, shown) + " %"})
	}
	if n := f.RejectedRows - f.RefusedRows; n > 0 {
		name := "rows with errors"
		if f.RefusedRows > 0 {
			name = "more rows with errors it would not show"
		}
		out = append(out, htmlFact{name, of(n, f.Rows)})
	}
	var fixable, all int64
	for _, c := range f.Causes {
		fixable += c.Fixable
		all += c.Count
	}
	if all > 0 {
		out = append(out, htmlFact{"findings that can be fixed without changing a meaning", of(fixable, all)})
	}
	return out
}

// answers are the lines of the forecast: what the platform refuses, then what
// it takes and gets wrong, then what is wrong with the file as a whole. stake is
// what the refused bills come to, if that is known.
func (r *Result) answers(f *validate.FileResult, stake *validate.Stake) (out []htmlAnswer) {
	answered := map[string]bool{}
	for i, fc := range f.Forecast {
		answered[fc.Code] = true
		ref := r.meant(f, fc.Code)
		a := htmlAnswer{Number: number(fc.Code), Meaning: short(ref), Action: action(ref), Rows: fc.Rows, Groups: fc.Groups}
		if fc.Groups == 0 {
			a.Groups = -1
		}
		if stake != nil {
			a.Money, a.Unread = moneyWords(stake.ByCode[i], f)
			if sums := stake.ByCode[i].Sums; len(sums) > 0 {
				a.Sum = sums[0].Total.String()
			}
		}
		out = append(out, a)
	}
	var files []htmlAnswer
	for _, c := range causes(f) {
		switch {
		case c.Severity != validate.Error:
		case whole(c):
			title := c.Rule
			if rule := r.rule(c.Rule); rule != nil && rule.Title != "" {
				title = terminal.Clause(rule.Title)
			}
			files = append(files, htmlAnswer{Meaning: title, Whole: true, Rows: -1, Groups: -1})
		case len(c.Codes) == 0 || slices.ContainsFunc(c.Codes, func(code string) bool { return answered[code] || codes.Refuses(code) }):
		default:
			e, ok := effects[c.Codes[0]]
			if !ok {
				continue
			}
			a := htmlAnswer{Meaning: e.short, Action: action(c.Codes[0]), Rows: c.Rows, Groups: -1}
			if c.Groups {
				a.Rows, a.Groups = -1, c.Count
			}
			out = append(out, a)
		}
	}
	return append(out, files...)
}

// action is what the documents advise where a code has one meaning.
func action(ref string) string {
	found := codes.Find(ref)
	if len(found) == 0 {
		return ""
	}
	for _, c := range found[1:] {
		if c.Action != found[0].Action {
			return ""
		}
	}
	return terminal.Sentence(found[0].Action)
}

// An htmlBar is one row of the chart of rules.
type htmlBar struct {
	Rule, Severity, Amount string
	Count                  int64
	Width                  string // percent of the longest
}

// barsShown is how many rules the chart shows: more do not fit a screen.
const barsShown = 15

// bars draw the findings by rule, most first.
func bars(list []*validate.Cause) (out []htmlBar) {
	type key struct {
		rule     string
		severity validate.Severity
	}
	at := map[key]int{}
	for _, c := range list {
		k := key{c.Rule, c.Severity}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, htmlBar{Rule: c.Rule, Severity: c.Severity.String()})
		}
		out[i].Count += c.Count
	}
	slices.SortStableFunc(out, func(a, b htmlBar) int { return cmp.Compare(b.Count, a.Count) })
	out = out[:min(len(out), barsShown)]
	for i := range out {
		out[i].Width = percent(out[i].Count, out[0].Count)
	}
	return out
}

// percent is part of all, in percent; what is not zero can be seen.
func percent(part, all int64) string {
	if part <= 0 || all <= 0 {
		return "0"
	}
	return strconv.FormatFloat(max(0.5, float64(part)/float64(all)*100), 'f', 1, 64)
}
