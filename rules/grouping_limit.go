package rules

import (
	"fmt"

	"github.com/connectplus/preflight/validate"
)

// GroupingLimitParams are the parameters of grouping-limit.
type GroupingLimitParams struct {
	Limit int `yaml:"limit" doc:"the grouping limit of the dataflow: objects in one call; 0: not known"`
}

// Validate reports a limit below zero.
func (g *GroupingLimitParams) Validate() error {
	if g.Limit < 0 {
		return fmt.Errorf("limit is %d; it takes a whole number, 0 or more", g.Limit)
	}
	return nil
}

// mostGrouped is the greatest grouping limit that the block takes.
const mostGrouped = 1000

// batchLimits are how many objects an API takes in one call, where that is less
// than mostGrouped, by template.
var batchLimits = map[string]int{"coupon-redeem": 100, "card-update": 200, "pii-cleanup": 10}

// GroupingLimit reports a grouping limit that the API of the template refuses.
var GroupingLimit = register(validate.Rule{
	ID: "grouping-limit", Title: "Grouping limit above that of the API", Severity: validate.Warning, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
The grouping limit of the dataflow, the number of objects that it puts into one call, is
above the 1,000 that the block takes, or above what the API of the template takes: 100
coupons, 200 cards, 10 requests to delete personal data. The rule is silent until ` + "`limit`" + `
says what the dataflow is set to.

The platform refuses every call that is too large, with all rows in it.

Lower the limit in the CSV to JSON block of the dataflow.
`,
	Prevents: []string{
		"transaction:672", "coupon:629", "card:1060", "request:1060", "customer:1060", "customer:8120", "api:1060",
	},
	Sources: []string{groupingBlock, salesCodes, couponCodes, cardCodes, statusCodes},
	Params:  &GroupingLimitParams{},
	Examples: []validate.Example{
		{Name: "too many cards", Template: "card-update", Params: &GroupingLimitParams{Limit: 500}, Text: "cardNumber,statusLabel\nGOLD48151623,ACTIVE\n",
			Want: []string{"grouping-limit: the grouping limit is 500, the API of card-update takes 200"}},
		{Name: "bills", Params: &GroupingLimitParams{Limit: 500}, Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		limit, most := p.Params.(*GroupingLimitParams).Limit, mostGrouped
		who := "the block"
		for id, n := range batchLimits {
			if p.Template.Is(id) {
				most, who = n, "the API of "+p.Template.ID
			}
		}
		if limit <= most {
			return
		}
		report(validate.Detail{
			Message: fmt.Sprintf("the grouping limit is %d, %s takes %d", limit, who, most),
			Fix:     &validate.Fix{Title: fmt.Sprintf("set the grouping limit of the dataflow to %d or less", most)},
		})
	})},
})
