package rules

import "github.com/connectplus/preflight/validate"

// NegativeQuantity reports a quantity below zero.
var NegativeQuantity = register(validate.Rule{
	ID: "negative-quantity", Title: "Quantity below zero", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The quantity of a line item is below zero, as tills write it for returned pieces.

The platform refuses the bill, whether it is a sale or a return.

Write the quantity without its sign on a bill of type RETURN. On a sale the line does
not belong there: send it as a return of its own.
`,
	Prevents: []string{"transaction:627", "transaction-v2:627"},
	Sources:  []string{salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a piece taken back", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.qty\nB1,SHIRT,-1\n",
			Want: []string{`2:lineItemsV2.qty: negative-quantity: "-1" is below zero`}},
		{Name: "half a metre", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.qty\nB1,CLOTH,0.5\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Plain,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !lineDecimal(c.Field) || !quantity(c.Field) {
				return nil
			}
			return notNegative(p)
		},
	}},
})
