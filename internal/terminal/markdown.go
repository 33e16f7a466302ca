package terminal

import "strings"

// Prose makes text fit for a line of Markdown: as it is where nothing in it
// means anything there, else as code, which no reader interprets.
func Prose(s string) string {
	s = Visible(s)
	if s == "" || !strings.ContainsAny(s, "\\`*[]<>#|~@!&$_=") && !strings.Contains(s, "://") && !strings.Contains(strings.ToLower(s), "www.") {
		return s
	}
	if !strings.ContainsAny(s, "\\`*[]<>#|~@!&$=") && !strings.Contains(s, "://") && inside(s) {
		return s
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// inside reports whether every underscore stands between letters or digits,
// where it is only an underscore, and there is no "www.".
func inside(s string) bool {
	word := func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i := range len(s) {
		if s[i] == '_' && (i == 0 || i == len(s)-1 || !word(s[i-1]) || !word(s[i+1])) {
			return false
		}
	}
	return !strings.Contains(strings.ToLower(s), "www.")
}
