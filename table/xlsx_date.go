package table

import (
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// days1904 lies between the two days that workbooks count from.
	days1904 = 1462
	// lastSerial is 9999-12-31, the last day that spreadsheets know.
	lastSerial = 2958465
	daySeconds = 24 * 60 * 60
)

// parseSerial reads a number that was seen to be one.
func parseSerial(text []byte) float64 {
	v, _ := strconv.ParseFloat(string(text), 64)
	return v
}

// A moment is a date and time taken apart.
type moment struct {
	year, day      int
	month          time.Month
	weekday        time.Weekday
	hour, min, sec int
	fraction       int   // of a second, in the decimals asked for
	seconds        int64 // since day 0, for elapsed times
	decimals       int
	known          bool
}

// takeApart splits days and their fraction. known is false outside the days
// that spreadsheets have.
func takeApart(serial float64, decimals int) moment {
	unit := math.Pow10(decimals)
	ticks := math.Round(serial * daySeconds * unit)
	m := moment{decimals: decimals, known: ticks >= 0 && ticks < (lastSerial+1)*daySeconds*unit}
	if !m.known {
		return m
	}
	whole, perSecond := int64(ticks), int64(unit)
	m.fraction = int(whole % perSecond)
	m.seconds = whole / perSecond
	days, clock := m.seconds/daySeconds, int(m.seconds%daySeconds)
	m.hour, m.min, m.sec = clock/3600, clock/60%60, clock%60
	m.weekday = time.Weekday((days + 6) % 7)
	// Spreadsheets count a day that never was: 60 is 1900-02-29.
	switch {
	case days == 60:
		m.year, m.month, m.day = 1900, time.February, 29
	case days == 0:
		m.year, m.month, m.day = 1900, time.January, 0
	default:
		first := 30
		if days < 60 {
			first = 31
		}
		m.year, m.month, m.day = time.Date(1899, time.December, first+int(days), 0, 0, 0, 0, time.UTC).Date()
	}
	return m
}

// appendDate appends a number of days as the section shows it. from shifts
// workbooks that count from 1904.
func (s *section) appendDate(dst, text []byte, from int) []byte {
	elapsed, clock := false, false
	for _, it := range s.items {
		elapsed = elapsed || it.kind == itemElapsed
		clock = clock || it.kind == itemDate && strings.IndexByte("hns", it.text[0]) >= 0
	}
	serial := parseSerial(text)
	if !elapsed {
		serial += float64(from)
	}
	if !elapsed && !clock { // a day does not end early because of the last bits of its time
		serial = math.Floor(serial + 0.5/daySeconds/1000)
	}
	m := takeApart(serial, s.seconds)
	if !m.known {
		return append(dst, strings.Repeat("#", 8)...)
	}
	for _, it := range s.items {
		switch it.kind {
		case itemText, itemDigit:
			dst = append(dst, it.text...)
		case itemHalf:
			dst = append(dst, m.half(it.text)...)
		case itemElapsed:
			n := m.seconds
			switch it.text[0] {
			case 'h':
				n /= 3600
			case 'm':
				n /= 60
			}
			dst = appendPadded(dst, int(n), len(it.text))
		case itemDate:
			dst = m.append(dst, it.text, s.hours12)
		}
	}
	return dst
}

func (m *moment) half(text string) string {
	before, after, _ := strings.Cut(text, "/")
	if m.hour < 12 {
		return before
	}
	return after
}

// append appends one part of a date by its letters; minutes are "n".
func (m *moment) append(dst []byte, letters string, hours12 bool) []byte {
	n := min(len(letters), 2)
	switch letters[0] {
	case 'y', 'e', 'b':
		if len(letters) <= 2 && letters[0] == 'y' {
			return appendPadded(dst, m.year%100, 2)
		}
		return appendPadded(dst, m.year, 4)
	case 'm':
		switch name := m.month.String(); len(letters) {
		case 1, 2:
			return appendPadded(dst, int(m.month), n)
		case 3:
			return append(dst, name[:3]...)
		case 5:
			return append(dst, name[0])
		default:
			return append(dst, name...)
		}
	case 'd':
		switch name := m.weekday.String(); len(letters) {
		case 1, 2:
			return appendPadded(dst, m.day, n)
		case 3:
			return append(dst, name[:3]...)
		default:
			return append(dst, name...)
		}
	case 'h':
		hour := m.hour
		if hours12 {
			hour = (hour+11)%12 + 1
		}
		return appendPadded(dst, hour, n)
	case 'n':
		return appendPadded(dst, m.min, n)
	case 's':
		return appendPadded(dst, m.sec, n)
	case '.':
		dst = append(dst, '.')
		return appendPadded(dst, m.fraction, m.decimals)
	}
	return dst
}

// isoSerial reads the date of a cell that holds it as text, and returns it as
// days in the 1900 system.
//
// Source: ECMA-376 part 1, section 18.17.4.
func isoSerial(text string) (float64, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05.999", "2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04", "15:04:05.999"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		clock := t.Sub(t.Truncate(24*time.Hour)).Hours() / 24
		if t.Year() == 0 {
			return clock, true
		}
		days := int(t.Truncate(24*time.Hour).Sub(time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
		if days <= 60 {
			days--
		}
		return float64(days) + clock, days >= 0
	}
	return 0, false
}
