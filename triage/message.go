package triage

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// messageBytes bounds what is kept of a message.
const messageBytes = 1000

// tidy makes a message one line of a bounded length, with what stands in quotes
// left out: the platform quotes values of rows there. personal are the values of
// persons in the row, which are left out as well.
func tidy(message string, personal [][]byte) string {
	if len(message) > messageBytes {
		message = strings.ToValidUTF8(message[:messageBytes], "") + "…"
	}
	message = hide(message, personal)
	return exponent.ReplaceAllString(unquote(strings.Join(strings.Fields(message), " ")), "…")
}

// exponent is a long number as a spreadsheet rounds it, often a mobile.
var exponent = regexp.MustCompile(`\b[0-9][.,][0-9]+[eE]\+?[0-9]+\b`)

// unquote replaces what stands between quotes by an ellipsis. An apostrophe
// inside a word is no quote.
func unquote(s string) string {
	if !strings.ContainsAny(s, `"'`+"`“‘") {
		return s
	}
	closing := map[rune]rune{'"': '"', '\'': '\'', '`': '`', '“': '”', '‘': '’'}
	var b strings.Builder
	inWord := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if end, ok := closing[r]; ok && !inWord {
			if j := closed(s[i+n:], end); j > 0 {
				b.WriteString(`"…"`)
				i += n + j + utf8.RuneLen(end)
				continue
			}
		}
		b.WriteString(s[i : i+n])
		inWord = letter(r)
		i += n
	}
	return b.String()
}

// closed returns where a quote ends, or -1. One that has a letter behind it is an
// apostrophe.
func closed(s string, end rune) int {
	for at := 0; ; {
		j := strings.IndexRune(s[at:], end)
		if j < 0 {
			return -1
		}
		at += j
		next, _ := utf8.DecodeRuneInString(s[at+utf8.RuneLen(end):])
		if end != '\'' || !letter(next) {
			return at
		}
		at += utf8.RuneLen(end)
	}
}

func letter(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && r != utf8.RuneError
}

// alike is what messages have in common that differ in numbers and ids alone:
// every run of digits is a #, but for the code itself.
func alike(message, code string) string {
	if !strings.ContainsAny(message, "0123456789") {
		return message
	}
	var b strings.Builder
	for i := 0; i < len(message); {
		if c := message[i]; c < '0' || c > '9' {
			b.WriteByte(c)
			i++
			continue
		}
		j := i
		for j < len(message) && message[j] >= '0' && message[j] <= '9' {
			j++
		}
		if message[i:j] == code && code != "" {
			b.WriteString(code)
		} else if !strings.HasSuffix(b.String(), "#") {
			b.WriteByte('#')
		}
		i = j
	}
	return b.String()
}
