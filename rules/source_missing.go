package rules

import "github.com/connectplus/preflight/validate"

// SourceMissing reports a blank source.
var SourceMissing = register(validate.Rule{
	ID: "source-missing", Title: "Source is blank", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The row does not say from which source it comes, INSTORE for example, though the template
needs one.

The platform looks customers up within a source. Without it the row is refused.

Fill the cell. Mostly all rows of a file come from one source: the dataflow can set it,
then tell preflight with ` + "`--const source=INSTORE`" + ` and leave the column out.
`,
	Prevents: []string{"customer:8001", "customer:8004", "customer:8016", "behavioural-event:7302"},
	Sources:  []string{customerCodes, salesAPI, customerAPI, eventsAPI},
	Examples: []validate.Example{
		{Name: "a sale from nowhere", Text: "billNumber,source\nB1,\n",
			Want: []string{"2:source: source-missing: source is blank"}},
		{Name: "a sale in a shop", Text: "billNumber,source\nB1,INSTORE\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Blanks: true,
		Rank:   validate.Form,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !c.Field.Required || !sourceField(c.Field.Name) {
				return nil
			}
			return blankCheck(c.Field.Name + " is blank")
		},
	}},
})

// sourceField reports whether a field says where a row, or the profile of a
// customer, comes from.
func sourceField(name string) bool { return leaf(name) == "source" }
