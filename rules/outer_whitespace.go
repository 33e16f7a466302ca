package rules

import (
	"bytes"
	"unicode"

	"github.com/connectplus/preflight/validate"
)

// OuterWhitespace reports cells with white space around their value.
var OuterWhitespace = register(validate.Rule{
	ID: "outer-whitespace", Title: "White space around a value", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A value has spaces, tabs or no-break spaces before or behind it. In keys, identifiers,
codes, lists, dates and amounts this is an error, in free text a warning.

The platform compares to the letter: it finds no customer, no such status, or takes
"B1 " and "B1" for two bills.

Trim the values at their origin.
`,
	Prevents: []string{"test-control-status-unchanged", "transaction-v2:602", "transaction:602", "customer:8013"},
	Sources:  []string{guide, testControl, salesCodes, customerCodes},
	Examples: []validate.Example{
		{Name: "a space behind a key", Text: "billNumber,billAmount\nB1 ,10\n",
			Want: []string{`2:billNumber: outer-whitespace: "B1 " has white space behind it`}},
		{Name: "spaces around free text", Text: "billNumber,note\nB1, thanks \n",
			Want: []string{`2:note: outer-whitespace: " thanks " has white space around it`}},
		{Name: "spaces inside", Text: "billNumber,note\nB1,many thanks\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Trimmed,
		Rank:  validate.Beside,
		Raw:   true,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			repair := func(cell []byte) *validate.Fix {
				return validate.Write("write the value without it", string(validate.Trim(cell)), true)
			}
			check := &validate.CellCheck{
				Severity: validate.Warning,
				OK:       trimmed,
				Describe: func(cell []byte) validate.Detail {
					d := validate.Detail{Message: "{value} has white space around it", Fix: repair(cell)}
					before, behind := around(cell)
					if !before {
						d.Message = "{value} has white space behind it"
					} else if !behind {
						d.Message = "{value} has white space before it"
					}
					return d
				},
				Classify: func([]byte) uint32 { return 1 },
				Conclude: func(t *validate.Tally) validate.Conclusion {
					return validate.Conclusion{Fixable: t.Total, Fix: repair}
				},
			}
			if c.Strict() || coded(c) {
				check.Severity = validate.Error
			}
			return check
		},
	}},
})

func trimmed(cell []byte) bool {
	before, behind := around(cell)
	return !before && !behind
}

// around reports whether white space stands before and behind a value. Line
// ends and characters of no width are control-characters' business.
func around(cell []byte) (before, behind bool) {
	value := validate.Trim(cell)
	if len(value) == len(cell) || len(value) == 0 {
		return false, false
	}
	space := func(r rune) bool { return r == '\t' || unicode.Is(unicode.Zs, r) }
	at := bytes.Index(cell, value) // only white space lies before the first
	return bytes.ContainsFunc(cell[:at], space), bytes.ContainsFunc(cell[at+len(value):], space)
}
