package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// BooleanFormat reports a yes or no that is not written as true or false.
var BooleanFormat = register(validate.Rule{
	ID: "boolean-format", Title: "Not exactly true or false", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
The field takes true or false, in small letters, and the cell holds another word for it:
TRUE as spreadsheets write it, Yes, 1.

The platform passes over such a value, so the setting stays as it was.

Write true or false. TRUE and False can be written in small letters without a doubt;
what 1 or Y stands for only you know.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, salesAPI, customerAPI},
	Examples: []validate.Example{
		{Name: "as a spreadsheet writes it", Text: "billNumber,lineItemsV2.returnable\nB1,TRUE\n",
			Want: []string{`2:lineItemsV2.returnable: boolean-format: "TRUE" is not true or false in small letters`}},
		{Name: "another word", Text: "billNumber,lineItemsV2.returnable\nB1,Yes\n",
			Want: []string{`2:lineItemsV2.returnable: boolean-format: "Yes" is not true or false in small letters`}},
		{Name: "small letters", Text: "billNumber,lineItemsV2.returnable\nB1,true\nB2,false\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Listed,
		Rank:  validate.Form,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || c.Field.Type != templates.Boolean {
				return nil
			}
			list := newFolder([]string{"true", "false"})
			repair := func(cell []byte) *validate.Fix {
				if word := list.find(cell); word != "" {
					return validate.Write("write "+word, word, true)
				}
				return nil
			}
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return string(cell) == "true" || string(cell) == "false" },
				Describe: func(cell []byte) validate.Detail {
					return validate.Detail{Message: "{value} is not true or false in small letters", Fix: repair(cell)}
				},
				Classify: func(cell []byte) uint32 {
					if list.find(cell) != "" {
						return 1
					}
					return 0
				},
				Conclude: func(t *validate.Tally) validate.Conclusion {
					return validate.Conclusion{Fixable: t.Bits[0], Fix: repair}
				},
			}
		},
	}},
})
