package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// RedemptionIDParams are the parameters of redemption-id-missing.
type RedemptionIDParams struct {
	Required bool `yaml:"required" doc:"every row must carry the ids that the file has columns for"`
}

// Validate takes every value.
func (*RedemptionIDParams) Validate() error { return nil }

// redemptionTemplates are those of redemption-id-missing.
var redemptionTemplates = append([]string{"coupon-redeem"}, sales...)

// RedemptionIDMissing reports ids of redemptions that are no numbers, or blank
// where every row needs one.
var RedemptionIDMissing = register(validate.Rule{
	ID: "redemption-id-missing", Title: "Redemption id is missing or no number", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The id of a redemption of points or of a coupon is not a whole number; or it is blank in
a file whose rows all need one. Most sales redeem nothing, so that a blank id is reported
only where the template needs it or ` + "`required`" + ` is set.

The platform finds no redemption by such an id and refuses the row.

Write the id that the platform gave when the points or the coupon were redeemed, one to
a cell, not the code of the coupon.
`,
	Templates: redemptionTemplates,
	Prevents:  []string{"coupon:661/EMPTY_REDEMPTION_ID", "points:901", "points:901 (warning)"},
	Sources:   []string{guide, couponCodes, pointsCodes, salesAPI},
	Params:    &RedemptionIDParams{},
	Examples: []validate.Example{
		{Name: "the code of the coupon", Text: "billNumber,redemptions.couponRedemptions\nB1,SPRING20\n",
			Want: []string{`2:redemptions.couponRedemptions: redemption-id-missing: "SPRING20" is not the number of a redemption`}},
		{Name: "every bill redeems", Params: &RedemptionIDParams{Required: true},
			Text: "billNumber,redemptions.pointsRedemptions\nB1,\nB2,48151\n",
			Want: []string{"2:redemptions.pointsRedemptions: redemption-id-missing: redemptions.pointsRedemptions is blank"}},
		{Name: "most sales redeem nothing", Text: "billNumber,redemptions.pointsRedemptions\nB1,\nB2,48151\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Trust: validate.Plain, Rank: validate.Form, Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !redemptionField(c.Field) {
				return nil
			}
			return &validate.CellCheck{OK: allDigits, Describe: func([]byte) validate.Detail {
				return validate.Detail{Message: "{value} is not the number of a redemption"}
			}}
		}},
		validate.Cell{Blanks: true, Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !redemptionField(c.Field) || !c.Field.Required && !p.Params.(*RedemptionIDParams).Required {
				return nil
			}
			return blankCheck(c.Field.Name + " is blank")
		}},
	},
})

// redemptionField reports whether a field carries the id of a redemption.
func redemptionField(f *templates.Field) bool {
	return f.Type == templates.Integer &&
		slices.Contains([]string{"pointsredemptions", "couponredemptions", "redemptionid"}, strings.ToLower(leaf(f.Name)))
}
