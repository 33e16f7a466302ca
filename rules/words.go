package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/internal/words"
)

// share says how many of some findings do something: "all 12 have", "both have", "9 of 12
// have", "it has". verb is in the plural.
func share(n, total int64, verb string) string {
	switch {
	case n == total && n == 2:
		return "both " + verb
	case n == total && n > 1:
		return "all " + words.Count(n) + " " + verb
	case n > 1:
		return words.Count(n) + " of " + words.Count(total) + " " + verb
	}
	subject := "it"
	if total > 1 {
		subject = "1 of " + words.Count(total)
	}
	switch {
	case verb == "are":
		return subject + " is"
	case verb == "have":
		return subject + " has"
	case strings.HasSuffix(verb, "y"):
		return subject + " " + strings.TrimSuffix(verb, "y") + "ies"
	}
	return subject + " " + verb + "s"
}

// listed writes the first few of some names: "A, B, C and 4 more".
func listed(names []string, most int) string {
	if len(names) <= most+1 { // "and 1 more" would be as long as the name
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}

// separatorName names a delimiter as people do.
func separatorName(c byte) string {
	switch c {
	case ',':
		return "commas"
	case ';':
		return "semicolons"
	case '\t':
		return "tabs"
	case '|':
		return "pipes"
	}
	return strconv.QuoteRune(rune(c))
}

// codePoint writes a character as Unicode names it: U+200B.
func codePoint(r rune) string { return fmt.Sprintf("%U", r) }
