package rules

import "github.com/connectplus/preflight/validate"

// OwnerMissing reports badges that nobody may issue.
var OwnerMissing = register(validate.Rule{
	ID: "owner-missing", Title: "Badge without an owner", Severity: validate.Error, Since: "0.2.0",
	Templates: badgeTemplates,
	Doc: `
The badge names no owner: restrictedToOwners is blank.

The platform wants at least one module that may issue the badge, and refuses it without.

Name the owners, such as Loyalty or Journeys; several stand in one quoted cell with
commas between them.
`,
	Prevents: []string{"badge:728"},
	Sources:  []string{badgesAPI},
	Examples: []validate.Example{
		{Name: "no owner", Template: "badges-create-update", Text: "name,restrictedToOwners\nFirst steps,\n",
			Want: []string{"2:restrictedToOwners: owner-missing: the badge names no owner"}},
		{Name: "two owners", Template: "badges-create-update", Text: "name,restrictedToOwners\nFirst steps,\"Loyalty,Journeys\"\n"},
	},
	Checks: []validate.Check{validate.Cell{Blanks: true, Rank: validate.Form, Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
		if c.Field == nil || c.Field.Name != ownersField {
			return nil
		}
		return blankCheck("the badge names no owner")
	}}},
})

var badgeTemplates = []string{"badges-create-update"}

const ownersField = "ownership.restrictedToOwners"
