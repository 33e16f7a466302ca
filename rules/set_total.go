package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/validate"
)

// A setSum is the total in the bill file of a merge set, and the amounts in another
// file that add up to it.
type setSum struct {
	bill, other   *validate.Part
	total, amount validate.Value
}

// setSumOf returns nil where the set has no total, or no amounts in a field of the
// file of a role.
func setSumOf(m *validate.Meeting, role, field string) *setSum {
	bill, other, ok := billAnd(m, role)
	if !ok {
		return nil
	}
	s := &setSum{bill, other, bill.Pass.Value("billAmount"), other.Pass.Value(field)}
	if s.total.Column < 0 || s.amount.Column < 0 {
		return nil
	}
	return s
}

// judge reports the bill where off says so, which is asked only where sums that are
// known already differ.
func (s *setSum) judge(m *validate.Meeting, report func(int), off func() bool) {
	if s.bill.Summed && s.other.Summed && s.bill.Sum == s.other.Sum || !m.Read() {
		return
	}
	if off() {
		reportPart(m, s.bill, report)
	}
}

// describe words that the total is not the sum of so many amounts.
func (s *setSum) describe(m *validate.Meeting, amounts string, sum decimal.Amount) validate.Detail {
	d := keyDetail(s.bill, fmt.Sprintf("{value} is not the sum of the bill's %s in %s, %s", amounts, s.other.Name(), sum))
	d.Column, d.Others = s.total.Column, othersOf(m, s.other)
	return d
}

// billAnd returns the parts of the bill and of another role. ok is false where the
// rows of the one cannot be held against those of the other.
func billAnd(m *validate.Meeting, role string) (bill, other *validate.Part, ok bool) {
	bill, other = partOf(m, "bill"), partOf(m, role)
	ok = bill != nil && other != nil && bill.N == 1 && other.N > 0 && !bill.Ragged() && !other.Ragged() && bill.Complete && other.Complete
	return bill, other, ok
}

// reportPart reports one part of a meeting.
func reportPart(m *validate.Meeting, p *validate.Part, report func(int)) {
	for at := range m.Parts {
		if &m.Parts[at] == p {
			report(at)
		}
	}
}

// othersOf lists the rows of one part of a meeting.
func othersOf(m *validate.Meeting, p *validate.Part) (others []validate.Other) {
	for at := range m.Parts {
		for k := 0; &m.Parts[at] == p && k < min(p.Len(), 50); k++ {
			others = append(others, validate.Other{Part: at, Row: p.Row(k).Number()})
		}
	}
	return others
}

// A setTotal compares the total with the lines in the line file.
type setTotal struct {
	*setSum
	typ, ret, lineTyp  validate.Value
	tolerance, perLine decimal.Amount
}

func judgeSetTotal(m *validate.Meeting, report func(int)) {
	if s := setSumOf(m, "line", "lineItemsV2.amount"); s != nil {
		s.judge(m, report, func() bool {
			_, off := newSetTotal(s).sum()
			return off
		})
	}
}

func describeSetTotal(m *validate.Meeting, _ int) validate.Detail {
	t := newSetTotal(setSumOf(m, "line", "lineItemsV2.amount"))
	sum, _ := t.sum()
	return t.describe(m, lines(t.other.Len()), sum)
}

// newSetTotal reads what only totals that are off need.
func newSetTotal(s *setSum) *setTotal {
	bill, line := s.bill.Pass, s.other.Pass
	t := &setTotal{setSum: s, typ: bill.Value("type"), ret: bill.Value("returnType"), lineTyp: line.Value("lineItemsV2.type")}
	params := bill.Params.(*BillTotalParams)
	t.tolerance, _ = decimal.Parse([]byte(params.Tolerance))
	t.perLine, _ = decimal.Parse([]byte(params.LineTolerance))
	return t
}

// sum returns the sum of the lines and whether the total is further from it than
// allowed. A bill that cannot be summed is not off.
func (t *setTotal) sum() (sum decimal.Amount, off bool) {
	head := t.bill.Row(0)
	billed, blank, ok := head.Amount(t.total)
	whole := total{typ: t.typ, ret: t.ret}
	if blank || !ok || whole.whole(head) {
		return sum, false
	}
	back := 0
	for i := range t.other.Len() {
		r := t.other.Row(i)
		a, blank, ok := r.Amount(t.amount)
		if blank || !ok {
			return sum, false
		}
		typ := r.Get(t.lineTyp)
		if len(typ) == 0 {
			typ = head.Get(t.typ)
		}
		if returned(typ) {
			back++
		}
		sum = sum.Add(a)
	}
	if back > 0 && back < t.other.Len() {
		return sum, false
	}
	allowed := t.tolerance.Add(t.perLine.Mul(decimal.New(int64(t.other.Len()), 0)))
	far := func(s decimal.Amount) bool { return s.Sub(billed).Abs().Cmp(allowed) > 0 }
	if !far(sum) {
		return sum, false
	}
	once := sum
	for i, first := range firsts(t.other.Rows(), linesFirst(t.other.Pass)) {
		if first < i {
			a, _, _ := t.other.Row(i).Amount(t.amount)
			once = once.Sub(a)
		}
	}
	return sum, far(once)
}
