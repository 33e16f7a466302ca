package cmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/connectplus/preflight/internal/atomicfile"
)

// An output is where one report goes: a stream, or a file that appears under
// its name only when it is whole.
type output struct {
	w     io.Writer
	file  *os.File         // nil for a stream that is not ours
	whole *atomicfile.File // nil for a pipe or a device
}

// openOutput prepares a report for path; "" and "-" are standard output. The
// report is written beside path and moved there when it is whole. Where path is a
// link the report goes to where it leads, and the link stays.
//
// Errors: path cannot be written, or is one of the inputs.
func openOutput(path string, stdout io.Writer, inputs []string) (*output, error) {
	if path == "" || path == "-" {
		return &output{w: stdout}, nil
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() { // a pipe, a terminal, /dev/null
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, usage("cannot write %s: %s", path, reason(err))
		}
		return &output{w: f, file: f}, nil
	}
	if err := atomicfile.Check(path, true, inputs...); err != nil {
		return nil, usage("cannot write %s: %s", path, reason(err))
	}
	target := path
	if to, err := filepath.EvalSymlinks(path); err == nil {
		target = to
	}
	f, err := atomicfile.Create(target, true)
	if err != nil {
		return nil, usage("cannot write %s: %s", path, reason(err))
	}
	return &output{w: f, file: f.File, whole: f}, nil
}

// write lets report write, and moves the file to its name.
func (o *output) write(report func(io.Writer) error) error {
	b := bufio.NewWriterSize(o.w, 1<<16)
	err := report(b)
	if err == nil {
		err = b.Flush()
	}
	switch {
	case errors.Is(err, syscall.EPIPE):
		return err
	case err != nil:
		return fmt.Errorf("cannot write the report: %s", reason(err))
	case o.file == nil:
		return nil
	}
	if o.whole == nil {
		err = o.file.Close()
	} else {
		err = o.whole.Commit()
	}
	if err != nil {
		return fmt.Errorf("cannot write the report: %s", reason(err))
	}
	return nil
}

// discard removes a file that never became a whole report.
func (o *output) discard() {
	if o.whole != nil {
		o.whole.Discard()
	} else if o.file != nil {
		_ = o.file.Close()
	}
}

// A sink is one place that a run writes to: its path, and the flag that names it or
// what goes there. No path, and -, are no file.
type sink struct{ what, path string }

// distinct refuses two outputs of one run that would be the same file, or one that
// would take the place of what is read.
func distinct(read []sink, sinks ...sink) error {
	for i, a := range sinks {
		for _, b := range append(read[:len(read):len(read)], sinks[:i]...) {
			if samePlace(a.path, b.path) {
				return usage("%s and %s would be the same file: %s", b.what, a.what, a.path)
			}
		}
	}
	return nil
}

// settingFiles are the files that say how files are read and judged, as far as they
// are known by now.
func (j *judging) settingFiles() []sink {
	files := []sink{{"--config", j.config}, {"--header-file", j.headerFile}}
	for _, path := range slices.Sorted(maps.Keys(j.read)) {
		files = append(files, sink{"the configuration", path})
	}
	for _, list := range j.lists {
		_, path, _ := strings.Cut(list, "=")
		files = append(files, sink{"--list", path})
		if at := strings.LastIndexByte(path, '#'); at > 0 { // FILE#COLUMN
			files = append(files, sink{"--list", path[:at]})
		}
	}
	return files
}

// samePlace reports whether two paths lead to one file, which need not be there
// yet. Where a device or a pipe is, what both write comes through.
func samePlace(a, b string) bool {
	if a == "" || b == "" || a == "-" || b == "-" {
		return false
	}
	at, err := os.Stat(a)
	if err == nil && !at.Mode().IsRegular() {
		return false
	}
	if other, e := os.Stat(b); err == nil && e == nil && os.SameFile(at, other) {
		return true
	}
	return placeOf(a) == placeOf(b)
}

// placeOf is the path that a file of that name gets: its folder without links.
func placeOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	dir, name := filepath.Split(path)
	if d, err := filepath.EvalSymlinks(dir); err == nil {
		dir = d
	}
	return filepath.Join(dir, name)
}

// reason words an error of the operating system without the path, which
// stands in the sentence already.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// folder makes the folder that files go to, unless it is there.
func folder(dir string) error {
	err := os.Mkdir(dir, 0o777)
	if info, missing := os.Stat(dir); missing == nil && !info.IsDir() {
		return usage("cannot write to %s: it is no folder", dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return usage("cannot write to %s: %s", dir, reason(err))
	}
	return nil
}

// cannotWrite words an error about an output. What is known before anything is
// written is wrong usage.
func cannotWrite(path string, err error) error {
	if errors.Is(err, atomicfile.ErrExists) {
		return usage("cannot write %s: it exists already; --force overwrites it", path)
	}
	for _, refused := range []error{atomicfile.ErrInput, atomicfile.ErrFolder, atomicfile.ErrSpecial, os.ErrPermission, os.ErrNotExist} {
		if errors.Is(err, refused) {
			return usage("cannot write %s: %s", path, reason(err))
		}
	}
	return fmt.Errorf("cannot write %s: %s", path, reason(err))
}
