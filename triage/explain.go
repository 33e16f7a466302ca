package triage

import (
	"cmp"
	"slices"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/validate"
)

// gateway are the lists of what stands between Connect+ and every API, so that
// their codes come in files of any template.
var gateway = []string{"http", "api", "oauth", "connectplus"}

// resolve returns what a code may mean in files whose API answers from some lists,
// the likeliest list alone; where these do not have it and one other list does,
// what it means there: the API of bills registers customers, too. elsewhere is
// what it means in several other lists.
func resolve(code string, entities []string) (here, elsewhere []codes.Code) {
	if code == "" {
		return nil, nil
	}
	found := codes.Find(code)
	for _, entity := range slices.Concat(entities, gateway) {
		for _, c := range found {
			if c.Entity == entity {
				here = append(here, c)
			}
		}
		if len(here) > 0 {
			return here, nil
		}
	}
	if !slices.ContainsFunc(found, func(c codes.Code) bool { return c.Entity != found[0].Entity }) {
		return found, nil
	}
	return nil, found
}

// mayWarn returns a function that reports whether a code may be a warning in
// files whose API answers from some lists.
func mayWarn(entities []string) func(code string) bool {
	seen := map[string]bool{}
	return func(code string) bool {
		may, ok := seen[code]
		if !ok {
			here, _ := resolve(code, entities)
			may = slices.ContainsFunc(here, func(c codes.Code) bool { return c.Severity == codes.SeverityWarning })
			if len(seen) < mostCells {
				seen[code] = may
			}
		}
		return may
	}
}

// An Unseen is a defect that no rule looks for.
type Unseen struct {
	ID       string
	Missing  string   // "needs earlier drops"
	Prevents []string // codes, as rules name them
}

// ExplainOptions say by what codes are explained.
type ExplainOptions struct {
	Entities []string         // lists of codes, the likeliest first
	Rules    []*validate.Rule // in the order to name them
	State    RuleState
	Unseen   []Unseen
}

// Explain says of every code of the answers what is known of it.
func Explain(a *Answers, o ExplainOptions) (list []Explained) {
	for _, t := range a.Tallies {
		e := Explained{Tally: *t}
		if e.Meanings = meant(t.Sense); t.Sense == "" {
			e.Meanings, e.Elsewhere = resolve(t.Code, o.Entities)
		}
		wanted := codes.SeverityError
		if t.Warning {
			wanted = codes.SeverityWarning
		}
		if of := slices.DeleteFunc(slices.Clone(e.Meanings), func(c codes.Code) bool { return c.Severity != wanted }); len(of) > 0 {
			e.Meanings = of
		}
		for _, g := range a.Groups {
			if g.Code == t.Code && g.Sense == t.Sense && g.Warning == t.Warning {
				e.Groups = append(e.Groups, g)
			}
		}
		e.likeliest()
		e.Retryable = len(e.Meanings) > 0 && !slices.ContainsFunc(e.Meanings, func(c codes.Code) bool { return !c.Retryable })
		e.seers(o)
		list = append(list, e)
	}
	return list
}

// likeliest puts the meanings in the order in which the messages speak for them,
// so that the first is the one that most words of the messages are in.
func (e *Explained) likeliest() {
	if len(e.Meanings) < 2 {
		return
	}
	said := map[string]bool{}
	for _, g := range e.Groups {
		for _, w := range significant(g.Message) {
			said[w] = true
		}
	}
	score := func(c codes.Code) (n int) {
		for _, w := range significant(c.Name + " " + c.Meaning) {
			if said[w] {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(e.Meanings, func(a, b codes.Code) int { return cmp.Compare(score(b), score(a)) })
}

// seers finds the rules that see a code coming.
func (e *Explained) seers(o ExplainOptions) {
	for _, c := range e.Meanings {
		if e.Evidence == "" || c.Evidence == codes.EvidenceFile {
			e.Evidence = c.Evidence
		}
	}
	sees := func(prevents []string) bool {
		return slices.ContainsFunc(prevents, func(ref string) bool {
			return slices.ContainsFunc(e.Meanings, func(c codes.Code) bool { return codes.Means(ref, c) })
		})
	}
	for _, r := range o.Rules {
		if sees(r.Prevents) {
			off := ""
			if o.State != nil {
				off = o.State(r)
			}
			e.Rules = append(e.Rules, Seer{Rule: r.ID, Off: off, File: r.Needs == ""})
		}
	}
	for _, u := range o.Unseen {
		if sees(u.Prevents) {
			e.Rules = append(e.Rules, Seer{Rule: u.ID, Off: u.Missing})
		}
	}
	slices.SortStableFunc(e.Rules, func(a, b Seer) int { return boolCompare(a.Off != "", b.Off != "") })
}

// shown reports whether a rule that is on sees the code in the file alone, so
// that a bill without a finding no longer has what the code names.
func (e *Explained) shown() bool {
	return e.Evidence == codes.EvidenceFile && slices.ContainsFunc(e.Rules, func(s Seer) bool { return s.Off == "" && s.File })
}
