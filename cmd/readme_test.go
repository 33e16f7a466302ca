package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/rules"
)

// block returns the first block of README.md that opens with that line.
func block(t *testing.T, opening string) []string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "\n"+opening+"\n")
	text, _, closed := strings.Cut(rest, "\n```\n")
	if !found || !closed {
		t.Fatalf("README.md has no block that opens with %q", opening)
	}
	return strings.Split(text, "\n")
}

// follow checks that every line stands in text, in that order.
func follow(t *testing.T, lines []string, text string) {
	t.Helper()
	for _, line := range lines {
		_, rest, found := strings.Cut("\n"+text, "\n"+line+"\n")
		if !found {
			t.Fatalf("README.md shows %q, which is not so; regenerate it", line)
		}
		text = rest
	}
}

// TestReadmeShowsTheDemo holds the picture of the report to what is reported.
func TestReadmeShowsTheDemo(t *testing.T) {
	const call = "preflight check --today 2026-11-20 sales_2026-11-20.csv"
	var shown []string
	for _, line := range block(t, "$ "+call) {
		if line != "…" && line != "" {
			shown = append(shown, line)
		}
	}
	t.Chdir("../testdata/demo")
	var out, err bytes.Buffer
	if code := Main(strings.Fields(call)[1:], strings.NewReader(""), &out, &err); code != 1 || err.Len() > 0 {
		t.Fatalf("exit code %d, stderr %q", code, err.String())
	}
	follow(t, shown, out.String())
}

// TestReadmeShowsTheLibrary holds the program of the README to one that is
// compiled and run.
func TestReadmeShowsTheLibrary(t *testing.T) {
	program, err := os.ReadFile("../report/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for line := range strings.Lines(string(program)) {
		text.WriteString(strings.TrimPrefix(line, "\t"))
	}
	follow(t, block(t, "```go"), text.String())
}

// TestReadmeShowsTheProbe holds the picture of a probe to a report that tests
// compare with.
func TestReadmeShowsTheProbe(t *testing.T) {
	report, err := os.ReadFile("../ftp/testdata/report/move-denied.golden")
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.Join(block(t, `    --source /in --processed /done --error /err --cluster india`), "\n")
	if want := strings.TrimSuffix(string(report), "\n"); shown != want {
		t.Errorf("README.md shows\n%s\nwhich is not\n%s", shown, want)
	}
}

// TestReadmeShowsSettings holds that every block of settings can be read, and
// that there are blocks for merge sets and templates.
func TestReadmeShowsSettings(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var settings []string
	for _, part := range strings.Split(string(readme), "\n```yaml\n")[1:] {
		text, _, _ := strings.Cut(part, "\n```\n")
		if !strings.HasPrefix(text, "# acme.yaml\n") {
			settings = append(settings, text)
		} else if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	merged, own := 0, 0
	for _, text := range settings {
		if !strings.HasPrefix(text, "version:") {
			text = "version: 1\n" + text
		}
		c, err := config.Parse(filepath.Join(dir, config.FileName), []byte(text), rules.All())
		if err != nil {
			t.Errorf("%v\n%s", err, text)
			continue
		}
		own += len(c.Defaults.Templates)
		for _, f := range c.Flows {
			merged += len(f.Merge)
		}
	}
	if merged != 2 || own != 1 {
		t.Errorf("README.md shows %d files that are joined and %d own templates, want 2 and 1", merged, own)
	}
}
