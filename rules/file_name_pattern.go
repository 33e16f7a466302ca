package rules

import (
	"path"
	"regexp"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// FileNamePattern reports a file whose name the dataflow does not look for.
var FileNamePattern = register(validate.Rule{
	ID: "file-name-pattern", Title: "Name that the dataflow does not look for", Severity: validate.Error, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
The name of the file does not match the Filename Pattern of the dataflow. Case counts:
SALES.CSV is not sales.csv. Where only a part of the name matches it is a warning, as no
document says whether a part is enough. Without a pattern nothing is judged.

The dataflow does not pick the file up: it stays in the folder, and nothing is processed.

Rename the file. Give the pattern of the dataflow with ` + "`--name-pattern`" + `, or as the
pattern of its flow in the file of settings.
`,
	Prevents: []string{"member-details-not-loading", "files-not-processed"},
	Sources:  []string{guide, sourceBlock},
	Examples: []validate.Example{
		{Name: "another name", File: "bills.csv", NamePattern: `sales_\d+\.csv`, Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{`file-name-pattern: "bills.csv" does not match the name pattern sales_\d+\.csv`}},
		{Name: "only the case differs", File: "Sales_1.CSV", NamePattern: `sales_\d+\.csv`, Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{`file-name-pattern: "Sales_1.CSV" differs from the name pattern sales_\d+\.csv by case only`}},
		{Name: "a part of the name", File: "old_sales_1.csv.bak.csv", NamePattern: `sales_\d+\.csv`, Text: "billNumber,billAmount\nB1,10\n",
			Want: []string{`file-name-pattern: only a part of "old_sales_1.csv.bak.csv" matches the name pattern sales_\d+\.csv`}},
		{Name: "the name that is looked for", File: "sales_20.csv", NamePattern: `sales_\d+\.csv`, Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		pattern := p.Options.NamePattern
		name := path.Base(strings.ReplaceAll(p.Source.Name, `\`, "/"))
		whole, err := regexp.Compile(`^(?:` + pattern + `)$`)
		if pattern == "" || name == "-" || err != nil || whole.MatchString(name) {
			return
		}
		d := validate.Detail{Message: "{value} does not match the name pattern " + pattern, Value: name}
		if part, err := regexp.Compile(pattern); err == nil && part.MatchString(name) {
			d.Message, d.Severity = "only a part of {value} matches the name pattern "+pattern, validate.Warning
		} else if folded, err := regexp.Compile(`(?i)^(?:` + pattern + `)$`); err == nil && folded.MatchString(name) {
			d.Message = "{value} differs from the name pattern " + pattern + " by case only"
		}
		d.Fix = &validate.Fix{Title: "rename the file to match"}
		if better := matchingName(name, whole, pattern); better != "" {
			d.Fix.Title = "rename the file to " + better
		}
		report(d)
	})},
})
