package ftp

import (
	"slices"
	"strings"
	"time"
)

// A Status is how a step ended.
type Status string

// How steps end.
const (
	Passed  Status = "pass"
	Failed  Status = "fail"
	Warned  Status = "warn" // worth knowing; the dataflow works without
	Skipped Status = "skip" // not needed, or not possible after what failed before
)

// An Outcome is what one step showed. Texts are words for a person, each a
// clause or a few sentences; those that come from the server are free of
// control characters and bounded.
type Outcome struct {
	Status Status
	Detail string // what was seen: "files cannot be moved from /in to /done"
	Means  string // what follows for the dataflow; empty where Detail says it
	Hint   string // what to do
	Server string // the server's own words: "3 Permission denied"
}

// A StepResult is the outcome of one step of a probe.
type StepResult struct {
	ID string // of the Step
	Outcome
	Elapsed time.Duration
}

// A Role is what a folder is to the dataflow.
type Role string

// The folders of a dataflow.
const (
	Source    Role = "source"
	Processed Role = "processed"
	ErrorRole Role = "error"
)

// A Folder is a folder that was tried.
type Folder struct {
	Role Role
	Path string // as the server calls it, else as given
}

// Rights are what the table of a report shows for each folder, in its order.
// The step that tries a right of a folder is "RIGHT-ROLE": "move-processed".
var Rights = []string{"list", "upload", "read", "move", "remove"}

// A Verdict is what a probe as a whole showed.
type Verdict string

// Verdicts.
const (
	Pass       Verdict = "pass"       // every right is there
	Fail       Verdict = "fail"       // one is missing, or probe files were left behind
	Refused    Verdict = "refused"    // the probe would have disturbed the dataflow: nothing was written
	Incomplete Verdict = "incomplete" // something could not be checked
)

// A Result is what a probe showed.
type Result struct {
	Protocol Protocol
	Host     string
	Port     int
	User     string
	Server   string // what the server calls itself; empty: it did not say
	HostKey  string // kind and fingerprint: "ed25519 SHA256:…"; of FTPS, that of the certificate; empty: none
	Trust    string // why the key is trusted: "known" or "pinned"; empty: it is not

	PatternGiven bool // Options named the dataflow's Filename Pattern

	Folders  []Folder     // source, processed and, if it was named, error
	Steps    []StepResult // every step, in the order of Steps
	Warnings []string     // about files of this machine that were read

	Made, Removed int      // probe files
	Requests      int      // all that were sent, and their answers waited for
	Leftovers     []string // full paths of probe files that are, or may be, there still
	Vanished      []string // names of probe files that somebody else took, and that are in no folder
	Interrupted   bool     // the context ended before the last step
	Elapsed       time.Duration

	connected bool // until the end: no step failed for want of a connection
}

// Step returns the result of a step; the zero StepResult if there is none.
func (r *Result) Step(id string) StepResult {
	i := slices.IndexFunc(r.Steps, func(s StepResult) bool { return s.ID == id })
	if i < 0 {
		return StepResult{}
	}
	return r.Steps[i]
}

// Verdict sums the steps up. A probe that could not go on is Incomplete, even
// where it found a right missing before, and so is one that skipped a right
// without a reason that failed.
func (r *Result) Verdict() Verdict {
	failed, refused, untried := false, false, r.Interrupted || !r.connected
	for _, s := range r.Steps {
		step := stepByID(s.ID)
		switch {
		case s.Status == Failed && step.blame == usage:
			refused = true
		case s.Status == Failed && step.blame == access:
			untried = true
		case s.Status == Failed:
			failed = true
		}
	}
	switch {
	case untried:
		return Incomplete
	case refused:
		return Refused
	case failed || len(r.Leftovers) > 0 || len(r.Vanished) > 0:
		return Fail
	case !r.proved():
		return Incomplete
	}
	return Pass
}

// proved tells whether every right of every folder that was named was tried.
func (r *Result) proved() bool {
	for _, step := range Steps() {
		_, role, _ := strings.Cut(step.ID, "-")
		named := slices.ContainsFunc(r.Folders, func(f Folder) bool { return f.Role == Role(role) })
		if s := r.Step(step.ID).Status; step.right && named && s != Passed && (s != Warned || step.ID != "upload-source" && step.ID != "list-source") {
			return false
		}
	}
	return true
}
