package terminal

import (
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

func TestVisible(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain, text", "plain, text"},
		{"é नमस्ते 日本語", "é नमस्ते 日本語"},
		{"a\tb", "a→b"},
		{"a\nb", "a⏎b"},
		{"a\r\nb", "a⏎b"},
		{"a\rb", "a␍b"},
		{"\x1b[31m", "␛[31m"},
		{"\x00\x7f", "␀␡"},
		{"\u009b", `\u009b`},
		{"a\u00a0b", `a\u00a0b`},
		{"\u200b\u202e\ufeff", `\u200b\u202e\ufeff`},
		{"\u2028", `\u2028`},
		{"\U000e0041", `\U000e0041`},
		{"\u3164", `\u3164`},
		{"a\xffb", `a\xffb`},
	}
	for _, tt := range tests {
		if got := Visible(tt.in); got != tt.want {
			t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, s := range []string{"", "short", strings.Repeat("x", 1<<20), strings.Repeat("日", 100), strings.Repeat("\x1b", 5000), strings.Repeat("e\u0301", 500)} {
		got := Clip(s, 20)
		if w := displaywidth.String(got); w > 20 {
			t.Errorf("Clip(%.20q…, 20) takes %d columns", s, w)
		}
		if len(Visible(s)) > 40 && !strings.HasSuffix(got, "…") && displaywidth.String(Visible(s)) > 20 {
			t.Errorf("Clip(%.20q…, 20) = %q hides that it was cut", s, got)
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		in            string
		first, indent int
		want          string
	}{
		{"a bc def", 0, 0, "a bc def"},
		{"aaaa bbbb cccc", 0, 2, "aaaa bbbb\n  cccc"},
		{"aaaa bbbb", 8, 2, "aaaa\n  bbbb"},
		{"aaaaaaaaaaaaaaaa b", 0, 0, "aaaaaaaaaaaaaaaa\nb"},
		{"a  b", 0, 0, "a  b"},
		{"", 3, 3, ""},
	}
	for _, tt := range tests {
		if got := Wrap(tt.in, 10, tt.first, tt.indent); got != tt.want {
			t.Errorf("Wrap(%q, 10, %d, %d) = %q, want %q", tt.in, tt.first, tt.indent, got, tt.want)
		}
	}
}

func TestClause(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Date in another format", "date in another format"},
		{"A date is not valid", "a date is not valid"},
		{"UUID is blank", "UUID is blank"},
		{"Connect+ rejects the row", "Connect+ rejects the row"},
		{"InTouch user is unknown", "InTouch user is unknown"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := Clause(tt.in); got != tt.want {
			t.Errorf("Clause(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSentence(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"the file is empty", "The file is empty."},
		{"is it?", "Is it?"},
		{"done.", "Done."},
		{"été", "Été."},
	} {
		if got := Sentence(test.in); got != test.want {
			t.Errorf("Sentence(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"a bcd efghij", "a bcd efgh…"},
		{"efghij", "efgh…"},
		{"ab c", "ab c"},
	} {
		if got := Shorten(test.in, 5); got != test.want {
			t.Errorf("Shorten(%q, 5) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestPad(t *testing.T) {
	if got := Pad("日", 4) + "|" + PadLeft("日", 4) + "|" + Pad("long", 2); got != "日  |  日|long" {
		t.Errorf("padded: %q", got)
	}
}

func TestPainter(t *testing.T) {
	if got := Painter(true).Bold("a") + Painter(true).Bold("") + Painter(false).Dim("b"); got != "\x1b[1ma\x1b[0mb" {
		t.Errorf("painted: %q", got)
	}
}

func TestEscapeJSON(t *testing.T) {
	in := "{\"a\": \"é\u202e\u009b\U000e0041\"}\n"
	if got, want := string(EscapeJSON([]byte(in))), `{"a": "é\u202e\u009b\udb40\udc41"}`+"\n"; got != want {
		t.Errorf("EscapeJSON(%q) = %q, want %q", in, got, want)
	}
}
