package rules

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DuplicateReferenceID reports requests that carry the id of another request.
var DuplicateReferenceID = register(validate.Rule{
	ID: "duplicate-reference-id", Title: "Id of a request stands twice in the file", Severity: validate.Error, Since: "0.2.0",
	Doc: `
An id that must be unique in the file, such as a reference id, a transaction id or a card
number, is on an earlier row as well, and the rows differ. Rows that are equal in
everything are duplicate-row.

The platform takes the second row for a repeat of the first, and refuses it; or carries
out both.

Keep one row for each id, or give the second request an id of its own.
`,
	Prevents: []string{"request-workflow:2008", "retro-request:9055", "badge:809", "card:3015"},
	Sources:  []string{goodwillCodes, cardCodes, badgesAPI},
	Examples: []validate.Example{
		{Name: "one claim twice", Template: "retro-transaction", Text: "transactionId,notes\n1001,first\n1001,again\n",
			Want: []string{`3:transactionId: duplicate-reference-id: "1001" is in row 2 already`}},
		{Name: "two cards", Template: "card-update", Text: "cardNumber,statusLabel\nC1001,ACTIVE\nC1002,ACTIVE\n"},
	},
	Checks: []validate.Check{validate.Unique(uniqueReferences), uniqueAcross(uniqueReferences)},
})

func uniqueReferences(p *validate.Pass) []*validate.UniqueCheck {
	var checks []*validate.UniqueCheck
	for _, c := range p.Columns {
		// The rows of one key are a group, whose lines repeat it, where there are lines.
		if c.Field != nil && (!c.Key || oneRowPerBill(p)) && c.Field.Has("unique_in_file") && !uniqueCustomer(c.Field) && c.Field.Name != couponField {
			checks = append(checks, standsTwice(p, c.Index))
		}
	}
	return checks
}

// standsTwice checks that no value of a column is on an earlier row. Values that
// are broken in themselves have a finding of their own.
func standsTwice(p *validate.Pass, column int) *validate.UniqueCheck {
	return &validate.UniqueCheck{Columns: []int{column}, Sound: soundIn(p, p.Columns[column].Field),
		Describe: func(_, first validate.RowView) validate.Detail {
			return validate.Detail{Column: column, Message: fmt.Sprintf("{value} is in row %d already", first.Number())}
		}}
}

// soundIn returns whether a cell of a field can be compared with others: no rule
// on its form has a say against it.
func soundIn(p *validate.Pass, f *templates.Field) func(cell []byte) bool {
	form := func([]byte) bool { return true }
	switch {
	case f.Type == templates.Mobile:
		params, set := p.Options.Params[MobileFormat.ID].(*MobileFormatParams)
		if !set {
			params = MobileFormat.Params.(*MobileFormatParams)
		}
		form = mobilesBy(p, params).ok
	case f.Type == templates.Email:
		form = emailAddress
	case f.Type == templates.Integer:
		form = func(cell []byte) bool { return allDigits(bytes.TrimPrefix(cell, []byte("-"))) }
	case f.Name == "cardNumber":
		form = func(cell []byte) bool { return cardNumber(cell, 0) }
	}
	return func(cell []byte) bool {
		return wellIdentified(cell) && form(cell) && (f.MaxLen == 0 || len(cell) <= f.MaxLen || utf8.RuneCount(cell) <= f.MaxLen)
	}
}
