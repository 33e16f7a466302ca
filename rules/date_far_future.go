package rules

import (
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateFarFutureParams are the parameters of date-far-future.
type DateFarFutureParams struct {
	Migration bool `yaml:"migration" doc:"the dataflow sends the header X-CAP-BADGES-MIGRATION: badges may start in the past"`
}

// Validate takes every value.
func (*DateFarFutureParams) Validate() error { return nil }

// DateFarFuture reports dates of validity that are over, or beyond all use.
var DateFarFuture = register(validate.Rule{
	ID: "date-far-future", Title: "Expiry in the past or beyond a hundred years", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A tier, points, a badge or a reward expires before today or more than a hundred years from
now, or a badge is to start before today. A date of 9999-12-31 mostly stands for "never".

The platform refuses the row.

Correct the date; for something that does not expire, write a date within a hundred years.
Badges that have started already need the header X-CAP-BADGES-MIGRATION: set ` + "`migration`" + `
where the dataflow sends it.
`,
	Templates: []string{"customer-v2-add", "badges-create-update", "rewards-create"},
	Prevents:  []string{"customer:1215", "customer:1217", "badge:724", "badge:722"},
	Sources:   []string{customerCodes, badgesAPI, rewardsAPI},
	Params:    &DateFarFutureParams{},
	Examples: []validate.Example{
		{Name: "never", Template: "customer-v2-add",
			Text: "profiles.identifiers.mobile,loyaltyProgramEnrollments.tierExpiryDate\n919812345678,9999-12-31T00:00:00Z\n",
			Want: []string{`2:loyaltyProgramEnrollments.tierExpiryDate: date-far-future: "9999-12-31T00:00:00Z" is later than 2126-11-21, a hundred years from today`}},
		{Name: "over already", Template: "customer-v2-add",
			Text: "profiles.identifiers.mobile,loyaltyProgramEnrollments.pointsExpiryDate\n919812345678,2026-11-20T00:00:00Z\n",
			Want: []string{`2:loyaltyProgramEnrollments.pointsExpiryDate: date-far-future: "2026-11-20T00:00:00Z" is before today, 2026-11-21`}},
		{Name: "next year", Template: "customer-v2-add",
			Text: "profiles.identifiers.mobile,loyaltyProgramEnrollments.tierExpiryDate\n919812345678,2027-11-20T00:00:00Z\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Calendar,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !dated(c) || p.Options.Today == 0 || !lasting(c.Field) ||
				c.Field.Name == badgeStart && p.Params.(*DateFarFutureParams).Migration {
				return nil
			}
			layout, first := c.Layout, p.Options.Today
			last := inHundredYears(first)
			return &validate.CellCheck{
				Within: &[2]templates.Day{first, last},
				OK: func(cell []byte) bool {
					s, fit := layout.Parse(cell)
					return fit != templates.Fits || s.Day >= first && s.Day <= last
				},
				Describe: func(cell []byte) validate.Detail {
					if s, _ := layout.Parse(cell); s.Day < first {
						return validate.Detail{Message: "{value} is before today, " + first.String()}
					}
					return validate.Detail{Message: "{value} is later than " + last.String() + ", a hundred years from today"}
				},
			}
		},
	}},
})

const badgeStart = "startOn"

// lasting reports whether a date says how long something holds.
func lasting(f *templates.Field) bool {
	return slices.Contains([]string{
		"loyaltyProgramEnrollments.tierExpiryDate", "loyaltyProgramEnrollments.pointsExpiryDate",
		badgeStart, "expiresOn", "endTime",
	}, f.Name)
}

// inHundredYears returns the same day a hundred years later; where that year
// has no 29 February, the day before it.
func inHundredYears(day templates.Day) templates.Day {
	year, month, date := day.Date()
	later, ok := templates.DayOf(year+100, month, date)
	if !ok {
		later, _ = templates.DayOf(year+100, month, date-1)
	}
	return later
}
