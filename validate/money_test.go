package validate_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/connectplus/preflight/validate"
)

// moneyWords is "1114: 120.15 of 2 bills, 1 unread".
func moneyWords(m validate.Money) string {
	var parts []string
	for _, s := range m.Sums {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s", s.Currency, s.Total))+fmt.Sprintf(" of %d", s.Bills)+map[bool]string{true: " returned"}[s.Returns])
	}
	if m.Unread > 0 {
		parts = append(parts, fmt.Sprintf("%d unread", m.Unread))
	}
	return strings.Join(parts, ", ")
}

func TestStake(t *testing.T) {
	const plain = "billNumber,billingDate,billAmount,source,type\n"
	tests := []struct {
		name, template, text string
		want                 string // all, then each code
	}{
		{"nothing refused", "transaction-v2-add", plain + "B1,2026-01-05,10.50,INSTORE,REGULAR\n", "nothing"},
		{"a bill counts once, whatever its rows and wherever they lie", "transaction-v2-add", plain +
			"B1,05/01/2026,100.10,INSTORE,REGULAR\n" +
			"B1,05/01/2026,100.10,INSTORE,REGULAR\n" +
			"B2,2026-01-05,7.00,INSTORE,REGULAR\n" +
			"B3,05/01/2026,20.05,INSTORE,REGULAR\n" +
			"B2,2026-01-05,7.00,INSTORE,REGULAR\n" +
			" B1 ,05/01/2026,100.10,INSTORE,REGULAR\n",
			"127.15 of 3; transaction-rejected-by-connectplus: 107.10 of 2; transaction-v2:1114: 120.15 of 2; " +
				"transaction-v2:604: 100.10 of 1; transaction-v2:602: 100.10 of 1"},
		{"once for each code", "transaction-v2-add", plain +
			"B1,05/01/2026,1.005,INSTORE,REGULAR\n" +
			"B2,05/01/2026,-2,INSTORE,REGULAR\n" +
			"B3,2026-01-05,-0.10,INSTORE,REGULAR\n",
			"-1.095 of 3; transaction-v2:1114: -0.995 of 2; transaction:631: -2.10 of 2"},
		{"totals that cannot be read, or stand in another row", "transaction-v2-add", plain +
			"B1,05/01/2026,,INSTORE,REGULAR\n" +
			"B2,05/01/2026,,INSTORE,REGULAR\n" +
			"B1,2026-01-05,99999999999999999999.01,INSTORE,REGULAR\n",
			"99999999999999999999.01 of 1, 1 unread; : 99999999999999999999.01 of 1, 1 unread; transaction-v2:1114: 99999999999999999999.01 of 1, 1 unread; " +
				"transaction-v2:604: 99999999999999999999.01 of 1"},
		{"rows without a number are bills of their own", "transaction-v2-add", plain +
			",2026-01-05,1,INSTORE,REGULAR\n" +
			",2026-01-05,2,INSTORE,REGULAR\n" +
			"B1,05/01/2026,4,INSTORE,REGULAR\n" +
			",2026-01-05,8,INSTORE,REGULAR\n",
			"15 of 4; transaction-v2:602: 11 of 3; transaction-v2:1114: 4 of 1"},
		{"currencies are not mixed", "transaction-v2-add", "billNumber,billingDate,billAmount,source,type,currencyCode\n" +
			"B1,05/01/2026,1.50,INSTORE,REGULAR,EUR\n" +
			"B2,05/01/2026,2.50,INSTORE,REGULAR,eur\n" +
			"B3,05/01/2026,300,INSTORE,REGULAR,JPY\n",
			"EUR 4.00 of 2, JPY 300 of 1; transaction-v2:1114: EUR 4.00 of 2, JPY 300 of 1; transaction-v2:9606: EUR 2.50 of 1"},
		{"no column of totals", "transaction-v2-add", "billNumber,billingDate,source,type\nB1,05/01/2026,INSTORE,REGULAR\n", "nothing"},
		{"a template without groups: rows", "coupon-redeem", "code,transactionNumber,billAmount,user.mobile\n" +
			",T1,1.50,919876543210\n" +
			"C2,T1,x,919876543210\n" +
			",T1,2.25,919876543210\n" +
			"C3,T1,100,919876543210\n",
			"3.75 of 2, 1 unread; : 3.75 of 2; coupon:733: 1 unread"},
	}
	for _, tt := range tests {
		res := run(t, compile(t, tt.text, tt.template, 64, 2))
		stake, err := res.Stake(t.Context())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := "nothing"
		if stake != nil {
			got = moneyWords(stake.All)
			for i, f := range res.Forecast {
				got += "; " + f.Code + ": " + moneyWords(stake.ByCode[i])
			}
		}
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestStakeOfBills holds which total a bill counts with, and among which.
func TestStakeOfBills(t *testing.T) {
	const head = "billNumber,billingDate,billAmount,source,type\n"
	tests := []struct{ name, text, want string }{
		{"the first total of a bill counts", head +
			"B1,05/01/2026,10,INSTORE,REGULAR\n" +
			"B1,05/01/2026,20,INSTORE,REGULAR\n",
			"10 of 1"},
		{"a bill goes on behind a row without a number", head +
			"B1,05/01/2026,,INSTORE,REGULAR\n" +
			",05/01/2026,2,INSTORE,REGULAR\n" +
			"B1,05/01/2026,4,INSTORE,REGULAR\n",
			"6 of 2"},
		{"returns are apart from sales", head +
			"B1,05/01/2026,10,INSTORE,RETURN\n" +
			"B2,05/01/2026,20,INSTORE,REGULAR\n" +
			"B3,05/01/2026,40,INSTORE,not interested-return\n" +
			"B4,05/01/2026,80,INSTORE,\n" +
			"B4,05/01/2026,80,INSTORE,Return\n",
			"20 of 1, 130 of 3 returned"},
		{"totals of many decimals", head +
			"B1,05/01/2026,0." + strings.Repeat("0", 299) + "1,INSTORE,REGULAR\n",
			"0." + strings.Repeat("0", 299) + "1 of 1"},
	}
	for _, tt := range tests {
		stake, err := run(t, compile(t, tt.text, "transaction-v2-add", 64, 2)).Stake(t.Context())
		if err != nil || stake == nil {
			t.Errorf("%s: stake %v, error %v", tt.name, stake, err)
		} else if got := moneyWords(stake.All); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestStakeMemory holds that a refused bill takes little memory.
func TestStakeMemory(t *testing.T) {
	const n = 200_000
	text := []byte("billNumber,billingDate,billAmount,source,type,currencyCode\n")
	for i := range n {
		text = fmt.Appendf(text, "B%d,05/01/2026,1.50,INSTORE,REGULAR,EUR\n", i)
	}
	res := run(t, compile(t, string(text), "transaction-v2-add", 0, 2))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	stake, err := res.Stake(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := moneyWords(stake.All); got != "EUR 300000.00 of 200000" {
		t.Errorf("got %s", got)
	}
	if each := (after.TotalAlloc - before.TotalAlloc) / n; each > 80 {
		t.Errorf("%d bytes for each bill, want 80 at most", each)
	}
}

// TestStakeCountsTheBillsOfTheForecast compares the number of bills with that of
// the judgement, over files with all sorts of defects, ragged rows among them.
func TestStakeCountsTheBillsOfTheForecast(t *testing.T) {
	count := func(m validate.Money) int64 {
		n := m.Unread
		for _, s := range m.Sums {
			n += s.Bills
		}
		return n
	}
	for seed := range uint64(20) {
		text := sales(rand.New(rand.NewPCG(seed, 1)), 150)
		res := run(t, compile(t, text, "transaction-v2-add", 512, 1+int(seed%3)))
		stake, err := res.Stake(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if stake == nil {
			t.Fatalf("seed %d: no stake with %d refused rows", seed, res.RefusedRows)
		}
		for i, f := range res.Forecast {
			if got := count(stake.ByCode[i]); got < f.Groups || got > f.Rows {
				t.Errorf("seed %d: %s: %d bills, want %d and those of rows without a number, of %d rows", seed, f.Code, got, f.Groups, f.Rows)
			}
		}
		if got := count(stake.All); got < res.RefusedGroups {
			t.Errorf("seed %d: %d bills, want %d and those of rows without a number", seed, got, res.RefusedGroups)
		}
	}
}
