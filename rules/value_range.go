package rules

import (
	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ValueRange reports numbers outside the bounds that the template gives.
var ValueRange = register(validate.Rule{
	ID: "value-range", Title: "Number outside the bounds of its field", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A number is below the least or above the greatest that its field takes: a conversion ratio
of zero, a tier number of 0 where the first tier is 1. Points, amounts below zero and days
for a return are other rules' business.

The platform refuses the row, or takes it and the reward, badge or tier cannot be used.

Correct the number at its origin, or leave the cell blank where the field is optional.
`,
	Prevents: []string{"reward:400"},
	Sources:  []string{rewardsAPI, badgesAPI, customerAPI},
	Examples: []validate.Example{
		{Name: "a ratio of nothing", Template: "rewards-create", Text: "brandId,paymentConfigs.paymentMode,paymentConfigs.conversionRatio,redemptionType\n3,CONV_RATIO,0,MILES\n",
			Want: []string{`2:paymentConfigs.conversionRatio: value-range: "0" is not above 0`}},
		{Name: "tiers begin at 1", Template: "customer-v2-add", Text: "profiles.identifiers.mobile,loyaltyProgramEnrollments.tierNumber\n919812345678,0\n",
			Want: []string{`2:loyaltyProgramEnrollments.tierNumber: value-range: "0" is below 1`}},
		{Name: "within the bounds", Template: "customer-v2-add", Text: "profiles.identifiers.mobile,loyaltyProgramEnrollments.tierNumber\n919812345678,1\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			limits := limitsOf(p, c.Field)
			if len(limits) == 0 {
				return nil
			}
			read := reader(p)
			broken := func(cell []byte) string {
				a, ok := read(cell)
				if a.Sign() < 0 && unsigned(c.Field) {
					return "" // a rule on amounts below zero says it
				}
				for _, l := range limits {
					if ok && l.broken(a.Cmp(l.number)) {
						return l.words
					}
				}
				return ""
			}
			return &validate.CellCheck{
				OK:       func(cell []byte) bool { return broken(cell) == "" },
				Describe: func(cell []byte) validate.Detail { return validate.Detail{Message: broken(cell)} },
			}
		},
	}},
})

// A limit is one bound of a field.
type limit struct {
	number decimal.Amount
	broken func(order int) bool // of a value against number
	words  string
}

// limitsOf returns the bounds of a field that are numbers and no other rule's
// business.
func limitsOf(p *validate.Pass, f *templates.Field) (limits []limit) {
	if f == nil || f.Type != templates.Decimal && f.Type != templates.Integer || named(pointsTemplates, p) && pointsField(f) ||
		named(sales, p) && leaf(f.Name) == "returnableDays" {
		return nil
	}
	for _, word := range []struct {
		name, words string
		broken      func(order int) bool
	}{
		{"gt", "{value} is not above ", func(order int) bool { return order <= 0 }},
		{"gte", "{value} is below ", func(order int) bool { return order < 0 }},
		{"lte", "{value} is above ", func(order int) bool { return order > 0 }},
	} {
		for _, text := range arguments(f, word.name) {
			if n, ok := decimal.Parse([]byte(text)); ok { // the name of a field is not one
				limits = append(limits, limit{n, word.broken, word.words + text})
			}
		}
	}
	return limits
}
