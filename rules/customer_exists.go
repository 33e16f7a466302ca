package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// CustomerExists reports customers to be added whom the list of customers has
// already.
var CustomerExists = register(validate.Rule{
	ID: "customer-exists", Title: "Customer is in the list of customers already", Severity: validate.Warning, Since: "0.2.0", Needs: "a reference list",
	Doc: `
A customer that the file adds has a mobile, email or external id that is in the list given
with ` + "`--list customers=FILE`" + `. Without the list the rule is silent.

The platform refuses to register an identifier twice, or changes the customer who has it.

Leave out the customers who are registered, or send them as an update if that is meant.
`,
	Templates: []string{"customer-v2-add", "fleet-customers"},
	Prevents: []string{
		"customer:1014", "customer:8006", "customer:8028", "customer:1016", "customer:1032", "customer:1033",
		"transaction:647", "transaction:648", "transaction:653", "customer:8007", "customer:8008", "customer:8066",
		"customer:91007", "customer:1046", "customer:8018", "customer:8050 (warning)", "customer:8051 (warning)",
		"customer:91005 (warning)",
	},
	Sources: []string{customerCodes, salesCodes},
	Examples: []validate.Example{
		{Name: "a mobile that is taken", Template: "customer-v2-add",
			Text:  "profiles.identifiers.mobile,profiles.source\n919812345678,INSTORE\n919812345679,INSTORE\n",
			Lists: map[string][]string{"customers": {"+919812345678"}},
			Want:  []string{`2:profiles.identifiers.mobile: customer-exists: "919812345678" is in the list of customers already`}},
		{Name: "new customers", Template: "customer-v2-add", Text: "profiles.identifiers.mobile,profiles.source\n919812345679,INSTORE\n",
			Lists: map[string][]string{"customers": {"919812345678"}}},
	},
	Checks: []validate.Check{validate.Cell{Rank: validate.Meaning, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
		known := p.Options.Lists["customers"]
		if known == nil || !identifies(c.Field) {
			return nil
		}
		return &validate.CellCheck{
			OK: func(cell []byte) bool { return !known.Has(cell) },
			Describe: func([]byte) validate.Detail {
				return validate.Detail{Message: "{value} is in the list of customers already"}
			},
		}
	}}},
})

// identifies reports whether a field is an identifier that a new customer gets.
func identifies(f *templates.Field) bool {
	if f == nil {
		return false
	}
	switch f.Name {
	case "profiles.identifiers.mobile", "profiles.identifiers.email", "profiles.identifiers.externalId", "profiles.identifiers.value":
		return true
	}
	return false
}
