package rules

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// nameTemplates are those of name-format.
var nameTemplates = []string{"customer-v2-add", "fleet-customers", "transaction-customer-v2-add"}

// NameFormat reports names of people that the platform cuts or does not take.
var NameFormat = register(validate.Rule{
	ID: "name-format", Title: "Name too long or with odd signs", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
A first or last name has more than 100 characters, or holds something else than letters,
digits, spaces, hyphens and apostrophes. Letters of all scripts count, with their marks.

The platform cuts a long name without a word; what it does with other signs is not
stated, and members may show without their name.

Correct the name at its origin. Titles, dates of birth and remarks do not belong into it.
`,
	Templates: nameTemplates,
	Prevents:  []string{"profile-information-missing"},
	Sources:   []string{guide, customerAPI},
	Examples: []validate.Example{
		{Name: "a remark", Template: "customer-v2-add", Text: "profiles.firstName,profiles.identifiers.mobile\nAnna (VIP),919812345678\n",
			Want: []string{`2:profiles.firstName: name-format: "Anna (VIP)" holds '(', and names take letters, digits, spaces, hyphens and apostrophes`}},
		{Name: "names of many scripts", Template: "customer-v2-add",
			Text: "profiles.firstName,profiles.lastName,profiles.identifiers.mobile\nMary-Jane,O'Neill,919812345678\nप्रिया,Müller,919812345679\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Form,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !nameField(c.Field) {
				return nil
			}
			most := c.Field.MaxLen
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					_, odd := oddInName(cell)
					return !odd && (most == 0 || len(cell) <= most || utf8.RuneCount(cell) <= most)
				},
				Describe: func(cell []byte) validate.Detail {
					if n := utf8.RuneCount(cell); most > 0 && n > most {
						return validate.Detail{Message: fmt.Sprintf("{value} has %d characters, the platform keeps %d", n, most)}
					}
					r, _ := oddInName(cell)
					return validate.Detail{Message: fmt.Sprintf("{value} holds %q, and names take letters, digits, spaces, hyphens and apostrophes", r)}
				},
			}
		},
	}},
})

// nameField reports whether a field is the name of a person.
func nameField(f *templates.Field) bool {
	return f != nil && (f.Name == "profiles.firstName" || f.Name == "profiles.lastName")
}

// oddInName returns the first character that a name does not take. Hidden
// characters and bytes that are no text are other rules' business.
func oddInName(name []byte) (r rune, odd bool) {
	for i := 0; i < len(name); {
		c := name[i]
		if c < utf8.RuneSelf {
			if c|0x20-'a' > 25 && c-'0' > 9 && c != ' ' && c != '-' && c != '\'' && !unicode.IsControl(rune(c)) {
				return rune(c), true
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(name[i:])
		if !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Cf, unicode.Cc) && !unicode.IsSpace(r) && r != utf8.RuneError {
			return r, true
		}
		i += n
	}
	return 0, false
}
