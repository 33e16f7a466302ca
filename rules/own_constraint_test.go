package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/reference"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/templates/source"
	"github.com/connectplus/preflight/validate"
)

const ownTemplate = `
id: own-file
fields:
  - {name: key, level: customer, constraints: [unique_in_file, no_outer_space, text_not_number]}
  - {name: picture, level: customer, constraints: [url]}
  - {name: promotion, level: customer, constraints: [base64]}
  - {name: code, level: customer, constraints: ["regex:^[A-Z]{3}$"]}
  - {name: currency, level: customer, constraints: [iso4217]}
  - {name: store, level: customer, constraints: ["reference:stores"]}
  - {name: item, level: customer, constraints: ["reference:items"]}
  - {name: tender, level: customer, constraints: ["reference:tenders"]}
  - {name: member, level: customer, constraints: ["reference:customers"]}
  - {name: share, level: customer, type: decimal, constraints: [number, non_negative, "gte:5", "lte:10", "gt:1", "max_decimals:1"]}
  - {name: first, level: customer, type: date, layouts: [yyyy-MM-dd], constraints: ["before:last", not_future, not_before_org_minimum]}
  - {name: last, level: customer, type: date, layouts: [yyyy-MM-dd], constraints: [date_valid]}
  - {name: one, level: customer, constraints: ["excludes:two", "paired_with:three"]}
  - {name: two, level: customer, constraints: ["empty_if:three in [W,X]"]}
  - {name: three, level: customer}
  - {name: word, level: customer, type: enum, enum: [low], constraints: [lower_case]}
  - {name: text, level: customer, aliases: ["text#"], constraints: [unique_within_row]}
  - {name: open, level: customer, type: boolean, constraints: [boolean_true_false]}
`

// TestOwnConstraints holds that constraints are judged on the fields of users'
// templates as on those of the documents.
func TestOwnConstraints(t *testing.T) {
	text := "key,picture,promotion,code,currency,store,item,tender,member,share,first,last,one,two,three,word,text1,text2,open\n" +
		"K1,x.jpg,?,ab,ZZZ,S9,I9,T9,C9,11.55,2026-11-20,2026-11-10,1,2,X,LOW,a,a,Yes\n" +
		"K1,,,,,,,,,-4,2031-01-01,2026-02-30,1,,,low,,,\n" +
		"1.5E+11,,,,,,,,,4,2001-01-01,,,,,,,,\n"
	res := judgeOwn(t, ownTemplate, text)
	var got []string
	for _, f := range res.Findings {
		got = append(got, f.Pos.Field+" "+f.Rule)
	}
	want := []string{
		"picture url-format", "promotion base64-format", "code pattern-mismatch", "currency currency-missing", "store store-unknown",
		"item item-unknown", "tender tender-unknown", "member customer-unknown", "share decimal-places", "share value-range",
		"first date-order", "one excluded-value", "two excluded-value", "word enum-case", "text2 repeated-in-row", "open boolean-format",
		"key duplicate-identifier", "share negative-amount", "first date-future", "last date-invalid", "three pair-incomplete",
		"key spreadsheet-damage", "share value-range", "first date-too-old",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestConditionWords holds that a message repeats no cell of another column, and
// of a field about persons no value at all.
func TestConditionWords(t *testing.T) {
	res := judgeOwn(t, `
id: own-file
fields:
  - {name: kind, level: customer}
  - {name: name, level: customer, sensitive: true}
  - {name: note, level: customer, constraints: ["empty_if:kind in [BY_MAIL, BY_HAND]"]}
  - {name: remark, level: customer, constraints: ["empty_if:name is anna"]}
  - {name: reason, level: customer, required_if: name is anna}
`, "kind,name,note,remark,reason\nBy hand,Anna,1,2,\n")
	var got []string
	for _, f := range res.Findings {
		got = append(got, f.Rule+": "+f.Message)
	}
	want := []string{
		"excluded-value: {value} is to be blank where kind is BY_HAND",
		"excluded-value: {value} is to be blank where name has a value that the template names",
		"conditional-missing: reason is blank where name has a value that the template names",
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// judgeOwn judges a file by a template of a user.
func judgeOwn(t *testing.T, template, text string) *validate.FileResult {
	t.Helper()
	own, err := source.Builtin().Parse("own.yaml", []byte(template))
	if err != nil {
		t.Fatal(err)
	}
	src, err := table.Open("own.csv", strings.NewReader(text), int64(len(text)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	o := validate.Options{Template: templates.New(*own.Template), Chosen: true, Lists: map[string]validate.List{}}
	for _, name := range []string{"customers", "items", "stores", "tenders"} {
		o.Lists[name] = reference.Of(name, "Q1")
	}
	o.Today, _ = templates.ParseDay("2026-11-21")
	if o.Mapping, err = o.Template.Map(src.Header, templates.MapOptions{}); err != nil {
		t.Fatal(err)
	}
	plan, err := validate.Compile(src, rules.All(), o)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return res
}
