package rules

import (
	"fmt"
	"strconv"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DecimalPlacesParams are the parameters of decimal-places.
type DecimalPlacesParams struct {
	Amounts  string `yaml:"amounts" doc:"decimals of amounts that the organisation keeps; empty: those of currency"`
	Currency string `yaml:"currency" doc:"base currency of the organisation, as ISO 4217; empty: not known"`
	Points   int    `yaml:"points" doc:"decimals of points that are kept"`
}

// Validate reports numbers of decimals, and currencies, that are none.
func (d *DecimalPlacesParams) Validate() error {
	const most = 9
	if n, err := strconv.Atoi(d.Amounts); d.Amounts != "" && (err != nil || n < 0 || n > most) {
		return fmt.Errorf("amounts is %q; it takes a number of decimals from 0 to %d, or nothing", d.Amounts, most)
	}
	if _, ok := currency([]byte(d.Currency)); d.Currency != "" && !ok {
		return fmt.Errorf("currency is %q; it takes a code of ISO 4217 such as INR, or nothing", d.Currency)
	}
	if d.Points < 0 || d.Points > most {
		return fmt.Errorf("points is %d; it takes a number of decimals from 0 to %d", d.Points, most)
	}
	return nil
}

// DecimalPlaces reports numbers with more decimals than are kept.
var DecimalPlaces = register(validate.Rule{
	ID: "decimal-places", Title: "More decimals than are kept", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
A number has more decimals than the platform keeps: points more than three, an amount more
than the organisation is set to, another number more than its template says. Zeros at the
end do not count. Amounts are judged only
where ` + "`amounts`" + ` says how many decimals are kept, or ` + "`currency`" + ` names the base currency.

The platform cuts amounts to its setting, 100.567 to 100.56, or rounds them to the
decimals of the base currency; too long points it refuses to take back. Sums then differ
by a little from those of the till.

Round at the origin, where it is known which amount the difference belongs to.
`,
	Prevents: []string{"points-reversal:878"},
	Sources:  []string{pointsReversal, salesAPI, iso4217},
	Params:   &DecimalPlacesParams{Points: 3},
	Examples: []validate.Example{
		{Name: "a thousandth of a rupee", Params: &DecimalPlacesParams{Currency: "INR", Points: 3}, Text: "billNumber,billAmount\nB1,100.567\n",
			Want: []string{`2:billAmount: decimal-places: "100.567" has 3 decimals, 2 are kept`}},
		{Name: "yen have none", Params: &DecimalPlacesParams{Currency: "JPY", Points: 3}, Text: "billNumber,billAmount\nB1,100.5\n",
			Want: []string{`2:billAmount: decimal-places: "100.5" has 1 decimal, 0 are kept`}},
		{Name: "points", Template: "points-redeem", Text: "customer.mobile,points_redeemed\n919812345678,12.3456\n",
			Want: []string{`2:points_redeemed: decimal-places: "12.3456" has 4 decimals, 3 are kept`}},
		{Name: "zeros at the end are no decimals", Params: &DecimalPlacesParams{Amounts: "2", Points: 3}, Text: "billNumber,billAmount\nB1,100.5600\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			keeps := kept(p, c.Field)
			if keeps < 0 {
				return nil
			}
			read := reader(p)
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					a, ok := read(cell)
					return !ok || decimals(a, cell) <= keeps
				},
				Describe: func(cell []byte) validate.Detail {
					a, _ := read(cell)
					has := words.Plural(int64(decimals(a, cell)), "decimal")
					return validate.Detail{Message: fmt.Sprintf("{value} has %s, %d are kept", has, keeps)}
				},
			}
		},
	}},
})

// kept returns how many decimals of a field are kept; -1: not known.
func kept(p *validate.Pass, f *templates.Field) int {
	params := p.Params.(*DecimalPlacesParams)
	switch {
	case f == nil || f.Type != templates.Decimal:
		return -1
	case named(pointsTemplates, p) && pointsField(f) && f.Has("max_decimals"):
		return params.Points
	}
	for _, text := range arguments(f, "max_decimals") {
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	}
	switch {
	case !named(sales, p) || !billAmount(f) && (!lineDecimal(f) || quantity(f) || leaf(f.Name) == "rate"):
		return -1 // quantities and rates are not money that is added up
	case params.Amounts != "":
		n, _ := strconv.Atoi(params.Amounts)
		return n
	}
	if digits, ok := currency([]byte(params.Currency)); ok {
		return digits
	}
	return -1
}

// decimals counts the decimals of a number, without the zeros at its end.
func decimals(a decimal.Amount, cell []byte) int {
	n := a.Scale()
	for i := len(cell) - 1; n > 0 && cell[i] == '0'; i-- {
		n--
	}
	return n
}
