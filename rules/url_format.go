package rules

import (
	"bytes"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// URLFormat reports text that is no address of the web.
var URLFormat = register(validate.Rule{
	ID: "url-format", Title: "Not an address of the web", Severity: validate.Warning, Since: "0.2.0",
	Doc: `
A column of web addresses holds something else than one address that begins with http://
or https:// and names a host: a bare file name, a path on a disk, two addresses.

The platform takes the text as it stands, and the picture is not shown.

Export the whole address, one to a cell, with a space in it written as %20.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{salesAPI, rfc3986},
	Examples: []validate.Example{
		{Name: "a file name", Text: "billNumber,lineItemsV2.imgUrl\nB1,shirt.jpg\n",
			Want: []string{`2:lineItemsV2.imgUrl: url-format: "shirt.jpg" is not an address like https://example.com/shirt.jpg`}},
		{Name: "an address", Text: "billNumber,lineItemsV2.imgUrl\nB1,https://img.example.com/a/shirt.jpg?size=2\n"},
	},
	Checks: []validate.Check{formChecks("url", webAddress, "{value} is not an address like https://example.com/shirt.jpg")},
})

// webAddress reports whether s is an absolute address of http or https.
// Characters outside ASCII may stand in it, as browsers show them; a comma or
// semicolon before a further http parts two addresses.
//
// Source: RFC 3986 sections 2 and 3.
func webAddress(s []byte) bool {
	rest, ok := afterScheme(s)
	if !ok {
		return false
	}
	path := -1 // where the host ends
	for i, c := range rest {
		switch urlBytes[c] {
		case 0:
		case urlBad:
			return false
		case urlEnd:
			if path < 0 {
				path = i
			}
		case urlParts:
			if path < 0 || bytes.HasPrefix(rest[i+1:], []byte("http")) {
				return false
			}
		}
	}
	return path != 0 && rest[0] != ':'
}

// afterScheme cuts http:// or https:// off.
func afterScheme(s []byte) (rest []byte, ok bool) {
	for _, scheme := range []string{"https://", "http://"} {
		n := len(scheme)
		if len(s) > n && (string(s[:n]) == scheme || strings.EqualFold(string(s[:n]), scheme)) {
			return s[n:], true
		}
	}
	return nil, false
}

// What a byte means in an address; 0: part of it.
const (
	urlBad   = iota + 1 // may not stand there
	urlEnd              // the host ends
	urlParts            // may part two addresses
)

var urlBytes = func() (set [256]byte) {
	for c := range byte(' ' + 1) {
		set[c] = urlBad
	}
	for _, c := range []byte("\"<>\\^`{|}\x7f") {
		set[c] = urlBad
	}
	for _, c := range []byte("/?#") {
		set[c] = urlEnd
	}
	set[','], set[';'] = urlParts, urlParts
	return set
}()
