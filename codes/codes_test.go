package codes

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

func keys(list []Code) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Key())
	}
	return strings.Join(out, ", ")
}

func TestTable(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "entity,number,name,severity,meaning,cause,action,retryable,evidence,source" {
		t.Errorf("header is %s", got)
	}
	if got := len(All()); got != 683 {
		t.Errorf("%d codes, want 683", got)
	}
	seen := map[string]bool{}
	evidence := []string{EvidenceFile, EvidenceReference, EvidenceLedger, EvidenceAccess, EvidenceServer}
	for i, c := range All() {
		key := c.Key()
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		if got := Find(key); !slices.Contains(got, c) {
			t.Errorf("Find(%q) = %s", key, keys(got))
		}
		if !Exists(c.Ref()) || !Exists(key) {
			t.Errorf("%s does not exist by its own names", key)
		}
		if c.Name == "" || c.Meaning == "" || c.Cause == "" || c.Action == "" || c.Source == "" {
			t.Errorf("%s has blanks", key)
		}
		if c.Number != "" && !isNumber(c.Number) {
			t.Errorf("%s: the number is not one", key)
		}
		if !slices.Contains([]string{SeverityError, SeverityWarning, SeveritySuccess}, c.Severity) {
			t.Errorf("%s: severity %q", key, c.Severity)
		}
		if !slices.Contains(evidence, c.Evidence) {
			t.Errorf("%s: evidence %q", key, c.Evidence)
		}
		if r := rows[i+1][7]; r != "yes" && r != "no" {
			t.Errorf("%s: retryable %q", key, r)
		}
		for _, text := range []string{c.Name, c.Meaning, c.Cause, c.Action} {
			if text != strings.TrimSpace(text) || strings.HasSuffix(text, ".") {
				t.Errorf("%s: %q has outer space or a full stop", key, text)
			}
		}
	}
}

func TestFind(t *testing.T) {
	for _, tt := range []struct{ ref, want string }{
		{"transaction-v2:604", "transaction-v2:604/duplicate-transaction-number"},
		{" Transaction-V2:604 ", "transaction-v2:604/duplicate-transaction-number"},
		{"transaction:604", "transaction:604/ERR_EXPECTED_DELIVERY_DATE_BEFORE_CREATED_DATE, " +
			"transaction:604/ERR_LOYALTY_DUPLICATE_BILL_NUMBER, transaction:604/transaction-number-exists"},
		{"transaction:604/err_loyalty_duplicate_bill_number", "transaction:604/ERR_LOYALTY_DUPLICATE_BILL_NUMBER"},
		{"604/ERR_NULL_UUID", "api:604/ERR_NULL_UUID"},
		{"err_null_uuid", "api:604/ERR_NULL_UUID"},
		{"customer:8084/CUST_DETAILS_NOT_PASSED", "customer:8084/CUST_DETAILS_NOT_PASSED"},
		{"points:873 (warning)", "points:873/invalid-transaction-number (warning)"},
		{"points:901 (warning)", "points:901/invalid-points-or-redemption-id (warning)"},
		{"points:901", "points:901/invalid-points-or-redemption-id, points:901/invalid-points-or-redemption-id (warning)"},
		{"member-details-not-loading", "member-details-not-loading"},
		{"oauth:oauth-token-failed", "oauth:oauth-token-failed"},
		{"oauth-token-failed", "oauth:oauth-token-failed"},
		{"transaction-v2:billing-time-mismatch", "transaction-v2:billing-time-mismatch (warning)"},
		{"card:3039/no-status-update (warning)", "card:3039/no-status-update (warning)"},
		{"connectplus:200", "connectplus:200/registered-rows-in-error-folder"},
		{"transaction:604/NO_SUCH_NAME", ""},
		{"coupon:690", ""},
		{"transaction:", ""},
		{"transaction:604/", "transaction:604/ERR_EXPECTED_DELIVERY_DATE_BEFORE_CREATED_DATE, " +
			"transaction:604/ERR_LOYALTY_DUPLICATE_BILL_NUMBER, transaction:604/transaction-number-exists"},
		{"NAME/604", ""},
		{"", ""},
		{" (warning)", ""},
	} {
		if got := keys(Find(tt.ref)); got != tt.want {
			t.Errorf("Find(%q)\n got %s\nwant %s", tt.ref, got, tt.want)
		}
	}
	if got := len(Find("604")); got != 8 {
		t.Errorf("604 has %d meanings, want 8: %s", got, keys(Find("604")))
	}
}

func TestExists(t *testing.T) {
	for _, tt := range []struct {
		ref  string
		want bool
	}{
		{"transaction-v2:1114", true},
		{"transaction:631/ERR_LOYALTY_BILL_AMOUNT_NEGATIVE", true},
		{"transaction:671/invalid-category-code", true},
		{"api:403/mandatory-field-missing", true},
		{"import:import-bill-date-invalid", true},
		{"request:9021/REQUEST_DATE_MORE_THAN_BOUNDARY", true},
		{"customer:1053 (warning)", true},
		{"profile-information-missing", true},
		{"604", false},
		{"ERR_NULL_UUID", false},
		{"oauth-token-failed", false},
		{"transaction-v2:605", false},
		{"transaction:602 (warning)", false},
		{"no-such-symptom", false},
		{"", false},
	} {
		if got := Exists(tt.ref); got != tt.want {
			t.Errorf("Exists(%q) = %t, want %t", tt.ref, got, tt.want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, tt := range []struct {
		ref  string
		want bool
	}{
		{"transaction-v2:661", true},
		{"transaction:631/ERR_RETURN_TXN_NOT_EXISTS", true},
		{"points:901", true},
		{"points:901 (warning)", false},
		{"points:873", false}, // a warning only
		{"transaction:600", false},
		{"transaction-v2:9999", false},
		{"transaction-rejected-by-connectplus", true},
		{"data-neither-processed-nor-rejected", true},
		{"transaction-missing-in-profile", true},
		{"points-mismatch-multi-line-bill", false},
		{"profile-information-missing", false},
		{"oauth:oauth-token-failed", false},
	} {
		if got := Refuses(tt.ref); got != tt.want {
			t.Errorf("Refuses(%q) = %t, want %t", tt.ref, got, tt.want)
		}
	}
}

func TestOrder(t *testing.T) {
	list := Find("604")
	Order(list, []string{"transaction-v2", "transaction"})
	var got []string
	for _, c := range list {
		got = append(got, c.Entity)
	}
	want := "transaction-v2 transaction transaction transaction api otp coupon coupon"
	if strings.Join(got, " ") != want {
		t.Errorf("order is %v, want %s", got, want)
	}
}

func TestNearest(t *testing.T) {
	for _, tt := range []struct{ ref, want string }{
		{"tranaction:604", "transaction:604"},
		{"transaction:604/ERR_LOYALTY_DUPLICATE_BILLNUMBER", "transaction:604/ERR_LOYALTY_DUPLICATE_BILL_NUMBER"},
		{"ERR_NUL_UUID", "ERR_NULL_UUID"},
		{"member-details-not-loaded", "member-details-not-loading"},
		{"99999", ""},
		{"transaction:99999", ""},
		{"zebra", ""},
	} {
		if got := Nearest(tt.ref); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.ref, got, tt.want)
		}
	}
}

func TestOlder(t *testing.T) {
	for _, tt := range []struct{ ref, want string }{
		{"transaction-v2:1114", "621"},
		{"transaction-v2:1114/invalid-date", "621"},
		{"transaction-v2:1114/other", ""},
		{"transaction-v2:690", "605"},
		{"transaction-v2:8015", "611"},
		{"transaction-v2:661", ""},
		{"transaction:690", ""},
		{"member-details-not-loading", ""},
		{"", ""},
	} {
		if got := Older(tt.ref); got != tt.want {
			t.Errorf("Older(%q) = %q, want %q", tt.ref, got, tt.want)
		}
	}
	for _, o := range older() {
		if !Exists("transaction-v2:"+o.number+"/"+o.name) || !Exists("transaction:"+o.older+"/"+o.olderName) {
			t.Errorf("%v names an unknown code", o)
		}
		if o.number == o.older {
			t.Errorf("%v: the numbers do not differ", o)
		}
	}
	if len(older()) == 0 {
		t.Error("no older numbers")
	}
}

// BenchmarkParse measures what the first use of the package costs.
func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		parse(table)
	}
}

func BenchmarkRefuses(b *testing.B) {
	for b.Loop() {
		Refuses("transaction-v2:1114")
	}
}
