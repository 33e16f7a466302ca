package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// BillTotalParams settle by how much a total may differ from its lines.
type BillTotalParams struct {
	Tolerance     string `yaml:"tolerance" doc:"how far the total may be from the sum of the lines, as a decimal number"`
	LineTolerance string `yaml:"line_tolerance" doc:"how much more is allowed for each line of the bill"`
}

// Validate reports a tolerance that is no amount.
func (b *BillTotalParams) Validate() error {
	if err := checkTolerance("tolerance", b.Tolerance); err != nil {
		return err
	}
	return checkTolerance("line_tolerance", b.LineTolerance)
}

// BillTotalMismatch reports bills whose total is not the sum of their lines.
var BillTotalMismatch = register(validate.Rule{
	ID: "bill-total-mismatch", Title: "Bill total is not the sum of its lines", Severity: validate.Error, Since: "0.1.0",
	Templates: sales,
	Doc: `
The bill amount differs from the sum of the line amounts of the bill, compared as
exact decimals.

The platform takes the bill, and computes points from a total that its lines do not
explain: members get too many points or too few, and nobody sees an error.

Correct whichever side is wrong. Where the till rounds, set a tolerance; where a
discount of the whole bill lies outside the lines, spread it over them. The rule is
silent for bills that cannot be summed: a row with another number of cells, an amount
that is no number, a blank line amount, totals that contradict each other, a bill number
that two bills share, sale and return lines in one bill, and returns by amount or in
full. A total also passes when it leaves repeated rows out. In a merge set the lines
are those of the line file; a bill that has none there is merge-orphan.
`,
	Prevents: []string{"points-mismatch-multi-line-bill"},
	Sources:  []string{guide},
	Params:   &BillTotalParams{Tolerance: "0", LineTolerance: "0"},
	Examples: []validate.Example{
		{Name: "one cent too much", Text: "billNumber,billAmount,LineItem_Amount\nB1,30.01,10.00\nB1,30.01,20.00\n",
			Want: []string{`2:billAmount: bill-total-mismatch: "30.01" is not the sum of the bill's 2 lines, 30.00`}},
		{Name: "rows in any order", Text: "billNumber,billAmount,LineItem_Amount,Item Code\nB1,30,10,a\nB2,5,5,a\nB1,30,20,b\n",
			Want: []string{"4: group-split: the bill began in row 2, and other bills stand in between"}},
		{Name: "exact, whatever the number of decimals", Text: "billNumber,billAmount,LineItem_Amount\nB1,0.30,0.1\nB1,0.30,0.2\n"},
	},
	Checks: []validate.Check{validate.Group(billTotal), validate.Join{Keys: mergeKeys, Judge: judgeSetTotal, Describe: describeSetTotal}},
})

// total judges and words the sums of bills.
type total struct {
	bill, line                  validate.Value
	discount, typ, ret, lineTyp validate.Value
	tolerance, perLine          decimal.Amount
	identity                    *agreement
	columns                     []int // all but those of payments
	payments                    payments
	perRow                      bool
}

func billTotal(p *validate.Pass) *validate.GroupCheck {
	t := &total{bill: p.Value("billAmount"), line: p.Value("lineItemsV2.amount"), discount: p.Value("discount"),
		typ: p.Value("type"), ret: p.Value("returnType"), lineTyp: p.Value("lineItemsV2.type"), identity: agreementOn(p, billIdentity(p)),
		columns: withoutPayments(p, linesFirst(p)), payments: paymentsIn(p), perRow: oneRowPerBill(p)}
	if t.bill.Column < 0 || t.line.Column < 0 {
		return nil
	}
	params := p.Params.(*BillTotalParams)
	t.tolerance, _ = decimal.Parse([]byte(params.Tolerance))
	t.perLine, _ = decimal.Parse([]byte(params.LineTolerance))
	return &validate.GroupCheck{
		Trust: validate.Balanced,
		Sum:   &[2]int{t.bill.Column, t.line.Column},
		Judge: func(g *validate.Rows, report func(int, uint32)) {
			if g.Ragged() || !g.Read() || g.Len() == 0 {
				return
			}
			if billed, sum, _, off := t.sum(g); off {
				at := t.stated(g)
				report(at, t.class(g.Row(at), billed, sum))
			}
		},
		Describe: func(g *validate.Rows, _ int) validate.Detail {
			_, sum, n, _ := t.sum(g)
			return validate.Detail{Column: t.bill.Column, Related: numbersOf(g, 50),
				Message: fmt.Sprintf("{value} is not the sum of the bill's %s, %s", lines(n), sum)}
		},
		Conclude: func(n *validate.Tally) validate.Conclusion {
			switch {
			case n.Total < 2:
			case n.All&discountOutside != 0:
				return validate.Conclusion{Cause: fmt.Sprintf("in all %s the lines add up to the total plus the bill's discount: the discount lies outside the lines", words.Plural(n.Total, "bill"))}
			case n.All&rounded != 0:
				return validate.Conclusion{Cause: fmt.Sprintf("in all %s the total is the sum rounded to a whole number: set rules: bill-total-mismatch: tolerance", words.Plural(n.Total, "bill"))}
			}
			return validate.Conclusion{}
		},
	}
}

// Hypotheses on what all wrong totals of a file have in common.
const (
	discountOutside = 1 << (iota + 1)
	rounded
)

// stated returns the index of the first row that states the total.
func (t *total) stated(g *validate.Rows) int {
	at := 0
	for at < g.Len()-1 && len(g.Row(at).Get(t.bill)) == 0 {
		at++
	}
	return at
}

func (t *total) class(first validate.RowView, billed, sum decimal.Amount) (class uint32) {
	off := sum.Sub(billed)
	if d, blank, ok := first.Amount(t.discount); ok && !blank && !d.IsZero() && d.Cmp(off) == 0 {
		class |= discountOutside
	}
	if _, whole := billed.Mantissa(0); whole && off.Abs().Cmp(decimal.New(1, 0)) < 0 {
		class |= rounded
	}
	return class
}

// sum returns the total of a bill, the sum of its n lines, and whether they are
// further apart than allowed. A bill that cannot be summed is not off. Rows that
// hold a payment alone are no lines.
func (t *total) sum(g *validate.Rows) (billed, sum decimal.Amount, n int, off bool) {
	known, sale, back := false, false, false
	for i := range g.Len() {
		r := g.Row(i)
		a, blank, ok := r.Amount(t.line)
		payment := blank && t.payments.alone(r)
		if blank && !payment || !ok || t.whole(r) {
			return billed, sum, n, false
		}
		b, blank, ok := r.Amount(t.bill)
		if !ok || !blank && known && b.Cmp(billed) != 0 {
			return billed, sum, n, false
		}
		if !blank {
			billed, known = b, true
		}
		if payment {
			continue
		}
		n++
		typ := r.Get(t.lineTyp)
		if len(typ) == 0 {
			typ = r.Get(t.typ)
		}
		if returned(typ) {
			back = true
		} else {
			sale = true
		}
		sum = sum.Add(a)
	}
	if !known || n == 0 || sale && back {
		return billed, sum, n, false
	}
	allowed := t.tolerance.Add(t.perLine.Mul(decimal.New(int64(n), 0)))
	if sum.Sub(billed).Abs().Cmp(allowed) <= 0 {
		return billed, sum, n, false
	}
	if laterBill(g, t.identity, t.perRow) >= 0 {
		return billed, sum, n, false
	}
	if g.Has(validate.Distinct) && len(t.payments.of) == 0 {
		return billed, sum, n, true
	}
	once := sum
	for i, first := range firsts(g, t.columns) {
		if first < i {
			a, _, _ := g.Row(i).Amount(t.line)
			once = once.Sub(a)
		}
	}
	return billed, sum, n, once.Sub(billed).Abs().Cmp(allowed) > 0
}

// whole reports whether the row returns a bill by amount or in full: its lines
// need not add up.
func (t *total) whole(r validate.RowView) bool {
	kind := r.Get(t.ret)
	return (spells(kind, []byte("amount")) || spells(kind, []byte("full"))) && returned(r.Get(t.typ))
}

// returned reports whether a type is that of a return, however it is spelled:
// enum-case says so.
func returned(typ []byte) bool {
	return spells(typ, []byte("return")) || spells(typ, []byte("notinterestedreturn"))
}

// lines counts lines in words.
func lines(n int) string {
	if n == 1 {
		return "one line"
	}
	return words.Count(int64(n)) + " lines"
}
