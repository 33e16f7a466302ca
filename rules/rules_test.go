package rules_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

func TestExamples(t *testing.T) {
	for _, r := range rules.All() {
		for _, e := range r.Examples {
			t.Run(r.ID+"/"+e.Name, func(t *testing.T) { ruletest.Run(t, r, rules.All(), e) })
		}
	}
}

func TestCases(t *testing.T) {
	ruletest.Cases(t, rules.All(), filepath.FromSlash("../testdata/rules"))
}

func TestCatalogue(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			if !kebab.MatchString(r.ID) || seen[r.ID] {
				t.Errorf("id %q is not kebab-case, or not unique", r.ID)
			}
			seen[r.ID] = true
			file := strings.ReplaceAll(r.ID, "-", "_") + ".go"
			if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `ID: "`+r.ID+`"`) {
				t.Errorf("%s does not define the rule: %v", file, err)
			}
			if r.Title == "" || strings.HasSuffix(r.Title, ".") || r.Severity == validate.Off || r.Since == "" || len(r.Checks) == 0 {
				t.Error("title, severity, since or checks are missing")
			}
			if n := len(strings.Split(r.Doc, "\n\n")); n != 3 {
				t.Errorf("the documentation has %d parts, want 3: what is wrong, what the platform does, how to repair it", n)
			}
			if len(r.Sources) == 0 || len(r.Prevents) == 0 {
				t.Error("no sources, or nothing prevented")
			}
			for _, ref := range r.Prevents {
				if !codes.Exists(ref) {
					t.Errorf("prevents %q, which is no status code and no symptom", ref)
				}
				if present := presentCode(ref); present != "" && !slices.ContainsFunc(r.Prevents, func(ref string) bool {
					return ref == present || strings.HasPrefix(ref, present+"/")
				}) {
					t.Errorf("prevents %q, but not %s of the present list, which means the same: a forecast would count them apart", ref, present)
				}
			}
			if r.Params != nil && reflect.TypeOf(r.Params).Elem().Kind() != reflect.Struct {
				t.Errorf("parameters are a %T, want a pointer to a struct", r.Params)
			}
			examples(t, r)
		})
	}
}

// presentCode is the transaction-v2 code of the number and name of a code of the
// older transaction list; empty: there is none.
func presentCode(ref string) string {
	for _, older := range codes.Find(ref) {
		for _, c := range codes.Find("transaction-v2:" + older.Number) {
			if older.Entity == "transaction" && c.Name == older.Name && c.Severity == older.Severity {
				return c.Ref()
			}
		}
	}
	return ""
}

// examples wants one that breaks the rule and one that breaks none.
func examples(t *testing.T, r *validate.Rule) {
	good := slices.ContainsFunc(r.Examples, func(e validate.Example) bool { return len(e.Want) == 0 })
	bad := slices.ContainsFunc(r.Examples, func(e validate.Example) bool {
		return slices.ContainsFunc(e.Want, func(w string) bool { return strings.Contains(w, r.ID+": ") })
	})
	if !good || !bad {
		t.Errorf("examples: a good one %v, a bad one %v", good, bad)
	}
}

func TestParams(t *testing.T) {
	for _, r := range rules.All() {
		if r.Params == nil {
			continue
		}
		typ := reflect.TypeOf(r.Params).Elem()
		for i := range typ.NumField() {
			if f := typ.Field(i); f.Tag.Get("yaml") == "" || f.Tag.Get("doc") == "" {
				t.Errorf("%s: parameter %s has no yaml or no doc tag", r.ID, f.Name)
			}
		}
	}
}

// TestParamsAreValidated holds that every rule takes its own defaults, and says
// in one sentence what is wrong with what it cannot take.
func TestParamsAreValidated(t *testing.T) {
	type validator interface{ Validate() error }
	for _, r := range rules.All() {
		if r.Params == nil {
			continue
		}
		v, ok := r.Params.(validator)
		if !ok {
			t.Errorf("%s: the parameters have no Validate", r.ID)
			continue
		}
		if err := v.Validate(); err != nil {
			t.Errorf("%s: the defaults: %v", r.ID, err)
		}
	}
	tests := []struct {
		params validator
		want   string // "" where they are good
	}{
		{&rules.BillTotalParams{Tolerance: "1.5", LineTolerance: "0.01"}, ""},
		{&rules.BillTotalParams{Tolerance: "lots", LineTolerance: "0"}, `tolerance is "lots"; it takes a decimal number, 0 or more`},
		{&rules.BillTotalParams{Tolerance: "0", LineTolerance: "-1"}, `line_tolerance is "-1"; it takes a decimal number, 0 or more`},
		{&rules.BillTotalParams{Tolerance: "", LineTolerance: "0"}, `tolerance is ""; it takes a decimal number, 0 or more`},
		{&rules.ToleranceParams{Tolerance: "0"}, ""},
		{&rules.ToleranceParams{Tolerance: "0,01"}, `tolerance is "0,01"; it takes a decimal number, 0 or more`},
		{&rules.DateTooOldParams{Days: 0, MinDate: "2025-12-31"}, ""},
		{&rules.DateTooOldParams{Days: -1}, "days is -1; it takes a number of days from 0 to 1000000"},
		{&rules.DateTooOldParams{Days: 3_000_000_000}, "days is 3000000000; it takes a number of days from 0 to 1000000"},
		{&rules.DateTooOldParams{MinDate: "31/12/2025"}, `min_date is "31/12/2025"; it takes a day like 2025-12-31, or nothing`},
		{&rules.DateTooOldParams{MinDate: "2025-02-30"}, `min_date is "2025-02-30"; it takes a day like 2025-12-31, or nothing`},
		{&rules.DateFutureParams{ToleranceDays: 2}, ""},
		{&rules.DateFutureParams{ToleranceDays: -2}, "tolerance_days is -2; it takes a number of days from 0 to 1000000"},
		{&rules.MobileFormatParams{MinDigits: 1, MaxDigits: 15}, ""},
		{&rules.MobileFormatParams{MinDigits: 0, MaxDigits: 15},
			"min_digits is 0 and max_digits 15; they take 1 to 15, and the first is not above the second"},
		{&rules.MobileFormatParams{MinDigits: 12, MaxDigits: 10},
			"min_digits is 12 and max_digits 10; they take 1 to 15, and the first is not above the second"},
		{&rules.MobileFormatParams{MinDigits: 7, MaxDigits: 16},
			"min_digits is 7 and max_digits 16; they take 1 to 15, and the first is not above the second"},
		{&rules.FileSizeLimitParams{Bytes: 0, Approved: 1}, "bytes is 0; it takes a whole number above 0"},
		{&rules.FileSizeLimitParams{Bytes: 1, Approved: -1}, "approved_bytes is -1; it takes a whole number above 0"},
		{&rules.RowCountLimitParams{Rows: -5}, "rows is -5; it takes a whole number above 0"},
		{&rules.RetryCountHintParams{Rows: 0, AtMost: 1, Retries: 1}, "rows is 0; it takes a whole number above 0"},
		{&rules.RetryCountHintParams{Rows: 1, AtMost: 0, Retries: 1}, "at_most is 0; it takes a whole number above 0"},
		{&rules.RetryCountHintParams{Rows: 1, AtMost: 1, Retries: 0}, "retries is 0; it takes a whole number above 0"},
		{&rules.RunTimeParams{Calls: -1, Grouping: 1, Minutes: 5}, "calls_per_minute is -1; it takes a whole number, 0 or more"},
		{&rules.RunTimeParams{Grouping: 1001, Minutes: 5}, "grouping_limit is 1001; it takes a whole number from 1 to 1000"},
		{&rules.RunTimeParams{Grouping: 1}, "minutes is 0; it takes a whole number above 0"},
		{&rules.BillNumberParams{Scope: "till"}, ""},
		{&rules.BillNumberParams{Scope: "shop"}, `scope is "shop"; it takes org, store or till`},
		{&rules.BillNumberParams{}, `scope is ""; it takes org, store or till`},
	}
	for _, tt := range tests {
		got := ""
		if err := tt.params.Validate(); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.params, got, tt.want)
		}
	}
}

func TestLookup(t *testing.T) {
	if got := rules.ByID("negative-amount"); got != rules.NegativeAmount {
		t.Errorf("ByID(negative-amount) = %v", got)
	}
	if got := rules.ByID("negative"); got != nil {
		t.Errorf("ByID(negative) = %s", got.ID)
	}
	ids := func(list []*validate.Rule) (ids []string) {
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		return ids
	}
	if got := ids(rules.All()); !slices.IsSorted(got) {
		t.Errorf("All is not sorted: %v", got)
	}
}
