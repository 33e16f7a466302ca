package rules

import "github.com/connectplus/preflight/validate"

// ParentChildMissing reports rows that name a parent and no child.
var ParentChildMissing = register(validate.Rule{
	ID: "parent-child-missing", Title: "Parent without a child", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A row of fleet customers names a parent customer, and none of the children that the parent
is to be tied to.

The platform does not add a parent without the context of a child, and refuses the row.

Fill the columns of the child customer, type and value, or leave the parent blank for a
customer that stands alone.
`,
	Templates: []string{"fleet-customers"},
	Prevents:  []string{"customer:8027"},
	Sources:   []string{customerCodes, fleetTemplate},
	Examples: []validate.Example{
		{Name: "a parent alone", Template: "fleet-customers",
			Text: "profiles.identifiers.mobile," + parentField + "," + childField + "\n919812345678,919812345670,\n",
			Want: []string{"2:" + childField + ": parent-child-missing: the row names a parent customer and no child"}},
		{Name: "a parent and its child, and a customer alone", Template: "fleet-customers",
			Text: "profiles.identifiers.mobile," + parentField + "," + childField + "\n919812345678,919812345670,919812345671\n919812345679,,\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		parent, child := p.Value(parentField), p.Value(childField)
		if parent.Column < 0 || child.Column < 0 && child.Given() {
			return nil
		}
		check := &validate.RowCheck{
			Column: child.Column, Rank: validate.Form,
			OK: func(r validate.RowView) bool { return len(r.Get(parent)) == 0 || len(r.Get(child)) > 0 },
			Describe: func(validate.RowView) validate.Detail {
				return validate.Detail{Message: "the row names a parent customer and no child"}
			},
		}
		if child.Column < 0 {
			check.Column = parent.Column
			check.Describe = func(validate.RowView) validate.Detail {
				return validate.Detail{Message: "the row names a parent customer, and no column carries " + childField}
			}
		}
		return check
	})},
})

// The fields that name the two ends of an association.
const (
	parentField = "associationDetails.parentCustomer.profiles.identifiers.value"
	childField  = "associationDetails.childCustomers.profiles.identifiers.value"
)
