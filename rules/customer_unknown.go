package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// CustomerUnknown reports rows of customers that the list of customers does
// not have.
var CustomerUnknown = register(validate.Rule{
	ID: "customer-unknown", Title: "Customer not in the list of customers", Severity: validate.Error, Since: "0.2.0", Needs: "a reference list",
	Doc: `
No identifier of the row is in the list that was given with ` + "`--list customers=FILE`" + `. Mobiles
are compared by their digits, addresses without case, other identifiers to the letter. An
identifier is judged only if the list has some of its form: a list of mobiles says nothing
about addresses. Without the list the rule is silent, and so it is for templates that
register customers.

The platform looks the customer up, finds nobody and refuses the row.

Register the customers before the drop, correct the identifier, or export the list again.
If all of them are unknown, the list may write mobiles without their country code.
`,
	Prevents: []string{
		"customer:8015/CUSTOMER_NOT_FOUND", "transaction:611", "transaction:641", "transaction:656", "points:8015",
		"points:816", "customer:8009", "customer:8065", "customer:1011", "customer:1012", "request:1012", "coupon:701",
		"retro-request:9011", "retro-request:9042", "import:import-user-not-registered", "transaction-v2:8015",
		"badge:810", "points:904", "points:904 (warning)", "customer:816", "behavioural-event:7308",
	},
	Sources: []string{guide, salesCodes, salesCodesV2, customerCodes, pointsCodes},
	Examples: []validate.Example{
		{Name: "a mobile that nobody registered", Text: "billNumber,identifierType,identifierValue\nB1,mobile,919812345678\nB2,mobile,919812345679\n",
			Lists: map[string][]string{"customers": {"+91 98123 45678", "anna@example.com"}},
			Want:  []string{`3:identifierValue: customer-unknown: "919812345679" is not in the list of customers`}},
		{Name: "one identifier of a row is enough", Template: "test-control-update",
			Text:  "mobile,email,testControlStatus\n919812345678,Anna@Example.com,test\n919812345679,ben@example.com,test\n",
			Lists: map[string][]string{"customers": {"919812345670", "anna@example.com"}},
			Want:  []string{`3:mobile: customer-unknown: "919812345679" is not in the list of customers`}},
		{Name: "everybody is known", Text: "billNumber,identifierType,identifierValue\nB1,mobile,919812345678\n",
			Lists: map[string][]string{"customers": {"919812345678"}}},
		{Name: "a list of mobiles knows no external ids", Text: "billNumber,identifierType,identifierValue\nB1,externalId,C-17\n",
			Lists: map[string][]string{"customers": {"919812345678"}},
			Want:  []string{"1:identifierValue: customer-unknown: the list of customers has no value of this kind, so it was not asked"}},
	},
	Checks: []validate.Check{validate.Head(unasked), row(func(p *validate.Pass) *validate.RowCheck {
		known := p.Options.Lists["customers"]
		values := identifiersOf(p)
		if known == nil || len(values) == 0 || registers(p.Template) {
			return nil
		}
		ok := func(r validate.RowView) bool { return anyKnown(r, values, known) }
		return &validate.RowCheck{
			Column: values[0].Column, Rank: validate.Meaning,
			Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
				for i := range b.Len() {
					if !ok(b.Row(i)) {
						out = append(out, int32(i))
					}
				}
				return out
			}},
			OK: ok,
			Describe: func(validate.RowView) validate.Detail {
				return validate.Detail{Message: "{value} is not in the list of customers"}
			},
		}
	})},
})

// unasked warns of a list that says nothing about the identifiers of the file:
// that no customer is unknown proves nothing then.
func unasked(p *validate.Pass, report func(validate.Detail)) {
	known := p.Options.Lists["customers"]
	if known == nil || registers(p.Template) {
		return
	}
	column := -1
	for _, v := range identifiersOf(p) {
		for _, row := range p.Source.Sample(sampledIdentifiers) {
			if v.Column < 0 || v.Column >= len(row) {
				continue
			}
			id := validate.Trim([]byte(row[v.Column]))
			if len(id) > 0 && known.Covers(id) {
				return
			}
			if len(id) > 0 {
				column = v.Column
			}
		}
	}
	if column >= 0 {
		report(validate.Detail{
			Message: "the list of customers has no value of this kind, so it was not asked", Row: headerRow(p.Source), Column: column + 1,
			Severity: validate.Warning, Fix: &validate.Fix{Title: "give --list customers=FILE with such identifiers"},
		})
	}
}

// sampledIdentifiers are looked at to tell what kind they are of.
const sampledIdentifiers = 200

// anyKnown reports whether a row names no customer, one of the list, or one in
// a way that the list says nothing about.
func anyKnown(r validate.RowView, values []validate.Value, known validate.List) bool {
	blank := true
	for _, v := range values {
		id := r.Get(v)
		if len(id) == 0 {
			continue
		}
		if known.Has(id) || !known.Covers(id) {
			return true
		}
		blank = false
	}
	return blank
}

// registers reports whether a template registers the customers of its rows.
func registers(t *templates.Template) bool { return t.Field("profiles.identifiers.mobile") != nil }

// identifiersOf lists where the rows of a file name customers that must exist.
func identifiersOf(p *validate.Pass) (values []validate.Value) {
	if id, ok := identityOf(p); ok {
		return []validate.Value{id.value}
	}
	for _, c := range p.Columns {
		f := c.Field
		if f == nil {
			continue
		}
		last := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
		if refersTo(f, "customers") || slices.Contains(p.Template.AtLeastOne, f.Name) ||
			last == "customerIdentifier" || p.Template.Is("force-generate-barcode") && last == "identifier" {
			values = append(values, validate.Value{Column: c.Index})
		}
	}
	return values
}
