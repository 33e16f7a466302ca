package rules

import (
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// RetroTypePair reports retro claims that ask for a change which is none.
var RetroTypePair = register(validate.Rule{
	ID: "retro-type-pair", Title: "Retro claim that changes other types", Severity: validate.Error, Since: "0.2.0",
	Templates: retroTemplates,
	Doc: `
A retro claim turns a bill of NOT_INTERESTED into one of REGULAR: oldType is the first,
newType the second. Here one of them is blank or something else, or the two are exchanged.

The platform refuses the claim; it knows no other change.

Write NOT_INTERESTED in oldType and REGULAR in newType. If they are the same on all rows,
the dataflow can set them.
`,
	Prevents: []string{"transaction:1625", "transaction:1626", "retro-request:9057", "retro-request:9058"},
	Sources:  []string{"API reference: retro claims", salesCodes},
	Examples: []validate.Example{
		{Name: "the two are exchanged", Template: "retro-transaction", Text: "transactionId,oldType,newType\n1001,REGULAR,NOT_INTERESTED\n",
			Want: []string{`2:oldType: retro-type-pair: "REGULAR" and newType are exchanged; oldType takes NOT_INTERESTED, newType REGULAR`}},
		{Name: "another type", Template: "retro-transaction", Text: "transactionId,oldType,newType\n1001,NOT_INTERESTED,RETURN\n",
			Want: []string{`2:newType: retro-type-pair: "RETURN" is no type to change to; newType takes REGULAR`}},
		{Name: "no type", Template: "retro-transaction", Text: "transactionId,oldType,newType\n1001,NOT_INTERESTED,\n",
			Want: []string{"2:newType: retro-type-pair: newType is blank; it takes REGULAR"}},
		{Name: "the one change there is", Template: "retro-transaction", Text: "transactionId,oldType,newType\n1001,NOT_INTERESTED,REGULAR\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Blanks: true, Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !retroType(p, c.Field) {
				return nil
			}
			return blankCheck(c.Field.Name + " is blank; it takes " + retroTypes[c.Field.Name].word)
		}},
		validate.Row(func(p *validate.Pass) []*validate.RowCheck {
			return []*validate.RowCheck{retroCheck(p, "oldType", "newType"), retroCheck(p, "newType", "oldType")}
		}),
	},
})

var retroTemplates = []string{"retro-transaction"}

// retroTypes are the only values of the two types, and how they are compared.
var retroTypes = map[string]struct {
	word   string
	folded []byte
}{
	"oldType": {"NOT_INTERESTED", []byte("notinterested")},
	"newType": {"REGULAR", []byte("regular")},
}

// retroType reports whether all that is wrong with a field's values, but for
// their spelling, is the business of retro-type-pair.
func retroType(p *validate.Pass, f *templates.Field) bool {
	_, ok := retroTypes[f.Name]
	return ok && slices.ContainsFunc(retroTemplates, p.Template.Is)
}

// retroCheck judges one type; of exchanged ones the old type has the finding.
func retroCheck(p *validate.Pass, field, other string) *validate.RowCheck {
	own, partner := p.Value(field), p.Value(other)
	if own.Column < 0 {
		return nil
	}
	want := retroTypes[field]
	exchanged := func(r validate.RowView) bool {
		return spells(r.Get(own), retroTypes[other].folded) && spells(r.Get(partner), want.folded)
	}
	exchange := &validate.Fix{Title: "exchange the two"}
	if partner.Column >= 0 {
		exchange.Safe, exchange.Swap = true, &partner.Column
	}
	described := field == "oldType" || partner.Column < 0
	return &validate.RowCheck{
		Column: own.Column, Rank: validate.Form,
		Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
			for i := range b.Len() {
				if string(b.Cell(i, own.Column)) != want.word {
					out = append(out, int32(i))
				}
			}
			return out
		}},
		OK: func(r validate.RowView) bool {
			cell := r.Get(own)
			return len(cell) == 0 || nullWord(cell) || spells(cell, want.folded) || !described && exchanged(r)
		},
		Describe: func(r validate.RowView) validate.Detail {
			if !exchanged(r) {
				return validate.Detail{Message: "{value} is no type to change " + map[bool]string{true: "from", false: "to"}[field == "oldType"] +
					"; " + field + " takes " + want.word}
			}
			return validate.Detail{Message: "{value} and " + other + " are exchanged; oldType takes NOT_INTERESTED, newType REGULAR",
				Fix: exchange}
		},
		Classify: func(r validate.RowView) uint32 {
			if exchange.Safe && exchanged(r) {
				return 1
			}
			return 0
		},
	}
}
