package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// MergeHeaderOrder reports a headerless file of a set whose columns are not
// those that the dataflow names.
var MergeHeaderOrder = register(validate.Rule{
	ID: "merge-header-order", Title: "Columns are not those typed for a headerless file", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
A file of a merge set has no header row, and its rows have another number of cells than
the names that were typed for it, in column order, in the join block. Rows with as many
cells as the first are then not ragged-row, too.

Cells are taken for those of other columns: parts of the profile stay empty, or the row
is refused.

Write the columns as they were typed, or type the names of all columns in their order.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{joinBlock},
	Examples: []validate.Example{
		{Name: "a column more than names", Template: "transaction-line-item-merge",
			Header: []string{"billNumber", "billAmount"}, Text: "B1,10,2026-11-01\n",
			Place: validate.Place{Role: "bill"},
			Want:  []string{"merge-header-order: the first row has 3 cells, the dataflow names 2 columns"}},
		{Name: "one row is longer than the rest", Template: "transaction-line-item-merge", Place: validate.Place{Role: "bill"},
			Header: []string{"billNumber", "billAmount"}, Text: "B1,10\nB2,10,2026-11-01\n",
			Want: []string{"2: ragged-row: the row has 3 cells, the header has 2"}},
		{Name: "as many", Template: "transaction-line-item-merge", Place: validate.Place{Role: "bill"},
			Header: []string{"billNumber", "billAmount"}, Text: "B1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if n := otherWidth(p); n > 0 {
			report(validate.Detail{Message: fmt.Sprintf("the first row has %s, the dataflow names %s", words.Plural(int64(n), "cell"), words.Plural(int64(len(p.Source.Header)), "column"))})
		}
	})},
})

// otherWidth returns how many cells the first row of a headerless file of a set
// has, if no row near it has as many as names were typed for it; else 0.
func otherWidth(p *validate.Pass) int {
	if !inSet(p) || !p.Source.Headless {
		return 0
	}
	return validate.Shared(p, "width of a headerless file", func() int {
		if len(p.Source.Sample(sampleRows)) > 0 {
			return 0
		}
		return p.Source.Cells()
	})
}
