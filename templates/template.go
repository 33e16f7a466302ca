// Package templates holds the Connect+ ingestion templates: which fields a file
// may carry, how their columns are usually headed, and what each field takes.
//
// It knows names, types, lengths, value lists and conditions. It does not read
// files and does not judge cells; package validate binds fields to columns.
package templates

//go:generate go run ./gen

import "strings"

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

// Bill fields are the same on every row of a group; Line fields belong to one
// row. The other levels occur in templates without groups.
const (
	Bill     Level = "bill"
	Line     Level = "line"
	Payment  Level = "payment"
	Customer Level = "customer"
)

// A Template is one ingestion template of Connect+.
type Template struct {
	ID, Title string
	// Kind groups templates that take the same sort of file ("sales",
	// "customers"); a header that fits several of one kind is taken as the
	// first of them.
	Kind string
	// Entities are the lists of status codes that the template's API answers
	// from, the present one first: "transaction-v2", "transaction".
	Entities   []string
	GroupBy    []string // fields whose equal values make one group; none: a row is all
	AtLeastOne []string // of these fields one must be filled
	Fields     []*Field
	Endpoint   string
	Notes      string
	Source     string

	sets   [][]*Field // shared fields and the template's own, in order
	lookup func() *index
}

// A Field is one API field of a template, as a column may carry it.
type Field struct {
	Name    string
	Aliases []string // headers that mean this field
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
	c.Name = name
	return &c
}
