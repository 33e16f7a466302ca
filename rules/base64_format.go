package rules

import (
	"bytes"

	"github.com/connectplus/preflight/validate"
)

// Base64Format reports text that is not in base 64.
var Base64Format = register(validate.Rule{
	ID: "base64-format", Title: "Not in base 64", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
A column of values in base 64 holds text that is not: another character than letters,
digits, + and / (or - and _), or a length that no such text has. Several values may stand
in a cell, with commas between them.

The platform cannot read the value, so that the promotion is not counted for the bill.

Send the identifier as the promotion engine returned it, whole and without quotes.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{salesAPI, rfc4648},
	Examples: []validate.Example{
		{Name: "the name of the promotion", Text: "billNumber,appliedPromotionIdentifiers\nB1,Diwali 10%\n",
			Want: []string{`2:appliedPromotionIdentifiers: base64-format: "Diwali 10%" is not in base 64, like cHJvbW8tMTc=`}},
		{Name: "two identifiers", Text: "billNumber,appliedPromotionIdentifiers\nB1,\"cHJvbW8tMTc=,cHJvbW8tMTg\"\n"},
	},
	Checks: []validate.Check{formChecks("base64", allBase64, "{value} is not in base 64, like cHJvbW8tMTc=")},
})

// allBase64 reports whether a cell is values in base 64, with commas between
// them.
func allBase64(cell []byte) bool {
	for {
		one, rest, more := bytes.Cut(cell, []byte(","))
		if !base64(validate.Trim(one)) {
			return false
		}
		if !more {
			return true
		}
		cell = rest
	}
}

// base64 reports whether s decodes, in the alphabet of RFC 4648 section 4 or 5,
// with its padding or without.
func base64(s []byte) bool {
	digits := bytes.TrimRight(s, "=")
	padding := len(s) - len(digits)
	for _, c := range digits {
		if c|0x20-'a' > 25 && c-'0' > 9 && c != '+' && c != '/' && c != '-' && c != '_' {
			return false
		}
	}
	return len(digits) > 0 && len(digits)%4 != 1 && (padding == 0 || padding <= 2 && len(s)%4 == 0)
}
