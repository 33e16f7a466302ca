package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// headerRow is the spreadsheet row of the header; 0 where the file has none.
func headerRow(s *table.Source) int64 {
	if s.Headless {
		return 0
	}
	return max(s.HeaderRow, 1)
}

// noHeader reports whether the first row of a file holds data instead of
// names: no cell is a name that the template knows, and one at least looks like
// a number, a date or an address.
func noHeader(s *table.Source, m *templates.Mapping) bool {
	if s.Headless || s.Empty {
		return false
	}
	for _, f := range m.Fields {
		if f != nil {
			return false
		}
	}
	for _, h := range s.Header {
		if dataLike(cleanHeader(h)) {
			return true
		}
	}
	return false
}

// dataLike reports whether a cell is surely no name of a column.
func dataLike(cell string) bool {
	b := []byte(cell)
	if _, ok := decimal.Parse(b); ok {
		return true
	}
	if emailAddress(b) || dialled(b) != nil {
		return true
	}
	for _, l := range templates.Candidates() {
		if _, fit := l.Parse(b); fit == templates.Fits {
			return true
		}
	}
	return false
}

// cleanHeader returns a header without outer, doubled and unseen white space
// and without hidden characters.
func cleanHeader(h string) string {
	h = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r): // no-break and other wide spaces too
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf) || r == utf8.RuneError:
			return -1
		}
		return r
	}, h)
	return strings.Join(strings.Fields(h), " ")
}
