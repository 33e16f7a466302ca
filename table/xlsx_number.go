package table

import (
	"bytes"
	"strconv"
)

// precision is how many significant digits spreadsheets hold.
const precision = 15

// A figure is a number as spreadsheets hold it: 0.d1d2d3… × 10^exp, with at
// most 15 digits, none of them a leading or trailing zero.
type figure struct {
	negative bool
	digits   [precision + 1]byte // '0' to '9'
	n        int                 // digits; 0: zero
	exp      int
}

// parseFigure reads a number as XML writes it.
func parseFigure(text []byte) (f figure, ok bool) {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || v-v != 0 || bytes.ContainsAny(text, "xX_") {
		return f, false
	}
	var buf [32]byte
	b := strconv.AppendFloat(buf[:0], v, 'e', precision-1, 64) // -d.dddde±dd
	if b[0] == '-' {
		f.negative = true
		b = b[1:]
	}
	e := bytes.IndexByte(b, 'e')
	exp, _ := strconv.Atoi(string(b[e+1:]))
	f.exp = exp + 1
	f.digits[0] = b[0]
	f.n = 1 + copy(f.digits[1:], b[2:e])
	f.trim()
	return f, true
}

// trim drops trailing zeros, and makes nothing zero.
func (f *figure) trim() {
	for f.n > 0 && f.digits[f.n-1] == '0' {
		f.n--
	}
	if f.n == 0 || f.digits[0] == '0' {
		f.n, f.exp = 0, 0
	}
}

// rounded returns f with at most that many decimals, halves away from zero.
// Below zero, digits before the point become zeros.
func (f figure) rounded(decimals int) figure {
	keep := f.exp + decimals
	if keep >= f.n {
		return f
	}
	if keep < 0 || keep == 0 && f.digits[0] < '5' {
		return figure{negative: f.negative}
	}
	up := f.digits[keep] >= '5'
	f.n = keep
	if up {
		i := keep - 1
		for i >= 0 && f.digits[i] == '9' {
			f.digits[i] = '0'
			i--
		}
		if i >= 0 {
			f.digits[i]++
		} else {
			f.digits[0], f.n = '1', 1
			f.exp++
		}
	}
	f.trim()
	return f
}

// shifted returns f times a power of ten.
func (f figure) shifted(by int) figure {
	if f.n > 0 {
		f.exp += by
	}
	return f
}

// places returns how many digits stand before the point.
func (f *figure) places() int { return max(f.exp, 0) }

// digit returns the digit of a power of ten: 0 for ones, -1 for tenths.
func (f *figure) digit(power int) byte {
	if i := f.exp - 1 - power; i >= 0 && i < f.n {
		return f.digits[i]
	}
	return '0'
}

// appendPlain appends f without a format: sign, digits, point, decimals.
func (f *figure) appendPlain(dst []byte) []byte {
	if f.negative && f.n > 0 {
		dst = append(dst, '-')
	}
	if f.exp <= 0 {
		dst = append(dst, '0')
	}
	for p := f.places() - 1; p >= 0; p-- {
		dst = append(dst, f.digit(p))
	}
	if f.n > f.exp {
		dst = append(dst, '.')
		for p := -1; p >= f.exp-f.n; p-- {
			dst = append(dst, f.digit(p))
		}
	}
	return dst
}

// generalWidth is how many characters, without the sign, a number takes that
// has no format; longer ones lose decimals or get an exponent.
const generalWidth = 11

// appendGeneral appends a number as spreadsheets show it without a format:
// 919876500001 becomes 9.19877E+11. ok is false for text that is no number.
func appendGeneral(dst, text []byte) (out []byte, ok bool) {
	if shortNumber(text) {
		return append(dst, text...), true
	}
	f, ok := parseFigure(text)
	if !ok {
		return dst, false
	}
	return f.appendGeneral(dst), true
}

// shortNumber reports whether a number looks without a format as it stands.
func shortNumber(text []byte) bool {
	if len(text) > 0 && text[0] == '-' {
		if text = text[1:]; string(text) == "0" {
			return false
		}
	}
	point := -1
	for i, c := range text {
		if c == '.' && point < 0 {
			point = i
		} else if c < '0' || c > '9' {
			return false
		}
	}
	n := len(text)
	switch {
	case n == 0 || n > generalWidth || point == 0:
		return false
	case text[0] == '0' && n > 1 && point != 1, string(text) == "0.0":
		return false
	case point > 0:
		return text[n-1] != '0' && text[n-1] != '.' && n < generalWidth
	}
	return text[0] != '0' || n == 1
}

func (f *figure) appendGeneral(dst []byte) []byte {
	g := *f
	switch first := f.exp - 1; { // the power of the first digit
	case f.n == 0:
		return append(dst, '0')
	case first >= generalWidth:
		return f.appendScientific(dst)
	case first >= 0:
		g = f.rounded(max(generalWidth-1-f.exp, 0))
	case first >= -4:
		g = f.rounded(generalWidth - 2)
	case f.n-f.exp > generalWidth-2:
		return f.appendScientific(dst)
	}
	if g.exp > generalWidth { // rounding added a digit
		return g.appendScientific(dst)
	}
	return g.appendPlain(dst)
}

// appendScientific appends f with six digits and an exponent of two or more.
func (f *figure) appendScientific(dst []byte) []byte {
	const decimals = 5
	exp := f.exp - 1
	m := f.shifted(-exp).rounded(decimals)
	if m.exp > 1 { // 9.999999
		exp++
		m.exp = 1
	}
	dst = m.appendPlain(dst)
	return appendExponent(append(dst, 'E'), exp, 2, true)
}

// appendExponent appends the sign and at least that many digits.
func appendExponent(dst []byte, exp, digits int, plus bool) []byte {
	switch {
	case exp < 0:
		dst = append(dst, '-')
		exp = -exp
	case plus:
		dst = append(dst, '+')
	}
	return appendPadded(dst, exp, digits)
}

// appendPadded appends a number from zero with leading zeros.
func appendPadded(dst []byte, n, digits int) []byte {
	var buf [20]byte
	text := strconv.AppendInt(buf[:0], int64(n), 10)
	for range digits - len(text) {
		dst = append(dst, '0')
	}
	return append(dst, text...)
}
