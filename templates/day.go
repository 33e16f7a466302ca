package templates

// A Day counts days since 1970-01-01 in the Gregorian calendar; day arithmetic
// is plain arithmetic.
type Day int32

// DayOf returns the day of a year (1 to 9999), month (1 to 12) and day of the
// month. ok is false where the calendar has no such day.
func DayOf(year, month, day int) (d Day, ok bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 28 && day > monthDays(year, month) {
		return 0, false
	}
	// Years begin in March here, so that the leap day is the last of a year;
	// 400 years, an era, have 146,097 days.
	// Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
	y := year
	if month <= 2 {
		y--
	}
	era, yearOfEra := y/400, y%400
	dayOfYear := (153*((month+9)%12)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return Day(era*146097 + dayOfEra - epochDays), true
}

// epochDays are the days from 0000-03-01 to 1970-01-01.
const epochDays = 719468

func monthDays(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// Date returns the year, the month (1 to 12) and the day of the month.
func (d Day) Date() (year, month, day int) {
	n := int(d) + epochDays
	era := n / 146097
	if n < 0 {
		era = (n - 146096) / 146097
	}
	dayOfEra := n - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*dayOfYear + 2) / 153
	year, month, day = yearOfEra+era*400, m+3, dayOfYear-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// Weekday returns 0 for a Sunday, 6 for a Saturday.
func (d Day) Weekday() int { return ((int(d)+4)%7 + 7) % 7 }

// String writes the day as YYYY-MM-DD.
func (d Day) String() string {
	year, month, day := d.Date()
	b := appendDigits(make([]byte, 0, 10), year, 4)
	b = appendDigits(append(b, '-'), month, 2)
	return string(appendDigits(append(b, '-'), day, 2))
}

// ParseDay reads YYYY-MM-DD and nothing else. ok is false for other text and
// for a day that the calendar does not have.
func ParseDay(s string) (d Day, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	var n [3]int
	for i, part := range [3]string{s[:4], s[5:7], s[8:]} {
		for j := range len(part) {
			if part[j]-'0' > 9 {
				return 0, false
			}
			n[i] = n[i]*10 + int(part[j]-'0')
		}
	}
	return DayOf(n[0], n[1], n[2])
}

// appendDigits writes n with at least width digits.
func appendDigits(b []byte, n, width int) []byte {
	pow := 10
	for i := 1; i < width; i++ {
		pow *= 10
	}
	for n >= pow {
		pow *= 10
	}
	for pow /= 10; pow > 0; pow /= 10 {
		b = append(b, byte('0'+n/pow%10))
	}
	return b
}
