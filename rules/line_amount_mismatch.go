package rules

import "github.com/connectplus/preflight/validate"

// LineAmountMismatch reports line amounts that are not the value less discount.
var LineAmountMismatch = register(validate.Rule{
	ID: "line-amount-mismatch", Title: "Line amount is not value less discount", Severity: validate.Warning, Since: "0.1.0",
	Templates: sales,
	Doc: `
The amount of a line differs from its value less its discount by more than a rounded cent.

The platform computes points from the amount as it stands, so a wrong amount gives
wrong points, without an error.

Correct the amount, the value or the discount. Rows without amount or value are not
judged, nor those with one below zero or a discount above the value; a blank discount is
zero.
`,
	Prevents: []string{"points-mismatch-multi-line-bill"},
	Sources:  []string{salesAPI, guide},
	Params:   &ToleranceParams{Tolerance: "0.01"},
	Examples: []validate.Example{
		{Name: "the discount left in", Text: "billNumber,Gross value,Line Discount,Line Amount\nB1,100,10,100\n",
			Want: []string{`2:Line Amount: line-amount-mismatch: "100" is not value less discount, 90`}},
		{Name: "a cent of rounding", Text: "billNumber,Gross value,Line Discount,Line Amount\nB1,100,33.333,66.66\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		value, discount, amount := p.Value("lineItemsV2.value"), p.Value("lineItemsV2.discount"), p.Value("lineItemsV2.amount")
		return difference(p, value, discount, amount, amount.Column, "value less discount")
	})},
})
