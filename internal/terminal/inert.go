package terminal

import "strings"

// Inert puts an apostrophe before whatever a spreadsheet would take for a formula:
// at the start of the cell, and behind a semicolon, since many of them part cells
// there, whatever the quotes say.
func Inert(s string) string {
	if !strings.ContainsAny(s, "=+-@＝＋－＠") {
		return s
	}
	parts := strings.Split(s, ";")
	for i, part := range parts {
		blank := " "
		if i > 0 {
			blank = " \"" // the quotes of RFC 4180 are text there
		}
		if start := strings.TrimLeft(part, blank); start != "" && strings.ContainsRune("=+-@＝＋－＠", firstRune(start)) {
			parts[i] = "'" + part
		}
	}
	return strings.Join(parts, ";")
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
