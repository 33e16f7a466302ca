package templates

// Parse reads a cell, which has no outer white space. The stamp means
// something only where the fit is Fits. Widths are strict: DD takes two
// digits, D one or two. Names take any case. Parse does not allocate.
//
// ISO 8601 takes a date alone or a date and a time after T, with or without
// fractions, and with Z, an offset or nothing behind; epoch takes seconds
// (9 or 10 digits) or milliseconds (13) since 1970-01-01 UTC.
func (l *Layout) Parse(cell []byte) (Stamp, Fit) {
	switch l.special {
	case iso8601:
		return parseISO(cell)
	case epoch:
		return parseEpoch(cell)
	}
	r := reading{year: -1, week: -1}
	at := 0
	for i := range l.parts {
		n := r.part(&l.parts[i], cell[at:])
		if n < 0 {
			return Stamp{}, Other
		}
		at += n
	}
	if at != len(cell) {
		return Stamp{}, Other
	}
	return r.stamp()
}

// A reading gathers the parts of one cell.
type reading struct {
	year, month, day     int
	hour, minute, second int
	week                 int // 0 for Sunday; -1: not given
	offset               int
	hasZone, pm, twelve  bool
	bad                  bool // a number that no clock or calendar has
}

// part reads one part at the start of b and returns its length, or -1 where b
// has another shape.
func (r *reading) part(p *part, b []byte) int {
	switch p.kind {
	case literal:
		if len(b) < len(p.lit) || string(b[:len(p.lit)]) != p.lit {
			return -1
		}
		return len(p.lit)
	case year, month, day, hour, hour12, minute, second, fraction:
		return r.number(p, b)
	}
	return r.name(p, b)
}

func (r *reading) number(p *part, b []byte) int {
	n, v := 0, 0
	for n < len(b) && n < int(p.max) && b[n]-'0' <= 9 {
		v = v*10 + int(b[n]-'0')
		n++
	}
	if n < int(p.min) {
		return -1
	}
	switch p.kind {
	case year:
		r.year = v
		if p.max == 2 {
			r.year = 2000 + v
		}
	case month:
		r.month = v
	case day:
		r.day = v
	case hour:
		r.hour = v
		r.bad = r.bad || v > 23
	case hour12:
		r.hour, r.twelve = v%12, true
		r.bad = r.bad || v < 1 || v > 12
	case minute:
		r.minute = v
		r.bad = r.bad || v > 59
	case second:
		r.second = v
		r.bad = r.bad || v > 59
	}
	return n
}

func (r *reading) name(p *part, b []byte) int {
	switch p.kind {
	case monthShort, monthLong:
		i, n := find(b, monthNames[:], p.kind == monthShort)
		r.month = i + 1
		return n
	case weekShort, weekLong:
		i, n := find(b, weekNames[:], p.kind == weekShort)
		r.week = i
		return n
	case half:
		if len(b) < 2 || b[1]|0x20 != 'm' || b[0]|0x20 != 'a' && b[0]|0x20 != 'p' {
			return -1
		}
		r.pm = b[0]|0x20 == 'p'
		return 2
	case offset:
		return r.zone(b, true)
	case offsetRFC:
		return r.zone(b, false)
	case zulu:
		r.hasZone = true
		if len(b) == 0 || b[0] != 'Z' {
			return -1
		}
		return 1
	}
	return r.named(b)
}

// zone reads Z or +05:30, or without the colon +0530.
func (r *reading) zone(b []byte, colon bool) int {
	r.hasZone = true
	if colon && len(b) > 0 && b[0] == 'Z' {
		return 1
	}
	size := 5
	if colon {
		size = 6
	}
	if len(b) < size || b[0] != '+' && b[0] != '-' || colon && b[3] != ':' {
		return -1
	}
	h, ok1 := two(b[1:])
	m, ok2 := two(b[size-2:])
	if !ok1 || !ok2 {
		return -1
	}
	r.offset = h*60 + m
	// The clocks of the earth are at most 14 hours from UTC.
	r.bad = r.bad || m > 59 || r.offset > 14*60
	if b[0] == '-' {
		r.offset = -r.offset
	}
	return size
}

// named reads the name of a zone, or GMT with an offset.
func (r *reading) named(b []byte) int {
	n := -1
	for i := range zones {
		name := zones[i].name
		if len(name) > n && len(b) >= len(name) && string(b[:len(name)]) == name {
			n, r.hasZone, r.offset = len(name), true, zones[i].minutes
		}
	}
	if n == 3 && b[0] == 'G' && b[1] == 'M' && len(b) > n && (b[n] == '+' || b[n] == '-') {
		if m := r.zone(b[n:], true); m > 0 {
			n += m
		}
	}
	return n
}

// zones are the names that the layouts of Connect+ may meet, with their
// minutes east of UTC. IST is India's.
var zones = [...]struct {
	name    string
	minutes int
}{
	{"UTC", 0}, {"GMT", 0}, {"IST", 330}, {"SGT", 480}, {"GST", 240}, {"WIB", 420}, {"CET", 60}, {"CEST", 120},
	{"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"PST", -480}, {"PDT", -420},
}

var monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
	"October", "November", "December"}

var weekNames = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

// find returns which of the names b begins with, in any case, and its length;
// -1 where there is none. Short names are the first three letters.
func find(b []byte, names []string, short bool) (i, n int) {
	for i, name := range names {
		if short {
			name = name[:3]
		}
		if len(b) < len(name) {
			continue
		}
		n := 0
		for n < len(name) && b[n]|0x20 == name[n]|0x20 {
			n++
		}
		if n == len(name) {
			return i, n
		}
	}
	return -1, -1
}

// two reads two digits.
func two(b []byte) (n int, ok bool) {
	if len(b) < 2 || b[0]-'0' > 9 || b[1]-'0' > 9 {
		return 0, false
	}
	return int(b[0]-'0')*10 + int(b[1]-'0'), true
}

// stamp judges the parts together.
func (r *reading) stamp() (Stamp, Fit) {
	d, ok := DayOf(r.year, r.month, r.day)
	if !ok || r.bad || r.week >= 0 && d.Weekday() != r.week {
		return Stamp{}, Impossible
	}
	if r.twelve && r.pm {
		r.hour += 12
	}
	return Stamp{
		Day: d, Second: int32(r.hour*3600 + r.minute*60 + r.second),
		HasZone: r.hasZone, Offset: int16(r.offset),
	}, Fits
}

// parseISO reads 2026-11-21, 2026-11-21T10:11:12, with fractions and a zone.
func parseISO(b []byte) (Stamp, Fit) {
	r := reading{week: -1}
	at := 0
	for i := range isoDate {
		n := r.part(&isoDate[i], b[at:])
		if n < 0 {
			return Stamp{}, Other
		}
		at += n
	}
	if at == len(b) {
		return r.stamp()
	}
	for i := range isoTime {
		n := r.part(&isoTime[i], b[at:])
		if n < 0 {
			return Stamp{}, Other
		}
		at += n
	}
	if at < len(b) && b[at] == '.' {
		n := r.number(&isoFraction, b[at+1:])
		if n < 0 {
			return Stamp{}, Other
		}
		at += 1 + n
	}
	if at < len(b) {
		n := r.zone(b[at:], true)
		if n < 0 || at+n != len(b) {
			return Stamp{}, Other
		}
	}
	return r.stamp()
}

var (
	isoDate = [...]part{{kind: year, min: 4, max: 4}, {kind: literal, lit: "-"}, {kind: month, min: 2, max: 2},
		{kind: literal, lit: "-"}, {kind: day, min: 2, max: 2}}
	isoTime = [...]part{{kind: literal, lit: "T"}, {kind: hour, min: 2, max: 2}, {kind: literal, lit: ":"},
		{kind: minute, min: 2, max: 2}, {kind: literal, lit: ":"}, {kind: second, min: 2, max: 2}}
	isoFraction = part{kind: fraction, min: 1, max: 9}
)

func parseEpoch(b []byte) (Stamp, Fit) {
	if len(b) != 9 && len(b) != 10 && len(b) != 13 || b[0] == '0' {
		return Stamp{}, Other
	}
	n := 0
	for _, c := range b {
		if c-'0' > 9 {
			return Stamp{}, Other
		}
		n = n*10 + int(c-'0')
	}
	if len(b) == 13 {
		n /= 1000
	}
	return Stamp{Day: Day(n / 86400), Second: int32(n % 86400), HasZone: true}, Fits
}
