package rules

import (
	"fmt"
	"slices"

	"github.com/connectplus/preflight/validate"
)

// MergeKeyRepeated reports a key that stands twice in the bill file of a set.
var MergeKeyRepeated = register(validate.Rule{
	ID: "merge-key-repeated", Title: "Bill file has the key twice", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
The file of a merge set that has one row for each bill has two rows with one key, and
they differ. Rows that are equal in everything are duplicate-row.

The join pairs every line with both rows: the lines multiply, and so do the points.

Keep one row for each bill, or give the second bill a number of its own in all files.
`,
	Prevents: []string{"points-mismatch-multi-line-bill"},
	Sources:  []string{guide, joinBlock},
	Examples: []validate.Example{
		{Name: "two rows for one bill", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\nB1,12\n-- lines.csv --\nbillNumber,Item Code\nB1,a\n",
			Want: []string{`bills.csv:3:billNumber: merge-key-repeated: "B1" is in row 2 already`}},
		{Name: "two lines of one bill", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code\nB1,a\nB1,b\n"},
	},
	Checks: []validate.Check{
		validate.Group(func(p *validate.Pass) *validate.GroupCheck {
			if !isHead(p) || !oneRowPerBill(p) || !slices.Equal(joinOn(p), p.Key()) {
				return nil
			}
			return &validate.GroupCheck{
				Trust: validate.Single,
				Judge: func(g *validate.Rows, report func(int, uint32)) {
					if !g.Read() {
						return
					}
					if at := laterBill(g, nil, true); at >= 0 {
						report(at, 0)
					}
				},
				Describe: func(g *validate.Rows, _ int) validate.Detail { return keyAgain(p.Key()[0], g.Row(0)) },
			}
		}),
		validate.Unique(func(p *validate.Pass) []*validate.UniqueCheck {
			columns := joinOn(p)
			if !isHead(p) || !oneRowPerBill(p) || len(columns) == 0 || slices.Equal(columns, p.Key()) {
				return nil
			}
			return []*validate.UniqueCheck{{Columns: columns,
				Describe: func(_, first validate.RowView) validate.Detail { return keyAgain(columns[0], first) }}}
		}),
	},
})

// joinOn returns the 0-based join columns; none where one is absent.
func joinOn(p *validate.Pass) (columns []int) {
	for _, c := range joinColumns(p) {
		if c.column < 0 {
			return nil
		}
		columns = append(columns, c.column)
	}
	return columns
}

func keyAgain(column int, first validate.RowView) validate.Detail {
	return validate.Detail{Column: column, Related: []int64{first.Number()},
		Message: fmt.Sprintf("{value} is in row %d already", first.Number())}
}
