package rules

import (
	"fmt"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ReturnTypeConflict reports bills that are returned in two ways.
var ReturnTypeConflict = register(validate.Rule{
	ID: "return-type-conflict", Title: "One bill returned in two ways", Severity: validate.Error, Since: "0.2.0",
	Templates: sales,
	Doc: `
Returns of one bill are of different kinds: an amount here, a line or all of it there.

The platform keeps a bill to the kind of its first return, and refuses the others. What
was returned in earlier drops is not looked at.

Send all returns of a bill in one kind, best LINE_ITEM.
`,
	Prevents: []string{"transaction:632", "transaction:635", "transaction:636", "transaction:638", "transaction-v2:632", "transaction-v2:638"},
	Sources:  []string{salesAPI, salesCodes, salesCodesV2},
	Examples: []validate.Example{
		{Name: "an amount, and a line", Text: "billNumber,type,returnType,Item Code\nB1,RETURN,AMOUNT,a\nB1,RETURN,LINE_ITEM,b\n",
			Want: []string{`3:returnType: return-type-conflict: "LINE_ITEM" is not how row 2 returns the bill, AMOUNT`}},
		{Name: "two lines", Text: "billNumber,type,returnType,Item Code\nB1,RETURN,LINE_ITEM,a\nB1,RETURN,LINE_ITEM,b\n"},
	},
	Checks: []validate.Check{validate.Group(returnKinds), validate.Unique(returnedParents)},
})

// returnKinds judges the rows of one bill number.
func returnKinds(p *validate.Pass) *validate.GroupCheck {
	t, ok := returnsOf(p)
	kind := p.Value("returnType")
	if !ok || kind.Column < 0 || p.Columns[kind.Column].Key {
		return nil
	}
	find := func(g *validate.Rows) (at, first int) {
		first = -1
		for i := range g.Len() {
			r := g.Row(i)
			cell := r.Get(kind)
			switch {
			case len(cell) == 0 || !t.whole(r) || nullWord(cell):
			case first < 0:
				first = i
			case templates.Fold(string(cell)) != templates.Fold(string(g.Row(first).Get(kind))):
				return i, first
			}
		}
		return -1, first
	}
	return &validate.GroupCheck{
		Trust: validate.Uniform | validate.Single,
		Judge: func(g *validate.Rows, report func(int, uint32)) {
			if !g.Read() {
				return
			}
			if at, _ := find(g); at >= 0 {
				report(at, 0)
			}
		},
		Describe: func(g *validate.Rows, at int) validate.Detail {
			_, first := find(g)
			return anotherKind(kind.Column, g.Row(first), g.Row(first).Get(kind))
		},
	}
}

// returnedParents judges the returned lines that name one bill, in whatever bills
// they stand.
func returnedParents(p *validate.Pass) []*validate.UniqueCheck {
	parent, kind := p.Column("lineItemsV2.parentBillNumber"), p.Column("lineItemsV2.returnType")
	if parent < 0 || kind < 0 {
		return nil
	}
	return []*validate.UniqueCheck{{Columns: []int{parent}, Clash: &kind, Fold: true,
		Sound: wellIdentified,
		Describe: func(_, first validate.RowView) validate.Detail {
			return anotherKind(kind, first, first.Get(validate.Value{Column: kind}))
		}}}
}

func anotherKind(column int, first validate.RowView, kind []byte) validate.Detail {
	return validate.Detail{Column: column, Related: []int64{first.Number()},
		Message: fmt.Sprintf("{value} is not how row %d returns the bill, %s", first.Number(), kind)}
}
