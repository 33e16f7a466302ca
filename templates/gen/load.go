package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/templates/source"
)

// A catalogue is what the files say, checked.
type catalogue struct {
	source.Library
	files []*source.File
}

// load reads fields.yaml and the template files it names. The error joins
// everything that is wrong.
func load(fsys fs.FS) (*catalogue, error) {
	text, err := fs.ReadFile(fsys, "fields.yaml")
	if err != nil {
		return nil, err
	}
	shared, err := source.ParseShared("fields.yaml", text)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(names) != len(shared.Templates)+1 {
		fail("fields.yaml: names %d templates, there are %d files", len(shared.Templates), len(names)-1)
	}
	c := &catalogue{Library: shared.Library}
	for _, s := range c.Sets {
		sourced(s.Fields, "fields.yaml", fail)
	}
	for _, id := range shared.Templates {
		name := id + ".yaml"
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			fail("%w", err)
			continue
		}
		f, err := c.Parse(name, text)
		if err != nil {
			fail("%w", err)
			continue
		}
		if f.ID != id {
			fail("%s: has the id %q", name, f.ID)
		}
		if f.Title == f.ID || f.Kind == f.ID || f.Source == "" || len(f.Entities) == 0 {
			fail("%s: title, kind, entities and source are needed", name)
		}
		sourced(f.Own, name, fail)
		c.files = append(c.files, f)
		c.Templates = append(c.Templates, f.Template)
	}
	return c, errors.Join(errs...)
}

// sourced reports fields that do not say which page describes them.
func sourced(fields []*templates.Field, file string, fail func(format string, args ...any)) {
	for _, f := range fields {
		if f.Source == file {
			fail("%s: %s: the source is missing", file, f.Name)
		}
	}
}
