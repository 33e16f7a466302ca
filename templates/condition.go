package templates

import (
	"strings"
	"unicode"
)

// ParseCondition reads a condition as required_if and empty_if write it: F in [A, B],
// F is V, or no F and no G. It returns nil for other text.
func ParseCondition(text string) *Condition {
	word := func(s string) bool { return s != "" && !strings.ContainsFunc(s, unicode.IsSpace) }
	if field, list, ok := strings.Cut(text, " in ["); ok && word(field) {
		list, closed := strings.CutSuffix(list, "]")
		values := strings.Split(list, ",")
		for i, v := range values {
			if values[i] = strings.TrimSpace(v); values[i] == "" {
				return nil
			}
		}
		if !closed || strings.ContainsAny(list, "[]") {
			return nil
		}
		return &Condition{Field: field, Values: values}
	}
	if field, value, ok := strings.Cut(text, " is "); ok && word(field) && word(value) {
		return &Condition{Field: field, Values: []string{value}}
	}
	if rest, ok := strings.CutPrefix(text, "no "); ok {
		if a, b, ok := strings.Cut(rest, " and no "); ok && word(a) && word(b) {
			return &Condition{Blank: []string{a, b}}
		}
	}
	return nil
}

// Fields returns the names of the fields that the condition is about.
func (c *Condition) Fields() []string {
	if c.Field != "" {
		return []string{c.Field}
	}
	return c.Blank
}
