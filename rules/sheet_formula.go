package rules

import (
	"strconv"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// SheetFormula reports columns of a worksheet that hold formulas.
var SheetFormula = register(validate.Rule{
	ID: "sheet-formula", Title: "Formula in a worksheet", Severity: validate.Info, Since: "0.2.0",
	Doc: `
Cells of a worksheet hold formulas. They are judged by the result that the workbook
stores beside each. As an error: there is no stored result, because the program that
wrote the workbook did not calculate, and the cell reads as blank.

Nothing is calculated on the way to the platform. A file made of such a workbook lacks the
values, and rows are refused or parts of them stay empty.

Open the workbook in a spreadsheet program, let it calculate, and save it; better, replace
formulas by their values before the sheet is saved as CSV.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, sheetML},
	Examples: []validate.Example{
		{Name: "a formula with its result", File: "sales.xlsx", Text: "[Sales]\nbillNumber,billAmount\nB1,=5*2 -> 10\n",
			Want: []string{
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
				"1:billAmount: sheet-formula: 1 cell of the column holds a formula, judged by its stored result",
			}},
		{Name: "a formula that was never calculated", File: "sales.xlsx", Text: "[Sales]\nbillNumber,note\nB1,=5*2\n",
			Want: []string{
				`file-extension: the name ends in ".xlsx", the folder takes .csv`,
				"1:note: sheet-formula: 1 cell of the column, in row 2, holds a formula without a stored result and reads as blank",
			}},
		{Name: "a file of text has values only", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		w := p.Source.Workbook
		if w == nil {
			return
		}
		missing := map[int]int64{}
		for _, f := range w.Unvalued {
			missing[f.Column] = f.Count
			report(validate.Detail{
				Message: cellsOfColumn(f) + ", " + firstRow(f) + ", " + hold(f.Count, "holds a formula", "hold formulas") +
					" without a stored result and " + hold(f.Count, "reads", "read") + " as blank",
				Row: headerRow(p.Source), Column: f.Column + 1, Severity: validate.Error,
				Fix: &validate.Fix{Title: "open the workbook, let it calculate, and save it"},
			})
		}
		for _, f := range w.Formulas {
			if f.Count -= missing[f.Column]; f.Count == 0 {
				continue
			}
			report(validate.Detail{
				Message: cellsOfColumn(f) + " " + hold(f.Count, "holds a formula, judged by its stored result", "hold formulas, judged by their stored results"),
				Row:     headerRow(p.Source), Column: f.Column + 1,
			})
		}
	})},
})

const sheetML = "ECMA-376: Office Open XML File Formats, part 1, section 18"

func cellsOfColumn(p table.Places) string { return words.Plural(p.Count, "cell") + " of the column" }

// firstRow says where the first of some places is.
func firstRow(p table.Places) string {
	if p.Count == 1 {
		return "in row " + strconv.FormatInt(p.Row, 10)
	}
	return "the first in row " + strconv.FormatInt(p.Row, 10)
}

// hold chooses between the words for one and for several.
func hold(n int64, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}
