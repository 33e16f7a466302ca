package triage

import (
	"fmt"
	"strings"
	"testing"
)

func TestReadCode(t *testing.T) {
	tests := []struct{ cell, want string }{
		{"604", "604"},
		{" 604 ", "604"},
		{"604.0", "604"},
		{"6.04E+02", "604"},
		{"00604", "604"},
		{"'604", "604"},
		{`="604"`, "604"},
		{"604,1114", "604 1114"},
		{"604; 1114", "604 1114"},
		{"[604, 604]", "604"},
		{"1,114", "1114"},      // a spreadsheet groups digits
		{"604,601", "604 601"}, // both are codes
		{"604 - Duplicate", "604: Duplicate"},
		{"ERR_NULL_UUID", "ERR_NULL_UUID"},
		{"200", "taken"},
		{"200.0", "taken"},
		{"SUCCESS", "taken"},
		{"200 OK", "taken"},
		{"FAILED", "failed"},
		{"604.5", "failed"},
		{"something", "failed"},
		{"", ""},
		{"N/A", ""},
		{"null", ""},
		{"200;604", "taken 604"},
		{"201", "201"}, // some items failed
	}
	for _, tt := range tests {
		var o outcome
		o.readCode(tt.cell, "")
		if got := o.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.cell, got, tt.want)
		}
	}
}

func (o outcome) String() string {
	var list []string
	if o.success {
		list = append(list, "taken")
	}
	if o.failure {
		list = append(list, "failed")
	}
	for _, is := range o.issues {
		s := is.code
		if is.message != "" {
			s += ": " + is.message
		}
		if is.warning {
			s += " (warning)"
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

func TestReadJSON(t *testing.T) {
	tests := []struct {
		cell, want string
		ok         bool
	}{
		{`{"status":{"code":604,"message":"twice"}}`, "604: twice", true},
		{`{"status":{"success":true,"code":200,"message":"ok"}}`, "taken", true},
		{`{"errors":[{"code":"604","message":"a"},{"code":1114,"message":"b"}]}`, "604: a 1114: b", true},
		{`[{"errors":[{"statusCode":604}]}]`, "604", true},
		{`{"success":false,"errorMessage":"no"}`, "failed", true},
		{`{"warnings":[{"code":9610,"message":"w"}],"code":200}`, "taken 9610: w (warning)", true},
		{`{"store":{"code":"604"},"status":{"code":1114}}`, "1114", true}, // of a store
		{`{"status":{"code":604,"mess`, "604", true},                      // cut off
		{`{"status":`, "", false},
		{`plain words`, "", false},
		{``, "", false},
		{strings.Repeat(`{"errors":`, 100) + `{"code":604}` + strings.Repeat(`}`, 100), "", true}, // too deep
	}
	for _, tt := range tests {
		var o outcome
		ok := o.readJSON(tt.cell)
		if got := o.String(); got != tt.want || ok != tt.ok {
			t.Errorf("%.60s: got %q, %v, want %q, %v", tt.cell, got, ok, tt.want, tt.ok)
		}
	}
}

func TestReadText(t *testing.T) {
	tests := []struct{ message, want string }{
		{"Error 604: twice", "604: Error 604: twice"},
		{"error code = 604", "604: error code = 604"},
		{"[1114] bad date", "1114: [1114] bad date"},
		{"604 - twice", "604: 604 - twice"},
		{"bill 604 is bad", ""}, // a number of the row
		{"Error 31337", ""},     // no code
		{"status: 200", "taken"},
		{"ERR_NULL_UUID came", "ERR_NULL_UUID: ERR_NULL_UUID came"},
		{"Success", "taken"},
	}
	for _, tt := range tests {
		var o outcome
		o.readText(tt.message)
		if got := o.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.message, got, tt.want)
		}
	}
}

func TestMessages(t *testing.T) {
	tests := []struct{ message, code, tidy, alike string }{
		{"Bill B261 is bad", "604", "Bill B261 is bad", "Bill B# is bad"},
		{"Error 604: B1-22.5", "604", "Error 604: B1-22.5", "Error 604: B#-#.#"},
		{"two\n lines\t here", "", "two lines here", "two lines here"},
		{`bill "B1" of 'Ravi Kumar'`, "", `bill "…" of "…"`, `bill "…" of "…"`},
		{"the customer's bill isn't there", "", "the customer's bill isn't there", "the customer's bill isn't there"},
		{"an open 'quote", "", "an open 'quote", "an open 'quote"},
		{"mobile 9.19877E+11 is wrong", "", "mobile … is wrong", "mobile … is wrong"},
		{"of Asha Rao", "", "of …", "of …"},
	}
	for _, tt := range tests {
		tidied := tidy(tt.message, [][]byte{[]byte(" Asha Rao "), []byte("M"), nil})
		if tidied != tt.tidy {
			t.Errorf("tidy(%q) = %q, want %q", tt.message, tidied, tt.tidy)
		}
		if got := alike(tidied, tt.code); got != tt.alike {
			t.Errorf("alike(%q) = %q, want %q", tidied, got, tt.alike)
		}
	}
}

func TestFind(t *testing.T) {
	tests := []struct {
		name     string
		header   string
		explicit map[string]Role
		known    string
		sample   [][]string
		want     string // headers by role
		err      string
	}{
		{"as documented", "bill,API_Error_Code,API_Error_Message", nil, "", nil, "code=1 message=2", ""},
		{"other spelling", "bill,Api Error-Code,api.error.message", nil, "", nil, "code=1 message=2", ""},
		{"parse path map", "status_code,error_message,displayLabel", nil, "", nil, "code=0 message=1", ""},
		{"the surer of two", "code,error_code", nil, "", nil, "code=1", ""},
		{"columns of the data", "status,code,message,error_code", nil, "status,code,message", nil, "code=3", ""},
		{"HTTP status beside", "API_Error_Code,status_code", nil, "", nil, "code=0 status=1", ""},
		{"JSON alone", "bill,apiResponse", nil, "", nil, "response=1", ""},
		{"mapped", "bill,Err Cd,Words", map[string]Role{"err_cd": RoleCode, "Words": RoleMessage, "bill": RoleKey}, "", nil, "code=1 message=2 key=0", ""},
		{"mapped to what is not there", "bill,Err Cd", map[string]Role{"Err Cdd": RoleCode}, "", nil, "", `no column of the error file is headed "Err Cdd"; the nearest is Err Cd`},
		{"codes in words", "bill,message", nil, "", [][]string{{"B1", "Error 604: twice"}}, "message=1", ""},
		{"words without codes", "bill,message", nil, "", [][]string{{"B1", "hello"}}, "", "no column is known to hold the status code"},
		{"none", "bill,amount", nil, "", nil, "", "no column is known to hold the status code"},
		{"blank headers", ",,", nil, "", nil, "", "no column is known to hold the status code"},
	}
	for _, tt := range tests {
		known := strings.Split(tt.known, ",")
		l, err := Find(strings.Split(tt.header, ","), FindOptions{Explicit: tt.explicit, Sample: tt.sample, Known: func(h string) bool {
			for _, k := range known {
				if k == h {
					return true
				}
			}
			return false
		}})
		if err != nil {
			if err.Error() != tt.err {
				t.Errorf("%s: error %q, want %q", tt.name, err, tt.err)
			}
			continue
		}
		var got []string
		for _, r := range l.Columns() {
			got = append(got, fmt.Sprintf("%s=%d", r, *l.column(r)))
		}
		if s := strings.Join(got, " "); s != tt.want || tt.err != "" {
			t.Errorf("%s: got %q, want %q, error %q", tt.name, s, tt.want, tt.err)
		}
	}
}

// FuzzOutcome holds that no cell ends the program, and that a row is never taken
// without a sign of it.
func FuzzOutcome(f *testing.F) {
	for _, s := range []string{"604", "200", `{"status":{"code":604}}`, "Error 604: x", "1,114", "'", `="`, "\xff", "{}", "[]", "[604"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var o outcome
		o.readCode(s, s)
		o.readJSON(s)
		o.readStatus(s)
		o.readText(s)
		tidied := tidy(s, [][]byte{[]byte(s)})
		alike(tidied, s)
		lower := strings.ToLower(s)
		sign := strings.ContainsAny(s, "2") || strings.Contains(lower, "true")
		for _, w := range successWords {
			sign = sign || strings.Contains(strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' {
					return r
				}
				return -1
			}, lower), w)
		}
		if o.success && !sign && isASCII(s) {
			t.Errorf("%q is a success", s)
		}
	})
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 126 }) < 0 }
