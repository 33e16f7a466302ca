package report

import (
	"strconv"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// Measures of the chart of places, in units of its view box.
const (
	chartBins   = 60
	chartWidth  = 720
	chartHeight = 120
)

// An htmlChart shows where in a file its findings lie: the rows from first to
// last, in bins of equal size.
type htmlChart struct {
	Caption, Words     string // what is counted; the chart in words
	Bins               []htmlBin
	First, Last        int64 // rows as a spreadsheet shows them
	Most               int64 // of a bin
	ChartSize          [2]int
	PerBin             int64
	FirstBad, LastBad  int64
	binsWith, binCount int
}

// An htmlBin is one bar: its place in units of the view box.
type htmlBin struct {
	X, Y, Width, Height string
	From, Upto, Count   int64
}

// newChart counts rows with errors where the whole file was counted, else the
// findings that were kept. nil: nothing lies in a row, or there is one row.
func newChart(p *page) *htmlChart {
	f := p.file
	first := int64(2)
	if f.Source != nil {
		first = max(int64(f.Source.HeaderRow), 1) + 1
		if f.Source.Headless {
			first = max(int64(f.Source.HeaderRow), 1)
		}
	}
	if f.Rows < 2 {
		return nil
	}
	c := &htmlChart{First: first, Last: first + f.Rows - 1, ChartSize: [2]int{chartWidth, chartHeight}}
	c.PerBin = (f.Rows + chartBins - 1) / chartBins
	c.binCount = int((f.Rows + c.PerBin - 1) / c.PerBin)
	counts := make([]int64, c.binCount)
	if f.Rejected != nil && f.RejectedRows > 0 {
		c.Caption = "Rows with an error, and the rows of the same " + groupNoun(f.Template)
		if f.Groups == 0 {
			c.Caption = "Rows with an error"
		}
		for i := range counts {
			from := first + int64(i)*c.PerBin
			counts[i] = rowsIn(f.Rejected, from, min(c.PerBin, c.Last-from+1))
		}
	} else {
		c.Caption = "Findings, as far as they were kept"
		for _, fd := range p.findings {
			if fd.Severity > validate.Info && fd.Pos.Row >= first && fd.Pos.Row <= c.Last {
				counts[(fd.Pos.Row-first)/c.PerBin]++
			}
		}
	}
	if !c.draw(counts) {
		return nil
	}
	return c
}

// rowsIn counts the members among n rows from first on.
func rowsIn(set *validate.RowSet, first, n int64) (members int64) {
	if !set.Any(first, int(n)) {
		return 0
	}
	for row := first; row < first+n; row++ {
		if set.Has(row) {
			members++
		}
	}
	return members
}

// draw places the bars; false if there are none.
func (c *htmlChart) draw(counts []int64) bool {
	for i, n := range counts {
		c.Most = max(c.Most, n)
		if n == 0 {
			continue
		}
		c.binsWith++
		from := c.First + int64(i)*c.PerBin
		upto := min(from+c.PerBin-1, c.Last)
		if c.FirstBad == 0 {
			c.FirstBad = from
		}
		c.LastBad = upto
	}
	if c.Most == 0 {
		return false
	}
	unit := func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
	step := float64(chartWidth) / float64(len(counts))
	for i, n := range counts {
		if n == 0 {
			continue
		}
		height := max(2, float64(n)/float64(c.Most)*chartHeight)
		from := c.First + int64(i)*c.PerBin
		c.Bins = append(c.Bins, htmlBin{
			X: unit(float64(i) * step), Y: unit(chartHeight - height), Width: unit(max(step-1.5, 1)), Height: unit(height),
			From: from, Upto: min(from+c.PerBin-1, c.Last), Count: n,
		})
	}
	c.Words = c.Caption + ", from row " + words.Count(c.FirstBad) + " to row " + words.Count(c.LastBad) + ": in " +
		words.Count(int64(c.binsWith)) + " of " + words.Plural(int64(c.binCount), "part") + " of " + words.Plural(c.PerBin, "row") +
		", at most " + words.Count(c.Most) + " in one"
	return true
}
