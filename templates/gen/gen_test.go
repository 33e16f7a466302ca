package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestGeneratedIsCurrent(t *testing.T) {
	c, err := load(os.DirFS("../data"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := program(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../catalogue.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("catalogue.go does not agree with data/*.yaml: run go generate ./templates")
	}
}

const (
	shared = "templates: [a]\nlayouts: {day: [yyyy-MM-dd]}\nsets: {}\n"
	head   = "id: a\ntitle: A\nkind: k\nentities: [e]\nsource: s\nfields:\n"
	bill   = "  - {name: bill, level: bill, type: text, source: s}\n"
)

func TestLoad(t *testing.T) {
	for _, tt := range []struct {
		name, shared, template, want string
	}{
		{"a sound template", shared, head + bill, ""},
		{"unknown key", shared, head + "  - {name: x, level: bill, type: text, source: s, requird: true}\n", "requird"},
		{"unknown key of the template", shared, "colour: red\n" + head + bill, "colour"},
		{"unknown type", shared, head + "  - {name: x, level: bill, type: money, source: s}\n", `no type "money"`},
		{"unknown level", shared, head + "  - {name: x, level: till, type: text, source: s}\n", `no level "till"`},
		{"unknown constraint", shared, head + "  - {name: x, level: bill, type: text, constraints: [odd], source: s}\n", `unknown constraint "odd"`},
		{"unknown layouts", shared, head + "  - {name: x, level: bill, type: date, layouts: txn, source: s}\n", `no layouts "txn"`},
		{"date without layouts", shared, head + "  - {name: x, level: bill, type: date, source: s}\n", "a date needs its layouts"},
		{"enum without a list", shared, head + "  - {name: x, level: bill, type: enum, source: s}\n", "an enum needs its list"},
		{"no source", shared, head + "  - {name: x, level: bill, type: text}\n", "x: the source is missing"},
		{"alias of two fields", shared, head + bill + "  - {name: x, level: bill, type: text, aliases: [B_ill], source: s}\n", `"B_ill" already means bill`},
		{"the same field twice", shared, head + bill + bill, "the field bill stands here a second time"},
		{"alias that folds into another", shared, head + "  - {name: x, level: bill, type: text, aliases: [Y z, y_Z], source: s}\n", `"y_Z" already means x`},
		{"hint that means a field", shared, head + bill + "  - {name: x, level: bill, type: text, hints: [Bill], source: s}\n", `hint "Bill" already means bill`},
		{"condition on no field", shared, head + "  - {name: x, level: bill, type: text, required_if: y is V, source: s}\n", `no field "y"`},
		{"condition in prose", shared, head + "  - {name: x, level: bill, type: text, required_if: on Sundays, source: s}\n", `cannot judge "on Sundays"`},
		{"code without a list", shared, head + "  - {name: x, level: bill, type: text, codes: [\"604\"], source: s}\n", "no status code"},
		{"no such set", shared, strings.Replace(head, "fields:", "use: [txn]\nfields:", 1) + bill, `no field set "txn"`},
		{"no such key field", shared, strings.Replace(head, "fields:", "group_by: [till]\nfields:", 1) + bill, `no field "till"`},
		{"another id", shared, strings.Replace(head, "id: a", "id: b", 1) + bill, `has the id "b"`},
		{"a layout that is none", strings.Replace(shared, "yyyy-MM-dd", "yyyy-QQ", 1), head + bill, "is no date layout"},
		{"a file that nobody names", strings.Replace(shared, "[a]", "[]", 1), head + bill, "names 0 templates, there are 1 files"},
		{"a template without a file", strings.Replace(shared, "[a]", "[a, c]", 1), head + bill, "c.yaml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(fstest.MapFS{"fields.yaml": {Data: []byte(tt.shared)}, "a.yaml": {Data: []byte(tt.template)}})
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("error %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}
