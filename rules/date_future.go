package rules

import (
	"math"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateFutureParams are the parameters of date-future.
type DateFutureParams struct {
	ToleranceDays int `yaml:"tolerance_days" doc:"days after today that are still taken; 0 or more"`
}

// Validate reports a tolerance that is no number of days.
func (d *DateFutureParams) Validate() error { return checkDays("tolerance_days", d.ToleranceDays) }

// DateFuture reports an event that has not happened yet.
var DateFuture = register(validate.Rule{
	ID: "date-future", Title: "Date in the future", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A bill, or another event that must have happened already, is dated after today. Today is
the date in the cluster of the organisation (` + "`--cluster`" + `), or where that is not told the
latest date on earth; ` + "`--today`" + ` says another.

The platform refuses dates beyond its limit for the future. Often day and month were
swapped: 2026-12-05 for 12 May.

Correct the date at its origin. If your tills run ahead of the platform's clock, allow a
day with ` + "`tolerance_days`" + `.
`,
	Prevents: []string{
		"transaction:643", "transaction-v2:643", "transaction:621", "transaction:660", "customer:1034",
		"request:9021/REQUEST_DATE_MORE_THAN_BOUNDARY",
	},
	Sources: []string{salesCodes, salesCodesV2, customerCodes},
	Params:  &DateFutureParams{},
	Examples: []validate.Example{
		{Name: "tomorrow, on 2026-11-21", Text: "billNumber,billingDate\nB1,2026-11-22\n",
			Want: []string{`2:billingDate: date-future: "2026-11-22" is later than today, 2026-11-21`}},
		{Name: "today", Text: "billNumber,billingDate\nB1,2026-11-21\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Calendar,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !dated(c) || !c.Field.Has("not_future") || p.Options.Today == 0 {
				return nil
			}
			params := p.Params.(*DateFutureParams)
			layout, today := c.Layout, p.Options.Today
			last := today + templates.Day(params.ToleranceDays)
			message := "{value} is later than today, " + today.String()
			if params.ToleranceDays > 0 {
				message += ", by more than " + words.Plural(int64(params.ToleranceDays), "day")
			}
			return &validate.CellCheck{
				Within: &[2]templates.Day{math.MinInt32, last},
				OK: func(cell []byte) bool {
					s, fit := layout.Parse(cell)
					return fit != templates.Fits || s.Day <= last
				},
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: message} },
			}
		},
	}},
})
