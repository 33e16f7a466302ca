package templates

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/connectplus/preflight/internal/nearest"
)

// MapOptions say what is known of a header besides its words. The zero value
// knows nothing.
type MapOptions struct {
	// Explicit says which field a header carries, by header; the header may be
	// written as in the file or in any spelling that folds alike.
	Explicit map[string]string
	// Given says that the template was named, not found by the header: hints
	// are then taken where nothing else claims the field; else those alone that
	// mean a mark of the template, by which it was found.
	Given bool
	// Const holds the values that the dataflow sets, by field.
	Const map[string]string
	// Computed holds the expressions of the dataflow, by field: no column
	// carries such a field, and it is not missing.
	Computed map[string]string
}

// How says by what a column was mapped.
type How string

// The ways, the better first; the better of two columns that claim one field
// has it.
const (
	ByMap   How = "map"   // MapOptions.Explicit
	ByName  How = "name"  // the field's name, or a name under a wildcard
	ByAlias How = "alias" // an alias, or the part behind the only dot of the name
	ByHint  How = "hint"
)

// A Mapping says which field each column of a header carries. No field has two
// columns.
type Mapping struct {
	// Fields has one entry a column; nil: the column is mapped to nothing.
	Fields []*Field
	// How has one entry a column; empty: the column is mapped to nothing.
	How []How
	// Spelled is the header that MapOptions.Explicit names, by 0-based column,
	// where the file spells it otherwise: in other case, say. The platform
	// compares headers letter by letter.
	Spelled map[int]string
	// Implied holds values that a header implies for fields with neither a
	// column nor a constant: a header Mobile says that identifierType is mobile.
	Implied map[string]string
	// Clashes are the columns that lost their field to a better one.
	Clashes []Clash
	// Suggest names, by 0-based column, a field that a column mapped to nothing
	// may mean and that no column carries.
	Suggest map[int]string
	// Missing are the required fields with neither a column, nor an implied
	// value, nor a constant, in the order of the template.
	Missing []*Field
}

// A Clash is a column whose field another column has.
type Clash struct {
	Column, Winner int // 0-based
	Field          *Field
}

// Column returns the 0-based column of a field, or -1.
func (m *Mapping) Column(field string) int {
	return slices.IndexFunc(m.Fields, func(f *Field) bool { return f != nil && f.Name == field })
}

// Mapped returns how many columns carry a field.
func (m *Mapping) Mapped() (n int) {
	for _, f := range m.Fields {
		if f != nil {
			n++
		}
	}
	return n
}

// claimed returns how many columns carry a field that no hint gave them.
func (m *Mapping) claimed() int {
	n := m.Mapped()
	for _, how := range m.How {
		if how == ByHint {
			n--
		}
	}
	return n
}

// Fold returns what is compared of a header or a name: its letters and digits
// in lower case. Case, white space, underscores, hyphens, dots and characters
// that nobody sees do not count, so "Bill_Number", "billNumber" and
// "bill number" fold alike.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == '_' || r == '-' || r == '.' || unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc):
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// An UnknownError names a field that the template does not have, or a header
// that the file does not have, where the user named one.
type UnknownError struct {
	What    string // "field" or "header"
	Name    string
	In      string // the template's id; empty for a header
	Nearest string // a known name; empty: none is near
}

func (e *UnknownError) Error() string {
	s := fmt.Sprintf("no column is headed %q", e.Name)
	if e.What == "field" {
		s = fmt.Sprintf("%s has no field %q", e.In, e.Name)
	}
	if e.Nearest != "" {
		s += "; the nearest is " + e.Nearest
	}
	return s
}

// Map finds the field of each column of a header.
//
// A column claims a field by MapOptions.Explicit, by its name, or by an alias;
// of two that claim one field the better has it, of equals the leftmost.
//
// The error is an *UnknownError for a header in Explicit that the file does not
// have, or a field in Explicit or Const that the template does not have; and
// says so where Explicit gives one field two columns. A header that maps to
// nothing is no error.
func (t *Template) Map(header []string, o MapOptions) (Mapping, error) {
	m, err := t.claim(header, o)
	if err == nil {
		m.near(t.index(), header)
	}
	return m, err
}

// claim is Map without suggestions for headers that only resemble a field.
func (t *Template) claim(header []string, o MapOptions) (Mapping, error) {
	ix := t.index()
	m := Mapping{Fields: make([]*Field, len(header)), How: make([]How, len(header))}
	for _, name := range slices.Sorted(maps.Keys(o.Const)) {
		if t.Field(name) == nil {
			return Mapping{}, t.unknown(name)
		}
	}
	explicit, spelled, err := t.explicit(header, o.Explicit)
	if err != nil {
		return Mapping{}, err
	}
	m.Spelled = spelled
	taken := make(map[string]int, len(header)) // field → column
	claims := make([]claim, len(header))
	for i, h := range header {
		if f := explicit[i]; f != nil {
			claims[i] = claim{f, ByMap}
		} else {
			claims[i] = ix.find(h)
		}
		if f := claims[i].field; f != nil {
			if _, computed := o.Computed[f.Name]; computed && claims[i].how != ByMap {
				claims[i] = claim{}
			}
		}
	}
	for _, how := range []How{ByMap, ByName, ByAlias} {
		for i, c := range claims {
			if c.how != how {
				continue
			}
			if winner, lost := taken[c.field.Name]; lost {
				m.Clashes = append(m.Clashes, Clash{i, winner, c.field})
				continue
			}
			taken[c.field.Name] = i
			m.Fields[i], m.How[i] = c.field, how
		}
	}
	for name := range o.Computed {
		if _, column := taken[name]; !column {
			taken[name] = -1 // for what follows, as if a column had it
		}
	}
	slices.SortFunc(m.Clashes, func(a, b Clash) int { return a.Column - b.Column })
	m.hint(ix, header, claims, taken, func(f *Field) bool { return o.Given || slices.Contains(t.Marks, f.Name) })
	m.imply(header, taken, o.Const)
	for _, f := range t.Fields {
		_, column := taken[f.Name]
		_, implied := m.Implied[f.Name]
		_, constant := o.Const[f.Name]
		if f.Required && !column && !implied && !constant {
			m.Missing = append(m.Missing, f)
		}
	}
	return m, nil
}

// explicit finds the columns of the headers that the user mapped, and those
// that the user spells in another way than the file.
func (t *Template) explicit(header []string, given map[string]string) (fields map[int]*Field, spelled map[int]string, err error) {
	fields = make(map[int]*Field, len(given))
	columns := map[string]string{} // field → header
	for _, h := range slices.Sorted(maps.Keys(given)) {
		f := t.Field(given[h])
		if f == nil {
			return nil, nil, t.unknown(given[h])
		}
		i := slices.Index(header, h)
		if i < 0 {
			folded := Fold(h)
			i = slices.IndexFunc(header, func(have string) bool { return folded != "" && Fold(have) == folded })
		}
		if i < 0 {
			return nil, nil, &UnknownError{What: "header", Name: h, Nearest: nearest.Of(h, header)}
		}
		if other, twice := columns[f.Name]; twice {
			return nil, nil, fmt.Errorf("%s has two columns: %q and %q", f.Name, other, h)
		}
		columns[f.Name] = h
		if fields[i] != nil {
			return nil, nil, fmt.Errorf("column %q is mapped twice, to %s and to %s", header[i], fields[i].Name, f.Name)
		}
		fields[i] = f
		if header[i] != h {
			if spelled == nil {
				spelled = map[int]string{}
			}
			spelled[i] = h
		}
	}
	return fields, spelled, nil
}

func (t *Template) unknown(field string) error {
	var names []string
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	near := nearest.Of(field, names)
	if c := t.index().find(field); c.field != nil {
		near = c.field.Name
	}
	return &UnknownError{What: "field", Name: field, In: t.ID, Nearest: near}
}

// hint takes the hints of fields for which they may be taken, and suggests the
// other fields.
func (m *Mapping) hint(ix *index, header []string, claims []claim, taken map[string]int, may func(*Field) bool) {
	for i, h := range header {
		if claims[i].field != nil {
			continue
		}
		f := ix.hint(h, taken)
		switch {
		case f == nil:
		case may(f):
			taken[f.Name] = i
			m.Fields[i], m.How[i] = f, ByHint
		default:
			m.suggest(i, f.Name)
		}
	}
}

// suggestions are sought for at most so many columns: each costs some 30 µs,
// and a header with more unknown names is not read name by name.
const suggestions = 100

// near suggests fields for headers that resemble them.
func (m *Mapping) near(ix *index, header []string) {
	taken := make(map[string]int, len(header))
	lost := map[int]bool{}
	for i, f := range m.Fields {
		if f != nil {
			taken[f.Name] = i
		}
	}
	for _, c := range m.Clashes {
		lost[c.Column] = true
	}
	tries := 0
	for i, h := range header {
		if m.Fields[i] != nil || lost[i] || m.Suggest[i] != "" {
			continue
		}
		if tries++; tries > suggestions {
			return
		}
		if f := ix.near(h, taken); f != nil {
			m.suggest(i, f.Name)
		}
	}
}

func (m *Mapping) suggest(column int, field string) {
	if m.Suggest == nil {
		m.Suggest = map[int]string{}
	}
	m.Suggest[column] = field
}

// imply fills Implied from the headers of the mapped columns.
func (m *Mapping) imply(header []string, taken map[string]int, constants map[string]string) {
	for i, f := range m.Fields {
		if f == nil || len(f.Implies) == 0 {
			continue
		}
		folded := Fold(header[i])
		for _, im := range f.Implies {
			_, column := taken[im.Field]
			_, constant := constants[im.Field]
			if column || constant || Fold(im.Header) != folded {
				continue
			}
			if m.Implied == nil {
				m.Implied = map[string]string{}
			}
			m.Implied[im.Field] = im.Value
		}
	}
}
