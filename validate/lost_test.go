package validate_test

import (
	"fmt"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
)

// TestLost tells rows that the platform refuses from those that it loses without
// a word.
func TestLost(t *testing.T) {
	const bills, lines = "billNumber,billingDate,billAmount,source,type\n", "billNumber,lineItemsV2.itemCode,lineItemsV2.amount\n"
	bill := func(number, date string) string { return number + "," + date + ",10,INSTORE,REGULAR\n" }
	tests := []struct {
		name, bills, lines string
		want               string // of the bills, then of the lines
	}{
		{"no partner", bill("B1", "2026-01-05") + bill("B2", "2026-01-05"), "B1,S1,10\n",
			"refused 1 rows 1 groups, lost 1 rows 1 groups; refused 0 rows 0 groups, lost 0 rows 0 groups"},
		{"no partner, yet refused as well", bill("B1", "2026-01-05") + bill("B2", "2026-02-30"), "B1,S1,10\n",
			"refused 1 rows 1 groups, lost 0 rows 0 groups; refused 0 rows 0 groups, lost 0 rows 0 groups"},
		{"an open quote", bill("B1", "2026-01-05"), "B1,\"S1,10\n",
			"refused 1 rows 1 groups, lost 1 rows 1 groups; refused 1 rows 1 groups, lost 1 rows 1 groups"},
		{"an open quote, the partner refused", bill("B1", "2026-02-30"), "B1,\"S1,10\n",
			"refused 1 rows 1 groups, lost 0 rows 0 groups; refused 1 rows 1 groups, lost 0 rows 0 groups"},
	}
	for _, tt := range tests {
		for _, workers := range []int{1, 3} {
			files := []ruletest.File{{Name: "bills.csv", Text: bills + tt.bills}, {Name: "lines.csv", Text: lines + tt.lines}}
			for i := range files {
				files[i].Template = "transaction-line-item-merge"
				files[i].Options.Workers = workers
			}
			results, err := ruletest.JudgeDrop(rules.All(), files, workers)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			got := ""
			for i, res := range results {
				if i > 0 {
					got += "; "
				}
				got += fmt.Sprintf("refused %d rows %d groups, lost %d rows %d groups", res.RefusedRows, res.RefusedGroups, res.LostRows, res.LostGroups)
			}
			if got != tt.want {
				t.Errorf("%s, %d workers:\n got %s\nwant %s", tt.name, workers, got, tt.want)
				for _, res := range results {
					t.Log(ruletest.Lines(res.Findings), res.Forecast)
				}
			}
		}
	}
}

// TestForecastNamesNoCodeOfAnotherField holds that a code is forecast only where
// the documents name it for the field of the cell.
func TestForecastNamesNoCodeOfAnotherField(t *testing.T) {
	const head = "billNumber,billingDate,billAmount,source,type,identifierType,identifierValue"
	tests := []struct {
		name, text string
		want       string
	}{
		{"a blank amount", head + "\nB1,2026-01-05,,INSTORE,REGULAR,mobile,919812345678\n", "[{ 1 1}]"},
		{"a serial number for a date", head + "\nB1,45000,10,INSTORE,REGULAR,mobile,919812345678\n", "[{ 1 1}]"},
		{"a code of the field", head + "\nB1,2026-02-30,10,INSTORE,REGULAR,mobile,919812345678\n", "[{transaction-v2:1114 1 1}]"},
		{"white space in a code of others", head + ",attribution.createdBy.code\nB1,2026-01-05,10,INSTORE,REGULAR,mobile,919812345678,C1 \n", "[{ 1 1}]"},
	}
	for _, tt := range tests {
		res := run(t, compile(t, tt.text, "transaction-v2-add", 64, 1))
		if got := fmt.Sprint(res.Forecast); got != tt.want {
			t.Errorf("%s: the forecast is %s, want %s (%s)", tt.name, got, tt.want, ruletest.Lines(res.Findings))
		}
	}
}
