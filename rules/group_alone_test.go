package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// TestGroupRulesAlone holds that rules on groups need no other rule to have
// been bound before them, and no luck with many workers: each of them alone
// says what it says among all. Run with the race detector it tells more.
func TestGroupRulesAlone(t *testing.T) {
	var b strings.Builder
	b.WriteString("billNumber,billingDate,identifierType,identifierValue,storeCode,Serial,Item Code,billAmount,LineItem_Amount,note\n")
	const bills = 12_000
	for i := range bills { // of several blocks
		total := 2 + i%2
		date := fmt.Sprintf("2026-11-%02d", 1+i%20)
		other := fmt.Sprintf("%02d/11/2026", 1+(i+i/5%2)%20)
		fmt.Fprintf(&b, "B%d,%s,mobile,919812345678,ST1,1,a,%d,1,a note that fills the row\n", i, date, total)
		fmt.Fprintf(&b, "B%d,%s,mobile,+91-9812345678,ST1,%d,a,%d.00,1,a note that fills the line\n", i, other, 1+i%3, total)
	}
	b.WriteString("B0,2026-11-01,mobile,919812345678,ST2,2,b,2,1,\nB1,2026-11-02,mobile,919812345678,ST1,9,c,3,1,\n")
	file := ruletest.File{Text: b.String()}
	file.Options.Workers = 4
	all, err := ruletest.Judge(rules.All(), file)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*validate.Rule{rules.GroupConflict, rules.GroupSplit, rules.DuplicateBillNumber, rules.DuplicateItemLine, rules.BillTotalMismatch} {
		alone, err := ruletest.Judge([]*validate.Rule{r}, file)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, f := range all.Findings {
			if f.Rule == r.ID {
				want = append(want, ruletest.Lines([]validate.Finding{f})...)
			}
		}
		if len(want) == 0 {
			t.Errorf("%s finds nothing", r.ID)
		}
		if d := ruletest.Diff(ruletest.Lines(alone.Findings), want); d != "" {
			t.Errorf("%s: findings (- among all, + alone):%.2000s", r.ID, d)
		}
	}
}
