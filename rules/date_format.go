package rules

import (
	"fmt"
	"slices"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DateFormat reports dates in another format than the dataflow takes.
var DateFormat = register(validate.Rule{
	ID: "date-format", Title: "Date in another format", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The date is not written as the dataflow takes it: YYYY-MM-DD unless another format was
chosen in its transform block.

The platform refuses the row as having an invalid date, or reads day and month the wrong
way round.

Export the dates in the format of the dataflow. They can be rewritten safely only if one
reading fits every date of the column, so that day and month cannot be confused, and no
row has more or fewer cells than the header. If the
dataflow takes the format that the file has, say so with ` + "`--date-format`" + `.
`,
	Prevents: []string{
		"transaction-rejected-by-connectplus", "transaction:621", "transaction-v2:1114", "customer:8017",
		"customer:1216", "customer:8112", "customer:8113", "request:9016", "points:859",
	},
	Sources: []string{guide, salesCodes, salesCodesV2, releaseNotes},
	Examples: []validate.Example{
		{Name: "day first", Text: "billNumber,billingDate\nB1,31/12/2025\n",
			Want: []string{`2:billingDate: date-format: "31/12/2025" is not a date like YYYY-MM-DD`}},
		{Name: "a month by its name", Text: "billNumber,billingDate\nB1,5 Nov 2026\n",
			Want: []string{`2:billingDate: date-format: "5 Nov 2026" is not a date like YYYY-MM-DD`}},
		{Name: "the documented format", Text: "billNumber,billingDate\nB1,2026-11-20\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Calendar,
		Rank:  validate.Form,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !dated(c) {
				return nil
			}
			return dateFormatCheck(p, c, candidates(p, c))
		},
	}},
})

// dateFormatCheck judges a column that wants one layout. Where it is mixed with
// others, no reading fits the whole column, and nothing is safe to rewrite.
func dateFormatCheck(p *validate.Pass, c *validate.Column, others []*templates.Layout) *validate.CellCheck {
	want := c.Layout
	return &validate.CellCheck{
		OK: func(cell []byte) bool {
			_, fit := want.Parse(cell)
			return fit != templates.Other // an impossible day is date-invalid's business
		},
		Describe: func([]byte) validate.Detail {
			return validate.Detail{Message: "{value} is not " + like(want)}
		},
		Classify: func(cell []byte) uint32 {
			var bits uint32
			for i, l := range others {
				if _, fit := l.Parse(cell); fit == templates.Fits {
					bits |= 2 << i
				}
			}
			if bits == 0 {
				bits = 1 << noDate
			}
			return bits
		},
		Conclude: func(t *validate.Tally) validate.Conclusion {
			return concludeDates(t, want, others, c.Fits, func(l *templates.Layout) bool { return listedFor(p, c, l) })
		},
	}
}

// concludeDates finds the reading that all bad dates of a column share. listed
// says which the dataflow may be set to.
func concludeDates(t *validate.Tally, want *templates.Layout, others []*templates.Layout, mixed bool, listed func(*templates.Layout) bool) validate.Conclusion {
	var whole, second *templates.Layout // they fit all, and differ in the order of their parts
	var rival *templates.Layout         // of another order, it fits some
	var some int64
	for i, l := range others {
		switch n := t.Bits[i+1]; {
		case n == t.Total && whole == nil:
			whole = l
		case n == t.Total && order(l) != order(whole) && second == nil:
			second = l
		}
	}
	if whole == nil {
		return validate.Conclusion{Cause: partlyRead(t, others)}
	}
	for i, l := range others {
		if n := t.Bits[i+1]; order(l) != order(whole) && n > some {
			rival, some = l, n
		}
	}
	every := share(t.Total, t.Total, "read") + " as " + whole.String()
	if second != nil {
		return validate.Conclusion{Cause: every + " and as " + second.String() + ": day and month cannot be told apart"}
	}
	c := validate.Conclusion{Cause: every + ", none in two ways"}
	if t.Total == 1 {
		c.Cause = every + ", in no second way"
	}
	if rival != nil {
		c.Cause = fmt.Sprintf("%s, %s of them also as %v, the others in no second way", every, words.Count(some), rival)
	}
	if mixed {
		return c
	}
	safe := t.Unseen == 0 // a date that nobody saw may have another reading
	flag := "say --date-format " + quoteArgument(layoutName(whole)) + " if the dataflow takes that format"
	if listed(whole) {
		c.Cause += ": a format that the documents list"
		c.Fix = func([]byte) *validate.Fix { return &validate.Fix{Title: flag} }
	}
	if keeps(whole, want) {
		if c.Fix != nil {
			c.Cause += ", so " + flag
		}
		if safe {
			c.Fixable = t.Total
		} else {
			c.Cause += "; but dates may stand in " + words.Plural(t.Unseen, "ragged row") + ", where none is read"
		}
		c.Fix = func(cell []byte) *validate.Fix {
			s, fit := whole.Parse(cell)
			if fit != templates.Fits {
				return nil
			}
			text := want.Format(s)
			return validate.Write("write the date as "+text, text, safe)
		}
	}
	return c
}

// listedFor reports whether a dataflow can be set to a layout: the documents
// list it for the field, nobody set another, and no other column needs one.
func listedFor(p *validate.Pass, c *validate.Column, l *templates.Layout) bool {
	if p.Options.Layout != nil || slices.ContainsFunc(p.Columns, func(o *validate.Column) bool { return dated(o) && o.Fits }) {
		return false
	}
	return slices.ContainsFunc(c.Field.Layouts, func(spelling string) bool {
		have, err := templates.ParseLayout(spelling)
		return err == nil && have.Equal(l)
	})
}

// layoutName is how a layout is spelled in a setting.
func layoutName(l *templates.Layout) string {
	if text := l.String(); text != "ISO 8601" {
		return text
	}
	return "iso8601"
}

// partlyRead says how many of a column's bad dates its most frequent layout
// reads.
func partlyRead(t *validate.Tally, others []*templates.Layout) string {
	var best *templates.Layout
	var most int64
	for i, l := range others {
		if n := t.Bits[i+1]; n > most {
			best, most = l, n
		}
	}
	if best == nil {
		return ""
	}
	return fmt.Sprintf("%s as %v, and no format reads all", share(most, t.Total, "read"), best)
}
