package rules

import (
	"bytes"
	"math/bits"

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

Export the column as plain numbers. If the file has decimal commas throughout, say so
(` + "`decimal: \",\"`" + `): the amounts are then read and compared, and still reported.
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
	Checks: []validate.Check{validate.Cell{
		Trust: validate.Plain, // which in an integer column has no fraction
		Rank:  validate.Form,
		Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || named(redemptionTemplates, p) && redemptionField(c.Field) {
				return nil
			}
			switch c.Field.Type {
			case templates.Decimal:
				return numberCheck(p, false)
			case templates.Integer:
				return numberCheck(p, true)
			}
			return nil
		},
	}},
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
)

// numberCauses names the hypotheses; of equally frequent ones the first holds.
var numberCauses = []struct {
	bit        uint32
	verb, what string
}{
	{hasThousands, "use", "thousands separators"}, {hasComma, "use", "a decimal comma"}, {hasCurrency, "carry", "a currency"},
	{hasBrackets, "are", "in brackets"}, {hasExponent, "have", "an exponent"}, {hasFraction, "have", "a fraction"},
	{isText, "hold", "no digit"}, {hasLetters, "hold", "letters"},
}

func numberCheck(p *validate.Pass, whole bool) *validate.CellCheck {
	message := "{value} is not a plain number like 1234.50"
	if whole {
		message = "{value} is not a whole number like 1234"
	}
	comma := p.Options.Decimal == ','
	repair := func(cell []byte) *validate.Fix {
		a, ok := decimal.ParseComma(cell)
		if !comma || !ok || whole && a.Scale() > 0 {
			return nil
		}
		return validate.Write("write the number as "+a.String(), a.String(), true)
	}
	return &validate.CellCheck{
		OK: func(cell []byte) bool {
			a, ok := decimal.Parse(cell)
			return ok && (!whole || a.Scale() == 0)
		},
		Describe: func(cell []byte) validate.Detail {
			return validate.Detail{Message: message, Fix: repair(cell)}
		},
		Classify: func(cell []byte) uint32 {
			found := numberTraits(cell)
			if a, ok := decimal.ParseComma(cell); ok && comma && (!whole || a.Scale() == 0) {
				found |= plainAgain
			}
			return found
		},
		Conclude: func(t *validate.Tally) validate.Conclusion {
			return validate.Conclusion{Cause: numberCause(t), Fixable: t.Bits[0], Fix: repair}
		},
	}
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
