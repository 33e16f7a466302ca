package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// acrossFiles reports, in the later file, keys that an earlier file of the run
// has too. A file that is a copy as a whole is duplicate-row.
func acrossFiles(keys func(p *validate.Pass) []*validate.JoinKey) validate.Join {
	first := func(m *validate.Meeting) int {
		for i := range m.Parts {
			if m.Parts[i].N > 0 && !m.Parts[i].Copy {
				return i
			}
		}
		return -1
	}
	return validate.Join{
		Keys: keys,
		Judge: func(m *validate.Meeting, report func(int)) {
			for i, from := first(m)+1, len(m.Parts); i > 0 && i < from; i++ {
				if m.Parts[i].N > 0 && !m.Parts[i].Copy {
					report(i)
				}
			}
		},
		Describe: func(m *validate.Meeting, at int) validate.Detail {
			earlier := first(m)
			p := &m.Parts[earlier]
			row := p.Row(0).Number()
			d := keyDetail(&m.Parts[at], fmt.Sprintf("{value} is in row %d of %s already", row, p.Name()))
			d.Others = []validate.Other{{Part: earlier, Row: row}}
			return d
		},
	}
}

// uniqueAcross is acrossFiles for Unique checks: their columns must not repeat in
// another file of the template either.
func uniqueAcross(checks validate.Unique) validate.Join {
	return acrossFiles(func(p *validate.Pass) (keys []*validate.JoinKey) {
		for _, c := range checks(p) {
			if len(c.Columns) == 0 {
				continue
			}
			k := &validate.JoinKey{Space: p.Template.ID, Fold: c.Fold, Sound: c.Sound}
			for _, column := range c.Columns {
				k.Space += " " + p.Columns[column].Field.Name
				k.Values = append(k.Values, validate.Value{Column: column})
			}
			keys = append(keys, k)
		}
		return keys
	})
}
