package rules_test

import (
	"testing"

	"github.com/connectplus/preflight/rules"
)

// TestOrgParams holds that settings of an organisation which make no sense are
// told with their names.
func TestOrgParams(t *testing.T) {
	tests := []struct {
		params interface{ Validate() error }
		want   string // "" where they are good
	}{
		{&rules.AccountIDParams{Sources: []string{"WECHAT", " "}}, "sources has a blank entry; it takes names such as WECHAT"},
		{&rules.AmountRangeParams{Minimum: "1", Maximum: "1.00"}, ""},
		{&rules.AmountRangeParams{Minimum: "-1"}, `minimum is "-1"; it takes a decimal number, 0 or more, or nothing`},
		{&rules.AmountRangeParams{Minimum: "5", Maximum: "1"}, "minimum is 5, above maximum, which is 1"},
		{&rules.AmountRangeParams{LineMaximum: "lots"}, `line_maximum is "lots"; it takes a decimal number, 0 or more, or nothing`},
		{&rules.CardFormatParams{MaxLength: -1}, "max_length is -1; it takes a whole number, 0 or more"},
		{&rules.DateTimezoneParams{Offset: "-08:00"}, ""},
		{&rules.DateTimezoneParams{Offset: "IST"}, `offset is "IST"; it takes hours and minutes from UTC such as +05:30, or nothing`},
		{&rules.DecimalPlacesParams{Amounts: "10", Points: 3}, `amounts is "10"; it takes a number of decimals from 0 to 9, or nothing`},
		{&rules.DecimalPlacesParams{Currency: "HRK", Points: 3}, `currency is "HRK"; it takes a code of ISO 4217 such as INR, or nothing`},
		{&rules.DecimalPlacesParams{Points: -1}, "points is -1; it takes a number of decimals from 0 to 9"},
		{&rules.ExternalIDParams{MinLength: 8, MaxLength: 4}, "min_length is 8 and max_length 4; they take 0 or more, and the first is not above the second"},
		{&rules.ExternalIDParams{MinLength: 8}, ""},
		{&rules.ExternalIDParams{Characters: "Z-A"}, `characters is "Z-A"; the range Z-A runs backwards`},
		{&rules.GroupingLimitParams{Limit: -1}, "limit is -1; it takes a whole number, 0 or more"},
		{&rules.IdentifierRuleParams{Mandatory: []string{"phone"}}, `mandatory has "phone"; it takes mobile, email and externalId`},
		{&rules.PointsStepParams{Multiple: "0"}, `multiple is "0"; it takes a decimal number above 0, or nothing`},
		{&rules.PointsStepParams{Minimum: "10", Maximum: "5"}, "minimum is 10, above maximum, which is 5"},
		{&rules.SameCustomerBurstParams{Bills: 1, Rows: 5}, "bills is 1 and rows 5; they take 2 or more, and the first is not above the second"},
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
