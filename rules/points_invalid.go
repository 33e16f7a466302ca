package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// pointsTemplates are those of points-invalid.
var pointsTemplates = []string{"goodwill-points-issue", "points-redeem"}

// PointsInvalid reports points that are none: blank, zero, below zero.
var PointsInvalid = register(validate.Rule{
	ID: "points-invalid", Title: "No points", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The number of points of a request is blank, zero or below zero. Text that is no number at
all is number-format.

The platform refuses the request: there is nothing to give or to redeem.

Write a number above 0, or leave the row out.
`,
	Templates: pointsTemplates,
	Prevents:  []string{"points:801", "points:901", "request-workflow:2015"},
	Sources:   []string{pointsCodes, goodwillAPI, goodwillCodes},
	Examples: []validate.Example{
		{Name: "nothing to redeem", Template: "points-redeem", Text: "customer.mobile,points_redeemed\n919812345678,0\n",
			Want: []string{`2:points_redeemed: points-invalid: "0" is not above zero`}},
		{Name: "a blank cell", Template: "points-redeem", Text: "customer.mobile,points_redeemed\n919812345678,\n",
			Want: []string{"2:points_redeemed: points-invalid: points_redeemed is blank"}},
		{Name: "points", Template: "points-redeem", Text: "customer.mobile,points_redeemed\n919812345678,12.5\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Trust: validate.Positive, Rank: validate.Meaning, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !pointsField(c.Field) {
				return nil
			}
			read := reader(p)
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					a, ok := read(cell)
					return !ok || a.Sign() > 0
				},
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: "{value} is not above zero"} },
			}
		}},
		validate.Cell{Blanks: true, Rank: validate.Form, Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !pointsField(c.Field) {
				return nil
			}
			return blankCheck(c.Field.Name + " is blank")
		}},
	},
})

// pointsField reports whether a field says how many points a request is about.
func pointsField(f *templates.Field) bool {
	return f.Type == templates.Decimal && (f.Name == "points" || f.Name == "points_redeemed")
}
