// Package validate says what a rule is and runs rules over a table: it binds
// them to the columns of a file, shows them the cells, rows and groups that
// might break them, and gathers what they say into a FileResult.
//
// It knows no rule and no report format: callers pass the rules in, and hand
// the result on. It never prints, and it asks no clock: "today" is an option.
package validate

import (
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// Severity says what a finding means for the drop. The order counts.
type Severity uint8

// The severities. Off hides a rule.
const (
	Off Severity = iota
	Info
	Warning
	Error
)

// String returns the word of flags, configuration and reports: "error".
func (s Severity) String() string { return [...]string{"off", "info", "warning", "error"}[s] }

// A Rule is one defect that preflight looks for. It is a plain value: lists,
// help, docs and the schema of the configuration are loops over rules.
type Rule struct {
	ID       string // kebab-case, names the defect: "negative-amount"
	Title    string // one line, no full stop
	Doc      string // Markdown: what is wrong, what the platform does, how to repair it
	Severity Severity
	Since    string // first release with the rule
	// Needs is what the rule must be given besides the file: "a reference list";
	// without it the rule is silent. Empty: nothing.
	Needs string
	// Templates are the ids, or globs, of the templates that the rule applies
	// to; none: all.
	Templates []string
	Prevents  []string // rows of package codes: "transaction:665", or a symptom
	Sources   []string // where the requirement is stated
	// Params points to a struct of defaults with yaml and doc tags; nil: none.
	// Bind finds a copy, with the user's values, in Pass.Params.
	Params   any
	Examples []Example // shown by explain and in the docs, and run as tests
	Checks   []Check
	// Heading reports whether the first row of a file for a dataflow without
	// headers is one all the same: it is then not judged, table.Source.Skipped. row
	// has as many cells as header, the names that the dataflow gives. nil: no say.
	Heading func(t *templates.Template, header, row []string) bool
}

// An Example is a tiny file and what all rules together say of it.
type Example struct {
	Name     string
	Template string // default transaction-v2-add, cut to the columns of Text
	File     string // name of the file; default in.csv
	// Text is the file or, where it begins with "-- NAME --" on a line of its own,
	// several files of one run, each behind such a line.
	Text   string
	Params any      // of the rule that the example belongs to, as Rule.Params; nil: those
	Want   []string // "row:header: rule: message"; "rule: message" for the file; before it "NAME:" where there are several; none: clean

	Lists       map[string][]string // reference lists: name → values
	Expressions map[string]string   // field → expression of Connect+

	Header      []string    // column names, where the dataflow takes files without a header row
	NamePattern string      // of the dataflow
	HeaderFile  *HeaderFile // of the dataflow
	Zipped      bool        // the file lies in a zip archive of the name File, as in.csv
	Place       Place       // of a single file among those of a run
}

// A Check is the code of a rule for one scope: Cell, Row, Group, Unique, Fault,
// Head, File, Join or Drop.
type Check interface{ scope() string }

// A Rank settles which finding stands when one cell breaks several rules: only
// those of the lowest rank are kept. Beside stands beside all others.
type Rank uint8

// The ranks, in the order in which they win.
const (
	Beside   Rank = iota // white space and control characters
	Damaged              // a spreadsheet destroyed the value
	Null                 // a word for "nothing" instead of an empty cell
	Spelling             // right but for case or separators
	Form                 // not of the field's type, format or list
	Meaning              // well formed, but out of bounds
)

// Cell judges the cells of one column, each by itself.
type Cell struct {
	// Trust names shapes that no cell breaking the rule can have: a cell that
	// has one of them is never shown. Zero: every cell is shown.
	Trust Shape
	Rank  Rank
	// Blanks: the check judges blank cells only. Other checks never see them.
	Blanks bool
	// Raw: the check sees the cell as it stands; others see it trimmed.
	Raw bool
	// Bind returns nil where the rule has no say in the column.
	Bind func(p *Pass, c *Column) *CellCheck
}

// A CellCheck is a Cell rule bound to one column.
type CellCheck struct {
	Severity Severity               // zero: that of the rule
	OK       func(cell []byte) bool // the whole judgement; must not allocate or keep cell
	Describe func(cell []byte) Detail
	// Within bounds the days that cannot break the check, both included: it
	// trusts Calendar only between them. nil: any day.
	Within *[2]templates.Day
	// Classify returns a set of hypotheses that fit a bad cell; bit 0 means
	// "can be fixed without changing the meaning". Counts are kept for each
	// bit over the whole column. nil: not fixable, nothing counted.
	Classify func(cell []byte) uint32
	// Conclude looks at the counts of the column after the last row: one
	// sentence on what all findings have in common, and whether they can be
	// fixed together. nil: no such sentence.
	Conclude func(t *Tally) Conclusion
}

// Shared makes a value once for all rules that bind to the same file. make must
// not call Shared itself.
func Shared[T any](p *Pass, key string, make func() T) T {
	p.shared.mu.Lock()
	defer p.shared.mu.Unlock()
	if v, ok := p.shared.made[key]; ok {
		return v.(T)
	}
	v := make()
	p.shared.made[key] = v
	return v
}

// A Tally counts the findings of one check in one column.
type Tally struct {
	Total int64
	Bits  [32]int64 // findings for which Classify set the bit
	All   uint32    // bits set for every finding
	// Unseen is how many rows of the file have other columns than the header, so that
	// no check of cells sees them. Known to Conclude.
	Unseen int64
}

// A Conclusion is what a check says about all its findings in a column.
type Conclusion struct {
	Cause   string // "all 48,113 read as DD/MM/YYYY, none in two ways"; empty: nothing in common
	Fixable int64  // findings that can be fixed safely
	Fix     func(cell []byte) *Fix
}

// Row judges each row by itself, from several of its cells. Checks that are nil
// have no say in the file.
type Row func(p *Pass) []*RowCheck

// A RowCheck is a Row rule bound to a file.
type RowCheck struct {
	Severity Severity
	Column   int  // 0-based, where the finding points; -1: the row, or where Describe says
	Rank     Rank // against findings of the same cell; Beside: always stands
	// PerGroup: at most one finding a group, at its first bad row. Rows that
	// belong to no group count each.
	PerGroup bool
	// Suspects quickly picks the rows that may break the rule. It may accuse
	// a good row, never leave out a bad one. nil: all rows.
	Suspects *Selector
	OK       func(r RowView) bool
	Describe func(r RowView) Detail
	Classify func(r RowView) uint32 // as in CellCheck
	Conclude func(t *Tally) Conclusion
}

// A Selector appends to out the batch rows (0-based, rising) that it suspects.
// Rules that need the same look share one Selector, which then runs once.
type Selector struct {
	Scan func(b *Batch, out []int32) []int32
}

// Group judges the rows of one group together, whatever their order in the
// file. Rows with a blank key belong to no group. Where the template groups
// nothing it is not asked.
type Group func(p *Pass) *GroupCheck

// A GroupCheck is a Group rule bound to a file.
type GroupCheck struct {
	Severity Severity
	// Trust names facts that no group breaking the check can have: a group
	// with any of them is never shown. Zero: every group is shown.
	Trust Facts
	// PerRow: findings are about rows, not about the group as a whole.
	PerRow bool
	Fix    *Fix // of every finding, where all have the same; Describe need not repeat it
	// Sum names the 0-based columns of the total and of the amounts that the
	// fact Balanced is about; Distinct those whose cells, taken together, the
	// fact Distinct is about. nil: the check does not ask for the fact.
	Sum      *[2]int
	Distinct []int
	// Judge calls report with the index, in the group, of each row to report
	// at, and with the set of hypotheses that fit, as CellCheck.Classify has
	// them; bit 0 means "can be fixed without changing the meaning". Before it looks at rows it must call g.Read, and return if that
	// says no: it will be called again. It must not keep g.
	Judge    func(g *Rows, report func(at int, class uint32))
	Describe func(g *Rows, at int) Detail
	Conclude func(t *Tally) Conclusion
}

// Unique reports rows whose cells in some columns repeat those of an earlier
// row of the file.
type Unique func(p *Pass) []*UniqueCheck

// A UniqueCheck is a Unique rule bound to columns.
type UniqueCheck struct {
	Severity Severity
	Columns  []int // 0-based; none: the whole row. Rows with a blank among them are left out
	Fold     bool  // letters are compared without case
	// Clash names the 0-based column in which rows that agree in Columns must
	// agree as well: only rows that differ there from the first are reported,
	// and there; rows where it is blank are left out. nil: every repeat is.
	Clash *int
	// Sound reports whether a cell can be compared: rows with a cell that is
	// broken in itself are left out. nil: all can.
	Sound    func(cell []byte) bool
	Fix      *Fix // of every finding, where all have the same; Describe need not repeat it
	Describe func(r, first RowView) Detail
}

// Fault words the defects of the bytes that reading finds, row by row.
type Fault struct {
	Kinds    []table.FaultKind
	Severity Severity // zero: that of the rule
	Fix      *Fix     // of every finding, where all have the same; Describe need not repeat it
	// Skip leaves out faults that another rule says of the file as a whole. nil: none.
	Skip     func(p *Pass, f *table.Fault) bool
	Describe func(p *Pass, f *table.Fault) Detail
}

// Head judges what is known before the first row: name, bytes, header.
type Head func(p *Pass, report func(Detail))

// File judges what is known after the last row.
type File func(p *Pass, s *Summary, report func(Detail))

// Drop judges the files of one run together; see [JudgeDrop]. at is the index
// in files; columns and rows of the Detail are as for File.
type Drop func(files []*FileResult, report func(at int, d Detail))

func (Cell) scope() string   { return "cell" }
func (Row) scope() string    { return "row" }
func (Group) scope() string  { return "group" }
func (Unique) scope() string { return "group" }
func (Fault) scope() string  { return "row" }
func (Head) scope() string   { return "head" }
func (File) scope() string   { return "file" }
func (Join) scope() string   { return "drop" }
func (Drop) scope() string   { return "drop" }

// A Detail is what a rule says about one defect.
type Detail struct {
	// Message is one clause, lower case, without a full stop. The slot {value}
	// stands for the cell's text, which reports quote, bound and mask.
	Message  string
	Column   int      // 1-based column for Head, File, and Row checks of no column, 0: none; 0-based for Group and Unique, -1: none
	Row      int64    // Head, File and Group: spreadsheet row; 0: none, or the row that was reported
	Value    string   // Head and File: the text for the slot
	Severity Severity // Head and File: zero: that of the rule
	Count    int64    // Head and File: how many defects this stands for; 0: one
	Fix      *Fix
	Related  []int64 // spreadsheet rows that belong to the finding
	Others   []Other // Join: rows of other files that belong to it
	Cause    string  // Head and File: a sentence on what the defects have in common
}

// An Other is a row of another file of the run.
type Other struct {
	Part int // in Meeting.Parts
	Row  int64
}

// A Fix is a repair. At most one of Text, Swap, Remove and Rewrite says what a
// machine does about it; without any the fix is words for a person.
type Fix struct {
	Title string // a verb phrase: "write the date as 2025-12-31"
	Safe  bool   // it cannot change the meaning of the file
	// Text is what the header or the cell holds instead of the text that the
	// check was shown: white space around that stays.
	Text *string
	Swap *int // 0-based column of a cell that is exchanged with that of the finding
	// Remove: the row is left out. Honoured in Fault checks, and as the Fix of
	// GroupCheck and UniqueCheck.
	Remove  bool
	Rewrite Rewrite // of the file as a whole
}

// Write returns a fix that puts a text in place of the one that was judged.
func Write(title, text string, safe bool) *Fix { return &Fix{Title: title, Safe: safe, Text: &text} }

// A Rewrite is a repair of a file as a whole.
type Rewrite uint8

// The rewrites.
const (
	NoRewrite Rewrite = iota
	DropMark          // leave out the byte order mark
	ToUTF8            // write the text in UTF-8
	ToComma           // write the delimiter that the dataflow takes
	ToText            // write the sheet of a workbook, or what an archive holds, as text
	// Gather moves the rows of a group that lie apart behind its first ones. A
	// GroupCheck that says so fixes the groups that it reports with bit 0.
	Gather
)

// Ref locates a row; see table.Ref.
type Ref = table.Ref
