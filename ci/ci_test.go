// Package ci_test runs the files for CI systems as those systems would: their
// scripts under a shell, with the downloads served from a release made here.
package ci_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// temp holds the release, once a test has asked for it.
var temp string

// release makes what make release-snapshot writes, for this machine alone.
var release = sync.OnceValues(func() (dir string, err error) {
	dir, err = os.MkdirTemp("", "preflight-ci-")
	if err != nil {
		return "", err
	}
	temp = dir
	c := exec.Command("go", "run", "./internal/release", "snapshot", "-targets", runtime.GOOS+"/"+runtime.GOARCH, filepath.Join(dir, "dist"))
	c.Dir = ".."
	c.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1789000000")
	if out, err := c.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("%w: %s", err, out)
	}
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return dir, err
	}
	archives, err := filepath.Glob(filepath.Join(dir, "dist", "*.tar.gz"))
	if err != nil || len(archives) != 1 {
		return dir, fmt.Errorf("archives %q: %w", archives, err)
	}
	return dir, exec.Command("tar", "-xzf", archives[0], "-C", bin, "preflight").Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if temp != "" {
		os.RemoveAll(temp)
	}
	os.Exit(code)
}

// released returns the folders of the release and of its unpacked program.
func released(t *testing.T) (dist, bin string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("NOT CHECKED: the scripts are run under Linux and macOS only")
	}
	dir, err := release()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "dist"), filepath.Join(dir, "bin")
}

// A run is what a script did.
type run struct {
	code int
	out  string // standard output and error
}

// script runs a shell over text in a folder. The environment is env alone,
// beside what Go and the shell need.
func script(t *testing.T, shell []string, text, dir string, env map[string]string) run {
	t.Helper()
	name := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), shell[0], append(shell[1:], name)...)
	c.Dir = dir
	for _, name := range []string{"HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS", "GOTOOLCHAIN"} {
		if v, ok := os.LookupEnv(name); ok {
			c.Env = append(c.Env, name+"="+v)
		}
	}
	if _, ok := env["PATH"]; !ok {
		c.Env = append(c.Env, "PATH="+os.Getenv("PATH"))
	}
	for k, v := range env {
		c.Env = append(c.Env, k+"="+v)
	}
	out, err := c.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return run{c.ProcessState.ExitCode(), string(out)}
}

// stub writes a program into a folder of its own, and returns a PATH that
// begins with it.
func stub(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

// downloader stands for curl or wget: it copies what the URL names from a
// folder, and fails as curl does where there is no such file.
func downloader(t *testing.T, name, dist string) string {
	return stub(t, name, `#!/bin/sh
while [ $# -gt 0 ]; do
	case $1 in
	-o | -O) out=$2; shift ;;
	https://github.com/connectplus/preflight/releases/download/v[0-9]*/*) name=${1##*/} ;;
	-q | -fsSL | --proto | '=https' | --retry | [0-9]) ;;
	*) echo "unexpected argument $1" >&2; exit 2 ;;
	esac
	shift
done
[ -f "`+dist+`/$name" ] || exit 22
cp "`+dist+`/$name" "$out"
`)
}

// workspace returns a folder with files to judge: a clean one, one with errors,
// and names that a shell could take for something else.
func workspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	names := []string{
		"good.csv", "bad.csv", "two words.csv", "odd/-o.csv", "odd/$(touch pwned).csv",
		"odd/a;touch pwned;'\".csv", "odd/[x].csv", "odd/é ü.csv",
	}
	for i, name := range names {
		text := fmt.Sprintf("billNumber,billingDate,billAmount\nB%d,2026-11-19,10.00\n", i)
		if name == "bad.csv" {
			text = strings.Replace(text, "10.00", "ten", 1)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// unharmed fails the test if a script obeyed a name or an input.
func unharmed(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{".", "odd"} {
		if _, err := os.Stat(filepath.Join(dir, d, "pwned")); err == nil {
			t.Error("a name or an input was run as a command")
		}
	}
}

// written tells whether a file is there and has content.
func written(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}
