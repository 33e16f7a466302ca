// Package rules holds every rule of preflight, one file each: the rule
// negative-amount is the variable NegativeAmount in negative_amount.go.
//
// Rules are pure: they know what their Pass tells them, and neither read files
// nor ask the clock. How they are run is the business of package validate.
package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// catalogue is filled while the package's variables are set, and only read
// after that.
var catalogue []*validate.Rule

// register puts a rule into the catalogue. The documentation loses the line
// ends around it, so that it can be written as a block.
func register(r validate.Rule) *validate.Rule {
	r.Doc = strings.TrimSpace(r.Doc)
	catalogue = append(catalogue, &r)
	return &r
}

// All returns the rules by id. The slice is the caller's, the rules are not to
// be changed.
func All() []*validate.Rule {
	all := slices.Clone(catalogue)
	slices.SortFunc(all, func(a, b *validate.Rule) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// ByID returns the rule with that id, or nil.
func ByID(id string) *validate.Rule {
	for _, r := range catalogue {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// row is the Row of one check.
func row(bind func(p *validate.Pass) *validate.RowCheck) validate.Row {
	return func(p *validate.Pass) []*validate.RowCheck { return []*validate.RowCheck{bind(p)} }
}

// The documents that state what rules require, by name: their addresses move.
const (
	guide          = "Connect+ troubleshooting guide"
	salesCodes     = "Transaction status codes"
	salesCodesV2   = "API reference: transaction-v2 status codes"
	pointsCodes    = "Points v2 status codes"
	salesAPI       = "API reference: transaction-v2 add bulk"
	customerAPI    = "API reference: customer-v2 add"
	customerCodes  = "API reference: customer-v2 status codes"
	customerFields = "Product documentation: customer entity"
	cardCodes      = "API reference: cards status codes"
	couponCodes    = "API reference: coupon-v2 status codes"
	overview       = "Connect+ documentation: overview"
	sourceBlock    = "Connect+ documentation: connect-to-source block"
	transformBlock = "Connect+ documentation: transform-data block"
	groupingBlock  = "Connect+ documentation: CSV to JSON block"
	retryBlock     = "Connect+ documentation: connect-to-destination block"
	testControl    = "Connect+ documentation: test and control template"
	releaseNotes   = "Release notes: January to March 2022"
	rfc4180        = "RFC 4180: Common Format and MIME Type for CSV Files"
)
