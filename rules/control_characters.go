package rules

import (
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/validate"
)

// ControlCharacters reports characters that nobody sees inside a value.
var ControlCharacters = register(validate.Rule{
	ID: "control-characters", Title: "Unseen characters in a value", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A value holds a line break, a tab, a NUL, or a character of no width. In free text a tab
or a mark of no width is a warning; line breaks, NUL, escapes and marks that override the
direction of writing are errors everywhere. Joiners between letters belong to their
language and are no finding.

The platform stores or compares them like letters: two numbers that look alike differ,
and line breaks cut rows in two on the way.

Remove the characters at their origin. Those of no width can go without a loss, outside
the numbers of bills and customers; line breaks and tabs may have parted two words.
`,
	Prevents: []string{"transaction-v2:602", "transaction:602", "customer:1003"},
	Sources:  []string{salesCodes, customerCodes, guide},
	Examples: []validate.Example{
		{Name: "a character of no width in a key", Text: "billNumber,billAmount\nB\u200b1,10\n",
			Want: []string{`2:billNumber: control-characters: "B\u200b1" holds a character of no width (U+200B)`}},
		{Name: "a line break in free text", Text: "billNumber,note\nB1,\"first\nsecond\"\n",
			Want: []string{`2:note: control-characters: "first\nsecond" holds a line break`}},
		{Name: "a joiner between letters", Text: "billNumber,note\nB1,می\u200cخواهم\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Trust: validate.Printing, Rank: validate.Beside, Raw: true,
			Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
				if c.Strict() || coded(c) {
					return unseenCheck(c, validate.Error, func(worst unseen) bool { return worst == clean })
				}
				return unseenCheck(c, validate.Error, func(worst unseen) bool { return worst < harmful })
			}},
		validate.Cell{Trust: validate.Printing, Rank: validate.Beside, Raw: true,
			Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
				if c.Strict() || coded(c) {
					return nil
				}
				return unseenCheck(c, validate.Warning, func(worst unseen) bool { return worst != odd })
			}},
	},
})

// unseen says how bad the characters are that nobody sees in a cell.
type unseen uint8

const (
	clean   unseen = iota
	odd            // a tab, a character of no width
	harmful        // a line break, NUL, escape, or override of direction
)

func unseenCheck(c *validate.Column, severity validate.Severity, ok func(unseen) bool) *validate.CellCheck {
	// Numbers of bills and customers are never changed but at their ends.
	named := c.Key || c.Field != nil && (c.Field.Sensitive || c.Field.Has("text_not_number"))
	safe := func(cell []byte) bool { return !named && widthless(cell) }
	repair := func(cell []byte) *validate.Fix {
		if !widthless(cell) {
			return validate.Write("write a space in its place, or nothing", seen(cell), false)
		}
		return validate.Write("write the value without it", seen(cell), safe(cell))
	}
	return &validate.CellCheck{
		Severity: severity,
		OK: func(cell []byte) bool {
			_, worst := findUnseen(cell)
			return ok(worst)
		},
		Describe: func(cell []byte) validate.Detail {
			r, _ := findUnseen(cell)
			return validate.Detail{Message: "{value} holds " + unseenName(r), Fix: repair(cell)}
		},
		Classify: func(cell []byte) uint32 {
			if safe(cell) {
				return 1
			}
			return 0
		},
		Conclude: func(t *validate.Tally) validate.Conclusion {
			return validate.Conclusion{Fixable: t.Bits[0], Fix: repair}
		},
	}
}

// findUnseen returns the worst character that nobody sees, the first of them.
// Tabs around the value are outer-whitespace's business.
func findUnseen(cell []byte) (found rune, worst unseen) {
	value := validate.Trim(cell)
	start := -1 // where value begins in cell
	before := rune(-1)
	for i := 0; i < len(cell); {
		r, n := rune(cell[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(cell[i:])
		}
		if start < 0 && len(validate.Trim(cell[i:i+n])) > 0 {
			start = i
		}
		how := unseenKind(r)
		within := start >= 0 && i < start+len(value)
		if how == odd && (r == '\t' && !within || joins(before, r, cell[i+n:])) {
			how = clean
		}
		if how > worst {
			found, worst = r, how
		}
		before = r
		i += n
	}
	return found, worst
}

func unseenKind(r rune) unseen {
	switch {
	case r == '\t':
		return odd
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return harmful
	case r < utf8.RuneSelf:
		return clean
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return harmful
	case unicode.Is(unicode.Cf, r):
		return odd
	}
	return clean
}

// joins reports whether r is a joiner that stands between letters, or between
// the parts of a pictogram.
func joins(before, r rune, rest []byte) bool {
	if r != 0x200c && r != 0x200d {
		return false
	}
	after, _ := utf8.DecodeRune(rest)
	joined := func(r rune) bool {
		return r > 0x7f && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.Is(unicode.So, r))
	}
	return joined(before) && joined(after)
}

// widthless reports whether all that nobody sees in a cell has no width, so
// that leaving it out changes nothing that can be seen.
func widthless(cell []byte) bool {
	for i := 0; i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		if unseenKind(r) != clean && !unicode.Is(unicode.Cf, r) {
			return false
		}
		i += n
	}
	return true
}

// seen returns a cell without what nobody sees; what takes room becomes a space.
func seen(cell []byte) string {
	var out []byte
	before := rune(-1)
	for i := 0; i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		switch {
		case r == '\n' && before == '\r': // one line break
		case unseenKind(r) == clean, joins(before, r, cell[i+n:]):
			out = append(out, cell[i:i+n]...)
		case !unicode.Is(unicode.Cf, r) && unicode.IsSpace(r):
			out = append(out, ' ')
		}
		before = r
		i += n
	}
	return string(out)
}

func unseenName(r rune) string {
	switch {
	case r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029:
		return "a line break"
	case r == '\t':
		return "a tab"
	case r == 0:
		return "a NUL"
	case r == 0x1b:
		return "an escape character"
	case unseenKind(r) == harmful && unicode.Is(unicode.Cf, r):
		return "a mark that overrides the direction of writing (" + codePoint(r) + ")"
	case unicode.Is(unicode.Cf, r):
		return "a character of no width (" + codePoint(r) + ")"
	}
	return "a control character (" + codePoint(r) + ")"
}
