package cmd

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// readHeaderFile takes the names of the columns from the header file of the
// dataflow, if it has one.
//
// Errors: of usage, where it cannot be read or names no columns; or ctx has ended.
func (b *job) readHeaderFile(ctx context.Context) error {
	path := b.flow.HeaderFile
	if path == "" {
		return nil
	}
	info, err := os.Stat(path) // before the opening: that of a pipe blocks
	if err != nil {
		return usage("cannot read the header file %s: %s", path, reason(err))
	}
	if !info.Mode().IsRegular() {
		return usage("the header file %s is no file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return usage("cannot read the header file %s: %s", path, reason(err))
	}
	defer file.Close()
	name := filepath.Base(path)
	src, err := table.OpenContext(ctx, name, file, info.Size(), table.Options{})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return usage("cannot read the header file %s: %s", path, strings.TrimPrefix(reason(err), name+": "))
	}
	defer src.Close()
	switch {
	case src.NotText != "":
		return usage("the header file %s is no text: it is %s", path, words.Article(src.NotText))
	case src.Workbook != nil || src.Archive != "":
		return usage("the header file %s is no CSV", path)
	case src.Empty:
		return usage("the header file %s is empty", path)
	case slices.ContainsFunc(src.Header, blank):
		return usage("a name in the header file %s is blank", path)
	}
	b.flow.Header, b.flow.Headerless = src.Header, true
	b.header = &validate.HeaderFile{Name: name, Size: info.Size(), Comma: src.Sniffed}
	return nil
}
