package rules

import (
	"testing"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

func TestShare(t *testing.T) {
	tests := []struct {
		n, total int64
		verb     string
		want     string
	}{
		{12, 12, "use", "all 12 use"}, {9, 12, "have", "9 of 12 have"}, {1, 1, "are", "it is"}, {1, 1, "have", "it has"},
		{1, 2, "carry", "1 of 2 carries"}, {1, 1, "read", "it reads"},
	}
	for _, tt := range tests {
		if got := share(tt.n, tt.total, tt.verb); got != tt.want {
			t.Errorf("share(%d, %d, %s) = %q, want %q", tt.n, tt.total, tt.verb, got, tt.want)
		}
	}
}

func TestListed(t *testing.T) {
	names := []string{"A", "B", "C", "D"}
	if got := listed(names, 3); got != "A, B, C, D" {
		t.Errorf("listed(4, 3) = %q", got)
	}
	if got := listed(names, 2); got != "A, B and 2 more" {
		t.Errorf("listed(4, 2) = %q", got)
	}
}

func TestFolder(t *testing.T) {
	f := newFolder([]string{"NOT_INTERESTED", "mobile", "-"})
	tests := []struct{ cell, want string }{
		{"NOT_INTERESTED", "NOT_INTERESTED"}, {"not interested", "NOT_INTERESTED"}, {"Not-Interested ", "NOT_INTERESTED"},
		{"MOBILE", "mobile"}, {"mobiles", ""}, {"mobil", ""}, {"", ""}, {" ", ""},
	}
	for _, tt := range tests {
		if got := f.find([]byte(tt.cell)); got != tt.want {
			t.Errorf("find(%q) = %q, want %q", tt.cell, got, tt.want)
		}
	}
}

func TestEmailAddress(t *testing.T) {
	tests := map[string]bool{
		"anna@example.com": true, "a.b-c_d+e@mail.example.co": true, "A1@EX-AMPLE.COM": true, "a@b.io": true,
		"": false, "@": false, "anna": false, "anna@": false, "@example.com": false, "a@b": false, "a@b.c": false, "a@b.c1": false,
		"a@@b.com": false, "a@b@c.com": false, ".a@b.com": false, "a.@b.com": false, "a..b@c.com": false, "a@.b.com": false,
		"a@b.com.": false, "a@b..com": false, "a b@c.com": false, "a@b_c.com": false, "é@b.com": false, "a@b.com;c@d.com": false, "<a@b.com>": false,
	}
	for in, want := range tests {
		if got := emailAddress([]byte(in)); got != want {
			t.Errorf("emailAddress(%q) = %v", in, got)
		}
	}
	long := make([]byte, 244)
	for i := range long {
		long[i] = 'a'
	}
	if at := append(long, "@b.example"...); !emailAddress(append(at, 'c')) || emailAddress(append(at, "cd"...)) {
		t.Error("an address has at most 255 characters")
	}
}

func TestEncodedTwice(t *testing.T) {
	tests := map[string]bool{
		"MÃ¼ller": true, "donâ€™t": true, "Â£5": true, "à¤¹à¤¿": true, "ã\u0081\u0082": true, "x Ã©": true,
		"": false, "Müller": false, "NÃO": false, "SÃO PAULO": false, "Ã": false, "Â": false, "Ã\u00a0": false, "â€": false,
		"Ñandú é ü 東京 «Ü»": false, "château — l’âme": false, "caf\xc3": false,
	}
	for in, want := range tests {
		if got := encodedTwice([]byte(in)); got != want {
			t.Errorf("encodedTwice(%q) = %v", in, got)
		}
	}
}

func TestShortened(t *testing.T) {
	tests := map[string]bool{
		"9.19812E+11": true, "1E+05": true, "-4.2E+15": true, "9,19812E+11": true, "1.5E+100": true,
		"12E+05": false, "1E5": false, "1e+05": false, "E+11": false, "1E+5": false, "0E+00": false, "1.E+05": false, "AE+05": false, "1E+1000": false, "": false,
	}
	for in, want := range tests {
		if got := shortened([]byte(in)); got != want {
			t.Errorf("shortened(%q) = %v", in, got)
		}
	}
}

func TestFindUnseen(t *testing.T) {
	tests := []struct {
		in   string
		want unseen
	}{
		{"plain", clean}, {"Ünïcödé 東京 🎉", clean}, {"\tpadded\t", clean}, {"a\tb", odd}, {"a\u00adb", odd}, {"\ufeffx", odd},
		{"a\nb", harmful}, {"x\r", harmful}, {"\x00", harmful}, {"\x1b[0m", harmful}, {"a\u202eb", harmful}, {"a\u2028b", harmful},
		{"می\u200cخواهم", clean}, {"क्\u200dष", clean}, {"👩\u200d💻", clean}, {"12\u200d34", odd}, {"x\u200c", odd}, {"a\u200d\nb", harmful},
		{"bad\xff\x80", clean},
	}
	for _, tt := range tests {
		if _, got := findUnseen([]byte(tt.in)); got != tt.want {
			t.Errorf("findUnseen(%q) = %d, want %d", tt.in, got, tt.want)
		}
	}
}

func TestNumberTraits(t *testing.T) {
	tests := []struct {
		in   string
		want uint32
	}{
		{"10,50", hasComma}, {"1.234,50", hasComma | hasThousands}, {"1,234.50", hasThousands}, {"1,234", hasComma | hasThousands},
		{"1,234,567", hasThousands}, {"1.234.567", hasThousands}, {"1 234", hasThousands}, {"$12", hasCurrency}, {"12 EUR", hasCurrency},
		{"(12)", hasBrackets}, {"1e3", hasExponent}, {"12.5", hasFraction}, {"n/a", isText}, {"-", isText},
	}
	for _, tt := range tests {
		if got := numberTraits([]byte(tt.in)); got != tt.want {
			t.Errorf("numberTraits(%q) = %b, want %b", tt.in, got, tt.want)
		}
	}
}

func TestOrder(t *testing.T) {
	for text, want := range map[string]string{
		"YYYY-MM-DD": "YMD", "DD/MM/YYYY HH:MM:SS": "DMY", "M/D/YY": "MDY", "DD MMM YYYY": "DMY", "YYYY-DD-MM": "YDM", "iso8601": "YMD",
	} {
		l, err := templates.ParseLayout(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := order(l); got != want {
			t.Errorf("order(%s) = %s, want %s", text, got, want)
		}
	}
}

func TestOldest(t *testing.T) {
	day := func(s string) templates.Day { d, _ := templates.ParseDay(s); return d }
	tests := []struct {
		params DateTooOldParams
		want   string // "" for none
	}{
		{DateTooOldParams{Days: 365}, "2025-11-21"}, {DateTooOldParams{Days: 365, MinDate: "2026-01-01"}, "2026-01-01"},
		{DateTooOldParams{Days: 365, MinDate: "2020-01-01"}, "2025-11-21"}, {DateTooOldParams{MinDate: "2020-01-01"}, "2020-01-01"}, {DateTooOldParams{}, ""},
	}
	for _, tt := range tests {
		got, ok := oldest(&tt.params, day("2026-11-21"))
		if ok != (tt.want != "") || ok && got != day(tt.want) {
			t.Errorf("oldest(%+v) = %v, %v; want %q", tt.params, got, ok, tt.want)
		}
	}
}

// No check may allocate where it judges: it is called for millions of cells.
func TestJudgingAllocates(t *testing.T) {
	cell := []byte("Müller \u200b 9.19812E+11, anna@example.com")
	iso, err := templates.ParseLayout("YYYY-MM-DD")
	if err != nil {
		t.Fatal(err)
	}
	list := newFolder([]string{"INSTORE", "WEB_ENGAGE"})
	checks := map[string]func(){
		"emailAddress": func() { emailAddress(cell) },
		"mobileDigits": func() { mobileDigits(cell) },
		"encodedTwice": func() { encodedTwice(cell) },
		"findUnseen":   func() { findUnseen(cell) },
		"around":       func() { around(cell) },
		"damage":       func() { damage(cell) },
		"dateDamage":   func() { dateDamage(iso)(cell) },
		"nullWord":     func() { nullWord(cell) },
		"folder":       func() { _, _ = list.has(cell), list.find(cell) },
		"numberTraits": func() { numberTraits(cell) },
		"mismatched":   func() { mismatched([]byte("email"), cell) },
		"dateFormat":   dateJudge(iso, cell),
	}
	for name, judge := range checks {
		if n := testing.AllocsPerRun(10, judge); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func dateJudge(l *templates.Layout, cell []byte) func() {
	check := dateFormatCheck(nil, &validate.Column{Layout: l}, templates.Candidates()[:10])
	return func() { _, _ = check.OK(cell), check.Classify(cell) }
}

func TestConcludeDates(t *testing.T) {
	var others []*templates.Layout
	for _, s := range []string{"DD/MM/YYYY", "MM/DD/YYYY", "D/M/YYYY", "DD/MM/YYYY HH:MM"} {
		l, err := templates.ParseLayout(s)
		if err != nil {
			t.Fatal(err)
		}
		others = append(others, l)
	}
	iso, _ := templates.ParseLayout("YYYY-MM-DD")
	tests := []struct {
		total   int64
		bits    []int64 // by layout
		mixed   bool
		cause   string
		fixable int64
	}{
		{4, []int64{4, 0, 4, 0}, false, "all 4 read as DD/MM/YYYY, none in two ways", 4},
		{4, []int64{4, 1, 4, 0}, false, "all 4 read as DD/MM/YYYY, 1 of them also as MM/DD/YYYY, the others in no second way", 4},
		{4, []int64{4, 4, 4, 0}, false, "all 4 read as DD/MM/YYYY and as MM/DD/YYYY: day and month cannot be told apart", 0},
		{4, []int64{3, 1, 3, 0}, false, "3 of 4 read as DD/MM/YYYY, and no format reads all", 0},
		{4, []int64{0, 0, 4, 0}, false, "all 4 read as D/M/YYYY, none in two ways", 4},
		{4, []int64{0, 0, 0, 4}, false, "all 4 read as DD/MM/YYYY HH:MM, none in two ways", 0}, // the time would be lost
		{4, []int64{4, 0, 4, 0}, true, "all 4 read as DD/MM/YYYY, none in two ways", 0},
		{4, []int64{0, 0, 0, 0}, false, "", 0},
	}
	for _, tt := range tests {
		tally := &validate.Tally{Total: tt.total}
		copy(tally.Bits[1:], tt.bits)
		got := concludeDates(tally, iso, others, tt.mixed, func(*templates.Layout) bool { return false })
		if got.Cause != tt.cause || got.Fixable != tt.fixable || (got.Fix != nil) != (tt.fixable > 0) {
			t.Errorf("%v: %q, %d fixable; want %q, %d", tt.bits, got.Cause, got.Fixable, tt.cause, tt.fixable)
		}
	}
}
