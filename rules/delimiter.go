package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// Delimiter reports a file that separates its cells by another character than
// the dataflow takes.
var Delimiter = register(validate.Rule{
	ID: "delimiter", Title: "Other delimiter than the dataflow takes", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The cells are separated by another character than the dataflow takes, which is the comma
unless its transform block says otherwise.

The platform reads every row as one cell: the rows are neither processed nor rejected.

Export with commas, or choose the delimiter in the transform block and tell preflight
with ` + "`--delimiter`" + `. The rest of the file is judged with the delimiter that it has.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "semicolons", Text: "billNumber;billAmount\nB1;10\n",
			Want: []string{"delimiter: the cells are separated by semicolons, the dataflow takes commas"}},
		{Name: "semicolons inside a cell", Text: "billNumber,note\nB1,a;b;c\n"},
	},
	Checks: []validate.Check{
		validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
			if d, wrong := wrongDelimiter(p.Source, p.Options); wrong && !inSet(p) {
				report(d)
			}
		}),
		validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
			odd := oddDelimiters(files)
			for at, f := range files {
				if f.Place.Role == "" || odd[at] != nil {
					continue // the latter is merge-delimiter
				}
				if d, wrong := wrongDelimiter(f.Source, f.Options()); wrong {
					report(at, d)
				}
			}
		}),
	},
})

// wrongDelimiter words that a file has another delimiter than its dataflow takes.
func wrongDelimiter(s *table.Source, o *validate.Options) (d validate.Detail, wrong bool) {
	want, found := o.Comma, s.Sniffed
	if want == 0 {
		want = ','
	}
	if s.Empty || found == 0 || found == want || len(s.Header) == 1 && s.Dialect.Comma == found {
		return d, false
	}
	// An unusual delimiter is not found, only taken where it was named.
	holds := func(h string) bool { return strings.IndexByte(h, found) >= 0 }
	if s.Dialect.Comma == want && !slices.ContainsFunc(s.Header, holds) {
		return d, false
	}
	return validate.Detail{
		Message: "the cells are separated by " + separatorName(found) + ", the dataflow takes " + separatorName(want),
		Fix:     &validate.Fix{Title: "write the file with " + separatorName(want), Safe: true, Rewrite: validate.ToComma},
	}, true
}
