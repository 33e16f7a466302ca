package cmd

import (
	"maps"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
)

// checkConstants refuses constants that the platform would refuse on every row,
// and those of a field that has a column too: one of the two would be passed
// over without a word.
func (j *judging) checkConstants(b *job) error {
	for _, name := range slices.Sorted(maps.Keys(b.flow.Const)) {
		value, where := b.flow.Const[name], "const: "
		if _, computed := b.flow.Mapping[name]; computed {
			where = "mapping: "
		}
		if at := b.flow.Places[name]; at != "" {
			where = at + ": " + where
		}
		if slices.Contains(j.consts, name+"="+value) {
			where = "--const " + name + "=" + value + ": "
		}
		if b.options.Mapping.Column(name) >= 0 {
			return usage("%s%s has a column in %s and a constant; leave one of them out", where, name, b.name)
		}
		if takes := wrongConstant(b.options.Template.Field(name), b.options.Layout, value); takes != "" {
			return usage("%s%s takes %s, not %q", where, name, takes, value)
		}
	}
	return nil
}

// wrongConstant says what a field takes if a value is not of it; else it is
// empty. layout is that of all dates; nil: those that the field takes.
func wrongConstant(f *templates.Field, layout *templates.Layout, value string) string {
	switch f.Type {
	case templates.Enum:
		if len(f.Enum) > 0 && !slices.Contains(f.Enum, value) {
			return oneOf(f.Enum, value)
		}
	case templates.Boolean:
		if value != "true" && value != "false" {
			return "true or false"
		}
	case templates.Integer:
		if a, ok := decimal.Parse([]byte(value)); !ok || a.Scale() > 0 {
			return "a whole number like 1234"
		}
	case templates.Decimal:
		if _, ok := decimal.Parse([]byte(value)); !ok {
			return "a plain number like 1234.50"
		}
	case templates.Date:
		return wrongDate(f, layout, value)
	}
	return ""
}

// wrongDate is wrongConstant for a date. Without a layout it takes what a
// column may be written in: the default of the field, or year first.
func wrongDate(f *templates.Field, layout *templates.Layout, value string) string {
	layouts := []*templates.Layout{layout}
	if layout == nil {
		layouts = layouts[:0]
		for i, spelling := range f.Layouts {
			if l, err := templates.ParseLayout(spelling); err == nil && (i == 0 || l.YearFirst()) {
				layouts = append(layouts, l)
			}
		}
	}
	for _, l := range layouts {
		if _, fit := l.Parse([]byte(value)); fit == templates.Fits {
			return ""
		}
	}
	if len(layouts) == 0 {
		return ""
	}
	return "a date like " + layouts[0].String() + " (--date-format names another)"
}

// oneOf names the values of a list: all that a line holds, or the first and
// the one that is meant.
func oneOf(list []string, value string) string {
	const most = 12
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + " and " + words.Count(int64(len(list)-most)) +
		" more (the nearest is " + nearest.Always(value, list) + ")"
}
