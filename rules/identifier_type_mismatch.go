package rules

import (
	"bytes"

	"github.com/connectplus/preflight/validate"
)

// IdentifierTypeMismatch reports an identifier of another type than its row
// says.
var IdentifierTypeMismatch = register(validate.Rule{
	ID: "identifier-type-mismatch", Title: "Identifier of another type", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The type of the identifier and its value do not belong together: the row says mobile and
holds an email address, says email and holds a number, or says id and holds text.

The platform looks the customer up by the type, finds nobody, and refuses the row.

Correct the type, or take the value from the right column of the export.
`,
	Prevents: []string{"customer:8013", "customer:1042", "transaction:652", "points:802"},
	Sources:  []string{salesCodes, customerCodes, pointsCodes, customerFields},
	Examples: []validate.Example{
		{Name: "an address under mobile", Text: "billNumber,identifierType,identifierValue\nB1,mobile,anna@example.com\n",
			Want: []string{`2:identifierValue: identifier-type-mismatch: "anna@example.com" is an email address, its type says mobile`}},
		{Name: "a number under email", Text: "billNumber,identifierType,identifierValue\nB1,email,919812345678\n",
			Want: []string{`2:identifierValue: identifier-type-mismatch: "919812345678" is a number, its type says email`}},
		{Name: "an external id may be anything", Text: "billNumber,identifierType,identifierValue\nB1,externalId,anna@example.com\nB2,externalId,4711\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		return identifierCheck(p, mismatched, func(typ, _ []byte) validate.Detail {
			switch string(typ) {
			case "mobile":
				return validate.Detail{Message: "{value} is an email address, its type says mobile"}
			case "email":
				return validate.Detail{Message: "{value} is a number, its type says email"}
			}
			return validate.Detail{Message: "{value} is no number, its type says " + string(typ)}
		})
	})},
})

// mismatched reports whether a value belongs to another type.
func mismatched(typ, value []byte) bool {
	switch string(typ) {
	case "mobile":
		return bytes.IndexByte(value, '@') >= 0
	case "email":
		return dialled(value) != nil
	case "id":
		return !allDigits(value)
	}
	return false
}

// dialled cuts the plus sign off a telephone number that is written with
// digits only. It returns nil for other text.
func dialled(s []byte) []byte {
	digits := bytes.TrimPrefix(s, []byte("+"))
	if !allDigits(digits) {
		return nil
	}
	return digits
}
