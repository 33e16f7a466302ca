package draft

import (
	"regexp"
	"strings"
)

// run is a stretch of digits in a file name, or a date written with hyphens,
// underscores or points.
var run = regexp.MustCompile(`(\d{4})([-_.])(\d{2})([-_.])(\d{2})|\d+`)

// word ends with letters that digits may belong to: those of w1252, but not the
// T of 20261120T1015.
var word = regexp.MustCompile(`(?:^|[^A-Za-z0-9])[A-Za-z]+$`)

// unit is a letter that belongs to the digits before it: those of 10k, and the T
// and Z of 20261120T1015Z.
var unit = regexp.MustCompile(`^[A-Za-z](?:[^A-Za-z]|$)`)

// A stretch is a part of a file name: digits that may change, or text that
// stays.
type stretch struct {
	text    string
	changes bool
	date    []string // of a date: the two characters between its parts
}

// stretches cuts a name. Up to five digits right behind a word belong to it:
// till7, v2; more are a date or a number that counts.
func stretches(name string) (list []stretch) {
	at := 0
	for _, m := range run.FindAllStringSubmatchIndex(name, -1) {
		date := m[2] >= 0
		if !date && m[1]-m[0] <= 5 && word.MatchString(name[:m[0]]) {
			continue
		}
		list = append(list, stretch{text: name[at:m[0]]})
		s := stretch{text: name[m[0]:m[1]], changes: true}
		if date {
			s.date = []string{name[m[4]:m[5]], name[m[8]:m[9]]}
		}
		list, at = append(list, s), m[1]
	}
	return append(list, stretch{text: name[at:]})
}

// Pattern returns a regular expression (RE2) for the names of files like name:
// digits may be others, but for a few right behind a word, which are part of it.
func Pattern(name string) string {
	var b strings.Builder
	for _, s := range stretches(name) {
		switch {
		case s.date != nil:
			b.WriteString(`\d{4}` + regexp.QuoteMeta(s.date[0]) + `\d{2}` + regexp.QuoteMeta(s.date[1]) + `\d{2}`)
		case s.changes:
			b.WriteString(`\d+`)
		default:
			b.WriteString(regexp.QuoteMeta(s.text))
		}
	}
	return b.String()
}

// title returns what the flow is called: the words in the name of the file,
// without its extension and the digits that may change.
func title(name string) string {
	name, _, _ = strings.Cut(name, ".")
	var b strings.Builder
	behind := false // digits that may change
	for _, s := range stretches(name) {
		switch {
		case s.changes:
			b.WriteByte(' ')
		case behind:
			b.WriteString(unit.ReplaceAllString(s.text, ""))
		default:
			b.WriteString(s.text)
		}
		behind = s.changes
	}
	parts := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	if len(parts) == 0 {
		return "flow"
	}
	return strings.Join(parts, " ")
}
