package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// headerRow is the spreadsheet row of the header; 0 where the file has none.
func headerRow(s *table.Source) int64 {
	if s.Headless {
		return 0
	}
	return max(s.HeaderRow, 1)
}

// NoHeader reports whether the first row of a file holds data instead of names:
// more cells look like data than are names that the template knows. A value of
// a list counts as data where another cell surely is, and never as a name: in a
// row of data "mobile" is how a customer is known, not a header. A row with a
// header that the user mapped is one of names.
func NoHeader(s *table.Source, t *templates.Template, m *templates.Mapping) bool {
	if s.Headless || s.Empty || t == nil {
		return false
	}
	names, data, listed := 0, 0, 0
	for i, h := range s.Header {
		h = cleanHeader(h)
		switch mapped := m.Fields[i] != nil; {
		case mapped && m.How[i] == templates.ByMap:
			return false
		case dataLike(h):
			data++
		case isListed(t, h):
			listed++
		case mapped:
			names++
		}
	}
	return data > 0 && data+listed > names
}

func noHeader(p *validate.Pass) bool {
	return NoHeader(p.Source, p.Template, &p.Options.Mapping)
}

// isListed reports whether a cell is one of the values of some field's list.
func isListed(t *templates.Template, cell string) bool {
	return cell != "" && slices.ContainsFunc(t.Fields, func(f *templates.Field) bool { return slices.Contains(f.Enum, cell) })
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
