package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// MergeCommonName reports names that do not say which files belong together.
var MergeCommonName = register(validate.Rule{
	ID: "merge-common-name", Title: "Names do not tie the files of a set together", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
The files of a merge set carry a common part in their names, such as the day in
BILL_LEVEL_20261101.csv and LINE_LEVEL_20261101.csv. Here the parts differ, or two sets
have the same one. Where the names of the roles do not say which part that is, it is
what a name holds besides words such as bill, line or payment. Only parts that differ in
nothing but a number are then reported, as a warning.

Connect+ pairs files by that part: files with other parts are not joined, and of two
sets with one part the wrong files may be.

Give the files of a set one common part, and each set its own.
`,
	Prevents: []string{"transaction-missing-in-profile"},
	Sources:  []string{joinBlock},
	Examples: []validate.Example{
		{Name: "two days", Template: "transaction-line-item-merge",
			Text: "-- BILL_LEVEL_1101.csv --\nbillNumber,billAmount\nB1,10\n-- LINE_LEVEL_1102.csv --\nbillNumber,Item Code\nB1,a\n",
			Want: []string{`LINE_LEVEL_1102.csv:merge-common-name: "1102" is not the common part of BILL_LEVEL_1101.csv, "1101"`}},
		{Name: "one day", Template: "transaction-line-item-merge",
			Text: "-- BILL_LEVEL_1101.csv --\nbillNumber,billAmount\nB1,10\n-- LINE_LEVEL_1101.csv --\nbillNumber,Item Code\nB1,a\n"},
	},
	Checks: []validate.Check{validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
		for _, sets := range setsOf(files) {
			seen := map[string]*validate.FileResult{} // by common part: the first set that has it
			for _, s := range sets {
				first := files[s.files[0]]
				for _, at := range s.files[1:] {
					if d, differs := parted(first, files[at]); differs {
						report(at, d)
					}
				}
				if !first.Place.Named {
					continue
				}
				if other := seen[first.Place.Common]; other != nil {
					report(s.files[0], validate.Detail{Value: first.Place.Common,
						Message: "{value} is the common part of two sets, the other is that of " + other.Name})
					continue
				}
				seen[first.Place.Common] = first
			}
		}
	})},
})

// parted words that two files of a set have no common part.
func parted(first, other *validate.FileResult) (d validate.Detail, differs bool) {
	a, b := first.Place, other.Place
	if a.Common == b.Common || a.Common == "" || b.Common == "" {
		return d, false
	}
	guessed := !a.Named || !b.Named
	if guessed && (!a.Spoken || !b.Spoken || !numbered(a.Common, b.Common)) {
		return d, false
	}
	d = validate.Detail{Value: b.Common, Message: fmt.Sprintf("{value} is not the common part of %s, %q", first.Name, a.Common),
		Fix: &validate.Fix{Title: "give the names of the set one common part"}}
	if guessed {
		d.Severity = validate.Warning
	}
	return d, true
}

// numbered reports whether two texts differ in nothing but the digits of numbers
// of one length, such as days.
func numbered(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && (a[i]-'0' > 9 || b[i]-'0' > 9) {
			return false
		}
	}
	return true
}
