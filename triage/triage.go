// Package triage reads the file in which the platform answers for the rows of a
// drop, says what each answer means and what to do, parts the rows that can be
// sent again from those that need a person, and compares what was foretold with
// what happened.
//
// The columns of that file are not documented, so they are found by name, or told
// by [FindOptions]. It prints nothing but reports, opens no file, and judges no
// row: that a source row is sound is for its caller to know.
package triage

import (
	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// Schema names the shape of the JSON report. Keys may be added under the same
// name; a key that goes away or changes its meaning needs a new one.
const Schema = "preflight-triage/1"

// A Report is all that is known of one error file.
type Report struct {
	Version string // of the program
	Answers *Answers
	// Template is what the files are taken for; its lists of codes come first.
	Template *templates.Template
	Chosen   bool        // the user named the template
	Guessed  bool        // nothing tells the template: it is the likeliest
	Codes    []Explained // by rows that have it, most first
	Join     *Join       // with the source; nil: no source was given
	Forecast *Comparison // with an earlier report of check; nil: none was given
	Reveal   bool        // show the values of persons
}

// An Explained code is a code of the file with what is known of it.
type Explained struct {
	Tally
	// Meanings are those that the code may have in a file of the template, and
	// Elsewhere those of other lists, where the template's have none.
	Meanings, Elsewhere []codes.Code
	Retryable           bool // whatever it means, sending the row again may help
	Rules               []Seer
	Evidence            string // what it takes to see the code coming; codes.EvidenceFile, …
	Groups              []*Group
}

// A Seer is a rule that sees a code coming.
type Seer struct {
	Rule string
	// Off says why the rule does not look: "off in these settings", "needs a
	// reference list"; empty: it is on.
	Off string
	// File: the rule needs nothing but the file.
	File bool
}

// A RuleState says whether a rule looks at files like this one: Off as in Seer.
type RuleState func(r *validate.Rule) (off string)

// Fails reports whether the platform refused something.
func (r *Report) Fails() bool { return r.Answers.Failed > 0 }

// Complete reports whether every row of the file was understood.
func (r *Report) Complete() bool {
	a := r.Answers
	return a.Trouble == "" && a.Unread == 0 && a.Rows > 0
}

// Verdict is "incomplete" where nobody can tell what may be sent again, else "fail"
// where a row failed, "incomplete" where a row was not understood or there is none,
// else "pass".
func (r *Report) Verdict() string {
	switch {
	case r.Join != nil && r.Join.Withheld != "":
		return "incomplete"
	case r.Fails():
		return "fail"
	case !r.Complete():
		return "incomplete"
	}
	return "pass"
}
