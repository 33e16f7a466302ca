package table

import "testing"

func TestTitled(t *testing.T) {
	for text, want := range map[string]bool{
		"Sales,,\na,b,c\n1,2,3\n":     true,
		"Sales,,\n,,\na,b,c\n1,2,3\n": true, // a blank row between
		"a,b,c\n1,2,3\n":              false,
		"a,,\n1,,\n2,,\n":             false,
		"a\n1\n":                      false,
		"a^b\n1,5^2,5\n":              false, // another delimiter
		"a,,\n":                       false,
		"":                            false,
	} {
		if got := open(t, []byte(text), Options{}).Titled(); got != want {
			t.Errorf("%q: a title %v, want %v", text, got, want)
		}
	}
	if open(t, []byte("Sales,,\na,b,c\n"), Options{Headerless: true}).Titled() {
		t.Error("a file without a header has a title")
	}
}
