package rules_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

func TestExamples(t *testing.T) {
	for _, r := range rules.All() {
		for _, e := range r.Examples {
			t.Run(r.ID+"/"+e.Name, func(t *testing.T) { ruletest.Run(t, r, rules.All(), e) })
		}
	}
}

func TestCases(t *testing.T) {
	ruletest.Cases(t, rules.All(), filepath.FromSlash("../testdata/rules"))
}

func TestCatalogue(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			if !kebab.MatchString(r.ID) || seen[r.ID] {
				t.Errorf("id %q is not kebab-case, or not unique", r.ID)
			}
			seen[r.ID] = true
			file := strings.ReplaceAll(r.ID, "-", "_") + ".go"
			if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `ID: "`+r.ID+`"`) {
				t.Errorf("%s does not define the rule: %v", file, err)
			}
			if r.Title == "" || strings.HasSuffix(r.Title, ".") || r.Severity == validate.Off || r.Since == "" || len(r.Checks) == 0 {
				t.Error("title, severity, since or checks are missing")
			}
			if n := len(strings.Split(r.Doc, "\n\n")); n != 3 {
				t.Errorf("the documentation has %d parts, want 3: what is wrong, what the platform does, how to repair it", n)
			}
			if len(r.Sources) == 0 || len(r.Prevents) == 0 {
				t.Error("no sources, or nothing prevented")
			}
			for _, ref := range r.Prevents {
				if !codes.Exists(ref) {
					t.Errorf("prevents %q, which is no status code and no symptom", ref)
				}
			}
			if r.Params != nil && reflect.TypeOf(r.Params).Elem().Kind() != reflect.Struct {
				t.Errorf("parameters are a %T, want a pointer to a struct", r.Params)
			}
			examples(t, r)
		})
	}
}

// examples wants one that breaks the rule and one that breaks none.
func examples(t *testing.T, r *validate.Rule) {
	good := slices.ContainsFunc(r.Examples, func(e validate.Example) bool { return len(e.Want) == 0 })
	bad := slices.ContainsFunc(r.Examples, func(e validate.Example) bool {
		return slices.ContainsFunc(e.Want, func(w string) bool { return strings.Contains(w, r.ID+": ") })
	})
	if !good || !bad {
		t.Errorf("examples: a good one %v, a bad one %v", good, bad)
	}
}

func TestParams(t *testing.T) {
	for _, r := range rules.All() {
		if r.Params == nil {
			continue
		}
		typ := reflect.TypeOf(r.Params).Elem()
		for i := range typ.NumField() {
			if f := typ.Field(i); f.Tag.Get("yaml") == "" || f.Tag.Get("doc") == "" {
				t.Errorf("%s: parameter %s has no yaml or no doc tag", r.ID, f.Name)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	if got := rules.ByID("negative-amount"); got != rules.NegativeAmount {
		t.Errorf("ByID(negative-amount) = %v", got)
	}
	if got := rules.ByID("negative"); got != nil {
		t.Errorf("ByID(negative) = %s", got.ID)
	}
	if got := rules.Nearest("negatve-amount"); got != "negative-amount" {
		t.Errorf("Nearest(negatve-amount) = %q", got)
	}
	if got := rules.Nearest("zzz"); got != "" {
		t.Errorf("Nearest(zzz) = %q", got)
	}
	ids := func(list []*validate.Rule) (ids []string) {
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if got := ids(rules.All()); !slices.IsSorted(got) {
		t.Errorf("All is not sorted: %v", got)
	}
}
