package rules

import (
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateOrder reports a start that is not before its end.
var DateOrder = register(validate.Rule{
	ID: "date-order", Title: "Start not before the end", Severity: validate.Error, Since: "0.2.0",
	Doc: `
Two dates of a row are the wrong way round: a reward, a badge or another thing ends before
it starts, or at the same moment.

The platform refuses the row.

Often the two columns were swapped, or day and month of one of them. Correct the dates at
their origin. The purchase before a return, and a delivery after its order, are other
rules' business.
`,
	Prevents: []string{"transaction-v2:1115", "customer:1214", "customer:8115", "badge:720"},
	Sources:  []string{salesCodesV2, customerCodes, badgesAPI, rewardsAPI},
	Examples: []validate.Example{
		{Name: "swapped", Template: "rewards-update", Text: "rewardId,brandId,startTime,endTime\n1,2,2027-03-31T00:00:00Z,2027-03-01T00:00:00Z\n",
			Want: []string{`2:startTime: date-order: "2027-03-31T00:00:00Z" is not before endTime, which is 2027-03-01T00:00:00Z`}},
		{Name: "a month", Template: "rewards-update", Text: "rewardId,brandId,startTime,endTime\n1,2,2027-03-01T00:00:00Z,2027-03-31T00:00:00Z\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		var checks []*validate.RowCheck
		for _, c := range p.Columns {
			if !dated(c) || strings.HasSuffix(c.Field.Name, "purchaseTime") {
				continue
			}
			for _, name := range arguments(c.Field, "before") {
				if p.Column(name) < 0 || !dated(p.Columns[p.Column(name)]) {
					continue
				}
				checks = append(checks, orderCheck(c, p.Columns[p.Column(name)]))
			}
		}
		return checks
	})},
})

// orderCheck wants the date of one column before that of another.
func orderCheck(start, end *validate.Column) *validate.RowCheck {
	from, to := validate.Value{Column: start.Index}, validate.Value{Column: end.Index}
	timed := start.Layout.HasTime() && end.Layout.HasTime()
	return &validate.RowCheck{
		Column: start.Index, Rank: validate.Meaning,
		OK: func(r validate.RowView) bool {
			a, fit := start.Layout.Parse(r.Get(from))
			b, also := end.Layout.Parse(r.Get(to))
			if fit != templates.Fits || also != templates.Fits {
				return true
			}
			if !timed {
				return a.Day <= b.Day
			}
			return moment(a) < moment(b)
		},
		Describe: func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: "{value} is not before " + end.Field.Name + ", which is " + string(r.Get(to))}
		},
	}
}

// moment returns the seconds since 1970 of a date, in UTC where it has no zone.
func moment(s templates.Stamp) int64 {
	return int64(s.Day)*24*60*60 + int64(s.Second) - int64(s.Offset)*60
}
