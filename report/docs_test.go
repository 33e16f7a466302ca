package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
)

// TestReportsPage holds that docs/reports.md has every format, and shows what
// they write.
func TestReportsPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, f := range report.Formats() {
		if !strings.Contains(page, "\n## `"+f.Name+"`\n") {
			t.Errorf("no section about %s", f.Name)
		}
	}
	samples := regexp.MustCompile(`(?s)<!-- of (\S+) -->\n~~~\w+\n(.*?)~~~\n`).FindAllStringSubmatch(page, -1)
	if n := strings.Count(page, "<!-- of "); n != len(samples) || n == 0 {
		t.Errorf("%d of %d samples can be read", len(samples), n)
	}
	for _, s := range samples {
		golden, err := os.ReadFile(filepath.Join("testdata", s[1]))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(strings.ReplaceAll(string(golden), "\r\n", "\n"), s[2]) {
			t.Errorf("the sample of %s is not in it:\n%s", s[1], s[2])
		}
	}
}
