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
