// Package words puts numbers and nouns into the English of messages: 48,113
// rows, an xlsx workbook.
//
// It knows no domain; which noun is meant is the caller's business.
package words

import (
	"strconv"
	"strings"
)

// Count writes n with a comma between groups of three digits: 48,113.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural writes a count with its noun: "1 bill", "2 bills". The plural of the
// noun must end in s.
func Plural(n int64, noun string) string {
	if n == 1 || n == -1 {
		return Count(n) + " " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Article puts "a" or "an" before a noun, as it is spoken: "a PDF document",
// "an xlsx workbook", "an HTML page". A noun whose first letters spell a vowel
// that is not spoken as one, such as "unit", is not known.
func Article(noun string) string {
	if noun != "" && (strings.Contains("aeiouxAEIOX", noun[:1]) || strings.HasPrefix(noun, "HTML")) {
		return "an " + noun
	}
	return "a " + noun
}
