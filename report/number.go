package report

import (
	"strconv"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// thousands writes n with a comma between groups of three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// plural writes a count with its noun: "1 bill", "2 bills".
func plural(n int64, noun string) string {
	if n == 1 || n == -1 {
		return thousands(n) + " " + noun
	}
	return thousands(n) + " " + noun + "s"
}

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
		return plural(c.Count, groupNoun(t))
	case c.Rows == 0 && c.Count <= 1 && c.Column == 0:
		if header {
			return "the header"
		}
		return "the file"
	case c.Rows == 0 && (c.Column > 0 || header):
		return plural(c.Count, "column")
	case c.Rows == 0:
		return plural(c.Count, "finding")
	case c.Rows == c.Count:
		return plural(c.Rows, "row")
	}
	return plural(c.Count, "cell")
}

// article puts "a" or "an" before a noun, as it is spoken: an xlsx workbook.
func article(noun string) string {
	if strings.HasPrefix(noun, "xls") {
		return "an " + noun
	}
	return "a " + noun
}
