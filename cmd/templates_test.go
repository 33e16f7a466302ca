package cmd_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/templates/source"
	"github.com/connectplus/preflight/validate"
)

// TestTemplateFiles judges the clean and the bad files of each template with
// all rules. A file is named clean.csv or bad.csv, in a merge with its role
// between: bad.line.csv. The clean ones give no warning and no error, the bad
// ones exactly what the section "want" says; UPDATE=1 rewrites it.
func TestTemplateFiles(t *testing.T) {
	const folder = "../testdata/templates"
	for _, tpl := range templates.All() {
		t.Run(tpl.ID, func(t *testing.T) {
			path := filepath.Join(folder, tpl.ID+".txtar")
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			judged := map[string]int{}
			want := -1
			for i, f := range a.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				parts := strings.Split(f.Name, ".")
				judged[parts[0]]++
				for _, line := range judgeAs(t, tpl, parts[1:len(parts)-1], f) {
					if parts[0] == "clean" {
						t.Errorf("%s: %s", f.Name, line)
					} else {
						got = append(got, f.Name+": "+line)
					}
				}
			}
			if n := max(1, len(tpl.Roles)); want < 0 || judged["clean"] != n || judged["bad"] != n || len(judged) != 2 {
				t.Fatalf("%s: want %d clean and %d bad files, and what is wanted of them", path, n, n)
			}
			if os.Getenv("UPDATE") != "" {
				a.Files[want].Data = []byte(strings.Join(got, "\n") + "\n")
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			wanted := strings.Split(strings.TrimRight(string(a.Files[want].Data), "\n"), "\n")
			if d := ruletest.Diff(got, wanted); d != "" {
				t.Errorf("findings (- wanted, + got):%s", d)
			}
			if len(got) == 0 {
				t.Error("nothing is found in the bad files")
			}
		})
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) != len(templates.All()) {
		t.Errorf("%d files for %d templates: %v", len(files), len(templates.All()), err)
	}
}

// TestOwnTemplates holds that a template of the user's is judged by the rules of
// the one that it builds on.
func TestOwnTemplates(t *testing.T) {
	for _, tpl := range templates.All() {
		t.Run(tpl.ID, func(t *testing.T) {
			own, err := source.Builtin().Parse("own.yaml", []byte("extends: "+tpl.ID+"\nid: own-file\n"))
			if err != nil {
				t.Fatal(err)
			}
			a, err := txtar.ParseFile(filepath.Join("../testdata/templates", tpl.ID+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range a.Files {
				parts := strings.Split(f.Name, ".")
				if parts[0] != "bad" {
					continue
				}
				role := parts[1 : len(parts)-1]
				want := judgeAs(t, tpl, role, f)
				got := judgeAs(t, templates.New(*own.Template), role, f)
				for i := range got {
					got[i] = strings.ReplaceAll(got[i], "own-file", tpl.ID)
				}
				if d := ruletest.Diff(got, want); d != "" {
					t.Errorf("%s: findings (- of %s, + of a template that builds on it):%s", f.Name, tpl.ID, d)
				}
			}
		})
	}
}

// judgeAs returns the warnings and errors of a file, judged as the template or
// as the file of one of its roles.
func judgeAs(t *testing.T, tpl *templates.Template, role []string, f txtar.File) []string {
	t.Helper()
	if len(role) > 0 {
		part, ok := tpl.Part(role[0])
		if !ok {
			t.Fatalf("%s: %s has no role %s", f.Name, tpl.ID, role[0])
		}
		tpl = part
	}
	src, err := table.Open(f.Name, strings.NewReader(string(f.Data)), int64(len(f.Data)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := validate.Options{Template: tpl, Chosen: true, Refuses: codes.Refuses, Shows: codes.Shows}
	if o.Mapping, err = tpl.Map(src.Header, templates.MapOptions{Given: true}); err != nil {
		t.Fatal(err)
	}
	if n := o.Mapping.Mapped(); n != len(src.Header) && !tpl.Is("force-generate-barcode") {
		t.Errorf("%s: %d of %d columns are mapped: %q", f.Name, n, len(src.Header), src.Header)
	}
	o.Today, _ = templates.ParseDay(ruletest.Today)
	plan, err := validate.Compile(src, rules.All(), o)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(t.Context())
	if err != nil || res.Err != nil {
		t.Fatal(err, res.Err)
	}
	return ruletest.Lines(slices.DeleteFunc(res.Findings, func(f validate.Finding) bool { return f.Severity < validate.Warning }))
}

// TestTemplateFound holds that the header of each clean file tells its
// template, where the template can be told by a header at all.
func TestTemplateFound(t *testing.T) {
	for _, tpl := range templates.All() {
		if tpl.Kind == "sales" && tpl.ID != "transaction-v2-add" && len(tpl.Roles) > 0 {
			continue // its files are found by their roles
		}
		a, err := txtar.ParseFile(filepath.Join("../testdata/templates", tpl.ID+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ := strings.Cut(string(a.Files[0].Data), "\n")
		got, err := templates.Detect(strings.Split(header, ","), templates.MapOptions{})
		switch {
		case tpl.ByName:
			if err == nil && got == tpl {
				t.Errorf("%s is found by %s", tpl.ID, header)
			}
		case err != nil:
			t.Errorf("%s: %v", tpl.ID, err)
		case got.Kind != tpl.Kind:
			t.Errorf("%s: the header is taken as one of %s", tpl.ID, got.ID)
		case tpl.Kind == "sales" && got.ID != "transaction-v2-add":
			t.Errorf("%s: the header is taken as %s", tpl.ID, got.ID)
		}
	}
}
