package rules

import (
	"fmt"
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateMixed reports a column whose dates need more than one format.
var DateMixed = register(validate.Rule{
	ID: "date-mixed", Title: "Dates of one column in several formats", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The dates of one column are written in several formats, so that no single one reads them
all.

A dataflow takes one format for a file. The platform refuses the rows in another one,
or reads day and month the wrong way round, which no error shows.

Export all dates in one format. The cells that do not fit are reported by date-format;
preflight does not rewrite them, because a date such as 05/06/2026 could be either day.
`,
	Prevents: []string{"transaction:643", "transaction:644", "transaction:621"},
	Sources:  []string{guide, salesCodes, releaseNotes},
	Examples: []validate.Example{
		{Name: "two tills, two formats", Text: "billNumber,billingDate\nB1,2026-11-18\nB2,19/11/2026\n",
			Want: []string{
				`1:billingDate: date-mixed: the dates need more than one format: YYYY-MM-DD and DD/MM/YYYY`,
				`3:billingDate: date-format: "19/11/2026" is not a date like YYYY-MM-DD`,
			}},
		{Name: "one format", Text: "billNumber,billingDate\nB1,2026-11-18\nB2,2026-11-19\n"},
	},
	Checks: []validate.Check{validate.File(func(p *validate.Pass, s *validate.Summary, report func(validate.Detail)) {
		for _, c := range s.Columns {
			if !dated(c) {
				continue
			}
			if t := s.Tally("date-format", c.Index); t != nil {
				if formats, mixed := formatsNeeded(p, c, t); mixed {
					report(validate.Detail{
						Message: "the dates need more than one format: " + formats, Column: c.Index + 1, Row: headerRow(s.Source),
					})
				}
			}
		}
	})},
})

// formatsNeeded names the formats of a column's dates, where one does not read
// them all. t counts the dates that the dataflow does not take.
func formatsNeeded(p *validate.Pass, c *validate.Column, t *validate.Tally) (formats string, mixed bool) {
	others := candidates(p, c)
	dates := t.Total - t.Bits[noDate] // the rest is no date in any format
	first := -1
	for i := range others {
		if n := t.Bits[i+1]; n > 0 && (first < 0 || n > t.Bits[first+1]) {
			first = i
		}
	}
	switch {
	case first < 0:
		return "", false
	case c.Fits:
		return fmt.Sprintf("%v and %v", c.Layout, others[first]), true
	case t.Bits[first+1] == dates:
		return "", false
	}
	// The two together read all; best those that have no date in common.
	second, sample := -1, p.Source.Sample(sampleRows)
	for i := range others {
		both := t.Bits[first+1] + t.Bits[i+1]
		if i == first || both < dates || !readAll(sample, c, others, first, i) {
			continue
		}
		if second < 0 || both < t.Bits[first+1]+t.Bits[second+1] {
			second = i
		}
	}
	if second < 0 {
		return fmt.Sprintf("%v and others", others[first]), true
	}
	return fmt.Sprintf("%v and %v", others[first], others[second]), true
}

// readAll reports whether two layouts read, between them, all dates at the head
// of the file that some layout reads: counts alone cannot tell, as one date may
// fit both.
func readAll(sample [][]string, c *validate.Column, layouts []*templates.Layout, i, k int) bool {
	for _, row := range sample {
		text := row[c.Index]
		if fits(c.Layout, text) || fits(layouts[i], text) || fits(layouts[k], text) {
			continue
		}
		if slices.ContainsFunc(layouts, func(l *templates.Layout) bool { return fits(l, text) }) {
			return false
		}
	}
	return true
}
