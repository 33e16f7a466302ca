package source

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/templates"
)

// A constraint is a word that fields hold their values to, as some rule reads it.
type constraint struct {
	word string
	form form             // of what stands behind its colon
	on   []templates.Type // that it can be judged on; none: any
	// tied: rules know the fields of the documents that carry it, and their
	// arguments. On another field nothing would judge it.
	tied bool
}

// A form is what a constraint takes behind its colon.
type form uint8

const (
	bare     form = iota // nothing
	number               // gt:0
	count                // max_decimals:3
	fieldRef             // before:endTime
	pattern              // regex:^[0-9]+$
	list                 // reference:stores
	when                 // empty_if:type is RETURN
	other                // eq:sum(lineItemsV2.amount), as the documents have it
)

// String says what stands behind the colon.
func (f form) String() string {
	return [...]string{"nothing", "a number", "a whole number, 0 or more", "a field", "a regular expression", "one of " + strings.Join(lists(), ", "),
		"a condition: F in [A, B], F is V, or no F and no G", "something"}[f]
}

// lists are the reference lists that fields may name.
func lists() []string { return []string{"customers", "items", "stores", "tenders"} }

var (
	numeric = []templates.Type{templates.Integer, templates.Decimal}
	dates   = []templates.Type{templates.Date}
	enums   = []templates.Type{templates.Enum}
)

// constraints returns all of them, by word. The tests of package rules hold that
// a rule reads each.
func constraints() []constraint {
	return []constraint{
		{word: "approx", form: other, on: numeric, tied: true},
		{word: "base64", on: []templates.Type{templates.Text}},
		{word: "before", form: fieldRef, on: dates},
		{word: "boolean_true_false", on: []templates.Type{templates.Boolean}},
		{word: "case_exact", on: enums},
		{word: "country_code", on: []templates.Type{templates.Mobile}},
		{word: "date_valid", on: dates},
		{word: "email_if", form: other, tied: true},
		{word: "email_syntax", on: []templates.Type{templates.Email}},
		{word: "empty_if", form: when},
		{word: "eq", form: other, on: numeric, tied: true},
		{word: "equal_within_group"},
		{word: "excludes", form: fieldRef},
		{word: "gt", form: number, on: numeric},
		{word: "gte", form: number, on: numeric},
		{word: "iso4217", on: []templates.Type{templates.Text}},
		{word: "lower_case", on: enums},
		{word: "lte", form: number, on: numeric},
		{word: "lte_sold_on_return", on: numeric, tied: true},
		{word: "max_decimals", form: count, on: []templates.Type{templates.Decimal}},
		{word: "mobile_digits_if", form: other, tied: true},
		{word: "no_outer_space"},
		{word: "non_negative", on: numeric},
		{word: "not_before_org_minimum", on: dates},
		{word: "not_future", on: dates},
		{word: "number", on: numeric},
		{word: "paired_with", form: fieldRef},
		{word: "reference", form: list},
		{word: "regex", form: pattern},
		{word: "text_not_number"},
		{word: "unique_in_file"},
		{word: "unique_in_scope", form: other, tied: true},
		{word: "unique_within_group", tied: true},
		{word: "unique_within_row"},
		{word: "url", on: []templates.Type{templates.Text}},
	}
}

func (d *decoder) constraints(f *templates.Field, n *yaml.Node) {
	f.Constraints = d.list(n, "constraints")
	var words []string
	for _, c := range constraints() {
		words = append(words, c.word)
	}
	for _, text := range f.Constraints {
		word, argument, _ := strings.Cut(text, ":")
		i := slices.Index(words, word)
		if i < 0 {
			d.fail(n, "%s: unknown constraint %q%s", f.Name, word, didYouMean(word, words))
		} else if len(d.lib.Templates) > 0 { // the documents say what they will, and the tests of the rules read it
			d.constraint(f, n, &constraints()[i], text, argument)
		}
	}
}

// constraint judges one as a field of a user has it.
func (d *decoder) constraint(f *templates.Field, n *yaml.Node, c *constraint, text, argument string) {
	switch known := d.documented(f.Name, text); {
	case len(c.on) > 0 && !slices.Contains(c.on, f.Type):
		d.fail(n, "%s: %s is for fields of type %s, and this one is of type %s", f.Name, c.word, typeNames(c.on), f.Type)
	case c.word == "equal_within_group" && f.Level != templates.Bill:
		d.fail(n, "%s: equal_within_group is for fields of level bill", f.Name)
	case known:
	case c.tied:
		d.fail(n, "%s: %s is judged only on the fields that have it in the documents, as it stands there", f.Name, c.word)
	case !c.form.takes(argument):
		d.fail(n, "%s: %q is no argument of %s, which takes %s", f.Name, argument, c.word, c.form)
	}
}

// documented reports whether the documents put a constraint on a field of that
// name, so that rules know both.
func (d *decoder) documented(field, text string) bool {
	has := func(f *templates.Field) bool { return f.Name == field && slices.Contains(f.Constraints, text) }
	return slices.ContainsFunc(d.lib.Templates, func(t *templates.Template) bool { return slices.ContainsFunc(t.Fields, has) }) ||
		slices.ContainsFunc(d.lib.Sets, func(s templates.FieldSet) bool { return slices.ContainsFunc(s.Fields, has) })
}

// takes reports whether an argument has the form. That a field exists is known
// only when all are read.
func (f form) takes(argument string) bool {
	switch f {
	case bare:
		return argument == ""
	case number:
		return plainNumber().MatchString(argument)
	case count:
		n, err := strconv.Atoi(argument)
		return err == nil && n >= 0
	case pattern:
		_, err := regexp.Compile(argument)
		return err == nil && argument != ""
	case list:
		return slices.Contains(lists(), argument)
	case when:
		return templates.ParseCondition(argument) != nil
	}
	return argument != ""
}

var plainNumber = lazily(`^-?[0-9]+(\.[0-9]+)?$`)

// named returns the fields that the constraints of a field name.
func named(f *templates.Field) (fields []string) {
	for _, text := range f.Constraints {
		word, argument, _ := strings.Cut(text, ":")
		i := slices.IndexFunc(constraints(), func(c constraint) bool { return c.word == word })
		if i < 0 {
			continue
		}
		switch constraints()[i].form {
		case fieldRef:
			fields = append(fields, argument)
		case when:
			if c := templates.ParseCondition(argument); c != nil {
				fields = append(fields, c.Fields()...)
			}
		}
	}
	return fields
}

// typeNames lists types: "integer or decimal".
func typeNames(on []templates.Type) string {
	var names []string
	for _, t := range on {
		names = append(names, t.String())
	}
	return strings.Join(names, " or ")
}
