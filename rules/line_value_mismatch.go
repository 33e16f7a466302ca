package rules

import (
	"fmt"
	"math/bits"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/validate"
)

// LineValueMismatch reports line values that are not rate times quantity.
var LineValueMismatch = register(validate.Rule{
	ID: "line-value-mismatch", Title: "Line value is not rate times quantity", Severity: validate.Warning, Since: "0.1.0",
	Templates: sales,
	Doc: `
The value of a line differs from its rate times its quantity by more than a rounded cent
for each piece.

The documents say that the value usually is rate times quantity; the platform refuses
figures that it finds inconsistent, and returns by quantity come out wrong.

Correct the one of the three that is wrong. Rows in which one of them is blank or below
zero are not judged.
`,
	Prevents: []string{"transaction:601"},
	Sources:  []string{salesAPI, salesCodes},
	Params:   &ToleranceParams{Tolerance: "0.01"},
	Examples: []validate.Example{
		{Name: "the value of one piece", Text: "billNumber,Qty,Rate,Gross value\nB1,3,10,10\n",
			Want: []string{`2:Gross value: line-value-mismatch: "10" is not rate times quantity, 30`}},
		{Name: "rounded by the till", Text: "billNumber,Qty,Rate,Gross value\nB1,3,3.333,10\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		qty, rate, value := p.Value("lineItemsV2.qty"), p.Value("lineItemsV2.rate"), p.Value("lineItemsV2.value")
		if qty.Column < 0 || rate.Column < 0 || value.Column < 0 {
			return nil
		}
		allowed := p.Params.(*ToleranceParams).amount()
		read := func(r validate.RowView) (product, got, slack decimal.Amount, ok bool) {
			q, blank, good := r.Amount(qty)
			t, blank2, good2 := r.Amount(rate)
			v, blank3, good3 := r.Amount(value)
			ok = good && good2 && good3 && !blank && !blank2 && !blank3
			// What is below zero has a finding of its own.
			return t.Mul(q), v, allowed.Mul(q), ok && q.Sign() >= 0 && t.Sign() >= 0 && v.Sign() >= 0
		}
		return &validate.RowCheck{
			Column:   value.Column,
			Rank:     validate.Meaning,
			Suspects: &validate.Selector{Scan: products(qty.Column, rate.Column, value.Column)},
			OK: func(r validate.RowView) bool {
				product, got, slack, ok := read(r)
				return !ok || product.Sub(got).Abs().Cmp(slack) <= 0
			},
			Describe: func(r validate.RowView) validate.Detail {
				product, _, _, _ := read(r)
				return validate.Detail{Message: fmt.Sprintf("{value} is not rate times quantity, %s", product)}
			},
		}
	})},
})

// products selects rows in which rate times quantity is not exactly the value.
// Products of millionths need 128 bits.
func products(qty, rate, value int) func(b *validate.Batch, out []int32) []int32 {
	return func(b *validate.Batch, out []int32) []int32 {
		q, r, v := b.Numbers(qty), b.Numbers(rate), b.Numbers(value)
		for i := range q {
			high, low := bits.Mul64(uint64(q[i]), uint64(r[i]))
			high2, low2 := bits.Mul64(uint64(v[i]), validate.Unit)
			if high != high2 || low != low2 || q[i] < 0 || r[i] < 0 || v[i] < 0 {
				if q[i] == validate.NoNumber || r[i] == validate.NoNumber || v[i] == validate.NoNumber {
					continue
				}
				out = append(out, int32(i))
			}
		}
		return out
	}
}
