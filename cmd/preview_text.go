package cmd

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/preview"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

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
	quiet    bool
	mask     *mask.Masker
	care     mask.Care // of the keys of groups
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
		if g.Object == nil {
			continue
		}
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
		fmt.Fprintf(&t, ", %s", words.Plural(s.groups, "bill"))
	}
	t.WriteString("\n")
	for _, groups := range s.payloads() {
		fmt.Fprintf(&t, "\n%s   %s\n", cmp.Or(s.template.Endpoint, "no endpoint is documented"), s.whose(groups))
		text, err := terminal.JSON(s.body(groups), "", "  ")
		if err != nil {
			return err
		}
		t.Write(text)
	}
	if !s.quiet {
		t.WriteString("\n")
		s.losses(&t)
		s.gaps(&t)
		s.estimate(&t)
		t.WriteString("Not documented, so only a likeness: how blank cells are sent (here: not at all), and which numbers are\nsent as text.\n")
	}
	_, err := io.WriteString(w, t.String())
	return err
}

// whose names the rows of a payload, and the groups they are.
func (s *shown) whose(groups []*preview.Group) string {
	var all []string
	for _, g := range groups {
		name := plural(len(g.Rows), "row ", "rows ") + span(g.Rows)
		if g.Key != "" {
			name = s.key(g) + ", " + name
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

// key names a group.
func (s *shown) key(g *preview.Group) string { return visible(s.mask.Text(s.care, nil, g.Key)) }

// losses says what of the rows that are shown is in no payload.
func (s *shown) losses(t *strings.Builder) {
	apart := false
	for _, g := range s.Groups {
		if len(g.Differs) > 0 {
			fmt.Fprintf(t, "%s: its rows differ in %s; only the first value is sent, the others are lost.\n", s.key(g), strings.Join(g.Differs, ", "))
		}
		if len(g.Ragged) > 0 {
			fmt.Fprintf(t, "%s: %s %s another number of cells than the header and %s not shown.\n", s.key(g),
				plural(len(g.Ragged), "row", "rows")+" "+span(g.Ragged), plural(len(g.Ragged), "has", "have"), plural(len(g.Ragged), "is", "are"))
		}
		if g.Cut {
			fmt.Fprintf(t, "%s: it has more rows; %s are shown in all.\n", s.key(g), words.Count(preview.MaxRows))
		}
		for i := 1; i < len(g.Rows); i++ {
			apart = apart || g.Rows[i] != g.Rows[i-1]+1
		}
	}
	if apart {
		t.WriteString("Rows of a bill stand apart: they are one bill only where the dataflow sorts before it groups.\n")
	}
}

// gaps says what of the file is not sent, and what is due and missing.
func (s *shown) gaps(t *strings.Builder) {
	if len(s.Unsent) > 0 {
		var names []string
		for _, h := range s.Unsent {
			names = append(names, cmp.Or(visible(s.mask.Loose(table.Text([]byte(h)))), "(no name)"))
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
		fmt.Fprintf(t, "    %s at least at %s a minute", duration(preview.Seconds(s.calls(), r.Calls)), words.Plural(r.Calls, "call"))
		if r.Cluster != "" {
			t.WriteString(" (" + r.Cluster + ")")
		}
		t.WriteString("\n")
	}
}

// duration is a number of seconds for a person; minutes are rounded up.
func duration(seconds int64) string {
	if seconds < 120 {
		return words.Plural(seconds, "second")
	}
	return words.Plural((seconds+59)/60, "minute")
}

// json writes the same for a program.
func (s *shown) json(w io.Writer) error {
	type rate struct {
		Cluster string `json:"cluster"`
		Calls   int64  `json:"calls_per_minute"`
		Seconds int64  `json:"seconds"`
	}
	type payload struct {
		Rows    []int64  `json:"rows"`
		Differs []string `json:"differs"` // fields of a bill that its rows do not agree on
		Body    any      `json:"body"`
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
		out.Unsent = append(out.Unsent, s.mask.Loose(table.Text([]byte(h))))
	}
	for _, groups := range s.payloads() {
		p := payload{Differs: []string{}, Body: s.body(groups)}
		for _, g := range groups {
			p.Differs = append(p.Differs, g.Differs...)
			p.Rows = append(p.Rows, g.Rows...)
		}
		out.Payloads = append(out.Payloads, p)
	}
	for _, r := range s.rates {
		out.Runs = append(out.Runs, rate{r.Cluster, r.Calls, preview.Seconds(s.calls(), r.Calls)})
	}
	text, err := terminal.JSON(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
