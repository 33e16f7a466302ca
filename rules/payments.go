package rules

import (
	"slices"
	"strconv"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file knows how payments stand in a file of bills: on rows of their own,
// beside the lines, or repeated with every line.

// columnsOf lists the columns of the file whose fields are of a level.
func columnsOf(p *validate.Pass, level templates.Level) []int {
	var columns []int
	for _, c := range p.Columns {
		if c.Field != nil && c.Field.Level == level && !c.Key {
			columns = append(columns, c.Index)
		}
	}
	return columns
}

// payments are the columns that tell a row of a payment from a row of a line.
type payments struct{ of, lines []int }

func paymentsIn(p *validate.Pass) payments {
	return payments{of: columnsOf(p, templates.Payment), lines: columnsOf(p, templates.Line)}
}

// alone reports whether a row holds a payment and no line.
func (p payments) alone(r validate.RowView) bool { return anyFilled(r, p.of) && !anyFilled(r, p.lines) }

func anyFilled(r validate.RowView, columns []int) bool {
	for _, c := range columns {
		if len(r.Get(validate.Value{Column: c})) > 0 {
			return true
		}
	}
	return false
}

// withoutPayments leaves the columns of payments out: one line may stand beside
// each payment of its bill.
func withoutPayments(p *validate.Pass, columns []int) []int {
	payments := columnsOf(p, templates.Payment)
	if len(payments) == 0 {
		return columns
	}
	return slices.DeleteFunc(slices.Clone(columns), func(c int) bool { return slices.Contains(payments, c) })
}

// paymentsOf words a number of payments.
func paymentsOf(n int) string {
	if n == 1 {
		return "one payment"
	}
	return strconv.Itoa(n) + " payments"
}
