package rules

import (
	"fmt"
	"strconv"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// SameCustomerBurstParams are the parameters of same-customer-burst.
type SameCustomerBurstParams struct {
	Bills int `yaml:"bills" doc:"bills or rows of one customer from which a burst is reported"`
	Rows  int `yaml:"rows" doc:"neighbouring rows among which they are counted"`
}

// Validate reports numbers that make no window.
func (s *SameCustomerBurstParams) Validate() error {
	if s.Bills < 2 || s.Rows < s.Bills {
		return fmt.Errorf("bills is %d and rows %d; they take 2 or more, and the first is not above the second", s.Bills, s.Rows)
	}
	return nil
}

// SameCustomerBurst reports many bills of one customer close together.
var SameCustomerBurst = register(validate.Rule{
	ID: "same-customer-burst", Title: "Many bills of one customer close together", Severity: validate.Info, Since: "0.2.0",
	Doc: `
Many bills, or rows where the template has no bills, of one customer stand close together.
Only the head of the file is looked at, its first 64 KiB: a file that is sorted by customer
shows it there, and counting windows over the whole file would make each check a sixth
slower. A burst further down is not reported.

The platform works on several calls at once, and answers with code 521 where two of them
are about one customer. Such rows must be sent again.

Sort the file by time or by bill number instead of by customer. A customer that stands for
all who gave no number is better left out: such bills go as NOT_INTERESTED.
`,
	Prevents: []string{"api:521", "customer:521 (warning)"},
	Sources:  []string{statusCodes, customerCodes},
	Params:   &SameCustomerBurstParams{Bills: 20, Rows: 100},
	Examples: []validate.Example{
		{Name: "three bills in a row", Params: &SameCustomerBurstParams{Bills: 3, Rows: 3},
			Text: "billNumber,identifierType,identifierValue\nB1,mobile,919812345678\nB2,mobile,919812345678\nB3,mobile,919812345678\n",
			Want: []string{`1:identifierValue: same-customer-burst: "919812345678" has 3 bills within 3 rows, at the head of the file`}},
		{Name: "other customers between them", Params: &SameCustomerBurstParams{Bills: 3, Rows: 3},
			Text: "billNumber,identifierType,identifierValue\nB1,mobile,919812345678\nB2,mobile,919812345679\nB3,mobile,919812345678\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		params, column := p.Params.(*SameCustomerBurstParams), customerColumn(p)
		if column < 0 || p.Source.Empty {
			return
		}
		if who := burst(p, params, column); who != "" {
			noun := "row"
			if p.Grouped() {
				noun = "bill"
			}
			report(validate.Detail{
				Message: fmt.Sprintf("{value} has %s within %s, at the head of the file", words.Plural(int64(params.Bills), noun), words.Plural(int64(params.Rows), "row")),
				Row:     headerRow(p.Source), Column: column + 1, Value: who,
			})
		}
	})},
})

// burst returns the first customer that has too many bills close together, or
// "" where none has.
func burst(p *validate.Pass, params *SameCustomerBurstParams, column int) string {
	const most = 10_000 // more rows than the head of a file has
	sample := p.Source.Sample(most)
	starts := make([]string, len(sample)) // the customer of each bill, at its first row
	count := map[string]int{}
	last := ""
	for i, cells := range sample {
		key := strconv.Itoa(i)
		if p.Grouped() {
			key = ""
			for _, k := range p.Key() {
				key += cells[k] + "\x00"
			}
		}
		if key != last {
			starts[i] = string(validate.Trim([]byte(cells[column])))
		}
		last = key
		if i >= params.Rows {
			count[starts[i-params.Rows]]--
		}
		count[starts[i]]++
		if starts[i] != "" && count[starts[i]] >= params.Bills {
			return starts[i]
		}
	}
	return ""
}

// customerColumn returns the column that names the customer of a row, where
// one customer may have several rows; -1: none.
func customerColumn(p *validate.Pass) int {
	names := append([]string{"customerIdentifier", "customerId", "earningEntityId"}, p.Template.AtLeastOne...)
	for _, pair := range identityPairs {
		names = append(names, pair[1])
	}
	for _, name := range names {
		if j := p.Column(name); j >= 0 && !p.Columns[j].Field.Has("unique_in_file") {
			return j
		}
	}
	return -1
}
