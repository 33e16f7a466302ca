package rules

import "github.com/connectplus/preflight/validate"

// PatternOverlap reports a name that two dataflows, or two roles of one, take.
var PatternOverlap = register(validate.Rule{
	ID: "pattern-overlap", Title: "Name matches two patterns", Severity: validate.Error, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
The name of the file matches the pattern of its dataflow and that of another one, or the
patterns of two files of a merge set. Dataflows that read different folders do not meet.

Whichever dataflow looks first takes the file: it is read with the wrong template, or
joined with itself, and neither processed nor rejected.

Make the patterns exclude each other, or give the file a name that only one takes.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{guide, joinBlock},
	Examples: []validate.Example{
		{Name: "a pattern that takes all", File: "returns_1101.csv", Text: "billNumber,billAmount\nB1,10\n",
			Place: validate.Place{Flow: "returns", Also: []string{"flow sales"}},
			Want:  []string{"pattern-overlap: the name is taken by flow sales too"}},
		{Name: "one pattern", File: "returns_1101.csv", Text: "billNumber,billAmount\nB1,10\n",
			Place: validate.Place{Flow: "returns"}},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if also := p.Options.Place.Also; len(also) > 0 {
			report(validate.Detail{Message: "the name is taken by " + allOf(also) + " too"})
		}
	})},
})
