package rules

import (
	"encoding/binary"
	"slices"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file holds what the rules on groups share: what makes two rows of one
// number the same bill, and which rows are copies.

// sales are the templates that add transactions. The one that updates them takes
// no amounts.
var sales = []string{"transaction-v2-add*", "transaction-customer-*", "transaction-line-item-*", "intouch-transaction-*"}

// billIdentity lists the columns that tell two bills of one number apart: date,
// customer and store.
func billIdentity(p *validate.Pass) []int {
	var columns []int
	for _, name := range []string{"billingDate", "identifierValue", storeField} {
		if c := p.Column(name); c >= 0 && !p.Columns[c].Key {
			columns = append(columns, c)
		}
	}
	return columns
}

// storeField names the store of a bill.
const storeField = "attribution.identifierValue"

// billIdentityIn is billIdentity within the scope in which numbers must be
// unique: where that is less than the org, another store does not make the
// number a duplicate.
func billIdentityIn(p *validate.Pass) []int {
	columns := billIdentity(p)
	if billScope(p) == scopeOrg {
		return columns
	}
	store := p.Column(storeField)
	return slices.DeleteFunc(columns, func(c int) bool { return c == store })
}

// The scopes of BillNumberParams.
const (
	scopeOrg   = "org"
	scopeStore = "store"
	scopeTill  = "till"
)

// billScope returns within what bill numbers must be unique: one of the scopes
// above, scopeOrg unless the parameters of duplicate-bill-number say otherwise.
//
// It is a setting of the dataflow that four rules go by, each of which would
// else take the bill of another store for the same bill or for another one:
// duplicate-bill-number, which owns it, group-conflict, group-split and
// duplicate-item-line. Rules ask while they bind.
func billScope(p *validate.Pass) string {
	if params, ok := p.Options.Params["duplicate-bill-number"].(*BillNumberParams); ok {
		return params.Scope
	}
	return scopeOrg
}

// billColumns lists the columns whose cells must agree on all rows of a bill.
// That of the return type is return-type-conflict's business.
func billColumns(p *validate.Pass) []int {
	var columns []int
	for _, c := range p.Columns {
		if !c.Key && c.Field != nil && c.Field.Level == templates.Bill && c.Field.Name != "returnType" {
			columns = append(columns, c.Index)
		}
	}
	return columns
}

// oneRowPerBill reports whether the file has no columns for lines, so that
// every row is a bill of its own.
func oneRowPerBill(p *validate.Pass) bool {
	for _, c := range p.Columns {
		if c.Field != nil && (c.Field.Level == templates.Line || c.Field.Level == templates.Payment) {
			return false
		}
	}
	return true
}

// starts returns the index of the first row of each stretch of the group.
// Stretches of ragged rows alone are left out.
func starts(g *validate.Rows) []int {
	var at []int
	i := 0
	for _, r := range g.Runs() {
		for i < g.Len() && g.Row(i).Number() < r.First {
			i++
		}
		if i < g.Len() && g.Row(i).Number() < r.First+int64(r.N) {
			at = append(at, i)
		}
	}
	return at
}

// laterBill returns the index of the first row of a later bill that has the
// number of the first, or -1.
func laterBill(g *validate.Rows, identity *agreement, perRow bool) int {
	if g.Len() == 0 {
		return -1
	}
	first := g.Row(0)
	if perRow {
		for i := 1; i < g.Len(); i++ {
			if !g.Row(i).Same(first) {
				return i
			}
		}
		return -1
	}
	if len(g.Runs()) == 1 {
		return -1
	}
	for _, i := range starts(g) {
		if identity.differs(first, g.Row(i)) >= 0 {
			return i
		}
	}
	return -1
}

// linesFirst lists all columns of the file, those first in which the rows of one
// bill differ most: line number and item, and the rest of the line.
func linesFirst(p *validate.Pass) []int {
	var columns, others []int
	for _, name := range []string{"lineItemsV2.serial", "lineItemsV2.itemCode"} {
		if c := p.Column(name); c >= 0 {
			columns = append(columns, c)
		}
	}
	for _, c := range p.Columns {
		switch {
		case slices.Contains(columns, c.Index):
		case c.Field != nil && c.Field.Level == templates.Line:
			columns = append(columns, c.Index)
		default:
			others = append(others, c.Index)
		}
	}
	return append(columns, others...)
}

// appendCells appends the cells of a row in some columns, each behind its
// length: two rows have equal bytes where, and only where, all these cells are
// equal.
func appendCells(to []byte, r validate.RowView, columns []int) []byte {
	for _, c := range columns {
		cell := r.Cell(c)
		to = append(binary.AppendUvarint(to, uint64(len(cell))), cell...)
	}
	return to
}

// firsts returns, for each row of the group, the index of the first row that is
// equal to it: its own where it is no copy. columns are those of linesFirst. The
// time grows with the rows; a few are compared faster than their bytes are kept.
func firsts(g *validate.Rows, columns []int) []int {
	first := make([]int, g.Len())
	if len(first) <= 16 {
		for i := range first {
			first[i] = firstOf(g, columns, i)
		}
		return first
	}
	seen := make(map[string]int, g.Len())
	var key []byte
	for i := range first {
		key = appendCells(key[:0], g.Row(i), columns)
		at, ok := seen[string(key)]
		if !ok {
			at = i
			seen[string(key)] = i
		}
		first[i] = at
	}
	return first
}

// firstOf is firsts for one row, in one pass that keeps nothing. columns are
// best those of linesFirst: most rows then differ in the first cell.
func firstOf(g *validate.Rows, columns []int, at int) int {
	row := g.Row(at)
	for i := range at {
		if same(g.Row(i), row, columns) {
			return i
		}
	}
	return at
}

// same reports whether two rows have equal cells in some columns.
func same(r, o validate.RowView, columns []int) bool {
	for _, c := range columns {
		if string(r.Cell(c)) != string(o.Cell(c)) {
			return false
		}
	}
	return true
}

// numbersOf returns the spreadsheet rows of a group, at most n.
func numbersOf(g *validate.Rows, n int) []int64 {
	var rows []int64
	for i := range min(g.Len(), n) {
		rows = append(rows, g.Row(i).Number())
	}
	return rows
}
