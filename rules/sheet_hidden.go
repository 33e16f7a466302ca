package rules

import (
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// SheetHidden reports rows and columns of a worksheet that are not shown.
var SheetHidden = register(validate.Rule{
	ID: "sheet-hidden", Title: "Hidden rows or columns in a worksheet", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
Rows or columns of the worksheet are hidden, often by a filter. They are judged like the
others.

Saving as CSV writes hidden rows, too. The platform gets bills that nobody saw when the
sheet was looked through.

Show all rows and columns, and delete what is not to be sent.
`,
	Prevents: []string{"import:import-bill-duplicate-in-file"},
	Sources:  []string{guide, sheetML},
	Examples: []validate.Example{
		{Name: "a row that a filter hides", File: "sales.xlsx", Text: "[Sales]\nbillNumber,billAmount\nB1,10\nhidden: B2,20\n",
			Want: []string{
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
				"sheet-hidden: 1 row with values is hidden, in row 3",
			}},
		{Name: "a hidden column", File: "sales.xlsx", Text: "[Sales]\nbillNumber,hidden: billAmount\nB1,10\n",
			Want: []string{
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
				"sheet-hidden: 1 column is hidden: billAmount",
			}},
		{Name: "a file of text shows everything", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		w := p.Source.Workbook
		if w == nil {
			return
		}
		if h := w.HiddenRows; h.Count > 0 {
			report(validate.Detail{
				Message: words.Plural(h.Count, "row") + " with values " + hold(h.Count, "is", "are") + " hidden, " + firstRow(h),
				Count:   h.Count, Fix: &validate.Fix{Title: "show all rows, and delete what is not to be sent"},
			})
		}
		if n := int64(len(w.HiddenColumns)); n > 0 {
			report(validate.Detail{
				Message: words.Plural(n, "column") + " " + hold(n, "is", "are") + " hidden: " + headersOf(p, w.HiddenColumns),
				Count:   n, Fix: &validate.Fix{Title: "show all columns, and delete what is not to be sent"},
			})
		}
	})},
})

// headersOf lists columns by their headers, at most ten.
func headersOf(p *validate.Pass, columns []int) string {
	const most = 10
	var list []string
	for _, c := range columns {
		name := p.Columns[c].Header
		if name == "" {
			name = "one without a name"
		}
		list = append(list, name)
	}
	if more := len(list) - most; more > 0 {
		list = append(list[:most], words.Plural(int64(more), "other"))
	}
	return and(list)
}
