package rules

import (
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// EnumValue reports a value that is not in the closed list of its field.
var EnumValue = register(validate.Rule{
	ID: "enum-value", Title: "Value not in the list of its field", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The field takes one of a few documented values, and the cell holds something else, even
when case, spaces, hyphens and underscores do not count.

The platform refuses the row, or, for a source that it does not know, stores the bill so
that the member's details do not load.

Write one of the documented values, or set the value for all rows in the mapping and
leave the column out.
`,
	Prevents: []string{
		"transaction:605", "transaction:628", "transaction:1623", "transaction:1634", "transaction:1636",
		"transaction-v2:690", "transaction-v2:628", "customer:3217", "customer:8003", "customer:8010",
		"customer:1101", "customer:1102", "customer:1106", "request:9006", "request:9008", "request:9052",
		"card:3016", "card:3049", "badge:400", "behavioural-event:7303", "customer:8012", "badge:714",
	},
	Sources: []string{guide, salesCodes, salesCodesV2, customerCodes},
	Examples: []validate.Example{
		{Name: "a word of the till", Text: "billNumber,type\nB1,SALE\n",
			Want: []string{`2:type: enum-value: "SALE" is not one of REGULAR, RETURN, NOT_INTERESTED, NOT_INTERESTED_RETURN`}},
		{Name: "a slip of the pen", Text: "billNumber,source\nB1,INSTOER\n",
			Want: []string{`2:source: enum-value: "INSTOER" is not one of INSTORE, WECHAT, MARTJACK, WEB_ENGAGE and 7 more`}},
		{Name: "documented values", Text: "billNumber,type,source\nB1,REGULAR,INSTORE\nB2,NOT_INTERESTED,WEB_ENGAGE\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Listed,
		Rank:  validate.Form,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !closed(c.Field) || onlyLower(p, c.Field) || comboType(c.Field) || retroType(p, c.Field) {
				return nil
			}
			list := newFolder(c.Field.Enum)
			message := "{value} is not one of " + listed(c.Field.Enum, 4)
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return list.has(cell) || list.find(cell) != "" },
				Describe: func(cell []byte) validate.Detail {
					d := validate.Detail{Message: message}
					if near := nearest.Of(string(cell), c.Field.Enum); near != "" {
						d.Fix = &validate.Fix{Title: "write " + near + " if that is meant"}
					}
					return d
				},
			}
		},
	}},
})

// closed reports whether a field takes only the values of its list.
func closed(f *templates.Field) bool { return f != nil && f.Type == templates.Enum && len(f.Enum) > 0 }

// onlyLower reports whether a field belongs to test-control-case.
func onlyLower(p *validate.Pass, f *templates.Field) bool {
	return named(testControlTemplates, p) && f.Has("lower_case")
}
