package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// refersTo reports whether the values of a field stand in a reference list.
func refersTo(f *templates.Field, list string) bool {
	return slices.Contains(arguments(f, "reference"), list)
}

// unknownValues makes the checks of a rule on values that a reference list does
// not have: of the cells, and of a constant of the dataflow. Without the list
// they have no say. safe says that to write a value as the list spells it does
// not change what it means.
func unknownValues(list string, safe bool, fields func(f *templates.Field) bool) []validate.Check {
	return []validate.Check{
		validate.Cell{Rank: validate.Meaning, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			known := p.Options.Lists[list]
			if known == nil || c.Field == nil || !fields(c.Field) {
				return nil
			}
			return absent(known, list, safe, c.Field.Sensitive)
		}},
		validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
			known := p.Options.Lists[list]
			if known == nil || p.Template == nil {
				return
			}
			for _, f := range p.Template.Fields {
				check := absent(known, list, safe, f.Sensitive)
				value, ok := p.Const(f.Name)
				if v := validate.Trim([]byte(value)); ok && fields(f) && p.Column(f.Name) < 0 && !check.OK(v) {
					d := check.Describe(v)
					d.Value = string(v)
					if d.Fix != nil { // it stands in the settings of the dataflow, not in the file
						d.Fix = &validate.Fix{Title: d.Fix.Title}
					}
					d.Message = "the constant of " + f.Name + ", " + d.Message
					if f.Sensitive { // no column says that the value is to be masked
						d.Value = ""
						d.Message = strings.Replace(d.Message, ", {value}", "", 1)
					}
					report(d)
				}
			}
		}),
	}
}

// absent judges values by a list. personal says that values must be seen in no
// text that is not masked.
func absent(known validate.List, list string, safe, personal bool) *validate.CellCheck {
	const (
		spelled uint32 = 1 << iota // the list has one other spelling, and it may be written
		alike                      // the list has another spelling
	)
	repair := func(cell []byte) *validate.Fix {
		switch spelling, ok := known.Alike(cell); {
		case !ok || spelling == "":
			return nil
		case personal:
			return validate.Write("write it as the list does", spelling, safe)
		case safe:
			return validate.Write("write "+spelling, spelling, true)
		default:
			return &validate.Fix{Title: "write " + spelling + " if that is meant"}
		}
	}
	return &validate.CellCheck{
		OK: func(cell []byte) bool { return known.Has(cell) || !known.Covers(cell) },
		Describe: func(cell []byte) validate.Detail {
			if _, ok := known.Alike(cell); ok {
				return validate.Detail{Message: "{value} is in the list of " + list + " only with other case or leading zeros", Fix: repair(cell)}
			}
			return validate.Detail{Message: "{value} is not in the list of " + list}
		},
		Classify: func(cell []byte) (set uint32) {
			if spelling, ok := known.Alike(cell); ok {
				set |= alike
				if safe && spelling != "" {
					set |= spelled
				}
			}
			return set
		},
		Conclude: func(t *validate.Tally) validate.Conclusion {
			c := validate.Conclusion{Fixable: t.Bits[0], Fix: repair}
			if n := t.Bits[1]; 2*n >= t.Total && n > 0 {
				c.Cause = share(n, t.Total, "have") + " another spelling in the list"
			}
			return c
		},
	}
}
