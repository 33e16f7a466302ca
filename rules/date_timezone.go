package rules

import (
	"fmt"
	"time"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateTimezoneParams are the parameters of date-timezone.
type DateTimezoneParams struct {
	Offset string `yaml:"offset" doc:"the clock of the platform, such as +05:30; empty: that of the cluster"`
}

// Validate reports text that is no offset.
func (d *DateTimezoneParams) Validate() error {
	if _, err := d.zone(); err != nil {
		return fmt.Errorf("offset is %q; it takes hours and minutes from UTC such as +05:30, or nothing", d.Offset)
	}
	return nil
}

// zone returns the zone of the offset; nil where none is set.
func (d *DateTimezoneParams) zone() (*time.Location, error) {
	if d.Offset == "" {
		return nil, nil
	}
	t, err := time.Parse("-07:00", d.Offset)
	if err != nil {
		return nil, err
	}
	_, seconds := t.Zone()
	return time.FixedZone(d.Offset, seconds), nil
}

// DateTimezone reports times that become another day on the platform.
var DateTimezone = register(validate.Rule{
	ID: "date-timezone", Title: "Time that moves to another day", Severity: validate.Warning, Since: "0.2.0", Needs: "the cluster",
	Doc: `
The time of a bill or a redemption is so near midnight that it belongs to another day by
the clock of the platform. The rule is silent until ` + "`cluster`" + ` (or ` + "`--cluster`" + `) says where the
organisation is kept, or ` + "`offset`" + ` what time it is there.

The platform takes a time of a bill without an offset as UTC, and turns it and any other
time into its own: on the clusters India and South East Asia 22:00 becomes 03:30 of the
next day. Of a redemption it turns only times that end in Z. Bills then miss the offers
and limits of their day.

Export times with the offset of the shop, such as 2026-11-20T22:00:00+05:30. If the
organisation stores times as they were sent, set the rule to ` + "`off`" + `.
`,
	Templates: append([]string{"coupon-redeem"}, sales...),
	Prevents:  []string{"transaction-v2:billing-time-mismatch"},
	Sources:   []string{salesAPI, couponAPI, salesCodesV2},
	Params:    &DateTimezoneParams{},
	Examples: []validate.Example{
		{Name: "a late bill in India", Params: &DateTimezoneParams{Offset: "+05:30"},
			Text: "billNumber,billingDate\nB1,2026-11-19 22:00:00\nB2,2026-11-19 12:00:00\n",
			Want: []string{`2:billingDate: date-timezone: "2026-11-19 22:00:00" is 2026-11-20 03:30 by the platform's clock, as a time without an offset is taken as UTC`}},
		{Name: "an offset of elsewhere", Params: &DateTimezoneParams{Offset: "+00:00"},
			Text: "billNumber,billingDate\nB1,2026-11-19T03:00:00+05:30\n",
			Want: []string{`2:billingDate: date-timezone: "2026-11-19T03:00:00+05:30" is 2026-11-18 21:30 by the platform's clock`}},
		{Name: "the offset of the cluster", Params: &DateTimezoneParams{Offset: "+05:30"},
			Text: "billNumber,billingDate\nB1,2026-11-19T22:00:00+05:30\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			zone, err := p.Params.(*DateTimezoneParams).zone()
			if zone == nil {
				zone = p.Options.Zone
			}
			if err != nil || zone == nil || !dated(c) || !c.Layout.HasTime() {
				return nil
			}
			z := &clock{zone: zone, layout: c.Layout, redemption: c.Field.Level == "coupon"}
			return &validate.CellCheck{OK: z.ok, Describe: z.describe, Classify: z.classify, Conclude: func(t *validate.Tally) validate.Conclusion {
				return validate.Conclusion{Cause: offsetless(t)}
			}}
		},
	}},
})

// A clock turns times of a column into those of the platform.
type clock struct {
	zone       *time.Location
	layout     *templates.Layout
	redemption bool // only times that end in Z are turned
}

// local returns a time by the clock of the platform. moved is false where it
// stays on its day, or is not turned at all.
func (z *clock) local(cell []byte) (t time.Time, s templates.Stamp, moved bool) {
	s, fit := z.layout.Parse(cell)
	if fit != templates.Fits || dayAlone(cell) || z.redemption && cell[len(cell)-1] != 'Z' {
		return t, s, false
	}
	t = time.Unix(moment(s), 0).In(z.zone)
	year, month, day := t.Date()
	d, _ := templates.DayOf(year, int(month), day)
	return t, s, d != s.Day
}

// dayAlone reports whether a cell has no time: ISO 8601 may leave it out.
func dayAlone(cell []byte) bool { return len(cell) == len("2026-11-20") && cell[4] == '-' }

func (z *clock) ok(cell []byte) bool {
	_, _, moved := z.local(cell)
	return !moved
}

func (z *clock) describe(cell []byte) validate.Detail {
	t, s, _ := z.local(cell)
	d := validate.Detail{Message: "{value} is " + t.Format("2006-01-02 15:04") + " by the platform's clock"}
	if !s.HasZone {
		d.Message += ", as a time without an offset is taken as UTC"
		d.Fix = &validate.Fix{Title: fmt.Sprintf("write the time with the offset of the shop, such as %vT%02d:%02d:%02d%s",
			s.Day, s.Second/3600, s.Second/60%60, s.Second%60, t.Format("-07:00"))}
	}
	return d
}

// withoutOffset is the hypothesis that a time lacks its offset.
const withoutOffset uint32 = 2

func (z *clock) classify(cell []byte) uint32 {
	if _, s, _ := z.local(cell); !s.HasZone {
		return withoutOffset
	}
	return 0
}

// offsetless says how many times of a column lack an offset.
func offsetless(t *validate.Tally) string {
	n := t.Bits[1]
	if n == 0 {
		return ""
	}
	return share(n, t.Total, "have") + " no offset, which means UTC"
}
