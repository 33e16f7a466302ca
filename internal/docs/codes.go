package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/rules"
)

func codesPage() ([]byte, error) {
	var b bytes.Buffer
	all := codes.All()
	fmt.Fprintf(&b, "%s# Status codes and symptoms\n\n%d meanings. A number alone does not tell which: the lists disagree. "+
		"`preflight explain NUMBER` shows all of them.\n", generated, len(all))
	by := preventers()
	var entities []string
	for _, c := range all {
		if !slices.Contains(entities, c.Entity) {
			entities = append(entities, c.Entity)
		}
	}
	for _, entity := range entities {
		fmt.Fprintf(&b, "\n## %s\n\n| code | name | severity | meaning | do | rules |\n|---|---|---|---|---|---|\n", entity)
		for _, c := range all {
			if c.Entity != entity {
				continue
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n",
				c.Number, c.Name, c.Severity, cell(c.Meaning), cell(c.Action), strings.Join(by[c], ", "))
		}
	}
	return b.Bytes(), nil
}

// preventers returns the ids of the rules that prevent each code.
func preventers() map[codes.Code][]string {
	by := map[codes.Code][]string{}
	for _, r := range rules.All() {
		for _, ref := range r.Prevents {
			for _, c := range codes.Find(ref) {
				id := fmt.Sprintf("[%s](rules.md#%s)", r.ID, r.ID)
				if !slices.Contains(by[c], id) {
					by[c] = append(by[c], id)
				}
			}
		}
	}
	return by
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
