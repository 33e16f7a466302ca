package rules

import (
	"bytes"
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// DuplicateItemLine reports bills that hold one item twice under one line
// number and rate.
var DuplicateItemLine = register(validate.Rule{
	ID: "duplicate-item-line", Title: "Item stands twice in a bill", Severity: validate.Warning, Since: "0.1.0",
	Templates: sales,
	Doc: `
Two lines of a bill have the same item code, rate and serial, and differ in something
else. Lines that are equal in everything are duplicate-row. Without a serial column
this is for information: tills list an item once for each scan.

Where the org forbids an item twice in a bill, or returns name the line by item, rate
and serial, the platform refuses the line or takes the wrong one.

Number the lines of each bill in the serial column, or add the quantities up.
`,
	Prevents: []string{"transaction:687/item-merge-not-supported", "transaction:616", "transaction-v2:675"},
	Sources:  []string{salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "one line number for two lines", Text: "billNumber,Serial,Item Code,Qty\nB1,1,a,1\nB1,1,a,2\n",
			Want: []string{`3:Item Code: duplicate-item-line: "a" stands in row 2 of the bill already`}},
		{Name: "numbered lines", Text: "billNumber,Serial,Item Code,Qty\nB1,1,a,1\nB1,2,a,2\n"},
	},
	Checks: []validate.Check{validate.Group(func(p *validate.Pass) *validate.GroupCheck {
		item, serial := p.Column("lineItemsV2.itemCode"), p.Column("lineItemsV2.serial")
		if item < 0 {
			return nil
		}
		columns, bill, perRow := []int{item}, billIdentityIn(p), oneRowPerBill(p)
		for _, c := range []int{p.Column("lineItemsV2.rate"), serial} {
			if c >= 0 {
				columns = append(columns, c)
			}
		}
		identity := billIdentity(p)
		if c := p.Column("type"); c >= 0 { // a sale and a return may share the number
			identity = append(identity, c)
		}
		// twin returns an earlier row of the bill with the same item line that is
		// no copy.
		twin := func(g *validate.Rows, at int) int {
		rows:
			for i := range at {
				for _, c := range columns {
					if !bytes.Equal(g.Row(i).Cell(c), g.Row(at).Cell(c)) {
						continue rows
					}
				}
				if len(validate.Trim(g.Row(i).Cell(item))) > 0 && !g.Row(i).Same(g.Row(at)) && differs(p, identity, g.Row(i), g.Row(at)) < 0 {
					return i
				}
			}
			return -1
		}
		check := &validate.GroupCheck{
			Trust:    validate.Distinct | validate.Single,
			Distinct: columns,
			Judge: func(g *validate.Rows, report func(int, uint32)) {
				if !g.Read() || laterBill(p, g, bill, perRow) >= 0 {
					return // two bills of one number share their items, which is duplicate-bill-number's business
				}
				for i := range g.Len() {
					if copyOf(g, i) == i && twin(g, i) >= 0 {
						report(i, 0)
						return
					}
				}
			},
			Describe: func(g *validate.Rows, at int) validate.Detail {
				row := g.Row(twin(g, at)).Number()
				return validate.Detail{Column: item, Related: []int64{row},
					Message: fmt.Sprintf("{value} stands in row %d of the bill already", row)}
			},
		}
		if serial < 0 {
			check.Severity = validate.Info
		} else {
			check.Distinct = []int{serial} // lines with numbers of their own are no twins
		}
		return check
	})},
})
