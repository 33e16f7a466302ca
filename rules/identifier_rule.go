package rules

import (
	"fmt"
	"slices"

	"github.com/connectplus/preflight/validate"
)

// IdentifierRuleParams are the parameters of identifier-rule.
type IdentifierRuleParams struct {
	Mandatory []string `yaml:"mandatory" doc:"identifiers that every customer needs: mobile, email, externalId; none: any of them does"`
	// EmailAlone is whether an address is enough.
	EmailAlone bool `yaml:"email_alone" doc:"a customer may have an email and nothing else"`
}

// profileIdentifiers are the identifiers that an organisation can ask for.
var profileIdentifiers = []string{"mobile", "email", "externalId"}

// Validate reports identifiers that there are not.
func (i *IdentifierRuleParams) Validate() error {
	for _, m := range i.Mandatory {
		if !slices.Contains(profileIdentifiers, m) {
			return fmt.Errorf("mandatory has %q; it takes %s", m, and(profileIdentifiers))
		}
	}
	return nil
}

// IdentifierRule reports customers without an identifier that the organisation
// asks for.
var IdentifierRule = register(validate.Rule{
	ID: "identifier-rule", Title: "Identifier that the organisation asks for is missing", Severity: validate.Error, Since: "0.2.0", Needs: "the settings of the org",
	Doc: `
The customer has some identifier, but not the one that the organisation asks for: no
mobile, no email, no external id, or an email and nothing else. The rule is silent until
` + "`mandatory`" + ` names the identifiers, or ` + "`email_alone: false`" + ` says that an address is not
enough.

The platform refuses to register the customer.

Fill the identifier at its origin. Do not make one up: it is how the customer is found
from then on.
`,
	Templates: []string{"customer-v2-add", "fleet-customers", "transaction-customer-v2-add"},
	Prevents: []string{
		"transaction:651", "transaction:658", "transaction:659", "customer:1006", "customer:1019", "customer:1039",
		"customer:1043",
	},
	Sources: []string{salesCodes, customerCodes, customerAPI},
	Params:  &IdentifierRuleParams{EmailAlone: true},
	Examples: []validate.Example{
		{Name: "no mobile", Template: "customer-v2-add", Params: &IdentifierRuleParams{Mandatory: []string{"mobile"}, EmailAlone: true},
			Text: "profiles.identifiers.mobile,profiles.identifiers.email\n,anna@example.com\n",
			Want: []string{"2:profiles.identifiers.mobile: identifier-rule: the organisation asks for a mobile, and it is blank"}},
		{Name: "an address alone", Template: "customer-v2-add", Params: &IdentifierRuleParams{},
			Text: "profiles.identifiers.mobile,profiles.identifiers.email\n,anna@example.com\n919812345678,\n",
			Want: []string{"2:profiles.identifiers.email: identifier-rule: an email alone does not register a customer"}},
		{Name: "nothing is set", Template: "customer-v2-add",
			Text: "profiles.identifiers.mobile,profiles.identifiers.email\n,anna@example.com\n919812345678,\n"},
	},
	Checks: []validate.Check{
		validate.Row(identifierRules),
		validate.Head(identifierColumns),
	},
})

// A profile says where the identifiers of a row's customer stand: in a column
// each, or in a pair of type and value.
type profile struct {
	values [3]validate.Value // as profileIdentifiers
	pair   customer
	paired bool
}

func profileOf(p *validate.Pass) *profile {
	o := &profile{}
	for i, name := range profileIdentifiers {
		o.values[i] = p.Value("profiles.identifiers." + name)
	}
	o.pair.typ, o.pair.value = p.Value("profiles.identifiers.type"), p.Value("profiles.identifiers.value")
	o.paired = o.pair.typ.Given() && o.pair.value.Given()
	return o
}

// has reports whether a row has the i-th of profileIdentifiers.
func (o *profile) has(r validate.RowView, i int) bool {
	if o.values[i].Given() && len(r.Get(o.values[i])) > 0 {
		return true
	}
	return o.paired && len(r.Get(o.pair.value)) > 0 && string(r.Get(o.pair.typ)) == profileIdentifiers[i]
}

// none reports whether a row has no identifier at all, which is
// identifier-missing's business.
func (o *profile) none(r validate.RowView) bool {
	if o.paired && len(r.Get(o.pair.value)) > 0 {
		return false
	}
	return !slices.ContainsFunc(o.values[:], func(v validate.Value) bool { return v.Given() && len(r.Get(v)) > 0 })
}

// at returns the column where the lack of the i-th identifier is reported, or
// -1 where the file has no place for it.
func (o *profile) at(i int) int {
	if o.values[i].Column >= 0 || o.values[i].Given() || !o.paired {
		return o.values[i].Column
	}
	return o.pair.value.Column
}

func identifierRules(p *validate.Pass) []*validate.RowCheck {
	params, o := p.Params.(*IdentifierRuleParams), profileOf(p)
	var checks []*validate.RowCheck
	for i, name := range profileIdentifiers {
		column := o.at(i)
		if !slices.Contains(params.Mandatory, name) || column < 0 {
			continue
		}
		message := "the organisation asks for " + nouns[i] + ", and it is blank"
		if o.values[i].Column < 0 {
			message = "the organisation asks for " + nouns[i] + ", and the row has another identifier"
		}
		checks = append(checks, &validate.RowCheck{
			Column: column, Rank: validate.Form,
			OK:       func(r validate.RowView) bool { return o.has(r, i) || o.none(r) },
			Describe: func(validate.RowView) validate.Detail { return validate.Detail{Message: message} },
		})
	}
	const mobile, email, externalID = 0, 1, 2
	if column := o.at(email); !params.EmailAlone && column >= 0 {
		checks = append(checks, &validate.RowCheck{
			Column: column, Rank: validate.Form,
			OK: func(r validate.RowView) bool {
				if !o.has(r, email) || o.has(r, mobile) || o.has(r, externalID) {
					return true
				}
				// Which of the others is missing may have been said already.
				return slices.Contains(params.Mandatory, "mobile") || slices.Contains(params.Mandatory, "externalId")
			},
			Describe: func(validate.RowView) validate.Detail {
				return validate.Detail{Message: "an email alone does not register a customer"}
			},
		})
	}
	return checks
}

// nouns are profileIdentifiers in messages.
var nouns = [...]string{"a mobile", "an email", "an external id"}

// identifierColumns reports identifiers that no row of the file can have.
func identifierColumns(p *validate.Pass, report func(validate.Detail)) {
	if p.Source.Empty || noHeader(p) {
		return
	}
	o := profileOf(p)
	if o.at(0) < 0 && o.at(1) < 0 && o.at(2) < 0 {
		return // a file of bills, or one of which header-missing says that it names no customer
	}
	for i, name := range profileIdentifiers {
		if slices.Contains(p.Params.(*IdentifierRuleParams).Mandatory, name) && o.at(i) < 0 && !o.values[i].Given() {
			field := "profiles.identifiers." + name
			report(validate.Detail{
				Message: "the organisation asks for " + nouns[i] + ", and no column carries " + field, Row: headerRow(p.Source),
				Fix: &validate.Fix{Title: "add the column, or name one with --map HEADER=" + field},
			})
		}
	}
}
