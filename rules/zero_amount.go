package rules

import "github.com/connectplus/preflight/validate"

// ZeroAmount reports a bill or a quantity of nothing.
var ZeroAmount = register(validate.Rule{
	ID: "zero-amount", Title: "Bill total or quantity of zero", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
The total of a bill, or the quantity of a line, is zero.

Whether the platform takes it depends on settings of the organisation: zero bills can be
refused, or kept as outliers that earn nothing. A quantity of zero is an invalid one.

Leave the row out if nothing was sold. Bills paid with a gift or a full discount may
stand: set the rule to ` + "`off`" + ` if your organisation takes them.
`,
	Prevents: []string{"transaction:601", "transaction-v2:9611"},
	Sources:  []string{salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a bill of nothing", Text: "billNumber,billAmount\nB1,0.00\n",
			Want: []string{`2:billAmount: zero-amount: "0.00" is zero`}},
		{Name: "a line amount may be zero", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.amount,lineItemsV2.qty\nB1,GIFT,0,1\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Positive,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			f := c.Field
			total := billAmount(f) && f.Name == "billAmount"
			if !total && !(lineDecimal(f) && quantity(f)) {
				return nil
			}
			read := reader(p)
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					a, ok := read(cell)
					return !ok || !a.IsZero() // text that is no number is number-format's business
				},
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: "{value} is zero"} },
			}
		},
	}},
})
