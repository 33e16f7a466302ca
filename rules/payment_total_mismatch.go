package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// PaymentTotalMismatch reports bills whose payments are not the total.
var PaymentTotalMismatch = register(validate.Rule{
	ID: "payment-total-mismatch", Title: "Payments do not add up to the bill", Severity: validate.Info, Since: "0.2.0",
	Templates: sales,
	Doc: `
The payments of a bill add up to something else than the bill amount. Payments that are
repeated with every line may count once. Returns, and bills with a payment or total that
is no number, are not judged. In a merge set the payments are those of the payment file.

No document ties the two together, and the platform takes the bill; reports on tenders
will not agree with those on sales.

Look whether a payment is missing, counts the change given, or belongs to another bill.
`,
	Prevents: []string{"transaction-v2:9603"},
	Sources:  []string{salesAPI, salesCodesV2},
	Params:   &ToleranceParams{Tolerance: "0.01"},
	Examples: []validate.Example{
		{Name: "a payment is missing", Template: "transaction-v2-add-payment-mode",
			Text: "billNumber,billAmount,Item Code,Line Amount,Payment Mode,Payment Amount\nB1,30,a,10,Cash,5\nB1,30,b,20,Card,20\n",
			Want: []string{`2:billAmount: payment-total-mismatch: "30" is not the sum of the bill's 2 payments, 25`}},
		{Name: "paid in two ways", Template: "transaction-v2-add-payment-mode",
			Text: "billNumber,billAmount,Item Code,Line Amount,Payment Mode,Payment Amount\nB1,30,a,30,,\nB1,30,,,Cash,10\nB1,30,,,Card,20\n"},
	},
	Checks: []validate.Check{validate.Group(paymentTotal), validate.Join{Keys: mergeKeys, Judge: judgeSetPayments, Describe: describeSetPayments}},
})

func paymentTotal(p *validate.Pass) *validate.GroupCheck {
	bill, paid, typ := p.Value("billAmount"), p.Value("paymentModes.value"), p.Value("type")
	if bill.Column < 0 || paid.Column < 0 {
		return nil
	}
	columns := columnsOf(p, templates.Payment)
	allowed := p.Params.(*ToleranceParams).amount()
	off := func(a, b decimal.Amount) bool { return a.Sub(b).Abs().Cmp(allowed) > 0 }
	sum := func(g *validate.Rows) (all decimal.Amount, at, n int, bad bool) {
		var total decimal.Amount
		at = -1
		for i := range g.Len() {
			r := g.Row(i)
			a, blank, ok := r.Amount(paid)
			b, none, sound := r.Amount(bill)
			if !ok || !sound || returned(r.Get(typ)) || at >= 0 && !none && b.Cmp(total) != 0 {
				return all, at, n, false
			}
			if !none && at < 0 {
				total, at = b, i
			}
			if blank {
				continue
			}
			n++
			all = all.Add(a)
		}
		if at < 0 || n == 0 || !off(all, total) {
			return all, at, n, false
		}
		once := all
		for i, first := range firsts(g, columns) {
			if first < i {
				a, _, _ := g.Row(i).Amount(paid)
				once = once.Sub(a)
			}
		}
		return all, at, n, off(once, total)
	}
	return &validate.GroupCheck{
		Judge: func(g *validate.Rows, report func(int, uint32)) {
			if g.Ragged() || !g.Read() {
				return
			}
			if _, at, _, bad := sum(g); bad {
				report(at, 0)
			}
		},
		Describe: func(g *validate.Rows, _ int) validate.Detail {
			all, _, n, _ := sum(g)
			return validate.Detail{Column: bill.Column, Related: numbersOf(g, 50),
				Message: fmt.Sprintf("{value} is not the sum of the bill's %s, %s", paymentsOf(n), all)}
		},
	}
}

// judgeSetPayments compares the total in the bill file of a merge set with the
// payments in the payment file.
func judgeSetPayments(m *validate.Meeting, report func(int)) {
	if s := setSumOf(m, "payment", "paymentModes.value"); s != nil {
		s.judge(m, report, func() bool {
			_, _, off := s.payments()
			return off
		})
	}
}

func describeSetPayments(m *validate.Meeting, _ int) validate.Detail {
	s := setSumOf(m, "payment", "paymentModes.value")
	sum, n, _ := s.payments()
	return s.describe(m, paymentsOf(n), sum)
}

// payments returns the sum of the n payments that are not blank, and whether the total
// is further from it than allowed. A bill that cannot be summed is not off.
func (s *setSum) payments() (sum decimal.Amount, n int, off bool) {
	head, rows := s.bill.Row(0), s.other.Rows()
	total, blank, ok := head.Amount(s.total)
	if blank || !ok || returned(head.Get(s.bill.Pass.Value("type"))) {
		return sum, n, false
	}
	once := sum
	for i, first := range firsts(rows, columnsOf(s.other.Pass, templates.Payment)) {
		a, blank, ok := rows.Row(i).Amount(s.amount)
		if !ok {
			return sum, n, false
		}
		if blank {
			continue
		}
		n++
		sum = sum.Add(a)
		if first >= i {
			once = once.Add(a)
		}
	}
	allowed := s.bill.Pass.Params.(*ToleranceParams).amount()
	far := func(a decimal.Amount) bool { return a.Sub(total).Abs().Cmp(allowed) > 0 }
	return sum, n, n > 0 && far(sum) && far(once)
}
