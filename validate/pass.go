package validate

import (
	"bytes"
	"sync"
	"time"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// Options say against what a file is judged. The zero value of each part means
// the default of the platform.
type Options struct {
	Template *templates.Template
	// Chosen says that the user named the template; otherwise the header did.
	Chosen  bool
	Mapping templates.Mapping // from templates.Template.Map
	Const   map[string]string // field → value that the dataflow sets on every row
	GroupBy []string          // fields; nil: those of the template

	Today     templates.Day     // date rules compare with it
	Layout    *templates.Layout // of all dates; nil: found, within what the template takes
	Decimal   byte              // '.' (or 0) or ','; with ',' amounts are read, and still reported
	Accept    []string          // extensions the folder takes, lower case, without a dot; nil: csv
	Unzip     bool              // the dataflow unzips
	Comma     byte              // delimiter that the dataflow takes; 0: comma
	Countries []string          // ISO 3166 codes for mobile lengths; nil: any

	NamePattern string          // the Filename Pattern of the dataflow, a regular expression; empty: not known
	Headerless  bool            // the dataflow takes files without a header row
	HeaderFile  *HeaderFile     // that names the columns of files without a header row; nil: none
	Zone        *time.Location  // of the cluster; nil: not known
	Lists       map[string]List // reference lists by name: "customers", "stores", "items", "tenders", "coupons", "cards"
	// Expressions are what the dataflow computes for fields: field → expression
	// of Connect+. Constants and plain headers among them are in Const and
	// Mapping too.
	Expressions map[string]string

	Place Place // among the files of the run

	// Mend keeps all that [FileResult.Mend] and [FileResult.Moves] need; it takes
	// memory for every group whose rows lie apart.
	Mend     bool
	Keep     int                 // findings kept per rule, lowest rows first; 0: 1000
	Workers  int                 // 0: as many as processors
	Severity map[string]Severity // rule id → severity in place of the rule's own
	Hidden   map[string]bool     // rules whose findings are left out; they still judge
	Params   map[string]any      // rule id → pointer to its parameters
	// Refuses reports whether the platform refuses a row for that code or
	// symptom. nil: for every status code.
	Refuses func(code string) bool
	// Shows reports whether Connect+ counts the rows that it refuses for that
	// code or symptom among the failed ones. nil: for all.
	Shows    func(code string) bool
	Progress func(done, total int64) // bytes; called now and then from any worker
}

// A HeaderFile is the file that a dataflow has for the names of columns.
type HeaderFile struct {
	Name  string // without folders
	Size  int64  // bytes
	Comma byte   // the delimiter that its first row speaks for
}

// A List is a reference list: the values that the platform knows of one sort.
// It is asked by several goroutines at once, does not keep what it is asked
// for, and compares as the platform does: without outer white space, mobiles by
// their digits, addresses without case.
type List interface {
	// Has reports whether a value is in the list.
	Has(value []byte) bool
	// Alike reports whether the list has the value with other case or other
	// zeros before it. spelling is the one of the list; empty where there are
	// several, or the list is too long to keep them.
	Alike(value []byte) (spelling string, ok bool)
	// Covers reports whether the list has values of the same form, so that the
	// absence of this one says something: a list of mobiles knows no addresses.
	Covers(value []byte) bool
	Len() int64 // different values
}

// A Column is a column of the file, bound to the field that it carries.
type Column struct {
	Index  int               // 0-based
	Header string            // as the file has it, cleaned of outer space
	Field  *templates.Field  // nil: mapped to nothing
	Key    bool              // part of the group key
	Layout *templates.Layout // of a Date: what its cells must look like
	// Fits says, after the last row, that some cell has the layout.
	Fits bool
	// Candidates are other layouts that a person may have meant.
	Candidates []*templates.Layout
}

// Strict reports whether white space and hidden characters break the column's
// meaning: keys, identifiers, lists, dates and numbers.
func (c *Column) Strict() bool {
	return c.Key || c.Field != nil && (c.Field.Type != templates.Text || c.Field.Sensitive ||
		c.Field.Has("no_outer_space") || c.Field.Has("text_not_number") ||
		c.Field.Has("reference") || c.Field.Has("iso4217"))
}

// A Pass is what a rule may know of the file and its dataflow when it binds.
type Pass struct {
	Source   *table.Source
	Template *templates.Template
	Columns  []*Column
	Options  *Options
	Params   any // the rule's own parameters, of the type of Rule.Params

	byField map[string]int
	consts  map[string]string
	key     []int // columns of the group key
	shared  *shared
}

// shared are values that several rules use.
type shared struct {
	mu   sync.Mutex
	made map[string]any
}

// Column returns the 0-based column of a field, or -1.
func (p *Pass) Column(field string) int {
	if i, ok := p.byField[field]; ok {
		return i
	}
	return -1
}

// Const returns the value that the dataflow or the header sets for a field
// that has no column.
func (p *Pass) Const(field string) (string, bool) { v, ok := p.consts[field]; return v, ok }

// Computed reports whether the dataflow computes a field with an expression, so
// that no cell is what arrives in it.
func (p *Pass) Computed(field string) bool { _, ok := p.Options.Expressions[field]; return ok }

// Key returns the 0-based columns of the group key; empty where the template
// groups nothing or a key column is absent.
func (p *Pass) Key() []int { return p.key }

// Grouped reports whether rows are gathered into groups.
func (p *Pass) Grouped() bool { return len(p.key) > 0 }

// Value finds where a field's value comes from: a column, or a constant.
func (p *Pass) Value(field string) Value {
	v := Value{Column: p.Column(field)}
	if s, ok := p.consts[field]; ok && v.Column < 0 {
		v.Const = []byte(s)
	}
	return v
}

// A Value says where the value of a field is found in every row.
type Value struct {
	Column int    // 0-based; -1: Const holds on all rows
	Const  []byte // nil: no value at all
}

// Given reports whether there is a value to look at.
func (v Value) Given() bool { return v.Column >= 0 || len(v.Const) > 0 }

// A RowView is one row as rules see it. It aliases the batch and must not be
// kept.
type RowView struct {
	b *Batch
	i int
}

// Number returns the row as a spreadsheet shows it; the header is row 1.
func (r RowView) Number() int64 { return r.b.Number(r.i) }

// Cell returns the cell as it stands, without its quotes.
func (r RowView) Cell(column int) []byte { return r.b.Cell(r.i, column) }

// Get returns the value without outer white space; empty if there is none.
func (r RowView) Get(v Value) []byte {
	if v.Column < 0 {
		return v.Const
	}
	return Trim(r.b.Cell(r.i, v.Column))
}

// Amount reads a value as a number. blank: there is none, and a is zero.
// ok is false for a filled cell that is no plain decimal.
func (r RowView) Amount(v Value) (a decimal.Amount, blank, ok bool) {
	cell := r.Get(v)
	if len(cell) == 0 {
		return decimal.Amount{}, true, true
	}
	if r.b.comma {
		a, ok = decimal.ParseComma(cell)
	} else {
		a, ok = decimal.Parse(cell)
	}
	return a, false, ok
}

// Same reports whether two rows have equal cells in every column.
func (r RowView) Same(o RowView) bool {
	for j := range r.b.Columns() {
		if !bytes.Equal(r.Cell(j), o.Cell(j)) {
			return false
		}
	}
	return true
}

// Rows are the rows of one group, in file order. The rows are read only when
// asked for: facts and runs cost nothing.
type Rows struct {
	facts Facts
	runs  []Run
	views []RowView
	wants bool // rows were asked for and are not here yet
}

// A Run is a stretch of neighbouring rows of one group.
type Run struct {
	First int64 // spreadsheet row
	N     int
}

// Has reports whether the facts are proven; if not, they may still hold.
func (g *Rows) Has(f Facts) bool { return g.facts&f == f }

// Ragged reports whether some row of the group has another number of cells
// than the header; such rows have no cells to look at.
func (g *Rows) Ragged() bool { return g.facts&ragged != 0 }

// Runs returns the stretches of the group, in file order.
func (g *Rows) Runs() []Run { return g.runs }

// Read makes the rows available. It reports false when they are not at hand:
// the check returns and is called again with the rows.
func (g *Rows) Read() bool {
	g.wants = g.wants || g.views == nil
	return g.views != nil
}

// Len returns the number of rows that Row can show: all but ragged ones.
func (g *Rows) Len() int { return len(g.views) }

// Row returns the i-th row.
func (g *Rows) Row(i int) RowView { return g.views[i] }

// Trim cuts the white space that people do not see off both ends: spaces,
// tabs, line breaks, non-breaking spaces.
func Trim(cell []byte) []byte {
	// Most cells have none: look at the two end bytes first.
	if n := len(cell); n == 0 || (cell[0]-0x21 < 0x5e && cell[n-1]-0x21 < 0x5e) {
		return cell
	}
	return trimSpace(cell)
}
