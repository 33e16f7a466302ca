package rules_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
)

// The columns of the generated bills.
const (
	colBill = iota
	colDate
	colStore
	colIDType
	colID
	colSource
	colType
	colTotal
	colGross
	colDiscount
	colSerial
	colItem
	colText
	colQty
	colRate
	colValue
	colLineDiscount
	colAmount
)

const injectedHeader = "bill_number,bill_date,store_code,identifier_type,identifier_value,source,type,bill_amount,gross_amount,bill_discount," +
	"serial,item_code,item_description,qty,rate,gross_value,line_discount,line_amount"

// A sale is one bill: its rows, and what is written right behind it and much
// later.
type sale struct {
	rows          [][]string
	behind, later [][]string
}

// newSale makes a bill that breaks no rule.
func newSale(r *rand.Rand, n int) *sale {
	cents := func(c int) string { return fmt.Sprintf("%d.%02d", c/100, c%100) }
	lines := 2 + r.IntN(4)
	type line struct{ qty, rate, discount int }
	var bought []line
	total := 0
	for range lines {
		l := line{1 + r.IntN(5), 100 + r.IntN(90000), r.IntN(90)}
		total += l.qty*l.rate - l.discount
		bought = append(bought, l)
	}
	s := &sale{}
	for i, l := range bought {
		s.rows = append(s.rows, []string{
			"B" + strconv.Itoa(100000+n), fmt.Sprintf("2026-%02d-%02d", 3+n%8, 1+n%28), "ST01", "mobile", strconv.Itoa(919800000000 + n),
			"INSTORE", "REGULAR", cents(total), cents(total + 500), "5", strconv.Itoa(i + 1), "A" + strconv.Itoa(1000+i), "Olive oil",
			strconv.Itoa(l.qty), cents(l.rate), cents(l.qty * l.rate), cents(l.discount), cents(l.qty*l.rate - l.discount)})
	}
	return s
}

// An injection breaks one bill in one way and says which findings that makes;
// it is to make no others.
type injection struct {
	name   string
	inject func(s *sale, row []string) map[string]int64 // row: one of the bill's
}

// one sets a cell of one row, which makes one finding.
func one(name string, column int, text, rule string) injection {
	return injection{name, func(_ *sale, row []string) map[string]int64 {
		row[column] = text
		return map[string]int64{rule: 1}
	}}
}

// odd sets a cell of one row to what no mending makes the bill's value: beside
// its own finding, the bill contradicts itself.
func odd(name string, column int, text, rule string) injection {
	return injection{name, func(_ *sale, row []string) map[string]int64 {
		row[column] = text
		return map[string]int64{rule: 1, "group-conflict": 1}
	}}
}

// all sets a cell of all rows, each of which has a finding.
func all(name string, column int, text, rule string) injection {
	return injection{name, func(s *sale, _ []string) map[string]int64 {
		for _, row := range s.rows {
			row[column] = text
		}
		return map[string]int64{rule: int64(len(s.rows))}
	}}
}

var injections = []injection{
	odd("a day that is none", colDate, "2026-02-30", "date-invalid"),
	odd("no date", colDate, "yesterday", "date-format"),
	all("tomorrow", colDate, "2026-11-22", "date-future"),
	all("long ago", colDate, "2019-01-01", "date-too-old"),
	odd("a total that is none", colTotal, "1e5", "number-format"),
	one("a blank total", colTotal, "", "required-missing"),
	one("white space for a total", colTotal, "  ", "required-missing"),
	all("a gross amount below zero", colGross, "-5", "negative-amount"),
	one("a quantity below zero", colQty, "-1", "negative-quantity"),
	one("a rate below zero", colRate, "-1.00", "negative-line-amount"),
	odd("another type", colType, "REGULR", "enum-value"),
	one("a type in small letters", colType, "regular", "enum-case"),
	one("a space before the source", colSource, " INSTORE", "outer-whitespace"),
	odd("a plus, and another number", colID, "+919812345678", "mobile-format"),
	one("an exponent", colID, "9.19812E+11", "spreadsheet-damage"),
	one("a word for nothing", colID, "NULL", "null-literal"),
	one("no customer", colID, "", "identifier-missing"),
	odd("an address under mobile", colID, "a@example.com", "identifier-type-mismatch"),
	one("a line break", colText, "\"olive\noil\"", "control-characters"),
	one("an inch sign", colText, "6\" pipe", "quoting"),
	one("encoded twice", colText, "CafÃ©", "encoding"),
	one("another store", colStore, "ST02", "group-conflict"),
	one("a rate that does not fit", colRate, "0.01", "line-value-mismatch"),
	one("a discount above the value", colLineDiscount, "9999999.00", "discount-exceeds-gross"),
	{"a no-break space behind the number", func(_ *sale, row []string) map[string]int64 {
		row[colID] += "\u00a0"
		return map[string]int64{"outer-whitespace": 1}
	}},
	{"a plus", func(_ *sale, row []string) map[string]int64 {
		row[colID] = "+" + row[colID]
		return map[string]int64{"mobile-format": 1}
	}},
	{"the day first", func(_ *sale, row []string) map[string]int64 {
		d := strings.Split(row[colDate], "-")
		row[colDate] = d[2] + "/" + d[1] + "/" + d[0]
		return map[string]int64{"date-format": 1, "date-mixed": 1}
	}},
	{"a blank quantity", func(_ *sale, row []string) map[string]int64 { row[colQty] = ""; return nil }},
	{"a cell too few", func(s *sale, row []string) map[string]int64 {
		s.rows[len(s.rows)-1] = s.rows[len(s.rows)-1][:colAmount]
		return map[string]int64{"ragged-row": 1}
	}},
	{"a repeated row", func(s *sale, row []string) map[string]int64 {
		s.behind = append(s.behind, row)
		return map[string]int64{"duplicate-row": 1}
	}},
	{"a repeated row, far away", func(s *sale, row []string) map[string]int64 {
		s.later = append(s.later, row)
		return map[string]int64{"duplicate-row": 1}
	}},
	{"a blank row behind it", func(s *sale, _ []string) map[string]int64 {
		s.behind = append(s.behind, make([]string, colAmount+1))
		return map[string]int64{"blank-row": 1}
	}},
	{"a line, far away", func(s *sale, _ []string) map[string]int64 {
		s.later, s.rows = s.rows[len(s.rows)-1:], s.rows[:len(s.rows)-1]
		return map[string]int64{"group-split": 1}
	}},
	{"its number on a later bill", func(s *sale, _ []string) map[string]int64 {
		for _, row := range s.rows {
			c := append([]string(nil), row...)
			c[colDate] = "2026-11-20"
			s.later = append(s.later, c)
		}
		return map[string]int64{"duplicate-bill-number": 1}
	}},
	{"a cent too much", func(s *sale, _ []string) map[string]int64 {
		for _, row := range s.rows {
			total := strings.Replace(row[colTotal], ".", "", 1)
			cents, _ := strconv.Atoi(total)
			row[colTotal] = fmt.Sprintf("%d.%02d", (cents+1)/100, (cents+1)%100)
		}
		return map[string]int64{"bill-total-mismatch": 1}
	}},
}

// TestInjected holds that a file of clean bills is clean, and that each defect
// is found as often as it was put in, by one rule, wherever it stands.
func TestInjected(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 7))
		sales := make([]*sale, 400)
		for i := range sales {
			sales[i] = newSale(r, i)
		}
		if got := found(t, sales); len(got) > 0 {
			t.Fatalf("seed %d: findings in a clean file: %v", seed, got)
		}
		want := map[string]int64{}
		for k, i := range r.Perm(len(sales) - 1)[:3*len(injections)] { // the last bill stays, to part what comes later
			s := sales[i]
			for rule, n := range injections[k%len(injections)].inject(s, s.rows[r.IntN(len(s.rows))]) {
				want[rule] += n
			}
		}
		want["date-mixed"] = min(want["date-mixed"], 1) // it counts columns
		if got := found(t, sales); !maps.Equal(got, want) {
			for _, rule := range rules.All() {
				if got[rule.ID] != want[rule.ID] {
					t.Errorf("seed %d: %s: %d findings, want %d", seed, rule.ID, got[rule.ID], want[rule.ID])
				}
			}
		}
	}
}

// TestInjection does the same for each defect alone, where it is easily seen.
func TestInjection(t *testing.T) {
	for _, in := range injections {
		t.Run(in.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 7))
			sales := []*sale{newSale(r, 0), newSale(r, 1), newSale(r, 2)}
			want := in.inject(sales[1], sales[1].rows[1])
			if got := found(t, sales); !maps.Equal(got, want) {
				t.Errorf("findings %v, want %v", got, want)
			}
		})
	}
}

// found counts the findings in a file of these bills, by rule.
func found(t *testing.T, sales []*sale) map[string]int64 {
	t.Helper()
	var b strings.Builder
	b.WriteString(injectedHeader + "\n")
	write := func(rows [][]string) {
		for _, row := range rows {
			b.WriteString(strings.Join(row, ",") + "\n")
		}
	}
	for _, s := range sales {
		write(s.rows)
		write(s.behind)
	}
	for _, s := range sales {
		write(s.later)
	}
	res, err := ruletest.Judge(rules.All(), ruletest.File{Text: b.String()})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, c := range res.Causes {
		counts[c.Rule] += c.Count
	}
	return counts
}
