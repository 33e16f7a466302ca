package rules_test

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
)

// TestAllColumns holds that rules can be bound together to a file that has every
// column of its template: checks of groups are limited in number, and agree on
// the columns that their facts are about.
func TestAllColumns(t *testing.T) {
	for _, template := range templates.All() {
		var names []string
		seen := map[string]bool{}
		for _, f := range template.Fields {
			if name := strings.TrimSuffix(f.Name, "*"); !seen[name] && !f.Wildcard() {
				seen[name] = true
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			names = []string{"any"}
		}
		file := ruletest.File{Template: template.ID, Text: strings.Join(names, ",") + "\n" + strings.Repeat("1,", len(names)-1) + "1\n"}
		if _, err := ruletest.Judge(rules.All(), file); err != nil {
			t.Errorf("%s: %v", template.ID, err)
		}
	}
}
