package report

import (
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// cellWidth bounds the cells beside the one that a finding is about.
const cellWidth = 30

// An excerpt is one row as the file has it, cut around a cell.
type excerpt struct {
	Line       string // visible and masked
	From, Upto int    // columns of Line that the cell takes; equal: the finding is about no cell
	Shown      string // the cell as a message quotes it, if Line shows all of it
}

// excerpt shows the row of a finding in at most width columns. ok is false if
// the row cannot be read again.
func (p *page) excerpt(fd *validate.Finding, width int) (x excerpt, ok bool) {
	if p.rows == nil || fd.Pos.Row == 0 {
		return x, false
	}
	raw, err := p.rows.Excerpt(fd.Pos.Offset)
	if err != nil {
		return x, false
	}
	row := cutRow{page: p, header: p.isHeader(fd.Pos.Row), width: width, target: fd.Pos.Column - 1}
	end := 0
	for _, c := range raw.Cells {
		if int(c.Off) < end || c.End < c.Off || int(c.End) > len(raw.Text) {
			return x, false
		}
		row.gaps = append(row.gaps, string(raw.Text[end:c.Off]))
		row.cells = append(row.cells, string(raw.Text[c.Off:c.End]))
		end = int(c.End)
	}
	row.rest = string(raw.Text[end:])
	if row.target >= len(row.cells) {
		row.target = -1
	}
	return row.cut(), true
}

// A cutRow is a row on its way to an excerpt.
type cutRow struct {
	*page
	header bool // it is the header
	width  int
	target int      // 0-based; -1: none
	cells  []string // as the file has them
	gaps   []string // what stands before each cell: delimiters and quotes
	rest   string   // what stands behind the last
}

// cut shows the row from its start if the target fits, else the part around
// the target.
func (r *cutRow) cut() excerpt {
	var x excerpt
	first := r.first(r.width - 2) // 2: a delimiter and the ellipsis
	if first > 0 {
		first = r.first(r.width * 2 / 3)
	}
	var b strings.Builder
	used := 0
	put := func(s string) { b.WriteString(s); used += displaywidth.String(s) }
	if first > 0 {
		put("…")
	}
	for j := first; j < len(r.cells); j++ {
		gap, text := terminal.Clip(r.gaps[j], cellWidth), r.text(j)
		need := displaywidth.String(gap) + displaywidth.String(text)
		if j != r.target && j > first && used+need+2 > r.width { // 2: a delimiter and the ellipsis
			if used+displaywidth.String(gap) < r.width {
				put(gap)
			}
			put("…")
			break
		}
		put(gap)
		if j == r.target {
			x.From = used
		}
		put(text)
		if j == r.target {
			x.Upto = max(used, x.From+1)
			if text == terminal.Visible(r.cover(j)) {
				x.Shown = quoted(text)
			}
		}
		if j == len(r.cells)-1 {
			put(terminal.Clip(r.rest, cellWidth))
		}
	}
	x.Line = b.String()
	return x
}

// first is the leftmost cell from which the target still ends within room
// columns.
func (r *cutRow) first(room int) int {
	if r.target < 0 {
		return 0
	}
	room -= displaywidth.String(r.text(r.target)) + displaywidth.String(terminal.Clip(r.gaps[0], cellWidth))
	for j := r.target; j > 0; j-- {
		room -= displaywidth.String(r.text(j-1)) + displaywidth.String(terminal.Clip(r.gaps[j], cellWidth))
		if room < 0 {
			return j
		}
	}
	return 0
}

// text is a cell as it is shown.
func (r *cutRow) text(j int) string {
	width := cellWidth
	if j == r.target {
		width = max(cellWidth, r.width/2)
	}
	return terminal.Clip(r.cover(j), width)
}

// quoted puts a cell in quotes as messages do; a pseudonym has its own.
func quoted(text string) string {
	if strings.HasPrefix(text, "‹") && strings.HasSuffix(text, "›") {
		return text
	}
	return terminal.Quote(text, valueWidth)
}

// cover masks a cell if it holds, or may hold, the value of a person.
func (r *cutRow) cover(j int) string {
	text := r.cells[j]
	if r.mask.Reveal {
		return text
	}
	c := r.column(j)
	switch {
	case r.header:
		return r.mask.Loose(text)
	case len(r.cells) != len(r.file.Columns):
		if r.shifted(j) {
			return r.mask.Value(nil, text)
		}
		return r.mask.Loose(text)
	case c == nil:
		return r.mask.Loose(text)
	}
	return r.mask.Column(c.Field, c.Header, text)
}

// shifted reports whether a value of a person that cannot be told by its looks
// may have slipped into the j-th cell of a row that has too few or too many.
func (r *cutRow) shifted(j int) bool {
	first, last := -1, -1
	for i, c := range r.file.Columns {
		if c.Field != nil && c.Field.Sensitive && !telling(c) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return false
	}
	by := len(r.cells) - len(r.file.Columns)
	return j >= first+min(by, 0) && j <= last+max(by, 0)
}

// telling reports a column whose values are known by their looks: mobiles or
// emails, by the type of the field or by the header.
func telling(c *validate.Column) bool {
	if c.Field.Type == templates.Mobile || c.Field.Type == templates.Email {
		return true
	}
	header := templates.Fold(c.Header)
	return slices.ContainsFunc(c.Field.Implies, func(i templates.Implication) bool {
		return templates.Fold(i.Header) == header && (i.Value == "mobile" || i.Value == "email")
	})
}
