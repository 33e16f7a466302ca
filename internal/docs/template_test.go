package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/templates/source"
)

// TestTemplateSchema holds that the example and the built-in templates are
// right for the schema of template files, and that schema and program refuse
// the same.
func TestTemplateSchema(t *testing.T) {
	page, err := templateSchemaPage()
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(page, &s); err != nil {
		t.Fatal(err)
	}
	schema, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../../docs/example/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	scratch, err := os.ReadFile("../../docs/example/template-from-scratch.yaml")
	if err != nil {
		t.Fatal(err)
	}
	merge, err := os.ReadFile("../../templates/data/transaction-line-item-merge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const head = "id: own\nfields:\n"
	for _, tt := range []struct {
		name, text string
		lib        source.Library
		ok         bool
	}{
		{"docs/example/template.yaml", string(example), source.Builtin(), true},
		{"docs/example/template-from-scratch.yaml", string(scratch), source.Builtin(), true},
		{"a built-in one", string(merge), source.Library{Sets: source.Builtin().Sets}, true},
		{"a new one", head + "  - {name: a, level: line, max_length: 3}\n", source.Builtin(), true},
		{"a key that is none", head + "  - {name: a, level: line, length: 3}\n", source.Builtin(), false},
		{"a level that is none", head + "  - {name: a, level: row}\n", source.Builtin(), false},
		{"a length of nothing", head + "  - {name: a, level: line, max_length: 0}\n", source.Builtin(), false},
		{"a field without a name", head + "  - {level: line}\n", source.Builtin(), false},
		{"an alias twice", head + "  - {name: a, level: line, aliases: [b, b]}\n", source.Builtin(), false},
		{"a set that is none", "id: own\nuse: [txn]\n", source.Builtin(), false},
		{"no id", "use: [txn_bill]\n", source.Builtin(), false},
	} {
		_, err := tt.lib.Parse("own.yaml", []byte(tt.text))
		if (err == nil) != tt.ok {
			t.Errorf("%s: source.Parse: %v", tt.name, err)
		}
		var file any
		if err := yaml.Load([]byte(tt.text), &file); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(file); (err == nil) != tt.ok {
			t.Errorf("%s: schema: %v", tt.name, err)
		}
	}
}
