package cmd

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/expression"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/reference"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// loadLists reads the reference lists of a flow, with those of flags in place
// of the flow's own. Files of one run share what they have in common.
//
// Errors: of usage, where a list is unknown or cannot be read; or ctx has ended.
func (j *judging) loadLists(ctx context.Context, f config.Flow) (map[string]validate.List, error) {
	files := map[string][]string{}
	for name, file := range f.Lists {
		files[name] = []string{file}
	}
	given := map[string]bool{}
	for _, pair := range j.lists {
		name, file, ok := strings.Cut(pair, "=")
		if !ok || blank(file) {
			return nil, usage("--list takes NAME=FILE, not %q", pair)
		}
		if !slices.Contains(config.ListNames, name) {
			return nil, usage("--list: unknown list %q; the nearest is %s", name, nearest.Always(name, config.ListNames))
		}
		if !given[name] {
			files[name] = nil
		}
		given[name] = true
		files[name] = append(files[name], file)
	}
	lists := map[string]validate.List{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		key := name + "\x00" + strings.Join(files[name], "\x00")
		if j.loaded[key] == nil {
			set, err := reference.Load(ctx, name, files[name])
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				return nil, usage("list %s: %s", name, err)
			}
			put(&j.loaded, key, set)
		}
		lists[name] = j.loaded[key]
	}
	return lists, nil
}

// unmap takes out of a mapping the field that a header carries.
func unmap(mapping map[string]string, header string) {
	maps.DeleteFunc(mapping, func(_, text string) bool {
		e := expression.Parse(text)
		return e.Kind == expression.Header && templates.Fold(e.Value) == templates.Fold(header)
	})
}

// applyMapping moves the constants and plain headers among the expressions to
// where flags put them. All expressions stay for the rule that judges them.
func (b *job) applyMapping() error {
	b.options.Expressions = b.flow.Mapping
	b.flow.Map, b.flow.Const = maps.Clone(b.flow.Map), maps.Clone(b.flow.Const)
	for _, field := range slices.Sorted(maps.Keys(b.flow.Mapping)) {
		if _, twice := b.flow.Const[field]; twice {
			return usage("%s stands in mapping and in const; leave one of them out", field)
		}
		e := expression.Parse(b.flow.Mapping[field])
		for header, mapped := range b.flow.Map {
			if mapped == field {
				return usage("%s stands in mapping and in map; leave one of them out", field)
			}
			if e.Kind == expression.Header && templates.Fold(header) == templates.Fold(e.Value) {
				return usage("the header %s carries %s and %s; leave one of them out", header, mapped, field)
			}
		}
		switch {
		case len(e.Problems) > 0:
		case e.Kind == expression.Const:
			put(&b.flow.Const, field, e.Value)
		case e.Kind == expression.Header:
			put(&b.flow.Map, e.Value, field)
		}
	}
	b.options.Const = b.flow.Const
	return nil
}

// computed leaves out the expressions that are constants or columns that the
// file has. One that the file does not have is the business of the rule on
// expressions, so that it is not missing as well.
func computed(mapping map[string]string, header []string) map[string]string {
	left := map[string]string{}
	for field, text := range mapping {
		e := expression.Parse(text)
		switch {
		case len(e.Problems) == 0 && e.Kind == expression.Const:
		case len(e.Problems) == 0 && e.Kind == expression.Header && len(present(map[string]string{e.Value: field}, header)) > 0:
		default:
			left[field] = text
		}
	}
	return left
}
