package rules

import (
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// PairIncomplete reports pairs of cells of which one is blank.
var PairIncomplete = register(validate.Rule{
	ID: "pair-incomplete", Title: "Half of a pair is blank", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
Two columns belong together, such as the type and the value of the code of a store or of a
second customer, and one of the two is blank. The pair that names the customer of the row
is identifier-missing.

The platform takes its default for a blank type, or looks nothing up: the bill goes to the
wrong store or to none.

Fill both cells, or neither. A type that is the same on all rows can be set by the
dataflow: ` + "`--const attribution.identifierType=STORE_CODE`" + `.
`,
	Prevents: []string{"transaction-v2:671"},
	Sources:  []string{salesAPI, salesCodesV2},
	Examples: []validate.Example{
		{Name: "which store", Text: "billNumber,attribution.identifierType,attribution.identifierValue\nB1,STORE_CODE,\n",
			Want: []string{"2:attribution.identifierValue: pair-incomplete: attribution.identifierValue is blank beside a filled attribution.identifierType"}},
		{Name: "a code of what", Text: "billNumber,attribution.identifierType,attribution.identifierValue\nB1,,PUNE01\n",
			Want: []string{"2:attribution.identifierType: pair-incomplete: attribution.identifierType is blank beside a filled attribution.identifierValue"}},
		{Name: "both, and neither", Text: "billNumber,attribution.identifierType,attribution.identifierValue\nB1,STORE_CODE,PUNE01\nB2,,\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		var checks []*validate.RowCheck
		for _, c := range p.Columns {
			for _, name := range arguments(c.Field, "paired_with") {
				if other := p.Column(name); other >= 0 && !identityField(name) {
					checks = append(checks, halfCheck(c, p.Columns[other]), halfCheck(p.Columns[other], c))
				}
			}
		}
		return slices.DeleteFunc(checks, func(c *validate.RowCheck) bool { return blankJudged(p, p.Columns[c.Column].Field) })
	})},
})

// blankJudged reports whether the rules on mandatory cells look at the blanks of
// a field.
func blankJudged(p *validate.Pass, f *templates.Field) bool {
	return f.Required || f.RequiredIf != nil || blankOwned(p, f) || customerField(p, f.Name)
}

// halfCheck wants a cell in a column where another has one.
func halfCheck(c, beside *validate.Column) *validate.RowCheck {
	own, other := validate.Value{Column: c.Index}, validate.Value{Column: beside.Index}
	message := c.Field.Name + " is blank beside a filled " + beside.Field.Name
	return &validate.RowCheck{
		Column: c.Index, Rank: validate.Form, Suspects: unfilled(c.Index),
		OK:       func(r validate.RowView) bool { return len(r.Get(own)) > 0 || len(r.Get(other)) == 0 },
		Describe: func(validate.RowView) validate.Detail { return validate.Detail{Message: message} },
	}
}
