package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write puts files into a new folder and returns the path of preflight.yaml there.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, FileName)
}

func TestTemplates(t *testing.T) {
	path := write(t, map[string]string{
		"own/a.yaml": "id: a\nextends: transaction-v2-add\nfields:\n  - {name: customFields.till, required: true}\n  - {name: shift, level: bill}\n",
		"own/b.yaml": "id: b\nextends: a\nfields:\n  - {name: billNumber, max_length: 9}\n",
	})
	text := "version: 1\ntemplate: b\nmap: {Shift: shift}\ntemplates: [own/a.yaml, own/b.yaml]\nflows: [{name: x, template: a}]\n"
	c, err := Parse(path, []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Flow("", "x")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Templates) != 2 || f.Template != "a" || c.Defaults.Template != "b" {
		t.Fatalf("flow has %d templates and takes %s, the top %s", len(f.Templates), f.Template, c.Defaults.Template)
	}
	if b := f.Templates[1]; b.Field("billNumber").MaxLen != 9 || !b.Field("customFields.till").Required {
		t.Errorf("b is %+v", b)
	}
}

func TestTemplateProblems(t *testing.T) {
	path := write(t, map[string]string{
		"own/a.yaml": "id: a\nfield: x\nfields:\n  - {name: n, level: lin}\n",
		"own/c.yaml": "id: c\nfields:\n  - {name: n, level: line}\n",
	})
	text := "version: 1\ntemplates: [own/a.yaml, none.yaml, own/c.yaml, own/c.yaml]\ntemplate: cc\nflows: [{name: x, templates: [own/a.yaml]}]\n"
	_, err := Parse(path, []byte(text), nil)
	if err == nil {
		t.Fatal("no error")
	}
	dir := filepath.Dir(path)
	got := strings.ReplaceAll(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), `\`, "/")
	want := `own/a.yaml:2:1: unknown key "field", did you mean fields?
own/a.yaml:4:22: no level "lin"; the levels are bill, line, payment, customer, coupon, points, card, badge, event, audience, user, reward
own/c.yaml:1:5: there is a template c already; choose another id, and write extends: c to build on it
preflight.yaml:2:25: cannot read the template file none.yaml: no such file or directory
preflight.yaml:4:19: unknown key "templates", did you mean template?`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestTemplateCause holds that a template is not called unknown where its own
// file is at fault, and that the cause comes first.
func TestTemplateCause(t *testing.T) {
	path := write(t, map[string]string{"z.yaml": "id: mysales\nfields:\n  - {name: n, level: lin}\n", "lost.yaml": "id: [\n"})
	for _, tt := range []struct{ text, first, lacks, has string }{
		{"template: mysales\ntemplates: [z.yaml]\n", `no level "lin"`, "unknown template", ""},
		{"template: mysalt\ntemplates: [z.yaml]\n", `no level "lin"`, "", `unknown template "mysalt"`},
		{"template: mysalt\ntemplates: [lost.yaml]\n", "not YAML", "unknown template", ""},
	} {
		_, err := Parse(path, []byte("version: 1\n"+tt.text), nil)
		if err == nil {
			t.Fatalf("%s: no error", tt.text)
		}
		first, _, _ := strings.Cut(err.Error(), "\n")
		if !strings.Contains(first, tt.first) || !strings.Contains(err.Error(), tt.has) {
			t.Errorf("%s: %v", tt.text, err)
		}
		if tt.lacks != "" && strings.Contains(err.Error(), tt.lacks) {
			t.Errorf("%s: %v", tt.text, err)
		}
	}
}
