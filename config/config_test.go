package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectplus/preflight/validate"
)

type tolerance struct {
	Days  int      `yaml:"days" doc:"Days."`
	Words []string `yaml:"words" doc:"Words."`
	Loose bool     `yaml:"loose" doc:"Loose."`
	Scope string   `yaml:"scope" doc:"Scope." enum:"org,store"`
	Most  int      `yaml:"most" doc:"Most."`
}

func (t *tolerance) Validate() error {
	switch {
	case t.Days < 0:
		return fmt.Errorf("days is %d; it takes a number from 0", t.Days)
	case t.Most > 0 && t.Most < t.Days:
		return errors.New("most is below days")
	}
	return nil
}

// testRules are two rules, one with parameters.
func testRules() []*validate.Rule {
	return []*validate.Rule{
		{ID: "negative-amount", Severity: validate.Error},
		{ID: "date-too-old", Severity: validate.Warning, Params: &tolerance{Days: 365, Words: []string{"a"}}},
	}
}

func TestParse(t *testing.T) {
	const text = `version: 1
flows:
  - name: sales
    pattern: 'sales_\d+\.csv'
    date_format: dd/MM/yyyy
    rules: {date-too-old: {days: 30, severity: error}}
    map: {Bill No: billNumber}
  - pattern: '.*\.txt'
    delimiter: tab
    header: [a, b]
    headerless: true
    ignore: [negative-amount]
template: transaction-v2-add
map: {Bill No: billAmount}
rules:
  negative-amount: {severity: off}
  date-too-old: {words: [x, y], loose: true}
accept: [.CSV, txt]
fail_on: never
`
	rules := testRules()
	c, err := Parse("preflight.yaml", []byte(text), rules)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Flow("sales_1.csv", "")
	if err != nil {
		t.Fatal(err)
	}
	old := f.Params["date-too-old"].(*tolerance)
	for _, check := range []struct{ what, got, want string }{
		{"name", f.Name, "sales"},
		{"template from the top", f.Template, "transaction-v2-add"},
		{"map of the flow", f.Map["Bill No"], "billNumber"},
		{"map of the top", c.Defaults.Map["Bill No"], "billAmount"},
		{"extensions", strings.Join(f.Accept, " "), "csv txt"},
		{"words of the top", strings.Join(old.Words, " "), "x y"},
		{"fail_on", f.FailOn, "never"},
	} {
		if check.got != check.want {
			t.Errorf("%s: got %q, want %q", check.what, check.got, check.want)
		}
	}
	if old.Days != 30 || !old.Loose {
		t.Errorf("parameters = %+v, want 30 days from the flow and loose from the top", old)
	}
	if d := c.Defaults.Params["date-too-old"].(*tolerance).Days; d != 365 {
		t.Errorf("a flow changed the defaults: %d days, want 365", d)
	}
	if got := rules[1].Params.(*tolerance); got.Days != 365 || got.Words[0] != "a" {
		t.Errorf("the rule's own parameters changed: %+v", got)
	}
	if f.Severity["negative-amount"] != validate.Off || f.Severity["date-too-old"] != validate.Error {
		t.Errorf("severities = %v, want off and error", f.Severity)
	}
	if f, _ = c.Flow("x.txt", ""); f.Delimiter != '\t' || !f.Headerless || len(f.Header) != 2 || f.Ignore[0] != "negative-amount" {
		t.Errorf("second flow = %+v", f)
	}
}

func TestFlow(t *testing.T) {
	c, err := Parse("p.yaml", []byte("version: 1\nflows:\n- {name: a, pattern: 'a|ab'}\n- {name: b, pattern: 'a.*'}\n- {name: c}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ base, name, want, err string }{
		{base: "a", want: "a"},
		{base: "ab", want: "a"},
		{base: "abc", want: "b"}, // the whole name must match
		{base: "xa", want: ""},
		{base: "xa", name: "c", want: "c"},
		{base: "a", name: "cc", err: `p.yaml has no flow "cc"; the nearest is c`},
	} {
		f, err := c.Flow(test.base, test.name)
		if f.Name != test.want || message(err) != test.err {
			t.Errorf("Flow(%q, %q) = %q, %v, want %q, %q", test.base, test.name, f.Name, err, test.want, test.err)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseProblems(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", " \n", `p.yaml: the file is empty; it begins with "version: 1"`},
		{"comment only", "# nothing\n", `p.yaml: the file is empty; it begins with "version: 1"`},
		{"two documents", "version: 1\n---\nversion: 1\n", "p.yaml:2:1: a second document begins; one is read"},
		{"no version", "accept: [csv]\n", `p.yaml:1:1: "version: 1" is missing`},
		{"other version", "version: 2\n", `p.yaml:1:10: version is not one that this preflight reads: it reads 1`},
		{"not a mapping", "- a\n", "p.yaml:1:1: the file is not a list of keys with values"},
		{"not YAML", "version: 1\n  a: [\n", "p.yaml:2:4: not YAML: mapping values are not allowed in this context"},
		{"unknown key", "version: 1\nacept: [csv]\n", `p.yaml:2:1: unknown key "acept", did you mean accept?`},
		{"flow key at the top", "version: 1\npattern: x\n", `p.yaml:2:1: unknown key "pattern"`},
		{"twice", "version: 1\nunzip: true\nunzip: false\n", `p.yaml:3:1: "unzip" stands here a second time`},
		{"all at once", "version: 1\nunzip: 1\ndelimiter: ab\ndecimal: x\ncountries: [IN, india]\n",
			"p.yaml:2:8: unzip is neither true nor false\n" +
				"p.yaml:3:12: delimiter \"ab\" is not one character, nor the word tab\n" +
				"p.yaml:4:10: decimal \"x\" is neither \".\" nor \",\"\n" +
				"p.yaml:5:17: \"india\" is no country code of two capitals, such as IN"},
		{"unknown rule", "version: 1\nignore: [negativ-amount]\nrules: {date-to-old: {}}\n",
			"p.yaml:2:10: unknown rule \"negativ-amount\", did you mean negative-amount?\n" +
				"p.yaml:3:9: unknown rule \"date-to-old\", did you mean date-too-old?"},
		{"parameters", "version: 1\nrules:\n  date-too-old: {day: 3, days: x, severity: eror}\n  negative-amount: {days: 3}\n",
			"p.yaml:3:18: unknown key \"day\", did you mean days?\n" +
				"p.yaml:3:32: days is \"x\"; it takes a whole number\n" +
				"p.yaml:3:45: severity is \"eror\"; it takes error, warning, info, off\n" +
				"p.yaml:4:21: unknown key \"days\""},
		{"pattern", "version: 1\nflows:\n  - pattern: '(a'\n", "p.yaml:3:14: pattern \"(a\" is no regular expression: missing closing )"},
		{"pattern of halves", "version: 1\nflows:\n  - pattern: 'a)(b'\n", "p.yaml:3:14: pattern \"a)(b\" is no regular expression: unexpected )"},
		{"empty flow", "version: 1\nflows:\n  - unzip: true\n", "p.yaml:3:5: the flow has neither a pattern nor a name, so no file can belong to it"},
		{"same name", "version: 1\nflows: [{name: a}, {name: a}]\n", `p.yaml:2:20: a second flow is called "a"`},
		{"alias", "version: 1\nmap: &m {}\nconst: *m\n", "p.yaml:3:8: anchors and aliases are not read; write the value out"},
		{"template", "version: 1\ntemplate: transaction-add\n", `p.yaml:2:11: unknown template "transaction-add"; the nearest is transaction-v2-add`},
		{"field", "version: 1\nconst: {sorce: INSTORE}\n", `p.yaml:2:16: no template has a field "sorce"; the nearest is source`},
		{"value of a closed parameter", "version: 1\nrules:\n  date-too-old: {scope: shop, days: -1}\n",
			"p.yaml:3:25: scope is \"shop\"; it takes org, store"},
		{"parameter without sense", "version: 1\nrules:\n  date-too-old: {loose: true, days: -1}\n",
			"p.yaml:3:37: days is -1; it takes a number from 0"},
		{"parameters that clash", "version: 1\nrules:\n  date-too-old:\n    most: 3\n", "p.yaml:4:11: most is below days"},
		{"clash with the top", "version: 1\nrules: {date-too-old: {most: 400}}\nflows: [{name: a, rules: {date-too-old: {days: 500}}}]\n",
			"p.yaml:3:41: most is below days"},
		{"empty lists", "version: 1\nheader: []\nselect: []\ngroup_by: []\naccept: []\nignore: []\n",
			"p.yaml:2:9: header is an empty list; leave it out, or name at least one\n" +
				"p.yaml:3:9: select is an empty list; leave it out, or name at least one\n" +
				"p.yaml:4:11: group_by is an empty list; leave it out, or name at least one\n" +
				"p.yaml:5:9: accept is an empty list; leave it out, or name at least one"},
		{"blank names", "version: 1\nheader: [a, ' ']\nconst: {source: ''}\n",
			"p.yaml:2:13: a name in header is blank\np.yaml:3:17: the constant source is blank"},
		{"no value", "version: 1\ntemplate:\n", "p.yaml:2:10: template has no value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse("p.yaml", []byte(test.text), testRules())
			if message(err) != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if err != nil && c != nil {
				t.Error("a broken file gave a configuration too")
			}
		})
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	top := filepath.Join(root, FileName)
	if err := os.WriteFile(top, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, ok := Find(deep); got != top || !ok {
		t.Errorf("Find = %q, %v, want that two folders up", got, ok)
	}
	near := filepath.Join(root, "a", FileName)
	if err := os.WriteFile(near, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, _ := Find(deep); got != near {
		t.Errorf("Find = %q, want the nearest, %q", got, near)
	}
}

func TestParams(t *testing.T) {
	got := Params(testRules()[1])
	if len(got) != 5 || got[0].Name != "days" || got[0].Default != int64(365) || got[2].Default != false || strings.Join(got[3].Values, " ") != "org store" {
		t.Errorf("Params = %+v", got)
	}
	if got := Params(testRules()[0]); got != nil {
		t.Errorf("Params of a rule without = %+v", got)
	}
}

// FuzzParse holds that no text makes Parse panic, and that every problem has
// the name of the file and a place inside it.
func FuzzParse(f *testing.F) {
	f.Add("version: 1\n")
	f.Add("version: 1\nflows:\n  - {name: a, pattern: '.*', rules: {date-too-old: {days: 3}}}\nmap: {A: b}\n")
	f.Add("version: 1\nrules: {negative-amount: {severity: off}}\naccept: [csv]\n? [a]\n: b\n")
	f.Add("&a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("p.yaml", []byte(text), testRules())
		if (c == nil) == (err == nil) {
			t.Fatalf("configuration %v, error %v: want one of them", c, err)
		}
		if err == nil {
			return
		}
		problems := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			problems = joined.Unwrap()
		}
		for _, e := range problems {
			if p := e.(*Problem); p.File != "p.yaml" || p.Line < 0 || p.Line > len(text)+2 || p.Line > 0 && p.Column < 1 {
				t.Errorf("problem %v lies outside the file", p)
			}
		}
	})
}
