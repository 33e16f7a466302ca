package rules

import "github.com/connectplus/preflight/validate"

// MergeOrphan reports rows of a merge set that have no partner in another file.
var MergeOrphan = register(validate.Rule{
	ID: "merge-orphan", Title: "Row without a partner in the other file of the set", Severity: validate.Error, Since: "0.2.0", Needs: "the other files of the set",
	Templates: merges,
	Doc: `
A key stands in one file of a merge set and not in another: a bill without lines, or
lines without a bill. Rows whose key is blank are merge-key-blank.

The files are joined with an inner join: what has no partner vanishes, without an error
row, and the bill is missing in the profile of the member.

Add the missing rows, take the others out, or drop the file that belongs to these rows.
`,
	Prevents: []string{"transaction-missing-in-profile"},
	Sources:  []string{guide, joinBlock},
	Examples: []validate.Example{
		{Name: "both ways", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\nB2,20\n-- lines.csv --\nbillNumber,Item Code,LineItem_Amount\nB1,a,10\nB3,b,5\nB3,c,5\n",
			Want: []string{`bills.csv:3:billNumber: merge-orphan: "B2" has no row in lines.csv`,
				`lines.csv:3:billNumber: merge-orphan: "B3" has no row in bills.csv`}},
		{Name: "every bill has its lines", Template: "transaction-line-item-merge",
			Text: "-- bills.csv --\nbillNumber,billAmount\nB1,10\n-- lines.csv --\nbillNumber,Item Code,LineItem_Amount\nB1,a,4\nB1,b,6\n"},
	},
	Checks: []validate.Check{validate.Join{
		Keys: mergeKeys,
		Judge: func(m *validate.Meeting, report func(int)) {
			first := head(m)
			for at := range m.Parts {
				p := &m.Parts[at]
				if p.First == 0 || first >= 0 && at != first && m.Parts[first].First > 0 {
					continue // what the head has, it misses itself
				}
				if len(lacking(m, at)) > 0 {
					report(at)
				}
			}
		},
		Describe: func(m *validate.Meeting, at int) validate.Detail {
			return keyDetail(&m.Parts[at], "{value} has no row in "+allOf(lacking(m, at)))
		},
	}},
})

// lacking names the files that a key of one part must be in and is not: those
// of all other roles, and where the part is not the head of the set, the head.
func lacking(m *validate.Meeting, at int) (names []string) {
	first := head(m)
	for i := range m.Parts {
		p := &m.Parts[i]
		if i != at && p.First == 0 && p.Complete && (first < 0 || at == first || i == first) {
			names = append(names, p.Name())
		}
	}
	return names
}
