package ci_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/internal/schematest"
)

func TestSchemas(t *testing.T) {
	tests := []struct {
		file, schema string
		old, new     string // a change that the schema must refuse
	}{
		{"action.yml", "github-action.json", "using: composite", "using: bash"},
		{".github/workflows/ci.yml", "github-workflow.json", "runs-on:", "run-on:"},
		{".github/workflows/release.yml", "github-workflow.json", "steps:", "step:"},
		{"ci/gitlab-ci.yml", "gitlab-ci.json", "when: always", "when: ever"},
		{".goreleaser.yaml", "goreleaser.json", "mod_timestamp:", "timestamp:"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			schema := schematest.Read(t, filepath.Join("testdata", "schemas", test.schema))
			text := read(t, test.file)
			if err := schema.Validate(parse(t, text)); err != nil {
				t.Error(err)
			}
			wrong := strings.Replace(text, test.old, test.new, 1)
			if wrong == text || schema.Validate(parse(t, wrong)) == nil {
				t.Errorf("the schema takes %q for %q, so it checks nothing", test.new, test.old)
			}
		})
	}
}

// parse reads YAML as the values that JSON has.
func parse(t *testing.T, text string) (v any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
