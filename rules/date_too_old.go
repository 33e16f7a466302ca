package rules

import (
	"fmt"
	"math"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateTooOldParams are the parameters of date-too-old.
type DateTooOldParams struct {
	Days    int    `yaml:"days" doc:"age in days from which a date is reported; 0: none"`
	MinDate string `yaml:"min_date" doc:"oldest date that the organisation takes, as YYYY-MM-DD; empty: none"`
}

// Validate reports limits that are no days.
func (d *DateTooOldParams) Validate() error {
	if _, ok := templates.ParseDay(d.MinDate); !ok && d.MinDate != "" {
		return fmt.Errorf("min_date is %q; it takes a day like 2025-12-31, or nothing", d.MinDate)
	}
	return checkDays("days", d.Days)
}

// DateTooOld reports an event of long ago.
var DateTooOld = register(validate.Rule{
	ID: "date-too-old", Title: "Date long ago", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
A bill or another event is dated before the oldest date that the organisation takes, or,
where that is not known, more than a year before today.

The platform refuses dates before the limit that the organisation has set. An old date
is often a wrong century, or a field's default such as 1970-01-01.

Correct the date, or set ` + "`days`" + ` and ` + "`min_date`" + ` to what your organisation takes.
`,
	Prevents: []string{
		"transaction:644", "transaction-v2:644", "transaction:621", "transaction:660", "customer:1034",
		"retro-request:9052",
	},
	Sources: []string{salesCodes, salesCodesV2, customerCodes},
	Params:  &DateTooOldParams{Days: 365},
	Examples: []validate.Example{
		{Name: "the clock's first day", Text: "billNumber,billingDate\nB1,1970-01-01\n",
			Want: []string{`2:billingDate: date-too-old: "1970-01-01" is before 2025-11-21`}},
		{Name: "a year ago, on 2026-11-21", Text: "billNumber,billingDate\nB1,2025-11-21\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Calendar,
		Rank:  validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !dated(c) || !c.Field.Has("not_future") && !c.Field.Has("not_before_org_minimum") {
				return nil
			}
			first, ok := oldest(p.Params.(*DateTooOldParams), p.Options.Today)
			if !ok {
				return nil
			}
			layout, message := c.Layout, fmt.Sprintf("{value} is before %v", first)
			return &validate.CellCheck{
				Within: &[2]templates.Day{first, math.MaxInt32},
				OK: func(cell []byte) bool {
					s, fit := layout.Parse(cell)
					return fit != templates.Fits || s.Day >= first
				},
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: message} },
			}
		},
	}},
})

// oldest returns the first day that is not too old; of two limits the later
// one holds. ok is false where there is none.
func oldest(params *DateTooOldParams, today templates.Day) (first templates.Day, ok bool) {
	first, ok = templates.ParseDay(params.MinDate)
	if params.Days > 0 && today != 0 {
		if byAge := today - templates.Day(params.Days); !ok || byAge > first {
			first, ok = byAge, true
		}
	}
	return first, ok
}
