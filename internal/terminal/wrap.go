package terminal

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Wrap breaks text at spaces so that its lines are at most width columns wide,
// all but the first behind indent spaces. first columns of the first line are
// taken already. A word that is too wide has a line of its own; spaces within a
// line stay as they are.
func Wrap(s string, width, first, indent int) string {
	var b []byte
	used, fresh := first, true // fresh: the line has no word yet
	for word := range strings.SplitSeq(s, " ") {
		n := displaywidth.String(word)
		switch {
		case fresh && len(b) > 0 && word == "": // spaces at a break are not shown
			continue
		case fresh:
		case used+1+n > width:
			b = append(bytes.TrimRight(b, " "), '\n')
			b = append(b, strings.Repeat(" ", indent)...)
			used = indent
			if fresh = word == ""; fresh {
				continue
			}
		default:
			b = append(b, ' ')
			used++
		}
		b = append(b, word...)
		used += n
		fresh = false
	}
	return string(b)
}

// Sentence makes a clause one: a capital in front, a full stop behind.
func Sentence(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// Clause makes a title part of a sentence: a small letter in front, unless the
// first word is a name or an abbreviation.
func Clause(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	first, _, _ := strings.Cut(s[n:], " ")
	first = strings.TrimRight(first, ",;:")
	if first != strings.ToLower(first) || strings.ContainsFunc(first, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// List joins words as a sentence does: "a", "a and b", "a, b and c".
func List(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
}
