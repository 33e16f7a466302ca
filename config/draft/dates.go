package draft

import (
	"cmp"
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
)

// Dates are the layouts that fit the dates of a sample.
type Dates struct {
	Cells   int // dates that were looked at
	Fitting int // of them, those that the layouts fit
	// Layouts read the dates alike if there is one; several read the same dates
	// differently. None: no layout fits any.
	Layouts []*templates.Layout
	Example string // a date that the layouts fit, if there is one
	// Others fit most of the dates that Layouts do not fit: no setting fits both.
	// None: no layout fits any of those.
	Others       []*templates.Layout
	OtherExample string // a date that Others fit and Layouts do not
	Even         bool   // Others fit as many dates as Layouts
}

// A dateReading is the dates of a column that the same layouts fit.
type dateReading struct {
	cells   int
	example string
}

// date notes which layouts fit a date.
func (c *column) date(cell []byte, layouts []*templates.Layout) {
	c.reading = c.reading[:0]
	for i, l := range layouts {
		fits := byte('-')
		if _, fit := l.Parse(cell); fit == templates.Fits {
			c.fits[i]++
			fits = '+'
		}
		c.reading = append(c.reading, fits)
	}
	r := c.readings[string(c.reading)]
	if r == nil {
		if c.readings == nil {
			c.readings = map[string]*dateReading{}
		}
		r = &dateReading{example: string(cell)}
		c.readings[string(c.reading)] = r
	}
	r.cells++
}

// dates finds the layouts that fit most dates of the columns with date fields,
// and those that fit most of the others. Of layouts that read alike the first
// is kept: the stricter.
func (d *Draft) dates(layouts []*templates.Layout) (found Dates) {
	all := map[string]*dateReading{}
	for j, c := range d.columns {
		if f := d.field(j); f == nil || f.Type != templates.Date {
			continue
		}
		found.Cells += c.filled
		found.Example = cmp.Or(found.Example, c.example)
		for fits, r := range c.readings {
			if all[fits] == nil {
				all[fits] = &dateReading{example: r.example}
			}
			all[fits].cells += r.cells
		}
	}
	best, fitting := most(all, layouts)
	if fitting == 0 {
		return found
	}
	found.Fitting = fitting
	found.Layouts = alike(all, layouts, best)
	rest := map[string]*dateReading{}
	for fits, r := range all {
		if fits[best] == '-' {
			rest[fits] = r
		}
	}
	other, n := most(rest, layouts)
	if n == 0 {
		return found
	}
	found.Others = alike(rest, layouts, other)
	if len(found.Others) == 0 || order(found.Others[0]) == "YDM" {
		found.Others = nil // a slip, not a format
		return found
	}
	found.Example, found.OtherExample = example(all, best, other), example(rest, other, best)
	both := 0
	for fits, r := range all {
		if fits[other] == '+' {
			both += r.cells
		}
	}
	found.Even = both == fitting
	return found
}

// most returns the first of the layouts that fit most dates, and how many.
func most(readings map[string]*dateReading, layouts []*templates.Layout) (best, cells int) {
	counts := make([]int, len(layouts))
	for fits, r := range readings {
		for i := range counts {
			if fits[i] == '+' {
				counts[i] += r.cells
			}
		}
	}
	for i, n := range counts {
		if n > cells {
			best, cells = i, n
		}
	}
	return best, cells
}

// alike returns the layouts that fit the dates which one of them fits, and no
// others; of those that read alike the first.
func alike(readings map[string]*dateReading, layouts []*templates.Layout, one int) (list []*templates.Layout) {
	orders := map[string]bool{}
next:
	for i, l := range layouts {
		if orders[order(l)] {
			continue
		}
		for fits := range readings {
			if fits[i] != fits[one] {
				continue next
			}
		}
		orders[order(l)] = true
		list = append(list, l)
	}
	// Nobody writes year, day, month where the usual order fits as well.
	if len(list) > 1 {
		list = slices.DeleteFunc(list, func(l *templates.Layout) bool { return order(l) == "YDM" })
	}
	return list
}

// example returns a date that one layout fits: the first in the order of text,
// one that the other does not fit before all.
func example(readings map[string]*dateReading, one, other int) string {
	var alone, shared string
	for fits, r := range readings {
		switch {
		case fits[one] == '-':
		case fits[other] == '-' && (alone == "" || r.example < alone):
			alone = r.example
		case shared == "" || r.example < shared:
			shared = r.example
		}
	}
	return cmp.Or(alone, shared)
}

// order says in which order a layout has day, month and year: "DMY". Two
// layouts of one order read a date alike.
func order(l *templates.Layout) string {
	text, _, _ := strings.Cut(l.String(), "H")
	if l.YearFirst() && !strings.Contains(text, "DD-MM") {
		return "YMD"
	}
	var o strings.Builder
	for _, c := range text {
		if strings.ContainsRune("DMY", c) && !strings.ContainsRune(o.String(), c) {
			o.WriteRune(c)
		}
	}
	return o.String()
}
