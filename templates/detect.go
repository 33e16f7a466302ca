package templates

import (
	"slices"
	"strings"
	"sync"
)

// All returns the templates in a fixed order: of several templates of one kind
// that fit a header the first is taken.
//
// The slice and what it points to are shared and must not be changed.
func All() []*Template { return all() }

var all = sync.OnceValue(func() []*Template {
	for _, t := range catalogue {
		t.Fields = slices.Concat(t.sets...)
		t.lookup = sync.OnceValue(func() *index { return newIndex(t.Fields) })
	}
	return catalogue
})

// ByID returns the template of that id.
func ByID(id string) (*Template, bool) {
	for _, t := range All() {
		if t.ID == id {
			return t, true
		}
	}
	return nil, false
}

// Cut returns a copy of the template with the fields that keep chooses. Group
// keys and lists of fields stay as they are.
func (t *Template) Cut(keep func(f *Field) bool) *Template {
	c := *t
	c.Fields = nil
	for _, f := range t.Fields {
		if keep(f) {
			c.Fields = append(c.Fields, f)
		}
	}
	c.lookup = sync.OnceValue(func() *index { return newIndex(c.Fields) })
	return &c
}

// A DetectError says that a header does not tell its template.
type DetectError struct {
	// Fit are the templates that the header fits equally well, of different
	// kinds; none: it fits no template.
	Fit []string
	// Candidates are the templates to choose from, the likeliest first.
	Candidates []string
}

func (e *DetectError) Error() string {
	if len(e.Fit) > 0 {
		return "the header fits " + strings.Join(e.Fit, " and ") + " equally well"
	}
	return "the header fits no template; the likeliest are " + strings.Join(e.Candidates, ", ")
}

// Detect finds the template of a header. Hints are not taken.
//
// A template fits where the file has its group key (or, without one, its first
// required field) and at least half of the headers are mapped; the kind with
// most mapped headers is chosen, and its first template. Missing required
// fields do not count.
//
// The error is a *DetectError where no template fits, or templates of
// different kinds fit equally well; and the error of Map where the options
// suit no template.
func Detect(header []string, o MapOptions) (*Template, error) {
	return detect(All(), header, o)
}

func detect(list []*Template, header []string, o MapOptions) (*Template, error) {
	o.Given = false
	filled := 0
	for _, h := range header {
		if Fold(h) != "" {
			filled++
		}
	}
	type fit struct {
		first *Template
		score int
	}
	var kinds []*fit
	var firstErr error
	scores := make(map[*Template]int, len(list))
	for _, t := range list {
		m, err := t.claim(header, o)
		if err != nil {
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		scores[t] = m.Mapped()
		if !t.keyed(&m, o.Const) || 2*scores[t] < filled {
			continue
		}
		if i := slices.IndexFunc(kinds, func(k *fit) bool { return k.first.Kind == t.Kind }); i >= 0 {
			kinds[i].score = max(kinds[i].score, scores[t])
		} else {
			kinds = append(kinds, &fit{t, scores[t]})
		}
	}
	if len(scores) == 0 && firstErr != nil {
		return nil, firstErr
	}
	slices.SortStableFunc(kinds, func(a, b *fit) int { return b.score - a.score })
	if len(kinds) == 1 || len(kinds) > 1 && kinds[0].score > kinds[1].score {
		return kinds[0].first, nil
	}
	e := &DetectError{}
	for _, k := range kinds {
		if k.score == kinds[0].score {
			e.Fit = append(e.Fit, k.first.ID)
		}
	}
	candidates := slices.Clone(list)
	slices.SortStableFunc(candidates, func(a, b *Template) int { return scores[b] - scores[a] })
	for _, t := range candidates {
		e.Candidates = append(e.Candidates, t.ID)
	}
	return nil, e
}

// keyed reports whether the file has what makes it a file of this template:
// the group key, or the first required field.
func (t *Template) keyed(m *Mapping, constants map[string]string) bool {
	for _, key := range t.GroupBy {
		if m.Column(key) < 0 {
			return false
		}
	}
	if len(t.GroupBy) > 0 {
		return true
	}
	for _, f := range t.Fields {
		if f.Required {
			_, constant := constants[f.Name]
			return constant || m.Column(f.Name) >= 0
		}
	}
	return true
}
