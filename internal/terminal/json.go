package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

// JSON encodes a value for a program and for a person who looks at it: indented,
// with < and > as they are, and with a line end. prefix stands before all lines
// but the first; without an indent the text is one line. Characters that a
// terminal would obey are escaped.
//
// Errors: those of json.Marshal.
func JSON(v any, prefix, indent string) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, indent)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	text := out.Bytes()
	if slices.ContainsFunc(text, func(c byte) bool { return (c < ' ' || c > '~') && c != '\n' }) {
		text = EscapeJSON(text)
	}
	return text, nil
}

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
