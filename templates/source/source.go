// Package source reads templates from YAML: those that are built in, and those
// of users, who write what their organisation has of its own.
//
// It judges each file strictly and reports all that is wrong with it at once.
// It opens no file.
package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
)

// A Problem is one defect of a template file.
type Problem struct {
	File         string
	Line, Column int // 1-based; 0: about the file as a whole
	Message      string
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// A Library is what a template file may build on.
type Library struct {
	Templates []*templates.Template // that a file may extend
	Sets      []templates.FieldSet  // that a file may use
	Layouts   []templates.LayoutSet // that a date may name
}

// Builtin returns the templates, field sets and layouts of this program.
func Builtin() Library {
	return Library{Templates: templates.All(), Sets: templates.FieldSets(), Layouts: templates.LayoutSets()}
}

// A File is a template as it stands in a file.
type File struct {
	*templates.Template
	Use []string           // field sets, whose fields stand first in Template.Fields
	Own []*templates.Field // the fields that the file itself writes
}

// Parse reads a template file. name is used in messages, and as the source of
// fields that name none.
//
// Every unknown key and every wrong value is an error. Parse reports all of
// them at once, joined as by errors.Join, each a *Problem with its place.
func (l Library) Parse(name string, text []byte) (*File, error) {
	d := &decoder{file: name, lib: l, at: map[string]*yaml.Node{}}
	f := &File{Template: &templates.Template{}}
	if root := d.load(text); root != nil {
		d.template(f, root)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	f.Template = templates.New(*f.Template)
	return f, nil
}

// A Shared is the file of what several templates share.
type Shared struct {
	Library
	Templates []string // the ids of the templates, in their order
}

// ParseShared reads the file that holds the order of the templates, the layouts
// and the field sets. Errors are as those of Library.Parse.
func ParseShared(name string, text []byte) (*Shared, error) {
	d := &decoder{file: name, at: map[string]*yaml.Node{}}
	s := &Shared{}
	root := d.load(text)
	if root == nil {
		return nil, d.err()
	}
	parts := d.keys(root, "the file", "key", []string{"templates", "layouts", "sets"})
	if n := parts["templates"]; n != nil {
		s.Templates = d.list(n, "templates")
	}
	if n := parts["layouts"]; n != nil {
		d.pairs(n, "layouts", func(name string, n *yaml.Node) {
			d.lib.Layouts = append(d.lib.Layouts, templates.LayoutSet{Name: name, Layouts: d.layouts(n)})
		})
	}
	if n := parts["sets"]; n != nil {
		d.pairs(n, "sets", func(name string, n *yaml.Node) {
			d.lib.Sets = append(d.lib.Sets, templates.FieldSet{Name: name, Fields: d.fields(n, nil)})
		})
	}
	slices.SortFunc(d.lib.Layouts, func(a, b templates.LayoutSet) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(d.lib.Sets, func(a, b templates.FieldSet) int { return strings.Compare(a.Name, b.Name) })
	s.Library = d.lib
	return s, d.err()
}

// A decoder reads nodes and gathers what is wrong with them.
type decoder struct {
	file     string
	lib      Library
	at       map[string]*yaml.Node // where each field of the file begins
	problems []*Problem
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	p := &Problem{File: d.file, Message: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	d.problems = append(d.problems, p)
}

func (d *decoder) err() error {
	slices.SortStableFunc(d.problems, func(a, b *Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	errs := make([]error, len(d.problems))
	for i, p := range d.problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// load returns the only document of the text; nil: there is none.
func (d *decoder) load(text []byte) *yaml.Node {
	var documents []yaml.Node
	err := yaml.Load(text, &documents, yaml.WithAllDocuments())
	var e *yaml.LoadError
	switch {
	case errors.As(err, &e):
		d.problems = append(d.problems, &Problem{File: d.file, Line: e.Mark.Line, Column: e.Mark.Column,
			Message: "not YAML: " + strings.TrimPrefix(e.Message, "yaml: ")})
	case err != nil:
		d.fail(nil, "not YAML: %s", err)
	case len(documents) == 0 || len(documents[0].Content) == 0:
		d.fail(nil, "the file is empty; it begins with id: NAME")
	case len(documents) > 1:
		d.fail(&documents[1], "a second document begins; one is read")
	default:
		return documents[0].Content[0]
	}
	return nil
}

// keys returns the values of a mapping by key, of those that are known; the
// others, and those that stand there twice, are reported.
func (d *decoder) keys(n *yaml.Node, what, noun string, known []string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	d.pairs(n, what, func(key string, value *yaml.Node) { values[key] = value })
	if n.Kind != yaml.MappingNode {
		return values
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || slices.Contains(known, key.Value) {
			continue
		}
		delete(values, key.Value)
		d.fail(key, "unknown %s %q%s", noun, key.Value, meant(key.Value, known))
	}
	return values
}

// pairs calls visit for every key of a mapping.
func (d *decoder) pairs(n *yaml.Node, what string, visit func(key string, value *yaml.Node)) {
	switch n.Kind {
	case yaml.MappingNode:
	case yaml.AliasNode:
		d.fail(n, "anchors and aliases are not read; write the value out")
		return
	default:
		d.fail(n, "%s is not a list of keys with values", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.fail(key, "a key must be a word")
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

// text reads a single value, which is not blank.
func (d *decoder) text(n *yaml.Node, key string) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || strings.TrimSpace(n.Value) == "" {
		d.fail(n, "%s has no value", key)
		return ""
	}
	return n.Value
}

func (d *decoder) yes(n *yaml.Node, key string) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		d.fail(n, "%s is neither true nor false", key)
	}
	return n.Value == "true"
}

// list reads a list of values, of which none stands twice.
func (d *decoder) list(n *yaml.Node, key string) (values []string) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "%s is not a list; write [a, b]", key)
		return nil
	}
	for _, item := range n.Content {
		v := d.text(item, "an entry of "+key)
		if v == "" {
			continue
		}
		if slices.Contains(values, v) {
			d.fail(item, "%q stands here a second time", v)
		}
		values = append(values, v)
	}
	return values
}

// elsewhere are keys as other tools spell them, with ours.
var elsewhere = map[string]string{
	"field": "name", "column": "name", "header": "aliases", "headers": "aliases", "values": "enum",
	"mandatory": "required", "format": "layouts", "length": "max_length", "pii": "sensitive",
}

// meant is didYouMean for a key.
func meant(key string, known []string) string {
	if ours := elsewhere[key]; slices.Contains(known, ours) {
		return ", did you mean " + ours + "?"
	}
	return didYouMean(key, known)
}

func didYouMean(word string, words []string) string {
	if w := nearest.Of(word, words); w != "" {
		return ", did you mean " + w + "?"
	}
	return ""
}
