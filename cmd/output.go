package cmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
// report is written beside path and moved there when it is whole.
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
	f, err := atomicfile.Create(path, true)
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
