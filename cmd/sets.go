package cmd

import (
	"context"
	"maps"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// place notes the dataflow of a file, and which others take its name.
func (j *judging) place(b *job) error {
	base := filepath.Base(b.name)
	b.place.Flow = b.flow.Name
	if b.place.Flow == "" {
		b.place.Flow = b.flow.PatternText
	}
	if merge := b.merge(); merge != nil {
		role := b.flow.Merge[merge.RoleOf(base)]
		if role.Header != nil && !j.flags.Changed("header") && !j.flags.Changed("header-file") {
			b.flow.Header, b.flow.HeaderFile, b.flow.Headerless = role.Header, "", true
		}
	}
	c, err := j.forPath(b.path)
	if err != nil || c == nil {
		return err
	}
	for i := range c.Flows {
		f := &c.Flows[i]
		own := f.Name == b.flow.Name && f.PatternText == b.flow.PatternText
		if !own && f.Takes(base) && !apart(f.FTP, b.flow.FTP) {
			name := f.Name
			if name == "" {
				name = f.PatternText
			}
			b.place.Also = append(b.place.Also, "flow "+name)
		}
	}
	return nil
}

// apart reports whether two dataflows are known to read different folders.
func apart(a, b config.FTP) bool {
	return a.Host != b.Host && a.Host != "" && b.Host != "" || a.Source != b.Source && a.Source != "" && b.Source != ""
}

// merge returns how the dataflow of a file joins several; nil: it takes one.
func (b *job) merge() *validate.Merge {
	t, err := templateByID(b.flow.Template, b.flow.Templates)
	if b.flow.Template == "" || err != nil || len(t.Roles) == 0 {
		return nil
	}
	m := &validate.Merge{Template: t, Patterns: map[string]*regexp.Regexp{}, Names: map[string]string{},
		Map: templates.MapOptions{Explicit: b.flow.Map, Given: true, Const: b.flow.Const}}
	for role, r := range b.flow.Merge {
		if r.Pattern != nil {
			m.Patterns[role] = r.Pattern
		}
		if r.Name != "" {
			m.Names[role] = r.Name
		}
	}
	return m
}

// assemble finds the sets of files that dataflows join, and prepares the files
// in them: what a file of a set may carry depends on its role, which the others
// may settle.
func (j *judging) assemble(ctx context.Context, jobs []*job) error {
	type flow struct{ name, template string }
	members := map[flow][]*validate.Member{}
	of := map[*validate.Member]*job{}
	var order []flow
	for _, b := range jobs {
		if b.merge() == nil {
			continue
		}
		m := &validate.Member{Name: filepath.Base(b.name), Place: b.place}
		if b.source != nil && !b.source.Empty && !b.source.Headless {
			m.Header = b.source.Header
		}
		f := flow{b.place.Flow, b.flow.Template}
		if members[f] == nil {
			order = append(order, f)
		}
		members[f] = append(members[f], m)
		of[m] = b
	}
	for _, f := range order {
		if err := of[members[f][0]].merge().Assemble(members[f]); err != nil {
			for _, m := range members[f] {
				if b := of[m]; b.trouble != nil { // its header might have told
					return unread(b)
				}
			}
			return usage("%s; call it so, or set patterns for the roles under merge:", err)
		}
		for _, m := range members[f] {
			b := of[m]
			if b.place = m.Place; b.source == nil {
				continue
			}
			b.part()
			if err := j.finish(ctx, b); err != nil {
				return err
			}
		}
	}
	var looks []validate.Look
	for _, b := range jobs {
		if b.source != nil && b.place.Role == "" {
			looks = append(looks, validate.Look{Name: b.name, Options: &b.options})
		}
	}
	validate.LookLike(looks)
	return nil
}

// part cuts the settings of a flow down to what the file of a role may carry.
func (b *job) part() {
	t, err := templateByID(b.flow.Template, b.flow.Templates)
	if err != nil {
		return // prepare says it
	}
	part := validate.PartOf(t, b.place.Role)
	elsewhere := func(field string) bool { return part.Field(field) == nil && t.Field(field) != nil }
	b.flow.Map = maps.Clone(b.flow.Map)
	maps.DeleteFunc(b.flow.Map, func(_, field string) bool { return elsewhere(field) })
	b.flow.Const, b.flow.Mapping = maps.Clone(b.flow.Const), maps.Clone(b.flow.Mapping)
	maps.DeleteFunc(b.flow.Const, func(field, _ string) bool { return elsewhere(field) })
	maps.DeleteFunc(b.flow.Mapping, func(field, _ string) bool { return elsewhere(field) })
	if slices.ContainsFunc(b.flow.GroupBy, elsewhere) {
		b.flow.GroupBy = nil
	}
	b.place.Keys = b.flow.Merge[b.place.Role].Keys
	for i, header := range b.place.Keys {
		if i < len(t.Join) && !slices.Contains(slices.Collect(maps.Values(b.flow.Map)), t.Join[i]) {
			put(&b.flow.Map, header, t.Join[i])
		}
	}
}
