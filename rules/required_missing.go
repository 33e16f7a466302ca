package rules

import "github.com/connectplus/preflight/validate"

// RequiredMissing reports a blank cell of a mandatory field.
var RequiredMissing = register(validate.Rule{
	ID: "required-missing", Title: "Mandatory cell is blank", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A field that every row needs is blank: empty, or nothing but white space.

The platform refuses the row and names the missing field by its status code. Every row
of a bill carries the values of the bill, not only the first one.

Fill the cell at its origin. If the value is the same on all rows, the dataflow can set
it: tell preflight with ` + "`--const FIELD=VALUE`" + ` and leave the column out.
`,
	Prevents: []string{
		"transaction:602", "transaction:607", "transaction:619", "transaction:670", "transaction-v2:607",
		"points:801", "card:3011", "card:3014", "request-workflow:2008", "request:9014",
		"api:403/mandatory-field-missing", "transaction-v2:602", "customer:8119", "customer:8122",
		"points:873 (warning)",
	},
	Sources: []string{salesCodes, salesCodesV2, pointsCodes, customerCodes, cardCodes},
	Examples: []validate.Example{
		{Name: "a bill without a number", Text: "billNumber,billAmount\n,10\n",
			Want: []string{"2:billNumber: required-missing: billNumber is blank"}},
		{Name: "nothing but spaces", Text: "billNumber,billAmount\nB1,\"   \"\n",
			Want: []string{"2:billAmount: required-missing: billAmount is blank"}},
		{Name: "an optional cell may be blank", Text: "billNumber,note\nB1,\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Blanks: true,
		Rank:   validate.Form,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !c.Field.Required || customerField(p, c.Field.Name) || blankOwned(p, c.Field) {
				return nil
			}
			message := c.Field.Name + " is blank"
			return &validate.CellCheck{
				OK:       func([]byte) bool { return false },
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: message} },
			}
		},
	}},
})
