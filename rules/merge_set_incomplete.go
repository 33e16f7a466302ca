package rules

import "github.com/connectplus/preflight/validate"

// MergeSetIncomplete reports a merge set without one of its files.
var MergeSetIncomplete = register(validate.Rule{
	ID: "merge-set-incomplete", Title: "A file of the merge set is missing", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
A dataflow that joins several files was given only some of a set.

It waits for the others, or joins the file with one of the next set: the bills are
missing in the profiles of the members.

Name all files of the set in one run, and upload them together.
`,
	Prevents: []string{"transaction-missing-in-profile"},
	Sources:  []string{guide, joinBlock},
	Examples: []validate.Example{
		{Name: "bills alone", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n",
			Want: []string{"merge-set-incomplete: the set of the file has no line file"}},
		{Name: "both files", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code\nB1,a\n"},
	},
	Checks: []validate.Check{validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
		for _, s := range allSets(files) {
			if len(s.missing) > 0 {
				report(s.files[0], validate.Detail{Message: "the set of the file has no " + allOf(s.missing) + " file"})
			}
		}
	})},
})
