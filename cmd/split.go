package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/split"
	"github.com/connectplus/preflight/validate"
)

// splitting holds the flags of split.
type splitting struct {
	judging
	maxRows             int64
	maxBytes, outputDir string
	rejected, clean     string
	force               bool
	format, output      string
	reveal, quiet       bool
}

func splitCommand(a *app) *cobra.Command {
	s := &splitting{}
	c := &cobra.Command{
		Use:   "split FILE",
		Short: "Cut a file between bills, or part rejected bills from clean ones",
		Long: `Cut a FILE into parts that a dataflow takes. Every part has the header, and no
bill is cut: where the rows of a bill lie apart, the later ones move to the part
of the first. A row with too many or too few cells may belong to every bill whose
number is among them, or else to its neighbours: it stays with one of them. The
parts, NAME.part001.EXT and so on, are bytes of the file and nothing else;
NAME.manifest.json says which rows each of them has, and their SHA-256. Where the
Filename Pattern of the dataflow is known, the names match it.

With --rejected and --clean the bills that check would reject are parted from
the others, so that the rest can be dropped today; so are the bills to which a row
with too many or too few cells may belong. Where something is wrong with the file
as a whole, such as its header, nothing is clean.

Each part is judged as check does before it gets its name. The exit code is that
of the clean part, or the worst of all parts: 0 where they can be dropped, 1
where something in them is rejected.

The FILE is never changed, and no file is overwritten without --force; with it,
what an earlier run left beside the new parts is removed. When the run is stopped
or the disk is full, nothing is left; when it is killed, hidden .NAME.*.tmp files
may be, and can be deleted.`,
		Example: `  preflight split sales_2026-11-20.csv
  preflight split --max-rows 100000 --output-dir parts sales_2026-11-20.csv
  preflight split --rejected rejected.csv --clean sales_2026-11-20_clean.csv sales_2026-11-20.csv
  zcat sales.csv.gz | preflight split --stdin-filename sales.csv -`,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return usage("split takes one file, not %d", len(files))
			}
			return a.split(c.Context(), s, files[0])
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.Int64Var(&s.maxRows, "max-rows", 0, "at most `N` rows in a part, the header aside (default: those that need no retries, 500000)")
	f.StringVar(&s.maxBytes, "max-bytes", "", "at most `SIZE` in a part, such as 300MB: 1 MB is 1,000,000 bytes (default: what a dataflow takes, 300MB)")
	f.StringVar(&s.outputDir, "output-dir", "", "write the parts to the folder `DIR`, made if it is not there (default: that of the file)")
	f.StringVar(&s.rejected, "rejected", "", "write the bills that check rejects to `PATH`")
	f.StringVar(&s.clean, "clean", "", "write the bills that check does not reject to `PATH`")
	f.BoolVar(&s.force, "force", false, "overwrite files that are there, and remove the parts of an earlier run")
	s.judging.register(f)
	f.StringVarP(&s.format, "format", "f", "text", "the format `NAME` of the report: text, or json, which is the manifest")
	f.StringVarP(&s.output, "output", "o", "", "write the report to `PATH` (default: standard output)")
	f.BoolVar(&s.reveal, "reveal", false, "as in check; split shows no values of persons in any case")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "the summary line only")
	return c
}

// check refuses wrong values of flags that no file is needed to know.
func (s *splitting) check() error {
	if err := checkValues(&s.judging, &reporting{format: "text", rows: "all"}); err != nil {
		return err
	}
	if s.format != "text" && s.format != "json" {
		return usage("--format takes text or json, not %q", s.format)
	}
	given := s.flags.Changed
	for _, path := range []struct{ flag, value string }{{"rejected", s.rejected}, {"clean", s.clean}, {"output-dir", s.outputDir}} {
		if given(path.flag) && (path.value == "" || path.value == "-") {
			return usage("--%s takes a path, not %q", path.flag, path.value)
		}
	}
	if s.byVerdict() {
		for _, flag := range []string{"max-rows", "max-bytes", "output-dir"} {
			if given(flag) {
				return usage("--%s cuts by size, --rejected and --clean by verdict; cut the clean file afterwards", flag)
			}
		}
		if err := distinct(s.settingFiles(), sink{"--rejected", s.rejected}, sink{"--clean", s.clean}, sink{"--output", s.output}); err != nil {
			return err
		}
	}
	if given("max-rows") && s.maxRows < 1 {
		return usage("--max-rows takes a number above 0, not %d", s.maxRows)
	}
	_, err := bytesOf(s.maxBytes)
	return err
}

func (s *splitting) byVerdict() bool { return s.rejected != "" || s.clean != "" }

// bytesOf reads a size such as 300MB; 0 for an empty one.
func bytesOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	digits, unit := strings.ToUpper(strings.TrimSpace(text)), int64(1)
	for _, u := range []struct {
		name string
		size int64
	}{{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}} {
		if cut, ok := strings.CutSuffix(digits, u.name); ok {
			digits, unit = strings.TrimSpace(cut), u.size
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64/unit {
		return 0, usage("--max-bytes takes a size such as 300MB, 500KB or 1000000, not %q", text)
	}
	return n * unit, nil
}

// limits returns what a part may hold: as the flags say, else as the rules for
// long and large files do in the settings of the flow.
func (s *splitting) limits(b *job) split.Limits {
	l := split.Limits{Rows: s.maxRows}
	l.Bytes, _ = bytesOf(s.maxBytes) // checked before
	rows, ok := b.flow.Params[rules.RetryCountHint.ID].(*rules.RetryCountHintParams)
	if !ok {
		rows = rules.RetryCountHint.Params.(*rules.RetryCountHintParams)
	}
	size, ok := b.flow.Params[rules.FileSizeLimit.ID].(*rules.FileSizeLimitParams)
	if !ok {
		size = rules.FileSizeLimit.Params.(*rules.FileSizeLimitParams)
	}
	if l.Rows == 0 {
		l.Rows = rows.Rows
	}
	if l.Bytes == 0 {
		l.Bytes = size.Bytes
	}
	return l
}

// split cuts a file, or parts its rejected rows from the others.
func (a *app) split(ctx context.Context, s *splitting, file string) (err error) {
	if err := s.check(); err != nil {
		return err
	}
	b, err := s.newJob(ctx, a, file, true)
	if b != nil {
		defer b.close()
	}
	if err == nil {
		err = s.suits(b)
	}
	if err != nil {
		return err
	}
	out, err := openOutput(s.output, a.out, []string{file})
	if err != nil {
		return err
	}
	defer out.discard()
	a.interrupted = "interrupted; nothing was written"
	cut := &cutting{a: a, s: s, b: b, whole: wholePattern(b.options.NamePattern)}
	if b.file != nil {
		if cut.info, err = b.file.Stat(); err != nil {
			return fmt.Errorf("cannot read %s: %s", b.name, reason(err))
		}
		cut.inputs = []string{b.path}
	}
	defer cut.discard()
	if s.byVerdict() {
		err = cut.byVerdict(ctx)
	} else {
		err = cut.bySize(ctx)
	}
	if err != nil {
		return err
	}
	a.interrupted = "interrupted; the files are written, but the report is not"
	for _, w := range s.warnings {
		a.complain("preflight", "warning: "+w)
	}
	a.code = cut.code
	return out.write(func(w io.Writer) error {
		if s.format == "json" {
			return cut.manifest.Write(w)
		}
		return cut.text(w, s.quiet)
	})
}

// suits refuses a file that cannot be cut.
func (s *splitting) suits(b *job) error {
	switch {
	case b.merge() != nil, b.source != nil && b.options.Template != nil && len(b.options.Template.Roles) > 0:
		return usage("%s is one of the files that its dataflow joins; cut all files of the set by hand, at the same bills", b.name)
	case b.source == nil:
		return unread(b)
	case b.source.NotText != "":
		return errors.New("cannot cut " + b.name + ": it is " + words.Article(b.source.NotText))
	case b.source.Workbook != nil:
		return errors.New("cannot cut " + b.name + ": it is a workbook; save the sheet as CSV (preflight fix writes it so), and cut that")
	case strings.HasPrefix(b.source.Encoding, "UTF-16"):
		return errors.New("cannot cut " + b.name + ": it is in UTF-16, which no dataflow reads; save it as UTF-8 (preflight fix writes it so), and cut that")
	case b.source.Empty:
		return errors.New("cannot cut " + b.name + ": it is empty")
	}
	if err := s.unread([]*job{b}); err != nil {
		return err
	}
	return s.unmapped([]*job{b})
}

// wholePattern compiles a name pattern to match whole names; nil: there is none.
func wholePattern(pattern string) *regexp.Regexp {
	if pattern == "" {
		return nil
	}
	whole, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return nil
	}
	return whole
}

// A cutting is one run of split.
type cutting struct {
	a      *app
	s      *splitting
	b      *job
	info   os.FileInfo // of the file, before it is read; nil: a stream
	inputs []string
	whole  *regexp.Regexp // of names

	manifest *split.Manifest
	targets  []*target
	keyless  error    // no column carries the key of the bills
	stale    []string // paths of an earlier run that go when this one is done
	notes    []string // for the text, one clause each
	code     int
}

// A target is one part on its way.
type target struct {
	*atomicfile.File
	path string
	sum  string // SHA-256 in hex, once it is written
	part split.Part
	kind string
}

func (c *cutting) discard() {
	for _, t := range c.targets {
		t.Discard()
	}
}

// index reads the file for the places of its bills, and notes where those cannot
// be told apart.
func (c *cutting) index(ctx context.Context) (*split.Index, error) {
	plan, err := validate.Compile(c.b.source, rules.All(), c.b.options)
	if err != nil {
		return nil, usage("%s: %s", c.b.name, err)
	}
	if len(plan.Key()) == 0 && len(c.b.options.Template.GroupBy) > 0 {
		c.keyless = usage("%s: no column carries %s, so bills cannot be told apart; name it with --map HEADER=FIELD",
			c.b.name, strings.Join(c.b.options.Template.GroupBy, " and "))
	}
	p, read, end := c.progress()
	defer p.end()
	defer end()
	x, err := split.Read(ctx, c.b.source, split.Options{Key: plan.Key(), Workers: c.s.processors(), Progress: read})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		c.b.fail(err)
		return nil, unread(c.b)
	case x.Rows() == 0:
		return nil, errors.New("cannot cut " + c.b.name + ": it has no rows below its header")
	}
	return x, nil
}

// progress begins to show how much of the file is done.
func (c *cutting) progress() (p *progress, read func(done, total int64), end func()) {
	size := c.b.source.TextSize()
	p = startProgress(c.a.err, size, c.s.progress == "always" || c.s.progress == "auto" && isTerminal(c.a.err))
	if p == nil {
		return nil, nil, func() {}
	}
	read, end = p.file(size)
	return p, read, end
}

// judge judges a part that is written but has no name yet, as the source is.
func (c *cutting) judge(ctx context.Context, t *target) (*report.Result, error) {
	warnings := c.s.warnings
	flow, err := c.s.settings(c.b.path, filepath.Base(c.b.name))
	c.s.warnings = warnings // they are known
	if err != nil {
		return nil, err
	}
	p := &job{name: filepath.Base(t.path), path: t.Name(), flow: flow, place: c.b.place}
	defer p.close()
	if err := p.open(ctx, c.a, false); err != nil {
		return nil, err
	}
	if p.source == nil {
		return nil, unread(p)
	}
	if err := c.s.finish(ctx, p); err != nil {
		return nil, err
	}
	return c.a.judgeAll(ctx, &c.s.judging, &reporting{}, []*job{p})
}

// same reports an error if the file was changed while it was read.
func (c *cutting) same() error {
	if c.info == nil {
		return nil
	}
	if now, err := c.b.file.Stat(); err != nil || now.Size() != c.info.Size() || !now.ModTime().Equal(c.info.ModTime()) {
		return errors.New("cannot cut " + c.b.name + ": it was changed while it was read; nothing was written")
	}
	return nil
}
