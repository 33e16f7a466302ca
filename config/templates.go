package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/templates/source"
)

// templatesKey stands at the top of the file only. Its files are read before
// all other settings, which may name what is in them.
const templatesKey = "templates"

// templates reads the files that the key names, each seen from the folder of
// the settings. A later file may extend the template of an earlier one.
func (d *decoder) templates(c *Config, root *yaml.Node) {
	var files *yaml.Node
	for i := 0; root.Kind == yaml.MappingNode && i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == templatesKey {
			files = root.Content[i+1]
			break
		}
	}
	switch {
	case files == nil:
		return
	case files.Kind == yaml.SequenceNode && len(files.Content) == 0:
		d.fail(files, "templates is an empty list; leave it out, or name at least one")
	}
	lib := source.Builtin()
	d.list(files, templatesKey, func(n *yaml.Node, name string) bool {
		path := filepath.FromSlash(name)
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(d.file), path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			var p *os.PathError
			if errors.As(err, &p) {
				err = p.Err
			}
			d.fail(n, "cannot read the template file %s: %s", name, err)
			return false
		}
		f, err := lib.Parse(path, text)
		if err != nil {
			d.adopt(err)
			return false
		}
		lib.Templates = slices.Concat(lib.Templates, []*templates.Template{f.Template})
		d.own = append(d.own, f.Template)
		return true
	})
	c.Defaults.Templates = d.own
}

// adopt takes over the problems of a template file.
func (d *decoder) adopt(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			d.adopt(e)
		}
		return
	}
	var p *source.Problem
	if errors.As(err, &p) {
		d.problems = append(d.problems, &Problem{File: p.File, Line: p.Line, Column: p.Column, Message: p.Message})
	}
}
