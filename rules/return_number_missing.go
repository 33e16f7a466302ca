package rules

import "github.com/connectplus/preflight/validate"

// ReturnNumberMissing reports returns that do not name the bill of the sale.
var ReturnNumberMissing = register(validate.Rule{
	ID: "return-number-missing", Title: "Return without the number of its sale", Severity: validate.Error, Since: "0.2.0",
	Templates: sales,
	Doc: `
A return does not name the bill that it takes back. The bill number of a return is that
of its sale; a returned line inside a sale names the bill in parentBillNumber. In files
that mix sales and returns, a blank bill number is required-missing.

The platform refuses the return, or asks which bill is meant.

Fill the number of the original bill.
`,
	Prevents: []string{"transaction:677/return-number-missing", "transaction-v2:631"},
	Sources:  []string{salesAPI, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a returned line inside a sale", Text: "billNumber,type,LineItemType,parent_bill_number\nB1,REGULAR,REGULAR,\nB1,REGULAR,RETURN,\n",
			Want: []string{"3:parent_bill_number: return-number-missing: the returned line names no bill: lineItemsV2.parentBillNumber is blank"}},
		{Name: "the bill is named", Text: "billNumber,type,LineItemType,parent_bill_number\nB1,REGULAR,REGULAR,\nB1,REGULAR,RETURN,B0\nB2,RETURN,RETURN,\n"},
	},
	Checks: []validate.Check{
		validate.Cell{
			Blanks: true, Rank: validate.Form,
			Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
				if c.Field == nil || c.Field.Name != billNumberField || !returnField(p, c.Field) {
					return nil
				}
				return blankCheck("the return names no bill: " + billNumberField + " is blank")
			},
		},
		row(parentMissing),
	},
})

// parentMissing reports returned lines inside sales that name no bill.
func parentMissing(p *validate.Pass) *validate.RowCheck {
	const field = "lineItemsV2.parentBillNumber"
	t, ok := returnsOf(p)
	parent := p.Value(field)
	if !ok || p.Template.Field(field) == nil || !t.line.Given() || p.Computed(field) {
		return nil
	}
	check := &validate.RowCheck{
		Column: parent.Column, Rank: validate.Form, Suspects: returnSuspects(p),
		OK: func(r validate.RowView) bool { return len(r.Get(parent)) > 0 || !t.part(r) },
		Describe: func(validate.RowView) validate.Detail {
			return validate.Detail{Message: "the returned line names no bill: " + field + " is blank"}
		},
	}
	if parent.Column < 0 {
		check.Column, check.Rank = t.line.Column, validate.Beside
		check.Describe = func(validate.RowView) validate.Detail {
			return validate.Detail{Message: "the returned line names no bill: no column carries " + field}
		}
	}
	return check
}
