package rules

import (
	"slices"

	"github.com/connectplus/preflight/validate"
)

// MergeKeyBlank reports a join column that is blank, or that a file of a merge
// set does not have.
var MergeKeyBlank = register(validate.Rule{
	ID: "merge-key-blank", Title: "Join column is blank or absent", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
A cell of a column that joins the files of a merge set is blank, or the file does not
have the column. A mandatory column that is absent is header-missing.

The join finds no partner for the row: it vanishes, without an error row.

Fill the key in all files of the set with the value that the bill has, or name the
header by which this file is joined (` + "`merge:`" + ` in the configuration).
`,
	Prevents: []string{"transaction-missing-in-profile"},
	Sources:  []string{guide, joinBlock},
	Examples: []validate.Example{
		{Name: "a line of no bill", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code\nB1,a\n,b\n",
			Want: []string{"lines.csv:3:billNumber: merge-key-blank: billNumber joins the files of the set and is blank"}},
		{Name: "another blank cell", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code,Description\nB1,a,\n"},
	},
	Checks: []validate.Check{
		validate.Cell{
			Blanks: true,
			Rank:   validate.Form,
			Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
				if !slices.ContainsFunc(joinColumns(p), func(j joinColumn) bool { return j.column == c.Index }) {
					return nil
				}
				name := c.Header
				if c.Field != nil {
					name = c.Field.Name
				}
				return blankCheck(name + " joins the files of the set and is blank")
			},
		},
		validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
			if p.Source.Empty {
				return
			}
			for _, c := range joinColumns(p) {
				f := p.Template.Field(c.name)
				if c.column < 0 && (f == nil || !f.Required) {
					report(validate.Detail{Message: "no column is headed " + c.name + ", which joins the files of the set"})
				}
			}
		}),
	},
})
