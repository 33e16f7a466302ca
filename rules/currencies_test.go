package rules

import (
	"sort"
	"strings"
	"testing"
)

func TestCurrencies(t *testing.T) {
	if len(currencies)%currencySize != 0 {
		t.Fatalf("the table has %d bytes, no whole number of entries", len(currencies))
	}
	var codes []string
	for i := 0; i < len(currencies); i += currencySize {
		code, digit := currencies[i:i+3], currencies[i+3]
		if strings.ToUpper(code) != code || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !strings.ContainsRune("0234-", rune(digit)) {
			t.Errorf("%s%c is no entry", code, digit)
		}
		codes = append(codes, code)
	}
	if !sort.StringsAreSorted(codes) {
		t.Error("the codes are not in order")
	}
	for _, w := range withdrawn {
		if _, ok := currency([]byte(w.code)); ok {
			t.Errorf("%s is withdrawn and in the table", w.code)
		}
		_, later := withdrawnAs(w.now)
		if _, ok := currency([]byte(w.now)); !ok && !later {
			t.Errorf("%s, which came after %s, is no code", w.now, w.code)
		}
	}
}

func TestCurrency(t *testing.T) {
	tests := []struct {
		code   string
		digits int
		ok     bool
	}{
		{"AED", 2, true}, {"ZWG", 2, true}, {"INR", 2, true}, {"IDR", 2, true}, {"JPY", 0, true}, {"KWD", 3, true}, {"UYW", 4, true},
		{"XCG", 2, true}, {"XAD", 2, true}, {"SLE", 2, true}, {"VED", 2, true}, {"XAU", -1, true},
		{"SLL", 0, false}, {"ZWL", 0, false}, {"HRK", 0, false}, {"inr", 0, false}, {"IN", 0, false}, {"INR2", 0, false}, {"", 0, false},
		{"AAA", 0, false}, {"ZZZ", 0, false}, {"2AL", 0, false},
	}
	for _, tt := range tests {
		if digits, ok := currency([]byte(tt.code)); ok != tt.ok || ok && digits != tt.digits {
			t.Errorf("currency(%q) = %d, %v, want %d, %v", tt.code, digits, ok, tt.digits, tt.ok)
		}
	}
}
