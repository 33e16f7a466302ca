package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// blankOwners say, each for one rule, whether the blank cells of a field are
// that rule's business; required-missing and conditional-missing then leave
// them to it.
var blankOwners = []func(p *validate.Pass, f *templates.Field) bool{
	func(_ *validate.Pass, f *templates.Field) bool { return f.Required && sourceField(f.Name) },
	func(p *validate.Pass, f *templates.Field) bool {
		return named(accountTemplates, p) && f.Name == accountField(p)
	},
	func(p *validate.Pass, f *templates.Field) bool { return named(sales, p) && f.Name == currencyField },
	func(p *validate.Pass, f *templates.Field) bool { return named(pointsTemplates, p) && pointsField(f) },
	func(p *validate.Pass, f *templates.Field) bool {
		return named(codeTemplates, p) && validationCodeField(f.Name)
	},
	func(p *validate.Pass, f *templates.Field) bool {
		return named(redemptionTemplates, p) && redemptionField(f)
	},
	func(p *validate.Pass, f *templates.Field) bool { return named(eventTemplates, p) && eventField(f.Name) },
	func(_ *validate.Pass, f *templates.Field) bool { return uuidName(f.Name) },
	joinField,
	returnField,
	retroType,
	func(p *validate.Pass, f *templates.Field) bool {
		return named(badgeTemplates, p) && f.Name == ownersField
	},
}

// blankOwned reports whether another rule than required-missing and
// conditional-missing judges the blank cells of a field.
func blankOwned(p *validate.Pass, f *templates.Field) bool {
	return slices.ContainsFunc(blankOwners, func(owns func(*validate.Pass, *templates.Field) bool) bool { return owns(p, f) })
}

// named reports whether the template of a file is one of a list of ids and
// globs, as in Rule.Templates.
func named(list []string, p *validate.Pass) bool {
	return slices.ContainsFunc(list, p.Template.Is)
}

// leaf returns the part of a field's name behind its last dot.
func leaf(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// blankCheck is a check of blank cells that finds each of them.
func blankCheck(message string) *validate.CellCheck {
	return &validate.CellCheck{
		OK:       func([]byte) bool { return false },
		Describe: func([]byte) validate.Detail { return validate.Detail{Message: message} },
	}
}

// unfilled picks the rows whose cell in a column may be blank.
func unfilled(column int) *validate.Selector {
	return &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
		for i := range b.Len() {
			// White space, seen and unseen, begins at or below a space or outside ASCII.
			if c := b.Cell(i, column); len(c) == 0 || c[0] <= ' ' || c[0] >= 0x80 {
				out = append(out, int32(i))
			}
		}
		return out
	}}
}
