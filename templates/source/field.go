package source

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/templates"
)

// A member reads one key of a field. Keys are read in this order, whatever
// their order in the file: a new type does away with the list or the layouts of
// the field that is overridden.
type member struct {
	key, doc string
	form     Form
	set      func(d *decoder, f *templates.Field, n *yaml.Node)
}

func members() []member {
	return []member{
		{"name", "The field as the API calls it; customFields.NAME for one of the organisation.", Text,
			func(d *decoder, f *templates.Field, n *yaml.Node) {}},
		{"level", "Which thing the field describes.", Text,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Level = d.level(n, d.text(n, "level")) }},
		{"type", "How its text is read.", Text, (*decoder).fieldType},
		{"required", "A blank cell is a defect.", Yes,
			func(d *decoder, f *templates.Field, n *yaml.Node) {
				f.Required, f.RequiredIf = d.yes(n, "required"), nil
			}},
		{"required_if", "When a blank cell is a defect: F in [A, B], F is V, or no F and no G.", Text,
			func(d *decoder, f *templates.Field, n *yaml.Node) {
				f.Required = false
				f.RequiredIf = d.condition(n, d.text(n, "required_if"))
			}},
		{"sensitive", "It holds data of a person, which reports mask.", Yes,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Sensitive = d.yes(n, "sensitive") }},
		{"aliases", "Headers that mean the field; # stands for a number.", List,
			func(d *decoder, f *templates.Field, n *yaml.Node) {
				f.Aliases = added(f.Aliases, d.list(n, "aliases"))
			}},
		{"hints", "Headers that mean the field as often as something else.", List,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Hints = added(f.Hints, d.list(n, "hints")) }},
		{"implies", "What some of these headers tell about other fields.", Blocks,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Implies = d.implies(n) }},
		{"enum", "The only values taken, of the type enum.", List,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Enum = d.list(n, "enum") }},
		{"known", "Some of the values taken.", List,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Known = d.list(n, "known") }},
		{"max_length", "The most characters taken.", Number,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.MaxLen = d.count(n, "max_length") }},
		{"layouts", "How dates are written, the default first; or the name of a list.", Choice,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Layouts = d.layouts(n) }},
		{"constraints", "What rules hold the values to.", List, (*decoder).constraints},
		{"codes", "Status codes that name the field, such as transaction-v2:601.", List, (*decoder).codes},
		{"symptoms", "What the platform shows without a code.", List,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Symptoms = d.list(n, "symptoms") }},
		{"notes", "What else is known.", Text,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Notes = d.text(n, "notes") }},
		{"source", "The page that says so.", Text,
			func(d *decoder, f *templates.Field, n *yaml.Node) { f.Source = d.text(n, "source") }},
	}
}

// added returns the headers with those of them that are new behind.
func added(headers, more []string) []string {
	headers = slices.Clone(headers)
	for _, h := range more {
		if !slices.Contains(headers, h) {
			headers = append(headers, h)
		}
	}
	return headers
}

// fields reads the fields of a list. A field that base has already is
// overridden, key by key; one under a wildcard of base begins as that.
func (d *decoder) fields(n *yaml.Node, base *templates.Template) (fields []*templates.Field) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "fields is not a list; each field begins with a dash")
		return nil
	}
	known := names(FieldKeys())
	for _, item := range n.Content {
		values := d.keys(item, "a field", "key", known)
		f := &templates.Field{}
		name := ""
		v, misspelt := values["name"], false
		if v == nil {
			v, misspelt = misnamed(item, known)
		}
		switch {
		case v == nil && item.Kind == yaml.MappingNode:
			d.fail(item, "the field has no name")
		case misspelt && v.Kind == yaml.ScalarNode: // which is reported
			name = v.Value
		case v != nil:
			name = d.text(v, "name")
		}
		if name == "" {
			continue
		}
		if base != nil {
			if old := base.Field(name); old != nil {
				c := *old
				f = &c
			}
		}
		f.Name = name
		if slices.ContainsFunc(fields, func(other *templates.Field) bool { return other.Name == name }) {
			d.fail(item, "the field %s stands here a second time", name)
			continue
		}
		d.at[name] = item
		for _, m := range members() {
			if v := values[m.key]; v != nil {
				m.set(d, f, v)
			}
		}
		d.field(item, f, values)
		fields = append(fields, f)
	}
	return fields
}

// misnamed returns the value of a key that is meant to be name.
func misnamed(item *yaml.Node, known []string) (value *yaml.Node, ok bool) {
	for i := 0; item.Kind == yaml.MappingNode && i+1 < len(item.Content); i += 2 {
		key := item.Content[i]
		if !slices.Contains(known, key.Value) && meant(key.Value, known) == meant("field", known) {
			return item.Content[i+1], true
		}
	}
	return nil, false
}

// field judges one field by itself.
func (d *decoder) field(at *yaml.Node, f *templates.Field, values map[string]*yaml.Node) {
	if f.Source == "" {
		f.Source = d.file
	}
	if f.Level == "" {
		d.fail(at, "%s: the level is missing: in files of bills %s (what differs in the rows of one), %s (what is the same) or %s; in others what a row is, one of %s",
			f.Name, templates.Line, templates.Bill, templates.Payment, strings.Join(rowLevels(), ", "))
	}
	if (f.Type == templates.Enum) != (len(f.Enum) > 0) {
		d.fail(at, "%s: an enum needs its list, and nothing else has one", f.Name)
	}
	if (f.Type == templates.Date) != (len(f.Layouts) > 0) {
		d.fail(at, "%s: a date needs its layouts, and nothing else has them", f.Name)
	}
	if r := values["required"]; r != nil && r.Value == "true" && values["required_if"] != nil {
		d.fail(r, "%s: required and required_if exclude each other", f.Name)
	}
}

// rowLevels are the levels of templates in which rows are no parts of bills.
func rowLevels() (names []string) {
	for _, l := range templates.Levels() {
		if l != templates.Bill && l != templates.Line && l != templates.Payment {
			names = append(names, string(l))
		}
	}
	return names
}

func (d *decoder) fieldType(f *templates.Field, n *yaml.Node) {
	word := d.text(n, "type")
	if i := slices.Index(types(), word); i >= 0 {
		if t := templates.Type(i); f.Type != t {
			f.Type, f.Enum, f.Layouts = t, nil, nil
		}
	} else if word != "" {
		d.fail(n, "no type %q; the types are %s", word, strings.Join(types(), ", "))
	}
}

func (d *decoder) count(n *yaml.Node, key string) int {
	count, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || count < 1 {
		d.fail(n, "%s is not a whole number above 0", key)
	}
	return count
}

// layouts reads a list of layouts, or the name of one.
func (d *decoder) layouts(n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		name := d.text(n, "layouts")
		var names []string
		for _, s := range d.lib.Layouts {
			if s.Name == name {
				return s.Layouts
			}
			names = append(names, s.Name)
		}
		d.fail(n, "no layouts %q; write a list such as [dd/MM/yyyy], or one of %s", name, strings.Join(names, ", "))
		return nil
	}
	values := d.list(n, "layouts")
	for _, v := range values {
		if _, err := templates.ParseLayout(v); err != nil {
			d.fail(n, "%s", err)
		}
	}
	return values
}

func (d *decoder) implies(n *yaml.Node) (out []templates.Implication) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "implies is not a list; write - {headers: [Mobile], field: identifierType, value: mobile}")
		return nil
	}
	for _, item := range n.Content {
		values := d.keys(item, "an entry of implies", "key of implies", []string{"headers", "field", "value"})
		var im templates.Implication
		if values["headers"] == nil || values["field"] == nil || values["value"] == nil {
			d.fail(item, "implies needs headers, field and value")
			continue
		}
		im.Field, im.Value = d.text(values["field"], "field"), d.text(values["value"], "value")
		for _, im.Header = range d.list(values["headers"], "headers") {
			out = append(out, im)
		}
	}
	return out
}

// codeForm is how fields name status codes.
var codeForm = lazily(`^[a-z0-9-]+:[0-9]+$`)

// lazily returns an expression that is compiled when it is first asked for:
// most runs read no template file.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func (d *decoder) codes(f *templates.Field, n *yaml.Node) {
	f.Codes = d.list(n, "codes")
	for _, c := range f.Codes {
		if !codeForm().MatchString(c) {
			d.fail(n, "%s: %q is no status code like transaction:604", f.Name, c)
		}
	}
}

func (d *decoder) condition(n *yaml.Node, s string) *templates.Condition {
	c := templates.ParseCondition(s)
	if c == nil && s != "" {
		d.fail(n, "cannot judge %q: write F in [A, B], F is V or no F and no G, or a note", s)
	}
	return c
}
