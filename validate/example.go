package validate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Given says in words what an example is judged with besides its file: a list
// of stores PUNE01, DELHI7. Empty: nothing.
func (e *Example) Given() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Lists)) {
		parts = append(parts, "the list of "+name+" "+strings.Join(e.Lists[name], ", "))
	}
	for _, field := range slices.Sorted(maps.Keys(e.Expressions)) {
		parts = append(parts, field+" = "+e.Expressions[field])
	}
	if e.NamePattern != "" {
		parts = append(parts, "the name pattern "+e.NamePattern)
	}
	if h := e.HeaderFile; h != nil {
		parts = append(parts, fmt.Sprintf("the header file %s of %d bytes", h.Name, h.Size))
	}
	if len(e.Header) > 0 {
		parts = append(parts, "the header "+strings.Join(e.Header, ","))
	}
	return strings.Join(parts, "; ")
}
