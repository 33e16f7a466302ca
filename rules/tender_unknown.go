package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// TenderUnknown reports payment modes that the list of tenders does not have.
var TenderUnknown = register(validate.Rule{
	ID: "tender-unknown", Title: "Payment mode not in the list of tenders", Severity: validate.Error, Since: "0.2.0", Needs: "a reference list",
	Doc: `
A payment mode is not in the list that was given with ` + "`--list tenders=FILE`" + `, or stands
there with other case. Without the list the rule is silent.

The platform knows the payment modes that were set up for the organisation, compares to the
letter, and refuses the bill or leaves the payment out.

Write the mode as it was set up, or set it up before the drop.
`,
	Prevents: []string{"transaction:9607", "transaction:9609", "transaction:9613", "transaction-v2:9607",
		"transaction-v2:9609", "transaction-v2:9613"},
	Sources: []string{salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "a mode in small letters", Template: "transaction-v2-add-payment-mode", Text: "billNumber,paymentModes.mode\nB1,card\nB2,Cash\n",
			Lists: map[string][]string{"tenders": {"Card", "Cash"}},
			Want:  []string{`2:paymentModes.mode: tender-unknown: "card" is in the list of tenders only with other case or leading zeros`}},
		{Name: "a mode that was not set up", Template: "transaction-v2-add-payment-mode", Text: "billNumber,paymentModes.mode\nB1,Barter\n",
			Lists: map[string][]string{"tenders": {"Card", "Cash"}},
			Want:  []string{`2:paymentModes.mode: tender-unknown: "Barter" is not in the list of tenders`}},
		{Name: "modes of the list", Template: "transaction-v2-add-payment-mode", Text: "billNumber,paymentModes.mode\nB1,Card\n",
			Lists: map[string][]string{"tenders": {"Card", "Cash"}}},
	},
	Checks: unknownValues("tenders", true, func(f *templates.Field) bool { return refersTo(f, "tenders") }),
})
