package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// GroupConflict reports bills whose rows disagree in what is said of the bill.
var GroupConflict = register(validate.Rule{
	ID: "group-conflict", Title: "Rows of one bill contradict each other", Severity: validate.Error, Since: "0.1.0",
	Templates: sales,
	Doc: `
Date, store, customer, total and the other columns of the bill must be the same on
every row of it. Here two rows of one bill number say different things. 10 agrees with
10.00. A blank cell beside a value contradicts nothing, nor does a cell that has a
finding of its own, such as a date in another format.

Connect+ groups the rows by their number and keeps one of the values, so points and
reports depend on which row came first.

Write the same value on all rows, or give the second bill a number of its own.
`,
	Prevents: []string{"transaction:601", "points-mismatch-multi-line-bill"},
	Sources:  []string{groupingBlock, guide},
	Examples: []validate.Example{
		{Name: "two totals", Text: "billNumber,billAmount,Item Code\nB1,10,a\nB1,12,b\n",
			Want: []string{`3:billAmount: group-conflict: "12" is not what row 2 of the bill says`}},
		{Name: "a blank and another spelling of the number", Text: "billNumber,billAmount,Item Code\nB1,10,a\nB1,,b\nB1,10.00,c\n",
			Want: []string{`3:billAmount: required-missing: billAmount is blank`}},
		{Name: "another spelling of the number", Text: "billNumber,billAmount,Item Code\nB1,10,a\nB1,10.00,b\n"},
	},
	Checks: []validate.Check{validate.Group(func(p *validate.Pass) *validate.GroupCheck {
		if oneRowPerBill(p) {
			return nil // duplicate-bill-number says it
		}
		c := &conflict{said: agreementOn(p, billColumns(p)), identity: agreementOn(p, billIdentityIn(p))}
		return &validate.GroupCheck{
			Trust: validate.Uniform | validate.Single,
			Judge: func(g *validate.Rows, report func(int, uint32)) {
				if !g.Read() {
					return
				}
				if at, _, _ := c.find(g); at >= 0 {
					report(at, 0)
				}
			},
			Describe: func(g *validate.Rows, _ int) validate.Detail {
				_, column, first := c.find(g)
				row := g.Row(first).Number()
				return validate.Detail{Column: column, Related: []int64{row},
					Message: fmt.Sprintf("{value} is not what row %d of the bill says", row)}
			},
		}
	})},
})

type conflict struct {
	said     *agreement // in all columns of the bill
	identity *agreement // in those that tell two bills apart
}

// find returns the first row that contradicts an earlier one of its bill, the
// column, and that earlier row; at is -1 where all agree. A later stretch that
// is another bill is compared only within itself.
func (c *conflict) find(g *validate.Rows) (at, column, first int) {
	stretches := append(starts(g), g.Len())
	if len(stretches) < 2 {
		return -1, 0, 0
	}
	filled := make([]int, len(c.said.columns)) // per column: the row that filled it, plus one
	for s := range len(stretches) - 1 {
		from, to := stretches[s], stretches[s+1]
		into := filled
		if c.identity.differs(g.Row(0), g.Row(from)) >= 0 {
			into = make([]int, len(filled))
		}
		for i := from; i < to; i++ {
			for k, col := range c.said.columns {
				switch {
				case len(g.Row(i).Get(validate.Value{Column: col})) == 0:
				case into[k] == 0:
					into[k] = i + 1
				case !c.said.in(col, g.Row(into[k]-1), g.Row(i)):
					return i, col, into[k] - 1
				}
			}
		}
	}
	return -1, 0, 0
}
