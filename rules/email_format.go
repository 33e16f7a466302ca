package rules

import (
	"bytes"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// EmailFormat reports email addresses that the platform does not take.
var EmailFormat = register(validate.Rule{
	ID: "email-format", Title: "Not an email address", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The text is not an email address as the platform takes it: letters, digits, hyphens,
underscores, plus signs and points around one @, at most 255 characters, with a domain
such as example.com behind it.

The platform refuses the row: it finds no customer, or cannot register one. Longer
addresses are cut without a word.

Correct the address at its origin, one address to a cell.
`,
	Prevents: []string{"transaction:646", "customer:1002", "customer:8055", "customer:8057"},
	Sources:  []string{salesCodes, customerCodes, customerAPI, customerFields},
	Examples: []validate.Example{
		{Name: "no domain", Text: "billNumber,identifierType,identifierValue\nB1,email,anna@\n",
			Want: []string{`2:identifierValue: email-format: "anna@" is not an email address`}},
		{Name: "two addresses", Template: "test-control-update", Text: "email,testControlStatus\na@example.com;b@example.com,test\n",
			Want: []string{`2:email: email-format: "a@example.com;b@example.com" is not an email address: it has several @`}},
		{Name: "an address", Text: "billNumber,identifierType,identifierValue\nB1,email,anna.k+shop@mail.example.com\n"},
	},
	Checks: []validate.Check{
		row(func(p *validate.Pass) *validate.RowCheck {
			return identifierCheck(p,
				func(typ, value []byte) bool {
					return string(typ) == "email" && !emailAddress(value) && !mismatched(typ, value)
				},
				func(_, value []byte) validate.Detail { return describeEmail(value) })
		}),
		validate.Cell{Rank: validate.Form, Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || c.Field.Type != templates.Email {
				return nil
			}
			return &validate.CellCheck{OK: emailAddress, Describe: describeEmail}
		}},
	},
})

func describeEmail(s []byte) validate.Detail {
	d := validate.Detail{Message: "{value} is not an email address"}
	switch {
	case len(s) > emailMax:
		d.Message += ": it has more than 255 characters"
	case bytes.Count(s, []byte("@")) > 1:
		d.Message += ": it has several @"
	case bytes.IndexByte(s, '@') < 0:
		d.Message += ": it has no @"
	case bytes.IndexByte(s, ' ') >= 0:
		d.Message += ": it holds a space"
		if bare := bytes.ReplaceAll(s, []byte(" "), nil); emailAddress(bare) {
			d.Fix = validate.Write("write the address without its spaces", string(bare), false)
		}
	}
	return d
}
