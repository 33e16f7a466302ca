package rules

import (
	"strings"

	"github.com/connectplus/preflight/validate"
)

// codeTemplates are those of validation-code-missing.
var codeTemplates = []string{"points-redeem", "coupon-redeem"}

// ValidationCodeMissing reports a blank one-time code.
var ValidationCodeMissing = register(validate.Rule{
	ID: "validation-code-missing", Title: "Validation code is blank", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The file has a column for the validation code, the one-time password that the customer
got, and a row leaves it blank.

Where the column is mapped the platform is sent an empty code, and refuses to redeem.

Fill the code. If your organisation redeems without codes, leave the column out of the
mapping.
`,
	Templates: codeTemplates,
	Prevents:  []string{"otp:604/EMPTY_VALIDATION_CODE", "coupon:725"},
	Sources:   []string{guide, couponCodes, pointsAPI},
	Examples: []validate.Example{
		{Name: "no code", Template: "points-redeem", Text: "customer.mobile,points_redeemed,validation_code\n919812345678,100,\n",
			Want: []string{"2:validation_code: validation-code-missing: validation_code is blank"}},
		{Name: "a code", Template: "points-redeem", Text: "customer.mobile,points_redeemed,validation_code\n919812345678,100,48151\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Blanks: true,
		Rank:   validate.Form,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !validationCodeField(c.Field.Name) {
				return nil
			}
			return blankCheck(c.Field.Name + " is blank")
		},
	}},
})

// validationCodeField reports whether a field carries a one-time code.
func validationCodeField(name string) bool {
	word := strings.ReplaceAll(strings.ToLower(leaf(name)), "_", "")
	return word == "validationcode" || word == "otp"
}
