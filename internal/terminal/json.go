package terminal

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// EscapeJSON writes the characters of a JSON text that a terminal would obey or
// hide as \u escapes, which mean the same to a program. Line feeds stay.
func EscapeJSON(text []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '\n' || unicode.IsPrint(r):
			out.Write(text[:n])
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		text = text[n:]
	}
	return out.Bytes()
}
