package rules

import (
	"bytes"

	"github.com/connectplus/preflight/validate"
)

// currencyField names the currency of a bill.
const currencyField = "currencyCode"

// CurrencyMissing reports bills in a local currency that is not named, and
// codes that name none.
var CurrencyMissing = register(validate.Rule{
	ID: "currency-missing", Title: "Currency is missing or unknown", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The bill is to be added in its local currency and names none, or the currency is not a
code of ISO 4217: three capitals, such as INR. Codes that were withdrawn are told with
the one that came after them.

The platform refuses the bill: it has no currency, or finds no ratio to convert it by.

Fill the code, or leave addWithLocalCurrency false where amounts are in the currency of
the organisation. One currency for all rows can be set by the dataflow: tell preflight
with ` + "`--const currencyCode=INR`" + `.
`,
	Prevents: []string{"transaction:9606", "transaction-v2:9606", "transaction:1102", "transaction-v2:1102"},
	Sources:  []string{salesCodes, salesCodesV2, salesAPI, iso4217},
	Examples: []validate.Example{
		{Name: "which currency", Text: "billNumber,addWithLocalCurrency,currencyCode\nB1,true,\n",
			Want: []string{"2:currencyCode: currency-missing: currencyCode is blank where addWithLocalCurrency is true"}},
		{Name: "a word for a code", Text: "billNumber,currencyCode\nB1,Rs.\n",
			Want: []string{`2:currencyCode: currency-missing: "Rs." is no currency code of ISO 4217`}},
		{Name: "a currency that is no more", Text: "billNumber,currencyCode\nB1,HRK\n",
			Want: []string{`2:currencyCode: currency-missing: "HRK" was a currency until 2023-01-14; EUR came after it`}},
		{Name: "codes, and a bill in the organisation's currency",
			Text: "billNumber,addWithLocalCurrency,currencyCode\nB1,true,XCG\nB2,false,\nB3,true,SLE\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Rank: validate.Form, Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !c.Field.Has("iso4217") {
				return nil
			}
			return &validate.CellCheck{
				OK:       func(cell []byte) bool { _, ok := currency(cell); return ok },
				Describe: describeCurrency,
			}
		}},
		row(currencyBlank),
	},
})

func describeCurrency(cell []byte) validate.Detail {
	if w, ok := withdrawnAs(string(cell)); ok {
		return validate.Detail{Message: "{value} was a currency until " + w.until + "; " + w.now + " came after it"}
	}
	upper := bytes.ToUpper(cell)
	if _, ok := currency(upper); ok {
		return validate.Detail{Message: "{value} is not written in capitals, as a currency code is",
			Fix: &validate.Fix{Title: "write " + string(upper)}}
	}
	return validate.Detail{Message: "{value} is no currency code of ISO 4217"}
}

// currencyBlank reports bills in a local currency that is not named.
func currencyBlank(p *validate.Pass) *validate.RowCheck {
	const flag = "addWithLocalCurrency"
	code, local := p.Value(currencyField), p.Value(flag)
	if !named(sales, p) || !local.Given() || code.Column < 0 && (code.Given() || local.Column < 0) {
		return nil
	}
	column, message := code.Column, currencyField+" is blank where "+flag+" is true"
	check := &validate.RowCheck{Rank: validate.Form}
	if column < 0 {
		column, message = local.Column, flag+" is true, and nothing carries "+currencyField
	} else {
		check.Suspects = unfilled(column)
	}
	check.Column = column
	check.OK = func(r validate.RowView) bool { return len(r.Get(code)) > 0 || !spells(r.Get(local), []byte("true")) }
	check.Describe = func(validate.RowView) validate.Detail { return validate.Detail{Message: message} }
	return check
}
