package cmd

import (
	"bytes"
	"strings"
	"testing"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/rules"
)

// explained returns what preflight explain says of a name.
func explained(t *testing.T, name string) string {
	t.Helper()
	var out, err bytes.Buffer
	if code := Main([]string{"explain", name}, strings.NewReader(""), &out, &err); code != 0 || err.Len() > 0 {
		t.Errorf("explain %s: exit code %d, stderr %q", name, code, err.String())
	}
	return out.String()
}

// squeezed joins lines, so that a text is found wherever it was broken.
func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestExplainEveryCode(t *testing.T) {
	seen := map[string]string{}
	for _, c := range codes.All() {
		names := []string{c.Ref(), c.Name}
		if c.Number != "" {
			names = append(names, c.Number, c.Ref()+"/"+c.Name)
		}
		for _, name := range names {
			got, ok := seen[name]
			if !ok {
				got = squeezed(explained(t, name))
				seen[name] = got
			}
			if !strings.Contains(got, c.Ref()) {
				t.Errorf("explain %s does not name %s", name, c.Ref())
			}
		}
		got := seen[names[len(names)-1]] // the narrowest
		for _, want := range []string{"Cause: " + squeezed(c.Cause), "Do: " + squeezed(c.Action)} {
			if !strings.Contains(got, want) {
				t.Errorf("explain %s does not say %q", c.Key(), want)
			}
		}
		switch {
		case c.Severity == codes.SeveritySuccess:
			if !strings.Contains(got, "nothing to do)") {
				t.Errorf("explain %s does not say that nothing is to be done", c.Key())
			}
		case c.Retryable != strings.Contains(got, "sending it again may help)"):
			t.Errorf("explain %s does not say whether to send it again", c.Key())
		}
		if !strings.Contains(got, "Prevented by: ") && !strings.Contains(got, "No rule sees it") && !strings.Contains(got, "only the platform knows") {
			t.Errorf("explain %s does not say what sees it coming", c.Key())
		}
	}
}

func TestExplainEveryRule(t *testing.T) {
	for _, r := range rules.All() {
		got := squeezed(explained(t, r.ID))
		wants := append([]string{r.ID, r.Title, r.Severity.String()}, r.Prevents...)
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("explain %s does not say %q", r.ID, want)
			}
		}
		if len(got) < 200 {
			t.Errorf("explain %s says no more than %q", r.ID, got)
		}
	}
	for _, l := range later() {
		got := squeezed(explained(t, l.id))
		if !strings.Contains(got, l.needs) || !strings.Contains(got, l.prevents[0]) {
			t.Errorf("explain %s does not say what it needs and prevents: %q", l.id, got)
		}
	}
}
