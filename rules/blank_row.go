package rules

import (
	"strconv"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// BlankRow reports rows without any value.
var BlankRow = register(validate.Rule{
	ID: "blank-row", Title: "Row without any value", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
All cells of the row are blank. Spreadsheet programs leave such rows at the end of an
export. As an error: blank rows stand above the header of a worksheet.

The platform may take the row for a transaction without details and refuse it. A blank
first row is taken for the header, so that no column is found.

Delete the row.
`,
	Prevents: []string{"transaction:615"},
	Sources:  []string{salesCodes},
	Examples: []validate.Example{
		{Name: "left over at the end", Text: "billNumber,billAmount\nB1,10\n,\n",
			Want: []string{"3: blank-row: the row is blank"}},
		{Name: "above the header of a worksheet", File: "sales.xlsx", Text: "[Sales]\n\n\nbillNumber,billAmount\nB1,10\n",
			Want: []string{
				"blank-row: the rows above the header are blank: it stands in row 3",
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
			}},
		{Name: "the last line end is no row", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{
		validate.Fault{
			Kinds: []table.FaultKind{table.FaultBlank}, Fix: &validate.Fix{Title: "delete the row", Safe: true, Remove: true},
			Describe: func(*validate.Pass, *table.Fault) validate.Detail {
				return validate.Detail{Message: "the row is blank"}
			},
		},
		validate.Head(aboveHeader),
	},
})

// aboveHeader reports a worksheet whose table begins below its first row. Of a
// file of text the first line is the header, whatever it holds.
func aboveHeader(p *validate.Pass, report func(validate.Detail)) {
	if s := p.Source; s.Workbook != nil && headerRow(s) > 1 {
		report(validate.Detail{
			Message:  "the rows above the header are blank: it stands in row " + strconv.FormatInt(s.HeaderRow, 10),
			Severity: validate.Error, Fix: &validate.Fix{Title: "delete the rows above the header", Safe: true, Rewrite: validate.ToText},
		})
	}
}
