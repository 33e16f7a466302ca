package rules

import "github.com/connectplus/preflight/validate"

// MergeDelimiter reports files of one set that separate their cells differently.
var MergeDelimiter = register(validate.Rule{
	ID: "merge-delimiter", Title: "Files of a set use different delimiters", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
The join block reads all files of a merge set with one delimiter, and this file has
another than the set. Where all files of a set have one that the dataflow does not
take, that is delimiter.

The file is read as one column: its rows are neither processed nor rejected.

Write all files of the set with the delimiter of the join block, a comma or a tab.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{joinBlock},
	Examples: []validate.Example{
		{Name: "a comma and a semicolon", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber;Item Code\nB1;a\n",
			Want: []string{"lines.csv:merge-delimiter: the cells are separated by semicolons, those of bills.csv by commas"}},
		{Name: "commas in both", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code\nB1,a\n"},
	},
	Checks: []validate.Check{validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
		for at, right := range oddDelimiters(files) {
			if right == nil {
				continue
			}
			want := separatorName(delimiterOf(right))
			report(at, validate.Detail{
				Message: "the cells are separated by " + separatorName(delimiterOf(files[at])) + ", those of " + right.Name + " by " + want,
				Fix:     &validate.Fix{Title: "write the file with " + want}})
		}
	})},
})

// oddDelimiters returns, for each file of a run whose delimiter is not that of its
// merge set, a file that has that of the set; nil for the other files.
func oddDelimiters(files []*validate.FileResult) []*validate.FileResult {
	odd := make([]*validate.FileResult, len(files))
	for _, s := range allSets(files) {
		var cut []int // files of several columns: the others say nothing
		for _, at := range s.files {
			if src := files[at].Source; !src.Empty && len(src.Header) > 1 {
				cut = append(cut, at)
			}
		}
		if len(cut) < 2 {
			continue
		}
		right := cut[0] // a file with the delimiter of the dataflow, if there is one
		for _, at := range cut {
			if delimiterOf(files[at]) == wantedDelimiter(files[at]) {
				right = at
				break
			}
		}
		for _, at := range cut {
			if delimiterOf(files[at]) != delimiterOf(files[right]) {
				odd[at] = files[right]
			}
		}
	}
	return odd
}

func delimiterOf(f *validate.FileResult) byte { return f.Source.Dialect.Comma }

// wantedDelimiter returns the delimiter that the dataflow of a file takes.
func wantedDelimiter(f *validate.FileResult) byte {
	if c := f.Options().Comma; c != 0 {
		return c
	}
	return ','
}
