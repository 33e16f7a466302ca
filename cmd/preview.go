package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/preview"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// previewing holds the flags of preview.
type previewing struct {
	judging
	bills          []string
	rows, grouping int64
	format, output string
	reveal         bool
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
	p.judging.register(f)
	return c
}

// preview shows payloads of one file.
func (a *app) preview(ctx context.Context, p *previewing, file string) error {
	switch {
	case p.format != "text" && p.format != "json":
		return usage("--format takes text or json, not %q", p.format)
	case p.flags.Changed("rows") && p.rows < 1:
		return usage("--rows takes a number above 0, not %d", p.rows)
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

// A shown is what the command prints.
type shown struct {
	*preview.Result
	name     string
	template *templates.Template
	rows     int64 // of the file, blank ones included
	blank    int64
	groups   int64 // of the file; 0: a row is an object
	grouping int64
	rates    []preview.Rate
	cluster  string // of the dataflow; empty: not known
	mask     func(string) string
}

func (p *previewing) build(ctx context.Context, b *job) (*shown, error) {
	o := b.options
	masker := mask.Masker{Key: b.source.Key(), Reveal: p.reveal}
	result, err := preview.Build(ctx, b.source, preview.Options{
		Template: o.Template, Mapping: o.Mapping, Const: o.Const, Expressions: o.Expressions, GroupBy: o.GroupBy,
		Keys: p.bills, Rows: p.rows,
		Mask: func(f *templates.Field, value string) string {
			switch {
			case f == nil:
				return masker.Loose(value)
			case f.Sensitive:
				return masker.Value(f, value)
			}
			return value
		},
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
	s := &shown{Result: result, name: b.name, template: o.Template, rows: whole.Rows, blank: whole.Blank, groups: whole.Groups,
		cluster: b.flow.Cluster, rates: preview.Rates(o.Template.Endpoint), mask: masker.Loose}
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

// settle works out the grouping limit and the calls per minute: those that were
// set, else the documented ones.
func (s *shown) settle(grouping int64, params any) {
	own, _ := params.(*rules.RunTimeParams)
	if own == nil {
		own = rules.RunTimeEstimate.Params.(*rules.RunTimeParams)
	}
	s.grouping = cmp.Or(grouping, own.Grouping, 1)
	if own.Calls > 0 {
		s.rates = []preview.Rate{{Cluster: s.cluster, Calls: own.Calls}}
		return
	}
	if s.cluster == "" {
		return
	}
	var mine []preview.Rate
	for _, r := range s.rates {
		if r.Cluster == s.cluster || r.Cluster == "" {
			mine = append(mine, r)
		}
	}
	s.rates = mine
}

// calls is how many payloads the whole file becomes.
func (s *shown) calls() int64 { return preview.Calls(s.objects(), s.limit()) }

// limit is how many objects one payload has at most.
func (s *shown) limit() int64 {
	if preview.List(s.template.Endpoint) {
		return s.grouping
	}
	return 1
}

// objects is how many objects the whole file becomes.
func (s *shown) objects() int64 { return cmp.Or(s.groups, s.rows-s.blank) }

// payloads cuts the groups as the grouping limit does.
func (s *shown) payloads() (cut [][]*preview.Group) {
	for _, g := range s.Groups {
		n := len(cut)
		if n == 0 || int64(len(cut[n-1])) == s.limit() {
			cut = append(cut, nil)
			n++
		}
		cut[n-1] = append(cut[n-1], g)
	}
	return cut
}

// body is what is posted for some groups: a list, or one object.
func (s *shown) body(groups []*preview.Group) any {
	if !preview.List(s.template.Endpoint) {
		return groups[0].Object
	}
	var list []*preview.Object
	for _, g := range groups {
		list = append(list, g.Object)
	}
	return list
}

func (s *shown) text(w io.Writer) error {
	var t strings.Builder
	fmt.Fprintf(&t, "%s   %s   %s", visible(s.name), s.template.ID, words.Plural(s.rows, "row"))
	if s.groups > 0 {
		fmt.Fprintf(&t, ", %s", words.Plural(s.groups, "group"))
	}
	t.WriteString("\n")
	for _, groups := range s.payloads() {
		fmt.Fprintf(&t, "\n%s   %s\n", cmp.Or(s.template.Endpoint, "no endpoint is documented"), s.whose(groups))
		text, err := indented(s.body(groups))
		if err != nil {
			return err
		}
		t.Write(text)
	}
	t.WriteString("\n")
	s.gaps(&t)
	s.estimate(&t)
	t.WriteString("Not documented, so only a likeness: how blank cells are sent (here: not at all), and which numbers are\nsent as text.\n")
	_, err := io.WriteString(w, t.String())
	return err
}

// whose names the rows of a payload, and the groups they are.
func (s *shown) whose(groups []*preview.Group) string {
	var all []string
	for _, g := range groups {
		name := "row " + span(g.Rows)
		if len(g.Rows) > 1 {
			name = "rows " + span(g.Rows)
		}
		if g.Key != "" {
			name = visible(s.mask(g.Key)) + ", " + name
		}
		if g.Cut {
			name += " and more, which are left out here"
		}
		if len(g.Ragged) > 0 {
			name += fmt.Sprintf(" (left out, for their number of cells: %s)", span(g.Ragged))
		}
		all = append(all, name)
	}
	return strings.Join(all, "; ")
}

// span writes rising row numbers, neighbours as a range: 3-5, 9.
func span(rows []int64) string {
	var parts []string
	for i := 0; i < len(rows); {
		end := i
		for end+1 < len(rows) && rows[end+1] == rows[end]+1 {
			end++
		}
		part := words.Count(rows[i])
		if end > i {
			part += "–" + words.Count(rows[end])
		}
		if parts = append(parts, part); len(parts) == 10 && end+1 < len(rows) {
			return strings.Join(parts, ", ") + ", …"
		}
		i = end + 1
	}
	return strings.Join(parts, ", ")
}

// gaps says what of the file is not sent, and what is due and missing.
func (s *shown) gaps(t *strings.Builder) {
	if len(s.Unsent) > 0 {
		var names []string
		for _, h := range s.Unsent {
			names = append(names, cmp.Or(visible(s.mask(table.Text([]byte(h)))), "(no name)"))
		}
		fmt.Fprintf(t, "Not sent: the %s %s; map %s with --map HEADER=FIELD, or leave as it is.\n",
			plural(len(names), "column", "columns"), strings.Join(names, ", "), plural(len(names), "it", "them"))
	}
	if len(s.Missing) > 0 {
		fmt.Fprintf(t, "Due, but filled by no column: %s; map a column, or set a constant with --const FIELD=VALUE.\n", strings.Join(s.Missing, ", "))
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// estimate says how long the run takes at least.
func (s *shown) estimate(t *strings.Builder) {
	of := fmt.Sprintf("of up to %s", words.Plural(s.limit(), "object"))
	if s.limit() == 1 {
		of = "of one object each"
	}
	fmt.Fprintf(t, "The run: %s %s", words.Plural(s.calls(), "payload"), of)
	if len(s.rates) == 0 {
		t.WriteString("; how many calls a minute the API takes is not documented")
		if s.cluster != "" {
			t.WriteString(" for " + s.cluster)
		}
		t.WriteString(".\n")
		return
	}
	t.WriteString("; retries come on top.\n")
	for _, r := range s.rates {
		fmt.Fprintf(t, "    %s at least at %s a minute", words.Plural(preview.Minutes(s.calls(), r.Calls), "minute"), words.Plural(r.Calls, "call"))
		if r.Cluster != "" {
			t.WriteString(" (" + r.Cluster + ")")
		}
		t.WriteString("\n")
	}
}

// indented writes JSON for a person.
func indented(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return terminal.EscapeJSON(out.Bytes()), err
}

// json writes the same for a program.
func (s *shown) json(w io.Writer) error {
	type rate struct {
		Cluster string `json:"cluster"`
		Calls   int64  `json:"calls_per_minute"`
		Minutes int64  `json:"minutes"`
	}
	type payload struct {
		Rows []int64 `json:"rows"`
		Body any     `json:"body"`
	}
	out := struct {
		Schema   string    `json:"schema"`
		File     string    `json:"file"`
		Template string    `json:"template"`
		Endpoint string    `json:"endpoint"`
		Rows     int64     `json:"rows"`
		Groups   int64     `json:"groups"`
		Payloads []payload `json:"payloads"`
		Unsent   []string  `json:"unsent"`
		Missing  []string  `json:"missing"`
		Calls    int64     `json:"calls"`
		Runs     []rate    `json:"runs"`
	}{Schema: "preflight-preview/1", File: s.name, Template: s.template.ID, Endpoint: s.template.Endpoint, Rows: s.rows,
		Groups: s.groups, Payloads: []payload{}, Unsent: []string{}, Missing: append([]string{}, s.Missing...), Calls: s.calls(), Runs: []rate{}}
	for _, h := range s.Unsent {
		out.Unsent = append(out.Unsent, s.mask(table.Text([]byte(h))))
	}
	for _, groups := range s.payloads() {
		p := payload{Body: s.body(groups)}
		for _, g := range groups {
			p.Rows = append(p.Rows, g.Rows...)
		}
		out.Payloads = append(out.Payloads, p)
	}
	for _, r := range s.rates {
		out.Runs = append(out.Runs, rate{r.Cluster, r.Calls, preview.Minutes(s.calls(), r.Calls)})
	}
	text, err := indented(out)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
