package rules

import (
	"fmt"
	"slices"

	"github.com/connectplus/preflight/validate"
)

// BillNumberParams settle within what a bill number must be unique.
type BillNumberParams struct {
	Scope string `yaml:"scope" doc:"org, store or till: within what the platform wants a bill number once" enum:"org,store,till"`
}

// Validate reports a scope that is none.
func (b *BillNumberParams) Validate() error {
	switch b.Scope {
	case scopeOrg, scopeStore, scopeTill:
		return nil
	}
	return fmt.Errorf("scope is %q; it takes org, store or till", b.Scope)
}

// DuplicateBillNumber reports bills that carry the number of another bill.
var DuplicateBillNumber = register(validate.Rule{
	ID: "duplicate-bill-number", Title: "Bill number used for two bills", Severity: validate.Error, Since: "0.1.0",
	Templates: sales,
	Doc: `
A bill number comes back after other bills, with another date, customer or store: it is
another bill under the same number. In a file without columns for lines, every further
row of a number is one. Of several files in one run, each number belongs to the first.

Connect+ groups the rows of both bills into one; where they arrive apart, the platform
refuses the second as a duplicate.

Give each bill a number of its own. Where numbers begin anew in each store, let the
dataflow group by number and store (group_by) and set the scope; where a return carries
the number of its sale, let it group by number and type, or send returns apart.
`,
	Prevents: []string{"transaction:604/ERR_LOYALTY_DUPLICATE_BILL_NUMBER", "transaction:604/transaction-number-exists",
		"transaction-v2:604", "import:import-bill-duplicate-in-file"},
	Sources: []string{guide, salesCodes, salesCodesV2},
	Params:  &BillNumberParams{Scope: scopeOrg},
	Examples: []validate.Example{
		{Name: "the number of last week's bill", Text: "billNumber,billingDate,Item Code\nB1,2026-11-01,a\nB2,2026-11-02,a\nB1,2026-11-08,b\n",
			Want: []string{`4:billNumber: duplicate-bill-number: "B1" was used in row 2 already, with another billingDate`}},
		{Name: "one row a bill", Text: "billNumber,billAmount\nB1,10\nB1,12\n",
			Want: []string{`3:billNumber: duplicate-bill-number: "B1" was used in row 2 already`}},
		{Name: "two lines of one bill", Text: "billNumber,billingDate,Item Code\nB1,2026-11-01,a\nB1,2026-11-01,b\n"},
	},
	Checks: []validate.Check{acrossFiles(billNumbers), validate.Group(func(p *validate.Pass) *validate.GroupCheck {
		if isHead(p) {
			return nil // merge-key-repeated says it
		}
		identity, perRow := agreementOn(p, billIdentityIn(p)), oneRowPerBill(p)
		check := &validate.GroupCheck{
			Trust: validate.Together | validate.Uniform,
			Judge: func(g *validate.Rows, report func(int, uint32)) {
				if !g.Read() {
					return
				}
				if at := laterBill(g, identity, perRow); at >= 0 {
					report(at, 0)
				}
			},
			Describe: func(g *validate.Rows, at int) validate.Detail {
				first := g.Row(0)
				message := fmt.Sprintf("{value} was used in row %d already", first.Number())
				if c := identity.differs(first, g.Row(at)); c >= 0 {
					message += ", with another " + p.Columns[c].Field.Name
				}
				return validate.Detail{Column: p.Key()[0], Message: message, Related: []int64{first.Number()}}
			},
		}
		if perRow {
			check.Trust = validate.Single
		}
		return check
	})},
})

// billNumbers are the bill numbers of a file, by which it is compared with the
// other files of a run: of a merge set, those of the bill file.
func billNumbers(p *validate.Pass) []*validate.JoinKey {
	if !p.Grouped() || inSet(p) && !isHead(p) || p.Options.Place.Like != "" {
		return nil
	}
	k := &validate.JoinKey{Space: "bill numbers"}
	for _, c := range p.Key() {
		k.Values = append(k.Values, validate.Value{Column: c})
		k.Space += " " + p.Columns[c].Field.Name
	}
	store := p.Value(storeField)
	if billScope(p) != scopeOrg && store.Given() && !slices.Contains(p.Key(), store.Column) {
		k.Values = append(k.Values, store)
		k.Space += " " + storeField
	}
	if t, ok := returnsOf(p); ok {
		k.Leave = t.whole // it has the number of its sale, and may be sent apart, in parts
	}
	return []*validate.JoinKey{k}
}
