package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ItemUnknown reports item codes that the list of items does not have.
var ItemUnknown = register(validate.Rule{
	ID: "item-unknown", Title: "Item not in the list of items", Severity: validate.Warning, Since: "0.2.0", Needs: "a reference list",
	Doc: `
An item code is not in the list that was given with ` + "`--list items=FILE`" + `, or stands there
with other case or other leading zeros. Without the list the rule is silent.

The platform takes the bill, but marks the line as an outlier, or leaves out the item's
brand, size, style and category, so that offers on them give no points.

Upload the item master before the bills, correct the code, or export the list again.
`,
	Templates: []string{"transaction-*", "intouch-transaction-*"},
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
		{Name: "items of the list", Text: "billNumber,itemCode,qty\nB1,SKU-1,1\n", Lists: map[string][]string{"items": {"SKU-1"}}},
	},
	Checks: unknownValues("items", false, func(f *templates.Field) bool { return refersTo(f, "items") }),
})
