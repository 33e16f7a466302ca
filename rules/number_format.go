package rules

import (
	"bytes"
	"math/bits"
	"sync/atomic"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// NumberFormat reports numbers that are not plain decimals.
var NumberFormat = register(validate.Rule{
	ID: "number-format", Title: "Not a plain number", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A number has a currency sign, thousands separators, a decimal comma, brackets, an
exponent, or is no number at all. Plain numbers are digits, with a point before the
decimals and a minus in front where one is allowed.

The platform refuses the row as an invalid amount, quantity, rate or discount.
Expressions of the mapping that calculate with the column fail as well.

Export the column as plain numbers. If the file has one other spelling throughout, say so
(` + "`decimal: \",\"`, or `\".\"`" + ` where commas part thousands): fix then rewrites the numbers. With
a decimal comma amounts are also read and compared, and still reported; so is 1.234, which
means 1234 there, and little more than 1 to the platform. Of the two spellings 1,234 and
1.234 are two numbers: they are left where other numbers of the column are in the other
one, and 1.234 also where none shows that its decimals follow a comma.
`,
	Prevents: []string{"transaction:601", "transaction-v2:601", "coupon:733"},
	Sources:  []string{salesCodes, salesCodesV2, couponCodes, transformBlock},
	Examples: []validate.Example{
		{Name: "a decimal comma", Text: "billNumber,billAmount\nB1,\"10,50\"\n",
			Want: []string{`2:billAmount: number-format: "10,50" is not a plain number like 1234.50`}},
		{Name: "a currency sign", Text: "billNumber,lineItemsV2.rate\nB1,$12\n",
			Want: []string{`2:lineItemsV2.rate: number-format: "$12" is not a plain number like 1234.50`}},
		{Name: "plain numbers", Text: "billNumber,billAmount\nB1,10.50\nB2,1234567\n"},
	},
	Checks: []validate.Check{
		// A plain number in an integer column has no fraction.
		validate.Cell{Trust: validate.Plain, Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if p.Options.Decimal == ',' {
				return nil
			}
			return numberCheck(p, c)
		}},
		validate.Cell{Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if p.Options.Decimal != ',' {
				return nil
			}
			return numberCheck(p, c)
		}},
	},
})

// The hypotheses of number-format, as bits.
const (
	plainAgain uint32 = 1 << iota // can be written plainly without changing its meaning
	hasComma                      // a decimal comma
	hasThousands
	hasCurrency
	hasExponent
	hasBrackets
	hasFraction // a fraction where a whole number is wanted
	isText      // no digit at all
	hasLetters  // among digits, which name no currency
	isGrouped   // plain, but thousands by the decimal comma that is set

	// The following are about the spelling that is set.
	inGroups  // can be written plainly if the column has no number in the other spelling
	asSet     // in this spelling and no other
	otherwise // in the other spelling and no other
	fitsComma // without a setting: can be read with a decimal comma
	fitsPoint // without a setting: can be read with commas between groups
)

// numberCauses names the hypotheses; of equally frequent ones the first holds.
var numberCauses = []struct {
	bit        uint32
	verb, what string
}{
	{isGrouped, "read", "as thousands with a decimal comma, and as decimals to the platform"},
	{hasThousands, "use", "thousands separators"}, {hasComma, "use", "a decimal comma"}, {hasCurrency, "carry", "a currency"},
	{hasBrackets, "are", "in brackets"}, {hasExponent, "have", "an exponent"}, {hasFraction, "have", "a fraction"},
	{isText, "hold", "no digit"}, {hasLetters, "hold", "letters"},
}

// numberCheck judges the numbers of a column; nil: it has none.
func numberCheck(p *validate.Pass, c *validate.Column) *validate.CellCheck {
	if c.Field == nil || named(redemptionTemplates, p) && redemptionField(c.Field) ||
		c.Field.Type != templates.Decimal && c.Field.Type != templates.Integer {
		return nil
	}
	n := &numbers{mark: p.Options.Decimal, whole: c.Field.Type == templates.Integer}
	return &validate.CellCheck{OK: n.ok, Describe: n.describe, Classify: n.classify, Conclude: n.conclude}
}

// numbers judges the numbers of one column.
type numbers struct {
	mark   byte // of decimals, as set: '.' or ','; 0: not set
	whole  bool
	points atomic.Bool // with a decimal comma: some number has a decimal point all the same
}

func (n *numbers) ok(cell []byte) bool {
	a, ok := decimal.Parse(cell)
	if n.mark == ',' && ok && a.Scale() > 0 {
		if decimal.Grouped(cell) {
			return false
		}
		if !n.points.Load() {
			n.points.Store(true)
		}
	}
	return ok && n.takes(a)
}

func (n *numbers) describe(cell []byte) validate.Detail {
	d := validate.Detail{Message: "{value} is not a plain number like 1234.50"}
	switch {
	case n.mark == ',' && decimal.Grouped(cell):
		d.Message = "{value} reads as thousands with a decimal comma, but the platform takes the point for that of decimals"
	case n.whole:
		d.Message = "{value} is not a whole number like 1234"
	}
	if n.classify(cell)&plainAgain != 0 {
		d.Fix = n.write(cell)
	}
	return d
}

// write returns the fix of a number that can be read with the mark that is set.
func (n *numbers) write(cell []byte) *validate.Fix {
	a, _ := n.read(cell)
	text := a.String()
	if n.mark == ',' && decimal.Grouped([]byte(text)) {
		text += "0" // else it would read as thousands again
	}
	return validate.Write("write the number as "+text, text, true)
}

// read reads a number with the mark that is set.
func (n *numbers) read(cell []byte) (a decimal.Amount, ok bool) {
	switch n.mark {
	case ',':
		a, ok = decimal.ParseComma(cell)
	case '.':
		a, ok = decimal.ParsePoint(cell)
	}
	return a, ok && n.takes(a)
}

// takes reports whether the column takes a number.
func (n *numbers) takes(a decimal.Amount) bool { return !n.whole || a.Scale() == 0 }

func (n *numbers) classify(cell []byte) uint32 {
	found := numberTraits(cell)
	if n.mark == 0 {
		if a, ok := decimal.ParseComma(cell); ok && n.takes(a) {
			found |= fitsComma
		}
		if a, ok := decimal.ParsePoint(cell); ok && n.takes(a) {
			found |= fitsPoint
		}
		return found
	}
	other := byte('.' + ',' - n.mark)
	if n.mark == ',' && decimal.Grouped(cell) {
		found = isGrouped
	}
	if partsOff(cell, other) {
		found |= otherwise
	}
	if _, ok := n.read(cell); !ok {
		return found
	}
	alone := bytes.IndexByte(cell, n.mark) < 0
	switch {
	case partsOff(cell, n.mark) || alone && bytes.Count(cell, []byte{other}) > 1:
		found |= asSet | plainAgain
	case found&isGrouped != 0:
	case bytes.ContainsAny(cell, ",."): // 1,234
		found |= inGroups
	default: // 1 234
		found |= plainAgain
	}
	return found
}

// partsOff reports that a mark stands before the decimals of a number, since it can
// stand before no group of three digits.
func partsOff(cell []byte, mark byte) bool {
	at := bytes.LastIndexByte(cell, mark)
	if at < 0 || at < bytes.LastIndexByte(cell, '.'+','-mark) {
		return false
	}
	behind := 0
	for _, c := range cell[at+1:] {
		if c < '0' || c > '9' {
			break
		}
		behind++
	}
	return behind != 3 || bytes.IndexByte(cell, '.'+','-mark) >= 0 || len(bytes.TrimLeft(cell[:at], "-0")) == 0
}

// conclude settles what becomes of numbers that have two readings.
func (n *numbers) conclude(t *validate.Tally) validate.Conclusion {
	count := func(bit uint32) int64 { return t.Bits[bits.TrailingZeros32(bit)] }
	c := validate.Conclusion{Cause: numberCause(t), Fixable: count(plainAgain)}
	if comma, point := count(fitsComma), count(fitsPoint); c.Cause != "" && 2*max(comma, point) >= t.Total {
		mark := "\",\""
		switch {
		case comma == point:
			mark = "\",\" or \".\""
		case comma < point:
			mark = "\".\""
		}
		c.Cause += "; decimal: " + mark + " in the configuration says how to read them"
	}
	mendable := uint32(plainAgain)
	if !n.points.Load() && count(otherwise) == 0 {
		c.Fixable += count(inGroups)
		mendable |= inGroups
		if count(asSet) > 0 {
			c.Fixable += count(isGrouped)
			mendable |= isGrouped
		}
	}
	c.Fix = func(cell []byte) *validate.Fix {
		if n.classify(cell)&mendable == 0 {
			return nil
		}
		return n.write(cell)
	}
	return c
}

// numberCause says what most of a column's findings have in common.
func numberCause(t *validate.Tally) string {
	best, cause := int64(0), ""
	for _, c := range numberCauses {
		if n := t.Bits[bits.TrailingZeros32(c.bit)]; n > best {
			best, cause = n, share(n, t.Total, c.verb)+" "+c.what
		}
	}
	if best*2 < t.Total || best == 0 {
		return ""
	}
	return cause
}

// namesCurrency reports whether the letters of a cell stand together before or
// behind the number, and are Rs or a code of ISO 4217.
func namesCurrency(cell []byte) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	front, back := 0, len(cell)
	for front < len(cell) && letter(cell[front]) {
		front++
	}
	for back > 0 && letter(cell[back-1]) {
		back--
	}
	word := cell[:front]
	if front == 0 {
		word = cell[back:]
	}
	if len(word) == 2 {
		return word[0]|0x20 == 'r' && word[1]|0x20 == 's'
	}
	if len(word) != 3 {
		return false
	}
	var code [3]byte
	for i, c := range word {
		code[i] = c &^ 0x20
	}
	_, ok := currency(code[:])
	return ok
}

// numberTraits says what is wrong with a number. It does not allocate.
func numberTraits(cell []byte) uint32 {
	if a, ok := decimal.Parse(cell); ok && a.Scale() > 0 {
		return hasFraction
	}
	comma, dot := bytes.LastIndexByte(cell, ','), bytes.LastIndexByte(cell, '.')
	var found uint32
	digits, letters := 0, 0
	for _, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '(' || c == ')':
			found |= hasBrackets
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		case c == '\'' || c == ' ':
			found |= hasThousands
		}
	}
	switch {
	case digits == 0:
		return isText
	case letters == 1 && bytes.IndexAny(cell, "eE") > 0:
		found |= hasExponent
	case letters > 0 && !namesCurrency(cell):
		return hasLetters
	case letters > 0 || bytes.ContainsAny(cell, "$€£₹¥"):
		found |= hasCurrency
		found &^= hasThousands // the space stands before or behind the currency
	}
	// Of a comma and a point the last one leads the decimals. A single comma
	// before just three digits may be either.
	switch {
	case comma >= 0 && dot > comma, comma >= 0 && dot < 0 && bytes.Count(cell, []byte(",")) > 1:
		found |= hasThousands
	case comma >= 0 && dot >= 0:
		found |= hasComma | hasThousands
	case comma >= 0 && len(cell)-comma == 4:
		found |= hasComma | hasThousands
	case comma >= 0:
		found |= hasComma
	case bytes.Count(cell, []byte(".")) > 1:
		found |= hasThousands
	}
	return found
}
