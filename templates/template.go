// Package templates holds the Connect+ ingestion templates: which fields a file
// may carry, how their columns are usually headed, and what each field takes.
//
// It knows names, types, lengths, value lists and conditions. It does not read
// files and does not judge cells; package validate binds fields to columns.
package templates

//go:generate go run ./gen

import (
	"path"
	"slices"
	"strings"
)

// Type says how the text of a field is read.
type Type uint8

// String returns the word for the type: "enum", "date".
func (t Type) String() string {
	return [...]string{"text", "enum", "integer", "decimal", "date", "boolean", "mobile", "email"}[t]
}

// The types of a field. Text takes anything.
const (
	Text Type = iota
	Enum
	Integer
	Decimal
	Date // a day, or a day and a time
	Boolean
	Mobile
	Email
)

// Level says which thing a field describes, so which rows must agree on it.
type Level string

// Bill fields are the same on every row of a group; Line and Payment fields
// belong to one row. The other levels occur in templates without groups, where
// a row is one customer, one coupon, and so on.
const (
	Bill     Level = "bill"
	Line     Level = "line"
	Payment  Level = "payment"
	Customer Level = "customer"
	Coupon   Level = "coupon"
	Points   Level = "points" // one request for points
	Card     Level = "card"
	Badge    Level = "badge"
	Event    Level = "event"
	Audience Level = "audience" // one member of an audience
	User     Level = "user"     // one user of the platform
	Reward   Level = "reward"
)

// Levels returns all levels.
func Levels() []Level {
	return []Level{Bill, Line, Payment, Customer, Coupon, Points, Card, Badge, Event, Audience, User, Reward}
}

// A Template is one ingestion template of Connect+.
type Template struct {
	ID, Title string
	// Extends are the ids of the templates that this one builds on, the nearest
	// first; none of the built-in ones has any.
	Extends []string
	// Kind groups templates that take the same sort of file ("sales",
	// "customers"); a header that fits several of one kind is taken as the
	// first of them.
	Kind string
	// Entities are the lists of status codes that the template's API answers
	// from, the present one first: "transaction-v2", "transaction".
	Entities   []string
	GroupBy    []string // fields whose equal values make one group; none: a row is all
	AtLeastOne []string // of these fields one must be filled
	// Marks are the fields by which a header is known to be of this template,
	// all of them; name.* stands for any field that begins so. None: GroupBy,
	// else one of AtLeastOne, else the first required field.
	Marks []string
	// ByName is set where no header can tell the template: it must be named.
	ByName bool
	// Roles are the files that a merge template joins into one, in the order of
	// the documents; none: the template takes one file. Part returns the template
	// of one of them.
	Roles []Role
	// Join holds the fields whose equal values join the rows of the files of
	// Roles; every file carries them. None in a template with roles: the
	// documents do not say.
	Join     []string
	Fields   []*Field
	Endpoint string
	Notes    string
	Source   string

	sets   [][]*Field // shared fields and the template's own, in order
	lookup func() *index
}

// Is reports whether the template, or one that it builds on, has an id that
// matches the pattern, as path.Match has it.
func (t *Template) Is(pattern string) bool {
	for _, id := range append([]string{t.ID}, t.Extends...) {
		if ok, _ := path.Match(pattern, id); ok {
			return true
		}
	}
	return false
}

// A Role is one of the files that a merge template joins.
type Role struct {
	Name    string  // "bill", "line", "payment", "transactions", "customers"
	Levels  []Level // the file carries the fields of these levels
	Example string  // a name from the documents, "BILL_LEVEL_<common>.csv"; empty: none
}

// Has reports whether fields of the level stand in the file.
func (r Role) Has(level Level) bool { return slices.Contains(r.Levels, level) }

// Part returns the template of one file of a merge: the fields of the role's
// levels and those of Join, and of GroupBy, AtLeastOne and Marks what is among
// them. ok is false where there is no such role.
func (t *Template) Part(role string) (part *Template, ok bool) {
	i := slices.IndexFunc(t.Roles, func(r Role) bool { return r.Name == role })
	if i < 0 {
		return nil, false
	}
	part = t.Cut(func(f *Field) bool {
		return t.Roles[i].Has(f.Level) || slices.Contains(t.Join, f.Name)
	})
	for _, names := range []*[]string{&part.GroupBy, &part.AtLeastOne, &part.Marks} {
		*names = slices.DeleteFunc(slices.Clone(*names), func(name string) bool { return part.Field(name) == nil })
	}
	return part, true
}

// A Field is one API field of a template, as a column may carry it.
type Field struct {
	Name string
	// Aliases are headers that mean this field. In a numbered one, such as
	// "name#", the # stands for a number: name1 means the field itself, name2
	// and so on mean further fields, called as this one with the number behind
	// ("languageSpecificInfo.name2"), which are never required.
	Aliases []string
	// Hints are headers that often mean this field and as often another: they
	// are suggested, and taken only when nothing else claims the field.
	Hints []string
	// Implies says what some of these headers tell about other fields.
	Implies  []Implication
	Level    Level
	Type     Type
	Required bool
	// RequiredIf says when a blank cell is a defect; nil: never. Text of the
	// documents that cannot be judged from one row is in Notes.
	RequiredIf  *Condition
	Enum        []string // closed list; spelling and case count
	Known       []string // open list, for documentation
	MaxLen      int      // characters; 0: no limit known
	Layouts     []string // of a Date: the documented layouts, the default first
	Constraints []string // "non_negative", "not_future", "unique_in_file", … (names of the documents)
	Codes       []string // status codes that name the field: "transaction-v2:601"
	Symptoms    []string
	Sensitive   bool // holds data of a person: masked in reports
	Notes       string
	Source      string

	series string // of a further field of a numbered one, the name of that
	custom bool   // of one under a wildcard
}

// Series returns the name that the numbered fields of one sort share:
// "languageSpecificInfo.name" for languageSpecificInfo.name2. Of other fields
// it is the name.
func (f *Field) Series() string {
	if f.series != "" {
		return f.series
	}
	return f.Name
}

// Numbered reports whether headers with further numbers mean further fields
// like this one.
func (f *Field) Numbered() bool {
	return f.series == "" && slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.Contains(a, "#") })
}

// Has reports whether the field carries the constraint, with or without an
// argument: Has("non_negative"), Has("unique_in_file").
func (f *Field) Has(constraint string) bool {
	for _, c := range f.Constraints {
		if c == constraint || len(c) > len(constraint) && c[:len(constraint)] == constraint && c[len(constraint)] == ':' {
			return true
		}
	}
	return false
}

// An Implication says that a column so headed sets another field, unless that
// has a column or a constant of its own: under Mobile, identifierType is mobile.
type Implication struct{ Header, Field, Value string }

// Wildcard reports whether the field stands for all fields with a common
// beginning, as extendedFields.* does.
func (f *Field) Wildcard() bool { return strings.HasSuffix(f.Name, ".*") }

// Custom reports whether the organisation named the field, under a wildcard, so
// that the name does not tell what it holds.
func (f *Field) Custom() bool { return f.custom || f.Wildcard() }

// Coded reports whether the field holds keys, codes or typed values, rather than
// names or free text.
func (f *Field) Coded() bool {
	if f.Type != Text || slices.ContainsFunc(codeMarks, f.Has) {
		return true
	}
	return slices.ContainsFunc(codeEnds, func(end string) bool { return strings.HasSuffix(f.Name, end) })
}

// Constraints and ends of names that only keys and codes have.
var (
	codeMarks = []string{"no_outer_space", "text_not_number", "unique_in_file", "reference", "iso4217", "unique_within_group"}
	codeEnds  = []string{"Id", "Code", "_code", "Number", "_number"}
)

// A Condition is the part of a documented requirement that one row can prove:
// either Field holds one of Values, or all of Blank are blank.
type Condition struct {
	Field  string
	Values []string
	Blank  []string
}

// Field returns the field of that exact name, or nil. For a name under a
// wildcard, such as extendedFields.city, it makes a field of that name.
func (t *Template) Field(name string) *Field {
	ix := t.index()
	if f := ix.names[name]; f != nil {
		return f
	}
	if base := strings.TrimRight(name, "0123456789"); base != name {
		if f := ix.names[base]; f != nil && f.Numbered() {
			return f.numbered(name[len(base):])
		}
	}
	for _, f := range ix.wild {
		prefix := strings.TrimSuffix(f.Name, "*")
		if len(name) > len(prefix) && strings.HasPrefix(name, prefix) {
			return f.under(name)
		}
	}
	return nil
}

// under returns a copy of a wildcard for one field that it stands for.
func (f *Field) under(name string) *Field {
	c := *f
	c.Name, c.custom = name, true
	return &c
}

// numbered returns the field for a number behind the name: f itself for 1.
func (f *Field) numbered(number string) *Field {
	if number = strings.TrimLeft(number, "0"); number == "1" || number == "" {
		return f
	}
	c := *f
	c.Name, c.series, c.Required, c.RequiredIf = f.Name+number, f.Name, false, nil
	return &c
}
