package table

import "strings"

// appendNumber appends a number as the format shows it. ok is false for text
// that is no number.
func (f *numberFormat) appendNumber(dst, text []byte, from int) (out []byte, ok bool) {
	if f.general {
		return appendGeneral(dst, text)
	}
	v, ok := parseFigure(text)
	if !ok {
		return dst, false
	}
	s, unsigned := f.section(&v, text)
	if s == nil {
		return append(dst, strings.Repeat("#", 8)...), true
	}
	if s.date {
		return s.appendDate(dst, text, from), true
	}
	if unsigned {
		v.negative = false
	}
	switch {
	case s.fraction:
		return s.appendFraction(dst, v), true
	case s.exponent > 0:
		return s.appendScientific(dst, v), true
	}
	v = v.shifted(s.scale)
	if !s.general {
		v = v.rounded(s.decimals)
	}
	return s.appendDigits(dst, v), true
}

// section chooses the section for a number, and says whether it stands for
// the sign; nil where none is for it.
func (f *numberFormat) section(v *figure, text []byte) (s *section, unsigned bool) {
	conditions := false
	for i := range f.sections {
		conditions = conditions || f.sections[i].condition != ""
	}
	if conditions {
		for i := range f.sections {
			if s := &f.sections[i]; s.holds(text) {
				return s, false
			}
		}
		return nil, false
	}
	switch {
	case v.n == 0 && len(f.sections) > 2:
		return &f.sections[2], true
	case v.negative && v.n > 0 && len(f.sections) > 1:
		return &f.sections[1], true
	}
	return &f.sections[0], v.n == 0
}

// holds reports whether a number meets the condition of a section.
func (s *section) holds(text []byte) bool {
	v := parseSerial(text)
	switch s.condition {
	case "<":
		return v < s.bound
	case "<=":
		return v <= s.bound
	case ">":
		return v > s.bound
	case ">=":
		return v >= s.bound
	case "=":
		return v == s.bound
	case "<>":
		return v != s.bound
	}
	return true
}

// appendText appends the text of a cell as the format shows it.
func (f *numberFormat) appendText(dst, text []byte) []byte {
	if f.plain {
		return append(dst, text...)
	}
	for _, it := range f.text.items {
		switch it.kind {
		case itemCell, itemGeneral:
			dst = append(dst, text...)
		case itemText:
			dst = append(dst, it.text...)
		}
	}
	return dst
}

// appendDigits appends a rounded number: its digits at the places that the
// section has for them, and what stands between.
func (s *section) appendDigits(dst []byte, v figure) []byte {
	if v.negative && v.n > 0 {
		dst = append(dst, '-')
	}
	whole, decimal := s.whole, 0
	for _, it := range s.items {
		switch it.kind {
		case itemText:
			dst = append(dst, it.text...)
		case itemGeneral:
			g := v
			g.negative = false
			dst = g.appendGeneral(dst)
		case itemPoint:
			if s.whole == 0 {
				dst = v.appendWhole(dst, 0, 0, s.group)
			}
			dst = append(dst, '.')
		case itemDigit:
			if it.part == partWhole {
				dst = v.appendPlace(dst, whole == s.whole, whole-1, it.text[0], s.group)
				whole--
				continue
			}
			decimal++
			switch shown := v.n-v.exp >= decimal && v.n > 0; {
			case shown || it.text == "0":
				dst = append(dst, v.digit(-decimal))
			case it.text == "?":
				dst = append(dst, ' ')
			}
		}
	}
	return dst
}

// appendPlace appends what stands at one place before the point; the first
// place takes all digits before it, too.
func (v *figure) appendPlace(dst []byte, first bool, power int, place byte, group bool) []byte {
	if first && v.places() > power+1 {
		return v.appendWhole(dst, power, v.places()-1, group)
	}
	switch {
	case power < v.places():
		dst = append(dst, v.digit(power))
	case place == '0':
		dst = append(dst, '0')
	case place == '?':
		return append(dst, ' ')
	default:
		return dst
	}
	if group && power > 0 && power%3 == 0 {
		dst = append(dst, ',')
	}
	return dst
}

// appendWhole appends the digits of the powers from high down to low.
func (v *figure) appendWhole(dst []byte, low, high int, group bool) []byte {
	if high == 0 {
		high = v.places() - 1
	}
	for p := high; p >= low; p-- {
		dst = append(dst, v.digit(p))
		if group && p > 0 && p%3 == 0 {
			dst = append(dst, ',')
		}
	}
	return dst
}

// appendScientific appends a number with an exponent.
func (s *section) appendScientific(dst []byte, v figure) []byte {
	whole := max(s.whole, 1)
	exp := 0
	if v.n > 0 {
		exp = v.exp - 1
		if whole > 1 { // the exponent is a multiple of the places
			exp -= ((exp % whole) + whole) % whole
		}
	}
	m := v.shifted(-exp).rounded(s.decimals)
	if m.exp > whole {
		m = m.shifted(-whole)
		exp += whole
	}
	mantissa := *s
	for i, it := range s.items {
		if it.kind != itemExponent {
			continue
		}
		mantissa.items = s.items[:i]
		dst = mantissa.appendDigits(dst, m)
		dst = appendExponent(append(dst, 'E'), exp, s.exponent, it.text == "+")
		for _, rest := range s.items[i:] {
			if rest.kind == itemText {
				dst = append(dst, rest.text...)
			}
		}
	}
	return dst
}

// appendFraction appends a whole number and a fraction, without the room that
// keeps fractions in line.
func (s *section) appendFraction(dst []byte, v figure) []byte {
	negative := v.negative && v.n > 0
	v.negative = false
	x := parseSerial(v.appendPlain(nil))
	whole := int64(0)
	if s.whole > 0 {
		whole = int64(x)
		x -= float64(whole)
	}
	over, under := nearestFraction(x, s.denominator, s.exponent)
	if s.whole > 0 && over == under {
		whole, over = whole+1, 0
	}
	if negative {
		dst = append(dst, '-')
	}
	if s.whole > 0 && (whole > 0 || over == 0) {
		dst = appendPadded(dst, int(whole), 1)
		if over == 0 {
			return dst
		}
		dst = append(dst, ' ')
	}
	dst = appendPadded(dst, int(over), 1)
	return appendPadded(append(dst, '/'), int(under), 1)
}

// nearestFraction returns the fraction nearest to x, with a fixed denominator
// or one of at most that many digits.
func nearestFraction(x float64, fixed, digits int) (over, under int64) {
	from, to := int64(fixed), int64(fixed)
	if fixed == 0 {
		from, to = 1, 9
		for range min(digits, 3) - 1 {
			to = to*10 + 9
		}
	}
	best := -1.0
	for d := from; d <= to; d++ {
		n := int64(x*float64(d) + 0.5)
		off := x - float64(n)/float64(d)
		if off < 0 {
			off = -off
		}
		if best < 0 || off < best-1e-12 {
			best, over, under = off, n, d
		}
	}
	return over, under
}
