// Package report writes what was found in the files of one run: for a person
// at a terminal, or for a program. One file a format; all formats show the same
// numbers, in the same order, from one Result.
//
// It judges nothing and reads no file but for the few rows that it shows. In
// every format the values of persons are masked unless Options.Reveal is set,
// and no byte of a cell can steer a terminal.
package report

import (
	"bytes"
	"context"
	"io"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// A Tool is the program that made the report.
type Tool struct{ Name, Version string }

// A FileError says why a file, or a part of it, was not judged.
type FileError struct {
	File    string // the argument, as in FileResult.Name
	Message string // one clause: "permission denied"
	Hint    string // what a person can do about it; may be empty
}

// rows hands out rows of a judged file for display. A *table.Source is one.
type rows interface {
	// Excerpt reads the row that begins at offset, as Finding.Pos says it.
	Excerpt(offset int64) (table.Excerpt, error)
	// Key returns bytes that depend on the content of the file and are printed
	// nowhere: pseudonyms of the values of persons are keyed with them.
	Key() [32]byte
}

// A Result is all that one run found.
type Result struct {
	Tool    Tool
	Files   []*validate.FileResult // in the order of the arguments
	Digests []string               // SHA-256 in hex of each file, parallel to Files; nil: not asked for
	Errors  []FileError            // files that could not be judged at all
	Rules   []*validate.Rule       // for titles and docs; rules that are not here are shown by id
	// Unjudged names, in words, what no rule could look at: "earlier drops (no
	// ledger)". nil: what a run without ledger and lists cannot see.
	Unjudged []string
	// Marked says that findings were held against a baseline; see [Baseline.Mark].
	Marked bool

	rows func(f *validate.FileResult) rows // of a file; nil: those of its Source
}

// Never is a FailOn that no finding reaches.
const Never = validate.Error + 1

// Options say how a report is written. The zero value is the default of every
// format.
type Options struct {
	FailOn  validate.Severity // the lowest severity that fails the run; zero: Error; or Never
	Samples int               // findings shown per rule and file; 0: the format's default; below 0: none
	Reveal  bool              // show the values of persons
	Color   bool              // text: use ANSI colours
	Width   int               // text: columns of the terminal; 0: 100
	Quiet   bool              // text: one line a file
	AllRows bool              // xlsx: all rows of the file, not the rejected ones alone
	// Context ends the formats that read the file again; nil: nothing does.
	Context context.Context
	// StepSummary takes the table that github writes besides its annotations;
	// nil: none.
	StepSummary io.Writer
}

// A Format writes results in one way.
type Format struct {
	Name string // as in --format
	Ext  string // of a file that holds such a report, with a dot
	Doc  string // one line
	// Binary reports are no text, so they are not shown at a terminal.
	Binary bool
	// Write writes the report. The same result and options give the same
	// bytes. The error is that of w, or of a row that cannot be encoded.
	Write func(w io.Writer, res *Result, o Options) error
}

// Formats returns the formats, the default first.
func Formats() []Format {
	return []Format{text, jsonFormat, jsonl, sarif, junit, github, gitlab, markdown, htmlFormat, csvFormat, xlsxFormat}
}

// ByName finds a format by its exact name.
func ByName(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// The verdicts of a run.
const (
	Pass       = "pass"
	Fail       = "fail"
	Incomplete = "incomplete"
)

// Verdict says how the run ended: Fail if there are findings at or above
// failOn that are not in the baseline, else Incomplete if something given was
// not judged, else Pass. A run that judged nothing is Incomplete. failOn as in
// Options.
func (r *Result) Verdict(failOn validate.Severity) string {
	failOn = orError(failOn)
	for _, f := range r.Files {
		for _, c := range f.Causes {
			if c.Severity >= failOn && c.Count > c.Baselined {
				return Fail
			}
		}
	}
	if !r.Complete() {
		return Incomplete
	}
	return Pass
}

// ExitCode returns the exit code of a run with that verdict: 0, 1 or 3.
func ExitCode(verdict string) int {
	switch verdict {
	case Pass:
		return 0
	case Fail:
		return 1
	}
	return 3
}

// Complete reports whether everything given was judged to its end.
func (r *Result) Complete() bool {
	for _, f := range r.Files {
		if !f.Complete {
			return false
		}
	}
	return len(r.Errors) == 0 && len(r.Files) > 0
}

// Count returns how many findings of a severity the run has.
func (r *Result) Count(s validate.Severity) (n int64) {
	for _, f := range r.Files {
		n += f.Count(s)
	}
	return n
}

// context is never nil.
func (o Options) context() context.Context {
	if o.Context == nil {
		return context.Background()
	}
	return o.Context
}

func orError(s validate.Severity) validate.Severity {
	if s == validate.Off {
		return validate.Error
	}
	return s
}

// send hands a finished report to w at once.
func send(w io.Writer, b *bytes.Buffer) error {
	_, err := w.Write(b.Bytes())
	return err
}
