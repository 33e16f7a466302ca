package words

import (
	"math"
	"testing"
)

func TestCount(t *testing.T) {
	for _, test := range []struct {
		n    int64
		want string
	}{
		{0, "0"}, {999, "999"}, {1000, "1,000"}, {48113, "48,113"}, {1234567, "1,234,567"},
		{-1, "-1"}, {-999, "-999"}, {-1000, "-1,000"}, {math.MinInt64, "-9,223,372,036,854,775,808"},
	} {
		if got := Count(test.n); got != test.want {
			t.Errorf("Count(%d) = %q, want %q", test.n, got, test.want)
		}
	}
}

func TestPlural(t *testing.T) {
	for _, test := range []struct {
		n    int64
		want string
	}{{0, "0 bills"}, {1, "1 bill"}, {-1, "-1 bill"}, {2, "2 bills"}, {48113, "48,113 bills"}} {
		if got := Plural(test.n, "bill"); got != test.want {
			t.Errorf("Plural(%d) = %q, want %q", test.n, got, test.want)
		}
	}
}

func TestArticle(t *testing.T) {
	for _, test := range []struct{ noun, want string }{
		{"PDF document", "a PDF document"}, {"xlsx workbook", "an xlsx workbook"}, {"Excel workbook", "an Excel workbook"},
		{"HTML page", "an HTML page"}, {"UTF-16 file", "a UTF-16 file"}, {"binary file", "a binary file"},
		{"archive", "an archive"}, {"", "a "},
	} {
		if got := Article(test.noun); got != test.want {
			t.Errorf("Article(%q) = %q, want %q", test.noun, got, test.want)
		}
	}
}
