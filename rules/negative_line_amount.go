package rules

import (
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// NegativeLineAmount reports an amount of one line that is below zero.
var NegativeLineAmount = register(validate.Rule{
	ID: "negative-line-amount", Title: "Line amount below zero", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The amount, value, rate or discount of a line item is below zero.

The platform refuses the bill with a code of its own for each of the four, on sales and
on returns.

Write the amount without its sign. A discount lowers the amount of the line by itself;
a returned line belongs to a bill of type RETURN.
`,
	Prevents: []string{
		"transaction:661", "transaction:662", "transaction:663", "transaction:664", "transaction-v2:661",
		"transaction-v2:662", "transaction-v2:663", "transaction-v2:664",
	},
	Sources: []string{guide, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a line that takes money back", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.amount\nB1,SHIRT,20\nB1,TIE,-5\n",
			Want: []string{`3:lineItemsV2.amount: negative-line-amount: "-5" is below zero`}},
		{Name: "a discount is a positive amount", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.value,lineItemsV2.discount\nB1,SHIRT,25,5.00\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Plain,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !lineDecimal(c.Field) || quantity(c.Field) {
				return nil
			}
			return notNegative(p)
		},
	}},
})

// lineDecimal reports whether a field is a number of a line or a payment that
// takes no sign.
func lineDecimal(f *templates.Field) bool {
	return f != nil && unsigned(f) && (f.Level == templates.Payment || f.Level == templates.Line)
}

// quantity reports whether a line field counts pieces.
func quantity(f *templates.Field) bool { return strings.HasSuffix(f.Name, ".qty") }
