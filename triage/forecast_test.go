package triage

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

const forecastOf = `{"schema":"preflight-report/1","files":[{"name":"a.csv","bytes":10,"rows":4,
 "forecast":[{"code":"transaction-v2:1114","rows":2},{"code":"transaction-v2:604","rows":1}]}],
 "rules":[{"id":"date-format","severity":"error","count":2,"shown":%SHOWN%},{"id":"x","severity":"error","count":1,"shown":1}],
 "findings":[
 {"rule":"date-format","severity":"error","file":"a.csv","row":2,"codes":["transaction-v2:1114","transaction:621"]},
 {"rule":"date-format","severity":"error","file":"a.csv","row":3,"codes":["transaction-v2:1114","transaction:621"]},
 {"rule":"x","severity":"error","file":"a.csv","row":4,"codes":["transaction-v2:604"]},
 {"rule":"x","severity":"error","file":"a.csv","row":5,"codes":["points-mismatch-multi-line-bill"]},
 {"rule":"y","severity":"warning","file":"a.csv","row":5,"codes":["transaction-v2:604"]}]}`

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		shown  string
		listed bool
	}{{"2", true}, {"1", false}} {
		f, err := ReadForecast("f.json", "", strings.NewReader(strings.Replace(forecastOf, "%SHOWN%", tt.shown, 1)))
		if err != nil {
			t.Fatal(err)
		}
		// B1 fails by the older number, B2 with another code, B3 is taken, B4 fails
		// though nothing was foretold but wrong points, B5 is a matter of the server.
		a := answersOf(t, "bill,code,message\nB1,621,x\nB2,643,x\nB3,200,\nB4,1104,x\nB5,502,x\n", billCodeMessage)
		explained := Explain(a, ExplainOptions{Entities: []string{"transaction-v2"}})
		m, err := Match(t.Context(), a, sourceOf(t, "bill_number,note\nB1,a\nB2,b\nB3,c\nB4,d\nB5,e\n"), JoinOptions{Keys: []int{0}, Codes: explained, Forecast: f})
		if err != nil {
			t.Fatal(err)
		}
		got := m.Compare()
		want := &Comparison{Name: "f.json", File: "a.csv", PerBill: true, Listed: tt.listed,
			Failed: 4, Caught: 1, CaughtOther: 1, Missed: 1, Temporary: 1, Foretold: 3, FalseAlarms: 1,
			Codes: []ComparedCode{
				{Code: "502", Happened: 1, Missed: 1, Temporary: true},
				{Code: "621", Foretold: 1, Happened: 1, Caught: 1, Partial: !tt.listed},
				{Code: "643", Happened: 1, Other: 1},
				{Code: "1104", Happened: 1, Missed: 1},
				{Code: "604", Foretold: 1, FalseAlarm: 1},
				{Code: "1114", Foretold: 1, Other: 1, Partial: !tt.listed},
			}}
		byCode := func(a, b ComparedCode) int { return strings.Compare(a.Code, b.Code) }
		slices.SortFunc(got.Codes, byCode)
		slices.SortFunc(want.Codes, byCode)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("shown %s: got\n%+v\nwant\n%+v", tt.shown, got, want)
		}
	}
}

func TestReadForecast(t *testing.T) {
	two := `{"schema":"preflight-report/1","files":[{"name":"in/a.csv","rows":1},{"name":"b.csv","rows":2}]}`
	tests := []struct {
		name, text, source, err string
		rows                    int64
	}{
		{"of two files", two, "x/b.csv", "", 2},
		{"in another folder", two, "a.csv", "", 1},
		{"which of them", two, "", "it judged 2 files; say which with --source", 0},
		{"none of them", two, "c.csv", "it judged 2 files, none of them named c.csv", 0},
		{"no file", `{"schema":"preflight-report/1"}`, "", "it judged no file", 0},
		{"another schema", `{"schema":"other"}`, "", "it is no report of preflight check --format json", 0},
		{"no JSON", `nothing`, "", "it is no JSON: invalid character 'o' in literal null (expecting 'u')", 0},
	}
	for _, tt := range tests {
		f, err := ReadForecast("f.json", tt.source, strings.NewReader(tt.text))
		switch {
		case err != nil && err.Error() != tt.err:
			t.Errorf("%s: error %q, want %q", tt.name, err, tt.err)
		case err == nil && (tt.err != "" || f.Rows != tt.rows):
			t.Errorf("%s: %d rows, want %d and error %q", tt.name, f.Rows, tt.rows, tt.err)
		}
	}
}

func TestDifferences(t *testing.T) {
	f := &Forecast{File: "in/a.csv", Bytes: 10, Rows: 2, SHA256: "aa"}
	tests := []struct {
		name, digest string
		bytes, rows  int64
		want         string
	}{
		{"out/a.csv", "aa", 10, 2, ""},
		{"a.csv", "", 10, 2, ""},
		{"b.csv", "aa", 10, 2, "it judged a.csv"},
		{"a.csv", "bb", 10, 2, "the file has other bytes now"},
		{"a.csv", "", 1100, 3, "the file had 10 bytes, and has 1,100; it had 2 rows, and has 3"},
	}
	for _, tt := range tests {
		if got := strings.Join(f.Differences(tt.name, tt.bytes, tt.rows, tt.digest), "; "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
