package validate_test

import (
	"fmt"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
)

// TestRejectedTwice holds that a bill that its own file and another one reject,
// for one code, counts once.
func TestRejectedTwice(t *testing.T) {
	const head, rest = "billNumber,billingDate,billAmount,source,type,identifierType,identifierValue\n", ",10,INSTORE,REGULAR,mobile,919812345678\n"
	files := []ruletest.File{
		{Name: "a.csv", Text: head + "B1,2026-01-05" + rest},
		{Name: "b.csv", Text: head + "B1,2026-01-06" + rest + "B2,2026-01-06" + rest + "B1,2026-01-07" + rest},
	}
	for i := range files {
		files[i].Template = "transaction-v2-add"
	}
	results, err := ruletest.JudgeDrop(rules.All(), files, 2)
	if err != nil {
		t.Fatal(err)
	}
	later := results[1]
	got := fmt.Sprintf("%d rejected, %d refused, forecast %v", later.RejectedGroups, later.RefusedGroups, later.Forecast)
	if want := "1 rejected, 1 refused, forecast [{transaction-v2:604 2 1}]"; got != want {
		t.Errorf("got %s, want %s: %s", got, want, ruletest.Lines(later.Findings))
	}
}
