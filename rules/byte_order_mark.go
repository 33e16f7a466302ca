package rules

import "github.com/connectplus/preflight/validate"

// ByteOrderMark reports a file that starts with a byte order mark.
var ByteOrderMark = register(validate.Rule{
	ID: "byte-order-mark", Title: "Byte order mark at the start", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The file starts with a byte order mark: two or three bytes that nobody sees, and that
spreadsheet programs write before UTF-8 and UTF-16.

The platform takes the mark for a part of the first header. That header then matches no
mapping, and its column is not sent.

Export without the mark: as plain UTF-8, where the program asks.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "saved by a spreadsheet", Text: "\ufeffbillNumber,billAmount\nB1,10\n",
			Want: []string{"byte-order-mark: the file starts with a byte order mark, which becomes part of its first header"}},
		{Name: "plain UTF-8", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if !p.Source.BOM {
			return
		}
		part := "header"
		if p.Source.Headless {
			part = "cell"
		}
		report(validate.Detail{
			Message: "the file starts with a byte order mark, which becomes part of its first " + part,
			Fix:     &validate.Fix{Title: "write the file without the mark", Safe: true, Rewrite: validate.DropMark},
		})
	})},
})
