package rules

import "github.com/connectplus/preflight/validate"

// ReturnTypeMissing reports returns that do not say what is returned.
var ReturnTypeMissing = register(validate.Rule{
	ID: "return-type-missing", Title: "Return without its kind", Severity: validate.Error, Since: "0.2.0",
	Templates: sales,
	Doc: `
A row is a return and does not say of which kind: by amount, in full, by line or
cancelled. On a returned line inside a sale, the kind stands on the bill or on the line.

The platform refuses the return, as it cannot know what to take back.

Fill returnType with AMOUNT, FULL, LINE_ITEM or CANCELLED. If all returns of the file are
of one kind, the dataflow can set it: ` + "`--const returnType=LINE_ITEM`" + `.
`,
	Prevents: []string{"transaction:628", "transaction:1634", "transaction-v2:628"},
	Sources:  []string{salesAPI, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a return without its kind", Text: "billNumber,type,returnType\nB1,RETURN,\n",
			Want: []string{"2:returnType: return-type-missing: returnType is blank where the type is RETURN"}},
		{Name: "a returned line inside a sale", Text: "billNumber,type,Line item type,lineItemsV2.returnType\nB1,REGULAR,RETURN,\n",
			Want: []string{"2:lineItemsV2.returnType: return-type-missing: lineItemsV2.returnType is blank where the type is RETURN"}},
		{Name: "a sale needs none", Text: "billNumber,type,returnType\nB1,REGULAR,\nB2,RETURN,FULL\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		t, ok := returnsOf(p)
		if !ok {
			return nil
		}
		return due{p, t, "returnType", "lineItemsV2.returnType"}.checks()
	})},
})
