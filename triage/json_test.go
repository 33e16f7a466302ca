package triage

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestPageHasKeys holds that docs/triage.md names every key of the JSON report, and
// every role.
func TestPageHasKeys(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "triage.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	if !strings.Contains(page, `"`+Schema+`"`) {
		t.Errorf("the page does not name %s", Schema)
	}
	names := keysOf(reflect.TypeFor[jsonReport]())
	for _, r := range Roles() {
		names = append(names, string(r))
	}
	for _, name := range names {
		if !strings.Contains(page, "`"+name+"`") && !strings.Contains(page, "`"+name+"[]`") {
			t.Errorf("the page does not name %s", name)
		}
	}
}

func keysOf(typ reflect.Type) (names []string) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		return keysOf(typ.Elem())
	case reflect.Struct:
		for f := range typ.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				names = append(names, name)
			}
			names = append(names, keysOf(f.Type)...)
		}
	}
	return names
}
