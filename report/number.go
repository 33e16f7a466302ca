package report

import (
	"strconv"
	"strings"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// accuracy is the share of rows that the platform takes, in percent with one
// decimal. Only all rows make 100.0, and only none 0.0. Empty without rows.
func accuracy(rows, refused int64) string {
	if rows <= 0 {
		return ""
	}
	taken := min(max(rows-refused, 0), rows)
	tenths := int64(float64(taken)/float64(rows)*1000 + 0.5)
	switch {
	case taken < rows:
		tenths = min(tenths, 999)
	case taken == rows:
		tenths = 1000
	}
	if taken > 0 {
		tenths = max(tenths, 1)
	}
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

// cellName is the A1 name of a cell; empty where row or column is unknown.
func cellName(row int64, column int) string {
	if row <= 0 || column <= 0 {
		return ""
	}
	var letters []byte
	for n := column; n > 0; n = (n - 1) / 26 {
		letters = append([]byte{byte('A' + (n-1)%26)}, letters...)
	}
	return string(letters) + strconv.FormatInt(row, 10)
}

// groupNoun is what a person calls a group of rows.
func groupNoun(t *templates.Template) string {
	if t == nil || t.Kind == "" || t.Kind == "sales" {
		return "bill"
	}
	return "group"
}

// amountOf counts a cause in its own unit. Findings about the file as a whole
// are not counted: their words say so.
func amountOf(c *validate.Cause, t *templates.Template) string {
	header := aboutHeader(c)
	switch {
	case c.Groups:
		return words.Plural(c.Count, groupNoun(t))
	case c.Rows == 0 && c.Count <= 1 && c.Column == 0:
		if header {
			return "the header"
		}
		return "the file"
	case c.Rows == 0 && (c.Column > 0 || header):
		return words.Plural(c.Count, "column")
	case c.Rows == 0:
		return words.Plural(c.Count, "finding")
	case c.Rows == c.Count:
		return words.Plural(c.Rows, "row")
	}
	return words.Plural(c.Count, "cell")
}

// inBaseline marks a finding that is no news.
const inBaseline = " (in the baseline)"

// amountKnown is amountOf, and how many of these are in the baseline.
func amountKnown(c *validate.Cause, t *templates.Template) string {
	s := amountOf(c, t)
	if c.Baselined > 0 {
		s += ", " + words.Count(c.Baselined) + " in the baseline"
	}
	return s
}

// currenciesShown bounds the sums beside one code.
const currenciesShown = 3

// moneyWords words what bills come to: a sum for each currency, those
// of returns apart, and how many have no total that can be read.
func moneyWords(m validate.Money, f *validate.FileResult) (sums []string, unread string) {
	noun := groupNoun(f.Template)
	if f.Groups == 0 {
		noun = "row"
	}
	for i, s := range m.Sums {
		if i == currenciesShown {
			sums = append(sums, words.Plural(int64(len(m.Sums)-i), "more sum"))
			break
		}
		sum := strings.TrimSpace(s.Currency + " " + amount(s.Total))
		if s.Returns {
			sum += " of returns"
		}
		sums = append(sums, sum)
	}
	if m.Unread > 0 {
		unread = words.Plural(m.Unread, noun) + " without a readable total"
	}
	return sums, unread
}

// amount writes a sum with all its decimals and commas between thousands.
func amount(a decimal.Amount) string {
	s := a.Abs().String()
	whole, _, _ := strings.Cut(s, ".")
	var b strings.Builder
	if a.Sign() < 0 {
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	return b.String() + s[len(whole):]
}
