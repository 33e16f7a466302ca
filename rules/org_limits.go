package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/decimal"
)

// bound reads a limit of the organisation; set is false for the empty text,
// which means that there is none.
func bound(text string) (limit decimal.Amount, set bool) { return decimal.Parse([]byte(text)) }

// checkBound reports a limit that is no number of at least zero.
func checkBound(name, text string) error {
	if a, ok := bound(text); text != "" && (!ok || a.Sign() < 0) {
		return fmt.Errorf("%s is %q; it takes a decimal number, 0 or more, or nothing", name, text)
	}
	return nil
}

// checkBounds reports two limits of which one is none, or that nothing lies
// between.
func checkBounds(lowName, low, highName, high string) error {
	if err := checkBound(lowName, low); err != nil {
		return err
	}
	if err := checkBound(highName, high); err != nil {
		return err
	}
	a, first := bound(low)
	b, second := bound(high)
	if first && second && a.Cmp(b) > 0 {
		return fmt.Errorf("%s is %s, above %s, which is %s", lowName, low, highName, high)
	}
	return nil
}
