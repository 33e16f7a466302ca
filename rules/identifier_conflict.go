package rules

import (
	"fmt"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// IdentifierConflict reports identifiers that belong to two customers.
var IdentifierConflict = register(validate.Rule{
	ID: "identifier-conflict", Title: "Identifier beside another one than before", Severity: validate.Warning, Since: "0.2.0",
	Templates: []string{"customer-v2-add", "fleet-customers", "transaction-customer-*"},
	Doc: `
An identifier stands on two rows, and beside it another identifier that differs: one
mobile with two emails, or one email with two external ids. It stands beside
duplicate-identifier, which counts the rows, and says that they are not one person.

The platform finds two customers behind one row, and takes the one or the other, or
refuses the row.

Find out to whom the identifier belongs, and correct the other row.
`,
	Prevents: []string{"customer:1047", "customer:8052", "customer:8053", "customer:8075"},
	Sources:  []string{customerCodes, customerAPI},
	Examples: []validate.Example{
		{Name: "one mobile, two emails", Template: "customer-v2-add",
			Text: "mobile,email\n919812345678,anna@example.com\n919812345678,bert@example.com\n",
			Want: []string{
				`3:mobile: duplicate-identifier: "919812345678" is in row 2 already`,
				`3:email: identifier-conflict: "bert@example.com" is not the email of row 2, which has the same mobile`}},
		{Name: "each its own", Template: "customer-v2-add", Text: "mobile,email\n919812345678,anna@example.com\n919812345679,bert@example.com\n"},
	},
	Checks: []validate.Check{validate.Unique(func(p *validate.Pass) []*validate.UniqueCheck {
		if p.Grouped() {
			return nil // the rows are lines of bills, not customers
		}
		var columns []*validate.Column
		for _, c := range p.Columns {
			if c.Field != nil && uniqueCustomer(c.Field) {
				columns = append(columns, c)
			}
		}
		var checks []*validate.UniqueCheck
		for _, key := range columns {
			for _, c := range columns {
				if c != key {
					checks = append(checks, conflictCheck(key, c))
				}
			}
		}
		return checks
	})},
})

func conflictCheck(key, c *validate.Column) *validate.UniqueCheck {
	words := leaf(c.Field.Name)
	return &validate.UniqueCheck{Columns: []int{key.Index}, Clash: &c.Index, Fold: true, Sound: wellIdentified,
		Describe: func(_, first validate.RowView) validate.Detail {
			return validate.Detail{Column: c.Index,
				Message: fmt.Sprintf("{value} is not the %s of row %d, which has the same %s", words, first.Number(), leaf(key.Field.Name))}
		}}
}

// uniqueCustomer reports whether a field identifies a customer of whom the file
// may have one row.
func uniqueCustomer(f *templates.Field) bool {
	return f.Has("unique_in_file") && (f.Level == templates.Customer || f.Type == templates.Email || f.Type == templates.Mobile)
}

// wellIdentified reports whether an identifier can be compared with others.
func wellIdentified(cell []byte) bool { return damage(cell) == "" && !nullWord(cell) }
