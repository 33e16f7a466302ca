package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// candidatesShown is how many templates an undecided header names: more would
// be a list to search, and "preflight templates" is that list.
const candidatesShown = 4

// choose sets the template of a job and what its columns carry.
func (j *judging) choose(b *job) error {
	if err := b.applyMapping(); err != nil {
		return err
	}
	o := templates.MapOptions{Explicit: present(b.flow.Map, b.source.Header), Const: b.flow.Const, Computed: computed(b.flow.Mapping, b.source.Header)}
	t, err := b.template(o)
	if err != nil {
		return err
	}
	if b.place.Role != "" {
		t = validate.PartOf(t, b.place.Role)
	}
	o.Given = b.options.Chosen
	for _, field := range b.flow.GroupBy {
		if t.Field(field) == nil {
			return usage("%s: group_by: %s has no field %q; the nearest is %s", b.name, t.ID, field, nearest.Always(field, fieldNames(t)))
		}
	}
	b.options.Template = t
	if b.options.Mapping, err = t.Map(b.source.Header, o); err != nil {
		return usage("%s: %s", b.name, err)
	}
	if rules.NoHeader(b.source, t, &b.options.Mapping) {
		// A cell that is worded like a header names no column.
		o.Explicit = nil
		if b.options.Mapping, err = t.Map(make([]string, len(b.source.Header)), o); err != nil {
			return usage("%s: %s", b.name, err)
		}
	}
	if b.flow.DateFormat != "" {
		if b.options.Layout, err = templates.ParseLayout(b.flow.DateFormat); err != nil {
			return usage("%s: %s", b.name, err)
		}
	}
	return j.checkConstants(b)
}

// template returns the template that was named or that the header fits. An
// empty file, which has no header, is as bad a file for one as for another.
func (b *job) template(o templates.MapOptions) (*templates.Template, error) {
	if id := b.flow.Template; id != "" {
		t, err := templateByID(id, b.flow.Templates)
		b.options.Chosen = true
		return t, err
	}
	if b.source.Empty {
		b.options.Chosen = true
		return templateByID(salesTemplate, nil)
	}
	t, err := templates.Detect(b.source.Header, o, b.flow.Templates...)
	if err == nil {
		return t, nil
	}
	e, ok := errors.AsType[*templates.DetectError](err)
	switch {
	case !ok:
		return nil, usage("%s: %s", b.name, err)
	case len(e.Fit) > 0:
		return nil, usage("%s: the header fits %s equally well; choose one with --template ID", b.name, strings.Join(e.Fit, " and "))
	}
	be := " are "
	if len(e.Candidates) == 1 {
		be = " is "
	}
	how := "choose one with --template ID, the likeliest" + be +
		strings.Join(e.Candidates[:min(candidatesShown, len(e.Candidates))], ", ") + " (preflight templates lists all)"
	switch {
	case !b.source.Headless && !slices.ContainsFunc(b.source.Header, func(h string) bool { return !blank(h) }):
		return nil, usage("%s: the first line is blank; the header must be the first line", b.name)
	case b.source.Headless && len(b.flow.Header) == 0:
		return nil, usage("%s: without a header the columns need names; give them with --header A,B,…, or %s", b.name, how)
	case !b.source.Headless && slices.ContainsFunc(b.source.Header, numeral):
		return nil, usage("%s: the first row looks like data; name the columns with --header A,B,… if the file has no header, or %s", b.name, how)
	case b.source.Titled():
		return nil, usage("%s: row %d looks like a title, not like a header; delete the rows above the header, or %s", b.name, b.source.HeaderRow, how)
	case len(b.source.Header) == 1 && b.flow.Delimiter == 0 && b.source.Workbook == nil:
		return nil, usage("%s: the header is a single column; name the character between the cells with --delimiter C, or %s", b.name, how)
	}
	return nil, usage("%s: the header fits no template; %s", b.name, how)
}

// numeral reports a number or a date, which no header is.
func numeral(s string) bool {
	s = strings.TrimSpace(s)
	return strings.ContainsAny(s, "0123456789") && strings.Trim(s, "0123456789.,:/+- ") == ""
}

// templateByID finds a template among own, those of the user, and the built-in
// ones.
func templateByID(id string, own []*templates.Template) (*templates.Template, error) {
	t, ok := templates.ByID(id, own...)
	if !ok {
		var ids []string
		for _, t := range slices.Concat(own, templates.All()) {
			ids = append(ids, t.ID)
		}
		return nil, usage("unknown template %q; the nearest is %s (preflight templates lists all)", id, nearest.Always(id, ids))
	}
	return t, nil
}

func fieldNames(t *templates.Template) (names []string) {
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	return names
}

// present leaves out the headers that a file does not have: a flow may map
// columns that not every file of it carries, and a missing one is a finding.
func present(mapped map[string]string, header []string) map[string]string {
	have := map[string]bool{}
	for _, h := range header {
		have[templates.Fold(h)] = true
	}
	kept := map[string]string{}
	for h, field := range mapped {
		if have[templates.Fold(h)] {
			kept[h] = field
		}
	}
	return kept
}
