package rules

import (
	"fmt"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DuplicateIdentifier reports customers that stand twice in a file of customers.
var DuplicateIdentifier = register(validate.Rule{
	ID: "duplicate-identifier", Title: "Customer stands twice in the file", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A mobile, email or external id that must be unique in the file is on an earlier row as
well, and the rows differ. Rows that are equal in everything are duplicate-row.

The platform takes the first row and refuses the second, or the last one wins: which of
the two statements holds is left to chance.

Keep one row for each customer.
`,
	Prevents: []string{"customer:1014", "customer:8006", "import:import-bill-duplicate-in-file", "transaction:648",
		"transaction:647", "transaction:653"},
	Sources: []string{customerCodes, salesCodes},
	Examples: []validate.Example{
		{Name: "test and control at once", Template: "test-control-update",
			Text: "email,testControlStatus\nA.Person@example.com,test\na.person@example.com,control\n",
			Want: []string{`3:email: duplicate-identifier: "a.person@example.com" is in row 2 already`}},
		{Name: "two customers", Template: "test-control-update", Text: "mobile,testControlStatus\n919876543210,test\n919876543211,test\n"},
	},
	Checks: []validate.Check{validate.Unique(func(p *validate.Pass) []*validate.UniqueCheck {
		var checks []*validate.UniqueCheck
		for _, c := range p.Columns {
			if c.Field == nil || !c.Field.Has("unique_in_file") {
				continue
			}
			checks = append(checks, &validate.UniqueCheck{Columns: []int{c.Index}, Fold: c.Field.Type == templates.Email,
				Sound: func(cell []byte) bool { return damage(cell) == "" && !nullWord(cell) },
				Describe: func(_, first validate.RowView) validate.Detail {
					return validate.Detail{Column: c.Index, Message: fmt.Sprintf("{value} is in row %d already", first.Number())}
				}})
		}
		return checks
	})},
})
