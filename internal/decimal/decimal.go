// Package decimal holds exact amounts of any size: what a bill says, to the
// last digit, and sums of it. Only cells are bounded: see [Parse].
//
// It knows plain decimals and the spellings with a decimal comma and with commas
// between groups. It knows no currencies, never rounds and never divides.
package decimal

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// An Amount is an exact decimal number: a coefficient of any size and a number
// of decimals, kept as written ("1.50" has two). The zero value is 0. Amounts
// are values: they can be copied, and no method changes one.
type Amount struct {
	coef  int64    // where big is nil
	scale int32    // decimals, 0 or more
	big   *big.Int // the coefficient where it does not fit; never written to
}

// maxDigits is the most digits that are read, before and behind the point
// together. No amount has as many, and reading takes the square of their number.
const maxDigits = 1000

// fastDigits is the longest run of digits that always fits an int64.
const fastDigits = 18

// powers are the powers of ten that fit an int64.
var powers = [...]int64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// New returns coef / 10^scale. A negative scale counts as zero.
func New(coef int64, scale int) Amount {
	return Amount{coef: coef, scale: int32(max(scale, 0))}
}

// Parse reads -?[0-9]+(\.[0-9]+)? and nothing else: no plus sign, no exponent,
// no white space. Up to 18 digits nothing is allocated. More than 1000 digits are
// no number, so that no cell takes long to read, to compute with or to write.
func Parse(cell []byte) (a Amount, ok bool) {
	i, n := 0, len(cell)
	if n > 0 && cell[0] == '-' {
		i = 1
	}
	if n-i > fastDigits+1 {
		return parseBig(cell)
	}
	var coef int64
	dot := -1
	for ; i < n; i++ {
		c := cell[i]
		if d := c - '0'; d <= 9 {
			coef = coef*10 + int64(d)
			continue
		}
		if c != '.' || dot >= 0 || i == 0 || cell[i-1] == '-' {
			return Amount{}, false
		}
		dot = i
	}
	if n == 0 || dot == n-1 {
		return Amount{}, false
	}
	// 19 bytes without a point are one digit too many.
	if cell[0] == '-' {
		if n == 1 {
			return Amount{}, false
		}
		if dot < 0 && n-1 > fastDigits {
			return parseBig(cell)
		}
		coef = -coef
	} else if dot < 0 && n > fastDigits {
		return parseBig(cell)
	}
	if dot >= 0 {
		a.scale = int32(n - dot - 1)
	}
	a.coef = coef
	return a, true
}

// parseBig is Parse for cells of any length.
func parseBig(cell []byte) (Amount, bool) {
	if len(cell) > maxDigits+len("-.") {
		return Amount{}, false
	}
	dot, n := -1, 0
	for i, c := range cell {
		switch {
		case c-'0' <= 9:
			n++
		case c == '-' && i == 0:
		case c == '.' && dot < 0 && i > 0 && cell[i-1] != '-' && i < len(cell)-1:
			dot = i
		default:
			return Amount{}, false
		}
	}
	if n > maxDigits {
		return Amount{}, false
	}
	digits, scale := cell, 0
	if dot >= 0 {
		scale = len(cell) - dot - 1
		digits = append(append(make([]byte, 0, len(cell)), cell[:dot]...), cell[dot+1:]...)
	}
	v, ok := new(big.Int).SetString(string(digits), 10)
	if !ok { // a sign alone
		return Amount{}, false
	}
	return fromBig(v, int32(scale)), true
}

// fromBig owns v from now on.
func fromBig(v *big.Int, scale int32) Amount {
	if v.IsInt64() {
		return Amount{coef: v.Int64(), scale: scale}
	}
	return Amount{big: v, scale: scale}
}

// mantissa returns the coefficient in any case; it must not be written to.
func (a Amount) mantissa() *big.Int {
	if a.big != nil {
		return a.big
	}
	return big.NewInt(a.coef)
}

// rescaled returns the coefficient of a at a scale that is not smaller.
func (a Amount) rescaled(scale int32) *big.Int {
	m := a.mantissa()
	if scale == a.scale {
		return m
	}
	f := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale-a.scale)), nil)
	return f.Mul(f, m)
}

// widened returns the coefficient of a at a scale that is not smaller, where
// it fits an int64.
func (a Amount) widened(scale int32) (coef int64, ok bool) {
	if a.big != nil {
		return 0, false
	}
	d := scale - a.scale
	if d == 0 || a.coef == 0 {
		return a.coef, true
	}
	if int(d) >= len(powers) {
		return 0, false
	}
	return mul64(a.coef, powers[d])
}

// mul64 multiplies; ok is false where the product does not fit.
func mul64(a, b int64) (p int64, ok bool) {
	if a == math.MinInt64 || b == math.MinInt64 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// Add returns a + b, with the decimals of the one that has more.
func (a Amount) Add(b Amount) Amount {
	if a.big == nil && b.big == nil && a.scale == b.scale {
		if s := a.coef + b.coef; (s > a.coef) == (b.coef > 0) {
			return Amount{coef: s, scale: a.scale}
		}
	}
	scale := max(a.scale, b.scale)
	if x, ok := a.widened(scale); ok {
		if y, ok := b.widened(scale); ok {
			if s := x + y; (s > x) == (y > 0) {
				return Amount{coef: s, scale: scale}
			}
		}
	}
	return fromBig(new(big.Int).Add(a.rescaled(scale), b.rescaled(scale)), scale)
}

// Sub returns a - b, with the decimals of the one that has more.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Mul returns a · b, with the decimals of both together.
func (a Amount) Mul(b Amount) Amount {
	scale := a.scale + b.scale
	if a.big == nil && b.big == nil {
		if p, ok := mul64(a.coef, b.coef); ok {
			return Amount{coef: p, scale: scale}
		}
	}
	return fromBig(new(big.Int).Mul(a.mantissa(), b.mantissa()), scale)
}

// Neg returns -a.
func (a Amount) Neg() Amount {
	if a.big == nil && a.coef != math.MinInt64 {
		a.coef = -a.coef
		return a
	}
	return fromBig(new(big.Int).Neg(a.mantissa()), a.scale)
}

// Abs returns a without its sign.
func (a Amount) Abs() Amount {
	if a.Sign() < 0 {
		return a.Neg()
	}
	return a
}

// Sign returns -1, 0 or +1.
func (a Amount) Sign() int {
	if a.big != nil {
		return a.big.Sign()
	}
	switch {
	case a.coef < 0:
		return -1
	case a.coef > 0:
		return 1
	}
	return 0
}

// IsZero reports whether a is 0, with whatever decimals.
func (a Amount) IsZero() bool { return a.Sign() == 0 }

// Cmp returns -1, 0 or +1 as a is less than, equal to or greater than b.
// Decimals do not count: 1.5 equals 1.50.
func (a Amount) Cmp(b Amount) int {
	scale := max(a.scale, b.scale)
	if x, ok := a.widened(scale); ok {
		if y, ok := b.widened(scale); ok {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	return a.rescaled(scale).Cmp(b.rescaled(scale))
}

// Scale returns the number of decimals, as written: 2 for "1.50".
func (a Amount) Scale() int { return int(a.scale) }

// Mantissa returns a · 10^scale: the number of cents, for scale 2. ok is false
// where a has more decimals that are not zero, or the result does not fit.
func (a Amount) Mantissa(scale int) (units int64, ok bool) {
	s := int32(max(scale, 0))
	if s >= a.scale {
		return a.widened(s)
	}
	d := a.scale - s
	if a.big == nil && int(d) < len(powers) {
		p := powers[d]
		return a.coef / p, a.coef%p == 0
	}
	f := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d)), nil)
	q, r := new(big.Int).QuoRem(a.mantissa(), f, new(big.Int))
	if r.Sign() != 0 || !q.IsInt64() {
		return 0, false
	}
	return q.Int64(), true
}

// String writes a with all its decimals: "1.50", "-0.05", "12".
func (a Amount) String() string {
	var digits string
	if a.big != nil {
		digits = a.big.String()
	} else {
		digits = strconv.FormatInt(a.coef, 10)
	}
	if a.scale == 0 {
		return digits
	}
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	n := int(a.scale)
	buf := make([]byte, 0, len(sign)+max(len(digits), n+1)+1)
	buf = append(buf, sign...)
	if len(digits) <= n {
		buf = append(buf, '0')
	} else {
		buf = append(buf, digits[:len(digits)-n]...)
	}
	buf = append(buf, '.')
	for range n - len(digits) {
		buf = append(buf, '0')
	}
	return string(append(buf, digits[max(len(digits)-n, 0):]...))
}
