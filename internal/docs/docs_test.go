package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/rules"
)

// resolved returns the schema, ready to judge with.
func resolved(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	text, err := schemaPage()
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestExample holds that the example is right for the schema and for the
// program, so that both take the same files, as it stands and with the # taken
// from what it shows in comments.
func TestExample(t *testing.T) {
	const path = "../../docs/example/preflight.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	full := regexp.MustCompile(`(?m)^# (templates: )|^  # (- name: |  )`).ReplaceAllStringFunc(string(text), func(s string) string {
		return strings.Replace(s, "# ", "", 1)
	})
	for name, text := range map[string]string{"as it stands": string(text), "without #": full} {
		c, err := config.Parse(path, []byte(text), rules.All())
		if err != nil {
			t.Errorf("%s: config.Parse: %v", name, err)
			continue
		}
		if last := c.Flows[len(c.Flows)-1]; name == "without #" && (len(last.Merge) != 3 || len(last.Templates) != 1) {
			t.Errorf("merges %d files with %d templates, want 3 and 1\n%s", len(last.Merge), len(last.Templates), text)
		}
		var file any
		if err := yaml.Load([]byte(text), &file); err != nil {
			t.Fatal(err)
		}
		if err := resolved(t).Validate(file); err != nil {
			t.Errorf("%s: schema: %v", name, err)
		}
	}
}

// TestSchemaRefuses holds that the schema and the program refuse the same.
func TestSchemaRefuses(t *testing.T) {
	schema := resolved(t)
	for _, text := range []string{
		"accept: [csv]",
		"version: 2",
		"version: 1\ntemplat: transaction-v2-add",
		"version: 1\ntemplate: transaction-add",
		"version: 1\nflows: [{name: a, template: transaction-add}]",
		"version: 1\ntemplates: []",
		"version: 1\ntemplates: a.yaml",
		"version: 1\nflows: [{name: a, templates: [a.yaml]}]",
		"version: 1\npattern: x",
		"version: 1\nunzip: maybe",
		"version: 1\nheader: a",
		"version: 1\nfail_on: all",
		"version: 1\nheader: []",
		"version: 1\nheader: [a, ' ']",
		"version: 1\nselect: []",
		"version: 1\naccept: []",
		"version: 1\ngroup_by: []",
		"version: 1\nconst: {source: ''}",
		"version: 1\nrules: {duplicate-bill-number: {scope: shop}}",
		"version: 1\nrules: {negativ-amount: {severity: off}}",
		"version: 1\nrules: {negative-amount: {severity: of}}",
		"version: 1\nrules: {negative-amount: {days: 3}}",
		"version: 1\nftp: {hots: data.example.com}",
		"version: 1\nftp: {password: geheim}",
		"version: 1\nftp: {port: 0}",
		"version: 1\nftp: {port: x}",
		"version: 1\nftp: {protocol: scp}",
		"version: 1\nftp: {timeout: 15}",
		"version: 1\nftp: {timeout: -15s}",
		"version: 1\nftp: {user: ' '}",
		"version: 1\nftp: data.example.com",
		"version: 1\nflows: [{name: a, ftp: {cluster: mars}}]",
		"version: 1\nflows: [{unzip: true}]",
		"version: 1\nflows: [{name: a, flows: []}]",
	} {
		if _, err := config.Parse("preflight.yaml", []byte(text), rules.All()); err == nil {
			t.Errorf("config.Parse takes %q", text)
		}
		var file any
		if err := yaml.Load([]byte(text), &file); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(file); err == nil {
			t.Errorf("the schema takes %q", text)
		}
	}
}

func TestSkeleton(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ id, err string }{
		{"missing-tax", ""},
		{"missing-tax", "file exists"},
		{"negative-amount", "there is a rule negative-amount already"},
		{"Missing_Tax", "no rule id"},
	} {
		err := writeSkeleton(dir, c.id)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("writeSkeleton(%q) = %v, want %q", c.id, err, c.err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "missing_tax.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"var MissingTax = register(", `ID: "missing-tax"`, "`2:billNumber: missing-tax: \"BAD\" is …`"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the skeleton lacks %q:\n%s", want, text)
		}
	}
}
