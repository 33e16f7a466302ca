package rules

import (
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// HeaderlessMismatch reports a header in a file for a dataflow that takes none.
var HeaderlessMismatch = register(validate.Rule{
	ID: "headerless-mismatch", Title: "Header row where the dataflow takes none", Severity: validate.Error, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
The dataflow takes files without a header row, and the first row of this one is a header.
The opposite, a file that begins with data where a header is due, is header-missing.

The platform sends the header as if it were a row of data, which is refused or, worse,
taken. The row is not judged otherwise.

Leave the header row out; or say that the dataflow takes one, in the file of settings and
without ` + "`--no-header` and `--header`" + `.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{sourceBlock},
	Examples: []validate.Example{
		{Name: "names above the data", Header: []string{"note", "storeCode"}, Text: "note,storeCode\nfirst,S1\n",
			Want: []string{"1: headerless-mismatch: the first row is a header, and the dataflow takes files without one"}},
		{Name: "data from the first row on", Header: []string{"note", "source"}, Text: "B1,INSTORE\nB2,INSTORE\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if p.Source.Skipped {
			report(validate.Detail{Row: p.Source.HeaderRow, Message: "the first row is a header, and the dataflow takes files without one",
				Fix: &validate.Fix{Title: "leave the header row out"}})
		}
	})},
	Heading: headings,
})

// headings reports whether a row holds names of columns: most of its filled cells
// name a field of the template or the column itself, and none is data.
func headings(t *templates.Template, header, row []string) bool {
	filled, known := 0, 0
	m, err := t.Map(row, templates.MapOptions{})
	for j, cell := range row {
		cell = cleanHeader(cell)
		switch {
		case cell == "":
			continue
		case dataLike(cell):
			return false
		case err == nil && m.Fields[j] != nil, strings.EqualFold(cell, cleanHeader(header[j])):
			known++
		}
		filled++
	}
	return known > 0 && 2*known >= filled
}
