package rules

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// TransferSameCustomer reports rows whose two customers are one.
var TransferSameCustomer = register(validate.Rule{
	ID: "transfer-same-customer", Title: "Two customers of a row are the same", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The row ties two customers together, a parent and a child, or one who gives and one who
receives, and both columns hold the same customer. Mobiles are compared by their digits,
emails without case.

The platform refuses to tie a customer to itself.

Correct one of the two identifiers.
`,
	Prevents: []string{"points:418"},
	Sources:  []string{pointsCodes, fleetTemplate},
	Examples: []validate.Example{
		{Name: "a child of itself", Template: "fleet-customers",
			Text: "associationDetails.parentCustomer.profiles.identifiers.value,associationDetails.childCustomers.profiles.identifiers.value\n919812345678,+91 98123 45678\n",
			Want: []string{`2:associationDetails.childCustomers.profiles.identifiers.value: transfer-same-customer: "+91 98123 45678" is the parent customer as well`}},
		{Name: "two customers", Template: "fleet-customers",
			Text: "associationDetails.parentCustomer.profiles.identifiers.value,associationDetails.childCustomers.profiles.identifiers.value\n919812345678,919812345679\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		var checks []*validate.RowCheck
		for _, pair := range customerPairs {
			checks = append(checks, sameCustomer(p, pair.from, pair.to, pair.words))
		}
		return checks
	})},
})

// customerPairs are the fields of templates that name two customers; their types
// stand in fields whose names end in type. The customer of the row itself may be
// either of them.
var customerPairs = []struct{ from, to, words string }{{parentField, childField, "the parent customer"}}

func sameCustomer(p *validate.Pass, from, to, words string) *validate.RowCheck {
	x, y := p.Value(from), p.Value(to)
	if !x.Given() || y.Column < 0 {
		return nil
	}
	typeOf := func(field string) validate.Value { return p.Value(strings.TrimSuffix(field, "value") + "type") }
	typ, other := typeOf(from), typeOf(to)
	return &validate.RowCheck{
		Column: y.Column, Rank: validate.Meaning,
		OK: func(r validate.RowView) bool {
			a, b := r.Get(x), r.Get(y)
			if len(a) == 0 || len(b) == 0 || !alike(a, b) {
				return true
			}
			m, n := r.Get(typ), r.Get(other)
			return len(m) > 0 && len(n) > 0 && !bytes.EqualFold(m, n)
		},
		Describe: func(validate.RowView) validate.Detail {
			return validate.Detail{Message: fmt.Sprintf("{value} is %s as well", words)}
		},
	}
}

// alike reports whether two identifiers are one: equal without case, or two
// numbers of equal digits.
func alike(a, b []byte) bool {
	if bytes.EqualFold(a, b) {
		return true
	}
	m, n := digitsOf(a), digitsOf(b)
	return len(m) >= 7 && bytes.Equal(m, n)
}
