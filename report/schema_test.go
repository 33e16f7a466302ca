package report_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/schematest"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// manyResults are results that differ in everything a schema could mind.
func manyResults(t *testing.T) map[string]*report.Result {
	sales, rows := salesFile()
	about, _ := salesFile()
	about.Findings = slices.Insert(about.Findings, 0, validate.Finding{Rule: "byte-order-mark", Severity: validate.Error, Message: "a byte order mark"})
	about.Findings[1].Others = []validate.Elsewhere{{File: "other file.csv", Ref: validate.Ref{Row: 2, Line: 2}}}
	known, _ := salesFile()
	known.Findings[0].Baselined = true
	stopped := cleanFile()
	stopped.Complete = false
	return map[string]*report.Result{
		"both":    bothFiles(),
		"clean":   one(cleanFile(), rows),
		"about":   one(about, rows),
		"known":   marked(one(known, rows)),
		"stopped": one(stopped, nil),
		"nothing": {Errors: []report.FileError{{File: "a b/ü%.csv", Message: "no such file"}}},
		"hostile": hostile(t),
		"bare":    {Files: one(sales, rows).Files},
	}
}

func checkSchema(t *testing.T, format, schema string) {
	t.Helper()
	resolved := schematest.Read(t, filepath.Join("testdata", "schemas", schema))
	for name, res := range manyResults(t) {
		for _, o := range []report.Options{{}, {Samples: -1}, {Samples: 1, Reveal: true}} {
			var v any
			if err := json.Unmarshal([]byte(written(t, format, res, o)), &v); err != nil {
				t.Errorf("%s: %v", name, err)
			} else if err := resolved.Validate(v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if err := resolved.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{}}}); err == nil {
		t.Error("the schema takes a report without a tool, so it checks nothing")
	}
}

func TestSARIFSchema(t *testing.T) { checkSchema(t, "sarif", "sarif-2.1.0.json") }

func TestGitLabSchema(t *testing.T) { checkSchema(t, "gitlab", "gitlab-codequality.json") }

func TestJUnitSchema(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no xmllint; install libxml2-utils")
		}
		t.Skip("NOT CHECKED: there is no xmllint; install libxml2-utils")
	}
	schema := filepath.Join("testdata", "schemas", "junit-10.xsd")
	lint := func(text string) error {
		path := filepath.Join(t.TempDir(), "report.xml")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", schema, path).CombinedOutput()
		if err != nil {
			t.Log(string(out))
		}
		return err
	}
	for name, res := range manyResults(t) {
		if err := lint(written(t, "junit", res, report.Options{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if lint(strings.Replace(written(t, "junit", bothFiles(), report.Options{}), "failures=", "flaws=", 1)) == nil {
		t.Error("the schema takes an unknown attribute, so it checks nothing")
	}
}
