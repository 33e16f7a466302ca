package triage

import (
	"cmp"
	"slices"

	"github.com/connectplus/preflight/codes"
)

// finish sorts and sums.
func (r *reader) finish() {
	billsOf := map[spoken]int64{}
	for i := range r.list {
		b := &r.list[i]
		r.Bills++
		switch {
		case b.state&billFailed == 0 && b.state&billTaken != 0:
			r.TakenBills++
		case b.state&billFailed != 0:
			r.FailedBills++
			if b.state&billTaken != 0 {
				r.BothBills++
			}
			for _, c := range r.outcomes[b.outcome].said {
				billsOf[c]++
			}
		}
	}
	for _, t := range r.tallies {
		if !t.Warning {
			t.Bills = billsOf[spoken{t.Code, t.Sense}]
		}
		r.Tallies = append(r.Tallies, t)
	}
	slices.SortFunc(r.Tallies, func(a, b *Tally) int {
		return cmp.Or(boolCompare(a.Warning, b.Warning), cmp.Compare(b.Rows, a.Rows), codeCompare(a.Code, b.Code), cmp.Compare(a.Sense, b.Sense))
	})
	for _, g := range r.groups {
		g.Message = g.text
		if g.varied {
			g.Message = alike(g.text, g.Code)
		}
		if g.Other {
			g.Message = ""
		}
		r.Answers.Groups = append(r.Answers.Groups, g)
	}
	slices.SortFunc(r.Answers.Groups, func(a, b *Group) int {
		return cmp.Or(boolCompare(a.Other, b.Other), cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Row, b.Row), codeCompare(a.Code, b.Code), cmp.Compare(a.Sense, b.Sense), cmp.Compare(a.Message, b.Message))
	})
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// codeCompare puts numbers in their order, before names.
func codeCompare(a, b string) int {
	if byLength := cmp.Compare(len(a), len(b)); byLength != 0 && len(codes.Find(a)) > 0 && len(codes.Find(b)) > 0 {
		return byLength
	}
	return cmp.Compare(a, b)
}
