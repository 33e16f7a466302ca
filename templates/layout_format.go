package templates

import (
	"strconv"
	"strings"
)

// String returns the layout as people write it: "YYYY-MM-DD HH:MM:SS",
// "ISO 8601", "epoch". ParseLayout reads it again.
func (l *Layout) String() string { return l.spell(readerLetters[:], "ISO 8601") }

// Java returns the layout as Connect+ spells it: "yyyy-MM-dd HH:mm:ss".
// There is no such spelling of epoch, which stands for itself.
func (l *Layout) Java() string { return l.spell(javaLetters[:], "yyyy-MM-dd'T'HH:mm:ssXXX") }

// By kind: the letters of the two spellings.
var (
	readerLetters = [...]string{"", "Y", "M", "D", "H", "h", "M", "S", "S", "MMM", "MMMM", "EEE", "EEEE", "a", "±HH:MM", "Z", "Z", "z"}
	javaLetters   = [...]string{"", "y", "M", "d", "H", "h", "m", "s", "S", "MMM", "MMMM", "EEE", "EEEE", "a", "XXX", "Z", "'Z'", "z"}
)

func (l *Layout) spell(letters []string, iso string) string {
	switch l.special {
	case iso8601:
		return iso
	case epoch:
		return "epoch"
	}
	// An offset without a colon, minutes apart from their hours, and parts of
	// one letter side by side have no spelling but Java's.
	last := literal
	for i, p := range l.parts {
		if p.kind == offsetRFC || p.kind == minute && last != hour && last != hour12 ||
			i > 0 && p.kind != literal && l.parts[i-1].kind != literal && readerLetters[p.kind][0] == readerLetters[l.parts[i-1].kind][0] {
			letters = javaLetters[:]
		}
		if p.kind != literal {
			last = p.kind
		}
	}
	java := letters[year] == "y"
	var b strings.Builder
	for i, p := range l.parts {
		switch {
		case p.kind == literal:
			b.WriteString(quote(p.lit, java))
		case p.min > 0:
			b.WriteString(strings.Repeat(letters[p.kind], int(p.min)))
		case java && p.kind == zulu && i > 0 && quotedEnd(l.parts[i-1].lit):
			text := strings.TrimSuffix(b.String(), "'")
			b.Reset()
			b.WriteString(text + "Z'")
		default:
			b.WriteString(letters[p.kind])
		}
	}
	return b.String()
}

// quote puts what a layout would read otherwise into single quotes: letters,
// digits, quotes and the sign before an offset. In the reader's spelling a T
// by itself stands for itself.
func quote(s string, java bool) string {
	var b strings.Builder
	for s != "" {
		rest := strings.TrimLeftFunc(s, func(r rune) bool { return !reserved(r) })
		b.WriteString(s[:len(s)-len(rest)])
		s = strings.TrimLeftFunc(rest, reserved)
		rest = rest[:len(rest)-len(s)]
		run := strings.TrimLeft(rest, "'")
		b.WriteString(strings.Repeat("''", len(rest)-len(run)))
		switch {
		case run == "T" && !java:
			b.WriteString(run)
		case run != "":
			b.WriteString("'" + strings.ReplaceAll(run, "'", "''") + "'")
		}
	}
	return b.String()
}

// quotedEnd reports whether quote ends the text with a closing quote.
func quotedEnd(lit string) bool {
	return lit != "" && lit[len(lit)-1] != '\'' && reserved(rune(lit[len(lit)-1]))
}

// reserved reports whether a layout gives the character a meaning.
func reserved(r rune) bool {
	return r < ' ' || r >= 0x7f || r == '\'' || r == '+' || r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9'
}

// Format writes a stamp in the layout; parts that a stamp does not know, such
// as fractions, are zeros. Parse reads the text as the same stamp, but for
// what the layout leaves out.
func (l *Layout) Format(s Stamp) string {
	b := make([]byte, 0, 32)
	switch l.special {
	case epoch:
		return strconv.Itoa(int(s.Day)*86400 + int(s.Second) - int(s.Offset)*60)
	case iso8601:
		for i := range isoDate {
			b = isoDate[i].append(b, s)
		}
		for i := range isoTime {
			b = isoTime[i].append(b, s)
		}
		if s.HasZone {
			b = appendOffset(b, int(s.Offset), true)
		}
		return string(b)
	}
	for i := range l.parts {
		b = l.parts[i].append(b, s)
	}
	return string(b)
}

func (p *part) append(b []byte, s Stamp) []byte {
	y, m, d := s.Day.Date()
	hours := int(s.Second) / 3600
	switch p.kind {
	case literal:
		return append(b, p.lit...)
	case year:
		if p.min == 2 {
			y %= 100
		}
		return appendDigits(b, y, int(p.min))
	case month:
		return appendDigits(b, m, int(p.min))
	case day:
		return appendDigits(b, d, int(p.min))
	case hour:
		return appendDigits(b, hours, int(p.min))
	case hour12:
		return appendDigits(b, (hours+11)%12+1, int(p.min))
	case minute:
		return appendDigits(b, int(s.Second)/60%60, int(p.min))
	case second:
		return appendDigits(b, int(s.Second)%60, int(p.min))
	case fraction:
		return appendDigits(b, 0, int(p.min))
	case monthShort:
		return append(b, monthNames[m-1][:3]...)
	case monthLong:
		return append(b, monthNames[m-1]...)
	case weekShort:
		return append(b, weekNames[s.Day.Weekday()][:3]...)
	case weekLong:
		return append(b, weekNames[s.Day.Weekday()]...)
	case half:
		if hours < 12 {
			return append(b, "AM"...)
		}
		return append(b, "PM"...)
	case offset:
		return appendOffset(b, int(s.Offset), true)
	case offsetRFC:
		return appendOffset(b, int(s.Offset), false)
	case zulu:
		return append(b, 'Z')
	}
	if s.Offset == 0 {
		return append(b, "UTC"...)
	}
	return appendOffset(append(b, "GMT"...), int(s.Offset), true)
}

// appendOffset writes +05:30, or +0530 without the colon; zero with a colon
// is Z.
func appendOffset(b []byte, minutes int, colon bool) []byte {
	if minutes == 0 && colon {
		return append(b, 'Z')
	}
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	b = appendDigits(append(b, sign), minutes/60, 2)
	if colon {
		b = append(b, ':')
	}
	return appendDigits(b, minutes%60, 2)
}
