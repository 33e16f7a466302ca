package validate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
)

// A slot counts the findings of one check in one column.
type slot struct {
	index    int
	place    int // of the rule, in Plan.places
	rule     *Rule
	severity Severity
	column   int // 0-based; -1: none
	sees     *Column
	codes    []string
	guessed  bool // the field names none of the codes
	code     int  // in Plan.codes; -1: the platform takes the row all the same
	hidden   bool
	groups   bool // counts groups
	fix      *Fix // of every finding; nil: each has its own
	conclude func(*Tally) Conclusion
	repair   func(cell []byte) *Fix // what conclude says of the fixes, after the last row; may be nil
}

// slot makes the counter of a check; the user's severity wins over the check's.
// valued: the check judges the values of the column, so that codes which the field
// does not name are not about them. Other checks have a column only to point at.
func (p *Plan) slot(r *Rule, severity Severity, column int, valued bool, conclude func(*Tally) Conclusion) *slot {
	place, ok := p.places[r.ID]
	if !ok {
		place = len(p.places)
		p.places[r.ID] = place
	}
	s := &slot{index: len(p.slots), place: place, rule: r, column: column, code: -1, conclude: conclude}
	s.severity, s.hidden = p.grade(r, severity)
	var f *templates.Field
	if column >= 0 {
		s.sees = p.pass.Columns[column]
		f = s.sees.Field
	}
	named := false
	s.codes, named = p.codesOf(r, f)
	s.guessed = s.sees != nil && !named && len(s.codes) > 0 && (valued && coded(s.codes[0]) || p.foreign(s.codes[0]))
	if s.severity == Error && !s.hidden && len(s.codes) > 0 && p.refuses(s.codes[0]) {
		code := s.codes[0]
		if s.guessed {
			code = ""
		}
		s.code = slices.Index(p.codes, code)
		if s.code < 0 {
			s.code = len(p.codes)
			p.codes = append(p.codes, code)
		}
	}
	p.slots = append(p.slots, s)
	return s
}

// grade returns the severity of a rule's findings, where a check asks for its
// own (zero: the rule's), and whether they are left out. The user's word wins.
func (p *Plan) grade(r *Rule, own Severity) (severity Severity, hidden bool) {
	severity = r.Severity
	if own != 0 {
		severity = own
	}
	if v, ok := p.opts.Severity[r.ID]; ok {
		severity = v
	}
	return severity, p.opts.Hidden[r.ID] || severity == Off
}

// refuses reports whether the platform refuses a row for a code.
func (p *Plan) refuses(code string) bool {
	if p.opts.Refuses == nil {
		return coded(code)
	}
	return p.opts.Refuses(code)
}

// shows reports whether Connect+ shows the rows that the platform refuses for a
// code. The code without a name stands for some status code.
func (p *Plan) shows(code string) bool {
	return code == "" || p.opts.Shows == nil || p.opts.Shows(code)
}

// codesOf returns the codes that a rule prevents and the field names, or all
// of the rule's where the field names none; those of the template first. named:
// the field names them.
func (p *Plan) codesOf(r *Rule, f *templates.Field) (codes []string, named bool) {
	for _, ref := range r.Prevents {
		if strings.HasSuffix(ref, "(warning)") {
			continue
		}
		bare, _, _ := strings.Cut(ref, "/")
		if !slices.Contains(codes, bare) && (f == nil || slices.Contains(f.Codes, bare) || slices.Contains(f.Symptoms, bare)) {
			codes = append(codes, bare)
		}
	}
	if codes == nil && f != nil {
		// The field names none of the rule's codes. Those of an API that the
		// template does not call cannot be meant.
		all, _ := p.codesOf(r, nil)
		codes = slices.DeleteFunc(all, func(ref string) bool {
			entity, _, coded := strings.Cut(ref, ":")
			return coded && !p.answers(entity)
		})
		return codes, false
	}
	place := func(ref string) int {
		entity, _, ok := strings.Cut(ref, ":")
		if !ok {
			return len(p.opts.Template.Entities) // symptoms stand behind the template's own codes
		}
		if i := slices.Index(p.opts.Template.Entities, entity); i >= 0 {
			return i
		}
		return len(p.opts.Template.Entities) + 1
	}
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	return codes, f != nil
}

// coded reports whether a reference is a status code, not a symptom.
func coded(ref string) bool { return strings.Contains(ref, ":") }

// foreign reports whether a status code is of no list of the template itself.
func (p *Plan) foreign(ref string) bool {
	entity, _, ok := strings.Cut(ref, ":")
	return ok && !slices.Contains(p.opts.Template.Entities, entity)
}

// answers reports whether the template's API answers from a list of status
// codes: its own lists, those that its fields name, and what every API may say.
func (p *Plan) answers(entity string) bool {
	t := p.opts.Template
	return entity == "api" || slices.Contains(t.Entities, entity) || slices.ContainsFunc(t.Fields, func(f *templates.Field) bool {
		return slices.ContainsFunc(f.Codes, func(ref string) bool { return strings.HasPrefix(ref, entity+":") })
	})
}
