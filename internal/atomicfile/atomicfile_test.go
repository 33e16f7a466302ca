package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/atomicfile"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func begin(t *testing.T, path, text string, force bool, inputs ...string) *atomicfile.File {
	t.Helper()
	f, err := atomicfile.Create(path, force, inputs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Discard)
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f
}

// holds checks what is in a folder, and that nothing else is.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err == nil && string(text) != want[e.Name()] {
			t.Errorf("%s holds %q, want %q", e.Name(), text, want[e.Name()])
		}
	}
	if len(names) != len(want) {
		t.Errorf("the folder has %q, want %d files", names, len(want))
	}
}

func TestCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	f := begin(t, path, "new", false)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is there before it is whole", path)
	}
	if f.Path() != path || f.Done() {
		t.Errorf("path %q, done %v", f.Path(), f.Done())
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	f.Discard()
	holds(t, dir, map[string]string{"a.csv": "new"})
}

func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	f := begin(t, filepath.Join(dir, "a.csv"), "new", false)
	if base := filepath.Base(f.Name()); !strings.HasPrefix(base, ".a.csv.") || !strings.HasSuffix(base, ".tmp") {
		t.Errorf("the temporary name is %s", base)
	}
	f.Discard()
	f.Discard()
	(*atomicfile.File)(nil).Discard()
	holds(t, dir, nil)
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write(t, at("in.csv"), "in")
	write(t, at("old.csv"), "old")
	for _, link := range [][2]string{{"in.csv", "same.csv"}, {"nowhere", "dangling.csv"}} {
		if err := os.Symlink(at(link[0]), at(link[1])); err != nil {
			t.Skip(err)
		}
	}
	for _, test := range []struct {
		name  string
		force bool
		want  error
	}{
		{"old.csv", false, atomicfile.ErrExists},
		{"old.csv", true, nil},
		{"in.csv", true, atomicfile.ErrInput},
		{"same.csv", true, atomicfile.ErrInput},
		{"dangling.csv", false, atomicfile.ErrExists},
		{"dangling.csv", true, nil},
		{".", true, atomicfile.ErrFolder},
		{"no/such/folder.csv", false, fs.ErrNotExist},
		{"new.csv", false, nil},
		{strings.Repeat("n", 250), false, nil},
	} {
		f, err := atomicfile.Create(at(test.name), test.force, at("in.csv"), at("absent.csv"))
		if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("Create(%.20s, force %v): %v, want %v", test.name, test.force, err, test.want)
		}
		f.Discard()
		if test.want != fs.ErrNotExist {
			if again := atomicfile.Check(at(test.name), test.force, at("in.csv")); !errors.Is(again, test.want) {
				t.Errorf("Check(%.20s, force %v): %v, want %v", test.name, test.force, again, test.want)
			}
		}
	}
	if err := atomicfile.Check(os.DevNull, true); !errors.Is(err, atomicfile.ErrSpecial) {
		t.Errorf("a device: %v, want %v", err, atomicfile.ErrSpecial)
	}
}

// TestForce replaces a file, whose mode stays, and a link, but not the file that
// it leads to.
func TestForce(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "old.csv"), filepath.Join(dir, "link.csv")
	write(t, path, "old")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("old.csv", link); err != nil {
		t.Skip(err)
	}
	if err := begin(t, link, "new", true).Commit(); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"old.csv": "old", "link.csv": "new"})
	if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the link became %v, %v; want a file", info.Mode(), err)
	}
	if err := begin(t, path, "newer", true).Commit(); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"old.csv": "newer", "link.csv": "new"})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

// TestMode gives a copy no more readers than its source has.
func TestMode(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.csv")
	write(t, in, "in")
	if err := os.Chmod(in, 0o400); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out.csv")
	if err := begin(t, path, "out", false, in).Commit(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

// TestTaken does not write over a file that came up in the meantime, and takes
// back what was placed before it.
func TestTaken(t *testing.T) {
	dir := t.TempDir()
	var files []*atomicfile.File
	for _, name := range []string{"1.csv", "2.csv", "3.csv"} {
		files = append(files, begin(t, filepath.Join(dir, name), name, false))
	}
	write(t, filepath.Join(dir, "2.csv"), "of somebody else")
	if err := atomicfile.Commit(files...); !errors.Is(err, atomicfile.ErrExists) {
		t.Errorf("error %v, want %v", err, atomicfile.ErrExists)
	}
	done := slices.IndexFunc(files, func(f *atomicfile.File) bool { return !f.Done() })
	if done != 1 {
		t.Errorf("file %d is the first that was not placed, want 1", done)
	}
	for _, f := range files {
		f.Discard()
	}
	holds(t, dir, map[string]string{"2.csv": "of somebody else"})
}

// TestFinish reads a file before it has its name.
func TestFinish(t *testing.T) {
	dir := t.TempDir()
	f := begin(t, filepath.Join(dir, "a.csv"), "new", false)
	for range 2 {
		if err := f.Finish(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(f.Name())
	if err != nil || string(text) != "new" {
		t.Errorf("it holds %q, %v", text, err)
	}
	if _, err := f.WriteString("more"); err == nil {
		t.Error("more can be written")
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, map[string]string{"a.csv": "new"})
}

// TestCommitSeveral holds what is left when the last of several files finds its name
// taken: new ones are gone, one that took the place of an older file stays.
func TestCommitSeveral(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write(t, at("old.csv"), "old")
	files := []*atomicfile.File{begin(t, at("old.csv"), "newer", true), begin(t, at("new.csv"), "new", false), begin(t, at("late.csv"), "ours", false)}
	write(t, at("late.csv"), "theirs")
	if err := atomicfile.Commit(files...); !errors.Is(err, atomicfile.ErrExists) {
		t.Errorf("got %v, want %v", err, atomicfile.ErrExists)
	}
	for _, f := range files {
		f.Discard()
	}
	holds(t, dir, map[string]string{"old.csv": "newer", "late.csv": "theirs"})
}
