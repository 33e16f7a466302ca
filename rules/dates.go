package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// dated reports whether date rules judge a column.
func dated(c *validate.Column) bool {
	return c.Field != nil && c.Field.Type == templates.Date && c.Layout != nil
}

// checkDays reports a number of days that no date rule can take.
func checkDays(name string, days int) error {
	const most = 1_000_000 // keeps dates within what a templates.Day holds
	if days < 0 || days > most {
		return fmt.Errorf("%s is %d; it takes a number of days from 0 to %d", name, days, most)
	}
	return nil
}

// noDate is the bit of a tally that counts what fits no candidate layout.
const noDate = 31

// candidates are the layouts that date-format counts for a column; bit i+1 of
// the tally belongs to the i-th. A tally cannot count all layouts that people
// use, so those come first that the head of the file speaks for.
func candidates(p *validate.Pass, c *validate.Column) []*templates.Layout {
	return validate.Shared(p, "dates of column "+strconv.Itoa(c.Index), func() []*templates.Layout {
		var likely, others []*templates.Layout
		sample := p.Source.Sample(sampleRows)
		for _, l := range c.Candidates {
			switch {
			case l.Equal(c.Layout):
			case slices.ContainsFunc(sample, func(row []string) bool { return fits(l, row[c.Index]) }):
				likely = append(likely, l)
			default:
				others = append(others, l)
			}
		}
		list := append(likely, others...)
		return list[:min(len(list), noDate-1)]
	})
}

// sampleRows is how many rows of the head of a file rules look at before the
// rest: as many as say what a column is like.
const sampleRows = 200

// fits reports whether text is a date in a layout.
func fits(l *templates.Layout, text string) bool {
	_, fit := l.Parse(validate.Trim([]byte(text)))
	return fit == templates.Fits
}

// order says in which order a layout has day, month and year, as "DMY". Two
// layouts of one order read a date alike.
func order(l *templates.Layout) string {
	var o strings.Builder
	text := l.String()
	if text == "ISO 8601" {
		return "YMD"
	}
	for _, c := range text {
		switch {
		case c == 'H' || c == 'h': // minutes come after the hours
			return o.String()
		case (c == 'D' || c == 'M' || c == 'Y') && !strings.ContainsRune(o.String(), c):
			o.WriteRune(c)
		}
	}
	return o.String()
}

// like words what a date of a layout looks like.
func like(l *templates.Layout) string {
	switch text := l.String(); text {
	case "ISO 8601":
		return "a date in ISO 8601, like 2026-11-20T10:30:00Z"
	case "epoch":
		return "a time in seconds since 1970"
	default:
		return "a date like " + text
	}
}

// keeps reports whether a date can be written in another layout without losing
// or inventing a part: both have a time or both have none, and years are full.
func keeps(from, to *templates.Layout) bool {
	return from.HasTime() == to.HasTime() && from.HasZone() == to.HasZone() && strings.Contains(from.String(), "YYYY")
}
