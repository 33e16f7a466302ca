package templates

import (
	"fmt"
	"testing"
)

func TestParseCondition(t *testing.T) {
	for text, want := range map[string]string{
		"type is RETURN":                "[type]: [RETURN]",
		"type in [RETURN]":              "[type]: [RETURN]",
		"type in [RETURN, REGULAR]":     "[type]: [RETURN REGULAR]",
		"type in [RETURN,REGULAR ,ODD]": "[type]: [RETURN REGULAR ODD]",
		"mode in [by mail, by hand]":    "[mode]: [by mail by hand]",
		"no email and no mobile":        "[email mobile]: []",
		"":                              "none",
		"on Sundays":                    "none",
		"type in [RETURN":               "none",
		"type in [RETURN,]":             "none",
		"type in []":                    "none",
		"type in [A] or [B]":            "none",
		"the type in [A]":               "none",
		"type is by hand":               "none",
		"no email":                      "none",
		"no email and no mobile or id":  "none",
	} {
		got := "none"
		if c := ParseCondition(text); c != nil {
			got = fmt.Sprint(c.Fields(), ": ", c.Values)
			if len(c.Values) == 0 {
				got = fmt.Sprint(c.Fields(), ": []")
			}
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
