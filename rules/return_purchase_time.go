package rules

import (
	"fmt"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ReturnPurchaseTime reports returns without the time of their sale, or with one
// that is not before the return.
var ReturnPurchaseTime = register(validate.Rule{
	ID: "return-purchase-time", Title: "Return without the time of its sale, or not after it", Severity: validate.Error, Since: "0.2.0",
	Templates: sales,
	Doc: `
A return must say in purchaseTime when the goods were bought; here it is blank, or not
before the time of the return. A return of a bill that was NOT_INTERESTED needs it on the
bill and on the line. Where one of the two has no time of day, only days are compared.

The platform finds the sale by that time, and refuses a return that lies before its sale.

Fill purchaseTime with the date of the original bill. If the two dates were exchanged,
exchange them back.
`,
	Prevents: []string{"transaction-v2:624", "transaction:624"},
	Sources:  []string{salesAPI, salesAPISingle, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "no time of the sale", Text: "billNumber,type,purchaseTime\nB1,RETURN,\n",
			Want: []string{"2:purchaseTime: return-purchase-time: purchaseTime is blank where the type is RETURN"}},
		{Name: "returned before it was bought", Text: "billNumber,type,billingDate,purchaseTime\nB1,RETURN,2026-11-02,2026-11-12\n",
			Want: []string{`2:purchaseTime: return-purchase-time: "2026-11-12" is not before the return, 2026-11-02`}},
		{Name: "bought and returned on one day", Text: "billNumber,type,billingDate,purchaseTime\nB1,RETURN,2026-11-12,2026-11-12\nB2,REGULAR,2026-11-12,\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		t, ok := returnsOf(p)
		if !ok {
			return nil
		}
		d := due{p, t, "purchaseTime", "lineItemsV2.purchaseTime"}
		return append(d.checks(), notInterestedLine(d),
			notBefore(p, d.bill, true, t.whole),
			notBefore(p, d.line, false, func(r validate.RowView) bool { return t.whole(r) || t.part(r) }))
	})},
})

// notInterestedLine reports lines of a NOT_INTERESTED return without the time of
// their sale.
func notInterestedLine(d due) *validate.RowCheck {
	item := d.p.Value("lineItemsV2.itemCode")
	if !item.Given() && d.p.Column(d.line) < 0 {
		return nil
	}
	payments, onBill, absent := paymentsIn(d.p), filler(d.p, d.bill), d.p.Column(d.line) < 0
	return d.check(d.line, d.t.bill, func(r validate.RowView) bool {
		return spells(r.Get(d.t.bill), []byte("notinterestedreturn")) && !payments.alone(r) && (!absent || onBill(r))
	})
}

// notBefore reports returns whose sale, by a date field, is not before them.
func notBefore(p *validate.Pass, field string, ofBill bool, is func(validate.RowView) bool) *validate.RowCheck {
	bought, back := p.Column(field), p.Column("billingDate")
	if bought < 0 || back < 0 || !dated(p.Columns[bought]) || !dated(p.Columns[back]) {
		return nil
	}
	return &validate.RowCheck{
		Column: bought, Rank: validate.Meaning, PerGroup: ofBill, Suspects: returnSuspects(p),
		OK: func(r validate.RowView) bool {
			if !is(r) {
				return true
			}
			x, ok := stampOf(p.Columns[bought], r)
			y, also := stampOf(p.Columns[back], r)
			return !ok || !also || !earlier(y, x) && (x != y || x.Second == 0)
		},
		Describe: func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: fmt.Sprintf("{value} is not before the return, %s", r.Get(validate.Value{Column: back}))}
		},
	}
}

// stampOf reads the date of a row. ok is false for a cell that has not the
// layout of its column.
func stampOf(c *validate.Column, r validate.RowView) (s templates.Stamp, ok bool) {
	s, fit := c.Layout.Parse(r.Get(validate.Value{Column: c.Index}))
	return s, fit == templates.Fits
}

// earlier reports whether a moment surely lies before another. Midnight may stand
// for a day without a time; and where one of the two has a zone and the other
// none, they may be a day apart.
func earlier(x, y templates.Stamp) bool {
	switch {
	case x.HasZone != y.HasZone:
		return x.Day+1 < y.Day
	case x.Second == 0 || y.Second == 0:
		return x.Day < y.Day
	}
	return seconds(x) < seconds(y)
}

// seconds counts from 1970, in UTC where the zone is known.
func seconds(s templates.Stamp) int64 {
	return int64(s.Day)*86_400 + int64(s.Second) - int64(s.Offset)*60
}
