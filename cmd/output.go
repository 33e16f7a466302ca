package cmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// An output is where one report goes: a stream, or a file that appears under
// its name only when it is whole.
type output struct {
	w     io.Writer
	file  *os.File // nil for a stream that is not ours
	path  string   // the name that the file gets; empty: it has it already
	toEnd bool     // the report is whole
}

// openOutput prepares a report for path; "" and "-" are standard output. The
// report is written beside path and moved there by close.
//
// Errors: path cannot be written, or is one of the inputs.
func openOutput(path string, stdout io.Writer, inputs []string) (*output, error) {
	if path == "" || path == "-" {
		return &output{w: stdout}, nil
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, usage("cannot write %s: it is a folder", path)
	case err == nil && !info.Mode().IsRegular(): // a pipe, a terminal, /dev/null
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, usage("cannot write %s: %s", path, reason(err))
		}
		return &output{w: f, file: f}, nil
	case err == nil:
		for _, input := range inputs {
			if in, err := os.Stat(input); err == nil && os.SameFile(in, info) {
				return nil, usage("cannot write %s: it is the file to judge", path)
			}
		}
		// A link stays a link: its target is replaced.
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.tmp", filepath.Base(path), os.Getpid()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, usage("cannot write %s: %s", path, reason(err))
	}
	if info != nil {
		_ = f.Chmod(info.Mode().Perm())
	}
	return &output{w: f, file: f, path: path}, nil
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
	if err := o.file.Close(); err != nil {
		return fmt.Errorf("cannot write %s: %s", o.path, reason(err))
	}
	if o.path != "" {
		if err := os.Rename(o.file.Name(), o.path); err != nil {
			return fmt.Errorf("cannot write %s: %s", o.path, reason(err))
		}
	}
	o.toEnd = true
	return nil
}

// discard removes a file that never became a whole report.
func (o *output) discard() {
	if o.file != nil && !o.toEnd {
		_ = o.file.Close()
		if o.path != "" {
			_ = os.Remove(o.file.Name())
		}
	}
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
