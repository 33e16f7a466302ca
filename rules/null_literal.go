package rules

import (
	"bytes"

	"github.com/connectplus/preflight/validate"
)

// NullLiteral reports words that stand for an empty cell.
var NullLiteral = register(validate.Rule{
	ID: "null-literal", Title: "Word for nothing instead of an empty cell", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
The cell holds a word that a program writes for "nothing": NULL, none, N/A, NaN, a dash.
Names and free text are not judged, nor is NA, which is also a country and a code.

The platform takes the word for the value: it looks for a customer called NULL, or finds
no number where it needs one.

Leave the cell empty where the field is optional; elsewhere find the value.
`,
	Prevents: []string{"transaction:606", "customer:1007"},
	Sources:  []string{salesCodes, customerCodes},
	Examples: []validate.Example{
		{Name: "a word of the database", Text: "billNumber,discount\nB1,NULL\n",
			Want: []string{`2:discount: null-literal: "NULL" stands for an empty cell`}},
		{Name: "a dash", Text: "billNumber,billingDate\nB1,-\n",
			Want: []string{`2:billingDate: null-literal: "-" stands for an empty cell`}},
		{Name: "free text may say so", Text: "billNumber,note\nB1,none\nB2,\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Worded | validate.Plain | validate.Calendar | validate.Listed,
		Rank:  validate.Null,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !coded(c) {
				return nil
			}
			list := newFolder(c.Field.Enum)
			optional := !c.Field.Required && c.Field.RequiredIf == nil && !c.Key
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return !nullWord(cell) || list.has(cell) },
				Describe: func([]byte) validate.Detail {
					d := validate.Detail{Message: "{value} stands for an empty cell"}
					if optional { // on request: a word may be a name after all
						d.Fix = validate.Write("leave the cell empty", "", false)
					}
					return d
				},
			}
		},
	}},
})

// coded reports whether a column holds keys, codes, identifiers or typed
// values, rather than names or free text.
func coded(c *validate.Column) bool {
	f := c.Field
	return f != nil && (c.Key || f.Coded() || identityField(f.Name))
}

// nullWords are in lower case, and begin with a sign or the letter n: a shape
// that prefilters look for.
var nullWords = [][]byte{
	[]byte("null"), []byte("n/a"), []byte("nan"), []byte("none"), []byte("nil"), []byte("-"), []byte("--"),
	[]byte(`\n`), []byte("(null)"), []byte("<null>"), []byte("(blank)"), []byte("#null"),
}

func nullWord(cell []byte) bool {
	if len(cell) > len("(blank)") {
		return false
	}
	for _, w := range nullWords {
		if bytes.EqualFold(cell, w) {
			return true
		}
	}
	return false
}
