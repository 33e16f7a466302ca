package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// GroupSplit reports bills whose rows are not neighbours.
var GroupSplit = register(validate.Rule{
	ID: "group-split", Title: "Rows of one bill are not neighbours", Severity: validate.Warning, Since: "0.1.0",
	Templates: sales,
	Doc: `
A bill number comes back after rows of another bill. What the rows say of the bill
agrees, so it is one bill whose lines lie apart. Copies of earlier rows are duplicate-row alone.

Connect+ groups neighbouring rows. With sorting on, it brings the rows together; with
sorting off, one bill becomes several, and all but the first are refused as duplicates.

Sort the file by bill number, or make sure that the dataflow does.
`,
	Prevents: []string{"transaction:604/transaction-number-exists", "transaction-v2:604"},
	Sources:  []string{groupingBlock},
	Examples: []validate.Example{
		{Name: "a line that comes late", Text: "billNumber,Item Code\nB1,a\nB2,a\nB1,b\n",
			Want: []string{"4: group-split: the bill began in row 2, and other bills stand in between"}},
		{Name: "neighbours", Text: "billNumber,Item Code\nB1,a\nB1,b\nB2,a\n"},
	},
	Checks: []validate.Check{validate.Group(func(p *validate.Pass) *validate.GroupCheck {
		if oneRowPerBill(p) {
			return nil // duplicate-bill-number or duplicate-row says it
		}
		identity, columns := agreementOn(p, billIdentityIn(p)), linesFirst(p)
		back := func(g *validate.Rows) int {
			var first []int // nil: no row is a copy
			if !g.Has(validate.Distinct) {
				first = firsts(g, columns)
			}
			stretches := append(starts(g), g.Len())
			for s, i := range stretches[:len(stretches)-1] {
				if i == 0 || identity.differs(g.Row(0), g.Row(i)) >= 0 {
					continue
				}
				for k := i; k < stretches[s+1]; k++ {
					if first == nil || first[k] == k {
						return i
					}
				}
			}
			return -1
		}
		said := &conflict{said: agreementOn(p, billColumns(p)), identity: identity}
		// whole: all rows agree on the bill, so that none becomes part of another.
		whole := func(g *validate.Rows) bool {
			for i := range g.Len() {
				if identity.differs(g.Row(0), g.Row(i)) >= 0 {
					return false
				}
			}
			at, _, _ := said.find(g)
			return at < 0 && !g.Ragged()
		}
		return &validate.GroupCheck{
			Trust: validate.Together,
			Judge: func(g *validate.Rows, report func(int, uint32)) {
				if g.Has(validate.Uniform|validate.Distinct) && !g.Ragged() {
					report(0, 1) // no need to look: nothing tells the stretches apart
					return
				}
				if !g.Read() {
					return
				}
				if at := back(g); at >= 0 {
					class := uint32(0)
					if whole(g) {
						class = 1 // sorting changes no meaning
					}
					report(at, class)
				}
			},
			Describe: func(g *validate.Rows, _ int) validate.Detail {
				fix := &validate.Fix{Title: "sort the rows by bill number"}
				if whole(g) {
					fix.Safe, fix.Rewrite = true, validate.Gather
				}
				return validate.Detail{Column: -1, Fix: fix, Row: g.Row(back(g)).Number(), Related: []int64{g.Row(0).Number()},
					Message: fmt.Sprintf("the bill began in row %d, and other bills stand in between", g.Row(0).Number())}
			},
		}
	})},
})
