package validate

import (
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// A Summary is what is known of a file after its last row.
type Summary struct {
	Name     string // as given; never an absolute path
	Bytes    int64  // of the file as it lies there
	Template *templates.Template
	Chosen   bool // the user named the template
	Source   *table.Source
	Columns  []*Column
	Lists    []string // names of the reference lists that were at hand, sorted
	Rows     int64    // data rows: the header is not counted, blank rows are
	Blank    int64    // rows of nothing but white space
	Stopped  bool     // reading stopped before the end
	Groups   int64    // distinct keys; 0 where the template groups nothing
	Place    Place    // among the files of the run
	// CopyOf names an earlier file of the run that holds the same text; known to
	// checks of the drop.
	CopyOf string
	// Dates names the layout that each date column was read with, by field.
	Dates map[string]string
	// tallies of checks with Classify, by rule and column
	tallies map[tallyKey]*Tally
}

type tallyKey struct {
	rule   string
	column int
}

// Tally returns the counts of a cell check's findings in a 0-based column, or
// nil where it found nothing.
func (s *Summary) Tally(rule string, column int) *Tally { return s.tallies[tallyKey{rule, column}] }

// A Finding is one defect at one place.
type Finding struct {
	Rule     string
	Severity Severity
	Pos      Position
	Message  string // with the slot {value}
	Value    string // the cell's text, valid UTF-8, at most 4 KiB; may be personal
	// Sensitive: the value belongs to a person and is masked unless revealed.
	Sensitive bool
	Codes     []string // "transaction-v2:601", or symptoms; the likeliest first
	Fix       *Fix
	Related   []Ref
	Others    []Elsewhere // rows of other files of the run
	// Group is the text of the group's key, for fingerprints; empty: none.
	Group string
	// Baselined: the finding is in the baseline of the run, so it is no news.
	Baselined bool
}

// An Elsewhere is a row of another file of the run.
type Elsewhere struct {
	File string // its name
	Ref
}

// A Position is the place of a finding. Zero parts are unknown: a finding
// about the file has no row.
type Position struct {
	Row    int64 // as a spreadsheet shows it; the header is row 1
	Line   int64 // 1-based physical line where the row begins
	Offset int64 // 0-based byte where the row begins, in the text as read
	Column int   // 1-based
	Header string
	Field  string
}

// A Cause is all findings of one rule, severity and column.
type Cause struct {
	Rule     string
	Severity Severity
	Column   int // 1-based; 0: none
	Header   string
	Field    string
	Codes    []string
	Guessed  bool  // the codes are of the rule: the documents name none for the field
	Count    int64 // complete, whatever was kept
	// Baselined is how many of Count are in the baseline of the run.
	Baselined int64
	Rows      int64  // rows that have such a finding, where findings have rows
	Groups    bool   // the findings are about groups
	Fixable   int64  // safely
	Summary   string // what all have in common; may be empty
	FixTitle  string // for all together; may be empty
}

// A FileResult is the judgement on one file.
type FileResult struct {
	Summary
	Complete bool      // false: reading stopped early; Err says why
	Err      error     // why reading stopped
	Findings []Finding // by row (about the file first), column, rule
	Causes   []Cause   // by severity (worst first), then count
	// Rejected rows have a finding of severity error, or are in a group that
	// has one. Refused rows are those that the platform would not take; among
	// them, lost rows are those for which it would show no error.
	RejectedRows, RejectedGroups int64
	RefusedRows, RefusedGroups   int64
	LostRows, LostGroups         int64
	Rejected                     *RowSet
	Forecast                     []Forecast // most rows first
	Rules                        int        // rules that were on

	wide    []Finding                 // whose fix is about the file or its header
	repeats map[string]*RowSet        // by rule: rows that the fix of a Unique check leaves out
	failed  map[*groupCheck][]failure // what group checks found that a machine can fix, all of it; see Options.Mend

	// for checks of the drop
	plan       *Plan
	refused    *RowSet
	lost       *RowSet
	codeRows   []RowSet    // by Plan.codes
	codeGroups []int64     // by Plan.codes
	joined     [][]joinLog // by Plan.joinKeys, one for each worker
}

// A Forecast says how many rows the platform would answer with a code.
type Forecast struct {
	Code   string // "transaction-v2:661", or a symptom; empty: a code that the documents do not name
	Rows   int64
	Groups int64 // groups that these rows belong to; 0 where rows have none
}

// Options returns what the file was judged by; not to be changed.
func (r *FileResult) Options() *Options { return &r.plan.opts }

// Judged reports whether a rule was on for the file: it is about such templates,
// and nobody hid it. A rule that Compile was not given counts as on.
func (r *FileResult) Judged(rule *Rule) bool {
	if r.Template != nil && !applies(rule, r.Template) {
		return false
	}
	if r.plan == nil {
		return true
	}
	severity, set := r.plan.opts.Severity[rule.ID]
	return !r.plan.opts.Hidden[rule.ID] && (!set || severity != Off)
}

// Count returns how many findings of a severity there are.
func (r *FileResult) Count(s Severity) (n int64) {
	for _, c := range r.Causes {
		if c.Severity == s {
			n += c.Count
		}
	}
	return n
}
