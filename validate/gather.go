package validate

import (
	"cmp"
	"slices"
	"strings"
)

// words gathers what rules say about the file and its header.
type words struct {
	p      *Plan
	said   []Finding
	causes map[causeKey]*Cause
	order  []causeKey
}

type causeKey struct {
	rule     string
	severity Severity
	column   int
}

func (w *words) say(r *Rule, d Detail) {
	s := w.p.wordSlot(r, d)
	if s.hidden {
		return
	}
	key := causeKey{r.ID, s.severity, d.Column}
	c := w.causes[key]
	if c == nil {
		c = &Cause{Rule: r.ID, Severity: s.severity, Column: d.Column, Codes: s.codes, Guessed: s.guessed}
		if d.Column > 0 && d.Column <= len(w.p.pass.Columns) {
			col := w.p.pass.Columns[d.Column-1]
			c.Header = col.Header
			if col.Field != nil {
				c.Field = col.Field.Name
			}
		}
		w.causes[key] = c
		w.order = append(w.order, key)
	}
	n := max(d.Count, 1)
	c.Count += n
	if d.Fix != nil && d.Fix.Safe {
		c.Fixable += n
		c.FixTitle = d.Fix.Title
	}
	if d.Cause != "" {
		c.Summary = d.Cause
	}
	f := w.p.finding(s, d, Ref{Row: d.Row, Line: d.Row}, d.Column-1, nil)
	w.said = append(w.said, f)
}

// wordSlot is a slot for a Detail of a Head or File check, which names its
// severity and column only when it speaks.
func (p *Plan) wordSlot(r *Rule, d Detail) *slot {
	s := &slot{rule: r, column: d.Column - 1, code: -1}
	s.severity, s.hidden = p.grade(r, d.Severity)
	if s.column >= 0 && s.column < len(p.pass.Columns) {
		named := false
		s.codes, named = p.codesOf(r, p.pass.Columns[s.column].Field)
		s.guessed = !named && len(s.codes) > 0 && coded(s.codes[0])
	} else {
		s.codes, _ = p.codesOf(r, nil)
	}
	return s
}

// settle makes causes and findings of all that was counted and kept.
func (p *Plan) settle(res *FileResult, total *worker, words *words) {
	causes, order := words.causes, words.order
	findings := words.said
	for _, s := range p.slots {
		n := total.counts[s.index]
		if n == 0 || s.hidden {
			continue
		}
		key := causeKey{s.rule.ID, s.severity, s.column + 1}
		c := causes[key]
		if c == nil {
			c = &Cause{Rule: s.rule.ID, Severity: s.severity, Column: s.column + 1, Codes: s.codes, Guessed: s.guessed, Groups: s.groups}
			if s.sees != nil {
				c.Header = s.sees.Header
				if s.sees.Field != nil {
					c.Field = s.sees.Field.Name
				}
			}
			causes[key] = c
			order = append(order, key)
		}
		c.Count += n
		if !s.groups {
			c.Rows += n
		}
		kept := total.kept[s.index]
		slices.SortStableFunc(kept, byPlace)
		kept = kept[:min(len(kept), p.opts.Keep)]
		if s.fix != nil && s.fix.Safe {
			c.Fixable += n
		}
		if t := total.tallies[s.index]; t != nil {
			t.Unseen = total.unseen
			p.conclude(c, s, t, kept)
		}
		if c.FixTitle == "" && c.Fixable > 0 {
			c.FixTitle = commonFix(kept)
		}
		findings = append(findings, kept...)
	}
	for _, key := range order {
		res.Causes = append(res.Causes, *causes[key])
	}
	res.Findings = findings
	for i, f := range findings {
		if f.Fix.Machine() && (i < len(words.said) || f.Fix.Rewrite != NoRewrite) {
			res.wide = append(res.wide, f)
		}
	}
	res.sort()
}

// conclude lets a check say what all its findings have in common.
func (p *Plan) conclude(c *Cause, s *slot, t *Tally, kept []Finding) {
	if s.conclude == nil {
		c.Fixable += t.Bits[0]
		return
	}
	end := s.conclude(t)
	c.Fixable += end.Fixable
	if end.Cause != "" {
		c.Summary = end.Cause
	}
	if end.Fix == nil {
		return
	}
	s.repair = end.Fix
	for i := range kept {
		if fix := end.Fix([]byte(kept[i].Value)); fix != nil {
			kept[i].Fix = fix
		}
	}
}

// commonFix returns the title of the fix that all findings share; else "".
func commonFix(findings []Finding) string {
	title := ""
	for i, f := range findings {
		if f.Fix == nil || i > 0 && f.Fix.Title != title {
			return ""
		}
		title = f.Fix.Title
	}
	return title
}

// byPlace orders findings as they are reported: by row, column and rule.
func byPlace(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Pos.Row, b.Pos.Row), cmp.Compare(a.Pos.Column, b.Pos.Column), strings.Compare(a.Rule, b.Rule))
}

// sort puts causes and findings in the order in which they are reported, and
// keeps as many findings of each rule as are wanted.
func (r *FileResult) sort() {
	slices.SortStableFunc(r.Causes, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Count, a.Count), strings.Compare(a.Rule, b.Rule), cmp.Compare(a.Column, b.Column))
	})
	slices.SortStableFunc(r.Findings, byPlace)
	shown := map[string]int{}
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		shown[f.Rule]++
		return shown[f.Rule] > r.plan.opts.Keep
	})
}
