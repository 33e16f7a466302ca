package rules

import "github.com/connectplus/preflight/validate"

// DuplicateCouponCode reports coupons that are redeemed twice in a file.
var DuplicateCouponCode = register(validate.Rule{
	ID: "duplicate-coupon-code", Title: "Coupon stands twice in the file", Severity: validate.Error, Since: "0.2.0",
	Templates: []string{"coupon-redeem"},
	Doc: `
A coupon code is on an earlier row as well, and the rows differ. Rows that are equal in
everything are duplicate-row.

The platform redeems a coupon once and refuses the second row; sent in bulk, one bad code
fails its whole batch.

Keep the row of the bill that the coupon was used on.
`,
	Prevents: []string{"coupon:631/DUPLICATE_GENERIC_COUPON_CODE", "coupon:716", "coupon:747"},
	Sources:  []string{guide, couponCodes, couponAPI},
	Examples: []validate.Example{
		{Name: "used on two bills", Template: "coupon-redeem", Text: "transactionNumber,Coupon Code\nB1,SAVE10\nB2,SAVE10\n",
			Want: []string{`3:Coupon Code: duplicate-coupon-code: "SAVE10" is in row 2 already`}},
		{Name: "two coupons", Template: "coupon-redeem", Text: "transactionNumber,Coupon Code\nB1,SAVE10\nB1,SAVE11\n"},
	},
	Checks: []validate.Check{validate.Unique(uniqueCoupons), uniqueAcross(uniqueCoupons)},
})

func uniqueCoupons(p *validate.Pass) []*validate.UniqueCheck {
	if c := p.Column(couponField); c >= 0 {
		return []*validate.UniqueCheck{standsTwice(p, c)}
	}
	return nil
}

const couponField = "redemptionRequestList.code"
