package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// CardUnknown reports cards that the list of cards does not have.
var CardUnknown = register(validate.Rule{
	ID: "card-unknown", Title: "Card not in the list of cards", Severity: validate.Error, Since: "0.2.0", Needs: "a reference list",
	Doc: `
A card number is not in the list that was given with ` + "`--list cards=FILE`" + `, or stands there
with other case or other leading zeros. Without the list the rule is silent.

The platform finds no such card and refuses the row.

Take the number from the card series again: a spreadsheet cuts zeros off and rounds long
numbers. Whether a card may change to the new status, only the platform knows.
`,
	Templates: []string{"card-update"},
	Prevents: []string{
		"card:3000", "card:3004", "card:3008", "card:3009", "card:3010", "card:3012", "card:3013", "card:3017",
		"card:3038", "card:3040", "card:3042", "card:3045", "card:3046", "customer:8087", "card:3039/no-status-update (warning)",
	},
	Sources: []string{cardCodes},
	Examples: []validate.Example{
		{Name: "a card of another series", Template: "card-update", Text: "cardNumber,statusLabel\nX100200300,ACTIVE\nC100200300,ACTIVE\n",
			Lists: map[string][]string{"cards": {"C100200300"}},
			Want:  []string{`2:cardNumber: card-unknown: "X100200300" is not in the list of cards`}},
		{Name: "cards of the list", Template: "card-update", Text: "cardNumber,statusLabel\nC100200300,ACTIVE\n",
			Lists: map[string][]string{"cards": {"C100200300"}}},
	},
	Checks: unknownValues("cards", false, func(f *templates.Field) bool { return f.Name == "cardNumber" }),
})
