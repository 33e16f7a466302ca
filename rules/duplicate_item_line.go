package rules

import (
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
		columns, bill, perRow := []int{item}, agreementOn(p, billIdentityIn(p)), oneRowPerBill(p)
		for _, c := range []int{p.Column("lineItemsV2.rate"), serial} {
			if c >= 0 {
				columns = append(columns, c)
			}
		}
		identity := billIdentity(p)
		if c := p.Column("type"); c >= 0 { // a sale and a return may share the number
			identity = append(identity, c)
		}
		twins := &itemLines{item: validate.Value{Column: item}, columns: columns, row: withoutPayments(p, linesFirst(p)), bill: agreementOn(p, identity)}
		check := &validate.GroupCheck{
			Trust:    validate.Distinct | validate.Single,
			Distinct: columns,
			Judge: func(g *validate.Rows, report func(int, uint32)) {
				if !g.Read() || laterBill(g, bill, perRow) >= 0 {
					return // two bills of one number share their items, which is duplicate-bill-number's business
				}
				if at, _ := twins.find(g); at >= 0 {
					report(at, 0)
				}
			},
			Describe: func(g *validate.Rows, _ int) validate.Detail {
				_, earlier := twins.find(g)
				row := g.Row(earlier).Number()
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

// itemLines finds lines of a bill that are for one item.
type itemLines struct {
	item    validate.Value
	columns []int      // item, rate and serial, as far as the file has them
	row     []int      // all columns but those of payments
	bill    *agreement // in what tells bills apart, and sales from returns
}

// contradictions bounds the lines of one item that a line is compared with. A
// bill that has so many which contradict each other is group-conflict's
// business; a later line is then compared with those that write the bill alike.
const contradictions = 16

// find returns the first line that has the item of an earlier line of its bill
// and is no copy, and the first such earlier line; at is -1 where there is none.
func (l *itemLines) find(g *validate.Rows) (at, earlier int) {
	lines := make(map[string][]int) // by item, rate and serial; they contradict each other
	further := make(map[string]int) // also by what they say of the bill, behind the first contradictions
	var key []byte
	for i, first := range firsts(g, l.row) {
		r := g.Row(i)
		if first < i || len(r.Get(l.item)) == 0 {
			continue
		}
		key = appendCells(key[:0], r, l.columns)
		known := lines[string(key)]
		for _, k := range known {
			if l.bill.differs(g.Row(k), r) < 0 {
				return i, k
			}
		}
		if len(known) < contradictions {
			lines[string(key)] = append(known, i)
			continue
		}
		key = appendCells(key, r, l.bill.columns)
		if k, ok := further[string(key)]; ok {
			return i, k
		}
		further[string(key)] = i
	}
	return -1, 0
}
