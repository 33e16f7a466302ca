package rules

import "github.com/connectplus/preflight/validate"

// eventTemplates are those of event-value-missing.
var eventTemplates = []string{"behavioural-events"}

// EventValueMissing reports an event without its name or its customer.
var EventValueMissing = register(validate.Rule{
	ID: "event-value-missing", Title: "Event names no event or no customer", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A row of behavioural events leaves the name of the event or the customer blank.

The platform takes the file and works through it later. There it drops the event, and no
answer shows it.

Fill the cell. The name of the event is mostly the same on all rows, and set by the
dataflow: tell preflight with ` + "`--const eventName=NAME`" + `.
`,
	Templates: eventTemplates,
	Prevents:  []string{"behavioural-event:7304", "behavioural-event:7307", "behavioural-event:7311"},
	Sources:   []string{eventsAPI},
	Examples: []validate.Example{
		{Name: "whose event", Template: "behavioural-events", Text: "eventName,customerIdentifier\nproduct_viewed,\n",
			Want: []string{"2:customerIdentifier: event-value-missing: customerIdentifier is blank"}},
		{Name: "an event of a customer", Template: "behavioural-events", Text: "eventName,customerIdentifier\nproduct_viewed,919812345678\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Blanks: true,
		Rank:   validate.Form,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || !eventField(c.Field.Name) {
				return nil
			}
			return blankCheck(c.Field.Name + " is blank")
		},
	}},
})

// eventField reports whether every event needs a field.
func eventField(name string) bool { return name == "eventName" || name == "customerIdentifier" }
