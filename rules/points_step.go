package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/validate"
)

// PointsStepParams are the parameters of points-step.
type PointsStepParams struct {
	Minimum  string `yaml:"minimum" doc:"fewest points that can be redeemed at once; empty: any"`
	Maximum  string `yaml:"maximum" doc:"most points that can be redeemed at once; empty: any"`
	Multiple string `yaml:"multiple" doc:"number that the points must be a multiple of; empty: any"`
}

// Validate reports limits that are no numbers.
func (s *PointsStepParams) Validate() error {
	if a, ok := bound(s.Multiple); s.Multiple != "" && (!ok || a.Sign() <= 0) {
		return fmt.Errorf("multiple is %q; it takes a decimal number above 0, or nothing", s.Multiple)
	}
	return checkBounds("minimum", s.Minimum, "maximum", s.Maximum)
}

// PointsStep reports points that the organisation does not redeem.
var PointsStep = register(validate.Rule{
	ID: "points-step", Title: "Points outside the redemption limits", Severity: validate.Warning, Since: "0.2.0", Needs: "the settings of the org",
	Doc: `
The points of a redemption are below the minimum of the organisation, above its maximum,
or no multiple of its step. The rule is silent until ` + "`minimum`, `maximum` or `multiple`" + ` says
what the organisation takes.

The platform refuses the redemption.

Redeem a number of points that the limits allow.
`,
	Templates: []string{"points-redeem"},
	Prevents:  []string{"points:807", "points:819", "points:821"},
	Sources:   []string{pointsCodes, pointsAPI},
	Params:    &PointsStepParams{},
	Examples: []validate.Example{
		{Name: "steps of 50", Template: "points-redeem", Params: &PointsStepParams{Multiple: "50"},
			Text: "customer.mobile,points_redeemed\n919812345678,120\n",
			Want: []string{`2:points_redeemed: points-step: "120" is not a multiple of 50`}},
		{Name: "at least 100", Template: "points-redeem", Params: &PointsStepParams{Minimum: "100", Maximum: "1000"},
			Text: "customer.mobile,points_redeemed\n919812345678,99.5\n",
			Want: []string{`2:points_redeemed: points-step: "99.5" is below 100, the redemption minimum`}},
		{Name: "no limits are set", Template: "points-redeem", Text: "customer.mobile,points_redeemed\n919812345678,120\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			s := p.Params.(*PointsStepParams)
			if c.Field == nil || !pointsField(c.Field) || *s == (PointsStepParams{}) {
				return nil
			}
			low, lowSet := bound(s.Minimum)
			high, highSet := bound(s.Maximum)
			step, stepSet := bound(s.Multiple)
			read := reader(p)
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					a, ok := read(cell)
					return !ok || a.Sign() <= 0 || // points-invalid's business
						!(lowSet && a.Cmp(low) < 0) && !(highSet && a.Cmp(high) > 0) && !(stepSet && !multiple(a, step))
				},
				Describe: func(cell []byte) validate.Detail {
					a, _ := read(cell)
					switch {
					case lowSet && a.Cmp(low) < 0:
						return validate.Detail{Message: "{value} is below " + s.Minimum + ", the redemption minimum"}
					case highSet && a.Cmp(high) > 0:
						return validate.Detail{Message: "{value} is above " + s.Maximum + ", the redemption maximum"}
					}
					return validate.Detail{Message: "{value} is not a multiple of " + s.Multiple}
				},
			}
		},
	}},
})

// multiple reports whether a is a whole number of steps. Numbers too long to
// tell pass.
func multiple(a, step decimal.Amount) bool {
	scale := max(a.Scale(), step.Scale())
	units, ok1 := a.Mantissa(scale)
	of, ok2 := step.Mantissa(scale)
	return !ok1 || !ok2 || units%of == 0
}
