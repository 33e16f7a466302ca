package rules

import (
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// Quoting reports quotes that do not pair.
var Quoting = register(validate.Rule{
	ID: "quoting", Title: "Malformed quotes", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A quote opens a cell and does not close it where the cell ends; or, as a warning, a quote
stands inside a cell that has none around it.

A reader may take everything up to the next quote for one cell, so that many rows are
swallowed: they are neither processed nor rejected.

Put quotes around the whole cell, and write a quote inside it twice: "6"" pipe". Most
programs do so when they export CSV.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{guide, rfc4180},
	Examples: []validate.Example{
		{Name: "a quote that never closes", Text: "billNumber,note\nB1,\"6 pipe\nB2,ok\n",
			Want: []string{"2:note: quoting: a quote opens the cell and does not close it"}},
		{Name: "an inch sign", Text: "billNumber,note\nB1,6\" pipe\n",
			Want: []string{"2:note: quoting: a quote stands inside the cell instead of around it"}},
		{Name: "quotes written twice inside quotes", Text: "billNumber,note\nB1,\"6\"\" pipe\"\n"},
	},
	Checks: []validate.Check{
		validate.Fault{
			Kinds: []table.FaultKind{table.FaultOpenQuote},
			Describe: func(_ *validate.Pass, f *table.Fault) validate.Detail {
				return validate.Detail{Message: "a quote opens the cell and does not close it", Column: f.Column}
			},
		},
		validate.Fault{
			Kinds: []table.FaultKind{table.FaultStrayQuote}, Severity: validate.Warning,
			Describe: func(_ *validate.Pass, f *table.Fault) validate.Detail {
				return validate.Detail{Message: "a quote stands inside the cell instead of around it", Column: f.Column}
			},
		},
	},
})
