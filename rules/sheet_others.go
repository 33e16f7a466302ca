package rules

import (
	"strconv"
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// SheetOthers names the sheets of a workbook that are not judged.
var SheetOthers = register(validate.Rule{
	ID: "sheet-others", Title: "Workbook with other sheets", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
The workbook has several sheets. One of them is judged: the first that is shown, or the one
that ` + "`--sheet`" + ` names. It is no more than worth knowing where the others are hidden or
empty, or where the sheet was named.

A CSV file holds one sheet. The rows of the others never reach the platform, and nobody is
told that they are missing.

Judge each sheet that holds data with ` + "`--sheet`" + `, and save it as a file of its own.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{guide, sheetML},
	Examples: []validate.Example{
		{Name: "a second sheet with data", File: "sales.xlsx", Text: "[Monday]\nbillNumber\nB1\n[Tuesday]\nbillNumber\nB2\n",
			Want: []string{
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
				`sheet-others: the sheet "Monday" is judged, not "Tuesday"`,
			}},
		{Name: "a file of text has no sheets", Text: "billNumber\nB1\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		w := p.Source.Workbook
		if w == nil || len(w.Sheets) < 2 {
			return
		}
		const most = 10 // names
		d := validate.Detail{Severity: validate.Info, Fix: &validate.Fix{Title: "judge each sheet with data, as a file of its own"}}
		var others []string
		for _, s := range w.Sheets {
			name := strconv.Quote(s.Name)
			switch {
			case s.Name == w.Sheet:
				continue
			case s.Hidden:
				name += " (hidden)"
			case s.Empty:
				name += " (empty)"
			case !w.Chosen:
				d.Severity = validate.Warning
			}
			others = append(others, name)
		}
		if more := len(others) - most; more > 0 {
			others = append(others[:most], "and "+words.Plural(int64(more), "other"))
		}
		d.Message = "the sheet " + strconv.Quote(w.Sheet) + " is judged, not " + strings.Join(others, ", ")
		report(d)
	})},
})
