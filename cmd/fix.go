package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/fix"
	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// fixing holds the flags of fix.
type fixing struct {
	judging
	out, log            string
	only                []string
	unsafe, diff, force bool
	format, output      string
	reveal, quiet       bool
	asked               map[string]bool // rules of --only; nil: all
	entries             *fix.Log
	logFile             *atomicfile.File
	source              *job // what is repaired
	path                string
	named               bool   // fix itself chose path
	dropAs              string // the name for the dataflow, which does not look for that of the copy; empty: it does
	masks               *mask.Masker
	before, after       *report.Result
}

func fixCommand(a *app) *cobra.Command {
	f := &fixing{}
	c := &cobra.Command{
		Use:   "fix FILE",
		Short: "Write a repaired copy of a file",
		Long: `Write a copy of a FILE in which all is repaired that can be repaired without
changing what it means: NAME.fixed.csv beside it. Every other byte stays as it
is, the FILE is not touched, and no file is overwritten without --force.

A workbook or an archive becomes a text file. Amounts, quantities, points, signs
and dates with two readings are never changed; decimal commas, and commas between
thousands, only where the configuration says which there are (decimal: "," or ".").

The copy is judged as check does. The exit code is that of the copy, or of the
FILE where nothing was to be repaired.`,
		Example: `  preflight fix sales_2026-11-20.csv
  preflight fix --diff sales_2026-11-20.csv
  preflight fix --only outer-whitespace,enum-case --out clean/sales.csv sales.csv
  preflight fix --unsafe --change-log changes.csv customers.csv
  zcat sales.csv.gz | preflight fix --out sales.csv -`,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return usage("fix takes one file, not %d", len(files))
			}
			return a.fix(c.Context(), f, files[0])
		},
	}
	s := c.Flags()
	s.SortFlags = false
	s.StringVar(&f.out, "out", "", "write the copy to `PATH`, even if nothing is to be repaired (default: NAME.fixed.csv beside the file)")
	s.BoolVar(&f.unsafe, "unsafe", false, "make also repairs that only you know to be right")
	s.StringSliceVar(&f.only, "only", nil, "make the repairs of the rules `ID,...` only")
	s.BoolVar(&f.diff, "diff", false, "show the rows that would change, and write nothing")
	s.StringVar(&f.log, "change-log", "", "write each change to the CSV file `PATH`: row, column, header, action, before, after, rule")
	s.BoolVar(&f.force, "force", false, "overwrite files that are there")
	f.judging.register(s)
	s.StringVarP(&f.format, "format", "f", "text", "the format `NAME` of the report: text or json")
	s.StringVarP(&f.output, "output", "o", "", "write the report to `PATH` (default: standard output)")
	s.BoolVar(&f.reveal, "reveal", false, "show the values of persons in diff and change log instead of pseudonyms")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "the summary line only")
	return c
}

// check refuses wrong values of flags that no file is needed to know.
func (f *fixing) check(file string) error {
	if err := checkValues(&f.judging, &reporting{format: "text", rows: "all"}); err != nil {
		return err
	}
	given := f.flags.Changed
	switch {
	case f.format != "text" && f.format != "json":
		return usage("--format takes text or json, not %q", f.format)
	case given("out") && f.out == "", f.out == "-":
		return usage("--out takes the path of a file, not %q", f.out)
	case given("change-log") && f.log == "", f.log == "-":
		return usage("--change-log takes the path of a file, not %q", f.log)
	case f.diff && (given("out") || given("change-log") || f.format == "json"):
		return usage("--diff writes nothing, so it goes with none of --out, --change-log and --format json")
	case file == "-" && f.out == "" && !f.diff:
		return usage("standard input has no folder for the copy; name it with --out PATH")
	}
	if given("only") {
		f.asked = map[string]bool{}
		if len(f.only) == 0 {
			return usage("--only takes rules with commas between, not %q", "")
		}
	}
	for _, id := range f.only {
		if err := knownRule("--only", id); err != nil {
			return err
		}
		f.asked[id] = true
	}
	return nil
}

// fix repairs one file.
func (a *app) fix(ctx context.Context, f *fixing, file string) error {
	if err := f.check(file); err != nil {
		return err
	}
	jobs, err := f.openAll(ctx, a, []string{file}, false)
	defer func() {
		for _, b := range jobs {
			b.close()
		}
	}()
	if err != nil {
		return err
	}
	if f.source = jobs[0]; f.source.trouble != nil {
		return unread(f.source)
	}
	inputs := []string{file}
	if file == "-" {
		inputs = nil
	}
	clear, err := f.place(inputs)
	defer clear()
	defer func() { f.logFile.Discard() }()
	if err != nil {
		return err
	}
	shown, err := openOutput(f.output, a.out, append(slices.Clone(inputs), f.path))
	if err != nil {
		return err
	}
	defer shown.discard()
	a.interrupted = "interrupted, so nothing was written"
	res, err := a.repair(ctx, f, inputs)
	if err != nil {
		return err
	}
	defer res.Close()
	for _, w := range f.warnings {
		a.complain("preflight", "warning: "+w)
	}
	if f.diff {
		if err := shown.write(func(w io.Writer) error { return res.Diff(ctx, w, f.source.name, copyName(f.source), f.masks) }); err != nil {
			return err
		}
	} else if err := f.commit(ctx, res); err != nil {
		return err
	}
	a.interrupted = ""
	end := f.ended(res)
	a.code = report.ExitCode(end.Verdict)
	if f.diff {
		return nil
	}
	return shown.write(func(w io.Writer) error {
		if f.format == "json" {
			return end.json(w)
		}
		return f.text(w, end)
	})
}

// place settles where the copy goes. clear removes a folder that was made for a
// copy which nobody asked for.
func (f *fixing) place(inputs []string) (clear func(), err error) {
	clear = func() {}
	switch f.path = f.out; {
	case f.diff:
		dir, err := os.MkdirTemp("", "preflight-")
		if err != nil {
			return clear, fmt.Errorf("cannot make a temporary folder: %s", reason(err))
		}
		f.path = filepath.Join(dir, filepath.Base(copyName(f.source)))
		return func() { _ = os.RemoveAll(dir) }, nil
	case f.path == "":
		f.path = filepath.Join(filepath.Dir(f.source.path), copyName(f.source))
		f.named = true
	}
	if err := distinct(f.settingFiles(), sink{"the copy", f.path}, sink{"--change-log", f.log}, sink{"--output", f.output}); err != nil {
		return clear, err
	}
	for _, path := range []string{f.path, f.log} {
		if path == "" {
			continue
		}
		if err := atomicfile.Check(path, f.force, inputs...); err != nil {
			return clear, cannotWrite(path, err)
		}
	}
	if f.log != "" {
		if f.logFile, err = atomicfile.Create(f.log, f.force, inputs...); err != nil {
			return clear, cannotWrite(f.log, err)
		}
	}
	return clear, nil
}

// copied stands in the name of a copy before the extension.
const copied = ".fixed"

// copyName returns the name of the copy: NAME.fixed.EXT, where EXT is that of the
// file if it is text that the folder takes, else csv.
func copyName(b *job) string {
	name := filepath.Base(b.name)
	if b.source.Archive != "" {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	accept := b.options.Accept
	if accept == nil {
		accept = []string{"csv"}
	}
	if b.source.Workbook != nil || !slices.Contains(accept, strings.ToLower(strings.TrimPrefix(ext, "."))) {
		ext = ".csv"
	}
	return stem + copied + ext
}

// repair judges the file and makes the copy.
func (a *app) repair(ctx context.Context, f *fixing, inputs []string) (*fix.Result, error) {
	b := f.source
	b.options.Mend = true
	var err error
	if f.before, err = a.judgeAll(ctx, &f.judging, &reporting{}, []*job{b}); err != nil {
		return nil, err
	}
	first := f.before.Files[0]
	if !first.Complete {
		b.fail(first.Err)
		if first.Rows == 0 {
			return nil, unread(b)
		}
		text := "cannot repair " + b.name + ", so nothing is written: " + b.trouble.Message
		if b.trouble.Hint != "" {
			text += "; " + b.trouble.Hint
		}
		return nil, errors.New(text)
	}
	f.after = f.before
	f.masks = &mask.Masker{Key: b.source.Key(), Reveal: f.reveal}
	o := fix.Options{Unsafe: f.unsafe, Only: f.asked, Comma: b.flow.Delimiter, Path: f.path, Force: f.force, Inputs: inputs, Always: f.out != ""}
	if _, err := os.Stat(f.path); err == nil && f.named {
		o.Always = true // an old copy is none of this file
	}
	if o.Comma == 0 {
		o.Comma = ','
	}
	if f.logFile != nil {
		if f.entries, err = fix.NewLog(f.logFile, f.masks); err != nil {
			return nil, cannotWrite(f.log, err)
		}
		o.Note = func(c fix.Change) error {
			if err := f.entries.Note(c); err != nil {
				return cannotWrite(f.log, err)
			}
			return nil
		}
	}
	o.Check = func(ctx context.Context, name string) (*fix.Checked, error) { return f.judge(ctx, a, name) }
	res, err := fix.Run(ctx, first, o)
	switch {
	case err == nil || ctx.Err() != nil:
		return res, err
	case errors.Is(err, fix.ErrEncoding):
		return nil, usage("%s: %s; add encoding to --only", b.name, err)
	}
	if _, ok := errors.AsType[*usageError](err); ok || !isDiskError(err) {
		return nil, err
	}
	return nil, cannotWrite(f.path, err)
}

// isDiskError reports an error of the operating system, or of the rules for new files.
func isDiskError(err error) bool {
	_, ok := errors.AsType[*os.PathError](err)
	return ok || errors.Is(err, atomicfile.ErrExists) || errors.Is(err, atomicfile.ErrInput)
}

// judge checks a copy as the file was checked, under the name that it gets.
func (f *fixing) judge(ctx context.Context, a *app, name string) (*fix.Checked, error) {
	first, warnings := f.source, f.warnings
	flow, err := f.settings(first.path, filepath.Base(first.name))
	f.warnings = warnings // they are known
	if err != nil {
		return nil, err
	}
	b := &job{name: filepath.Base(f.path), path: name, flow: flow, place: first.place}
	b.flow.Sheet = ""
	if f.diff {
		b.name = filepath.Base(copyName(first))
	}
	if err := b.open(ctx, a, false); err != nil {
		return nil, err
	}
	if b.source == nil {
		return nil, unread(b)
	}
	// A header that is repaired may fit more templates, but it is the same file.
	if err := f.finish(ctx, b); err != nil || b.options.Template.ID != first.options.Template.ID {
		b.flow.Template = first.options.Template.ID
		if err := f.finish(ctx, b); err != nil {
			b.close()
			return nil, err
		}
	}
	b.options.Mend = true
	if f.dropAs = f.nameToDrop(b); f.dropAs != "" {
		b.options.NamePattern = ""
	}
	res, err := a.judgeAll(ctx, &f.judging, &reporting{}, []*job{b})
	if err != nil {
		b.close()
		return nil, err
	}
	f.after = res
	return &fix.Checked{FileResult: res.Files[0], Close: b.close}, nil
}

// nameToDrop returns the name under which the dataflow looks for a copy, where fix
// chose another one that it does not look for.
func (f *fixing) nameToDrop(b *job) string {
	whole := wholePattern(b.options.NamePattern)
	if !f.named && !f.diff || whole == nil || whole.MatchString(b.name) {
		return ""
	}
	ext := filepath.Ext(b.name)
	if name := strings.TrimSuffix(b.name, copied+ext) + ext; whole.MatchString(name) {
		return name
	}
	return ""
}

// commit gives the copy and the change log their names.
func (f *fixing) commit(ctx context.Context, res *fix.Result) error {
	var files []*atomicfile.File
	if res.File != nil {
		files = append(files, res.File)
	}
	if f.logFile != nil {
		if err := f.entries.Close(); err != nil {
			return cannotWrite(f.log, err)
		}
		files = append(files, f.logFile)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := atomicfile.Commit(files...); err != nil {
		return cannotWrite(f.path, err)
	}
	return nil
}

// why says why a finding of the copy was left.
func (f *fixing) why(res *fix.Result, c *validate.Cause) string {
	file := res.After.FileResult
	machine, safe := false, c.Fixable > 0
	for i := range file.Findings {
		if fd := &file.Findings[i]; fd.Rule == c.Rule && fd.Fix.Machine() {
			machine = true
		}
	}
	switch {
	case res.Left[c.Rule] != "":
		return res.Left[c.Rule]
	case (safe || machine) && f.asked != nil && !f.asked[c.Rule]:
		return "not asked for with --only"
	case machine && !safe && !f.unsafe:
		return "only you know; --unsafe repairs what it can"
	case safe && res.Mingled:
		return "to bring its rows together would make one bill of two others"
	case c.Rule == rules.DuplicateRow.ID:
		return "two scans of one item look the same; leave out yourself those that are copies"
	case c.Rule == rules.FileNamePattern.ID:
		return "the dataflow does not look for this name; choose another one with --out"
	case c.Summary != "":
		return c.Summary
	}
	return "no machine can know what is right"
}
