package rules_test

import (
	"encoding/csv"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

// nasty are the cells that random files are made of, by header; those under
// "" go anywhere.
var nasty = map[string][]string{
	"": {"", "", " ", "null", "N/A", "-", "none", "nil", "NaN", `\N`, "#REF!", "####", "9.19812E+11", "1E+05", "x\u200by", "a\tb", "two\nlines",
		"\u00a0x", "MÃ¼ller", "caf\xe9", "é", "0", "-1", "NA", "(null)", "\x00", "می\u200cخو"},
	"billNumber":             {"B1", "B2", "B3", "0001", strings.Repeat("9", 51), strings.Repeat("é", 50)},
	"type":                   {"REGULAR", "RETURN", "regular", "NOT_INTERESTED", "Not Interested", "SALE"},
	"source":                 {"INSTORE", "Instore", "WEB ENGAGE", "SHOP"},
	"billAmount":             {"10", "10.00", "10,5", "-3", "0.00", "-0", "1234567890123456789012.5", "1e3", "€5", "1.", ".5", "123456789.1234567", "00012"},
	"lineItemsV2.qty":        {"1", "2.5", "-1", "0", "1,5"},
	"lineItemsV2.rate":       {"5", "5.555", "-5", "5.-"},
	"redemptions":            {"1"},
	"billingDate":            {"2026-11-20", "2026-02-30", "20/11/2026", "2027-01-01", "1970-01-01", "46346", "2025-11-20", "2025-11-21", "2026-11-21T10:00:00Z"},
	"purchaseTime":           {"2026-11-20", "0000-00-00", "yesterday"},
	"identifierType":         {"mobile", "email", "id", "externalId", "Mobile"},
	"identifierValue":        {"919812345678", "+919812345678", "98-12", "anna@example.com", "anna@", "a@b@c.de", "123456", "1234567890123456", "12x", " 919812345678"},
	"returnType":             {"FULL", "full", "SOME"},
	"note":                   {"many thanks", " padded ", "6\" pipe", "日本"},
	"lineItemsV2.returnable": {"true", "TRUE", "yes", "1"},
	"currencyCode":           {"INR", "EURO", "inr"},
}

// randomFile makes a file of nasty cells; the same seed makes the same file.
func randomFile(seed uint64, rows int) string {
	header := []string{"billNumber", "type", "source", "billAmount", "lineItemsV2.qty", "lineItemsV2.rate", "billingDate", "purchaseTime",
		"identifierType", "identifierValue", "returnType", "note", "lineItemsV2.returnable", "currencyCode"}
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	w := csv.NewWriter(&b)
	row := make([]string, len(header))
	copy(row, header)
	for range rows {
		w.Write(row)
		for j, h := range header {
			list := nasty[h]
			if r.IntN(4) == 0 {
				list = nasty[""]
			}
			row[j] = list[r.IntN(len(list))]
		}
	}
	w.Flush()
	return b.String()
}

// slow returns rules that trust no shape and suspect every row: each check is
// called for every cell and row.
func slow(list []*validate.Rule) []*validate.Rule {
	var copies []*validate.Rule
	for _, r := range list {
		c := *r
		c.Checks = nil
		for _, check := range r.Checks {
			switch k := check.(type) {
			case validate.Cell:
				k.Trust = 0
				check = k
			case validate.Row:
				check = validate.Row(func(p *validate.Pass) []*validate.RowCheck {
					bound := k(p)
					for _, b := range bound {
						if b != nil {
							b.Suspects = nil
						}
					}
					return bound
				})
			}
			c.Checks = append(c.Checks, check)
		}
		copies = append(copies, &c)
	}
	return copies
}

// TestTrust holds that no prefilter and no selector hides a finding: rules that
// trust nothing find the same, whatever the number of workers.
func TestTrust(t *testing.T) {
	for seed := range uint64(8) {
		file := ruletest.File{Text: randomFile(seed, 300)}
		fast, err := ruletest.Judge(rules.All(), file)
		if err != nil {
			t.Fatal(err)
		}
		if len(fast.Findings) < 500 {
			t.Fatalf("seed %d: only %d findings", seed, len(fast.Findings))
		}
		file.Options.Workers = 1
		all, err := ruletest.Judge(slow(rules.All()), file)
		if err != nil {
			t.Fatal(err)
		}
		if d := ruletest.Diff(ruletest.Lines(fast.Findings), ruletest.Lines(all.Findings)); d != "" {
			t.Errorf("seed %d: findings (- slow, + fast):%s", seed, d)
		}
		if d := ruletest.Diff(ruletest.Causes(fast.Causes), ruletest.Causes(all.Causes)); d != "" {
			t.Errorf("seed %d: causes (- slow, + fast):%s", seed, d)
		}
	}
}
