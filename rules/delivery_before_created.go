package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// DeliveryBeforeCreated reports deliveries that are expected before the bill.
var DeliveryBeforeCreated = register(validate.Rule{
	ID: "delivery-before-created", Title: "Delivery expected before the bill was made", Severity: validate.Error, Since: "0.2.0",
	Templates: sales,
	Doc: `
The expected delivery date lies before the date on which the bill was created or, where
the file has no such date, before the billing date.

The platform refuses the bill.

Look whether the two dates were exchanged, or the delivery date has another format.
`,
	Prevents: []string{"transaction:604/ERR_EXPECTED_DELIVERY_DATE_BEFORE_CREATED_DATE"},
	Sources:  []string{guide},
	Examples: []validate.Example{
		{Name: "delivered before it was sold", Text: "billNumber,billingDate,expectedDeliveryDate\nB1,2026-11-12,2026-11-10\n",
			Want: []string{`2:expectedDeliveryDate: delivery-before-created: "2026-11-10" is before the billing date, 2026-11-12`}},
		{Name: "on the same day, or later", Text: "billNumber,billingDate,expectedDeliveryDate\nB1,2026-11-12,2026-11-12\nB2,2026-11-12,2026-11-20\nB3,2026-11-12,\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		delivery := p.Column("expectedDeliveryDate")
		if delivery < 0 || !dated(p.Columns[delivery]) {
			return nil
		}
		var columns []int // of begins; -1: not in the file
		for _, from := range begins {
			c := p.Column(from.field)
			if c >= 0 && !dated(p.Columns[c]) {
				c = -1
			}
			columns = append(columns, c)
		}
		// begin returns the date that the delivery must not lie before.
		begin := func(r validate.RowView) (column int, words string) {
			for i, c := range columns {
				if c >= 0 && len(r.Get(validate.Value{Column: c})) > 0 {
					return c, begins[i].words
				}
			}
			return -1, ""
		}
		return &validate.RowCheck{
			Column: delivery, Rank: validate.Meaning, PerGroup: true,
			Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
				for _, i := range b.Leads() {
					if len(b.Cell(int(i), delivery)) > 0 {
						out = b.AppendLed(out, i)
					}
				}
				return out
			}},
			OK: func(r validate.RowView) bool {
				x, ok := stampOf(p.Columns[delivery], r)
				c, _ := begin(r)
				if !ok || c < 0 {
					return true
				}
				y, ok := stampOf(p.Columns[c], r)
				return !ok || !earlier(x, y)
			},
			Describe: func(r validate.RowView) validate.Detail {
				created, words := begin(r)
				return validate.Detail{Message: fmt.Sprintf("{value} is before the %s, %s", words, r.Get(validate.Value{Column: created}))}
			},
		}
	})},
})

// begins are the dates that a delivery must not lie before; the first that is
// given counts.
var begins = []struct{ field, words string }{{"attribution.createDate", "created date"}, {"billingDate", "billing date"}}
