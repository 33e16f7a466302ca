package validate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"math"
	"slices"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/table"
)

// Fields that say what a bill comes to.
const (
	totalField    = "billAmount"
	currencyField = "currencyCode"
	typeField     = "type"
)

// A Stake is what the bills come to that the platform would reject.
type Stake struct {
	All    Money
	ByCode []Money // parallel to FileResult.Forecast; a bill counts once for each code
}

// Money is what some bills come to, each counted once.
type Money struct {
	Sums   []Sum // one for each currency, most bills first; behind them those of returns
	Unread int64 // bills without a total that can be read
}

// A Sum is the exact sum of the totals of bills of one currency, either sales or
// returns: what is paid back is no part of what was taken.
type Sum struct {
	Returns  bool
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
		typ:   r.plan.pass.Value(typeField),
		bills: map[uint64]uint32{}, codes: map[[3]byte]uint16{}, names: []string{""}, large: map[int]decimal.Amount{}, byCode: make([]RowSet, len(r.codeRows))}
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
	typ             Value
	key             []byte                 // scratch: of the present row
	last            []byte                 // key of the row before
	bill            int                    // of that row
	bills           map[uint64]uint32      // by hash of the key
	totals          []*[pieceBills]total   // pieces never move as they grow
	count           int                    // bills
	large           map[int]decimal.Amount // by bill: totals that are too long for one
	codes           map[[3]byte]uint16     // of currencies: indexes of names
	names           []string               // the first is empty
	byCode          []RowSet               // by Plan.codes: of bills, not of rows
}

// pieceBills are the bills of one piece: 256 KiB.
const pieceBills = 1 << 14

// A total is what is kept of a bill: 16 bytes, as a file may hold millions.
type total struct {
	units    int64
	check    uint32 // a second hash of the key
	currency uint16 // in names: of three letters there are fewer
	scale    uint8
	flags    totalFlags
}

type totalFlags uint8

const (
	isKnown totalFlags = 1 << iota
	isLarge
	isReturn
)

func (c *cashier) visit(t *table.Batch) {
	c.batch.Batch, c.batch.text, c.batch.spans = t, t.Text(), t.Spans()
	for i := range t.Len() {
		row := t.Number(i)
		if !c.result.refused.Has(row) {
			continue
		}
		view := RowView{c.batch, i}
		at := c.at(row, view.Cell)
		bill := c.of(at)
		if amount, blank, ok := view.Amount(c.total); ok && !blank && bill.flags&isKnown == 0 {
			c.keep(at, amount)
		}
		if bill.currency == 0 {
			bill.currency = c.currencyOf(view.Get(c.currency))
		}
		if returned(view.Get(c.typ)) {
			bill.flags |= isReturn
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
		c.bill = c.add(0)
		c.last = c.last[:0]
	case !bytes.Equal(c.key, c.last):
		hash, check := maphash.Bytes(c.seed, c.key), uint32(maphash.Bytes(c.seed2, c.key))
		bill, ok := c.bills[hash]
		for ; ok && c.of(int(bill)).check != check; bill, ok = c.bills[hash] {
			hash++
		}
		if !ok {
			bill = uint32(c.add(check))
			c.bills[hash] = bill
		}
		c.bill = int(bill)
		c.last = append(c.last[:0], c.key...)
	}
	for code := range c.byCode {
		if c.result.codeRows[code].Has(row) {
			c.byCode[code].Add(int64(c.bill))
		}
	}
	return c.bill
}

func (c *cashier) add(check uint32) int {
	if c.count%pieceBills == 0 {
		c.totals = append(c.totals, new([pieceBills]total))
	}
	c.count++
	c.of(c.count - 1).check = check
	return c.count - 1
}

func (c *cashier) of(bill int) *total { return &c.totals[bill/pieceBills][bill%pieceBills] }

// keep notes the total of a bill.
func (c *cashier) keep(bill int, a decimal.Amount) {
	t := c.of(bill)
	t.flags |= isKnown
	if units, ok := a.Mantissa(a.Scale()); ok && a.Scale() <= math.MaxUint8 {
		t.units, t.scale = units, uint8(a.Scale())
	} else {
		t.flags |= isLarge
		c.large[bill] = a
	}
}

// currencyOf returns the index of a code of three letters in names; 0 for other text.
func (c *cashier) currencyOf(cell []byte) uint16 {
	if len(cell) != 3 {
		return 0
	}
	var code [3]byte
	for i, b := range cell {
		if code[i] = b &^ 0x20; code[i] < 'A' || code[i] > 'Z' {
			return 0
		}
	}
	at, ok := c.codes[code]
	if !ok {
		at = uint16(len(c.names))
		c.codes[code] = at
		c.names = append(c.names, string(code[:]))
	}
	return at
}

// returned reports whether a type is that of a return, whatever its case, spaces,
// hyphens and underscores.
func returned(typ []byte) bool {
	var letters [len("notinterestedreturn")]byte
	n := 0
	for _, c := range typ {
		if c == ' ' || c == '-' || c == '_' {
			continue
		}
		if n == len(letters) {
			return false
		}
		letters[n] = c | 0x20
		n++
	}
	return string(letters[:n]) == "return" || string(letters[:n]) == "notinterestedreturn"
}

// money adds up bills.
func (c *cashier) money(wanted func(bill int64) bool) (m Money) {
	type sort struct {
		currency uint16
		returns  totalFlags
	}
	at := map[sort]int{}
	for i := range c.count {
		b := c.of(i)
		switch {
		case !wanted(int64(i)):
			continue
		case b.flags&isKnown == 0:
			m.Unread++
			continue
		}
		amount := decimal.New(b.units, int(b.scale))
		if b.flags&isLarge != 0 {
			amount = c.large[i]
		}
		of := sort{b.currency, b.flags & isReturn}
		k, ok := at[of]
		if !ok {
			k = len(m.Sums)
			at[of] = k
			m.Sums = append(m.Sums, Sum{Currency: c.names[b.currency], Returns: of.returns != 0})
		}
		m.Sums[k].Total = m.Sums[k].Total.Add(amount)
		m.Sums[k].Bills++
	}
	slices.SortFunc(m.Sums, func(a, b Sum) int {
		switch {
		case a.Returns && !b.Returns:
			return 1
		case b.Returns && !a.Returns:
			return -1
		}
		return cmp.Or(cmp.Compare(b.Bills, a.Bills), cmp.Compare(a.Currency, b.Currency))
	})
	return m
}
