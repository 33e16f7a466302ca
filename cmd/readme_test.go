package cmd

import (
	"bytes"
	"os"
	"strings"
	"testing"
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
