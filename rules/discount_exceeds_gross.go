package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// DiscountExceedsGross reports discounts above what they are taken off.
var DiscountExceedsGross = register(validate.Rule{
	ID: "discount-exceeds-gross", Title: "Discount above the amount it is taken off", Severity: validate.Error, Since: "0.1.0",
	Templates: sales,
	Doc: `
The discount of a bill is above its gross amount, or the discount of a line above its value.

The platform refuses the bill: what remains would be below zero.

Look for a discount in per cent where an amount is meant, or for columns that were swapped.
`,
	Prevents: []string{"import:import-discount-above-gross", "transaction:601"},
	Sources:  []string{salesCodes, "Data Import: transaction profiles"},
	Examples: []validate.Example{
		{Name: "of a line", Text: "billNumber,Gross value,Line Discount\nB1,10,12\n",
			Want: []string{`2:Line Discount: discount-exceeds-gross: "12" is more than the value, 10`}},
		{Name: "of a bill, once for all its rows", Text: "billNumber,grossAmount,discount,Item Code\nB1,10,12,a\nB1,10,12,b\n",
			Want: []string{`2:discount: discount-exceeds-gross: "12" is more than the gross amount, 10`}},
		{Name: "all of it", Text: "billNumber,Gross value,Line Discount\nB1,10,10.00\n"},
	},
	Checks: []validate.Check{
		row(func(p *validate.Pass) *validate.RowCheck {
			return exceeds(p.Value("lineItemsV2.discount"), p.Value("lineItemsV2.value"), "value")
		}),
		row(func(p *validate.Pass) *validate.RowCheck {
			check := exceeds(p.Value("discount"), p.Value("grossAmount"), "gross amount")
			if check != nil {
				check.PerGroup = true
			}
			return check
		}),
	},
})

func exceeds(part, whole validate.Value, words string) *validate.RowCheck {
	if part.Column < 0 || whole.Column < 0 {
		return nil
	}
	return &validate.RowCheck{
		Column: part.Column,
		Rank:   validate.Meaning,
		Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
			d, w := b.Numbers(part.Column), b.Numbers(whole.Column)
			for i := range d {
				if d[i] > w[i] || d[i] == validate.NotNumber {
					out = append(out, int32(i))
				}
			}
			return out
		}},
		OK: func(r validate.RowView) bool {
			d, blank, ok := r.Amount(part)
			w, blank2, ok2 := r.Amount(whole)
			return blank || blank2 || !ok || !ok2 || w.Sign() < 0 || d.Cmp(w) <= 0
		},
		Describe: func(r validate.RowView) validate.Detail {
			w, _, _ := r.Amount(whole)
			return validate.Detail{Message: fmt.Sprintf("{value} is more than the %s, %s", words, w)}
		},
	}
}
