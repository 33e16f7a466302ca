package rules

import (
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// BlankRow reports rows without any value.
var BlankRow = register(validate.Rule{
	ID: "blank-row", Title: "Row without any value", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
All cells of the row are blank. Spreadsheet programs leave such rows at the end of an
export.

The platform may take the row for a transaction without details and refuse it.

Delete the row.
`,
	Prevents: []string{"transaction:615"},
	Sources:  []string{salesCodes},
	Examples: []validate.Example{
		{Name: "left over at the end", Text: "billNumber,billAmount\nB1,10\n,\n",
			Want: []string{"3: blank-row: the row is blank"}},
		{Name: "the last line end is no row", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Fault{
		Kinds: []table.FaultKind{table.FaultBlank}, Safe: true,
		Describe: func(*validate.Pass, *table.Fault) validate.Detail {
			return validate.Detail{Message: "the row is blank", Fix: &validate.Fix{Title: "delete the row", Safe: true}}
		},
	}},
})
