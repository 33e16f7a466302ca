package rules

import "github.com/connectplus/preflight/validate"

// FileEmpty reports a file without data.
var FileEmpty = register(validate.Rule{
	ID: "file-empty", Title: "File without data", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The file has no bytes, a header and nothing below it, or blank rows only.

The platform has no transaction to send, or refuses an empty one. Nobody is told that the
data of the day is missing.

Find out why the export was empty. If there was nothing to sell, do not drop the file.
`,
	Prevents: []string{"transaction:615"},
	Sources:  []string{salesCodes, guide},
	Examples: []validate.Example{
		{Name: "a header alone", Text: "billNumber,billAmount\n",
			Want: []string{"file-empty: the file has a header and no rows"}},
		{Name: "blank rows", Text: "billNumber,billAmount\n,\n",
			Want: []string{"file-empty: all rows of the file are blank", "2: blank-row: the row is blank"}},
		{Name: "one row", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.File(func(_ *validate.Pass, s *validate.Summary, report func(validate.Detail)) {
		switch {
		case s.Stopped: // there is more than was read
		case s.Source.Empty:
			report(validate.Detail{Message: "the file is empty"})
		case s.Rows == 0 && s.Source.Headless:
			report(validate.Detail{Message: "the file has no rows"})
		case s.Rows == 0:
			report(validate.Detail{Message: "the file has a header and no rows"})
		case s.Rows == s.Blank:
			report(validate.Detail{Message: "all rows of the file are blank"})
		}
	})},
})
