package cmd

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/preview"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// previewing holds the flags of preview.
type previewing struct {
	judging
	bills          []string
	rows, grouping int64
	format, output string
	reveal, quiet  bool
}

func previewCommand(a *app) *cobra.Command {
	p := &previewing{}
	c := &cobra.Command{
		Use:   "preview FILE",
		Short: "Show what Connect+ would post for some bills",
		Long: `Show the JSON payloads that Connect+ would post for some rows of a FILE: rows
gathered into bills, columns where the API has their fields, constants filled
in, dates as they stand. A wrong mapping is seen before it loses data. Behind
them stands what no column of the file reaches, and how long the run will take
at least.

Nothing is judged, and nothing is sent.`,
		Example: `  preflight preview sales.csv
  preflight preview --bill B26110002 --reveal sales.csv
  preflight preview --rows 50 --format json --output payloads.json sales.csv`,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return usage("preview takes one file, not %d", len(files))
			}
			return a.preview(c.Context(), p, files[0])
		},
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringArrayVar(&p.bills, "bill", nil, "show the bill (or whatever rows are grouped by) with the key `NUMBER`; repeatable")
	f.Int64Var(&p.rows, "rows", 0, "show the bills that the first `N` rows belong to (default: the first three bills)")
	f.Int64Var(&p.grouping, "grouping-limit", 0, "`N` bills in each payload, 1 to 1000 (default: run-time-estimate of the configuration, else 1)")
	f.StringVarP(&p.format, "format", "f", "text", "the format `NAME`: text or json")
	f.StringVarP(&p.output, "output", "o", "", "write to `PATH` (default: standard output)")
	f.BoolVar(&p.reveal, "reveal", false, "show the values of persons instead of pseudonyms")
	f.BoolVarP(&p.quiet, "quiet", "q", false, "the payloads only")
	p.judging.register(f)
	return c
}

// preview shows payloads of one file.
func (a *app) preview(ctx context.Context, p *previewing, file string) error {
	if err := checkValues(&p.judging, &reporting{format: "text", rows: "all"}); err != nil {
		return err
	}
	switch {
	case p.format != "text" && p.format != "json":
		return usage("--format takes text or json, not %q", p.format)
	case p.flags.Changed("rows") && (p.rows < 1 || p.rows > preview.MaxRows):
		return usage("--rows takes a number from 1 to %s, not %d", words.Count(preview.MaxRows), p.rows)
	case p.flags.Changed("rows") && len(p.bills) > 0:
		return usage("--rows and --bill cannot be given together")
	case p.flags.Changed("grouping-limit") && (p.grouping < 1 || p.grouping > 1000):
		return usage("--grouping-limit takes a number from 1 to 1000, not %d", p.grouping)
	}
	jobs, err := p.openAll(ctx, a, []string{file}, false)
	defer func() {
		for _, b := range jobs {
			b.close()
		}
	}()
	if err != nil {
		return err
	}
	b := jobs[0]
	if b.trouble != nil {
		return unread(b)
	}
	if b.source.Empty {
		return fmt.Errorf("%s holds no row to show: it is empty", b.name)
	}
	if err := distinct(p.settingFiles(), sink{"--output", p.output}); err != nil {
		return err
	}
	out, err := openOutput(p.output, a.out, []string{file})
	if err != nil {
		return err
	}
	defer out.discard()
	shown, err := p.build(ctx, b)
	if err != nil {
		return err
	}
	for _, w := range p.warnings {
		a.complain("preflight", "warning: "+w)
	}
	return out.write(func(w io.Writer) error {
		if p.format == "json" {
			return shown.json(w)
		}
		return shown.text(w)
	})
}

func (p *previewing) build(ctx context.Context, b *job) (*shown, error) {
	o := b.options
	masker := &mask.Masker{Key: b.source.Key(), Reveal: p.reveal}
	result, err := preview.Build(ctx, b.source, preview.Options{
		Template: o.Template, Mapping: o.Mapping, Const: o.Const, Expressions: o.Expressions, GroupBy: o.GroupBy,
		Keys: p.bills, Rows: p.rows,
		Mask: masker.Cell,
	})
	if err != nil {
		return nil, p.unreadable(ctx, b, err)
	}
	if len(p.bills) > 0 && len(o.Template.GroupBy) == 0 && len(o.GroupBy) == 0 {
		return nil, usage("--bill %s: %s groups no rows; --rows N shows the first ones", p.bills[0], o.Template.ID)
	}
	if len(result.Groups) == 0 && len(result.Ragged) > 0 {
		return nil, fmt.Errorf("%s: no row can be shown: %s %s another number of cells than the header", b.name,
			plural(len(result.Ragged), "row", "rows")+" "+span(result.Ragged), plural(len(result.Ragged), "has", "have"))
	}
	if len(result.Unknown) > 0 {
		return nil, usage("--bill %s: %s has no such row", result.Unknown[0], b.name)
	}
	// How many groups there are is known to the engine, whatever the rules.
	plan, err := validate.Compile(b.source, nil, o)
	if err != nil {
		return nil, usage("%s: %s", b.name, err)
	}
	whole, err := plan.Run(ctx)
	if err != nil {
		return nil, err
	}
	if whole.Rows == whole.Blank {
		return nil, fmt.Errorf("%s holds no row to show", b.name)
	}
	s := &shown{Result: result, quiet: p.quiet, name: b.name, template: o.Template, rows: whole.Rows, blank: whole.Blank, groups: whole.Groups,
		cluster: b.flow.Cluster, rates: preview.Rates(o.Template.Endpoint), mask: masker}
	by := o.GroupBy
	if len(by) == 0 {
		by = o.Template.GroupBy
	}
	for _, name := range by {
		s.care = max(s.care, mask.CareOf(o.Template.Field(name)))
	}
	s.settle(p.grouping, o.Params[rules.RunTimeEstimate.ID])
	return s, nil
}

// unreadable words why the rows of an open file could not be read.
func (p *previewing) unreadable(ctx context.Context, b *job, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.fail(err)
	return unread(b)
}
