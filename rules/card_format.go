package rules

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// CardFormatParams are the parameters of card-format.
type CardFormatParams struct {
	MaxLength int `yaml:"max_length" doc:"most characters of a card number of the organisation; 0: any"`
}

// Validate reports a length below zero.
func (c *CardFormatParams) Validate() error {
	if c.MaxLength < 0 {
		return fmt.Errorf("max_length is %d; it takes a whole number, 0 or more", c.MaxLength)
	}
	return nil
}

// CardFormat reports card numbers that are none, and cells with several.
var CardFormat = register(validate.Rule{
	ID: "card-format", Title: "Not a card number", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A card number holds something else than letters and digits, the cell holds several
numbers, or the number is longer than ` + "`max_length`" + `, where that is set.

The platform refuses the row: a card number is alphanumeric, and one record is about one
card.

Export the number as it was issued, without the spaces and hyphens that are printed on
the card, and give each card a row of its own.
`,
	Templates: []string{"card-update", "customer-v2-add"},
	Prevents:  []string{"card:3029", "card:3032/not-alphanumeric", "card:3035"},
	Sources:   []string{cardCodes, cardAPI, customerAPI},
	Params:    &CardFormatParams{},
	Examples: []validate.Example{
		{Name: "as printed on the card", Template: "card-update", Text: "cardNumber,statusLabel\n4815-1623-4242,ACTIVE\n",
			Want: []string{`2:cardNumber: card-format: "4815-1623-4242" holds '-', a card number takes letters and digits`}},
		{Name: "two cards", Template: "card-update", Text: "cardNumber,statusLabel\n\"48151623,42424242\",ACTIVE\n",
			Want: []string{`2:cardNumber: card-format: "48151623,42424242" holds several card numbers`}},
		{Name: "too long", Template: "card-update", Params: &CardFormatParams{MaxLength: 12}, Text: "cardNumber,statusLabel\n48151623424208,ACTIVE\n",
			Want: []string{`2:cardNumber: card-format: "48151623424208" has 14 characters, a card number has 12 at most`}},
		{Name: "a card", Template: "card-update", Text: "cardNumber,statusLabel\nGOLD48151623,ACTIVE\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || c.Field.Name != "cardNumber" {
				return nil
			}
			most := p.Params.(*CardFormatParams).MaxLength
			return &validate.CellCheck{
				OK:       func(cell []byte) bool { return cardNumber(cell, most) },
				Describe: func(cell []byte) validate.Detail { return describeCard(cell, most) },
			}
		}},
		row(func(p *validate.Pass) *validate.RowCheck {
			most := p.Params.(*CardFormatParams).MaxLength
			return identifierCheck(p,
				func(typ, value []byte) bool { return spells(typ, []byte("cardnumber")) && !cardNumber(value, most) },
				func(_, value []byte) validate.Detail { return describeCard(value, most) })
		}),
	},
})

// cardNumber reports whether s is letters and digits, at most so many; 0: any
// number of them.
func cardNumber(s []byte, most int) bool {
	_, odd := oddInCard(s)
	return !odd && (most == 0 || utf8.RuneCount(s) <= most)
}

// oddInCard returns the first character that a card number does not take.
func oddInCard(s []byte) (r rune, odd bool) {
	for i := 0; i < len(s); {
		if c := s[i]; c|0x20-'a' < 26 || c-'0' < 10 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if !unicode.In(r, unicode.Cf, unicode.Cc) && r != utf8.RuneError { // other rules' business
			return r, true
		}
		i += n
	}
	return 0, false
}

// leastCard is the fewest characters of what counts as one of several numbers
// in a cell: shorter ones are groups of digits, as they are printed on a card.
const leastCard = 6

func describeCard(s []byte, most int) validate.Detail {
	r, odd := oddInCard(s)
	if !odd {
		return validate.Detail{Message: fmt.Sprintf("{value} has %s, a card number has %d at most", words.Plural(int64(utf8.RuneCount(s)), "character"), most)}
	}
	parts := bytes.FieldsFunc(s, func(r rune) bool { return bytes.ContainsRune([]byte(",;|/ \n\t&+"), r) })
	several := len(parts) > 1
	for _, part := range parts {
		several = several && len(part) >= leastCard
	}
	if several {
		return validate.Detail{Message: "{value} holds several card numbers"}
	}
	return validate.Detail{Message: fmt.Sprintf("{value} holds %q, a card number takes letters and digits", r)}
}
