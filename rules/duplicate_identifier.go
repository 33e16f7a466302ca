package rules

import (
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DuplicateIdentifier reports customers that stand twice in a file of customers.
var DuplicateIdentifier = register(validate.Rule{
	ID: "duplicate-identifier", Title: "Customer stands twice in the file", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A mobile, email or external id that must be unique in the file is on an earlier row as
well, and the rows differ, or it is in an earlier file of the run. Rows that are equal in
everything are duplicate-row.

The platform takes the first row and refuses the second, or the last one wins: which of
the two statements holds is left to chance. A parent may have a row for each child.

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
	Checks: []validate.Check{
		validate.Unique(uniqueIdentifiers),
		uniqueAcross(uniqueIdentifiers),
	},
})

func uniqueIdentifiers(p *validate.Pass) []*validate.UniqueCheck {
	if p.Grouped() {
		return nil // the rows are lines of bills, not customers
	}
	var checks []*validate.UniqueCheck
	for _, c := range p.Columns {
		if c.Field == nil || !uniqueCustomer(c.Field) && !customerValue(c.Field) {
			continue
		}
		check := standsTwice(p, c.Index)
		check.Fold = c.Field.Type == templates.Email
		if others := apart(p, c.Field.Name); len(others) > 0 {
			check.Columns = append(check.Columns, others...)
			check.Sound = wellIdentified // of all these columns
		}
		checks = append(checks, check)
	}
	return checks
}

// customerValue reports whether a field is the value of a pair that identifies
// the one customer of a row.
func customerValue(f *templates.Field) bool {
	return f.Level == templates.Customer && slices.ContainsFunc(identityPairs, func(pair [2]string) bool { return pair[1] == f.Name })
}

// apart lists the columns that keep equal identifiers of two rows apart: their
// types, and the child where a parent has a row for each.
func apart(p *validate.Pass, field string) []int {
	var columns []int
	for _, pair := range identityPairs {
		if c := p.Column(pair[0]); c >= 0 && pair[1] == field {
			columns = append(columns, c)
		}
	}
	if c := p.Column(childField); c >= 0 {
		columns = append(columns, c)
	}
	return columns
}
