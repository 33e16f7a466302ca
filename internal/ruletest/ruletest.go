// Package ruletest runs rules over small files and writes what they find as
// lines, so that a test is a file and the lines it is to give.
//
// It knows no rule: callers pass them in.
package ruletest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/reference"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// Today is the day on which examples are judged, unless they say otherwise.
const Today = "2026-11-21"

// A File is one file to be judged, and how. The zero value of an option means
// what the command line means by leaving it out.
type File struct {
	Name     string // default in.csv
	Text     string
	Template string // default transaction-v2-add
	// Whole keeps the whole template. Without it the template is cut to the
	// columns of the file, so that examples need not carry all that a row needs.
	Whole   bool
	Read    table.Options
	Map     map[string]string   // header → field
	Options validate.Options    // Template, Mapping and Chosen are set by Judge
	Layout  string              // of all dates
	Today   string              // YYYY-MM-DD; default Today
	Lists   map[string][]string // reference lists: name → values
}

// Judge runs rules over a file.
func Judge(rules []*validate.Rule, f File) (*validate.FileResult, error) {
	res, src, err := Open(rules, f)
	if src != nil {
		src.Close()
	}
	return res, err
}

// Open is Judge for a file whose source is still needed. The caller closes it, also
// after an error, unless it is nil.
func Open(rules []*validate.Rule, f File) (*validate.FileResult, *table.Source, error) {
	src, err := f.open()
	if err != nil {
		return nil, nil, err
	}
	res, err := judge(rules, f, src)
	return res, src, err
}

// open fills in what the file leaves out, and opens it.
func (f *File) open() (*table.Source, error) {
	if f.Name == "" {
		f.Name = "in.csv"
	}
	if f.Template == "" {
		f.Template = "transaction-v2-add"
	}
	if f.Today == "" {
		f.Today = Today
	}
	if strings.HasSuffix(f.Name, ".xlsx") {
		f.Text, _ = Workbook(f.Text)
	}
	return table.Open(f.Name, strings.NewReader(f.Text), int64(len(f.Text)), f.Read)
}

// judge is Judge for a file that open has opened.
func judge(rules []*validate.Rule, f File, src *table.Source) (_ *validate.FileResult, err error) {
	o := f.Options
	var ok bool
	if o.Template, ok = templates.ByID(f.Template); !ok {
		return nil, fmt.Errorf("no template %q", f.Template)
	}
	if o.Place.Role != "" {
		o.Template = validate.PartOf(o.Template, o.Place.Role)
	}
	mapping := templates.MapOptions{Explicit: f.Map, Given: true, Const: o.Const, Computed: o.Expressions}
	if !f.Whole {
		if o.Template, err = cut(o.Template, src.Header, mapping); err != nil {
			return nil, err
		}
	}
	if o.Mapping, err = o.Template.Map(src.Header, mapping); err != nil {
		return nil, err
	}
	if f.Layout != "" {
		if o.Layout, err = templates.ParseLayout(f.Layout); err != nil {
			return nil, err
		}
	}
	if o.Today, ok = templates.ParseDay(f.Today); !ok {
		return nil, fmt.Errorf("today: %q is no day", f.Today)
	}
	o.Chosen = true
	o.Headerless = f.Read.Headerless || f.Read.Header != nil
	for name, values := range f.Lists {
		if o.Lists == nil {
			o.Lists = map[string]validate.List{}
		}
		o.Lists[name] = reference.Of(name, values...)
	}
	if o.Refuses == nil {
		o.Refuses, o.Shows = codes.Refuses, codes.Shows
	}
	plan, err := validate.Compile(src, rules, o)
	if err != nil {
		return nil, err
	}
	res, err := plan.Run(context.Background())
	if err != nil {
		return nil, err
	}
	return res, res.Err
}

// cut returns a template with only those fields that a header carries, implies
// or that are constants.
func cut(t *templates.Template, header []string, o templates.MapOptions) (*templates.Template, error) {
	m, err := t.Map(header, o)
	if err != nil {
		return nil, err
	}
	keep := func(name string) bool {
		_, constant := o.Const[name]
		_, implied := m.Implied[name]
		return constant || implied || m.Column(name) >= 0
	}
	only := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !keep(n) })
	}
	c := t.Cut(func(f *templates.Field) bool { return f.Wildcard() || keep(f.Name) })
	c.AtLeastOne = only(t.AtLeastOne)
	if len(only(t.GroupBy)) < len(t.GroupBy) {
		c.GroupBy = nil
	}
	return c, nil
}

// Lines writes findings as they stand in the wants of examples, in their order:
//
//	row:header: rule: message
//	row: rule: message        a row as a whole
//	rule: message             the file
//
// Values are quoted and never masked.
func Lines(findings []validate.Finding) []string {
	var lines []string
	for _, f := range findings {
		lines = append(lines, place(f)+f.Rule+": "+Message(f))
	}
	return lines
}

// Message fills the value into the message of a finding.
func Message(f validate.Finding) string {
	return strings.ReplaceAll(f.Message, "{value}", strconv.Quote(f.Value))
}

// Fixes writes the repairs that findings offer:
//
//	row:header: rule: title
//	row:header: rule: title (unsafe)
func Fixes(findings []validate.Finding) []string {
	var lines []string
	for _, f := range findings {
		if f.Fix == nil {
			continue
		}
		line := place(f) + f.Rule + ": " + f.Fix.Title
		if !f.Fix.Safe {
			line += " (unsafe)"
		}
		lines = append(lines, line)
	}
	return lines
}

// Causes writes what the findings of a rule and column have in common:
//
//	error: rule: header: 12, 3 fixable: all 12 read as DD/MM/YYYY
func Causes(causes []validate.Cause) []string {
	var lines []string
	for _, c := range causes {
		line := severityName(c.Severity) + ": " + c.Rule + ": "
		if c.Header != "" {
			line += c.Header + ": "
		}
		line += strconv.FormatInt(c.Count, 10)
		if c.Fixable > 0 {
			line += fmt.Sprintf(", %d fixable", c.Fixable)
		}
		if c.Summary != "" {
			line += ": " + c.Summary
		}
		lines = append(lines, line)
	}
	return lines
}

func severityName(s validate.Severity) string {
	return [...]string{"off", "info", "warning", "error"}[s]
}

func place(f validate.Finding) string {
	p := ""
	if f.Pos.Row > 0 {
		p = strconv.FormatInt(f.Pos.Row, 10) + ":"
		if f.Pos.Header != "" {
			p += f.Pos.Header + ":"
		}
		p += " "
	}
	return p
}

// Diff says in a few lines how got differs from want; it is empty where they
// agree.
func Diff(got, want []string) string {
	if slices.Equal(got, want) {
		return ""
	}
	var b strings.Builder
	for _, l := range want {
		if !slices.Contains(got, l) {
			fmt.Fprintf(&b, "\n- %s", l)
		}
	}
	for _, l := range got {
		if !slices.Contains(want, l) {
			fmt.Fprintf(&b, "\n+ %s", l)
		}
	}
	if b.Len() == 0 {
		return "\nthe lines agree, their order does not:\n  " + strings.Join(got, "\n  ")
	}
	return b.String()
}
