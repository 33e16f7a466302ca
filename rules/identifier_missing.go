package rules

import (
	"strings"

	"github.com/connectplus/preflight/validate"
)

// IdentifierMissing reports rows that name no customer.
var IdentifierMissing = register(validate.Rule{
	ID: "identifier-missing", Title: "Row names no customer", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The row names no customer: the value of the identifier is blank, its type is blank, or
none of the columns for mobile, email and external id is filled.

The platform refuses a sale or return without a customer. Bills of people who are not
members go as NOT_INTERESTED, and carry neither of the two.

Fill both cells, or neither on a NOT_INTERESTED bill. If all identifiers are of one type,
the dataflow can set it: ` + "`--const identifierType=mobile`" + `.
`,
	Prevents: []string{
		"transaction:606", "transaction-v2:1104", "customer:8084/CUST_DETAILS_NOT_PASSED", "customer:1007",
		"customer:1015", "customer:1045", "customer:1059", "customer:8002", "customer:8005", "customer:8092",
		"customer:8093", "request:400", "transaction-v2:8084", "customer:400", "coupon:721", "retro-request:9019",
		"request-workflow:2014",
	},
	Sources: []string{guide, salesCodes, salesCodesV2, customerAPI, testControl},
	Examples: []validate.Example{
		{Name: "a sale without a customer", Text: "billNumber,type,identifierType,identifierValue\nB1,REGULAR,mobile,\n",
			Want: []string{"2:identifierValue: identifier-missing: the row names no customer"}},
		{Name: "a value without its type", Text: "billNumber,type,identifierType,identifierValue\nB1,REGULAR,,919812345678\n",
			Want: []string{"2:identifierType: identifier-missing: identifierType is blank beside a filled identifierValue"}},
		{Name: "a customer in no column", Template: "test-control-update", Text: "mobile,email,testControlStatus\n,,test\n",
			Want: []string{"2:mobile: identifier-missing: the row names no customer: mobile and email are blank"}},
		{Name: "a bill of somebody who is no member", Text: "billNumber,type,identifierType,identifierValue\nB1,NOT_INTERESTED,,\n"},
	},
	Checks: []validate.Check{
		row(valueMissing),
		row(typeMissing),
		row(noneOfThem),
	},
})

// valueMissing reports a blank value where a customer is due, or a type is
// given.
func valueMissing(p *validate.Pass) *validate.RowCheck {
	id, ok := identityOf(p)
	if !ok {
		return nil
	}
	// A type that the dataflow sets says nothing about the row.
	perRow := id.typ.Column >= 0
	due := func(r validate.RowView) bool { return id.required || id.bills && id.named(r.Get(id.event)) }
	return &validate.RowCheck{
		Column: id.value.Column, Rank: validate.Form, Suspects: identifierSuspects(p),
		OK: func(r validate.RowView) bool {
			if len(r.Get(id.value)) > 0 {
				return true
			}
			if perRow && len(r.Get(id.typ)) > 0 {
				return false
			}
			return !due(r)
		},
		Describe: func(r validate.RowView) validate.Detail {
			if due(r) {
				return validate.Detail{Message: "the row names no customer"}
			}
			return validate.Detail{Message: id.valueField + " is blank beside a filled " + id.typeField}
		},
	}
}

// typeMissing reports a blank type beside a value.
func typeMissing(p *validate.Pass) *validate.RowCheck {
	id, ok := identityOf(p)
	if !ok || id.typ.Column < 0 {
		return nil
	}
	message := id.typeField + " is blank beside a filled " + id.valueField
	return &validate.RowCheck{
		Column: id.typ.Column, Rank: validate.Form, Suspects: identifierSuspects(p),
		OK:       func(r validate.RowView) bool { return len(r.Get(id.typ)) > 0 || len(r.Get(id.value)) == 0 },
		Describe: func(validate.RowView) validate.Detail { return validate.Detail{Message: message} },
	}
}

// noneOfThem reports rows where all of the columns are blank of which the
// template needs one.
func noneOfThem(p *validate.Pass) *validate.RowCheck {
	var names []string
	var columns []int
	for _, f := range p.Template.AtLeastOne {
		if _, ok := p.Const(f); ok || p.Computed(f) {
			return nil
		}
		if j := p.Column(f); j >= 0 {
			names, columns = append(names, f), append(columns, j)
		}
	}
	if len(columns) == 0 {
		return nil // header-missing says so
	}
	id, pair := identityOf(p)
	message := "the row names no customer: " + and(names) + " are blank"
	if len(names) == 1 {
		message = "the row names no customer: " + names[0] + " is blank"
	}
	first := columns[0]
	return &validate.RowCheck{
		Column: first, Rank: validate.Form,
		Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
			for i := range b.Len() {
				if c := b.Cell(i, first); len(c) == 0 || c[0] <= ' ' || c[0] >= 0x80 {
					out = append(out, int32(i))
				}
			}
			return out
		}},
		OK: func(r validate.RowView) bool {
			for _, j := range columns {
				if len(r.Get(validate.Value{Column: j})) > 0 {
					return true
				}
			}
			return pair && len(r.Get(id.value)) > 0
		},
		Describe: func(validate.RowView) validate.Detail { return validate.Detail{Message: message} },
	}
}

// and joins names as people do: "a, b and c".
func and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
