package rules

import (
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// UUIDFormat reports identifiers that are no UUID, and blank ones.
var UUIDFormat = register(validate.Rule{
	ID: "uuid-format", Title: "Not a UUID", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A column of UUIDs has a blank cell, or text that is no UUID: 32 hexadecimal digits in
groups of 8, 4, 4, 4 and 12, with hyphens between them.

The platform refuses the row, because it tells one event from the next by its UUID.

Export the UUID as the system that made it writes it, without braces or quotes, and one
for every row. A UUID cannot be made up later.
`,
	Prevents: []string{"api:604/ERR_NULL_UUID", "behavioural-event:7306"},
	Sources:  []string{guide, eventsAPI},
	Examples: []validate.Example{
		{Name: "digits without hyphens", Template: "behavioural-events",
			Text: "eventName,customerIdentifier,attributes.uuid\nproduct_viewed,919812345678,0f8fad5bd9cb469fa16570867728950e\n",
			Want: []string{`2:attributes.uuid: uuid-format: "0f8fad5bd9cb469fa16570867728950e" is not a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e`}},
		{Name: "a blank cell", Template: "behavioural-events",
			Text: "eventName,customerIdentifier,attributes.uuid\nproduct_viewed,919812345678,\n",
			Want: []string{"2:attributes.uuid: uuid-format: the UUID is blank"}},
		{Name: "a UUID", Template: "behavioural-events",
			Text: "eventName,customerIdentifier,attributes.uuid\nproduct_viewed,919812345678,0f8fad5b-d9cb-469f-a165-70867728950e\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !uuidColumn(p, c) {
				return nil
			}
			return &validate.CellCheck{OK: isUUID, Describe: func([]byte) validate.Detail {
				return validate.Detail{Message: "{value} is not a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e"}
			}}
		}},
		validate.Cell{Blanks: true, Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !uuidColumn(p, c) {
				return nil
			}
			return blankCheck("the UUID is blank")
		}},
	},
})

// uuidColumn reports whether a column holds UUIDs. Attributes of events have
// names of the organisation's own, so there the header alone says it.
func uuidColumn(p *validate.Pass, c *validate.Column) bool {
	if c.Field == nil {
		return named(eventTemplates, p) && templates.Fold(c.Header) == "uuid"
	}
	return c.Field.Type == templates.Text && uuidName(c.Field.Name)
}

func uuidName(field string) bool { return strings.EqualFold(leaf(field), "uuid") }

// isUUID reports whether s is written 8-4-4-4-12 in hexadecimal digits.
//
// Source: RFC 9562 section 4.
func isUUID(s []byte) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range s {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (c == '-') || !hyphen && c-'0' > 9 && c|0x20-'a' > 5 {
			return false
		}
	}
	return true
}
