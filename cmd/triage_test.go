package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectplus/preflight/cmd"
)

// TestTriage holds what is said of error files in many layouts: testdata/triage
// has the files, and what is said of each, in NAME.golden. UPDATE=1 rewrites those.
func TestTriage(t *testing.T) {
	t.Chdir("../testdata/triage")
	t.Setenv("PREFLIGHT_TODAY", "2026-11-20")
	demo := filepath.Join("..", "demo", "sales_2026-11-20.csv")
	report := filepath.Join(t.TempDir(), "report.json")
	if code, _, err := run("check", "--digest", "-f", "json", "-o", report, demo); code != 1 || err != "" {
		t.Fatalf("check: exit code %d, stderr %q", code, err)
	}
	tests := []struct {
		name string
		code int
		args []string
	}{
		{"source-columns", 1, []string{"source-columns.csv"}},
		{"source", 1, []string{"--source", demo, "source-columns.csv"}},
		{"mended", 1, []string{"--source", "mended.csv", "code-first.csv"}},
		{"mended-forecast", 1, []string{"--source", "mended.csv", "--forecast", report, "code-first.csv"}},
		{"forecast", 1, []string{"--source", demo, "--forecast", report, "code-first.csv"}},
		{"forecast-alone", 1, []string{"--forecast", report, "code-first.csv"}},
		{"json", 1, []string{"-f", "json", "--source", demo, "--forecast", report, "code-first.csv"}},
		{"markdown", 1, []string{"-f", "markdown", "--source", demo, "--forecast", report, "code-first.csv"}},
		{"code-first", 1, []string{"code-first.csv"}},
		{"response", 1, []string{"response.csv"}},
		{"excel", 1, []string{"excel.csv"}},
		{"utf16", 1, []string{"utf16.csv"}},
		{"success", 0, []string{"success.csv"}},
		{"several", 1, []string{"several.csv"}},
		{"warnings", 1, []string{"warnings.csv"}},
		{"unknown", 1, []string{"unknown.csv"}},
		{"message-only", 1, []string{"message-only.csv"}},
		{"unquoted", 1, []string{"unquoted.csv"}},
		{"hostile", 1, []string{"hostile.csv"}},
		{"hostile-json", 1, []string{"-f", "json", "hostile.csv"}},
		{"hostile-markdown", 1, []string{"-f", "markdown", "hostile.csv"}},
		{"cut", 1, []string{"cut.csv"}},
		{"blank", 3, []string{"blank.csv"}},
		{"header-only", 3, []string{"header-only.csv"}},
		{"empty", 3, []string{"empty.csv"}},
		{"no-code-column", 3, []string{"no-code-column.csv"}},
		{"mapped", 1, []string{"--map", "Err Cd=code", "--map", "Bill=key", "no-code-column.csv"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := run(append([]string{"triage"}, tt.args...)...)
			stdout = strings.ReplaceAll(stdout, `"version": "`+cmd.Version+`"`, `"version": "…"`)
			got := fmt.Sprintf("%sexit code %d\n", stdout+stderr, code)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			golden := tt.name + ".golden"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			for _, secret := range []string{"9198765", "98765 0000", "ravi", "Ravi Kumar", "Asha Rao", "\x1b", "\u202e"} {
				if strings.Contains(got, secret) {
					t.Errorf("%q is shown", secret)
				}
			}
		})
	}
}

// run runs the command line.
func run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = cmd.Main(args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}
