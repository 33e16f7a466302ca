package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// NegativeAmount reports an amount of a whole bill that is below zero.
var NegativeAmount = register(validate.Rule{
	ID: "negative-amount", Title: "Bill amount below zero", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The total, the gross amount or the discount of a bill is below zero. A minus often
marks a return in the till's own export.

The platform refuses the bill: sales and returns alike carry amounts of zero or more,
and the type of the row says which of the two it is.

Write the amount without its sign, and send returns as rows of type RETURN. preflight
does not do it for you: only you know whether the row is a return.
`,
	Prevents: []string{
		"transaction:631/ERR_LOYALTY_BILL_AMOUNT_NEGATIVE", "transaction:665", "transaction:666",
		"transaction-v2:665", "transaction-v2:666",
	},
	Sources: []string{guide, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a return written as a negative sale", Text: "billNumber,billAmount\nB1,-10.00\n",
			Want: []string{`2:billAmount: negative-amount: "-10.00" is below zero`}},
		{Name: "a discount with the sign that lowers a total", Text: "billNumber,discount\nB1,-5\n",
			Want: []string{`2:discount: negative-amount: "-5" is below zero`}},
		{Name: "amounts of zero or more", Text: "billNumber,grossAmount,billAmount,discount\nB1,12.50,10,2.50\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Plain,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !billAmount(c.Field) {
				return nil
			}
			return notNegative(p)
		},
	}},
})

// billAmount reports whether a field is a number that takes no sign, of a bill or
// of what else a row of the template is, but not of a line or a payment.
func billAmount(f *templates.Field) bool {
	return f != nil && unsigned(f) && f.Level != templates.Line && f.Level != templates.Payment
}

// unsigned reports whether a field is a number of zero or more.
func unsigned(f *templates.Field) bool {
	return (f.Type == templates.Decimal || f.Type == templates.Integer) && f.Has("non_negative")
}
