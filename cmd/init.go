package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/config/draft"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
)

func initCommand(a *app) *cobra.Command {
	var output, sheet string
	var force bool
	c := &cobra.Command{
		Use:   "init FILE",
		Short: "Draft a preflight.yaml from a sample",
		Long: `Look at the head of a FILE and write a preflight.yaml beside it: the template that
its header fits, what its columns carry and how sure that is, delimiter, date
format and decimal comma, and as comments what every row needs and no column has.

Nothing is asked, and nothing guessed that the sample leaves open: where day and
month cannot be told apart both readings stand there as comments.`,
		Example: `  preflight init sales_2026-11-20.csv
  preflight init -o - export.csv`,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return usage("init takes one file, not %d", len(files))
			}
			return a.draft(c.Context(), files[0], sheet, output, force)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "", "write to `PATH`; - is standard output (default: preflight.yaml beside the file)")
	c.Flags().StringVar(&sheet, "sheet", "", "the sheet of a workbook, by `NAME` or number (default: the first that is shown)")
	c.Flags().BoolVar(&force, "force", false, "overwrite what is there")
	return c
}

// draft writes a draft of the settings for a file. sheet is that of a workbook.
func (a *app) draft(ctx context.Context, name, sheet, output string, force bool) error {
	if name == "-" {
		return usage("init takes the name of a file: a part of the draft is made from it")
	}
	if output == "" {
		output = filepath.Join(filepath.Dir(name), config.FileName)
	}
	if info, err := os.Stat(output); err == nil && info.Mode().IsRegular() && !force {
		return usage("%s is there already; --force overwrites it, -o PATH writes elsewhere", short(output))
	}
	d, err := a.look(ctx, name, sheet)
	if err != nil {
		return err
	}
	out, err := openOutput(output, a.out, []string{name})
	if err != nil {
		return err
	}
	defer out.discard()
	text := d.YAML()
	if err := out.write(func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return err
	}
	if out.file == nil {
		return nil
	}
	return a.drafted(d, output)
}

// look drafts the settings for a file. That the file cannot be read is no
// error of usage.
func (a *app) look(ctx context.Context, name, sheet string) (*draft.Draft, error) {
	b := &job{name: name, path: name, flow: config.Flow{Sheet: sheet}}
	if filepath.IsAbs(name) {
		b.name = filepath.Base(name)
	}
	defer b.close()
	if err := b.open(ctx, a, false); err != nil {
		return nil, err
	}
	if b.source == nil {
		return nil, unread(b)
	}
	if sheet != "" && b.source.Workbook == nil {
		return nil, usage("--sheet %s: %s is no workbook", sheet, b.name)
	}
	d, err := draft.New(ctx, b.source, name)
	if err == nil || ctx.Err() != nil {
		return d, err
	}
	if _, ok := errors.AsType[*table.NotTextError](err); ok || isFileError(err) {
		b.fail(err)
		return nil, unread(b)
	}
	return nil, errors.New("cannot read " + b.name + ": " + reason(err))
}

func isFileError(err error) bool {
	_, limit := errors.AsType[*table.LimitError](err)
	_, path := errors.AsType[*fs.PathError](err)
	return limit || path
}

// unread words the trouble of a job.
func unread(b *job) error {
	text := "cannot read " + b.trouble.File + ": " + b.trouble.Message
	if b.trouble.Hint != "" {
		text += "; " + b.trouble.Hint
	}
	return errors.New(text)
}

// drafted says what was written, and what is left to a person.
func (a *app) drafted(d *draft.Draft, path string) error {
	what := "no template"
	if d.Template != nil {
		what = fmt.Sprintf("%s, %d of %s mapped", d.Template.ID, d.Mapping.Mapped(), words.Plural(int64(len(d.Mapping.Fields)), "column"))
	}
	if _, err := fmt.Fprintf(a.out, "wrote %s: %s\n", visible(short(path)), what); err != nil {
		return err
	}
	for _, c := range d.Complaints {
		if _, err := fmt.Fprintf(a.out, "check will complain: %s\n", c); err != nil {
			return err
		}
	}
	for _, c := range d.Choices {
		if _, err := fmt.Fprintf(a.out, "choose %s in it: %s\n", c.Key, c.Why); err != nil {
			return err
		}
	}
	return nil
}
