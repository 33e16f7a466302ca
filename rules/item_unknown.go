package rules

import (
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ItemUnknown reports item codes that the list of items does not have.
var ItemUnknown = register(validate.Rule{
	ID: "item-unknown", Title: "Item not in the list of items", Severity: validate.Warning, Since: "0.2.0", Needs: "a reference list",
	Doc: `
An item code is not in the list that was given with ` + "`--list items=FILE`" + `, or stands there
with other case or other leading zeros, or it is blank on a row that has other cells of a
line. Without the list the rule is silent.

The platform takes the bill, but marks the line as an outlier, or leaves out the item's
brand, size, style and category, so that offers on them give no points.

Upload the item master before the bills, correct the code, or export the list again.
`,
	Prevents: []string{
		"transaction-v2:678", "transaction-v2:1120", "transaction-v2:670", "transaction-v2:672", "transaction-v2:673",
		"transaction-v2:674", "transaction-v2:676", "transaction-v2:677", "transaction:671/invalid-category-code",
		"transaction:617", "transaction:9608", "transaction-v2:9608", "behavioural-event:7309",
	},
	Sources: []string{salesCodes, salesCodesV2, salesAPI},
	Examples: []validate.Example{
		{Name: "an item that is new", Text: "billNumber,itemCode,qty\nB1,SKU-3,1\nB1,SKU-1,1\n",
			Lists: map[string][]string{"items": {"SKU-1", "SKU-2"}},
			Want:  []string{`2:itemCode: item-unknown: "SKU-3" is not in the list of items`}},
		{Name: "a line of no item", Text: "billNumber,itemCode,qty\nB1,,1\nB1,SKU-1,1\n", Lists: map[string][]string{"items": {"SKU-1"}},
			Want: []string{"2:itemCode: item-unknown: lineItemsV2.itemCode is blank on a row with other details of a line"}},
		{Name: "items of the list", Text: "billNumber,itemCode,qty\nB1,SKU-1,1\n", Lists: map[string][]string{"items": {"SKU-1"}}},
	},
	Checks: append(unknownValues("items", false, func(f *templates.Field) bool { return refersTo(f, "items") }), row(itemBlank)),
})

// itemBlank reports lines without an item. Bills and payments may stand on rows
// of their own; a return by line without an item is return-lines-missing.
func itemBlank(p *validate.Pass) *validate.RowCheck {
	item := p.Value("lineItemsV2.itemCode")
	if p.Options.Lists["items"] == nil || item.Column < 0 || blankJudged(p, p.Columns[item.Column].Field) {
		return nil
	}
	kind := p.Value("returnType")
	line := slices.DeleteFunc(columnsOf(p, templates.Line), func(c int) bool { return c == item.Column })
	return &validate.RowCheck{
		Column: item.Column, Rank: validate.Form, Suspects: unfilled(item.Column),
		OK: func(r validate.RowView) bool {
			return len(r.Get(item)) > 0 || !anyFilled(r, line) || spells(r.Get(kind), []byte("lineitem"))
		},
		Describe: func(validate.RowView) validate.Detail {
			return validate.Detail{Message: "lineItemsV2.itemCode is blank on a row with other details of a line"}
		},
	}
}
