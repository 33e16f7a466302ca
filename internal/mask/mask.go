// Package mask replaces the values of persons by pseudonyms, the same way in all
// that is printed.
//
// It knows what a mobile or an email looks like, and asks the field of a template
// how its cells are to be treated.
package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/templates"
)

// A Care says how the text of a cell is to be treated, the least care first.
type Care uint8

const (
	Code     Care = iota // a key, a code, a number: long digits are its business, an email is not
	Free                 // may hold anything: what looks like a mobile or an email is masked
	Personal             // the value of a person: masked whole
)

// CareOf says how the cells of a field are to be treated; nil: no field claims
// them.
func CareOf(f *templates.Field) Care {
	switch {
	case f == nil:
		return Free
	case f.Sensitive:
		return Personal
	case f.Custom(), f.Type == templates.Enum, f.Type == templates.Boolean:
		return Free
	case strings.Contains(f.Name, ".createdBy."): // may be an associate, whom a mobile names
		return Free
	case f.Coded(), len(f.Constraints) > 0: // what is held to a form is no free text
		return Code
	}
	return Free
}

// A Masker replaces the values of persons by pseudonyms: ‹mobile 3f9a›. The
// same value has the same pseudonym all over one file, however it is written, and
// another one in a file with other bytes. It tells the kind of the value and
// whether its length is out of the ordinary, nothing else. It serves one goroutine.
type Masker struct {
	Key    [32]byte // bytes of the file that no report prints: table.Source.Key
	Reveal bool     // leave everything as it is

	seen map[person]string // pseudonyms of late
}

// A person is a value to be masked, and what kind of value it is.
type person struct{ kind, core string }

// seenMost bounds the pseudonyms that are remembered: the rows of a bill share
// theirs, and the rows of a file have millions.
const seenMost = 1 << 12

// embedded finds what may be a mobile or an email inside other text.
var embedded = regexp.MustCompile(`[^\s"'‹›,;|<>()=]+@[^\s"'‹›,;|<>()=]+|\+?\b[0-9][0-9 ()\x{a0}-]{5,22}[0-9]\b`)

// Value masks a value of a person that stands in field. White space around it
// is kept, since it may be what is wrong. A blank stays as it is.
func (m *Masker) Value(field *templates.Field, s string) string {
	core := strings.TrimFunc(s, unicode.IsSpace)
	if m.Reveal || core == "" {
		return s
	}
	before, after, _ := strings.Cut(s, core)
	return before + m.Pseudonym(kindOf(field, core), core) + after
}

// Cell masks a cell of a field as the field asks for; nil: no field claims it.
func (m *Masker) Cell(field *templates.Field, s string) string {
	return m.Text(CareOf(field), field, s)
}

// Text masks a text that stands in field with that care.
func (m *Masker) Text(care Care, field *templates.Field, s string) string {
	switch care {
	case Personal:
		return m.Value(field, s)
	case Free:
		return m.Loose(s)
	}
	if m.Reveal || strings.IndexByte(s, '@') < 0 {
		return s
	}
	return m.embedded(s, LooksEmail)
}

// Loose masks what looks like a mobile or an email in a cell that may hold
// anything, or in words about it.
func (m *Masker) Loose(s string) string {
	if m.Reveal || digits(s) < mobileDigits && strings.IndexByte(s, '@') < 0 {
		return s
	}
	return m.embedded(s, func(s string) bool { return LooksMobile(s) || LooksEmail(s) })
}

// embedded masks what looks personal in a text, be it the whole of it.
func (m *Masker) embedded(s string, personal func(string) bool) string {
	if personal(strings.TrimFunc(s, unicode.IsSpace)) {
		return m.Value(nil, s)
	}
	var out strings.Builder
	last := 0
	for _, at := range embedded.FindAllStringIndex(s, -1) {
		found := s[at[0]:at[1]]
		// The whole part of a decimal is no mobile, nor is a part of a word.
		next, _ := utf8.DecodeRuneInString(s[at[1]:])
		decimal := next == '.' && at[1]+1 < len(s) && s[at[1]+1] >= '0' && s[at[1]+1] <= '9'
		previous, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		if decimal || previous == '.' || !personal(found) {
			continue
		}
		out.WriteString(s[last:at[0]])
		out.WriteString(m.Pseudonym(kindOf(nil, found), found))
		last = at[1]
	}
	return out.String() + s[last:]
}

// Words masks value, and whatever looks personal, inside words about a cell that
// is treated with that care.
func (m *Masker) Words(care Care, field *templates.Field, s, value string) string {
	if m.Reveal || care != Personal {
		return m.Text(care, field, s)
	}
	// A shorter text could be part of any word.
	if core := strings.TrimFunc(value, unicode.IsSpace); utf8.RuneCountInString(core) >= 3 {
		s = strings.ReplaceAll(s, core, m.Pseudonym(kindOf(field, core), core))
	}
	return m.Loose(s)
}

// Pseudonym names a value by its kind and a token.
func (m *Masker) Pseudonym(kind, core string) string {
	if s, ok := m.seen[person{kind, core}]; ok {
		return s
	}
	mac := hmac.New(sha256.New, m.Key[:])
	mac.Write([]byte(plain(core)))
	token := hex.EncodeToString(mac.Sum(nil)[:2])
	s := "‹" + kind + " " + token + lengthClass(kind, core) + "›"
	if len(core) < 100 {
		if m.seen == nil || len(m.seen) == seenMost {
			m.seen = map[person]string{}
		}
		m.seen[person{kind, strings.Clone(core)}] = s
	}
	return s
}

// plain is a value as it is compared: mobiles by their digits, addresses without
// case.
func plain(core string) string {
	switch {
	case LooksEmail(core):
		return strings.ToLower(core)
	case LooksMobile(core):
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, core)
	}
	return core
}

// lengthClass says if a value is shorter or longer than its kind ever is.
func lengthClass(kind, core string) string {
	n, low, high := utf8.RuneCountInString(core), 0, 255
	if kind == "mobile" {
		n, low, high = digits(core), 7, 15
	}
	switch {
	case n < low:
		return ", short"
	case n > high:
		return ", long"
	}
	return ""
}

// kindOf names what a value is: by its looks, then by its field.
func kindOf(field *templates.Field, core string) string {
	switch {
	case LooksEmail(core):
		return "email"
	case LooksMobile(core):
		return "mobile"
	case field == nil:
		return "value"
	case field.Type == templates.Mobile:
		return "mobile"
	case field.Type == templates.Email:
		return "email"
	case field.Type == templates.Date:
		return "date"
	case strings.Contains(strings.ToLower(field.Name), "name"):
		return "name"
	}
	return "id"
}

// mobileDigits is the least number of digits of a mobile.
const mobileDigits = 7

// LooksMobile reports 7 to 15 digits, perhaps with a plus sign in front and
// separators between, that are no date.
func LooksMobile(s string) bool {
	n := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '+' && i == 0:
		case r == ' ' || r == '-' || r == '(' || r == ')' || r == 0xa0:
		default:
			return false
		}
	}
	return n >= mobileDigits && n <= 15 && !looksDate(s)
}

// looksDate reports 2025-12-31, 31-12-2025 and the like.
func looksDate(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == ' ' })
	if len(parts) < 3 || digits(s) > 14 {
		return false
	}
	a, b, c := len(parts[0]), len(parts[1]), len(parts[2])
	return b <= 2 && (a == 4 && c <= 2 || a <= 2 && c == 4)
}

// LooksEmail reports one word with an at sign inside.
func LooksEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && len(s) <= 1000 && !strings.ContainsAny(s, " \t\r\n,;|")
}

func digits(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}
