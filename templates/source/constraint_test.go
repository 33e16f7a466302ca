package source

import (
	"strings"
	"testing"

	"github.com/connectplus/preflight/templates"
)

// TestConstraintsAreUsed holds that users may write no constraint that the
// documents do not have: the tests of the rules break each of those.
func TestConstraintsAreUsed(t *testing.T) {
	used := map[string]bool{}
	for _, tpl := range templates.All() {
		for _, f := range tpl.Fields {
			for _, c := range f.Constraints {
				word, _, _ := strings.Cut(c, ":")
				used[word] = true
			}
		}
	}
	for _, c := range constraints() {
		if !used[c.word] {
			t.Errorf("%s is a constraint of no field", c.word)
		}
	}
}
