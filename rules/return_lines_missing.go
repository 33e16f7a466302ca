package rules

import "github.com/connectplus/preflight/validate"

// ReturnLinesMissing reports returns by line that do not name the line.
var ReturnLinesMissing = register(validate.Rule{
	ID: "return-lines-missing", Title: "Return by line without its line", Severity: validate.Error, Since: "0.2.0",
	Templates: sales,
	Doc: `
A return is of kind LINE_ITEM, and its row names no item: the item code is blank, or no
column carries it.

The platform refuses the return, as it cannot know which line of the sale comes back.

Fill the item code of each returned line, or send the return by AMOUNT or in FULL.
`,
	Prevents: []string{"transaction:679/return-lines-missing", "transaction:1635", "transaction-v2:660"},
	Sources:  []string{salesAPI, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "no item", Text: "billNumber,type,returnType,Item Code\nB1,RETURN,LINE_ITEM,\n",
			Want: []string{"2:Item Code: return-lines-missing: the return is by line, and names no item"}},
		{Name: "a return of an amount needs none", Text: "billNumber,type,returnType,Item Code\nB1,RETURN,AMOUNT,\nB2,RETURN,LINE_ITEM,A1\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		t, ok := returnsOf(p)
		item, kind, lineKind := p.Value("lineItemsV2.itemCode"), p.Value("returnType"), p.Value("lineItemsV2.returnType")
		if !ok || p.Template.Field("lineItemsV2.itemCode") == nil || len(item.Const) > 0 || p.Computed("lineItemsV2.itemCode") {
			return nil
		}
		payments := paymentsIn(p)
		byLine := func(r validate.RowView) bool {
			return t.whole(r) && spells(r.Get(kind), []byte("lineitem")) || t.part(r) && spells(r.Get(lineKind), []byte("lineitem"))
		}
		check := &validate.RowCheck{
			Column: item.Column, Rank: validate.Form, Suspects: returnSuspects(p),
			OK: func(r validate.RowView) bool { return len(r.Get(item)) > 0 || !byLine(r) || payments.alone(r) },
			Describe: func(validate.RowView) validate.Detail {
				return validate.Detail{Message: "the return is by line, and names no item"}
			},
		}
		if item.Column < 0 {
			check.Column, check.Rank, check.PerGroup = kind.Column, validate.Beside, true
			check.Describe = func(validate.RowView) validate.Detail {
				return validate.Detail{Message: "the return is by line, and no column carries the item code"}
			}
		}
		return check
	})},
})
