package config

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/templates"
)

// A Role is how a dataflow that joins several files knows one of them. Zero
// parts are not set.
type Role struct {
	Pattern *regexp.Regexp // matches the whole base name of a file
	Name    string         // of a file, with <common> for what the files of a set share
	Keys    []string       // headers by which the file is joined
	Header  []string       // column names, where the file has no header row
}

// RoleNames are the roles of all templates that join files, in their order.
func RoleNames() (names []string) {
	for _, t := range templates.All() {
		for _, r := range t.Roles {
			if !slices.Contains(names, r.Name) {
				names = append(names, r.Name)
			}
		}
	}
	return names
}

// mergeKeys are the settings of a merge block: a block for each role.
func mergeKeys() (keys []Key) {
	for _, role := range RoleNames() {
		keys = append(keys, Key{Name: role, Kind: Block, Keys: roleKeys(role), Doc: "How the " + role + " file is known.",
			set: func(d *decoder, f *Flow, n *yaml.Node) {
				known := roleKeys(role)
				d.fields(n, "merge: "+role, "key", keyNames(known), func(key string, v *yaml.Node) { d.set(f, known, key, v) })
			}})
	}
	return keys
}

func roleKeys(role string) []Key {
	change := func(f *Flow, to func(r *Role)) {
		r := f.Merge[role]
		to(&r)
		f.Merge[role] = r
	}
	return []Key{
		{Name: "pattern", Kind: Text, Doc: "The File Regex: a regular expression (RE2) for the whole name, without folders.",
			set: func(d *decoder, f *Flow, n *yaml.Node) {
				if p := d.wholeName(n, "pattern"); p != nil {
					change(f, func(r *Role) { r.Pattern = p })
				}
			}},
		{Name: "name", Kind: Text, Filled: true, Doc: "The name, with `<common>` for the part that the files of a set share, such as `Tkt<common>.dat`.",
			set: func(d *decoder, f *Flow, n *yaml.Node) {
				text, ok := d.text(n, "name")
				if ok && strings.Count(text, "<common>") != 1 {
					d.fail(n, "name %q does not hold <common> once", text)
					return
				}
				change(f, func(r *Role) { r.Name = text })
			}},
		{Name: "keys", Kind: List, Filled: true, Doc: "The File Headers: those by which the file is joined, in the order of the other files.",
			set: func(d *decoder, f *Flow, n *yaml.Node) {
				keys := d.list(n, "keys", nil)
				change(f, func(r *Role) { r.Keys = keys })
			}},
		{Name: "header", Kind: List, Filled: true, Doc: "The column names, in their order, of a file without a header row.",
			set: func(d *decoder, f *Flow, n *yaml.Node) {
				header := d.list(n, "header", nil)
				change(f, func(r *Role) { r.Header = header })
			}},
	}
}

func keyNames(keys []Key) (names []string) {
	for _, k := range keys {
		names = append(names, k.Name)
	}
	return names
}

func setMerge(d *decoder, f *Flow, n *yaml.Node) {
	known := mergeKeys()
	d.fields(n, "merge", "role", keyNames(known), func(key string, v *yaml.Node) { d.set(f, known, key, v) })
}

// wholeName reads a regular expression for a whole name; nil: it is none.
func (d *decoder) wholeName(n *yaml.Node, key string) *regexp.Regexp {
	text, ok := d.text(n, key)
	if !ok {
		return nil
	}
	// Compiled alone first: "a)(b" is whole only inside our own brackets.
	if _, err := regexp.Compile(text); err != nil {
		if e := (*syntax.Error)(nil); errors.As(err, &e) {
			d.fail(n, "%s %q is no regular expression: %s", key, text, e.Code)
		} else {
			d.fail(n, "%s %q is no regular expression", key, text)
		}
		return nil
	}
	return regexp.MustCompile(`^(?:` + text + `)$`)
}

// Takes reports whether the dataflow takes a file of that name, without
// folders: by its pattern or, where it joins files, by that of a role.
func (f *Flow) Takes(base string) bool {
	if f.Pattern != nil {
		return f.Pattern.MatchString(base)
	}
	for _, r := range f.Merge {
		if r.Pattern != nil && r.Pattern.MatchString(base) {
			return true
		}
	}
	return false
}
