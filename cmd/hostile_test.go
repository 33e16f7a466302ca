package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// TestNothingSteersTheTerminal puts characters that a terminal obeys or hides
// into cells, headers, arguments and the names of files.
func TestNothingSteersTheTerminal(t *testing.T) {
	const evil = "\x1b[31m\x1b]0;own\a\u202e\u200b\u2066\u009b1m\r::error::x"
	dir := t.TempDir()
	t.Chdir(dir)
	name := strings.ReplaceAll(evil, "\r", "\n") + ".csv"
	for path, text := range map[string]string{
		name:             "billNumber,billingDate,Mobile,source,type,billAmount," + evil + "\nB1," + evil + ",9" + evil + "," + evil + ",REGULAR,x" + evil + ",x\n",
		"other.csv":      evil + ",b,c\n1,2,3\n",
		"preflight.yaml": "version: 1\n\"" + `\e[31m` + "\": 1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o600); err != nil {
			t.Skipf("this file system does not take the name: %v", err)
		}
	}
	for _, args := range [][]string{
		{"check", "--isolated", name},
		{"check", "--isolated", "--reveal", name},
		{"check", "--isolated", "-f", "json", name},
		{"check", "--isolated", "-f", "json", "--reveal", name},
		{"check", "--isolated", "-f", "jsonl", "--reveal", name},
		{"check", "--isolated", "-f", "sarif", "--reveal", name},
		{"check", "--isolated", "-f", "junit", "--reveal", name},
		{"check", "--isolated", "-f", "gitlab", "--reveal", name},
		{"check", "--isolated", "-f", "markdown", "--reveal", name},
		{"check", "--isolated", "-f", "html", "--reveal", name},
		{"check", "--isolated", "-q", name, "missing" + evil},
		{"check", "--isolated", "missing" + evil},
		{"check", "--isolated", "other.csv"},
		{"check", "--isolated", "--map", evil + "=billNumber", "other.csv"},
		{"check", "--isolated", "-t", evil, "other.csv"},
		{"check", "--isolated", "-o", evil + "/x", name},
		{"check", "--isolated", "--flow", evil, name},
		{"check", "--" + evil, name},
		{"check", "other.csv"},
		{"explain", evil},
		{"ftp-access", "--isolated", "--host", evil, "--user", evil, "--processed", evil},
		{"ftp-access", "--isolated", "--host", "127.0.0.1", "--port", "1", "--user", "x", "--processed", "/d", "--name-pattern", evil, "-v"},
		{"ftp-access", "--isolated", "--host", "x", "-i", evil},
		{"ftp-access", "--isolated", "--flow", evil},
		{"ftp-access", "--protocol", evil},
		{"ftp-access"},
		{"templates", evil},
		{name},
		{evil},
	} {
		var out, err bytes.Buffer
		if code := Main(args, strings.NewReader(""), &out, &err); code == 0 {
			t.Errorf("%q: exit code 0", args)
		}
		for _, text := range []string{out.String(), err.String()} {
			steers := func(r rune) bool { return r != '\n' && unicode.Is(unicode.C, r) }
			if at := strings.IndexFunc(text, steers); at >= 0 {
				t.Errorf("%q wrote %q", args, text[max(0, at-20):at+8])
			}
			if strings.Contains("\n"+text, "\n::") {
				t.Errorf("%q wrote a line that a CI job obeys:\n%s", args, text)
			}
		}
	}
}
