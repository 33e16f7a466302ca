package templates

import (
	"strings"
	"testing"
)

func mustLayout(t testing.TB, s string) *Layout {
	t.Helper()
	l, err := ParseLayout(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDay(t *testing.T) {
	for _, tt := range []struct {
		y, m, d int
		want    Day
		ok      bool
	}{
		{1970, 1, 1, 0, true},
		{1969, 12, 31, -1, true},
		{2000, 2, 29, 11016, true},
		{2026, 11, 21, 20778, true},
		{9999, 12, 31, 2932896, true},
		{1, 1, 1, -719162, true},
		{1900, 2, 29, 0, false},
		{2025, 2, 29, 0, false},
		{2025, 4, 31, 0, false},
		{2025, 0, 1, 0, false},
		{2025, 13, 1, 0, false},
		{2025, 1, 0, 0, false},
		{0, 1, 1, 0, false},
		{10000, 1, 1, 0, false},
	} {
		got, ok := DayOf(tt.y, tt.m, tt.d)
		if got != tt.want || ok != tt.ok {
			t.Errorf("DayOf(%d, %d, %d) = %d, %t, want %d, %t", tt.y, tt.m, tt.d, got, ok, tt.want, tt.ok)
		}
	}
	first, _ := DayOf(1, 1, 1)
	last, _ := DayOf(9999, 12, 31)
	for d := first; d <= last; d++ {
		y, m, n := d.Date()
		if got, ok := DayOf(y, m, n); got != d || !ok {
			t.Fatalf("day %d is %d-%d-%d, which is day %d", d, y, m, n, got)
		}
	}
	if d, ok := ParseDay("2026-11-21"); d != 20778 || !ok || d.String() != "2026-11-21" || d.Weekday() != 6 {
		t.Errorf("2026-11-21 is %d, %t, %s, weekday %d", d, ok, d, d.Weekday())
	}
	for _, s := range []string{"", "2026-11-2", "2026-11-31", "2026/11/21", "2026-11-2x", "2026-11-21 "} {
		if d, ok := ParseDay(s); ok {
			t.Errorf("ParseDay(%q) = %d", s, d)
		}
	}
}

func TestLayoutSpelling(t *testing.T) {
	for _, tt := range []struct {
		in, reader, java          string
		yearFirst, clock, hasZone bool
	}{
		{"YYYY-MM-DD", "YYYY-MM-DD", "yyyy-MM-dd", true, false, false},
		{"yyyy-mm-dd", "YYYY-MM-DD", "yyyy-MM-dd", true, false, false},
		{"YYYY-MM-DD HH:MM:SS", "YYYY-MM-DD HH:MM:SS", "yyyy-MM-dd HH:mm:ss", true, true, false},
		{"yyyy-MM-dd HH:mm:ss", "YYYY-MM-DD HH:MM:SS", "yyyy-MM-dd HH:mm:ss", true, true, false},
		{"yyyy-MM-dd HH:MM:ss", "YYYY-MM-DD HH:MM:SS", "yyyy-MM-dd HH:mm:ss", true, true, false},
		{"dd/mm/yyyy hh:mm:ss", "DD/MM/YYYY HH:MM:SS", "dd/MM/yyyy HH:mm:ss", false, true, false},
		{"D/M/YYYY HH:MM", "D/M/YYYY HH:MM", "d/M/yyyy HH:mm", false, true, false},
		{"M/d/yy", "M/D/YY", "M/d/yy", false, false, false},
		{"dd-MMM-yy", "DD-MMM-YY", "dd-MMM-yy", false, false, false},
		{"HH:MM DD.MM.YYYY", "HH:MM DD.MM.YYYY", "HH:mm dd.MM.yyyy", false, true, false},
		{"YYYYMMDD", "YYYYMMDD", "yyyyMMdd", true, false, false},
		{"yyyy-MM-dd'T'HH:mm:ssXXX", "YYYY-MM-DDTHH:MM:SS±HH:MM", "yyyy-MM-dd'T'HH:mm:ssXXX", true, true, true},
		{"YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DDTHH:MM:SSZ", "yyyy-MM-dd'T'HH:mm:ss'Z'", true, true, true},
		{"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "YYYY-MM-DDTHH:MM:SS.SSSZ", "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", true, true, true},
		{"yyyy-MM-dd HH:mm:ss Z", "yyyy-MM-dd HH:mm:ss Z", "yyyy-MM-dd HH:mm:ss Z", true, true, true},
		{"yyyy-MM-dd'T'HH:mm:s.S", "YYYY-MM-DDTHH:MM:S.S", "yyyy-MM-dd'T'HH:mm:s.S", true, true, false},
		{"EEE MMM dd HH:mm:ss z yyyy", "EEE MMM DD HH:MM:SS z YYYY", "EEE MMM dd HH:mm:ss z yyyy", false, true, true},
		{"MMMM,dd,yyyy", "MMMM,DD,YYYY", "MMMM,dd,yyyy", false, false, false},
		{"hh:mm a dd/MM/yyyy", "hh:MM a DD/MM/YYYY", "hh:mm a dd/MM/yyyy", false, true, false},
		{"d 'de' MMMM 'o''clock' yyyy", "D 'de' MMMM 'o''clock' YYYY", "d 'de' MMMM 'o''clock' yyyy", false, false, false},
		{"ISO 8601", "ISO 8601", "yyyy-MM-dd'T'HH:mm:ssXXX", true, true, true},
		{"iso8601", "ISO 8601", "yyyy-MM-dd'T'HH:mm:ssXXX", true, true, true},
		{"epoch_seconds", "epoch", "epoch", false, true, true},
	} {
		l, err := ParseLayout(tt.in)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := l.String(); got != tt.reader {
			t.Errorf("%s reads %s, want %s", tt.in, got, tt.reader)
		}
		if got := l.Java(); got != tt.java {
			t.Errorf("%s in Java is %s, want %s", tt.in, got, tt.java)
		}
		if l.YearFirst() != tt.yearFirst || l.HasTime() != tt.clock || l.HasZone() != tt.hasZone {
			t.Errorf("%s: year first %t, time %t, zone %t", tt.in, l.YearFirst(), l.HasTime(), l.HasZone())
		}
		for _, again := range []string{l.String(), l.Java()} {
			if l.special != plain {
				continue // Java has no word for these
			}
			if l2, err := ParseLayout(again); err != nil || !l2.Equal(l) {
				t.Errorf("%s: its spelling %s reads %v, %v", tt.in, again, l2, err)
			}
		}
	}
}

func TestLayoutErrors(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", "is empty"},
		{"YYYY-DD", "no month (MM)"},
		{"MM-DD", "no year (YYYY)"},
		{"MMMM,dd", "no year (YYYY)"},
		{"YYYY-MM", "no day (DD)"},
		{"YYY-MM-DD", "YYY: a year is YYYY or YY"},
		{"YYYY-MM-DDD", "DDD: a day of the month is DD or D"},
		{"YYYY-MMMMM-DD", "MMMMM: a month is"},
		{"YYYY-MM-MM-DD", "the month twice"},
		{"YYYY-MM-DD HHH", "HHH: hours are HH or H"},
		{"YYYY-MM-DD 'T", "a quote is not closed"},
		{"YYYY-MM-DD HH:MM Q", "Q means nothing here"},
		{"YYYY-MM-DD Tuesday", "means nothing here"},
		{"YYYYMD", "runs into the next"},
		{"2026-11-21", "it has digits"},
		{"YYYY年MM月DD日", "outside ASCII"},
		{"YYYY-MM-DD SS", "seconds but no minutes"},
		{"YYYY-MM-DD HH:MM a", "without hours of twelve"},
		{"YYYY-MM-DD XXX", "a zone but no time"},
		{"YYYY-MM-DD HH:MMX", "an offset is XXX"},
		{"yyyy-MM-dd HH:mm:ss:SSSSSSSSSS", "at most nine"},
	} {
		if l, err := ParseLayout(tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("ParseLayout(%q) = %v, %v, want an error with %q", tt.in, l, err, tt.want)
		}
	}
}

func TestLayoutParse(t *testing.T) {
	day := func(s string) Day { d, _ := ParseDay(s); return d }
	nov := day("2026-11-21")
	at := int32(10*3600 + 11*60 + 12)
	for _, tt := range []struct {
		layout, cell string
		want         Stamp
		fit          Fit
	}{
		{"YYYY-MM-DD", "2026-11-21", Stamp{Day: nov}, Fits},
		{"YYYY-MM-DD", "2024-02-29", Stamp{Day: day("2024-02-29")}, Fits},
		{"YYYY-MM-DD", "2024-02-30", Stamp{}, Impossible},
		{"YYYY-MM-DD", "2024-00-10", Stamp{}, Impossible},
		{"YYYY-MM-DD", "0000-01-10", Stamp{}, Impossible},
		{"YYYY-MM-DD", "2026-11-2", Stamp{}, Other},
		{"YYYY-MM-DD", "2026-11-211", Stamp{}, Other},
		{"YYYY-MM-DD", "2026-11-21 ", Stamp{}, Other},
		{"YYYY-MM-DD", "21/11/2026", Stamp{}, Other},
		{"YYYY-MM-DD", "2024-02-30x", Stamp{}, Other}, // shape comes before sense
		{"YYYY-MM-DD", "", Stamp{}, Other},
		{"D/M/YYYY", "1/2/2026", Stamp{Day: day("2026-02-01")}, Fits},
		{"D/M/YYYY", "01/02/2026", Stamp{Day: day("2026-02-01")}, Fits},
		{"D/M/YYYY", "001/02/2026", Stamp{}, Other},
		{"M/D/YY", "11/21/26", Stamp{Day: nov}, Fits},
		{"DD-MMM-YY", "21-NOV-26", Stamp{Day: nov}, Fits},
		{"DD-MMM-YY", "21-nov-26", Stamp{Day: nov}, Fits},
		{"DD-MMM-YY", "21-Nev-26", Stamp{}, Other},
		{"MMMM,dd,yyyy", "November,21,2026", Stamp{Day: nov}, Fits},
		{"YYYYMMDD", "20261121", Stamp{Day: nov}, Fits},
		{"YYYY-MM-DD HH:MM:SS", "2026-11-21 10:11:12", Stamp{Day: nov, Second: at}, Fits},
		{"YYYY-MM-DD HH:MM:SS", "2026-11-21 24:00:00", Stamp{}, Impossible},
		{"YYYY-MM-DD HH:MM:SS", "2026-11-21 10:60:00", Stamp{}, Impossible},
		{"YYYY-MM-DD HH:MM:SS", "2026-11-21", Stamp{}, Other},
		{"hh:mm a dd/MM/yyyy", "12:05 AM 21/11/2026", Stamp{Day: nov, Second: 300}, Fits},
		{"hh:mm a dd/MM/yyyy", "12:05 pm 21/11/2026", Stamp{Day: nov, Second: 12*3600 + 300}, Fits},
		{"hh:mm a dd/MM/yyyy", "13:05 pm 21/11/2026", Stamp{}, Impossible},
		{"yyyy-MM-dd HH:mm:ss Z", "2026-11-21 10:11:12 +0530", Stamp{nov, at, true, 330}, Fits},
		{"yyyy-MM-dd HH:mm:ss Z", "2026-11-21 10:11:12 +05:30", Stamp{}, Other},
		{"yyyy-MM-dd HH:mm:ssXXX", "2026-11-21 10:11:12-03:30", Stamp{nov, at, true, -210}, Fits},
		{"yyyy-MM-dd HH:mm:ssXXX", "2026-11-21 10:11:12Z", Stamp{nov, at, true, 0}, Fits},
		{"yyyy-MM-dd HH:mm:ssXXX", "2026-11-21 10:11:12+14:30", Stamp{}, Impossible},
		{"yyyy-MM-dd HH:mm:ssXXX", "2026-11-21 10:11:12", Stamp{}, Other},
		{"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2026-11-21T10:11:12.345Z", Stamp{nov, at, true, 0}, Fits},
		{"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2026-11-21T10:11:12.34Z", Stamp{}, Other},
		{"yyyy-MM-dd'T'HH:mm:s.S", "2026-11-21T10:11:2.3456", Stamp{Day: nov, Second: at - 10}, Fits},
		{"EEE MMM dd HH:mm:ss z yyyy", "Sat Nov 21 10:11:12 IST 2026", Stamp{nov, at, true, 330}, Fits},
		{"EEE MMM dd HH:mm:ss z yyyy", "Sat Nov 21 10:11:12 CEST 2026", Stamp{nov, at, true, 120}, Fits},
		{"EEE MMM dd HH:mm:ss z yyyy", "Sat Nov 21 10:11:12 GMT+07:00 2026", Stamp{nov, at, true, 420}, Fits},
		{"EEE MMM dd HH:mm:ss z yyyy", "Sun Nov 21 10:11:12 UTC 2026", Stamp{}, Impossible},
		{"EEE MMM dd HH:mm:ss z yyyy", "Sat Nov 21 10:11:12 XYZ 2026", Stamp{}, Other},
		{"iso8601", "2026-11-21", Stamp{Day: nov}, Fits},
		{"iso8601", "2026-11-21T10:11:12", Stamp{Day: nov, Second: at}, Fits},
		{"iso8601", "2026-11-21T10:11:12.5+05:30", Stamp{nov, at, true, 330}, Fits},
		{"iso8601", "2026-11-21T10:11:12Z", Stamp{nov, at, true, 0}, Fits},
		{"iso8601", "2026-11-21T25:11:12Z", Stamp{}, Impossible},
		{"iso8601", "2026-11-21 10:11:12", Stamp{}, Other},
		{"iso8601", "2026-11-21T10:11", Stamp{}, Other},
		{"iso8601", "2026-11-21T10:11:12.Z", Stamp{}, Other},
		{"epoch", "1795255872", Stamp{nov, at, true, 0}, Fits},
		{"epoch", "1795255872345", Stamp{nov, at, true, 0}, Fits},
		{"epoch", "20261121", Stamp{}, Other},
		{"epoch", "179525587x", Stamp{}, Other},
		{"epoch", "0795255872", Stamp{}, Other},
	} {
		l := mustLayout(t, tt.layout)
		got, fit := l.Parse([]byte(tt.cell))
		if fit != tt.fit || fit == Fits && got != tt.want {
			t.Errorf("%s: Parse(%q) = %+v, %d, want %+v, %d", tt.layout, tt.cell, got, fit, tt.want, tt.fit)
		}
		if n := testing.AllocsPerRun(10, func() { l.Parse([]byte(tt.cell)) }); n > 0 {
			t.Errorf("%s: Parse(%q) allocates %v times", tt.layout, tt.cell, n)
		}
	}
}

func TestLayoutFormat(t *testing.T) {
	nov, _ := ParseDay("2026-11-21")
	s := Stamp{Day: nov, Second: 22*3600 + 3*60 + 4, HasZone: true, Offset: 330}
	for _, tt := range []struct{ layout, want string }{
		{"YYYY-MM-DD", "2026-11-21"},
		{"D/M/YY H:MM", "21/11/26 22:03"},
		{"yyyy-MM-dd HH:mm:ss Z", "2026-11-21 22:03:04 +0530"},
		{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-11-21T22:03:04.000+05:30"},
		{"EEEE dd MMMM yyyy hh:mm:ss a z", "Saturday 21 November 2026 10:03:04 PM GMT+05:30"},
		{"EEE MMM dd yyyy", "Sat Nov 21 2026"},
		{"iso8601", "2026-11-21T22:03:04+05:30"},
		{"epoch", "1795278784"},
	} {
		if got := mustLayout(t, tt.layout).Format(s); got != tt.want {
			t.Errorf("%s: Format = %q, want %q", tt.layout, got, tt.want)
		}
	}
}

func TestCandidates(t *testing.T) {
	if got, want := len(Candidates()), 22*3+1; got != want {
		t.Errorf("%d candidates, want %d", got, want)
	}
	seen := map[string]bool{}
	for _, l := range Candidates() {
		if seen[l.String()] {
			t.Errorf("%s stands twice", l)
		}
		seen[l.String()] = true
		nov, _ := ParseDay("2026-11-21")
		want := Stamp{Day: nov}
		if got, fit := l.Parse([]byte(l.Format(want))); fit != Fits || got != want {
			t.Errorf("%s: %q is %+v, %d", l, l.Format(want), got, fit)
		}
	}
}

// FuzzLayout: no text upsets the layouts; a spelling means the layout that it
// was made from; and what is written is read as the same stamp.
func FuzzLayout(f *testing.F) {
	for _, seed := range [][2]string{
		{"YYYY-MM-DD", "2026-11-21"}, {"d/M/yy hh:mm a", "1/2/26 03:04 PM"}, {"EEE MMM dd HH:mm:ss z yyyy", "Sat Nov 21 10:11:12 GMT+01:00 2026"},
		{"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-11-21T10:11:12.345+05:30"}, {"iso8601", "2026-11-21T10:11:12Z"},
		{"epoch", "1795255872"}, {"yyyy''MM 'o''x'dd HH Z", "2026'11 o'x21 03 +0000"}, {"YYYY-MM-DD HH:MM:SS+HH:MM", ""},
		{"yyyyMMddHHmmssSSS", "20261121101112345"}, {"YYYY-MM-DD HH:MM:SSs", ""}, {"d/yy hh:mmM", "1/26 03:041"}, {"D/M/yy hhZm a", "1/2/06 03Z24 PM"},
		{"YYYY-MM-DD ZH:MM:SS", ""}, {"yyyy-MM-dd HH'aZ'", ""}, {"YYYY-MM-DD HH:MM+HH:MM+HH:MM", ""},
	} {
		f.Add(seed[0], []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, text string, cell []byte) {
		l, err := ParseLayout(text)
		if err != nil {
			return
		}
		again, err := ParseLayout(l.String())
		if err != nil || !again.Equal(l) || again.Java() != l.Java() {
			t.Fatalf("%q reads %q, which reads %v, %v", text, l, again, err)
		}
		if s, fit := l.Parse(cell); fit == Fits {
			if got, fit := l.Parse([]byte(l.Format(s))); fit != Fits || got != s {
				t.Fatalf("%q: %q is %+v, written %q, which is %+v, %d", l, cell, s, l.Format(s), got, fit)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, bb := range []struct{ layout, cell string }{
		{"YYYY-MM-DD", "2026-11-21"}, {"YYYY-MM-DD HH:MM:SS", "2026-11-21 10:11:12"}, {"D/M/YYYY", "1/12/2026"},
		{"DD-MMM-YY", "21-Nov-26"}, {"iso8601", "2026-11-21T10:11:12+05:30"}, {"epoch", "1795255872"},
		{"YYYY-MM-DD", "21/11/2026"},
	} {
		b.Run(strings.ReplaceAll(bb.layout, " ", "_")+"="+bb.cell, func(b *testing.B) {
			l, cell := mustLayout(b, bb.layout), []byte(bb.cell)
			b.SetBytes(int64(len(cell)))
			for b.Loop() {
				l.Parse(cell)
			}
		})
	}
}
