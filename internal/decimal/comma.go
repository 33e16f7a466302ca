package decimal

import "bytes"

// ParseComma reads amounts as people in many countries write them: a decimal
// comma, and a dot, space, no-break space or apostrophe between groups of
// three digits. Plain decimals are read too, but for those that are [Grouped]:
// "1.234" is a thousand and more. As for Parse, more than 1000 digits are no
// number.
func ParseComma(cell []byte) (a Amount, ok bool) {
	if !Grouped(cell) {
		if a, ok = Parse(cell); ok {
			return a, true
		}
	}
	var small [40]byte // longer than any amount that people write
	plain := small[:0]
	rest := cell
	if len(rest) > 0 && rest[0] == '-' {
		plain = append(plain, '-')
		rest = rest[1:]
	}
	var sep byte // of the groups; 0: none seen
	run := 0     // digits since the last separator
	for len(rest) > 0 {
		c, width := separator(rest)
		switch {
		case c >= '0' && c <= '9':
			if len(plain) > maxDigits { // a sign and as many digits
				return Amount{}, false
			}
			plain = append(plain, c)
			run++
		case c == ',':
			if run == 0 || sep != 0 && run != 3 || !allDigits(rest[1:]) {
				return Amount{}, false
			}
			if len(rest) > maxDigits {
				return Amount{}, false
			}
			return Parse(append(append(plain, '.'), rest[1:]...))
		case c == '.' || c == ' ' || c == '\'':
			if run == 0 || run > 3 || sep != 0 && (c != sep || run != 3) {
				return Amount{}, false
			}
			sep, run = c, 0
		default:
			return Amount{}, false
		}
		rest = rest[width:]
	}
	if sep != 0 && run != 3 {
		return Amount{}, false
	}
	return Parse(plain)
}

// Grouped reports a plain decimal that means another number where decimals follow a
// comma: one to three digits that do not begin with 0, a point, three digits.
func Grouped(cell []byte) bool {
	if len(cell) > 0 && cell[0] == '-' {
		cell = cell[1:]
	}
	dot := len(cell) - len(".000")
	return dot >= 1 && dot <= 3 && cell[dot] == '.' && cell[0] != '0' && allDigits(cell[:dot]) && allDigits(cell[dot+1:])
}

// ParsePoint reads amounts with a decimal point and commas between groups of three
// digits, or, as in India, of two before the last three: "1,23,450.00". Plain
// decimals are read too; the bounds are those of Parse.
func ParsePoint(cell []byte) (a Amount, ok bool) {
	if a, ok = Parse(cell); ok || len(cell) > 2*maxDigits {
		return a, ok
	}
	whole, _, _ := bytes.Cut(bytes.TrimPrefix(cell, []byte("-")), []byte("."))
	head := len(whole) - len(",000")
	if head < 1 || whole[head] != ',' || whole[0] == '0' {
		return Amount{}, false
	}
	whole = whole[:head]
	size := 3 // of the groups before the last
	if comma := bytes.LastIndexByte(whole, ','); comma >= 0 && len(whole)-comma == len(",00") {
		size = 2
	}
	for {
		comma := bytes.LastIndexByte(whole, ',')
		n := len(whole) - comma - 1
		if n == 0 || n > size || comma >= 0 && n < size {
			return Amount{}, false
		}
		if comma < 0 {
			break
		}
		whole = whole[:comma]
	}
	var small [40]byte
	plain := small[:0]
	for _, c := range cell {
		if c != ',' {
			plain = append(plain, c)
		}
	}
	if dot := bytes.IndexByte(cell, '.'); dot >= 0 && bytes.IndexByte(cell[dot:], ',') >= 0 {
		return Amount{}, false
	}
	return Parse(plain)
}

// separator returns the first character of s, which is not empty, with the
// no-break spaces and the typographic apostrophe as their plain twins, and its
// length in bytes.
func separator(s []byte) (c byte, width int) {
	switch {
	case len(s) >= 2 && s[0] == 0xC2 && s[1] == 0xA0: // no-break space
		return ' ', 2
	case len(s) >= 3 && s[0] == 0xE2 && s[1] == 0x80 && s[2] == 0xAF: // narrow no-break space
		return ' ', 3
	case len(s) >= 3 && s[0] == 0xE2 && s[1] == 0x80 && s[2] == 0x99: // right single quotation mark
		return '\'', 3
	}
	return s[0], 1
}

// allDigits reports whether s is one digit or more and nothing else.
func allDigits(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) > 0
}
