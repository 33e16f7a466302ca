package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// TemplateMismatch reports files whose header is that of another template.
var TemplateMismatch = register(validate.Rule{
	ID: "template-mismatch", Title: "Header of another template", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The header fits another template better than the one that was chosen: the file was made
for another dataflow, or the wrong template was named. What the file lacks for the chosen
one, header-missing, is then not said.

The platform maps what it can and sends rows of the wrong sort: they are refused, or
processed without anything to be seen in Member Care.

Drop the file into the folder of its own dataflow, or name the right template.
`,
	Prevents: []string{"profile-information-missing", "processed-but-not-in-member-care"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "coupons in a folder of sales", Text: "Coupon Code,redemptionTime,user.externalId,user.mobile\nSAVE10,2026-11-20 10:00:00,C-1,\n",
			Want: []string{"1: template-mismatch: the header fits coupon-redeem, with 4 of 4 columns, and transaction-v2-add with none"}},
		{Name: "sales", Text: "billNumber,billAmount,Item Code,Line Amount\nB1,10,a,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		b := betterTemplate(p)
		if b == nil {
			return
		}
		own := words.Count(int64(p.Options.Mapping.Mapped()))
		if own == "0" {
			own = "none"
		}
		report(validate.Detail{
			Message: fmt.Sprintf("the header fits %s, with %d of %d columns, and %s with %s", b.template.ID, b.mapped, len(p.Source.Header), p.Template.ID, own),
			Row:     headerRow(p.Source),
			Fix:     &validate.Fix{Title: "drop it into the folder of that dataflow, or say --template " + b.template.ID},
		})
	})},
})

// A better template than the chosen one, and how many columns it maps.
type better struct {
	template *templates.Template
	mapped   int
}

// betterTemplate returns the template, of another sort, that the header of a file
// speaks for although the user named one; nil: none, or nobody wants to know.
func betterTemplate(p *validate.Pass) *better {
	const id = "template-mismatch"
	if level, set := p.Options.Severity[id]; p.Options.Hidden[id] || set && level == validate.Off {
		return nil
	}
	return validate.Shared(p, id, func() *better {
		m := &p.Options.Mapping
		if !p.Options.Chosen || p.Source.Empty || p.Source.Headless || noHeader(p) {
			return nil
		}
		t, err := templates.Detect(p.Source.Header, templates.MapOptions{})
		if err != nil || t.Kind == p.Template.Kind || t.ID == p.Template.ID {
			return nil
		}
		other, err := t.Map(p.Source.Header, templates.MapOptions{})
		if err != nil {
			return nil
		}
		own, score, all := m.Mapped(), other.Mapped(), len(p.Source.Header)
		whole := len(m.Missing) > 0 && len(other.Missing) == 0 && score > own
		if !whole && (2*own >= all || score < own+2 || 3*score < 2*all) {
			return nil
		}
		return &better{t, score}
	})
}
