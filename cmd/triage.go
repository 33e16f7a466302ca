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

	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/triage"
)

// The files that triage writes.
const (
	resendName = "resend.csv"
	stuckName  = "stuck.csv"
)

// triageFormats are the formats of triage, the default first.
var triageFormats = []string{"text", "json", "markdown"}

// triaging holds the flags of triage.
type triaging struct {
	judging
	sourceFile, forecastFile string
	outputDir                string
	force                    bool
	format, output           string
	reveal, quiet            bool

	roles map[string]triage.Role // columns of the error file, by header
}

func triageCommand(a *app) *cobra.Command {
	t := &triaging{}
	c := &cobra.Command{
		Use:   "triage ERRORFILE",
		Short: "Read the platform's error file: what failed, why, and what to send again",
		Long: `Read the file that Connect+ writes to the API error path after a drop. It lists
rows that were taken, too, with the code 200. The others are counted by code and
message, and each code is explained: what it means, what to do, whether sending
the row again may help, and which rule would have seen it coming.

The columns are found by their headers, API_Error_Code and the like, and --map
names others: --map 'Err Cd=code'. The roles are code, message, status (success
or failure in a word), response (an answer in JSON) and key (the bill number).

With --source, the file that was dropped, bills are looked up: --output-dir
writes those that can be sent again to resend.csv, whole and as they stand, and
those that need a person to stuck.csv, with two more columns for code and
message. A bill can be sent again if all of its codes are temporary, or if it was
corrected: it failed for what a rule sees in the file, check finds no error in it
any more, and the cells of the error file, or --forecast, show that it was
changed. Bills that were taken are in neither. What check makes of resend.csv is
said.

With --forecast, the JSON report that check made of the source before the drop,
what was foretold is compared with what happened.

The flags below that say how a file is read and judged are about the source.`,
		Example: `  preflight triage errors_2026-11-21.csv
  preflight triage --source sales_2026-11-20.csv --output-dir again errors_2026-11-21.csv
  preflight triage --source sales.csv --forecast report.json --format markdown errors.csv
  preflight triage --map 'Err Cd=code' --map 'Bill=key' errors.csv`,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return usage("triage takes one error file, not %d", len(files))
			}
			return a.triage(c.Context(), t, files[0])
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&t.sourceFile, "source", "", "the `FILE` that was dropped, or what became of it since")
	f.StringVar(&t.forecastFile, "forecast", "", "the JSON report `FILE` of check on the source")
	f.StringVar(&t.outputDir, "output-dir", "", "write "+resendName+" and "+stuckName+" to the folder `DIR`, made if it is not there")
	f.BoolVar(&t.force, "force", false, "overwrite files that are there")
	f.StringVarP(&t.format, "format", "f", triageFormats[0], "the format `NAME` of the report: "+strings.Join(triageFormats, ", "))
	f.StringVarP(&t.output, "output", "o", "", "write the report to `PATH` (default: standard output)")
	f.BoolVar(&t.reveal, "reveal", false, "show the values of persons in messages")
	f.BoolVarP(&t.quiet, "quiet", "q", false, "the verdict only")
	t.judging.register(f)
	return c
}

// check refuses wrong values of flags that no file is needed to know.
func (t *triaging) check(file string) error {
	if err := checkValues(&t.judging, &reporting{format: "text", rows: "all"}); err != nil {
		return err
	}
	given := t.flags.Changed
	for _, path := range []struct{ flag, value string }{{"source", t.sourceFile}, {"forecast", t.forecastFile}, {"output-dir", t.outputDir}} {
		if given(path.flag) && path.value == "" {
			return usage("--%s takes a path, not %q", path.flag, path.value)
		}
	}
	switch {
	case !slices.Contains(triageFormats, t.format):
		return usage("--format takes %s, not %q", terminal.List(triageFormats), t.format)
	case t.outputDir != "" && t.sourceFile == "":
		return usage("--output-dir needs the file that was dropped: --source FILE")
	case t.sourceFile == "-" && file == "-":
		return usage("- is given twice, but there is one standard input")
	case t.sourceFile != "" && filepath.Clean(t.sourceFile) == filepath.Clean(file):
		return usage("%s is named as the error file and as the source", file)
	}
	return t.parts()
}

// parts takes the pairs of --map that are about the error file out of those that
// are about fields.
func (t *triaging) parts() error {
	t.roles = map[string]triage.Role{}
	var fields []string
	by := map[triage.Role]string{}
	for _, pair := range t.maps {
		at := strings.LastIndexByte(pair, '=')
		role := triage.Role(pair[at+1:])
		if at < 1 || !slices.Contains(triage.Roles(), role) {
			fields = append(fields, pair)
			continue
		}
		if other, twice := by[role]; twice {
			return usage("--map %s and --map %s name the same column", other, pair)
		}
		by[role], t.roles[pair[:at]] = pair, role
	}
	t.maps = fields
	return nil
}

// A triaged run has its files open.
type triaged struct {
	*triaging
	errors, source *job // source: nil where none was given
	report         *triage.Report
	read           triage.ReadOptions
	keys, same     []int // of the source
	partial        bool
	forecast       *triage.Forecast
	outs           []*atomicfile.File // resend, stuck
}

func (a *app) triage(ctx context.Context, t *triaging, file string) error {
	if err := t.check(file); err != nil {
		return err
	}
	inputs := []string{file}
	for _, f := range []string{t.sourceFile, t.forecastFile} {
		if f != "" {
			inputs = append(inputs, f)
		}
	}
	if err := t.checkOutputs(inputs); err != nil {
		return err
	}
	r := &triaged{triaging: t}
	defer r.close()
	if err := r.open(ctx, a, file); err != nil {
		return err
	}
	out, err := openOutput(t.output, a.out, inputs)
	if err != nil {
		return err
	}
	defer out.discard()
	if err := r.answers(ctx); err != nil {
		return err
	}
	if r.source != nil {
		if err := r.join(ctx, a, inputs); err != nil {
			return err
		}
	} else if r.forecast != nil {
		r.report.Forecast = r.forecast.Counts(r.report.Answers, r.report.Codes)
	}
	for _, w := range t.warnings {
		a.complain("preflight", "warning: "+w)
	}
	if err := out.write(func(w io.Writer) error { return r.write(w, out.w) }); err != nil {
		return err
	}
	a.code = r.code()
	return nil
}

// code is the exit code: 1 where a row failed, unless nobody wants to fail. What
// check finds in resend.csv is no worse than the rows that failed, but it may not
// have come to its end.
func (r *triaged) code() int {
	level := r.errors.flow.FailOn
	if r.source != nil {
		level = r.source.flow.FailOn
	}
	verdict := r.report.Verdict()
	switch {
	case level == "never" && verdict == report.Fail:
		verdict = report.Pass
		if !r.report.Complete() {
			verdict = report.Incomplete
		}
	case (level == "warning" || level == "info") && verdict == report.Pass && r.report.Answers.Warned > 0:
		verdict = report.Fail
	}
	if j := r.report.Join; j != nil {
		for _, w := range j.Written {
			if w.Checked != nil && w.Checked.Verdict == report.Incomplete && verdict == report.Pass {
				verdict = report.Incomplete
			}
		}
	}
	return report.ExitCode(verdict)
}

func (r *triaged) write(w io.Writer, stream any) error {
	switch r.format {
	case "json":
		return r.report.JSON(w)
	case "markdown":
		return r.report.Markdown(w)
	}
	return r.report.Text(w, triage.TextOptions{Width: width(stream), Color: colored(r.color, stream), Quiet: r.quiet})
}

// checkOutputs refuses outputs before anything is read.
func (t *triaging) checkOutputs(inputs []string) error {
	outs := []sink{{"--output", t.output}}
	for _, name := range []string{resendName, stuckName} {
		if t.outputDir != "" {
			outs = append(outs, sink{name, filepath.Join(t.outputDir, name)})
		}
	}
	if err := distinct(t.settingFiles(), outs...); err != nil || t.outputDir == "" {
		return err
	}
	if err := folder(t.outputDir); err != nil {
		return err
	}
	for _, name := range []string{resendName, stuckName} {
		path := filepath.Join(t.outputDir, name)
		if err := atomicfile.Check(path, t.force, inputs...); err != nil {
			return cannotWrite(path, err)
		}
	}
	return nil
}

// open opens the error file, then the source and the forecast.
func (r *triaged) open(ctx context.Context, a *app, file string) (err error) {
	r.errors = &job{name: file, path: file}
	if file == "-" {
		r.errors.name, r.errors.path = r.stdinName, ""
	}
	if filepath.IsAbs(r.errors.name) {
		r.errors.name = filepath.Base(r.errors.name)
	}
	if err := r.errors.open(ctx, a, false); err != nil {
		return err
	}
	if s := r.errors.source; s != nil && s.NotText != "" {
		r.errors.fail(&table.NotTextError{Name: r.errors.name, Kind: s.NotText})
	}
	if r.errors.trouble != nil {
		return unread(r.errors)
	}
	if r.errors.source.Empty {
		return fmt.Errorf("cannot read %s: it is empty, so it does not say what became of any row", r.errors.name)
	}
	if r.sourceFile != "" {
		if err := r.openSource(ctx, a); err != nil {
			return err
		}
	} else if r.errors.flow, err = r.settings(r.errors.path, filepath.Base(r.errors.name)); err != nil {
		return err
	} else {
		r.warnings = nil // the name of an error file is that of no flow
	}
	if err := r.mapped(); err != nil {
		return err
	}
	return r.openForecast()
}

func (r *triaged) openSource(ctx context.Context, a *app) (err error) {
	r.source, err = r.newJob(ctx, a, r.sourceFile, false)
	if err != nil {
		return err
	}
	if s := r.source.source; s != nil && s.NotText != "" {
		r.source.fail(&table.NotTextError{Name: r.source.name, Kind: s.NotText})
	}
	if r.source.trouble != nil {
		return unread(r.source)
	}
	if err := r.assemble(ctx, []*job{r.source}); err != nil {
		return err
	}
	return r.unread([]*job{r.source})
}

// mapped refuses a --map whose header neither file has.
func (r *triaged) mapped() error {
	jobs := []*job{r.errors}
	if r.source != nil {
		jobs = append(jobs, r.source)
	}
	return r.unmapped(jobs)
}

func (r *triaged) openForecast() error {
	if r.forecastFile == "" {
		return nil
	}
	f, err := os.Open(r.forecastFile)
	if err != nil {
		return usage("cannot read %s: %s", r.forecastFile, reason(err))
	}
	defer f.Close()
	if r.forecast, err = triage.ReadForecast(filepath.Base(r.forecastFile), r.sourceFile, f); err != nil {
		return usage("cannot use the forecast %s: %s", r.forecastFile, err)
	}
	return nil
}

func (r *triaged) close() {
	for _, o := range r.outs {
		o.Discard()
	}
	for _, b := range []*job{r.errors, r.source} {
		if b != nil {
			b.close()
		}
	}
}
