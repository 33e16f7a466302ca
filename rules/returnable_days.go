package rules

import "github.com/connectplus/preflight/validate"

// ReturnableDays reports a number of days below zero.
var ReturnableDays = register(validate.Rule{
	ID: "returnable-days", Title: "Days for a return below zero", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The number of days in which an item can be returned is below zero. Tills write -1 for
"never".

The platform wants 0 or more and refuses the bill.

Write 0 for an item that cannot be returned, or leave the cell blank.
`,
	Templates: sales,
	Prevents:  []string{"transaction-v2:1105"},
	Sources:   []string{salesCodesV2},
	Examples: []validate.Example{
		{Name: "never", Text: "billNumber,lineItemsV2.returnableDays\nB1,-1\n",
			Want: []string{`2:lineItemsV2.returnableDays: returnable-days: "-1" is below zero`}},
		{Name: "two weeks, or not at all", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.returnableDays\nB1,SHIRT,14\nB1,GIFT,0\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Plain,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || leaf(c.Field.Name) != "returnableDays" {
				return nil
			}
			return notNegative(p)
		},
	}},
})
