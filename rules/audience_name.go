package rules

import (
	"strings"
	"unicode"

	"github.com/connectplus/preflight/validate"
)

// AudienceNameParams are the parameters of audience-name.
type AudienceNameParams struct {
	Audience string `yaml:"audience" doc:"the name of the audience; empty: not known"`
	Folder   string `yaml:"folder" doc:"the source folder of the audience; empty: not known"`
}

// Validate takes every name.
func (*AudienceNameParams) Validate() error { return nil }

// AudienceName reports white space in the name of an audience or its folder.
var AudienceName = register(validate.Rule{
	ID: "audience-name", Title: "White space in the name of an audience", Severity: validate.Error, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
The name of the audience, or of the folder that its files are dropped into, holds white
space. The rule is silent until ` + "`audience` or `folder`" + ` says what the names are.

The platform finds no audience of that name: the file stays where it is, neither processed
nor rejected.

Rename the audience and the folder, with underscores for the spaces, and give each
audience a folder of its own.
`,
	Templates: []string{"audience-reload"},
	Prevents:  []string{"data-neither-processed-nor-rejected"},
	Sources:   []string{guide, audienceBlock},
	Params:    &AudienceNameParams{},
	Examples: []validate.Example{
		{Name: "a name of two words", Template: "audience-reload", Params: &AudienceNameParams{Audience: "Gold members"}, Text: "mobile\n919812345678\n",
			Want: []string{`audience-name: "Gold members", the name of the audience, holds white space`}},
		{Name: "underscores", Template: "audience-reload", Params: &AudienceNameParams{Audience: "Gold_members", Folder: "/in/gold_members"},
			Text: "mobile\n919812345678\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		params := p.Params.(*AudienceNameParams)
		for _, n := range []struct{ name, of string }{{params.Audience, "the audience"}, {params.Folder, "its folder"}} {
			if strings.ContainsFunc(n.name, unicode.IsSpace) {
				report(validate.Detail{
					Message: "{value}, the name of " + n.of + ", holds white space", Value: n.name,
					Fix: &validate.Fix{Title: "rename it to " + strings.Join(strings.Fields(n.name), "_")},
				})
			}
		}
	})},
})
