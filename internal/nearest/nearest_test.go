package nearest

import "testing"

func TestOf(t *testing.T) {
	words := []string{"columns", "countries", "const", "date_format", "transaction-v2-add", "text", "json"}
	for _, c := range []struct{ word, of, always string }{
		{"colums", "columns", "columns"},
		{"cosnt", "const", "const"},
		{"Date_Format", "date_format", "date_format"},
		{"transaction-add", "transaction-v2-add", "transaction-v2-add"},
		{"jsno", "json", "json"},
		{"zebra", "", "text"},
		{"trans", "", "transaction-v2-add"},
		{"", "", "text"},
	} {
		if got := Of(c.word, words); got != c.of {
			t.Errorf("Of(%q) = %q, want %q", c.word, got, c.of)
		}
		if got := Always(c.word, words); got != c.always {
			t.Errorf("Always(%q) = %q, want %q", c.word, got, c.always)
		}
	}
	if got := Always("x", nil); got != "" {
		t.Errorf("Always of no words = %q, want nothing", got)
	}
}
