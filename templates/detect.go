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
		t.ready()
	}
	return catalogue
})

// A FieldSet is a list of fields that several templates share.
type FieldSet struct {
	Name   string
	Fields []*Field
}

// A LayoutSet is a list of date layouts that several fields share, the default
// first.
type LayoutSet struct {
	Name    string
	Layouts []string
}

// FieldSets returns the shared lists of fields, in the order of their names.
func FieldSets() []FieldSet { return slices.Clone(fieldSets) }

// LayoutSets returns the shared lists of layouts, in the order of their names.
func LayoutSets() []LayoutSet { return slices.Clone(layoutSets) }

// New returns a copy of the template that is ready to be asked: Field and Map
// then need not look through Fields each time, which must not change anymore.
func New(t Template) *Template {
	t.ready()
	return &t
}

func (t *Template) ready() {
	fields := t.Fields
	t.lookup = sync.OnceValue(func() *index { return newIndex(fields) })
}

// ByID returns the template of that id: of own, the templates of the user, or
// of All.
func ByID(id string, own ...*Template) (*Template, bool) {
	for _, t := range slices.Concat(own, All()) {
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
	return New(c)
}

// A DetectError says that a header does not tell its template.
type DetectError struct {
	// Fit are the templates that the header fits equally well, of different
	// kinds; none: it fits no template.
	Fit []string
	// Candidates are the templates to choose from, the likeliest first: one of
	// each kind that the header has a field of, or of each kind if of none.
	Candidates []string
}

func (e *DetectError) Error() string {
	if len(e.Fit) > 0 {
		return "the header fits " + strings.Join(e.Fit, " and ") + " equally well"
	}
	if len(e.Candidates) == 1 {
		return "the header fits no template; the likeliest is " + e.Candidates[0]
	}
	return "the header fits no template; the likeliest are " + strings.Join(e.Candidates[:min(4, len(e.Candidates))], ", ")
}

// Detect finds the template of a header, among own, the templates of the user,
// and All. Hints are taken for marks alone, and do not count.
//
// A template fits where the file has its marks and at least half of the headers
// are mapped; the kind with most mapped headers is chosen, and its first
// template, those of the user before all others. Missing required fields do not
// count. A template with roles, or ByName, is never found; one ByName that maps
// all headers, and more than any other, leaves it open which one is meant.
//
// The error is a *DetectError where no template fits, or templates of
// different kinds fit equally well; and the error of Map where the options
// suit no template.
func Detect(header []string, o MapOptions, own ...*Template) (*Template, error) {
	return detect(slices.Concat(own, All()), header, o)
}

func detect(list []*Template, header []string, o MapOptions) (*Template, error) {
	o.Given = false
	folded := map[string]bool{}
	filled := 0
	for _, h := range header {
		if f := Fold(h); f != "" {
			folded[f] = true
			filled++
		}
	}
	var kinds []*fit
	for _, t := range list {
		i := slices.IndexFunc(kinds, func(k *fit) bool { return k.first.Kind == t.Kind })
		if !t.mayFit(folded, o) || i >= 0 && !kinds[i].adds(t, o) {
			continue
		}
		m, err := t.claim(header, o)
		if err != nil {
			continue
		}
		score := m.claimed()
		if !t.keyed(&m, o) || 2*score < filled {
			continue
		}
		if i >= 0 {
			kinds[i].score = max(kinds[i].score, score)
			continue
		}
		k := &fit{first: t, score: score, rest: map[string]bool{}}
		for column, f := range m.Fields {
			if f == nil {
				k.rest[Fold(header[column])] = true
			}
		}
		kinds = append(kinds, k)
	}
	slices.SortStableFunc(kinds, func(a, b *fit) int { return b.score - a.score })
	named := onlyNamed(list, header, filled, o)
	sure := len(kinds) == 1 || len(kinds) > 1 && kinds[0].score > kinds[1].score
	if sure && (named == nil || kinds[0].score == filled) {
		return kinds[0].first, nil
	}
	if err := unsuited(list, header, o); err != nil {
		return nil, err
	}
	e := &DetectError{}
	for _, k := range kinds {
		if k.score == kinds[0].score {
			e.Fit = append(e.Fit, k.first.ID)
		}
	}
	if sure {
		e.Fit = append(e.Fit, named.ID)
	}
	e.Candidates = likeliest(list, header, o)
	return nil, e
}

// onlyNamed returns the first template ByName that maps all headers; nil: none
// does.
func onlyNamed(list []*Template, header []string, filled int, o MapOptions) *Template {
	for _, t := range list {
		if !t.ByName || filled == 0 {
			continue
		}
		if m, err := t.claim(header, o); err == nil && m.claimed() == filled {
			return t
		}
	}
	return nil
}

// A fit is a kind of templates that a header fits.
type fit struct {
	first *Template
	score int             // the most headers that one of the kind maps
	rest  map[string]bool // folded headers that first does not map
}

// adds reports whether a further template of the kind may map more headers
// than the first.
func (k *fit) adds(t *Template, o MapOptions) bool {
	return len(o.Explicit) > 0 || slices.ContainsFunc(t.Fields, func(f *Field) bool {
		return !slices.Contains(k.first.Fields, f) && f.heads(k.rest)
	})
}

// unsuited returns the first template's error where the options suit none.
func unsuited(list []*Template, header []string, o MapOptions) (first error) {
	for _, t := range list {
		_, err := t.claim(header, o)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// likeliest returns the first template of each kind, the kind with most
// mapped headers first; without those that no header of the file speaks for,
// where one speaks for any.
func likeliest(list []*Template, header []string, o MapOptions) (ids []string) {
	var firsts []*Template
	scores := map[*Template]int{}
	for _, t := range list {
		if len(t.Roles) > 0 || slices.ContainsFunc(firsts, func(f *Template) bool { return f.Kind == t.Kind }) {
			continue
		}
		firsts = append(firsts, t)
		if m, err := t.claim(header, o); err == nil {
			scores[t] = m.Mapped()
		}
	}
	slices.SortStableFunc(firsts, func(a, b *Template) int { return scores[b] - scores[a] })
	for _, t := range firsts {
		if scores[t] > 0 || scores[firsts[0]] == 0 {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// marks returns the fields by which a file is known to be of this template: all
// of them or, where any is true, one.
func (t *Template) marks() (names []string, any bool) {
	switch {
	case len(t.Marks) > 0:
		return t.Marks, false
	case len(t.GroupBy) > 0:
		return t.GroupBy, false
	case len(t.AtLeastOne) > 0:
		return t.AtLeastOne, true
	}
	for _, f := range t.Fields {
		if f.Required {
			return []string{f.Name}, false
		}
	}
	return nil, false
}

// holds reports whether has holds for one of the names, or for all.
func holds(names []string, any bool, has func(name string) bool) bool {
	if any {
		return slices.ContainsFunc(names, has)
	}
	return !slices.ContainsFunc(names, func(name string) bool { return !has(name) })
}

// keyed reports whether the file has the marks of this template, in columns or
// set by the dataflow.
func (t *Template) keyed(m *Mapping, o MapOptions) bool {
	names, any := t.marks()
	return holds(names, any, func(mark string) bool {
		_, constant := o.Const[mark]
		_, computed := o.Computed[mark]
		if constant || computed {
			return true
		}
		prefix, wild := strings.CutSuffix(mark, "*")
		return slices.ContainsFunc(m.Fields, func(f *Field) bool {
			return f != nil && (f.Name == mark || wild && strings.HasPrefix(f.Name, prefix))
		})
	})
}

// mayFit reports whether the template can be told by a header, which that of
// one file of a merge cannot, and whether keyed may hold for this one. It asks
// no index, so that those of most templates are never made.
func (t *Template) mayFit(folded map[string]bool, o MapOptions) bool {
	if t.ByName || len(t.Roles) > 0 {
		return false
	}
	if len(o.Explicit)+len(o.Const)+len(o.Computed) > 0 {
		return true
	}
	names, any := t.marks()
	return holds(names, any, func(mark string) bool {
		if prefix, wild := strings.CutSuffix(mark, "*"); wild {
			return slices.ContainsFunc(t.Fields, func(f *Field) bool { return strings.HasPrefix(f.Name, prefix) && f.heads(folded) })
		}
		i := slices.IndexFunc(t.Fields, func(f *Field) bool { return f.Name == mark })
		return i < 0 || t.Fields[i].heads(folded) ||
			slices.ContainsFunc(t.Fields[i].Hints, func(h string) bool { return folded[Fold(h)] })
	})
}

// begins reports whether one of the headers begins as a name with .* behind.
func begins(wildcard string, folded map[string]bool) bool {
	prefix := Fold(strings.TrimSuffix(wildcard, "*"))
	for h := range folded {
		if strings.HasPrefix(h, prefix) {
			return true
		}
	}
	return false
}

// heads reports whether one of the headers may mean the field.
func (f *Field) heads(folded map[string]bool) bool {
	if f.Wildcard() {
		return begins(f.Name, folded)
	}
	return folded[Fold(f.Name)] || folded[Fold(f.Name[strings.LastIndexByte(f.Name, '.')+1:])] ||
		slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.Contains(a, "#") || folded[Fold(a)] })
}
