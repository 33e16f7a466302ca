package triage

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
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
			Compared: Compared{Happened: 4, Caught: 1, Other: 1, Missed: 1, Temporary: 1, Foretold: 3, FalseAlarms: 1},
			Codes: []ComparedCode{
				{Code: "502", Compared: Compared{Happened: 1, Temporary: 1}},
				{Code: "621", Compared: Compared{Foretold: 1, Happened: 1, Caught: 1}, Partial: !tt.listed},
				{Code: "643", Compared: Compared{Happened: 1, Other: 1}},
				{Code: "1104", Compared: Compared{Happened: 1, Missed: 1}},
				{Code: "604", Compared: Compared{Foretold: 1, FalseAlarms: 1}},
				{Code: "1114", Compared: Compared{Foretold: 1}, Partial: !tt.listed},
			}}
		byCode := func(a, b ComparedCode) int { return strings.Compare(a.Code, b.Code) }
		slices.SortFunc(got.Codes, byCode)
		slices.SortFunc(want.Codes, byCode)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("shown %s: got\n%+v\nwant\n%+v", tt.shown, got, want)
		}
	}
}

// TestCompareAddsUp holds, for files of chance, that every bill is compared once:
// the lines of the table add up to the sentences, and those to the bills.
func TestCompareAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	for range 100 {
		f := &Forecast{listed: true, sets: []foretold{{"1114", "621"}, {"604"}, {"643"}}, rows: map[int64][]int32{}}
		errs, source := "bill,code,message\n", "bill_number,note\n"
		failed, told := map[string]bool{}, map[string]bool{}
		for i := range 40 {
			b := fmt.Sprint("B", random.IntN(30))
			source += b + ",x\n"
			for set := range f.sets {
				if random.IntN(6) == 0 {
					f.rows[int64(i+2)] = append(f.rows[int64(i+2)], int32(set))
					told[b] = true
				}
			}
			b = fmt.Sprint("B", random.IntN(35))
			code := pick("200", "502", "504", "1114", "621", "604", "643", "1104", "", "604;502", "1114;604")
			message := pick("x", "ERR_LOYALTY_DUPLICATE_BILL_NUMBER")
			errs += b + "," + code + "," + message + "\n"
			failed[b] = failed[b] || code != "200"
		}
		maps.DeleteFunc(failed, func(_ string, yes bool) bool { return !yes })
		a := answersOf(t, errs, billCodeMessage)
		explained := Explain(a, ExplainOptions{Entities: billCodeMessage.Entities})
		m, err := Match(t.Context(), a, sourceOf(t, source), JoinOptions{Keys: []int{0}, Codes: explained, Forecast: f})
		if err != nil {
			t.Fatal(err)
		}
		c := m.Compare()
		sum := Compared{}
		for _, k := range c.Codes {
			sum.Foretold += k.Foretold
			sum.Happened += k.Happened
			sum.Caught += k.Caught
			sum.Other += k.Other
			sum.Missed += k.Missed
			sum.Temporary += k.Temporary
			sum.FalseAlarms += k.FalseAlarms
			sum.Unanswered += k.Unanswered
			if k.Happened != k.Caught+k.Other+k.Missed+k.Temporary {
				t.Fatalf("the line of %q does not add up: %+v", k.Code, k)
			}
		}
		if sum != c.Compared {
			t.Fatalf("the lines add up to %+v, the sentences say %+v", sum, c.Compared)
		}
		if c.Happened != int64(len(failed)) || c.Happened != c.Caught+c.Other+c.Missed+c.Temporary {
			t.Fatalf("%d bills failed, of %+v", len(failed), c.Compared)
		}
		if c.Foretold != int64(len(told)) || c.Foretold != c.Caught+c.Other+c.FalseAlarms+c.Unanswered {
			t.Fatalf("%d bills were foretold, of %+v", len(told), c.Compared)
		}
		sameNumbers(t, &Report{Answers: a, Join: m.Join(), Forecast: c})
	}
}

// sameNumbers holds that the sentences, the table and the JSON of a comparison say
// what it has.
func sameNumbers(t *testing.T, r *Report) {
	t.Helper()
	c, s := r.Forecast, r.speaker()
	said := strings.Join(s.compared(), " ")
	got := [9]int64{}
	text := strings.NewReplacer("1 bill ", "1 bills ").Replace(said)
	_, err := fmt.Sscanf(strings.NewReplacer(" was taken", " were taken").Replace(text),
		"Of %d bills that failed, check had foretold %d with the code, %d with another, and missed %d; %d failed for what nothing before the drop shows. "+
			"Of %d bills that it said would fail, %d failed, %d were taken, and %d got no answer",
		&got[0], &got[1], &got[2], &got[3], &got[4], &got[5], &got[6], &got[7], &got[8])
	want := [9]int64{c.Happened, c.Caught, c.Other, c.Missed, c.Temporary, c.Foretold, c.Caught + c.Other, c.FalseAlarms, c.Unanswered}
	if err != nil || got != want {
		t.Fatalf("%q says %d, want %d (%v)", said, got, want, err)
	}
	columns := [8]int64{}
	for _, row := range s.compareRows()[1:] {
		for j, cell := range row[1:] {
			n, err := strconv.ParseInt(cell, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[j] += n
		}
	}
	if want := [8]int64{c.Foretold, c.Happened, c.Caught, c.Other, c.Missed, c.Temporary, c.FalseAlarms, c.Unanswered}; columns != want {
		t.Fatalf("the columns of the table add up to %d, want %d", columns, want)
	}
	if got, want := jsonOfComparison(c).jsonNumbers, jsonNumbers(c.Compared); got != want {
		t.Fatalf("the JSON says %+v, want %+v", got, want)
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
