package rules

import "github.com/connectplus/preflight/validate"

// testControlTemplates are those of test-control-case.
var testControlTemplates = []string{"test-control-update"}

// TestControlCase reports a test or control status in another spelling.
var TestControlCase = register(validate.Rule{
	ID: "test-control-case", Title: "Status is not exactly test or control", Severity: validate.Error, Since: "0.1.0",
	Templates: testControlTemplates,
	Doc: `
The status of a customer is something else than the word test or the word control in
small letters: Test, CONTROL, t, c.

The platform does not take it, and the status of the customer stays as it was.

Write test or control. Where only the case differs there is no doubt; what a letter
stands for only you know.
`,
	Prevents: []string{"test-control-status-unchanged", "customer:1062", "api:1062"},
	Sources:  []string{guide, testControl},
	Examples: []validate.Example{
		{Name: "a capital letter", Template: "test-control-update", Text: "externalId,testControlStatus\nC-1,Test\n",
			Want: []string{`2:testControlStatus: test-control-case: "Test" is not written as test`}},
		{Name: "an abbreviation", Template: "test-control-update", Text: "externalId,testControlStatus\nC-1,c\n",
			Want: []string{`2:testControlStatus: test-control-case: "c" is neither test nor control`}},
		{Name: "small letters", Template: "test-control-update", Text: "externalId,testControlStatus\nC-1,test\nC-2,control\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Listed,
		Rank:  validate.Spelling,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !closed(c.Field) || !onlyLower(p, c.Field) {
				return nil
			}
			list := newFolder(c.Field.Enum)
			repair := func(cell []byte) *validate.Fix {
				if word := list.find(cell); word != "" {
					return validate.Write("write "+word, word, true)
				}
				return nil
			}
			return &validate.CellCheck{
				OK: list.has,
				Describe: func(cell []byte) validate.Detail {
					if word := list.find(cell); word != "" {
						return validate.Detail{Message: "{value} is not written as " + word, Fix: repair(cell)}
					}
					return validate.Detail{Message: "{value} is neither test nor control"}
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
