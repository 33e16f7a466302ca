package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// BundleDetails reports parts of combos, add-ons and splits that do not say
// what they are.
var BundleDetails = register(validate.Rule{
	ID: "bundle-details", Title: "Details of a bundle are incomplete", Severity: validate.Error, Since: "0.2.0",
	Doc: `
A line has details of a combo, an add-on or a split, and they are incomplete: the item
code, the quantity or the type of the combo is blank beside others that are filled, or the
line has no serial by which its parts refer to it. Or the type is none of the documented
ones.

The platform refuses the bill, with a code of its own for each of the three.

Fill the columns for the whole bundle, or leave all of them blank.
`,
	Templates: sales,
	Prevents:  []string{"transaction-v2:679", "transaction-v2:680", "transaction-v2:681"},
	Sources:   []string{salesAPI, salesAPISingle, salesCodesV2},
	Examples: []validate.Example{
		{Name: "which item", Text: "billNumber,lineItemsV2.comboDetails.itemCode,lineItemsV2.comboDetails.quantity,lineItemsV2.comboDetails.comboType\nB1,,2,COMBO_ITEM\n",
			Want: []string{"2:lineItemsV2.comboDetails.itemCode: bundle-details: lineItemsV2.comboDetails.itemCode is blank beside other details of the bundle"}},
		{Name: "an unknown type", Text: "billNumber,lineItemsV2.comboDetails.itemCode,lineItemsV2.comboDetails.comboType\nB1,MENU,MEAL\n",
			Want: []string{`2:lineItemsV2.comboDetails.comboType: bundle-details: "MEAL" is not one of COMBO_PARENT, COMBO_ITEM, ADD_ON_ITEM, SPLIT`}},
		{Name: "a bundle, and a line without one", Text: "billNumber,lineItemsV2.itemCode,lineItemsV2.comboDetails.itemCode,lineItemsV2.comboDetails.quantity,lineItemsV2.comboDetails.comboType\n" +
			"B1,MENU,FRIES,1,COMBO_ITEM\nB1,COLA,,,\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Trust: validate.Listed, Rank: validate.Form, Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if !comboType(c.Field) {
				return nil
			}
			list := newFolder(c.Field.Enum)
			message := "{value} is not one of " + listed(c.Field.Enum, 4)
			return &validate.CellCheck{
				OK: func(cell []byte) bool { return list.has(cell) || list.find(cell) != "" },
				Describe: func(cell []byte) validate.Detail {
					d := validate.Detail{Message: message}
					if near := nearest.Of(string(cell), c.Field.Enum); near != "" {
						d.Fix = &validate.Fix{Title: "write " + near + " if that is meant"}
					}
					return d
				},
			}
		}},
		validate.Row(bundleChecks),
	},
})

// bundles are the beginnings of the fields that describe a bundle.
var bundles = []string{"lineItemsV2.comboDetails.", "lineItemsV2.addOnDetails.", "lineItemsV2.splitDetails."}

// serialField is the number by which the parts of a bill refer to a line.
const serialField = "lineItemsV2.serial"

// comboType reports whether a field says which part of a bundle a line is, so
// that its values are not enum-value's business.
func comboType(f *templates.Field) bool { return closed(f) && leaf(f.Name) == "comboType" }

// bundleChecks want, for each sort of bundle, the parts that it cannot do
// without where any part is given.
func bundleChecks(p *validate.Pass) []*validate.RowCheck {
	var checks []*validate.RowCheck
	var all []int
	for _, prefix := range bundles {
		var columns []int
		for _, c := range p.Columns {
			if c.Field != nil && strings.HasPrefix(c.Field.Name, prefix) {
				columns = append(columns, c.Index)
			}
		}
		all = append(all, columns...)
		for _, j := range columns {
			if slices.Contains([]string{"itemCode", "quantity", "comboType"}, leaf(p.Columns[j].Field.Name)) {
				message := p.Columns[j].Field.Name + " is blank beside other details of the bundle"
				checks = append(checks, besideCheck(j, columns, message))
			}
		}
	}
	if serial := p.Column(serialField); serial >= 0 && len(all) > 0 {
		checks = append(checks, besideCheck(serial, all, serialField+" is blank on a line with details of a bundle"))
	}
	return checks
}

// besideCheck reports rows where a column is blank and one of others is not.
func besideCheck(column int, others []int, message string) *validate.RowCheck {
	own := validate.Value{Column: column}
	return &validate.RowCheck{
		Column: column, Rank: validate.Form, Suspects: unfilled(column),
		OK: func(r validate.RowView) bool {
			return len(r.Get(own)) > 0 || !slices.ContainsFunc(others, func(j int) bool { return len(r.Get(validate.Value{Column: j})) > 0 })
		},
		Describe: func(validate.RowView) validate.Detail { return validate.Detail{Message: message} },
	}
}
