package rules

import "github.com/connectplus/preflight/validate"

// GrossMismatch reports bills whose gross amount less discount is not the total.
var GrossMismatch = register(validate.Rule{
	ID: "gross-mismatch", Title: "Bill total is not gross less discount", Severity: validate.Warning, Since: "0.1.0",
	Templates: sales,
	Doc: `
The gross amount of a bill less its discount differs from the bill amount by more than a
rounded cent.

The platform takes the bill; reports on gross sales and discounts will not agree with
the points given.

Correct the one of the three that is wrong. Bills without gross amount or total are not
judged, nor those with one below zero or a discount above the gross amount; a blank
discount is zero.
`,
	Prevents: []string{"transaction:601"},
	Sources:  []string{salesAPI},
	Params:   &ToleranceParams{Tolerance: "0.01"},
	Examples: []validate.Example{
		{Name: "the discount left in", Text: "billNumber,grossAmount,discount,billAmount\nB1,100,10,100\n",
			Want: []string{`2:billAmount: gross-mismatch: "100" is not gross less discount, 90`}},
		{Name: "no discount", Text: "billNumber,grossAmount,discount,billAmount\nB1,100,,100.00\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		gross, discount, total := p.Value("grossAmount"), p.Value("discount"), p.Value("billAmount")
		check := difference(p, gross, discount, total, total.Column, "gross less discount")
		if check != nil {
			check.PerGroup = true
		}
		return check
	})},
})
