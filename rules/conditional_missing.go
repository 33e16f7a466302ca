package rules

import (
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ConditionalMissing reports a blank cell that another cell of the row makes
// mandatory.
var ConditionalMissing = register(validate.Rule{
	ID: "conditional-missing", Title: "Cell that another cell makes mandatory is blank", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The field is optional in general, but another cell of the row makes it mandatory: a
reward of redemption type MILES needs its payment mode.

The platform refuses the row and names the missing field by its status code.

Fill the cell, or correct the cell that asks for it. The documents state more conditions
than one row can prove; only those that it can are judged.
`,
	Prevents: []string{
		"transaction:606", "transaction-v2:607", "transaction:607", "transaction:1624", "coupon:718", "coupon:781", "customer:8106",
		"customer:8114",
	},
	Sources: []string{salesAPI, salesCodes, salesCodesV2, customerCodes, couponCodes},
	Examples: []validate.Example{
		{Name: "miles that nobody pays", Template: "rewards-create", Text: "brandId,redemptionType,paymentConfigs.paymentMode\n3,MILES,\n",
			Want: []string{"2:paymentConfigs.paymentMode: conditional-missing: paymentConfigs.paymentMode is blank where redemptionType is MILES"}},
		{Name: "a voucher needs none", Template: "rewards-create", Text: "brandId,redemptionType,paymentConfigs.paymentMode\n3,VOUCHER,\n3,MILES,FREE\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		var checks []*validate.RowCheck
		for _, f := range conditional(p) {
			checks = append(checks, conditionCheck(p, f))
		}
		return checks
	})},
})

// conditional returns the fields of a file that have a column and a condition
// which rows can meet.
func conditional(p *validate.Pass) []*templates.Field {
	var list []*templates.Field
	for _, f := range p.Template.Fields {
		if f.RequiredIf == nil || f.Required || p.Column(f.Name) < 0 || customerField(p, f.Name) || identityField(f.Name) || blankOwned(p, f) {
			continue
		}
		list = append(list, f)
	}
	return list
}

// identityField reports whether a name is one of a pair that names customers.
func identityField(name string) bool {
	return slices.ContainsFunc(identityPairs, func(pair [2]string) bool { return pair[0] == name || pair[1] == name })
}

func conditionCheck(p *validate.Pass, f *templates.Field) *validate.RowCheck {
	holds, why := condition(p, f.RequiredIf)
	if holds == nil {
		return nil
	}
	j := p.Column(f.Name)
	own := validate.Value{Column: j}
	return &validate.RowCheck{
		Column: j, Rank: validate.Form,
		Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
			for i := range b.Len() {
				// White space, seen and unseen, begins at or below a space or outside ASCII.
				if c := b.Cell(i, j); len(c) == 0 || c[0] <= ' ' || c[0] >= 0x80 {
					out = append(out, int32(i))
				}
			}
			return out
		}},
		OK: func(r validate.RowView) bool { return len(r.Get(own)) > 0 || !holds(r) },
		Describe: func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: f.Name + " is blank where " + why(r)}
		},
	}
}

// condition returns whether a row meets a condition, and the words for it. It
// returns nil where no row of the file can tell.
func condition(p *validate.Pass, c *templates.Condition) (holds func(validate.RowView) bool, why func(validate.RowView) string) {
	if c.Field != "" {
		v := p.Value(c.Field)
		if !v.Given() {
			return nil, nil
		}
		list := newFolder(c.Values)
		holds = func(r validate.RowView) bool {
			cell := r.Get(v)
			return list.find(cell) != "" // another spelling is enum-case's business
		}
		if f := p.Template.Field(c.Field); f != nil && f.Sensitive { // which of them it is would name a person
			return holds, func(validate.RowView) string { return c.Field + " has a value that the template names" }
		}
		return holds, func(r validate.RowView) string { return c.Field + " is " + list.find(r.Get(v)) }
	}
	var values []validate.Value
	for _, name := range c.Blank {
		values = append(values, p.Value(name))
	}
	if len(values) == 0 {
		return nil, nil
	}
	words := and(c.Blank) + " are blank"
	if len(c.Blank) == 1 {
		words = c.Blank[0] + " is blank"
	}
	holds = func(r validate.RowView) bool {
		return !slices.ContainsFunc(values, func(v validate.Value) bool { return len(r.Get(v)) > 0 })
	}
	return holds, func(validate.RowView) string { return words }
}
