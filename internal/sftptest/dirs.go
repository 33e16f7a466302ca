package sftptest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// nobody is the user and group that servers run as when the test runs as root.
// The numbers are those of Debian, Fedora and Alpine.
const nobody = 65534

// Dirs are the three folders of a dataflow, as absolute paths below Root.
//
// The servers are not chrooted: a path on disk is the path the client uses.
type Dirs struct {
	Root string
	In   string // source
	Done string // processed
	Err  string // error
}

// Folders makes a fresh tree with the folders in, done and err, mode 0755.
//
// As root the tree belongs to nobody, as do the servers of this package, so that
// permission bits mean something. It is removed when the test ends, whatever
// modes the test has set by then.
func Folders(t testing.TB) Dirs {
	t.Helper()
	root := publicDir(t)
	d := Dirs{
		Root: root,
		In:   filepath.Join(root, "in"),
		Done: filepath.Join(root, "done"),
		Err:  filepath.Join(root, "err"),
	}
	for _, dir := range []string{d.In, d.Done, d.Err} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{d.Root, d.In, d.Done, d.Err} {
		if err := give(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, dir := range []string{d.Root, d.In, d.Done, d.Err} {
			_ = os.Chmod(dir, 0o755) // a folder the test has removed is fine
		}
	})
	return d
}

// Put writes a user's file, mode 0644, owned like the folders, and returns its path.
//
// A bare name goes to In; one with a folder, such as "done/old.csv", is below Root.
func (d Dirs) Put(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(d.Root, name)
	if !strings.Contains(name, "/") {
		path = filepath.Join(d.In, name)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := give(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Names lists a folder, given as an absolute path, in byte order, dot files too.
func (d Dirs) Names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// Hash sums up everything below Root: path, mode, owner, size, content and time.
//
// Two equal hashes mean that nothing was left behind and nothing was touched.
// The times of folders are left out: they change when a file comes and goes.
func (d Dirs) Hash(t testing.TB) string {
	t.Helper()
	sum := sha256.New()
	err := filepath.WalkDir(d.Root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(d.Root, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%q %v %s", rel, info.Mode(), owner(info))
		if !info.IsDir() {
			content, err := contentOf(path, info)
			if err != nil {
				return err
			}
			fmt.Fprintf(sum, " %d %s %x", info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano), content)
		}
		fmt.Fprintln(sum)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func contentOf(path string, info fs.FileInfo) ([]byte, error) {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		return []byte(target), err
	case info.Mode().IsRegular():
		content, err := os.ReadFile(path)
		sum := sha256.Sum256(content)
		return sum[:], err
	}
	return nil, nil
}

// publicDir makes a temporary folder that accounts other than ours can enter.
func publicDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// t.TempDir puts its folders into one of mode 0700.
	for p := filepath.Dir(dir); strings.HasPrefix(p, top+string(filepath.Separator)); p = filepath.Dir(p) {
		if err := os.Chmod(p, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	for p := top; asRoot() && p != filepath.Dir(p); p = filepath.Dir(p) {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm()&0o001 == 0 {
			t.Fatalf("folder %s cannot be entered by the user nobody, set TMPDIR to one that can", p)
		}
	}
	return dir
}

func asRoot() bool { return os.Geteuid() == 0 }
