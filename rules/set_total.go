package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/validate"
)

// A setTotal compares the total in the bill file of a merge set with the lines
// in the line file.
type setTotal struct {
	bill, line          *validate.Part
	amount, typ, ret    validate.Value // of the bill
	lineAmount, lineTyp validate.Value
	tolerance, perLine  decimal.Amount
}

// setTotalOf returns nil where the set has nothing to compare.
func setTotalOf(m *validate.Meeting) *setTotal {
	t := &setTotal{}
	ok := false
	if t.bill, t.line, ok = billAnd(m, "line"); !ok {
		return nil
	}
	t.amount, t.lineAmount = t.bill.Pass.Value("billAmount"), t.line.Pass.Value("lineItemsV2.amount")
	if t.amount.Column < 0 || t.lineAmount.Column < 0 {
		return nil
	}
	return t
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

func judgeSetTotal(m *validate.Meeting, report func(int)) {
	t := setTotalOf(m)
	if t == nil || t.bill.Summed && t.line.Summed && t.bill.Sum == t.line.Sum || !m.Read() {
		return
	}
	t.settings()
	if _, off := t.sum(); off {
		reportPart(m, t.bill, report)
	}
}

func describeSetTotal(m *validate.Meeting, at int) validate.Detail {
	t := setTotalOf(m)
	t.settings()
	sum, _ := t.sum()
	d := keyDetail(t.bill, fmt.Sprintf("{value} is not the sum of the bill's %s in %s, %s", lines(t.line.Len()), t.line.Name(), sum))
	d.Column, d.Others = t.amount.Column, othersOf(m, t.line)
	return d
}

// settings reads what only totals that are off need.
func (t *setTotal) settings() {
	bill, line := t.bill.Pass, t.line.Pass
	t.typ, t.ret, t.lineTyp = bill.Value("type"), bill.Value("returnType"), line.Value("lineItemsV2.type")
	params := bill.Params.(*BillTotalParams)
	t.tolerance, _ = decimal.Parse([]byte(params.Tolerance))
	t.perLine, _ = decimal.Parse([]byte(params.LineTolerance))
}

// sum returns the sum of the lines and whether the total is further from it than
// allowed. A bill that cannot be summed is not off.
func (t *setTotal) sum() (sum decimal.Amount, off bool) {
	head := t.bill.Row(0)
	billed, blank, ok := head.Amount(t.amount)
	whole := total{typ: t.typ, ret: t.ret}
	if blank || !ok || whole.whole(head) {
		return sum, false
	}
	back := 0
	for i := range t.line.Len() {
		r := t.line.Row(i)
		a, blank, ok := r.Amount(t.lineAmount)
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
	if back > 0 && back < t.line.Len() {
		return sum, false
	}
	allowed := t.tolerance.Add(t.perLine.Mul(decimal.New(int64(t.line.Len()), 0)))
	far := func(s decimal.Amount) bool { return s.Sub(billed).Abs().Cmp(allowed) > 0 }
	if !far(sum) {
		return sum, false
	}
	once := sum
	for i, first := range firsts(t.line.Rows(), linesFirst(t.line.Pass)) {
		if first < i {
			a, _, _ := t.line.Row(i).Amount(t.lineAmount)
			once = once.Sub(a)
		}
	}
	return sum, far(once)
}
