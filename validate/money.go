package validate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"slices"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/table"
)

// Fields that say what a bill comes to.
const (
	totalField    = "billAmount"
	currencyField = "currencyCode"
)

// A Stake is what the bills come to that the platform would reject.
type Stake struct {
	All    Money
	ByCode []Money // parallel to FileResult.Forecast; a bill counts once for each code
}

// Money is what some bills come to, each counted once.
type Money struct {
	Sums   []Sum // one for each currency, most bills first
	Unread int64 // bills without a total that can be read
}

// A Sum is the exact sum of the totals of bills of one currency.
type Sum struct {
	Currency string // "EUR", as the file or the dataflow says it; empty: neither does
	Total    decimal.Amount
	Bills    int64
}

// Stake reads the file again and adds up the totals of the bills that have a
// refused row. The total of a bill is the first in its rows that can be read; in
// a template without groups each row is a bill.
//
// It is nil where no row is refused, and where no column holds the totals.
// Errors: ctx ended, or the file cannot be read as far as it was judged.
func (r *FileResult) Stake(ctx context.Context) (*Stake, error) {
	if r.plan == nil || r.RefusedRows == 0 || r.plan.pass.Computed(totalField) {
		return nil, nil
	}
	c := &cashier{result: r, batch: newBatch(r.plan), seed: maphash.MakeSeed(), seed2: maphash.MakeSeed(),
		total: r.plan.pass.Value(totalField), currency: r.plan.pass.Value(currencyField),
		bills: map[[2]uint64]int{}, byCode: make([]RowSet, len(r.codeRows))}
	if c.total.Column < 0 {
		return nil, nil
	}
	err := r.plan.src.Scan(ctx, 1, func(_ int, t *table.Batch) error {
		c.visit(t)
		return nil
	})
	if _, limited := errors.AsType[*table.LimitError](err); err != nil && (!limited || !r.Stopped) {
		return nil, err
	}
	out := &Stake{All: c.money(func(int64) bool { return true })}
	for _, f := range r.Forecast {
		code := slices.Index(r.plan.codes, f.Code)
		out.ByCode = append(out.ByCode, c.money(c.byCode[code].Has))
	}
	return out, nil
}

// A cashier gathers the bills with refused rows.
type cashier struct {
	result          *FileResult
	batch           *Batch
	seed, seed2     maphash.Seed
	total, currency Value
	key             []byte            // scratch: of the present row
	last            []byte            // key of the row before
	bill            int               // of that row
	bills           map[[2]uint64]int // by two hashes of the key
	totals          []billTotal       // by bill
	byCode          []RowSet          // by Plan.codes: of bills, not of rows
}

type billTotal struct {
	amount   decimal.Amount
	currency string
	known    bool
}

func (c *cashier) visit(t *table.Batch) {
	c.batch.Batch, c.batch.text, c.batch.spans = t, t.Text(), t.Spans()
	for i := range t.Len() {
		row := t.Number(i)
		if !c.result.refused.Has(row) {
			continue
		}
		view := RowView{c.batch, i}
		bill := &c.totals[c.at(row, view.Cell)]
		if amount, blank, ok := view.Amount(c.total); ok && !blank && !bill.known {
			bill.amount, bill.known = amount, true
		}
		if bill.currency == "" {
			bill.currency = currency(view.Get(c.currency))
		}
	}
	for i := range t.Faults {
		// The cells of a ragged row are not judged, but it is a row of its bill.
		f := &t.Faults[i]
		if !f.Shaped() && f.Kind != table.FaultBlank && c.result.refused.Has(f.Row) {
			c.at(f.Row, func(column int) []byte { return t.FaultCell(f, column) })
		}
	}
}

// at returns the bill of a refused row, and notes the codes of the row.
func (c *cashier) at(row int64, cell func(column int) []byte) int {
	c.key = c.key[:0]
	filled := false
	for _, column := range c.result.plan.pass.key {
		text := Trim(cell(column))
		filled = filled || len(text) > 0
		c.key = append(binary.AppendUvarint(c.key, uint64(len(text))), text...)
	}
	switch {
	case !filled:
		c.bill = c.add()
		c.last = c.last[:0]
	case !bytes.Equal(c.key, c.last):
		hash := [2]uint64{maphash.Bytes(c.seed, c.key), maphash.Bytes(c.seed2, c.key)}
		bill, ok := c.bills[hash]
		if !ok {
			bill = c.add()
			c.bills[hash] = bill
		}
		c.bill = bill
		c.last = append(c.last[:0], c.key...)
	}
	for code := range c.byCode {
		if c.result.codeRows[code].Has(row) {
			c.byCode[code].Add(int64(c.bill))
		}
	}
	return c.bill
}

func (c *cashier) add() int {
	c.totals = append(c.totals, billTotal{})
	return len(c.totals) - 1
}

// currency is a code of three letters, or nothing.
func currency(cell []byte) string {
	if len(cell) != 3 {
		return ""
	}
	for _, b := range bytes.ToUpper(cell) {
		if b < 'A' || b > 'Z' {
			return ""
		}
	}
	return string(bytes.ToUpper(cell))
}

// money adds up bills.
func (c *cashier) money(wanted func(bill int64) bool) (m Money) {
	at := map[string]int{}
	for i := range c.totals {
		b := &c.totals[i]
		switch {
		case !wanted(int64(i)):
			continue
		case !b.known:
			m.Unread++
			continue
		}
		k, ok := at[b.currency]
		if !ok {
			k = len(m.Sums)
			at[b.currency] = k
			m.Sums = append(m.Sums, Sum{Currency: b.currency})
		}
		m.Sums[k].Total = m.Sums[k].Total.Add(b.amount)
		m.Sums[k].Bills++
	}
	slices.SortFunc(m.Sums, func(a, b Sum) int {
		return cmp.Or(cmp.Compare(b.Bills, a.Bills), cmp.Compare(a.Currency, b.Currency))
	})
	return m
}
