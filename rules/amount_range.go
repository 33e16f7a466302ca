package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// AmountRangeParams are the parameters of amount-range.
type AmountRangeParams struct {
	Minimum     string `yaml:"minimum" doc:"least amount of a bill; empty: any"`
	Maximum     string `yaml:"maximum" doc:"greatest amount of a bill; empty: any"`
	LineMinimum string `yaml:"line_minimum" doc:"least amount of a line; empty: any"`
	LineMaximum string `yaml:"line_maximum" doc:"greatest amount of a line; empty: any"`
}

// Validate reports limits that are no numbers.
func (a *AmountRangeParams) Validate() error {
	if err := checkBounds("minimum", a.Minimum, "maximum", a.Maximum); err != nil {
		return err
	}
	return checkBounds("line_minimum", a.LineMinimum, "line_maximum", a.LineMaximum)
}

// AmountRange reports amounts outside the limits of the organisation.
var AmountRange = register(validate.Rule{
	ID: "amount-range", Title: "Amount outside the limits of the organisation", Severity: validate.Warning, Since: "0.2.0", Needs: "the settings of the org",
	Doc: `
The amount of a bill or of a line is below the least or above the greatest one that the
organisation takes. The rule is silent until ` + "`minimum`, `maximum`, `line_minimum` or `line_maximum`" + `
says what these are; amounts of zero and below are other rules' business.

The platform refuses the bill, or keeps it as an outlier that earns nothing.

Compare the amount with the till: often the decimal point is lost. If the amount is right,
ask for the limit of the organisation to be raised.
`,
	Templates: append([]string{"coupon-redeem"}, sales...),
	Prevents:  []string{"transaction:601", "transaction-v2:9611", "coupon:733"},
	Sources:   []string{salesCodes, salesCodesV2, couponCodes},
	Params:    &AmountRangeParams{},
	Examples: []validate.Example{
		{Name: "a lost point", Params: &AmountRangeParams{Maximum: "50000"}, Text: "billNumber,billAmount\nB1,129900\n",
			Want: []string{`2:billAmount: amount-range: "129900" is above 50000, the greatest amount of a bill`}},
		{Name: "a line of next to nothing", Params: &AmountRangeParams{LineMinimum: "0.05"},
			Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.amount\nB1,BAG,0.01\n",
			Want: []string{`2:lineItemsV2.amount: amount-range: "0.01" is below 0.05, the least amount of a line`}},
		{Name: "no limits are set", Text: "billNumber,billAmount\nB1,129900\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			least, greatest, of := amountLimits(p.Params.(*AmountRangeParams), c.Field)
			low, lowSet := bound(least)
			high, highSet := bound(greatest)
			if !lowSet && !highSet {
				return nil
			}
			read := reader(p)
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					a, ok := read(cell)
					return !ok || a.Sign() <= 0 || !(lowSet && a.Cmp(low) < 0) && !(highSet && a.Cmp(high) > 0)
				},
				Describe: func(cell []byte) validate.Detail {
					if a, _ := read(cell); lowSet && a.Cmp(low) < 0 {
						return validate.Detail{Message: "{value} is below " + least + ", the least amount of a " + of}
					}
					return validate.Detail{Message: "{value} is above " + greatest + ", the greatest amount of a " + of}
				},
			}
		},
	}},
})

// amountLimits returns the limits of a field and what it is the amount of;
// empty ones where it has none.
func amountLimits(params *AmountRangeParams, f *templates.Field) (low, high, of string) {
	switch {
	case f == nil || f.Type != templates.Decimal:
	case f.Name == "billAmount":
		return params.Minimum, params.Maximum, "bill"
	case f.Name == "lineItemsV2.amount":
		return params.LineMinimum, params.LineMaximum, "line"
	}
	return "", "", ""
}
