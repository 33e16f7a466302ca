package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// RaggedRow reports rows with more or fewer cells than the header.
var RaggedRow = register(validate.Rule{
	ID: "ragged-row", Title: "Row with more or fewer cells than the header", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A row has another number of cells than the header. Often a delimiter inside a text has no
quotes around it, or a line break cut a row in two.

The platform fills the columns from the left, so values arrive in the wrong fields, or
are missing.

Put quotes around cells that hold a delimiter or a line break. The cells of such a row
are not judged: they may stand in the wrong column.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, rfc4180},
	Examples: []validate.Example{
		{Name: "a delimiter without quotes", Text: "billNumber,billAmount,note\nB1,10,Main Street 1, Pune\n",
			Want: []string{"2: ragged-row: the row has 4 cells, the header has 3"}},
		{Name: "a row cut short", Text: "billNumber,billAmount,note\nB1\n",
			Want: []string{"2: ragged-row: the row has 1 cell, the header has 3"}},
		{Name: "a delimiter in quotes", Text: "billNumber,billAmount,note\nB1,10,\"Main Street 1, Pune\"\n"},
	},
	Checks: []validate.Check{validate.Fault{
		Kinds: []table.FaultKind{table.FaultRagged},
		Skip:  func(p *validate.Pass, f *table.Fault) bool { return f.Cells == otherWidth(p) }, // merge-header-order
		Describe: func(p *validate.Pass, f *table.Fault) validate.Detail {
			return validate.Detail{Message: fmt.Sprintf("the row has %s, the header has %s",
				words.Plural(int64(f.Cells), "cell"), words.Count(int64(len(p.Source.Header))))}
		},
	}},
})
