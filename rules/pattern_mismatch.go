package rules

import (
	"regexp"
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// PatternMismatch reports text that has not the form its field takes.
var PatternMismatch = register(validate.Rule{
	ID: "pattern-mismatch", Title: "Text not of the form of its field", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The text is not of the form that the template gives for its field as a regular expression,
such as the 24 hexadecimal digits of a badge id. Mobiles, addresses and names have rules
of their own.

The platform finds nothing under such a value, and refuses the row or leaves the value
out.

Take the value from the right column of the export. If it is right as it stands, correct
the expression in the template file.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{badgesAPI},
	Examples: []validate.Example{
		{Name: "the name of a badge for its id", Template: "badges-import-earned", Text: "badgeMetaId,customerId\nGold,4711\n",
			Want: []string{`2:badgeMetaId: pattern-mismatch: "Gold" is not of the form ^[0-9a-f]{24}$`}},
		{Name: "an id", Template: "badges-import-earned", Text: "badgeMetaId,customerId\n64f0c2a19b3e4d5f6a7b8c9d,4711\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning, // behind the findings of the field's type
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			var forms []*regexp.Regexp
			for _, text := range arguments(c.Field, "regex") {
				if r, err := regexp.Compile(text); err == nil && !formOwned(p, c.Field, text) {
					forms = append(forms, r)
				}
			}
			if len(forms) == 0 {
				return nil
			}
			other := func(cell []byte) int {
				return slices.IndexFunc(forms, func(r *regexp.Regexp) bool { return !r.Match(cell) })
			}
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return other(cell) < 0 },
				Describe: func(cell []byte) validate.Detail {
					return validate.Detail{Message: "{value} is not of the form " + forms[other(cell)].String()}
				},
			}
		},
	}},
})

// formOwned reports whether another rule holds a field to a form, more closely
// than its expression does.
func formOwned(p *validate.Pass, f *templates.Field, form string) bool {
	switch {
	case f.Type == templates.Mobile:
		return form == mobileForm
	case f.Type == templates.Email:
		return form == emailForm
	}
	return named(nameTemplates, p) && nameField(f)
}

// The documented forms of mobiles and addresses, which mobile-format and
// email-format judge.
const (
	mobileForm = `^[0-9]+$`
	emailForm  = `^[A-Za-z0-9._+\-]+@[A-Za-z0-9._+\-]+$`
)
