package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file holds what the rules that compute amounts share.

// ToleranceParams settle how far computed amounts may be apart.
type ToleranceParams struct {
	Tolerance string `yaml:"tolerance" doc:"how far the two sides may be apart, as a decimal number"`
}

// Validate reports a tolerance that is no amount.
func (t *ToleranceParams) Validate() error { return checkTolerance("tolerance", t.Tolerance) }

// checkTolerance reports a parameter that is no decimal number of 0 or more.
func checkTolerance(name, text string) error {
	if a, ok := decimal.Parse([]byte(text)); !ok || a.Sign() < 0 {
		return fmt.Errorf("%s is %q; it takes a decimal number, 0 or more", name, text)
	}
	return nil
}

// amount returns the amount that the rule's parameters allow.
func (t *ToleranceParams) amount() decimal.Amount {
	a, _ := decimal.Parse([]byte(t.Tolerance))
	return a
}

// difference checks that whole less part is rest, within the tolerance. part
// may be blank or absent. Where one of them is below zero, or part is more than
// whole, another rule says what is wrong. It returns nil where there is nothing
// to compare.
func difference(p *validate.Pass, whole, part, rest validate.Value, column int, words string) *validate.RowCheck {
	if whole.Column < 0 || rest.Column < 0 {
		return nil
	}
	allowed := p.Params.(*ToleranceParams).amount()
	read := func(r validate.RowView) (want, got decimal.Amount, ok bool) {
		w, blank, good := r.Amount(whole)
		s, blank2, good2 := r.Amount(rest)
		d, _, good3 := r.Amount(part)
		want, got = w.Sub(d), s
		ok = good && good2 && good3 && !blank && !blank2
		return want, got, ok && want.Sign() >= 0 && got.Sign() >= 0 && d.Sign() >= 0
	}
	return &validate.RowCheck{
		Column:   column,
		Rank:     validate.Meaning,
		Suspects: &validate.Selector{Scan: unequal(p, whole, part, rest)},
		OK: func(r validate.RowView) bool {
			want, got, ok := read(r)
			return !ok || want.Sub(got).Abs().Cmp(allowed) <= 0
		},
		Describe: func(r validate.RowView) validate.Detail {
			want, _, _ := read(r)
			return validate.Detail{Message: fmt.Sprintf("{value} is not %s, %s", words, want)}
		},
	}
}

// unequal selects rows in which whole less part is not exactly rest. All three
// are of the bill, or all of the line.
func unequal(p *validate.Pass, whole, part, rest validate.Value) func(b *validate.Batch, out []int32) []int32 {
	bill := p.Columns[whole.Column].Field.Level == templates.Bill
	// differs judges one row; a part that is no plain number needs a look.
	differs := func(w, d, r int64) bool {
		if w == validate.NoNumber || r == validate.NoNumber {
			return false
		}
		if d == validate.NoNumber {
			d = 0
		}
		return w-d != r || w < 0 || d < 0
	}
	return func(b *validate.Batch, out []int32) []int32 {
		if part.Column < 0 && len(part.Const) > 0 { // rare: look at every row
			for i := range b.Len() {
				out = append(out, int32(i))
			}
			return out
		}
		if bill {
			w, r := b.LeadNumbers(whole.Column), b.LeadNumbers(rest.Column)
			d := r[:0]
			if part.Column >= 0 {
				d = b.LeadNumbers(part.Column)
			}
			for _, i := range b.Leads() {
				v := int64(0)
				if len(d) > 0 {
					v = d[i]
				}
				if differs(w[i], v, r[i]) {
					out = b.AppendLed(out, i)
				}
			}
			return out
		}
		w, r := b.Numbers(whole.Column), b.Numbers(rest.Column)
		if part.Column < 0 {
			for i := range w {
				if differs(w[i], 0, r[i]) {
					out = append(out, int32(i))
				}
			}
			return out
		}
		for i, d := range b.Numbers(part.Column) {
			if differs(w[i], d, r[i]) {
				out = append(out, int32(i))
			}
		}
		return out
	}
}
