package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// reporting holds the flags that say what is written, and where.
type reporting struct {
	format, output string
	more           []string // NAME=PATH
	samples        int
	reveal, digest bool
	quiet          bool
	rows           string // of the xlsx report: rejected or all
	baselines
}

func (r *reporting) register(flags *pflag.FlagSet) {
	flags.StringVarP(&r.format, "format", "f", "text", "the format `NAME` of the report: "+strings.Join(formatNames(), ", "))
	flags.StringVarP(&r.output, "output", "o", "", "write the report to `PATH` (default: standard output)")
	flags.StringArrayVar(&r.more, "report", nil, "a further report, as `NAME=PATH`: its format and where it goes; repeatable")
	flags.IntVar(&r.samples, "samples", 0, "show `N` findings of each rule; counts are always complete (default 10 in text and markdown, 1000 elsewhere)")
	flags.BoolVar(&r.reveal, "reveal", false, "show the values of persons instead of pseudonyms")
	flags.BoolVar(&r.digest, "digest", false, "put the SHA-256 of each file in the report")
	flags.StringVar(&r.rows, "report-rows", "rejected", "the `ROWS` of the file in the xlsx report: rejected or all")
	r.baselines.register(flags)
	flags.BoolVarP(&r.quiet, "quiet", "q", false, "the summary line only")
}

func checkCommand(a *app) *cobra.Command {
	j, r := &judging{}, &reporting{}
	c := &cobra.Command{
		Use:   "check FILE...",
		Short: "Judge files before they are dropped",
		Long: `Judge files before they are dropped: what the platform would refuse, what it
would take with wrong results, and what to mend. A FILE may be .csv or other
text, an .xlsx or .xlsm workbook, .gz or a .zip with one entry; - is standard
input. Several files are judged one by one, then together as a drop; the files
that a dataflow joins (bills, lines, payments) are joined.

Every flag has an environment variable, PREFLIGHT_ and its name in capitals
(PREFLIGHT_FAIL_ON); values of a repeatable flag stand on lines of their own. A
flag goes before its variable, that before preflight.yaml.`,
		Example: `  preflight check sales_2026-11-20.csv
  preflight check --format json --output report.json drop/*.csv
  preflight check -t transaction-line-item-merge bills.csv lines.csv
  preflight check --accept xlsx --sheet Returns sales.xlsx
  zcat sales.csv.gz | preflight check -t transaction-v2-add -`,
		RunE: func(c *cobra.Command, files []string) error { return a.check(c.Context(), j, r, files) },
	}
	c.Flags().SortFlags = false
	j.register(c.Flags())
	r.register(c.Flags())
	return c
}

// check opens all files, and only when nothing is wrong with the command or
// the configuration judges them side by side, and together.
func (a *app) check(ctx context.Context, j *judging, r *reporting, files []string) error {
	if len(files) == 0 {
		return usage("no file given; - is standard input")
	}
	if err := checkValues(j, r); err != nil {
		return err
	}
	jobs, err := j.openAll(ctx, a, files, r.digest)
	defer func() {
		for _, b := range jobs {
			b.close()
		}
	}()
	if err != nil {
		return err
	}
	outs, err := a.openReports(j, r, files)
	defer func() {
		for _, o := range outs {
			o.discard()
		}
	}()
	if err != nil {
		return err
	}
	defer r.baselines.discard()
	if err := r.baselines.open(files); err != nil {
		return err
	}
	res, err := a.judgeAll(ctx, j, r, jobs)
	if err != nil {
		return err
	}
	if err := r.baselines.apply(a, res, jobs); err != nil {
		return err
	}
	for _, w := range j.warnings {
		a.complain("preflight", "warning: "+w)
	}
	failOn := strictest(jobs)
	outs = a.troubles(res, outs)
	// Files first: a reader of standard output may go away.
	for i := len(outs) - 1; i >= 0; i-- {
		if err := outs[i].report(ctx, a, j, r, res, failOn); err != nil {
			return err
		}
	}
	a.code = report.ExitCode(res.Verdict(failOn))
	return nil
}

// troubles names the files that were not judged on stderr, unless the text
// report on stdout does. Where nothing was judged, that report would say
// nothing else, so it is left out.
func (a *app) troubles(res *report.Result, outs []destination) []destination {
	shown := outs[0].file == nil && outs[0].format.Name == "text"
	if len(res.Errors) == 0 || shown && len(res.Files) > 0 {
		return outs
	}
	for _, e := range res.Errors {
		a.complain("preflight", "cannot read "+e.File+": "+e.Message)
		if e.Hint != "" {
			a.complain("hint", e.Hint)
		}
	}
	if shown {
		return outs[1:]
	}
	return outs
}

// checkValues refuses wrong values of flags that no file is needed to know.
func checkValues(j *judging, r *reporting) error {
	if err := when("color", j.color); err != nil {
		return err
	}
	if err := when("progress", j.progress); err != nil {
		return err
	}
	if j.jobs < 0 || j.flags.Changed("jobs") && j.jobs == 0 {
		return usage("--jobs takes a number above 0, not %d", j.jobs)
	}
	if strings.TrimSpace(j.stdinName) == "" {
		return usage("--stdin-filename takes the name of a file, not %q", j.stdinName)
	}
	if j.flags.Changed("samples") && r.samples < 0 {
		return usage("--samples takes a number from 0, not %d", r.samples)
	}
	if _, err := j.day(""); err != nil {
		return err
	}
	if r.rows != "rejected" && r.rows != "all" {
		return usage("--report-rows takes rejected or all, not %q", r.rows)
	}
	_, err := format("--format", r.format)
	return err
}

func formatNames() (names []string) {
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

func format(flag, name string) (report.Format, error) {
	f, ok := report.ByName(name)
	if !ok {
		return f, usage("%s: unknown format %q; the nearest is %s", flag, name, nearest.Always(name, formatNames()))
	}
	return f, nil
}

// openAll prepares every file. On an error it closes what it opened.
func (j *judging) openAll(ctx context.Context, a *app, files []string, digest bool) (jobs []*job, err error) {
	streams := 0
	for _, f := range files {
		if f == "-" {
			streams++
		}
	}
	if streams > 1 {
		return nil, usage("- is given %d times, but there is one standard input", streams)
	}
	named := map[string]bool{}
	for _, f := range files {
		if f = filepath.Clean(f); named[f] {
			return nil, usage("%s is named twice", f)
		}
		named[f] = true
	}
	for _, f := range files {
		b, err := j.newJob(ctx, a, f, digest)
		if b != nil {
			jobs = append(jobs, b)
		}
		if err != nil {
			return jobs, err
		}
	}
	if err := j.assemble(ctx, jobs); err != nil {
		return jobs, err
	}
	if err := j.unread(jobs); err != nil {
		return jobs, err
	}
	return jobs, j.unmapped(jobs)
}

// unread refuses a --sheet where no file is a workbook.
func (j *judging) unread(jobs []*job) error {
	readable := false
	for _, b := range jobs {
		if b.source != nil && b.source.Workbook != nil {
			return nil
		}
		readable = readable || b.source != nil
	}
	if !readable || !j.flags.Changed("sheet") {
		return nil
	}
	return usage("--sheet %s: no file is a workbook", j.sheet)
}

// unmapped refuses a --map whose header no file has.
func (j *judging) unmapped(jobs []*job) error {
	var headers []string
	for _, b := range jobs {
		if b.source != nil {
			headers = append(headers, b.source.Header...)
		}
	}
	if len(headers) == 0 {
		return nil
	}
next:
	for _, pair := range j.maps {
		name := pair[:strings.LastIndexByte(pair, '=')]
		for _, h := range headers {
			if templates.Fold(h) == templates.Fold(name) {
				continue next
			}
		}
		// A distant one is not named: where the first row is data, it may be a person's.
		if near := nearest.Of(name, headers); near != "" {
			return usage("--map %s: no file has a header %q; the nearest is %s", pair, name, near)
		}
		return usage("--map %s: no file has a header %q", pair, name)
	}
	return nil
}

// judgeAll judges the files that could be opened.
func (a *app) judgeAll(ctx context.Context, j *judging, r *reporting, jobs []*job) (*report.Result, error) {
	res := &report.Result{Tool: report.Tool{Name: "preflight", Version: Version}, Rules: rules.All()}
	var total int64
	for _, b := range jobs {
		if b.trouble != nil {
			res.Errors = append(res.Errors, *b.trouble)
			continue
		}
		total += b.source.Size
	}
	wanted := j.progress == "always" || j.progress == "auto" && isTerminal(a.err)
	p := startProgress(a.err, total, wanted)
	defer p.end()
	readable := slices.DeleteFunc(slices.Clone(jobs), func(b *job) bool { return b.trouble != nil })
	bundle := validate.NewBundle()
	for _, b := range readable {
		b.options.Keep = max(r.samples, 1000)
		if r.baselines.wanted() {
			b.options.Keep = max(r.samples, report.BaselineKeep)
		}
		if len(readable) > 1 {
			b.options.Place.Bundle = bundle
		}
	}
	var err error
	if res.Files, err = j.judgeSideBySide(ctx, readable, p); err != nil {
		return nil, err
	}
	for _, b := range readable {
		if r.digest {
			sum, err := b.sum()
			if err != nil {
				return nil, fmt.Errorf("cannot read %s: %s", b.name, reason(err))
			}
			res.Digests = append(res.Digests, sum)
		}
	}
	if err := validate.JudgeDrop(ctx, rules.All(), res.Files, j.processors()); err != nil {
		return nil, err
	}
	return res, nil
}

// strictest returns the lowest severity that fails the run: that of the file
// which asks for most, where files have configurations of their own.
func strictest(jobs []*job) validate.Severity {
	least := report.Never
	for _, b := range jobs {
		level := validate.Error
		if b.flow.FailOn == "never" {
			level = report.Never
		} else if s, ok := config.Severity(b.flow.FailOn); ok {
			level = s
		}
		least = min(least, level)
	}
	return least
}

// A destination is one report to write.
type destination struct {
	*output
	format report.Format
	main   bool // the one of --format and --output: others are whole even with --quiet
}

// openReports opens the main report, then the further ones. None goes where another
// output does, or where something is that is read.
func (a *app) openReports(j *judging, r *reporting, inputs []string) (outs []destination, err error) {
	sinks := []sink{{"--write-baseline", r.baselines.write}, {"--output", r.output}}
	wanted := []struct{ flag, name, path string }{{"--format", r.format, r.output}}
	for _, pair := range r.more {
		name, path, ok := strings.Cut(pair, "=")
		if !ok || path == "" {
			return nil, usage("--report takes NAME=PATH, not %q", pair)
		}
		for _, other := range wanted {
			if path == "-" && (other.path == "" || other.path == "-") {
				return nil, usage("--report %s: another report goes there already", pair)
			}
		}
		sinks = append(sinks, sink{"--report " + pair, path})
		wanted = append(wanted, struct{ flag, name, path string }{"--report", name, path})
	}
	if err := distinct(j.settingFiles(), sinks...); err != nil {
		return nil, err
	}
	// A baseline may be written anew, but not by a report.
	if err := distinct([]sink{{"--baseline", r.baselines.read}}, sinks[1:]...); err != nil {
		return nil, err
	}
	for _, w := range wanted {
		f, err := format(w.flag, w.name)
		if err != nil {
			return outs, err
		}
		if f.Binary && (w.path == "" || w.path == "-") && isTerminal(a.out) {
			return outs, usage("%s %s: such a report is no text; give it a file with --output PATH", w.flag, w.name)
		}
		o, err := openOutput(w.path, a.out, inputs)
		if err != nil {
			return outs, err
		}
		outs = append(outs, destination{o, f, len(outs) == 0})
	}
	return outs, nil
}

func (d destination) report(ctx context.Context, a *app, j *judging, r *reporting, res *report.Result, failOn validate.Severity) error {
	o := report.Options{Context: ctx, FailOn: failOn, Reveal: r.reveal, Quiet: r.quiet && d.main, AllRows: r.rows == "all"}
	if j.flags.Changed("samples") {
		if o.Samples = r.samples; o.Samples == 0 {
			o.Samples = -1 // none, where 0 means the default
		}
	}
	o.Color, o.Width = colored(j.color, d.w), width(d.w)
	if path := os.Getenv("GITHUB_STEP_SUMMARY"); path != "" && d.format.Name == "github" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return fmt.Errorf("cannot write the summary of the step: %s", reason(err))
		}
		defer f.Close()
		o.StepSummary = f
	}
	err := d.write(func(w io.Writer) error { return d.format.Write(w, res, o) })
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// colored says what --color means for a stream.
func colored(when string, stream any) bool {
	return when == "always" || when == "auto" && os.Getenv("NO_COLOR") == "" && isTerminal(stream)
}

// isTerminal reports whether a stream is shown to a person.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width returns the columns of a terminal; 0 for any other stream.
func width(stream any) int {
	if !isTerminal(stream) {
		return 0
	}
	columns, _, err := term.GetSize(int(stream.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return columns
}
