package rules

import (
	"strings"
	"unicode"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// HeaderWhitespace reports headers with spaces or characters that nobody sees.
var HeaderWhitespace = register(validate.Rule{
	ID: "header-whitespace", Title: "Header with unseen characters", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A header has spaces around it, doubled spaces inside, or characters that nobody sees; or
an explicit mapping (` + "`--map`" + `) spells it in another way, such as in other case.

The platform maps columns by the exact text of their headers, so the column is not found
and its values are not sent.

Write the header as the mapping has it.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "a space behind the name", Text: "billNumber,billAmount \nB1,10\n",
			Want: []string{`1:billAmount: header-whitespace: "billAmount " has outer spaces`}},
		{Name: "a no-break space inside", Text: "billNumber,Bill\u00a0Amount\nB1,10\n",
			Want: []string{"1:Bill\u00a0Amount: header-whitespace: \"Bill\\u00a0Amount\" has an unusual space"}},
		{Name: "single spaces are fine", Text: "billNumber,Bill Amount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if p.Source.Headless || noHeader(p) {
			return
		}
		m := &p.Options.Mapping
		for j, h := range p.Source.Header {
			what, right := headerDefect(h), cleanHeader(h)
			if j < len(m.How) && m.How[j] == templates.ByMap {
				spelled, other := m.Spelled[j]
				switch {
				case !other: // as the mapping has it, letter by letter
					what = ""
				case what == "":
					what = "is spelled " + spelled + " in the mapping"
				}
				right = spelled
			}
			if what == "" {
				continue
			}
			report(validate.Detail{
				Message: "{value} " + what, Row: 1, Column: j + 1, Value: h,
				Fix: validate.Write("write the header as "+right, right, true),
			})
		}
	})},
})

// headerDefect says what is wrong with a header as it stands, or "".
func headerDefect(h string) string {
	clean := cleanHeader(h)
	switch {
	case h == clean:
		return ""
	case strings.ContainsFunc(h, func(r rune) bool { return !unicode.IsSpace(r) && unicode.In(r, unicode.Cc, unicode.Cf) }):
		return "has a hidden character"
	case strings.Trim(h, " ") != h && strings.Trim(h, " ") == clean:
		return "has outer spaces"
	case strings.ContainsAny(h, "\r\n"):
		return "has a line break"
	case strings.ContainsFunc(h, func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }):
		return "has an unusual space"
	}
	return "has doubled spaces"
}
