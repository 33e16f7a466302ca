package config_test

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/rules"
)

func TestMerge(t *testing.T) {
	c, err := config.Parse("preflight.yaml", []byte(`version: 1
flows:
  - name: tickets
    template: transaction-line-item-merge
    merge:
      bill: {pattern: 'Doc.*\.dat', name: Doc<common>.dat, keys: [Doc No]}
      line: {pattern: 'Tkt.*\.dat', header: [Ref, Item]}
`), rules.All())
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Flow("Tkt1.dat", "")
	if err != nil || f.Name != "tickets" {
		t.Fatalf("the pattern of a role does not choose the flow: %q, %v", f.Name, err)
	}
	if b := f.Merge["bill"]; b.Name != "Doc<common>.dat" || strings.Join(b.Keys, "|") != "Doc No" {
		t.Errorf("bill: %+v", b)
	}
	if l := f.Merge["line"]; strings.Join(l.Header, "|") != "Ref|Item" || l.Pattern.MatchString("xTkt1.dat") {
		t.Errorf("line: %+v", l)
	}
	if f, _ := c.Flow("other.dat", ""); f.Name != "" {
		t.Errorf("a name that no role takes is of flow %q", f.Name)
	}
}

func TestMergeProblems(t *testing.T) {
	for text, want := range map[string]string{
		"merge: {bills: {}}":             `unknown role "bills", did you mean bill?`,
		"merge: {bill: {pattern: '('}}":  "no regular expression",
		"merge: {bill: {name: Doc.dat}}": "does not hold <common> once",
		"merge: {line: {keys: []}}":      "keys is an empty list",
		"merge: {line: {header: 'a'}}":   "header is not a list",
		"merge: {line: {names: ['a']}}":  `unknown key "names"`,
		"merge: {payment: 'payments.*'}": "merge: payment is not a list of keys with values",
	} {
		_, err := config.Parse("p.yaml", []byte("version: 1\nflows:\n  - name: a\n    "+text+"\n"), rules.All())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
