package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Visible rewrites text so that it can stand in a line of a terminal: line
// breaks, tabs, control and format characters (direction overrides, joiners of
// no width), odd spaces and bytes that are no UTF-8 become marks that can be
// seen. Everything else stays as it is.
func Visible(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\r' && strings.HasPrefix(s[i+n:], "\n"): // the line break follows
		default:
			b.WriteString(mark(r))
		}
		i += n
	}
	return b.String()
}

// mark is how one character is shown.
func mark(r rune) string {
	switch {
	case r == '\t':
		return "→"
	case r == '\n':
		return "⏎"
	case r == '\r':
		return "␍"
	case r < 0x20:
		return string('␀' + r)
	case r == 0x7f:
		return "␡"
	case unicode.IsPrint(r) && !blank(r):
		return string(r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// blank reports letters that fonts draw as nothing, so that they hide as well
// as a zero-width space does.
func blank(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0:
		return true
	}
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef || r >= 0x180b && r <= 0x180f
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// Clip makes text visible and at most width columns wide; what is cut off its
// end is an ellipsis.
func Clip(s string, width int) string {
	// A cell may hold megabytes: look only at as many bytes as could be shown.
	// Marks of several bytes a column are rare, so this cuts nothing shown.
	if len(s) > 32*width {
		s = strings.ToValidUTF8(s[:32*width], "") + "…"
	}
	return Cut(Visible(s), width)
}

// Cut shortens text that is visible already.
func Cut(s string, width int) string {
	if displaywidth.String(s) <= width {
		return s
	}
	return displaywidth.TruncateString(s, width, "…")
}

// Quote is Clip in quotes, as messages show values.
func Quote(s string, width int) string { return `"` + Clip(s, width) + `"` }

// Pad fills text with spaces to a width; longer text stays.
func Pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-displaywidth.String(s)))
}

// PadLeft is Pad with the spaces in front.
func PadLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-displaywidth.String(s))) + s
}

// Shorten cuts the words of visible text that take more than width columns.
func Shorten(s string, width int) string {
	if len(s) <= width {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = Cut(w, width)
	}
	return strings.Join(words, " ")
}
