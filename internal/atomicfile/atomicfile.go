// Package atomicfile writes files that appear under their names only when they
// are whole, and never in place of a file that somebody wants to keep.
//
// What is written goes to a temporary file in the same folder, whose name begins
// with a dot and ends in .tmp, so that no pattern for the names of data takes it.
// [File.Commit] puts it under its name; [File.Discard] removes it. A program that
// is killed in between leaves the temporary file and nothing else.
//
// No link is followed: a file takes the place of the link, and the file that the
// link leads to stays as it is. To write there, name it: [filepath.EvalSymlinks].
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// What Check and Create refuse. Other errors are those of the operating system,
// with the name of the temporary file in them.
var (
	ErrExists  = errors.New("it exists already")
	ErrInput   = errors.New("it is the file to judge")
	ErrFolder  = errors.New("it is a folder")
	ErrSpecial = errors.New("it is no ordinary file")
)

// A File is written beside its name. Its methods are for one goroutine.
type File struct {
	*os.File        // the temporary file
	path     string // the name that it gets
	force    bool
	replaces bool // something was at path
	closed   bool // synced and closed; nothing more is written
	done     bool // committed or discarded
}

// Check reports why Create would refuse path: it is a folder or a device, is one
// of the inputs, or, without force, exists. It creates nothing, so that all files
// of a run can be checked before the first is written. inputs are names of files
// that the run reads; those that do not exist are passed over.
func Check(path string, force bool, inputs ...string) error {
	_, err := check(path, force, inputs)
	return err
}

// check also returns what is at path now, a link or a file; nil: nothing.
func check(path string, force bool, inputs []string) (fs.FileInfo, error) {
	there, err := os.Stat(path) // a link to a folder, an input or a device is as good as that
	switch {
	case err == nil && there.IsDir():
		return nil, ErrFolder
	case err == nil:
		for _, input := range inputs {
			if in, err := os.Stat(input); err == nil && os.SameFile(in, there) {
				return nil, ErrInput
			}
		}
		if force && !there.Mode().IsRegular() {
			return nil, ErrSpecial
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	old, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, nil
	case !force:
		return nil, ErrExists
	}
	return old, nil
}

// Create opens a temporary file for path, after Check.
//
// Its mode is that of the file that it replaces, else that of the first input,
// so that a copy is not seen by more people than its source; else 0666. The umask
// holds for the last two.
func Create(path string, force bool, inputs ...string) (*File, error) {
	old, err := check(path, force, inputs)
	if err != nil {
		return nil, err
	}
	mode := fs.FileMode(0o666)
	if len(inputs) > 0 {
		if in, err := os.Stat(inputs[0]); err == nil && in.Mode().IsRegular() {
			mode = in.Mode().Perm()&0o666 | 0o200
		}
	}
	f, err := temporary(path, mode)
	if err != nil {
		return nil, err
	}
	if old != nil && old.Mode().IsRegular() {
		_ = f.Chmod(old.Mode().Perm())
	}
	return &File{File: f, path: path, force: force, replaces: old != nil}, nil
}

// temporary creates a file that did not exist. A file that a killed program left
// has another number.
func temporary(path string, mode fs.FileMode) (*os.File, error) {
	dir, base := filepath.Split(path)
	base = base[:min(len(base), 200)] // names of files have at most 255 bytes
	for range 1000 {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%08x.tmp", base, rand.Uint32()))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return nil, ErrExists
}

// Path returns the name that the file gets; Name that of the temporary file.
func (f *File) Path() string { return f.path }

// Finish brings all that was written to the disk and closes the file. It can be
// read under its temporary name then, before Commit.
func (f *File) Finish() error {
	if f.closed {
		return nil
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	f.closed = true
	return nil
}

// Commit puts the file under its name and brings the folder to the disk. On an
// error nothing has changed but what the error says, and Discard cleans up.
//
// Errors: a full disk, or ErrExists where a file of that name has come up since
// Create and it was not forced.
func (f *File) Commit() error { return Commit(f) }

// Commit puts several files under their names, in that order, when all of them
// are on the disk: the last can be the one that says that the others are whole.
//
// On an error those that were placed already are removed again, unless they took
// the place of older ones. Discard cleans up the rest.
func Commit(files ...*File) error {
	for _, f := range files {
		if err := f.Finish(); err != nil {
			return err
		}
	}
	folders := map[string]bool{}
	for i, f := range files {
		if err := f.place(); err != nil {
			for _, placed := range files[:i] {
				if !placed.replaces {
					_ = os.Remove(placed.path)
				}
			}
			return err
		}
		folders[filepath.Dir(f.path)] = true
	}
	for dir := range folders {
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return nil
}

// place gives the file its name. A link cannot take the place of another file,
// a renaming can.
func (f *File) place() error {
	temp := f.Name()
	if !f.force {
		err := os.Link(temp, f.path)
		if errors.Is(err, fs.ErrExist) {
			return ErrExists
		}
		if err == nil {
			f.done = true
			return os.Remove(temp)
		}
		// The folder knows no links.
		if _, err := os.Lstat(f.path); err == nil {
			return ErrExists
		}
	}
	if err := os.Rename(temp, f.path); err != nil {
		return err
	}
	f.done = true
	return nil
}

// syncFolder brings the names in a folder to the disk, where the system can.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return nil // it may be written but not read
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// Done reports whether the file has its name, or was discarded.
func (f *File) Done() bool { return f.done }

// Discard removes what was written, unless it was committed. It may be called
// more than once.
func (f *File) Discard() {
	if f == nil || f.done {
		return
	}
	f.done = true
	if !f.closed {
		_ = f.Close()
	}
	_ = os.Remove(f.Name())
}
