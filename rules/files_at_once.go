package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// FilesAtOnce reports files of one dataflow that are given together.
var FilesAtOnce = register(validate.Rule{
	ID: "files-at-once", Title: "Several files for one dataflow at once", Severity: validate.Error, Since: "0.2.0",
	Doc: `
One run holds several files for one dataflow, or several sets for one that joins files.
The second and every further one is reported: for a dataflow that joins files as an
error, elsewhere as a warning. Files that look like those of a merge set, bills in one
and lines or payments in another, are an error if no template says so.

A dataflow that joins files pairs them as they come: bills of one set meet the lines of
another, and what does not match vanishes. Elsewhere files are taken in an order that
nobody sees, so a return may come before its sale.

Upload one file, or the files of one set, and the next when these are processed; leave
at least ten minutes between two sets.
`,
	Prevents: []string{"transaction-missing-in-profile"},
	Sources:  []string{guide, joinBlock},
	Examples: []validate.Example{
		{Name: "two sales files", Text: "-- monday.csv --\nbillNumber,billAmount\nB1,10\n-- tuesday.csv --\nbillNumber,billAmount\nB2,20\n",
			Want: []string{"tuesday.csv:files-at-once: the file comes at once with monday.csv, for the same dataflow"}},
		{Name: "files of two dataflows", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code\nB1,a\n"},
	},
	Checks: []validate.Check{validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
		for _, sets := range setsOf(files) {
			for _, s := range sets[1:] {
				first := files[sets[0].files[0]]
				report(s.files[0], validate.Detail{
					Message: fmt.Sprintf("the set of the file is one of %d at once, the first is that of %s", len(sets), first.Name),
					Fix:     &validate.Fix{Title: "upload the sets one after the other, ten minutes apart"}})
			}
		}
		first := map[string]*validate.FileResult{} // by dataflow
		for i, f := range files {
			if f.Place.Role != "" {
				continue
			}
			if f.Place.Like != "" {
				report(i, validate.Detail{
					Message: "the columns of bills are in " + f.Place.With + ": the files look like a merge set",
					Fix:     &validate.Fix{Title: "judge them together with -t " + f.Place.Like}})
				continue
			}
			flow := f.Place.Flow + "\n" + f.Template.ID
			if first[flow] == nil {
				first[flow] = f
				continue
			}
			report(i, validate.Detail{Severity: validate.Warning,
				Message: "the file comes at once with " + first[flow].Name + ", for the same dataflow",
				Fix:     &validate.Fix{Title: "upload the files one after the other"}})
		}
	})},
})
