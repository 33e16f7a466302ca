package rules

import "github.com/connectplus/preflight/validate"

// EnumCase reports a documented value in another spelling.
var EnumCase = register(validate.Rule{
	ID: "enum-case", Title: "Documented value in another spelling", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The value is in the list of its field, but with other case, or with other spaces, hyphens
or underscores: Instore for INSTORE.

The platform compares to the letter. It refuses the row, or stores the bill under a
source that it does not know, and the member's details do not load.

Write the documented spelling.
`,
	Prevents: []string{"member-details-not-loading", "transaction:605", "transaction-v2:690", "customer:3217"},
	Sources:  []string{guide, salesAPI, customerAPI},
	Examples: []validate.Example{
		{Name: "small letters", Text: "billNumber,source\nB1,Instore\n",
			Want: []string{`2:source: enum-case: "Instore" is not written as INSTORE`}},
		{Name: "a space for an underscore", Text: "billNumber,type\nB1,Not Interested\n",
			Want: []string{`2:type: enum-case: "Not Interested" is not written as NOT_INTERESTED`}},
		{Name: "the documented spelling", Text: "billNumber,source,type\nB1,INSTORE,NOT_INTERESTED\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Listed,
		Rank:  validate.Spelling,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !closed(c.Field) || onlyLower(p, c.Field) {
				return nil
			}
			list := newFolder(c.Field.Enum)
			repair := func(cell []byte) *validate.Fix {
				word := list.find(cell)
				return validate.Write("write "+word, word, true)
			}
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return list.has(cell) || list.find(cell) == "" },
				Describe: func(cell []byte) validate.Detail {
					return validate.Detail{Message: "{value} is not written as " + list.find(cell), Fix: repair(cell)}
				},
				Classify: func([]byte) uint32 { return 1 },
				Conclude: func(t *validate.Tally) validate.Conclusion {
					return validate.Conclusion{Fixable: t.Total, Fix: repair}
				},
			}
		},
	}},
})
