package rules

import (
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file reads constraints as fields carry them.

// arguments returns what stands behind a constraint word of a field, once for
// each time that the field carries it: "0" for gt in gt:0.
func arguments(f *templates.Field, word string) []string {
	if f == nil {
		return nil
	}
	var list []string
	for _, c := range f.Constraints {
		if rest, ok := strings.CutPrefix(c, word); ok && strings.HasPrefix(rest, ":") {
			list = append(list, rest[1:])
		}
	}
	return list
}

// conditionOf reads a condition as required_if and empty_if write it: F in [A, B],
// F is V, or no F and no G. It returns nil for other text.
func conditionOf(text string) *templates.Condition {
	if field, values, ok := strings.Cut(text, " in ["); ok {
		return &templates.Condition{Field: field, Values: strings.Split(strings.TrimSuffix(values, "]"), ", ")}
	}
	if field, value, ok := strings.Cut(text, " is "); ok {
		return &templates.Condition{Field: field, Values: []string{value}}
	}
	if rest, ok := strings.CutPrefix(text, "no "); ok {
		return &templates.Condition{Blank: strings.Split(rest, " and no ")}
	}
	return nil
}

// formChecks hold the cells of all columns with a constraint to a form. They are
// checks of rows, since a Cell that trusts no shape would have all other checks
// of its column look at every cell.
func formChecks(constraint string, ok func(cell []byte) bool, message string) validate.Row {
	return func(p *validate.Pass) (checks []*validate.RowCheck) {
		for _, c := range p.Columns {
			if c.Field == nil || !c.Field.Has(constraint) {
				continue
			}
			own := validate.Value{Column: c.Index}
			checks = append(checks, &validate.RowCheck{
				Column: c.Index, Rank: validate.Form,
				Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
					for i := range b.Len() {
						if cell := b.Cell(i, c.Index); len(cell) > 0 && !ok(cell) {
							out = append(out, int32(i))
						}
					}
					return out
				}},
				OK:       func(r validate.RowView) bool { cell := r.Get(own); return len(cell) == 0 || ok(cell) },
				Describe: func(validate.RowView) validate.Detail { return validate.Detail{Message: message} },
			})
		}
		return checks
	}
}
