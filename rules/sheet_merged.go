package rules

import (
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// SheetMerged reports merged cells in the table of a worksheet.
var SheetMerged = register(validate.Rule{
	ID: "sheet-merged", Title: "Merged cells in a worksheet", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
Cells of the worksheet are merged, in the header or below it. Only the first cell of a
merged range has the value, whatever it looks like.

The platform gets blanks for the other cells: columns without a name, rows without a bill
number or a customer.

Take the merged cells apart, and write the value into each.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, sheetML},
	Examples: []validate.Example{
		{Name: "one name for two rows", File: "sales.xlsx", Text: "[Sales]\nbillNumber,note\nB1,gift\nB2,^\n",
			Want: []string{
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
				"sheet-merged: 1 range of cells below the header is merged, in row 2",
			}},
		{Name: "a file of text has none", Text: "billNumber,note\nB1,gift\nB2,gift\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		w := p.Source.Workbook
		if w == nil {
			return
		}
		for _, m := range []struct {
			places table.Places
			where  string
		}{{w.MergedHeader, "in the header"}, {w.MergedBody, "below the header"}} {
			if n := m.places.Count; n > 0 {
				report(validate.Detail{
					Message: words.Plural(n, "range") + " of cells " + m.where + " " + hold(n, "is", "are") + " merged, " + firstRow(m.places),
					Count:   n, Fix: &validate.Fix{Title: "take the merged cells apart, and write the value into each"},
				})
			}
		}
	})},
})
