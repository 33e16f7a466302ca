package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/templates"
)

// The files in YAML. Unknown keys are errors.
type (
	sharedFile struct {
		Templates []string
		Layouts   map[string][]string
		Sets      map[string][]field
	}
	templateFile struct {
		ID, Title, Kind, Endpoint, Notes, Source string
		Entities                                 []string
		GroupBy                                  []string `yaml:"group_by"`
		AtLeastOne                               []string `yaml:"at_least_one"`
		Use                                      []string
		Fields                                   []field
	}
	field struct {
		Name, Level, Type, Layouts, Notes, Source string
		Required, Sensitive                       bool
		RequiredIf                                string `yaml:"required_if"`
		Aliases, Hints, Enum, Known               []string
		Constraints, Codes, Symptoms              []string
		Implies                                   []implication
		MaxLength                                 int `yaml:"max_length"`
	}
	implication struct {
		Headers      []string
		Field, Value string
	}
)

// A catalogue is what the files say, checked.
type catalogue struct {
	sets      []set // in the order of their names
	templates []template
}

type set struct {
	name   string
	fields []*templates.Field
}

type template struct {
	templates.Template // Fields: its own only
	use                []string
}

// load reads fields.yaml and the template files it names. The error joins
// everything that is wrong.
func load(fsys fs.FS) (*catalogue, error) {
	l := &loader{fsys: fsys}
	var shared sharedFile
	l.read("fields.yaml", &shared)
	l.layouts = shared.Layouts
	for name, list := range shared.Layouts {
		for _, s := range list {
			if _, err := templates.ParseLayout(s); err != nil {
				l.fail("layouts %s: %w", name, err)
			}
		}
	}
	c := &catalogue{}
	for name, fields := range shared.Sets {
		c.sets = append(c.sets, set{name, l.fields(name, fields)})
	}
	slices.SortFunc(c.sets, func(a, b set) int { return strings.Compare(a.name, b.name) })
	files, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(files) != len(shared.Templates)+1 {
		l.fail("fields.yaml: names %d templates, there are %d files", len(shared.Templates), len(files)-1)
	}
	for _, id := range shared.Templates {
		var f templateFile
		l.read(id+".yaml", &f)
		c.templates = append(c.templates, l.template(id, f, c.sets))
	}
	return c, errors.Join(l.errs...)
}

type loader struct {
	fsys    fs.FS
	layouts map[string][]string
	errs    []error
}

func (l *loader) fail(format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf(format, args...))
}

func (l *loader) read(name string, into any) {
	text, err := fs.ReadFile(l.fsys, path.Clean(name))
	if err != nil {
		l.fail("%w", err)
		return
	}
	if err := yaml.Load(text, into, yaml.WithKnownFields()); err != nil {
		l.fail("%s: %w", name, err)
	}
}

func (l *loader) template(id string, f templateFile, sets []set) template {
	t := template{use: f.Use, Template: templates.Template{
		ID: f.ID, Title: f.Title, Kind: f.Kind, Entities: f.Entities, GroupBy: f.GroupBy, AtLeastOne: f.AtLeastOne,
		Endpoint: f.Endpoint, Notes: f.Notes, Source: f.Source, Fields: l.fields(id, f.Fields),
	}}
	if f.ID != id {
		l.fail("%s: has the id %q", id, f.ID)
	}
	if f.Title == "" || f.Kind == "" || f.Source == "" || len(f.Entities) == 0 {
		l.fail("%s: title, kind, entities and source are needed", id)
	}
	var all []*templates.Field
	for _, name := range f.Use {
		i := slices.IndexFunc(sets, func(s set) bool { return s.name == name })
		if i < 0 {
			l.fail("%s: no field set %q", id, name)
			continue
		}
		all = append(all, sets[i].fields...)
	}
	all = append(all, t.Fields...)
	for _, e := range check(all, slices.Concat(f.GroupBy, f.AtLeastOne)) {
		l.fail("%s: %w", id, e)
	}
	return t
}

// check judges the fields of one template together.
func check(fields []*templates.Field, mentioned []string) (errs []error) {
	names := map[string]bool{}
	claims := map[string]string{} // folded header → field
	claim := func(header, field string) {
		folded := templates.Fold(header)
		if other, taken := claims[folded]; taken {
			errs = append(errs, fmt.Errorf("%s: %q already means %s", field, header, other))
		}
		claims[folded] = field
	}
	for _, f := range fields {
		names[f.Name] = true
		claim(f.Name, f.Name)
	}
	for _, f := range fields {
		for _, a := range f.Aliases {
			claim(a, f.Name)
		}
		if c := f.RequiredIf; c != nil {
			mentioned = append(append(mentioned, c.Blank...), c.Field)
		}
		for _, im := range f.Implies {
			mentioned = append(mentioned, im.Field)
			if by := claims[templates.Fold(im.Header)]; by != f.Name && by != "" {
				errs = append(errs, fmt.Errorf("%s: implies by %q, which means %s", f.Name, im.Header, by))
			}
		}
	}
	for _, f := range fields {
		for _, h := range f.Hints {
			if by := claims[templates.Fold(h)]; by != "" {
				errs = append(errs, fmt.Errorf("%s: hint %q already means %s", f.Name, h, by))
			}
		}
	}
	for _, m := range mentioned {
		if m != "" && !names[m] {
			errs = append(errs, fmt.Errorf("no field %q", m))
		}
	}
	return errs
}

func (l *loader) fields(owner string, list []field) []*templates.Field {
	var out []*templates.Field
	for _, f := range list {
		where := owner + ": " + f.Name
		t := &templates.Field{
			Name: f.Name, Aliases: f.Aliases, Hints: f.Hints, Level: templates.Level(f.Level), Required: f.Required,
			Enum: f.Enum, Known: f.Known, MaxLen: f.MaxLength, Constraints: f.Constraints, Codes: f.Codes,
			Symptoms: f.Symptoms, Sensitive: f.Sensitive, Notes: f.Notes, Source: f.Source,
			Type: l.fieldType(where, f), RequiredIf: l.condition(where, f.RequiredIf),
		}
		if f.Layouts != "" {
			if t.Layouts = l.layouts[f.Layouts]; t.Layouts == nil {
				l.fail("%s: no layouts %q", where, f.Layouts)
			}
		}
		for _, im := range f.Implies {
			for _, h := range im.Headers {
				t.Implies = append(t.Implies, templates.Implication{Header: h, Field: im.Field, Value: im.Value})
			}
		}
		l.field(where, t)
		out = append(out, t)
	}
	return out
}

func (l *loader) fieldType(where string, f field) templates.Type {
	for t := templates.Text; t <= templates.Email; t++ {
		if t.String() == f.Type {
			return t
		}
	}
	l.fail("%s: no type %q", where, f.Type)
	return templates.Text
}

// codeForm is how fields name status codes.
var codeForm = regexp.MustCompile(`^[a-z0-9-]+:[0-9]+$`)

// field judges one field by itself.
func (l *loader) field(where string, f *templates.Field) {
	if f.Name == "" || f.Source == "" {
		l.fail("%s: name and source are needed", where)
	}
	if !slices.Contains([]templates.Level{templates.Bill, templates.Line, templates.Payment, templates.Customer}, f.Level) {
		l.fail("%s: no level %q", where, f.Level)
	}
	if (f.Type == templates.Enum) != (len(f.Enum) > 0) {
		l.fail("%s: an enum needs its list, and nothing else has one", where)
	}
	if (f.Type == templates.Date) != (len(f.Layouts) > 0) {
		l.fail("%s: a date needs its layouts, and nothing else has them", where)
	}
	if f.Required && f.RequiredIf != nil {
		l.fail("%s: required and required_if", where)
	}
	for _, c := range f.Constraints {
		name, _, _ := strings.Cut(c, ":")
		if !slices.Contains(constraints, name) {
			l.fail("%s: no constraint %q", where, name)
		}
	}
	for _, c := range f.Codes {
		if !codeForm.MatchString(c) {
			l.fail("%s: %q is no status code like transaction:604", where, c)
		}
	}
	for _, list := range [][]string{f.Aliases, f.Hints, f.Enum, f.Known, f.Codes, f.Constraints} {
		for i, s := range list {
			if strings.TrimSpace(s) == "" || slices.Contains(list[:i], s) {
				l.fail("%s: %q is blank or stands twice", where, s)
			}
		}
	}
}

// constraints are the names that rules look for.
var constraints = []string{
	"approx", "base64", "before", "boolean_true_false", "case_exact", "country_code", "date_valid", "email_if",
	"email_syntax", "empty_if", "eq", "equal_within_group", "excludes", "gt", "gte", "iso4217", "lower_case", "lte",
	"lte_sold_on_return", "max_decimals", "mobile_digits_if", "no_outer_space", "non_negative",
	"not_before_org_minimum", "not_future", "number", "paired_with", "reference", "regex", "text_not_number",
	"unique_in_file", "unique_in_scope", "unique_within_group", "unique_within_row", "url",
}

var (
	oneOf   = regexp.MustCompile(`^(\S+) in \[([^\[\]]+)\]$`)
	is      = regexp.MustCompile(`^(\S+) is (\S+)$`)
	neither = regexp.MustCompile(`^no (\S+) and no (\S+)$`)
)

func (l *loader) condition(where, s string) *templates.Condition {
	if m := oneOf.FindStringSubmatch(s); m != nil {
		return &templates.Condition{Field: m[1], Values: strings.Split(m[2], ", ")}
	}
	if m := is.FindStringSubmatch(s); m != nil {
		return &templates.Condition{Field: m[1], Values: []string{m[2]}}
	}
	if m := neither.FindStringSubmatch(s); m != nil {
		return &templates.Condition{Blank: []string{m[1], m[2]}}
	}
	if s != "" {
		l.fail("%s: cannot judge %q: write F in [A, B], F is V or no F and no G, or a note", where, s)
	}
	return nil
}
