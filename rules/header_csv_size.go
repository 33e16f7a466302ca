package rules

import (
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// HeaderCSVSizeParams are the parameters of header-csv-size.
type HeaderCSVSizeParams struct {
	Bytes int64 `yaml:"bytes" doc:"largest header file that the dataflow takes"`
}

// Validate reports a limit that no file keeps.
func (l *HeaderCSVSizeParams) Validate() error { return checkLimit("bytes", l.Bytes) }

// HeaderCSVSize reports a header file that a dataflow does not take.
var HeaderCSVSize = register(validate.Rule{
	ID: "header-csv-size", Title: "Header file that the dataflow does not take", Severity: validate.Warning, Since: "0.2.0", Needs: "the header file of the dataflow",
	Doc: `
The file that names the columns for the dataflow is larger than 5 MB, counted as
5,000,000 bytes to be safe, or its names are separated by something else than commas,
whatever the delimiter of the data is. Name the file with ` + "`--header-file`" + `, or as
` + "`header_file`" + ` in the file of settings.

The dataflow does not take such a file as its header: columns have no names, or all have
one together, and parts of the profile stay empty.

Leave only the row of names in the header file, with commas between them; or type the
names by hand.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{sourceBlock},
	Params:   &HeaderCSVSizeParams{Bytes: 5_000_000},
	Examples: []validate.Example{
		{Name: "a file of data taken for the header file", Header: []string{"billNumber", "billAmount"}, Text: "B1,10\n",
			HeaderFile: &validate.HeaderFile{Name: "header.csv", Size: 6_000_000, Comma: ','},
			Want:       []string{`header-csv-size: the header file "header.csv" has 6,000,000 bytes, the limit is 5,000,000`}},
		{Name: "semicolons", Header: []string{"billNumber", "billAmount"}, Text: "B1,10\n",
			HeaderFile: &validate.HeaderFile{Name: "header.csv", Size: 22, Comma: ';'},
			Want:       []string{`header-csv-size: the names in the header file "header.csv" are separated by semicolons, the dataflow takes commas there`}},
		{Name: "a row of names", Header: []string{"billNumber", "billAmount"}, Text: "B1,10\n",
			HeaderFile: &validate.HeaderFile{Name: "header.csv", Size: 22, Comma: ','}},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		h := p.Options.HeaderFile
		if h == nil {
			return
		}
		if limit := p.Params.(*HeaderCSVSizeParams).Bytes; h.Size > limit {
			report(validate.Detail{Value: h.Name, Message: "the header file {value} has " + words.Count(h.Size) + " bytes, the limit is " + words.Count(limit),
				Fix: &validate.Fix{Title: "leave only the row of names in the header file"}})
		}
		if h.Comma != ',' {
			report(validate.Detail{Value: h.Name, Message: "the names in the header file {value} are separated by " + separatorName(h.Comma) + ", the dataflow takes commas there",
				Fix: &validate.Fix{Title: "write the header file with commas"}})
		}
	})},
})
