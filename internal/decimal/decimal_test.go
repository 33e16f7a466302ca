package decimal

import (
	"bytes"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		in    string
		want  string // "" where it is no amount
		scale int
	}{
		{"0", "0", 0}, {"-0", "0", 0}, {"007", "7", 0}, {"1.50", "1.50", 2}, {"-0.05", "-0.05", 2},
		{"0.00", "0.00", 2}, {"999999999999999999", "999999999999999999", 0},
		{"9999999999999999999", "9999999999999999999", 0}, {"-9223372036854775808", "-9223372036854775808", 0},
		{"9223372036854775807", "9223372036854775807", 0}, {"9223372036854775808", "9223372036854775808", 0},
		{"1234567890123456.78", "1234567890123456.78", 2}, {"-123456789012345678.9", "-123456789012345678.9", 1},
		{"123456789012345678901234567890.123", "123456789012345678901234567890.123", 3},
		{"0.000000000000000000000000000001", "0.000000000000000000000000000001", 30},
		{"", "", 0}, {"-", "", 0}, {".", "", 0}, {"1.", "", 0}, {".5", "", 0}, {"-.5", "", 0}, {"+1", "", 0}, {"1e3", "", 0},
		{" 1", "", 0}, {"1 ", "", 0}, {"1,5", "", 0}, {"1.2.3", "", 0}, {"--1", "", 0}, {"1-", "", 0}, {"٣", "", 0},
		{"-123456789012345678901.", "", 0}, {"1234567890123456789.1.2", "", 0}, {"-.12345678901234567890", "", 0},
		{"1234567890123456789012x", "", 0}, {"12345678901234567890-", "", 0},
	}
	for _, tt := range tests {
		a, ok := Parse([]byte(tt.in))
		if ok != (tt.want != "") {
			t.Errorf("Parse(%q): ok %v", tt.in, ok)
			continue
		}
		if ok && (a.String() != tt.want || a.Scale() != tt.scale) {
			t.Errorf("Parse(%q) = %v, scale %d; want %s, scale %d", tt.in, a, a.Scale(), tt.want, tt.scale)
		}
	}
}

func TestParseComma(t *testing.T) {
	tests := []struct{ in, want string }{
		{"1,5", "1.5"}, {"1.234,56", "1234.56"}, {"1 234,56", "1234.56"}, {"1\u00a0234\u00a0567,8", "1234567.8"},
		{"1\u202f234,5", "1234.5"}, {"1'234,50", "1234.50"}, {"1’234’567", "1234567"}, {"-1.234.567", "-1234567"},
		{"1.234", "1234"}, {"-999.000", "-999000"}, {"0.234", "0.234"}, {"1234.567", "1234.567"}, {"12.50", "12.50"}, {"12", "12"}, {"-0,05", "-0.05"}, {"1 234", "1234"},
		{"123456789012345678901234567890,12", "123456789012345678901234567890.12"},
		{"1.234.567.890.123.456.789.012.345.678.901,25", "1234567890123456789012345678901.25"},
		{"", ""}, {",5", ""}, {"1,", ""}, {"1,2,3", ""}, {"1,234.56", ""}, {"12.34,5", ""}, {"1234.567,8", ""},
		{"1.23.456", ""}, {"1.234 567", ""}, {"1 23", ""}, {"1,2-", ""}, {"€ 5", ""}, {"-", ""}, {"1.234.", ""}, {"1,5e3", ""},
	}
	for _, tt := range tests {
		a, ok := ParseComma([]byte(tt.in))
		if got := a.String(); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("ParseComma(%q) = %s, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

func TestParsePoint(t *testing.T) {
	tests := []struct{ in, want string }{
		{"1,234.50", "1234.50"}, {"1,234", "1234"}, {"-12,345,678.9", "-12345678.9"}, {"1,23,450.00", "123450.00"},
		{"12,34,56,789", "123456789"}, {"12.50", "12.50"}, {"1.234", "1.234"}, {"123,456,789,012,345,678,901.25", "123456789012345678901.25"},
		{"", ""}, {"12,50", ""}, {"0,123", ""}, {",123", ""}, {"1,234,5", ""}, {"1234,567", ""}, {"123,45,678", ""}, {"1,234,56,789", ""},
		{"1,23,456,789", ""}, {"1,,234", ""}, {"1,234.", ""}, {"1,234.5,6", ""}, {"1,234.567.8", ""}, {"1,2a4", ""}, {"--1,234", ""}, {"1.234,567", ""},
	}
	for _, tt := range tests {
		a, ok := ParsePoint([]byte(tt.in))
		if got := a.String(); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("ParsePoint(%q) = %s, %v; want %q", tt.in, got, ok, tt.want)
		}
	}
}

// samples meet every edge of the fast paths in pairs.
var samples = []string{
	"0", "0.00", "1", "-1", "0.1", "-0.10", "967.69", "99999999999999999", "0.000000000000000001",
	"9223372036854775807", "-9223372036854775807", "-9223372036854775808", "922337203685477580.7",
	"9223372036854775808", "-18446744073709551616.5", "123456789012345678901234567890.25",
}

func rat(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		t.Fatalf("no rational: %q", s)
	}
	return r
}

func TestArithmetic(t *testing.T) {
	for _, x := range samples {
		a, _ := Parse([]byte(x))
		if got, want := a.Neg().String(), new(big.Rat).Neg(rat(t, x)); rat(t, got).Cmp(want) != 0 {
			t.Errorf("-(%s) = %s", x, got)
		}
		if got, want := a.Abs().String(), new(big.Rat).Abs(rat(t, x)); rat(t, got).Cmp(want) != 0 {
			t.Errorf("|%s| = %s", x, got)
		}
		if a.Sign() != rat(t, x).Sign() || a.IsZero() != (rat(t, x).Sign() == 0) {
			t.Errorf("sign of %s = %d", x, a.Sign())
		}
		for _, y := range samples {
			b, _ := Parse([]byte(y))
			if got, want := a.Add(b).String(), new(big.Rat).Add(rat(t, x), rat(t, y)); rat(t, got).Cmp(want) != 0 {
				t.Errorf("%s + %s = %s", x, y, got)
			}
			if got, want := a.Sub(b).String(), new(big.Rat).Sub(rat(t, x), rat(t, y)); rat(t, got).Cmp(want) != 0 {
				t.Errorf("%s - %s = %s", x, y, got)
			}
			if got, want := a.Mul(b).String(), new(big.Rat).Mul(rat(t, x), rat(t, y)); rat(t, got).Cmp(want) != 0 {
				t.Errorf("%s * %s = %s", x, y, got)
			}
			if got, want := a.Cmp(b), rat(t, x).Cmp(rat(t, y)); got != want {
				t.Errorf("%s against %s = %d, want %d", x, y, got, want)
			}
		}
	}
}

func TestMantissa(t *testing.T) {
	tests := []struct {
		in    string
		scale int
		want  int64
		ok    bool
	}{
		{"967.69", 2, 96769, true}, {"967.690", 2, 96769, true}, {"967.6", 2, 96760, true}, {"967.695", 2, 0, false},
		{"-12", 0, -12, true}, {"92233720368547758.07", 2, 9223372036854775807, true}, {"92233720368547758.08", 2, 0, false},
		{"123456789012345678901234567890", 0, 0, false}, {"12.000000000000000000000000", 1, 120, true}, {"0", 40, 0, true},
	}
	for _, tt := range tests {
		a, _ := Parse([]byte(tt.in))
		got, ok := a.Mantissa(tt.scale)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("Mantissa(%s, %d) = %d, %v; want %d, %v", tt.in, tt.scale, got, ok, tt.want, tt.ok)
		}
	}
}

// TestParseBounds holds that no cell takes long: the time to read digits grows
// with the square of their number.
func TestParseBounds(t *testing.T) {
	digits := func(n int) string { return strings.Repeat("7", n) }
	grouped := strings.Repeat(".777", 333) // 999 digits
	tests := []struct {
		name, in    string
		plain, also bool // read by Parse, by ParseComma
	}{
		{"1000 digits", digits(1000), true, true},
		{"1001 digits", digits(1001), false, false},
		{"a sign and 1000 digits", "-" + digits(1000), true, true},
		{"a sign and 1001 digits", "-" + digits(1001), false, false},
		{"a sign, 1000 digits and a point", "-" + digits(1) + "." + digits(999), true, true},
		{"1001 digits and a point", digits(1) + "." + digits(1000), false, false},
		{"1000 digits and a comma", "-" + digits(1) + "," + digits(999), false, true},
		{"1001 digits and a comma", digits(1) + "," + digits(1000), false, false},
		{"1000 digits in groups", "7" + grouped, false, true},
		{"1001 digits in groups", "77" + grouped, false, false},
		{"1001 digits in groups and a comma", "7" + grouped + ",7", false, false},
		{"a million digits", digits(1e6), false, false},
		{"a million digits and a comma", digits(1e6) + ",5", false, false},
		{"a comma and a million digits", "5," + digits(1e6), false, false},
	}
	for _, tt := range tests {
		a, ok := Parse([]byte(tt.in))
		if ok != tt.plain || ok && a.String() != tt.in {
			t.Errorf("%s: Parse: ok %v, want %v", tt.name, ok, tt.plain)
		}
		if _, ok := ParseComma([]byte(tt.in)); ok != tt.also {
			t.Errorf("%s: ParseComma: ok %v, want %v", tt.name, ok, tt.also)
		}
	}
}

func TestNew(t *testing.T) {
	if got := New(-5, 2).String(); got != "-0.05" {
		t.Errorf("New(-5, 2) = %s", got)
	}
	if got := (Amount{}).String(); got != "0" {
		t.Errorf("zero value = %s", got)
	}
}

func TestParseAllocates(t *testing.T) {
	cell := []byte("-123456789012345.67")
	sum := Amount{}
	if n := testing.AllocsPerRun(100, func() {
		a, _ := Parse(cell)
		sum = sum.Add(a)
	}); n != 0 {
		t.Errorf("Parse and Add allocate %v times", n)
	}
	for _, text := range []string{"1.234.567,89", "text that is much longer than any number", "12345678901234567890 pieces"} {
		cell := []byte(text)
		if n := testing.AllocsPerRun(100, func() { Parse(cell); ParseComma(cell) }); n != 0 {
			t.Errorf("reading %q allocates %v times", text, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	grammar := regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	for _, s := range append(samples, "", "-", "1.", ".5", "1e3", "1,5", "1.2.3", "00000000000000000000001", "-0") {
		f.Add([]byte(s), []byte("1.50"))
	}
	f.Fuzz(func(t *testing.T, x, y []byte) {
		if len(x) > 200 || len(y) > 200 {
			return
		}
		a, ok := Parse(x)
		if want := grammar.Match(x) && !bytes.HasSuffix(x, []byte("\n")); ok != want {
			t.Fatalf("Parse(%q): ok %v, want %v", x, ok, want)
		}
		if !ok {
			return
		}
		if rat(t, a.String()).Cmp(rat(t, string(x))) != 0 {
			t.Fatalf("Parse(%q) = %v", x, a)
		}
		if again, _ := Parse([]byte(a.String())); again.Cmp(a) != 0 || again.Scale() != a.Scale() {
			t.Fatalf("%v reads back as %v", a, again)
		}
		want := a
		if Grouped(x) {
			want = a.Mul(New(1000, 0))
		}
		if c, ok := ParseComma(x); !ok || c.Cmp(want) != 0 {
			t.Fatalf("ParseComma(%q) = %v, want %v", x, c, want)
		}
		b, ok := Parse(y)
		if !ok {
			return
		}
		if sum := rat(t, a.Add(b).String()); sum.Cmp(new(big.Rat).Add(rat(t, string(x)), rat(t, string(y)))) != 0 {
			t.Fatalf("%s + %s = %v", x, y, a.Add(b))
		}
	})
}

var sink Amount

func BenchmarkParse(b *testing.B) {
	for _, in := range []string{"967.69", "-123456789012345.67", "123456789012345678901.25"} {
		b.Run(in, func(b *testing.B) {
			cell := []byte(in)
			b.ReportAllocs()
			for b.Loop() {
				sink, _ = Parse(cell)
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	x, y := New(96769, 2), New(101, 2)
	for b.Loop() {
		sink = x.Add(y)
	}
}
