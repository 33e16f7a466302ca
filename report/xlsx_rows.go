package report

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// xlsxRows is the sheet with the rows of one file. Columns have the letters that
// they have in the file; behind them stand the number of the row in the file and
// what to mend, then cells that a row has beyond the header. With all rows, each
// has its own number, too.
type xlsxRows struct {
	*page
	book   *xlsxBook
	sheet  string
	out    *excelize.StreamWriter // of the header
	body   *sheetBody
	names  []string                      // of the columns
	marks  map[int64][]*validate.Finding // by row of the file
	places map[*validate.Finding]string  // cells of the sheet
	last   int                           // row of the sheet
	cells  []string                      // of the present row
	text   []byte                        // scratch: all of them
	ends   []int                         // scratch: of each in text

	written, cut int64 // rows that found a place, and that did not
	comments     int   // that found a place
	uncommented  int
	unlisted     int  // findings past the end of the sheet of errors
	capped       bool // not all findings are marked
}

func newXLSXRows(b *xlsxBook, p *page, sheet string) *xlsxRows {
	r := &xlsxRows{page: p, book: b, sheet: sheet, marks: map[int64][]*validate.Finding{}, places: map[*validate.Finding]string{}}
	shown := capped(p.findings, limit(b.o.Samples, defaultSamples))
	for _, fd := range shown {
		if fd.Pos.Row > 0 {
			r.marks[fd.Pos.Row] = append(r.marks[fd.Pos.Row], fd)
		}
	}
	var count int64
	for i := range p.file.Causes {
		if c := &p.file.Causes[i]; !whole(c) {
			count += c.Count
		}
	}
	for _, fd := range shown {
		if !p.above(fd) {
			count--
		}
	}
	r.capped = count > 0
	for _, c := range p.file.Columns {
		r.names = append(r.names, p.header(c.Header))
	}
	r.names = r.names[:min(len(r.names), sheetColumns-2)]
	return r
}

// Columns of ours, from 1.
func (r *xlsxRows) numberColumn() int { return len(r.names) + 1 }
func (r *xlsxRows) noteColumn() int   { return len(r.names) + 2 }

// headerRow is the row of the sheet that names the columns.
func (r *xlsxRows) headerRow() int {
	if r.book.o.AllRows && r.file.Source != nil && !r.file.Source.Headless {
		return int(max(r.file.Source.HeaderRow, 1))
	}
	return 1
}

// write writes the whole sheet.
func (r *xlsxRows) write() (err error) {
	if r.out, err = r.book.NewStreamWriter(r.sheet); err != nil {
		return err
	}
	if r.body, err = r.book.body(r.sheet); err != nil {
		return err
	}
	head := r.headerRow()
	corner, err := excelize.CoordinatesToCellName(1, head+1)
	if err != nil {
		return err
	}
	steps := []error{
		r.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: corner, ActivePane: "bottomLeft"}),
		r.out.SetColWidth(1, r.numberColumn(), 16),
		r.out.SetColWidth(r.noteColumn(), r.noteColumn(), 80),
		r.out.SetColStyle(1, sheetColumns, r.book.styles.text),
		r.head(head),
		r.rejects(),
	}
	if err := errors.Join(append(steps, r.body.finish())...); err != nil {
		return err
	}
	return r.out.Flush()
}

// head writes the names of the columns, marked where they are wrong.
func (r *xlsxRows) head(at int) error {
	var above []*validate.Finding
	for row, list := range r.marks {
		if r.isHeader(row) {
			above = append(above, list...)
		}
	}
	texts := append(slices.Clone(r.names), "row in the file", "what to mend")
	values := make([]any, len(texts))
	for i, s := range texts {
		values[i] = r.book.cell(r.book.styles.head, s)
	}
	r.last = at
	marked, err := r.mark(above)
	if err != nil {
		return err
	}
	for column, style := range marked {
		values[column-1] = r.book.cell(style, texts[column-1])
	}
	return r.out.SetRow(cellName(int64(at), 1), values)
}

// rejects writes the rows that are wanted, in order.
func (r *xlsxRows) rejects() error {
	s := r.file.Source
	if r.res.rows != nil || s == nil || s.TextSize() == 0 || s.NotText != "" {
		return r.excerpts()
	}
	err := s.Scan(r.book.context(), 1, func(_ int, b *table.Batch) error {
		i, faults := 0, b.Faults
		for i < b.Len() || len(faults) > 0 {
			if len(faults) > 0 && (faults[0].Shaped() || faults[0].Row <= 0) {
				faults = faults[1:]
				continue
			}
			if len(faults) > 0 && (i == b.Len() || faults[0].Row < b.Number(i)) {
				f := &faults[0]
				faults = faults[1:]
				if !r.wanted(f.Row) {
					continue
				}
				r.cells = r.cells[:0]
				for j := range f.Cells {
					r.cells = append(r.cells, table.Text(b.FaultCell(f, j)))
				}
				if err := r.row(f.Row); err != nil {
					return err
				}
				for len(faults) > 0 && faults[0].Row == f.Row {
					faults = faults[1:]
				}
				continue
			}
			if number := b.Number(i); r.wanted(number) {
				r.take(b, i)
				if err := r.row(number); err != nil {
					return err
				}
			}
			i++
		}
		return nil
	})
	if _, limited := errors.AsType[*table.LimitError](err); limited && !r.file.Complete {
		return nil // the summary says that the file was not read to its end
	}
	return err
}

// take reads the cells of a row of a batch into one string.
func (r *xlsxRows) take(b *table.Batch, i int) {
	r.text, r.ends, r.cells = r.text[:0], r.ends[:0], r.cells[:0]
	for j := range b.Columns() {
		if cell := b.Cell(i, j); utf8.Valid(cell) {
			r.text = append(r.text, cell...)
		} else {
			r.text = append(r.text, table.Text(cell)...)
		}
		r.ends = append(r.ends, len(r.text))
	}
	all, from := string(r.text), 0
	for _, end := range r.ends {
		r.cells = append(r.cells, all[from:end])
		from = end
	}
}

// excerpts writes the rows with findings where a file cannot be read again.
func (r *xlsxRows) excerpts() error {
	var done int64
	for _, fd := range r.findings {
		if fd.Pos.Row <= done || r.above(fd) || !r.wanted(fd.Pos.Row) || r.rows == nil {
			continue
		}
		x, err := r.rows.Excerpt(fd.Pos.Offset)
		if err != nil {
			continue
		}
		done = fd.Pos.Row
		r.cells = r.cells[:0]
		for _, c := range x.Cells {
			r.cells = append(r.cells, string(x.Text[c.Off:c.End]))
		}
		if err := r.row(done); err != nil {
			return err
		}
	}
	return nil
}

// wanted reports whether a row of the file is to be shown.
func (r *xlsxRows) wanted(row int64) bool {
	if r.book.o.AllRows {
		return true
	}
	if r.file.Rejected != nil {
		return r.file.Rejected.Has(row)
	}
	return slices.ContainsFunc(r.marks[row], func(fd *validate.Finding) bool { return fd.Severity == validate.Error })
}

// row writes r.cells, which have that number in the file.
func (r *xlsxRows) row(number int64) error {
	at := int64(r.last) + 1
	if r.book.o.AllRows {
		at = number
		if r.headerRow() == 1 && !r.headed() {
			at++
		}
	}
	if at > sheetRows {
		r.cut++
		return nil
	}
	r.last = int(at)
	r.written++
	found := r.marks[number]
	marked, err := r.mark(found)
	if err != nil {
		return err
	}
	style := func(column, otherwise int) int {
		if s, ok := marked[column]; ok {
			return s
		}
		return otherwise
	}
	r.body.begin(r.last)
	cells := cutRow{page: r.page, cells: r.cells, target: -1}
	own := min(len(r.cells), len(r.names))
	for j := range len(r.names) {
		s, text := style(j+1, r.book.styles.text), ""
		if j < own {
			text = cells.cover(j)
		}
		if text != "" || s != r.book.styles.text {
			r.body.text(j+1, s, text)
		}
	}
	r.body.number(r.numberColumn(), r.book.styles.note, number)
	if s := r.explained(number, found); s != "" {
		r.body.text(r.noteColumn(), style(r.noteColumn(), r.book.styles.note), s)
	}
	for j := own; j < len(r.cells) && j+3 <= sheetColumns; j++ {
		if text := cells.cover(j); text != "" {
			r.body.text(j+3, r.book.styles.text, text)
		}
	}
	r.body.end()
	return nil
}

// headed reports whether the file has a header row of its own.
func (r *xlsxRows) headed() bool { return r.file.Source == nil || !r.file.Source.Headless }

// explained says in one cell all that is wrong with a row.
func (r *xlsxRows) explained(number int64, found []*validate.Finding) string {
	var parts []string
	own := false
	for _, fd := range found {
		own = own || fd.Severity == validate.Error
		parts = append(parts, r.sheetNote(fd, true))
	}
	if !own && r.file.Rejected != nil && r.file.Rejected.Has(number) {
		s := "rejected because of another row of its " + groupNoun(r.file.Template)
		if r.capped {
			s += ", or of a finding beyond those that are marked"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " · ") // a line break would need a higher row
}

// mark comments on the cells of findings in the present row, and returns their
// styles by column. A finding without a cell of its own marks the note of its row.
func (r *xlsxRows) mark(found []*validate.Finding) (map[int]int, error) {
	if len(found) == 0 {
		return nil, nil
	}
	byColumn := map[int][]*validate.Finding{}
	for _, fd := range found {
		column := fd.Pos.Column
		if column < 1 || column > len(r.names) {
			column = r.noteColumn()
		}
		byColumn[column] = append(byColumn[column], fd)
	}
	styles := make(map[int]int, len(byColumn))
	for _, column := range slices.Sorted(maps.Keys(byColumn)) {
		cell := cellName(int64(r.last), column)
		worst := validate.Info
		var texts []string
		for _, fd := range byColumn[column] {
			worst = max(worst, fd.Severity)
			r.places[fd] = cell
			texts = append(texts, fd.Severity.String()+": "+r.sheetNote(fd, false))
		}
		styles[column] = r.book.styles.filled[worst]
		if err := r.comment(cell, strings.Join(texts, "\n")); err != nil {
			return nil, err
		}
	}
	return styles, nil
}

func (r *xlsxRows) comment(cell, text string) error {
	if r.comments == xlsxComments {
		r.uncommented++
		return nil
	}
	r.comments++
	return r.book.AddComment(r.sheet, excelize.Comment{
		Cell: cell, Author: "preflight", Text: sheetString(terminal.Cut(text, messageWidth)), Width: 320, Height: 120,
	})
}
