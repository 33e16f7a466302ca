package report

import (
	"slices"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// The files of a merge set are dropped together or not at all, so what is wrong
// with one of them is the verdict on all.

// partners lists the other files of the merge set that a file is in, or seems to
// be in.
func (r *Result) partners(f *validate.FileResult) (others []*validate.FileResult) {
	for _, o := range r.Files {
		named := f.Place.Role != "" && o.Place.Role != "" && o.Place.Flow == f.Place.Flow && o.Place.Set == f.Place.Set && o.Template.ID == f.Template.ID
		if o != f && (named || seemingHead(f) != "" && seemingHead(f) == seemingHead(o) || seemingHead(f) == o.Name || seemingHead(o) == f.Name) {
			others = append(others, o)
		}
	}
	return others
}

// seemingHead returns the file of bills that a file, whose set nobody named, is
// said to be a part of; empty: none.
func seemingHead(f *validate.FileResult) string {
	if f.Place.Like == "" || !slices.ContainsFunc(f.Causes, func(c validate.Cause) bool { return c.Rule == filesAtOnce }) {
		return ""
	}
	return f.Place.With
}

// filesAtOnce is the rule that says of a file that it looks like a part of a set.
const filesAtOnce = "files-at-once"

// failedPartner returns a file that keeps the others of its merge set from
// being dropped; nil: there is none.
func (t *textWriter) failedPartner(f *validate.FileResult) *validate.FileResult {
	for _, o := range t.res.partners(f) {
		if o.Count(validate.Error) > 0 || t.fails(o) {
			return o
		}
	}
	return nil
}

// ofSet is the verdict that the other files of a merge set bring upon a file;
// empty: none.
func (t *textWriter) ofSet(f *validate.FileResult) string {
	if o := t.failedPartner(f); o != nil {
		s := "Do not drop this file: " + terminal.Visible(o.Name) + " of the same set "
		if f.Place.Role == "" {
			s = "Do not drop this file: " + terminal.Visible(o.Name) + ", of the same set by its looks, "
		}
		switch {
		case f.RejectedRows > 0:
			s += "has errors that concern " + words.Count(f.RejectedRows) + " of " + words.Plural(f.Rows, "row") + " here."
		case o.Count(validate.Error) > 0:
			s += "has errors."
		default:
			s += "has warnings."
		}
		return s
	}
	others := t.res.partners(f)
	stopped := slices.IndexFunc(others, func(o *validate.FileResult) bool { return !o.Complete })
	switch {
	case stopped >= 0:
		return "No verdict: " + terminal.Visible(others[stopped].Name) + " of the same set was not judged to its end."
	case f.Place.Role != "" && 1+len(others)+len(f.Place.Missing) < len(f.Template.Roles):
		return "No verdict: another file of the same set was not judged."
	}
	return ""
}
