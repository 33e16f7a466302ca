package rules

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// Encoding reports text that is not UTF-8, or was encoded twice.
var Encoding = register(validate.Rule{
	ID: "encoding", Title: "Text is not UTF-8", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The file holds bytes that are not UTF-8, is written in UTF-16, or holds text that was
encoded twice: "MÃ¼ller" for "Müller".

The platform stores such names and addresses broken, or shows members without them.

Export the file as UTF-8 ("CSV UTF-8" in spreadsheet programs). Text that was encoded
twice is mended where it happened first, in the program that wrote the export.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide},
	Examples: []validate.Example{
		{Name: "Windows-1252", Text: "billNumber,note\nB1,Caf\xe9\n",
			Want: []string{"encoding: the text is not UTF-8 from byte 23 on, in 1 row, and looks like Windows-1252"}},
		{Name: "encoded twice", Text: "billNumber,note\nB1,CafÃ©\n",
			Want: []string{`2:note: encoding: "CafÃ©" was encoded twice`}},
		{Name: "UTF-8", Text: "billNumber,note\nB1,Café São Ñandú 東京\n"},
	},
	Checks: []validate.Check{
		validate.File(func(_ *validate.Pass, s *validate.Summary, report func(validate.Detail)) {
			src := s.Source
			switch {
			case src.Encoding == table.UTF16LE || src.Encoding == table.UTF16BE:
				report(validate.Detail{Message: "the file is written in " + src.Encoding + ", not in UTF-8",
					Fix: &validate.Fix{Title: "write the file in UTF-8", Safe: true, Rewrite: validate.ToUTF8}})
			case src.BadHeader || src.BadByte >= 0:
				d := validate.Detail{Message: "the text is not UTF-8 " + badPlaces(src)}
				if src.Encoding == table.Windows1252 {
					d.Message += ", and looks like " + src.Encoding
					d.Fix = &validate.Fix{Title: "write the file in UTF-8, if it is " + src.Encoding, Rewrite: validate.ToUTF8}
				}
				report(d)
			}
		}),
		row(func(p *validate.Pass) *validate.RowCheck {
			last := len(p.Columns) - 1
			twice := func(r validate.RowView) int {
				return slices.IndexFunc(p.Columns, func(c *validate.Column) bool { return encodedTwice(r.Cell(c.Index)) })
			}
			return &validate.RowCheck{
				Column: -1,
				Suspects: &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
					for i := range b.Len() {
						if b.Foreign(i) && encodedTwice(b.Stretch(i, 0, last)) {
							out = append(out, int32(i))
						}
					}
					return out
				}},
				OK: func(r validate.RowView) bool { return twice(r) < 0 },
				Describe: func(r validate.RowView) validate.Detail {
					return validate.Detail{Message: "{value} was encoded twice", Column: twice(r) + 1}
				},
			}
		}),
	},
})

// badPlaces says where a text is not UTF-8: in its header, in rows, or in both.
func badPlaces(src *table.Source) string {
	if src.BadByte < 0 {
		return "in the header"
	}
	rows := "from byte " + words.Count(src.BadByte+1) + " on, in " + words.Plural(src.BadRows, "row")
	if src.BadHeader {
		return "in the header, and " + rows
	}
	return rows
}

// encodedTwice reports whether text holds the typical traces of UTF-8 that was
// read as Windows-1252 and encoded again: Ã¼, Â£, â€™.
func encodedTwice(cell []byte) bool {
	// The first byte of all these characters is C3.
	for i := bytes.IndexByte(cell, 0xC3); i >= 0 && i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		i += n
		switch r {
		case 'Ã', 'Â': // the first of two bytes
			next, _ := utf8.DecodeRune(cell[i:])
			// A no-break space is also an honest neighbour.
			if next != 0xA0 && continues(next) {
				return true
			}
		case 'â', 'à', 'ã', 'ä', 'å', 'æ', 'ç', 'è', 'é', 'ì', 'ï': // the first of three
			next, n := utf8.DecodeRune(cell[i:])
			after, _ := utf8.DecodeRune(cell[i+n:])
			if continues(next) && continues(after) {
				return true
			}
		}
		next := bytes.IndexByte(cell[i:], 0xC3)
		if next < 0 {
			return false
		}
		i += next
	}
	return false
}

// continues reports whether a character stands for one of the bytes 80 to BF
// in Windows-1252 or Latin-1.
func continues(r rune) bool {
	if r >= 0x80 && r <= 0xBF {
		return true
	}
	switch r {
	case '€', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 'Ž',
		'‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 'ž', 'Ÿ':
		return true
	}
	return false
}
