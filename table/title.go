package table

import "strings"

// titleRows are how many rows below a title are looked at for a header: one or
// two blank ones often stand between.
const titleRows = 5

// Titled reports whether the first row looks like the title of a sheet, not like
// its header: it has one cell where a row below has several. Of text with one
// column in the first row that is not known: it may have another delimiter.
func (s *Source) Titled() bool {
	if s.Empty || s.Headless || len(s.Header) == 1 && s.Workbook == nil || filled(s.Header) != 1 {
		return false
	}
	at := min(s.body.offset, int64(len(s.head)))
	for _, row := range cutHead(s.head[at:], s.Dialect.Comma, s.newline(), s.size <= int64(len(s.head)), titleRows) {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = Text(c)
		}
		if filled(cells) > 1 {
			return true
		}
	}
	return false
}

// filled returns how many cells are not blank.
func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}
