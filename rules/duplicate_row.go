package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// DuplicateRow reports rows that repeat an earlier row in every cell.
var DuplicateRow = register(validate.Rule{
	ID: "duplicate-row", Title: "Row repeats an earlier row", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A row equals an earlier one in every column, however the cells are quoted. Where the
file numbers the lines of a bill, or has one row for each customer, that is an error; in
other sales files it is a warning, as two scans of one item look just the same. A file
that holds what another one of the run holds is an error, and named once. A copy that
stands apart from the rows of its bill is duplicate-row alone, not group-split.

Connect+ refuses what it has seen, or counts it twice: bill totals and points are wrong.

Leave the repeated row out, or give it a line number (serial) of its own.
`,
	Prevents: []string{"transaction-rejected-by-connectplus", "import:import-bill-duplicate-in-file"},
	Sources:  []string{guide},
	Examples: []validate.Example{
		{Name: "a numbered line twice", Text: "billNumber,Serial,Item Code\nB1,1,a\nB1,2,b\nB1,1,a\n",
			Want: []string{"4: duplicate-row: the row repeats row 2"}},
		{Name: "a customer twice", Template: "test-control-update", Text: "mobile,testControlStatus\n919876543210,test\n\"919876543210\",test\n",
			Want: []string{"3: duplicate-row: the row repeats row 2"}},
		{Name: "another line", Text: "billNumber,Serial,Item Code\nB1,1,a\nB1,2,a\n"},
	},
	Checks: []validate.Check{
		validate.Group(func(p *validate.Pass) *validate.GroupCheck { return copiesIn(p, false) }),
		validate.Group(func(p *validate.Pass) *validate.GroupCheck {
			if p.Column("lineItemsV2.serial") < 0 || len(paymentsIn(p).of) == 0 {
				return nil
			}
			return copiesIn(p, true)
		}),
		validate.Unique(func(p *validate.Pass) []*validate.UniqueCheck {
			safe := !p.Grouped() || oneRowPerBill(p)
			return []*validate.UniqueCheck{{Fix: leaveOut(safe),
				Describe: func(_, first validate.RowView) validate.Detail { return repeatOf(first) }}}
		}),
		validate.Drop(func(files []*validate.FileResult, report func(int, validate.Detail)) {
			for i, f := range files {
				if f.CopyOf != "" {
					report(i, validate.Detail{Message: "the file has the same rows as " + f.CopyOf,
						Fix: &validate.Fix{Title: "leave the file out"}})
				}
			}
		}),
	},
})

// copiesIn finds the rows of a group that repeat another one. Payments on rows of
// their own have no number, so two of them may be two payments: they are judged
// apart from the numbered lines.
func copiesIn(p *validate.Pass, ofPayments bool) *validate.GroupCheck {
	columns, perRow, numbered := linesFirst(p), oneRowPerBill(p), p.Column("lineItemsV2.serial") >= 0
	payments := paymentsIn(p)
	apart := numbered && len(payments.of) > 0
	check := &validate.GroupCheck{
		Trust:  validate.Distinct | validate.Single,
		PerRow: true,
		Judge: func(g *validate.Rows, report func(int, uint32)) {
			if !g.Read() {
				return
			}
			for i, first := range firsts(g, columns) {
				if first < i && (!apart || payments.alone(g.Row(i)) == ofPayments) {
					report(i, 0)
				}
			}
		},
		Fix: leaveOut(perRow),
		Describe: func(g *validate.Rows, at int) validate.Detail {
			return repeatOf(g.Row(firstOf(g, columns, at)))
		},
	}
	if ofPayments || !numbered && !perRow {
		check.Severity = validate.Warning
	}
	return check
}

// leaveOut is the fix of a repeated row. It is safe where every row stands for a
// bill or a customer. Two lines of a bill may be two sales of one item, which no
// machine can tell.
func leaveOut(safe bool) *validate.Fix {
	return &validate.Fix{Title: "leave the row out", Safe: safe, Remove: safe}
}

// repeatOf words a repeated row.
func repeatOf(first validate.RowView) validate.Detail {
	return validate.Detail{Column: -1, Related: []int64{first.Number()}, Message: fmt.Sprintf("the row repeats row %d", first.Number())}
}
