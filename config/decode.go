package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/templates/source"
	"github.com/connectplus/preflight/validate"
)

// A Problem is one defect of a file of settings, or of a template file that it
// names, with its place.
type Problem = source.Problem

// Parse reads a file of settings. name is used in messages, and for its folder,
// where template files lie that the file names; rules are those that the file
// may set.
//
// Every unknown key and every wrong value is an error. Parse reports all of
// them at once, joined as by errors.Join, each a *Problem with its place.
func Parse(name string, data []byte, rules []*validate.Rule) (*Config, error) {
	d := &decoder{file: name, rules: map[string]*validate.Rule{}}
	for _, r := range rules {
		d.rules[r.ID] = r
		d.ids = append(d.ids, r.ID)
	}
	c := &Config{Name: name, Defaults: Flow{}.clone()}
	var documents []yaml.Node
	if err := yaml.Load(data, &documents, yaml.WithAllDocuments()); err != nil {
		return nil, unreadable(name, err)
	}
	switch {
	case len(documents) == 0:
		return nil, &Problem{File: name, Message: `the file is empty; it begins with "version: 1"`}
	case len(documents) > 1:
		n := documents[1]
		return nil, &Problem{File: name, Line: n.Line, Column: n.Column, Message: "a second document begins; one is read"}
	}
	doc := documents[0]
	d.config(c, doc.Content[0])
	if len(d.problems) > 0 {
		slices.SortStableFunc(d.problems, func(a, b *Problem) int {
			if a.File != b.File {
				// Template files first: what is wrong with them is the cause of the rest.
				switch name {
				case a.File:
					return 1
				case b.File:
					return -1
				}
				return strings.Compare(a.File, b.File)
			}
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		errs := make([]error, len(d.problems))
		for i, p := range d.problems {
			errs[i] = p
		}
		return nil, errors.Join(errs...)
	}
	return c, nil
}

// unreadable words an error of the YAML reader as a Problem.
func unreadable(name string, err error) error {
	p := &Problem{File: name, Message: "not YAML: " + err.Error()}
	var e *yaml.LoadError
	if errors.As(err, &e) {
		p.Line, p.Column = e.Mark.Line, e.Mark.Column
		p.Message = "not YAML: " + strings.TrimPrefix(e.Message, "yaml: ")
	}
	return p
}

// A decoder reads nodes into settings and gathers what is wrong with them.
type decoder struct {
	file     string
	rules    map[string]*validate.Rule
	ids      []string // of rules
	own      []*templates.Template
	broken   []string // ids in template files that have problems
	lost     bool     // a template file has an id that cannot be read
	problems []*Problem
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, &Problem{
		File: d.file, Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...),
	})
}

// place says where a node stands, as messages begin.
func (d *decoder) place(n *yaml.Node) string {
	return fmt.Sprintf("%s:%d:%d", d.file, n.Line, n.Column)
}

// config reads the top of the file: first the defaults, then the flows, which
// build on them whatever the order of the keys.
func (d *decoder) config(c *Config, root *yaml.Node) {
	var flows, version *yaml.Node
	d.templates(c, root)
	known := append([]string{"version", "flows", templatesKey}, defaultKeys()...)
	d.fields(root, "the file", "key", known, func(key string, n *yaml.Node) {
		switch key {
		case "version":
			version = n
		case "flows":
			flows = n
		case templatesKey: // read before all others
		default:
			d.set(&c.Defaults, keys(), key, n)
		}
	})
	d.oneHeader(root)
	c.Defaults.OwnFTP = false
	switch {
	case version == nil:
		if root.Kind == yaml.MappingNode {
			d.fail(root, `"version: 1" is missing`)
		}
	case version.Kind != yaml.ScalarNode || version.Value != "1":
		d.fail(version, "version is not one that this preflight reads: it reads 1")
	}
	if flows == nil {
		return
	}
	if flows.Kind != yaml.SequenceNode {
		d.fail(flows, "flows is not a list; each flow begins with a dash")
		return
	}
	for _, n := range flows.Content {
		d.flow(c, n)
	}
}

func (d *decoder) flow(c *Config, n *yaml.Node) {
	f := c.Defaults.clone()
	chosen := false
	d.fields(n, "a flow", "key", flowKeys(), func(key string, v *yaml.Node) {
		d.set(&f, keys(), key, v)
		chosen = chosen || key == "name" || key == "pattern"
	})
	d.oneHeader(n)
	if n.Kind == yaml.MappingNode && !chosen {
		d.fail(n, "the flow has neither a pattern nor a name, so no file can belong to it")
	}
	for _, other := range c.Flows {
		if f.Name != "" && f.Name == other.Name {
			d.fail(n, "a second flow is called %q", f.Name)
		}
	}
	c.Flows = append(c.Flows, f)
}

func (d *decoder) set(f *Flow, known []Key, key string, n *yaml.Node) {
	for _, k := range known {
		switch {
		case k.Name != key:
		case k.Filled && n.Kind == yaml.SequenceNode && len(n.Content) == 0:
			d.fail(n, "%s is an empty list; leave it out, or name at least one", key)
		case k.Filled && k.Kind == Text && n.Kind == yaml.ScalarNode && n.Tag != "!!null" && strings.TrimSpace(n.Value) == "":
			d.fail(n, "%s is blank; leave it out, or give it a value", key)
		default:
			k.set(d, f, n)
		}
	}
}

// fields calls visit for every key of a mapping that is among known, and
// reports all others and those that stand there twice. what names the mapping
// and noun its keys; known nil means that any key will do.
func (d *decoder) fields(n *yaml.Node, what, noun string, known []string, visit func(key string, value *yaml.Node)) {
	if n.Kind == yaml.AliasNode {
		d.fail(n, "anchors and aliases are not read; write the values out")
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s is not a list of keys with values", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.fail(key, "a key must be a word")
		case known != nil && !slices.Contains(known, key.Value):
			d.fail(key, "unknown %s %q%s", noun, key.Value, didYouMean(key.Value, known))
		case seen[key.Value]:
			d.fail(key, "%q stands here a second time", key.Value)
		case value.Kind == yaml.AliasNode:
			d.fail(value, "anchors and aliases are not read; write the value out")
		default:
			seen[key.Value] = true
			visit(key.Value, value)
		}
	}
}

// text reads a single value, quoted or not.
func (d *decoder) text(n *yaml.Node, key string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		d.fail(n, "%s has no value", key)
		return "", false
	}
	return n.Value, true
}

func (d *decoder) yes(n *yaml.Node, key string) (value, ok bool) {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		d.fail(n, "%s is neither true nor false", key)
		return false, false
	}
	return n.Value == "true", true
}

// list reads a list of values; each may be checked for itself.
func (d *decoder) list(n *yaml.Node, key string, check func(n *yaml.Node, value string) bool) []string {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "%s is not a list; write [a, b]", key)
		return nil
	}
	values := []string{}
	for _, item := range n.Content {
		v, ok := d.text(item, "an entry of "+key)
		if ok && (check == nil || check(item, v)) {
			values = append(values, v)
		}
	}
	return values
}

// pairs reads names with values into m.
func (d *decoder) pairs(n *yaml.Node, key string, m map[string]string, check func(n *yaml.Node, name, value string) bool) {
	d.fields(n, key, "key", nil, func(name string, v *yaml.Node) {
		value, ok := d.text(v, name)
		if ok && check(v, name, value) {
			m[name] = value
		}
	})
}

func (d *decoder) ruleID(n *yaml.Node, id string) bool {
	if _, ok := d.rules[id]; ok {
		return true
	}
	d.fail(n, "unknown rule %q%s", id, didYouMean(id, d.ids))
	return false
}

func didYouMean(word string, words []string) string {
	if w := nearest.Of(word, words); w != "" {
		return ", did you mean " + w + "?"
	}
	return ""
}
