package triage

import (
	"strings"
	"unicode/utf8"
)

// sure is the least number of characters of a value that is left out even inside
// a word.
const sure = 5

// hide leaves values of persons, and the words of them, out of a message, in
// whatever case they stand there.
func hide(message string, values [][]byte) string {
	for _, v := range values {
		value := strings.TrimSpace(string(v))
		message = without(message, value, utf8.RuneCountInString(value) < sure)
		if list := strings.Fields(value); len(list) > 1 {
			for _, word := range list {
				message = without(message, word, true)
			}
		}
	}
	return message
}

// without leaves a value out of a message; whole: not where it is part of a word.
func without(message, value string, whole bool) string {
	if utf8.RuneCountInString(value) < 2 {
		return message
	}
	var b strings.Builder
	previous := ' '
	for i := 0; i < len(message); {
		if end := i + len(value); end <= len(message) && strings.EqualFold(message[i:end], value) {
			next, _ := utf8.DecodeRuneInString(message[end:])
			if !whole || !letter(previous) && !letter(next) {
				b.WriteString("…")
				i, previous = end, '…'
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(message[i:])
		b.WriteString(message[i : i+n])
		i, previous = i+n, r
	}
	return b.String()
}
