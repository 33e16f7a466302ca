package rules

import (
	"fmt"
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// DuplicateSerial reports bills in which two items have one line number.
var DuplicateSerial = register(validate.Rule{
	ID: "duplicate-serial", Title: "Line number stands twice in a bill", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
Two lines of a bill have the same serial and are for different items or rates. One item
twice under one serial is duplicate-item-line, equal rows are duplicate-row. A sale and a
return in one bill are numbered apart.

The platform takes both lines. A return or a part of a bundle that names the line by its
serial then finds the wrong one, or none.

Number the lines of each bill from 1, or leave the column out.
`,
	Prevents: []string{"transaction-v2:687", "transaction:688/return-line-not-matched"},
	Sources:  []string{salesAPI, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "two items, one number", Text: "billNumber,Serial,Item Code\nB1,1,SHIRT\nB1,1,TIE\n",
			Want: []string{`3:Serial: duplicate-serial: "1" is the number of row 2 of the bill already`}},
		{Name: "each bill has its own numbers", Text: "billNumber,Serial,Item Code\nB1,1,SHIRT\nB1,2,TIE\nB2,1,SHIRT\n"},
	},
	Checks: []validate.Check{
		validate.Group(func(p *validate.Pass) *validate.GroupCheck { return numberCheckOf(p, p.Column(serialField)) }),
	},
})

// numberCheckOf wants the lines of a bill to differ in a column.
func numberCheckOf(p *validate.Pass, column int) *validate.GroupCheck {
	if column < 0 || !p.Columns[column].Field.Has("unique_within_group") {
		return nil
	}
	n := &numbering{column: column, bill: agreementOn(p, billIdentityIn(p)), perRow: oneRowPerBill(p)}
	for _, name := range []string{"type", "lineItemsV2.type"} {
		if c := p.Column(name); c >= 0 {
			n.apart = append(n.apart, c)
		}
	}
	for _, name := range []string{"lineItemsV2.itemCode", "lineItemsV2.rate"} {
		if c := p.Column(name); c >= 0 {
			n.item = append(n.item, c)
		}
	}
	if len(n.item) == 0 { // without items, only what the line says can differ
		n.item = slices.DeleteFunc(columnsOf(p, templates.Line), func(c int) bool { return c == column })
	}
	return &validate.GroupCheck{
		Trust: validate.Distinct | validate.Single, Distinct: []int{column},
		Judge: func(g *validate.Rows, report func(int, uint32)) {
			if !g.Read() || laterBill(g, n.bill, n.perRow) >= 0 {
				return
			}
			if at, _ := n.find(g); at >= 0 {
				report(at, 0)
			}
		},
		Describe: func(g *validate.Rows, _ int) validate.Detail {
			_, first := n.find(g)
			row := g.Row(first).Number()
			return validate.Detail{Column: column, Related: []int64{row}, Message: fmt.Sprintf("{value} is the number of row %d of the bill already", row)}
		},
	}
}

// numbering is how the lines of bills are numbered.
type numbering struct {
	column int
	apart  []int // columns that keep equal numbers apart
	item   []int // columns in which lines of one number differ
	bill   *agreement
	perRow bool
}

// find returns the first line that has the number of an earlier one and another
// item, and that one; at is -1 where there is none.
func (n *numbering) find(g *validate.Rows) (at, first int) {
	seen := make(map[string]int, g.Len())
	number := validate.Value{Column: n.column}
	var key []byte
	for i := range g.Len() {
		r := g.Row(i)
		cell := r.Get(number)
		if len(cell) == 0 || nullWord(cell) {
			continue
		}
		key = appendCells(append(key[:0], cell...), r, n.apart)
		k, again := seen[string(key)]
		switch {
		case !again:
			seen[string(key)] = i
		case !same(g.Row(k), r, n.item):
			return i, k
		}
	}
	return -1, 0
}
