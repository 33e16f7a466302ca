package triage

import (
	"fmt"
	"strings"
	"testing"
)

// TestSense holds which meaning of a code is explained.
func TestSense(t *testing.T) {
	tests := []struct{ name, code, message, want string }{
		{"no message", "631", "", "transaction-v2:631/return-number-not-set"},
		{"words of no meaning", "631", "it broke", "transaction-v2:631/return-number-not-set"},
		{"a name", "631", "ERR_LOYALTY_BILL_AMOUNT_NEGATIVE", "transaction:631/ERR_LOYALTY_BILL_AMOUNT_NEGATIVE"},
		{"a name among words", "631", "bill B1: ERR_RETURN_TXN_NOT_EXISTS (B0)", "transaction:631/ERR_RETURN_TXN_NOT_EXISTS"},
		{"a name of another list", "604", "EMPTY_VALIDATION_CODE", "otp:604/EMPTY_VALIDATION_CODE"},
		{"a name of the older list", "604", "ERR_EXPECTED_DELIVERY_DATE_BEFORE_CREATED_DATE", "transaction:604/ERR_EXPECTED_DELIVERY_DATE_BEFORE_CREATED_DATE"},
		{"a name beside the number", "631 ERR_RETURN_TXN_NOT_EXISTS", "", "transaction:631/ERR_RETURN_TXN_NOT_EXISTS"},
		{"a name of another number", "631", "EMPTY_VALIDATION_CODE", "transaction-v2:631/return-number-not-set"},
		{"a name for a number that no list has", "7777777", "ERR_RETURN_TXN_NOT_EXISTS", "transaction:631/ERR_RETURN_TXN_NOT_EXISTS"},
		{"clear words", "631", "The transaction amount is below zero", "transaction:631/ERR_LOYALTY_BILL_AMOUNT_NEGATIVE"},
		{"words of the likeliest list", "604", "Duplicate transaction number B2", "transaction-v2:604/duplicate-transaction-number"},
		{"words of a list that is not ours", "604", "The voucher was used before", "transaction-v2:604/duplicate-transaction-number"},
	}
	for _, tt := range tests {
		a := answersOf(t, fmt.Sprintf("bill,code,message\nB1,%s,%s\n", tt.code, tt.message), billCodeMessage)
		list := Explain(a, ExplainOptions{Entities: billCodeMessage.Entities})
		if len(list) != 1 || len(list[0].Meanings) != 1 || list[0].Meanings[0].Key() != tt.want {
			t.Errorf("%s: got %+v, want %s", tt.name, list, tt.want)
		}
	}
}

// TestSenseParts holds that rows with one number and several meanings are counted
// apart, and that a bill is judged by the meaning that its rows name.
func TestSenseParts(t *testing.T) {
	a := answersOf(t, "bill,code,message\nB1,631,ERR_LOYALTY_BILL_AMOUNT_NEGATIVE\nB2,631,ERR_RETURN_TXN_NOT_EXISTS\nB3,631,below zero: transaction amount\nB4,631,\n", billCodeMessage)
	var got []string
	for _, e := range Explain(a, ExplainOptions{Entities: billCodeMessage.Entities}) {
		got = append(got, fmt.Sprintf("%s %d %d %s", e.Code, e.Rows, e.Bills, e.Meanings[0].Name))
	}
	want := []string{"631 2 2 ERR_LOYALTY_BILL_AMOUNT_NEGATIVE", "631 1 1 return-number-not-set", "631 1 1 ERR_RETURN_TXN_NOT_EXISTS"}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("got %q, want %q", got, want)
	}
	_, _, stuck := parted(t, a, "bill_number,note\nB1,a\n", JoinOptions{Keys: []int{0}, Codes: Explain(a, ExplainOptions{Entities: billCodeMessage.Entities})})
	if !strings.Contains(stuck, "B1,a,631,ERR_LOYALTY_BILL_AMOUNT_NEGATIVE\n") {
		t.Errorf("stuck: %q", stuck)
	}
}

// TestNameless counts failed rows that name no bill.
func TestNameless(t *testing.T) {
	a := answersOf(t, "bill,code,message\nB1,604,\n ,604,\n,200,\n,502,\n", billCodeMessage)
	if a.Nameless != 2 || a.FirstNameless != 3 || a.Bills != 1 {
		t.Errorf("%d rows from row %d on name no bill, %d bills; want 2 from row 3, 1 bill", a.Nameless, a.FirstNameless, a.Bills)
	}
	said := (&Report{Answers: a}).speaker().verdict()
	if want := "2 rows failed and name no bill, so they count with none (first in row 3)."; !strings.HasSuffix(said, want) {
		t.Errorf("got %q, want %q at its end", said, want)
	}
}

func TestHide(t *testing.T) {
	tests := []struct{ message, value, want string }{
		{"Customer Annabella is bad", "Annabella", "Customer … is bad"},
		{"Customer ANNABELLA is bad", "annabella", "Customer … is bad"},
		{"mobile=919876500001x", "919876500001", "mobile=…x"},
		{"Customer Ann cannot", "Ann", "Customer … cannot"},
		{"Customer Rao, Asha is bad", "Asha Rao", "Customer …, … is bad"},
		{"Customer Åsa is bad", " Åsa ", "Customer … is bad"},
		{"a bad customer", "a", "a bad customer"},
		{"as it was", "", "as it was"},
	}
	for _, tt := range tests {
		if got := hide(tt.message, [][]byte{[]byte(tt.value)}); got != tt.want {
			t.Errorf("hide(%q, %q) = %q, want %q", tt.message, tt.value, got, tt.want)
		}
	}
}
