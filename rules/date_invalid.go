package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateInvalid reports a day that the calendar does not have.
var DateInvalid = register(validate.Rule{
	ID: "date-invalid", Title: "No such day", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The date has the right format, but there is no such day or time: 30 February, month 00,
hour 25.

The platform refuses the row as having an invalid date.

Correct the date at its origin. Zeros often stand for "unknown": leave the cell blank
where the field is optional.
`,
	Prevents: []string{"transaction:621", "transaction-v2:1114", "customer:8017", "import:import-bill-date-invalid"},
	Sources:  []string{guide, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "30 February", Text: "billNumber,billingDate\nB1,2026-02-30\n",
			Want: []string{`2:billingDate: date-invalid: "2026-02-30" is no day of the calendar`}},
		{Name: "zeros", Text: "billNumber,billingDate\nB1,0000-00-00\n",
			Want: []string{`2:billingDate: date-invalid: "0000-00-00" is no day of the calendar`}},
		{Name: "the last day of a month", Text: "billNumber,billingDate\nB1,2026-10-31\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Calendar,
		Rank:  validate.Form,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !dated(c) {
				return nil
			}
			layout, message := c.Layout, "{value} is no day of the calendar"
			if layout.HasTime() {
				message = "{value} is no day and time of calendar and clock"
			}
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					_, fit := layout.Parse(cell)
					return fit != templates.Impossible
				},
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: message} },
			}
		},
	}},
})
