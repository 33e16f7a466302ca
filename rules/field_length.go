package rules

import (
	"fmt"
	"unicode/utf8"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// FieldLength reports text that is longer than its field takes.
var FieldLength = register(validate.Rule{
	ID: "field-length", Title: "Text too long for its field", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The text has more characters than the field holds.

The platform refuses the row, or, for names, cuts the text without a word. A bill number
that was cut would no longer be the number of the bill.

Shorten the text at its origin. preflight does not cut it for you.
`,
	Prevents: []string{"transaction:685", "transaction-v2:685", "card:3029", "customer:91015"},
	Sources:  []string{salesCodes, salesCodesV2, customerAPI},
	Examples: []validate.Example{
		{Name: "a bill number of 51 characters",
			Text: "billNumber,note\nB23456789012345678901234567890123456789012345678901,x\n",
			Want: []string{`2:billNumber: field-length: "B23456789012345678901234567890123456789012345678901" has 51 characters, at most 50 fit`}},
		{Name: "characters are counted, not bytes",
			Text: "billNumber,note\nÄÖÜ45678901234567890123456789012345678901234567890,x\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Fits,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			// Addresses and names that are too long have rules of their own.
			if c.Field == nil || c.Field.MaxLen == 0 || c.Field.Type == templates.Email || named(nameTemplates, p) && nameField(c.Field) {
				return nil
			}
			most := c.Field.MaxLen
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return len(cell) <= most || utf8.RuneCount(cell) <= most },
				Describe: func(cell []byte) validate.Detail {
					return validate.Detail{Message: fmt.Sprintf("{value} has %d characters, at most %d fit", utf8.RuneCount(cell), most)}
				},
			}
		},
	}},
})
