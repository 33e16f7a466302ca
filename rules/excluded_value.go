package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ExcludedValue reports cells that must be blank beside another one.
var ExcludedValue = register(validate.Rule{
	ID: "excluded-value", Title: "Value that another cell excludes", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A cell is filled that must be blank beside another cell of its row: a kind of return on a
line where the whole bill is returned in full or by amount, or the coupon series of a
reward that a vendor gives out.

The platform refuses the row, or takes one of the two and drops the other without a word.

Blank the cell that does not hold. Rewards with points and a payment configuration are
payment-config-conflict.
`,
	Prevents: []string{"transaction-v2:628", "transaction:1634", "reward:400"},
	Sources:  []string{salesAPI, salesCodesV2, rewardsAPI},
	Examples: []validate.Example{
		{Name: "a line of a bill that is returned in full", Text: "billNumber,type,returnType,lineItemsV2.returnType\nB1,RETURN,FULL,LINE_ITEM\n",
			Want: []string{`2:lineItemsV2.returnType: excluded-value: "LINE_ITEM" is to be blank where returnType is FULL`}},
		{Name: "a series beside a vendor", Template: "rewards-update", Text: "rewardId,brandId,intouchSeriesId,vendorId\n1,2,800,18\n",
			Want: []string{`2:intouchSeriesId: excluded-value: "800" is to be blank beside a filled vendorId`}},
		{Name: "by line", Text: "billNumber,type,returnType,lineItemsV2.returnType\nB1,RETURN,LINE_ITEM,LINE_ITEM\nB2,RETURN,FULL,\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		var checks []*validate.RowCheck
		for _, c := range p.Columns {
			for _, name := range arguments(c.Field, "excludes") {
				other := p.Value(name)
				if other.Given() && !(named(rewardTemplates, p) && c.Field.Name == pointsPayment) {
					filled := func(r validate.RowView) bool { return len(r.Get(other)) > 0 }
					checks = append(checks, excludeCheck(c, filled, func(validate.RowView) string { return "beside a filled " + name }))
				}
			}
			for _, text := range arguments(c.Field, "empty_if") {
				if when := templates.ParseCondition(text); when != nil {
					if holds, why := condition(p, when); holds != nil {
						checks = append(checks, excludeCheck(c, holds, func(r validate.RowView) string { return "where " + why(r) }))
					}
				}
			}
		}
		return checks
	})},
})

// excludeCheck wants the cells of a column blank in some rows.
func excludeCheck(c *validate.Column, in func(validate.RowView) bool, why func(validate.RowView) string) *validate.RowCheck {
	own := validate.Value{Column: c.Index}
	return &validate.RowCheck{
		Column: c.Index, Rank: validate.Meaning,
		Suspects: filled(c.Index),
		OK:       func(r validate.RowView) bool { return len(r.Get(own)) == 0 || !in(r) },
		Describe: func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: "{value} is to be blank " + why(r)}
		},
	}
}

// filled picks the rows that have a cell in a column.
func filled(column int) *validate.Selector {
	return &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
		for i := range b.Len() {
			if len(b.Cell(i, column)) > 0 {
				out = append(out, int32(i))
			}
		}
		return out
	}}
}
