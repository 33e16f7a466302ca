package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// StoreUnknown reports stores and tills that the list of stores does not have.
var StoreUnknown = register(validate.Rule{
	ID: "store-unknown", Title: "Store or till not in the list of stores", Severity: validate.Error, Since: "0.2.0", Needs: "a reference list",
	Doc: `
A store, till or org unit is not in the list that was given with ` + "`--list stores=FILE`" + `, or
stands there with other case or other leading zeros. Without the list the rule is silent.

The platform finds no such store and refuses the row, or books it on the till of the
account that sends the file.

Correct the code at the till, add the store to the organisation before the drop, or export
the list again if it is older than the store.
`,
	Prevents: []string{
		"transaction:671/invalid-store-or-till-code", "transaction-v2:671", "transaction:1103", "transaction-v2:1103",
		"customer:91020", "customer:91021", "customer:8077", "customer:1004", "customer:1150", "customer:8085",
		"coupon:735", "card:3048", "card:3032/org-unit-invalid", "import:import-bill-store-invalid",
		"behavioural-event:7310", "customer:1053 (warning)",
	},
	Sources: []string{salesCodes, salesCodesV2, customerCodes, couponCodes, cardCodes},
	Examples: []validate.Example{
		{Name: "a store that nobody knows", Text: "billNumber,attribution.identifierValue\nB1,PUNE02\nB2,PUNE01\n",
			Lists: map[string][]string{"stores": {"PUNE01", "DELHI7"}},
			Want:  []string{`2:attribution.identifierValue: store-unknown: "PUNE02" is not in the list of stores`}},
		{Name: "zeros that a spreadsheet cut off", Text: "billNumber,attribution.identifierValue\nB1,17\n",
			Lists: map[string][]string{"stores": {"0017"}},
			Want:  []string{`2:attribution.identifierValue: store-unknown: "17" is in the list of stores only with other case or leading zeros`}},
		{Name: "stores of the list", Text: "billNumber,attribution.identifierValue\nB1,PUNE01\nB2, PUNE01\n",
			Lists: map[string][]string{"stores": {"PUNE01"}},
			Want:  []string{`3:attribution.identifierValue: outer-whitespace: " PUNE01" has white space before it`}},
		{Name: "no list", Text: "billNumber,attribution.identifierValue\nB1,PUNE02\n"},
	},
	Checks: unknownValues("stores", false, func(f *templates.Field) bool { return refersTo(f, "stores") }),
})
