package ftp

import (
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
)

// deeds are what an account does by a right, before the name of a folder.
var deeds = map[string]string{
	"list": "list", "upload": "write to", "read": "read in", "move": "move files to", "remove": "remove files in",
}

// verdict says in a sentence or two whether files can be dropped.
func (t *textWriter) verdict() string {
	r := t.res
	switch r.Verdict() {
	case Pass:
		s := "The account can do what the dataflow needs"
		if n := len(r.withStatus(Warned)) + len(r.Warnings); n > 0 {
			return s + ", with " + words.Plural(int64(n), "warning") + "."
		}
		return s + "."
	case Refused, Incomplete:
		return t.incomplete()
	}
	switch missing, failed := r.missing(), r.withStatus(Failed); {
	case r.unwanted():
		return "The account can do what the dataflow needs, but the probe needs more: it cannot " + missing + "."
	case missing != "":
		if place := r.unreachable(); place != "" {
			return "Do not drop files yet: " + place + ", and the account cannot " + missing + "."
		}
		return "Do not drop files yet: the account cannot " + missing + "."
	case len(failed) == 0: // probe files alone are in the way
		return "Do not drop files yet: a dataflow could pick up the probe files that were left behind."
	case len(failed) == 1:
		return "Do not drop files yet: " + detail(failed[0]) + "."
	default:
		return "Do not drop files yet: " + detail(failed[0]) + ", and " + words.Plural(int64(len(failed)-1), "defect") + " more."
	}
}

// unwanted tells whether all that is missing are rights to remove, which only
// the probe needs, and moving was seen to work.
func (r *Result) unwanted() bool {
	for _, s := range r.withStatus(Failed) {
		if !strings.HasPrefix(s.ID, "remove-") && s.ID != "cleanup" {
			return false
		}
	}
	return r.Step("move-processed").Status == Passed && len(r.Vanished) == 0
}

// unreachable words the first folder that is missing or closed; empty: none.
func (r *Result) unreachable() string {
	for _, s := range r.withStatus(Failed) {
		if strings.HasPrefix(s.ID, "stat-") {
			return detail(s)
		}
	}
	return ""
}

// incomplete says why a probe ended early, and what it had found by then.
func (t *textWriter) incomplete() string {
	r := t.res
	s := "Not checked"
	if r.tried() {
		s = "Not checked to the end"
	}
	if r.Interrupted {
		s += ": the run was interrupted."
	} else {
		s += ": " + r.obstacle() + "."
	}
	if missing := r.missing(); missing != "" {
		s += " Known so far: the account cannot " + missing + "."
	}
	return s
}

// withStatus returns the steps that ended so.
func (r *Result) withStatus(status Status) (list []StepResult) {
	for _, s := range r.Steps {
		if s.Status == status {
			list = append(list, s)
		}
	}
	return list
}

// obstacle words the failed step that kept the probe from going on: the first
// that is about no right, else the last of all.
func (r *Result) obstacle() string {
	failed := r.withStatus(Failed)
	for _, s := range failed {
		if stepByID(s.ID).blame != right {
			return detail(s)
		}
	}
	if len(failed) == 0 {
		for _, s := range r.withStatus(Skipped) {
			if stepByID(s.ID).right {
				return s.ID + " was not tried: " + strings.TrimPrefix(detail(s), "not tried: ")
			}
		}
		return "the connection was lost"
	}
	return detail(failed[len(failed)-1])
}

// missing words the rights that the account was seen to lack: "list /in, move
// files to /done or /err"; empty: none.
func (r *Result) missing() string {
	var cannot []string
	for _, right := range Rights {
		var paths []string
		for _, f := range r.Folders {
			if r.right(right, f.Role) == Failed {
				paths = append(paths, terminal.Clip(f.Path, nameWidth))
			}
		}
		if len(paths) > 0 {
			cannot = append(cannot, deeds[right]+" "+strings.Join(paths, " or "))
		}
	}
	return strings.Join(cannot, ", ")
}

// detail is what a step saw, as part of a sentence.
func detail(s StepResult) string {
	return strings.TrimSuffix(terminal.Shorten(terminal.Visible(s.Detail), 2*nameWidth), ".")
}
