package report

import (
	"slices"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// The files of a merge set are dropped together or not at all, so what is wrong
// with one of them is the verdict on all.

// partners lists the other files of the merge set that a file is in.
func (r *Result) partners(f *validate.FileResult) (others []*validate.FileResult) {
	if f.Place.Role == "" {
		return nil
	}
	for _, o := range r.Files {
		if o != f && o.Place.Role != "" && o.Place.Flow == f.Place.Flow && o.Place.Set == f.Place.Set && o.Template.ID == f.Template.ID {
			others = append(others, o)
		}
	}
	return others
}

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
	case f.Place.Role == "":
		return ""
	case stopped >= 0:
		return "No verdict: " + terminal.Visible(others[stopped].Name) + " of the same set was not judged to its end."
	case 1+len(others)+len(f.Place.Missing) < len(f.Template.Roles):
		return "No verdict: another file of the same set was not judged."
	}
	return ""
}
