package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// CouponUnknown reports coupons that the list of coupons does not have.
var CouponUnknown = register(validate.Rule{
	ID: "coupon-unknown", Title: "Coupon not in the list of coupons", Severity: validate.Error, Since: "0.2.0", Needs: "a reference list",
	Doc: `
A coupon code is not in the list that was given with ` + "`--list coupons=FILE`" + `: the codes that
were issued and may still be redeemed. Without the list the rule is silent.

The platform refuses the redemption. A batch is taken as a whole or not at all, so one code
that is wrong, expired, revoked or a test refuses up to a hundred.

Correct the code or leave the row out. Expiry and owner are seen only if the list holds
just the codes that may be redeemed now.
`,
	Templates: []string{"coupon-redeem"},
	Prevents: []string{
		"coupon:702", "coupon:703", "coupon:723", "coupon:710", "coupon:712", "coupon:713", "coupon:719", "coupon:720",
		"coupon:660", "coupon:707", "coupon:755", "coupon:780", "coupon:705", "coupon:739", "coupon:510",
	},
	Sources: []string{couponCodes},
	Examples: []validate.Example{
		{Name: "a code with a slip", Template: "coupon-redeem", Text: "redemptionRequestList.code\nNEWYEAR1O\nNEWYEAR11\n",
			Lists: map[string][]string{"coupons": {"NEWYEAR10", "NEWYEAR11"}},
			Want:  []string{`2:redemptionRequestList.code: coupon-unknown: "NEWYEAR1O" is not in the list of coupons`}},
		{Name: "codes of the list", Template: "coupon-redeem", Text: "redemptionRequestList.code\nNEWYEAR10\n",
			Lists: map[string][]string{"coupons": {"NEWYEAR10"}}},
	},
	Checks: unknownValues("coupons", false, func(f *templates.Field) bool { return f.Name == "redemptionRequestList.code" }),
})
