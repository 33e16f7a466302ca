package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// maxRows is how many rows a worksheet has.
const maxRows = 1 << 20

// openSheet makes the text of a source from a worksheet: its cells as a person
// sees them, as CSV with the delimiter of the dataflow, one line for each row
// of the sheet from the header on. So blocks, groups and excerpts work as for
// text, and row numbers are those of the sheet.
func (s *Source) openSheet(o Options) error {
	s.Dialect = Dialect{Comma: cmpOr(o.Comma, ','), Newline: "LF"}
	s.Sniffed = s.Dialect.Comma
	s.Empty = true
	if err := s.readBook(o); err != nil {
		if e := (*WorkbookError)(nil); errors.As(err, &e) {
			e.Name = s.Name
			return e
		}
		if e := (*SheetError)(nil); errors.As(err, &e) {
			e.Name = s.Name
			return e
		}
		return named(s.Name, err)
	}
	s.archive = nil
	if s.Empty {
		s.Header, s.Headless = o.Header, o.Header != nil
		s.text, s.size = bytes.NewReader(nil), 0
		s.body = mark{row: 2, line: 2}
		return nil
	}
	var err error
	if s.head, err = s.peek(); err != nil {
		return err
	}
	return s.header(o)
}

// readBook chooses the sheet and makes the text of it.
func (s *Source) readBook(o Options) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = internalError(r)
		}
	}()
	b, err := openBook(s.archive, s.Size)
	if err != nil {
		return unpacking(err)
	}
	i, err := b.choose(o.Sheet)
	if err != nil {
		return err
	}
	s.Workbook = &Workbook{Sheets: b.sheets, Chosen: o.Sheet != ""}
	if i < 0 {
		return nil
	}
	return unpacking(s.convert(b, i, o))
}

// convert writes the sheet as CSV to a spool, which becomes the text.
func (s *Source) convert(b *book, i int, o Options) error {
	if b.sheets[i].part == "" {
		return &WorkbookError{Problem: fmt.Sprintf("the sheet %s holds no cells: it is a chart, or missing", b.sheets[i].Name), Hint: "name another with --sheet"}
	}
	s.Workbook.Sheet = b.sheets[i].Name
	for k := range b.sheets {
		if k != i {
			s.Workbook.Sheets[k].Empty = b.empty(b.sheets[k])
		}
	}
	r := &sheetReader{book: s.Workbook, from: b.from, comma: s.Dialect.Comma, packed: s.Size, headless: o.Header != nil || o.Headerless}
	if o.Header != nil {
		r.width = len(o.Header)
	}
	var err error
	if b.strings != "" {
		if r.shared, err = b.parts.readShared(b.strings); err != nil {
			return err
		}
	}
	if b.styles != "" {
		if r.styles, err = b.parts.readStyles(b.styles); err != nil {
			return err
		}
	}
	x, c, err := b.parts.open(b.sheets[i].part)
	if err != nil {
		return err
	}
	defer c.Close()
	spool, _, err := newSpool(bytes.NewReader(nil), 0)
	if err != nil {
		return err
	}
	s.onClose(spool)
	r.x, r.out = x, bufio.NewWriterSize(spool, blockSize)
	if err := r.read(); err != nil {
		return err
	}
	if err := r.out.Flush(); err != nil {
		return &SpoolError{err} // the disk is full
	}
	s.text, s.size, s.top = spool, r.size, r.top
	s.Empty = r.top == 0
	r.finish()
	return nil
}

// A sheetReader turns the XML of a worksheet into CSV.
//
// Source: ECMA-376 part 1, section 18.3.
type sheetReader struct {
	x      *xmlReader
	book   *Workbook
	shared *sharedTexts
	styles styles
	from   int
	comma  byte
	packed int64 // bytes of the workbook, or of the archive that it lies in

	headless bool // the first row is data

	out   *bufio.Writer
	size  int64 // written so far
	top   int64 // row of the first line; 0: none yet
	width int   // cells of every line, at least
	row   sheetRow
	last  int64 // row that was read last
	lines int64 // row that was written last

	formulas, unvalued []Places // by column
	hidden             []bool   // columns
	merged             []cellRange
}

// A cellRange is a block of cells, both ends included; columns are 0-based.
type cellRange struct {
	top, bottom int64
	left, right int
}

func (r *sheetReader) read() error {
	if err := r.x.root("worksheet"); err != nil {
		return err
	}
	for {
		ok, err := r.x.child()
		if err != nil {
			return err
		}
		if !ok {
			return r.x.drain()
		}
		switch string(r.x.name) {
		case "cols":
			err = r.readColumns()
		case "sheetData":
			err = r.readRows()
		case "mergeCells":
			err = r.readMerged()
		default:
			err = r.x.skip()
		}
		if err != nil {
			return err
		}
	}
}

func (r *sheetReader) readColumns() error {
	return each(r.x, "col", func() {
		if !r.x.yes("hidden") {
			return
		}
		from, to := number(r.x.attr("min")), number(r.x.attr("max"))
		for c := from; c >= 1 && c <= min(to, MaxColumns); c++ {
			for len(r.hidden) < c {
				r.hidden = append(r.hidden, false)
			}
			r.hidden[c-1] = true
		}
	})
}

// maxMerged bounds the merged ranges that are kept: more are counted alike.
const maxMerged = 100_000

func (r *sheetReader) readMerged() error {
	return each(r.x, "mergeCell", func() {
		from, to, ok := bytes.Cut([]byte(r.x.attr("ref")), []byte(":"))
		if !ok || len(r.merged) >= maxMerged {
			return
		}
		left, top, ok1 := parseRef(from)
		right, bottom, ok2 := parseRef(to)
		if ok1 && ok2 && (left != right || top != bottom) {
			r.merged = append(r.merged, cellRange{top, bottom, left, right})
		}
	})
}

func (r *sheetReader) readRows() error {
	for {
		ok, err := r.x.child()
		if err != nil || !ok {
			return err
		}
		if string(r.x.name) != "row" {
			err = r.x.skip()
		} else {
			err = r.readRow()
		}
		if err != nil {
			return err
		}
	}
}

func (r *sheetReader) readRow() error {
	number, hidden := r.last+1, false
	for _, a := range r.x.attrs {
		switch {
		case len(a.name) == 1 && a.name[0] == 'r':
			n, ok := parseRow(bytes.TrimSpace(a.value))
			if !ok {
				return broken("it has a row %.20q", a.value)
			}
			number = n
		case string(a.name) == "hidden":
			hidden = r.x.yes("hidden")
		}
	}
	switch {
	case number > maxRows:
		return &LimitError{Row: number, Limit: fmt.Sprintf("the sheet has rows behind row %d, the last that a sheet can have", maxRows)}
	case number <= r.last:
		return broken("row %d stands behind row %d", number, r.last)
	}
	r.last = number
	r.row.start(number)
	for {
		ok, err := r.x.child()
		if err != nil {
			return err
		}
		if !ok {
			return r.endRow(hidden)
		}
		if string(r.x.name) != "c" {
			err = r.x.skip()
		} else {
			err = r.readCell()
		}
		if err != nil {
			return err
		}
		if len(r.row.text) > maxRow {
			return &LimitError{Row: number, Limit: fmt.Sprintf("row %d is longer than %d MiB", number, maxRow>>20)}
		}
	}
}

// endRow writes the row that was read. Rows without a value are written once
// another row follows; those before the first value and behind the last are
// no part of the table.
func (r *sheetReader) endRow(hidden bool) error {
	row := &r.row
	if !row.valued || r.top == 0 && row.blank() {
		return nil
	}
	row.sort()
	if r.top == 0 {
		r.top, r.lines = row.number, row.number-1
		r.width = max(r.width, row.width())
	} else if hidden && !row.blank() {
		r.book.HiddenRows.add(row.number, 0)
	}
	for ; r.lines < row.number-1; r.lines++ {
		if err := r.write([]byte{'\n'}); err != nil {
			return err
		}
	}
	r.lines = row.number
	line, err := row.line(r.comma, r.width)
	if err != nil {
		return err
	}
	return r.write(line)
}

func (r *sheetReader) write(line []byte) error {
	r.size += int64(len(line))
	switch {
	case r.size > maxInflated:
		return &LimitError{Limit: fmt.Sprintf("the sheet holds more than %d GiB of text", maxInflated>>30)}
	case r.size > freeInflated && r.size/maxRatio > r.packed:
		return &LimitError{Limit: fmt.Sprintf("the sheet grows to more than %d times the size of the workbook", maxRatio)}
	}
	if _, err := r.out.Write(line); err != nil {
		return &SpoolError{err}
	}
	return nil
}

// finish says what the workbook has of the table that was read.
func (r *sheetReader) finish() {
	for c, hidden := range r.hidden {
		if hidden && c < r.width {
			r.book.HiddenColumns = append(r.book.HiddenColumns, c)
		}
	}
	slices.SortStableFunc(r.merged, func(a, b cellRange) int { return int(a.top - b.top) })
	for _, m := range r.merged {
		switch {
		case m.left >= r.width || m.bottom < r.top || m.top > r.lines:
		case m.top <= r.top:
			r.book.MergedHeader.add(m.top, m.left)
		default:
			r.book.MergedBody.add(m.top, m.left)
		}
	}
	for _, of := range []struct {
		from []Places
		to   *[]Places
	}{{r.formulas, &r.book.Formulas}, {r.unvalued, &r.book.Unvalued}} {
		for _, p := range of.from {
			if p.Count > 0 {
				*of.to = append(*of.to, p)
			}
		}
	}
}
