package source

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
)

// A part reads one key of a template.
type part struct {
	key, doc string
	form     Form
	set      func(d *decoder, t *templates.Template, n *yaml.Node)
}

// parts are the keys of a template that are read one by one; extends, use and
// fields stand apart.
func parts() []part {
	return []part{
		{"id", "What the template is called on the command line.", Text,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.ID = d.text(n, "id") }},
		{"title", "The template in a few words.", Text,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Title = d.text(n, "title") }},
		{"kind", "The sort of file; of templates of one kind that fit a header the first is taken.", Text,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Kind = d.text(n, "kind") }},
		{"entities", "The lists of status codes that the API answers from, the present one first.", List,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Entities = d.list(n, "entities") }},
		{"endpoint", "The API that takes the rows.", Text,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Endpoint = d.text(n, "endpoint") }},
		{"group_by", "Fields whose equal values make rows one bill.", List,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.GroupBy = d.list(n, "group_by") }},
		{"at_least_one", "Fields of which one must be filled on every row.", List,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.AtLeastOne = d.list(n, "at_least_one") }},
		{"marks", "Fields by which a header is known to be of this template.", List,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Marks = d.list(n, "marks") }},
		{"by_name", "No header can tell the template: it must be named.", Yes,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.ByName = d.yes(n, "by_name") }},
		{"roles", "The files that a merge template joins, each with its name and levels.", Blocks,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Roles = d.roles(n) }},
		{"join", "Fields whose equal values join the rows of those files.", List,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Join = d.list(n, "join") }},
		{"notes", "What else is known.", Text,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Notes = d.text(n, "notes") }},
		{"source", "The page that says so.", Text,
			func(d *decoder, t *templates.Template, n *yaml.Node) { t.Source = d.text(n, "source") }},
	}
}

// template reads a template file.
func (d *decoder) template(f *File, root *yaml.Node) {
	values := d.keys(root, "the file", "key", names(Keys()))
	if root.Kind != yaml.MappingNode {
		return
	}
	t := f.Template
	if n := values["extends"]; n != nil {
		if base := d.base(n); base != nil {
			*t = *base
			t.ID, t.Extends = "", append([]string{base.ID}, base.Extends...)
		}
	}
	for _, p := range parts() {
		if n := values[p.key]; n != nil {
			p.set(d, t, n)
		}
	}
	d.identity(t, root, values)
	if n := values["use"]; n != nil {
		f.Use = d.list(n, "use")
		for _, name := range f.Use {
			t.Fields = append(t.Fields, d.fieldSet(n, name)...)
		}
	}
	if n := values["fields"]; n != nil {
		f.Own = d.fields(n, t)
	}
	t.Fields = merged(t.Fields, f.Own)
	if n := values["fields"]; len(t.Fields) == 0 && (n == nil || n.Kind == yaml.SequenceNode && len(n.Content) == 0) {
		d.fail(root, "the template has no fields")
	}
	d.check(t, values)
}

// identity fills and judges what tells the template from others.
func (d *decoder) identity(t *templates.Template, root *yaml.Node, values map[string]*yaml.Node) {
	at := values["id"]
	switch {
	case at == nil:
		d.fail(root, "the id is missing")
	case t.ID == "":
	case strings.Trim(t.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		d.fail(at, "the id %q has other characters than small letters, digits and hyphens", t.ID)
	case slices.Contains(d.ids(), t.ID):
		d.fail(at, "there is a template %s already; choose another id, and write extends: %s to build on it", t.ID, t.ID)
	}
	if t.Title == "" {
		t.Title = t.ID
	}
	if t.Kind == "" {
		t.Kind = t.ID
	}
}

func (d *decoder) ids() (ids []string) {
	for _, t := range d.lib.Templates {
		ids = append(ids, t.ID)
	}
	return ids
}

func (d *decoder) base(n *yaml.Node) *templates.Template {
	id := d.text(n, "extends")
	for _, t := range d.lib.Templates {
		if t.ID == id {
			return t
		}
	}
	if id != "" {
		d.fail(n, "extends: unknown template %q; the nearest is %s", id, nearest.Always(id, d.ids()))
	}
	return nil
}

func (d *decoder) fieldSet(n *yaml.Node, name string) []*templates.Field {
	var names []string
	for _, s := range d.lib.Sets {
		if s.Name == name {
			return s.Fields
		}
		names = append(names, s.Name)
	}
	d.fail(n, "no field set %q; the nearest is %s", name, nearest.Always(name, names))
	return nil
}

// merged returns the fields with those of the file in place of the ones that
// they override, and the others behind.
func merged(base, own []*templates.Field) []*templates.Field {
	all := slices.Clone(base)
	for _, f := range own {
		if i := slices.IndexFunc(base, func(b *templates.Field) bool { return b.Name == f.Name }); i >= 0 {
			all[i] = f
		} else {
			all = append(all, f)
		}
	}
	return all
}

func (d *decoder) roles(n *yaml.Node) (roles []templates.Role) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "roles is not a list; each role begins with a dash")
		return nil
	}
	for _, item := range n.Content {
		values := d.keys(item, "a role", "key of a role", []string{"name", "levels", "example"})
		var r templates.Role
		if v := values["name"]; v != nil {
			r.Name = d.text(v, "name")
		}
		if v := values["levels"]; v != nil {
			for _, level := range d.list(v, "levels") {
				r.Levels = append(r.Levels, d.level(v, level))
			}
		}
		if v := values["example"]; v != nil {
			r.Example = d.text(v, "example")
		}
		if r.Name == "" || len(r.Levels) == 0 {
			d.fail(item, "a role needs its name and levels")
		}
		roles = append(roles, r)
	}
	return roles
}

func (d *decoder) level(n *yaml.Node, word string) templates.Level {
	level := templates.Level(word)
	if word != "" && !slices.Contains(levels(), word) {
		d.fail(n, "no level %q; the levels are %s", word, strings.Join(levels(), ", "))
	}
	return level
}

// check judges the fields of one template together.
func (d *decoder) check(t *templates.Template, values map[string]*yaml.Node) {
	t = templates.New(*t)
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	need := func(at *yaml.Node, name string) {
		if name != "" && at != nil && !slices.Contains(names, name) && t.Field(name) == nil {
			d.fail(at, "no field %q; the nearest is %s", name, nearest.Always(name, names))
		}
	}
	for key, list := range map[string][]string{
		"group_by": t.GroupBy, "at_least_one": t.AtLeastOne, "join": t.Join, "marks": t.Marks,
	} {
		for _, name := range list {
			if prefix, wild := strings.CutSuffix(name, ".*"); !wild || key != "marks" {
				need(values[key], name)
			} else if at := values[key]; at != nil && !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, prefix+".") }) {
				d.fail(at, "no field begins with %q", prefix+".")
			}
		}
	}
	for _, f := range t.Fields {
		at := d.at[f.Name]
		if c := f.RequiredIf; c != nil {
			need(at, c.Field)
			for _, name := range c.Blank {
				need(at, name)
			}
		}
		for _, im := range f.Implies {
			need(at, im.Field)
		}
		for _, name := range named(f) {
			need(at, name)
		}
	}
	if len(t.Roles) == 0 {
		d.headers(t.Fields)
		return
	}
	for _, r := range t.Roles { // one header may mean a field in each file
		d.headers(slices.DeleteFunc(slices.Clone(t.Fields), func(f *templates.Field) bool { return !r.Has(f.Level) }))
	}
}

// headers finds headers that mean two fields of one file.
func (d *decoder) headers(fields []*templates.Field) {
	claims := map[string]string{} // folded header → field
	claim := func(header, field string) {
		folded := templates.Fold(header)
		if other, taken := claims[folded]; taken {
			d.clash(field, other, "%s: %q already means %s", header)
			return
		}
		claims[folded] = field
	}
	for _, f := range fields {
		claim(f.Name, f.Name)
	}
	for _, f := range fields {
		for _, a := range f.Aliases {
			claim(a, f.Name)
		}
	}
	for _, f := range fields {
		for _, im := range f.Implies {
			if by := claims[templates.Fold(im.Header)]; by != f.Name && by != "" {
				d.clash(f.Name, by, "%s: implies by %q, which means %s", im.Header)
			}
		}
		for _, h := range f.Hints {
			if by := claims[templates.Fold(h)]; by != "" {
				d.clash(f.Name, by, "%s: hint %q already means %s", h)
			}
		}
	}
}

// clash reports a header that two fields claim, at the one that the file writes.
func (d *decoder) clash(field, other, format, header string) {
	at := d.at[field]
	if at == nil {
		at, field, other = d.at[other], other, field
	}
	d.fail(at, format, field, header, other)
}
