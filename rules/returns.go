package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file holds what the rules on returns share: which rows return something,
// and what such rows must fill.

// returns says where a file tells sales from returns: by the type of the bill,
// by the type of the line, or both.
type returns struct {
	bill, line validate.Value
}

// returnsOf finds the types of a file. ok is false where nothing can be a return.
func returnsOf(p *validate.Pass) (t returns, ok bool) {
	t = returns{bill: p.Value("type"), line: p.Value("lineItemsV2.type")}
	return t, t.bill.Column >= 0 || t.line.Column >= 0 || returned(t.bill.Const) || returned(t.line.Const)
}

// whole reports whether the row belongs to a bill that is a return.
func (t returns) whole(r validate.RowView) bool { return returned(r.Get(t.bill)) }

// part reports whether the row is a returned line in a bill that is none. Where
// the file does not say what the bill is, no line is.
func (t returns) part(r validate.RowView) bool {
	typ := r.Get(t.bill)
	return len(typ) > 0 && !returned(typ) && returned(r.Get(t.line))
}

// plainSale reports whether a cell, as it stands, surely is the type of no return.
func plainSale(cell []byte) bool {
	return len(cell) == 0 || string(cell) == "REGULAR" || string(cell) == "NOT_INTERESTED"
}

// returnSuspects picks the rows that may be returns. The rules on returns share
// the one selector.
func returnSuspects(p *validate.Pass) *validate.Selector {
	return validate.Shared(p, "returns", func() *validate.Selector {
		t, _ := returnsOf(p)
		sale := func(v validate.Value, b *validate.Batch, i int32) bool {
			if v.Column < 0 {
				return plainSale(v.Const)
			}
			return plainSale(b.Cell(int(i), v.Column))
		}
		return &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
			for _, lead := range b.Leads() {
				if !sale(t.bill, b, lead) {
					out = b.AppendLed(out, lead)
					continue
				}
				if t.line.Column < 0 && sale(t.line, b, lead) {
					continue
				}
				kept := len(out)
				out = b.AppendLed(out, lead)
				for _, i := range out[kept:] {
					if !sale(t.line, b, i) {
						out[kept] = i
						kept++
					}
				}
				out = out[:kept]
			}
			return out
		}}
	})
}

// A due is a field of which returns must fill one form: that of the bill, or on
// a returned line of another bill that of the line.
type due struct {
	p          *validate.Pass
	t          returns
	bill, line string // fields
}

// filler returns what reports whether the dataflow or the row fills a field.
func filler(p *validate.Pass, field string) func(r validate.RowView) bool {
	v, computed := p.Value(field), p.Computed(field)
	return func(r validate.RowView) bool { return computed || len(r.Get(v)) > 0 }
}

// check reports rows for which needs holds and that do not fill the field. Where
// no column carries it, the finding is at the type that asks for it.
func (d due) check(field string, typ validate.Value, needs func(validate.RowView) bool) *validate.RowCheck {
	column, filled := d.p.Column(field), filler(d.p, field)
	if column < 0 && d.p.Template.Field(field) == nil || !typ.Given() {
		return nil
	}
	k := &validate.RowCheck{
		Column: column, Rank: validate.Form, Suspects: returnSuspects(d.p),
		OK: func(r validate.RowView) bool { return !needs(r) || filled(r) },
		Describe: func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: field + " is blank where the type is " + string(r.Get(typ))}
		},
	}
	if column < 0 {
		k.Column, k.Rank = typ.Column, validate.Beside // several fields may be absent
		k.Describe = func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: "the type " + string(r.Get(typ)) + " needs a " + field + ", and no column carries one"}
		}
	}
	return k
}

// checks are those of both forms.
func (d due) checks() []*validate.RowCheck {
	onBill := filler(d.p, d.bill)
	return []*validate.RowCheck{
		d.check(d.bill, d.t.bill, d.t.whole),
		d.check(d.line, d.t.line, func(r validate.RowView) bool { return d.t.part(r) && !onBill(r) }),
	}
}

// returnField reports whether blank cells of a field are judged by a rule on
// returns.
func returnField(p *validate.Pass, f *templates.Field) bool {
	if !named(sales, p) {
		return false
	}
	switch f.Name {
	case "returnType", "lineItemsV2.returnType", "purchaseTime", "lineItemsV2.purchaseTime", "lineItemsV2.parentBillNumber":
		return true
	case billNumberField:
		return returned(p.Value("type").Const)
	}
	return false
}

// billNumberField is the number of a bill; on a return, that of the sale.
const billNumberField = "billNumber"
