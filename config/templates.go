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
		text, err := readTemplate(path)
		if err != nil {
			var p *os.PathError
			if errors.As(err, &p) {
				err = p.Err
			}
			d.lost = true
			d.fail(n, "cannot read the template file %s: %s", name, err)
			return false
		}
		f, err := lib.Parse(path, text)
		if err != nil {
			d.adopt(err)
			d.defective(text)
			return false
		}
		lib.Templates = slices.Concat(lib.Templates, []*templates.Template{f.Template})
		d.own = append(d.own, f.Template)
		return true
	})
	c.Defaults.Templates = d.own
}

// templateLimit bounds a template file, in bytes.
const templateLimit = 4 << 20

// readTemplate reads a regular file; what is none may have no end.
func readTemplate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no file")
	case info.Size() > templateLimit:
		return nil, errors.New("it is larger than 4 MiB")
	}
	return os.ReadFile(path)
}

// defective notes which template a file that has problems was meant to hold.
func (d *decoder) defective(text []byte) {
	var file struct {
		ID string `yaml:"id"`
	}
	if err := yaml.Load(text, &file); err != nil || file.ID == "" {
		d.lost = true
		return
	}
	d.broken = append(d.broken, file.ID)
}

// adopt takes over the problems of a template file.
func (d *decoder) adopt(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			d.adopt(e)
		}
		return
	}
	if p, ok := errors.AsType[*Problem](err); ok {
		d.problems = append(d.problems, p)
	}
}
