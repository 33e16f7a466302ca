package rules

import (
	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/validate"
)

// reader returns how the numbers of a file are read: plain, or with a decimal
// comma where the options say that the file has one.
func reader(p *validate.Pass) func(cell []byte) (decimal.Amount, bool) {
	if p.Options.Decimal == ',' {
		return decimal.ParseComma
	}
	return decimal.Parse
}

// notNegative is the check of the three rules on signs. Text that is no number
// is number-format's business.
func notNegative(p *validate.Pass) *validate.CellCheck {
	read := reader(p)
	return &validate.CellCheck{
		OK: func(cell []byte) bool {
			a, ok := read(cell)
			return !ok || a.Sign() >= 0
		},
		Describe: func([]byte) validate.Detail { return validate.Detail{Message: "{value} is below zero"} },
	}
}
