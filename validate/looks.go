package validate

import (
	"slices"

	"github.com/connectplus/preflight/templates"
)

// A Look is a file whose template nobody named, and how it is to be judged.
type Look struct {
	Name    string
	Options *Options
}

// LookLike tells files of one run that look like those of a merge set, although
// their templates join nothing: one has columns of bills only, and another with
// the same key lacks these and has columns of lines, or of payments, only. It sets
// Place.Like and Place.With of the latter. Files of other dataflows and those
// whose template was chosen are left alone.
func LookLike(files []Look) {
	for _, head := range files {
		if only, ok := head.levels(); !ok || only != templates.Bill {
			continue
		}
		var parts []Look
		levels := []templates.Level{templates.Bill}
		for _, f := range files {
			only, ok := f.levels()
			if ok && (only == templates.Line || only == templates.Payment) && f.Options.Place.With == "" && f.Options.Place.Flow == head.Options.Place.Flow &&
				len(f.Options.Mapping.Missing) > 0 && slices.Equal(f.Options.Template.GroupBy, head.Options.Template.GroupBy) {
				parts, levels = append(parts, f), append(levels, only)
			}
		}
		like := joining(levels)
		for _, f := range parts {
			if like != "" {
				f.Options.Place.Like, f.Options.Place.With = like, head.Name
			}
		}
	}
}

// levels returns the one level of the fields that a file has besides the group
// key. ok is false for files that have several, or not the whole key, and for
// those that nobody must doubt.
func (f Look) levels() (only templates.Level, ok bool) {
	o := f.Options
	if o.Chosen || len(o.Template.Roles) > 0 || len(o.Template.GroupBy) == 0 {
		return "", false
	}
	keys := 0
	for _, field := range o.Mapping.Fields {
		switch {
		case field == nil:
			continue
		case slices.Contains(o.Template.GroupBy, field.Name):
			keys++
		case only == "":
			only = field.Level
		case only != field.Level:
			return "", false
		}
	}
	return only, keys == len(o.Template.GroupBy) && only != ""
}

// joining returns the template that joins files of such levels, one file for
// each; of several, the one with the fewest files. Empty: there is none.
func joining(levels []templates.Level) (id string) {
	fewest := 0
	for _, t := range templates.All() {
		lacks := func(l templates.Level) bool {
			return !slices.ContainsFunc(t.Roles, func(r templates.Role) bool { return slices.Equal(r.Levels, []templates.Level{l}) })
		}
		if len(t.Roles) > 0 && !slices.ContainsFunc(levels, lacks) && (id == "" || len(t.Roles) < fewest) {
			id, fewest = t.ID, len(t.Roles)
		}
	}
	return id
}
