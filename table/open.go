package table

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// headBytes are looked at to find out encoding, dialect and header.
const headBytes = 64 << 10

// Open finds out what r holds: its encoding, dialect and header. r is read at
// any offset, from several goroutines, until Close.
//
// An archive of one file is unpacked, text in UTF-16 rewritten, and the sheet of
// a workbook turned into text, to an unnamed file first. That r is no text is
// not an error yet: see [Source.NotText]. A [LimitError] says that an archive is
// a bomb, or that the header has more columns than [MaxColumns]; a
// [WorkbookError] that a workbook is damaged; a [SheetError] that it lacks the
// sheet.
func Open(name string, r io.ReaderAt, size int64, o Options) (*Source, error) {
	return OpenContext(context.Background(), name, r, size, o)
}

// OpenReader is Open for a stream, which it first copies to an unnamed file
// that only this user can read.
func OpenReader(name string, r io.Reader, o Options) (*Source, error) {
	spool, size, err := newSpool(r, maxInflated)
	if err != nil {
		return nil, named(name, err)
	}
	s, err := Open(name, spool, size, o)
	if err != nil {
		spool.Close()
		return nil, err
	}
	s.onClose(spool)
	return s, nil
}

// Close removes what Open and OpenReader made. It does not close r.
func (s *Source) Close() error {
	var err error
	for _, c := range s.closers {
		err = errors.Join(err, c.Close())
	}
	s.closers = nil
	return err
}

func (s *Source) onClose(c io.Closer) { s.closers = append(s.closers, c) }

// named puts the file's name before an error that lacks it.
func named(name string, err error) error {
	var l *LimitError
	if errors.As(err, &l) {
		l.Name = name
		return l
	}
	if s := (*SpoolError)(nil); errors.As(err, &s) {
		return s
	}
	return fmt.Errorf("%s: %w", name, err)
}

func (s *Source) open(o Options) error {
	head, err := s.peek()
	if err != nil {
		return err
	}
	if head, err = s.unpack(head); err != nil {
		return err
	}
	if s.archive != nil {
		return s.openSheet(o)
	}
	if s.NotText == "" {
		s.NotText = notText(head)
	}
	if s.NotText == "xls workbook" {
		s.NotText = compound(s.text, s.size)
	}
	if s.NotText != "" {
		s.Empty = true
		s.body = mark{row: 1, line: 1}
		return nil
	}
	if head, err = s.decode(head); err != nil {
		return err
	}
	if len(bytes.TrimSpace(head)) == 0 && int64(len(head)) == s.size {
		s.Empty = true
		s.Header, s.Headless = o.Header, o.Header != nil
		s.Dialect = Dialect{Comma: cmpOr(o.Comma, ','), Newline: "LF"}
		s.body = mark{offset: s.size, row: 2, line: 1}
		return nil
	}
	s.head = head
	if i := badPrefix(head); i >= 0 {
		s.Encoding = Windows1252
	}
	s.Dialect.Newline = lineEnd(head)
	s.Sniffed = sniff(head, s.newline(), s.size <= int64(len(head)))
	s.Dialect.Comma = cmpOr(o.Comma, s.Sniffed)
	if o.Comma != 0 && len(cutHead(head, o.Comma, s.newline(), true, 1)[0]) == 1 {
		s.Dialect.Comma = s.Sniffed // a rule will say so, and what is there can be judged
	}
	return s.header(o)
}

func cmpOr(a, b byte) byte {
	if a != 0 {
		return a
	}
	return b
}

// peek reads the first bytes of the text.
func (s *Source) peek() ([]byte, error) {
	head := make([]byte, min(headBytes, s.size))
	n, err := s.text.ReadAt(head, 0)
	if n < len(head) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, named(s.Name, err)
	}
	return head, nil
}

// decode recognises byte order marks and UTF-16, and makes the text UTF-8, or
// at least what is ASCII in it.
func (s *Source) decode(head []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		s.BOM = true
		s.text = io.NewSectionReader(s.text, 3, s.size-3)
		s.size -= 3
		return s.peek()
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		s.BOM, s.Encoding, order = true, UTF16LE, binary.LittleEndian
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		s.BOM, s.Encoding, order = true, UTF16BE, binary.BigEndian
	default:
		even, odd := 0, 0
		for i, c := range head {
			if c == 0 && i%2 == 0 {
				even++
			} else if c == 0 {
				odd++
			}
		}
		switch quarter := len(head) / 4; {
		case len(head) > 7 && odd >= quarter && even <= odd/8:
			s.Encoding, order = UTF16LE, binary.LittleEndian
		case len(head) > 7 && even >= quarter && odd <= even/8:
			s.Encoding, order = UTF16BE, binary.BigEndian
		default:
			return head, nil
		}
	}
	start := int64(0)
	if s.BOM {
		start = 2
	}
	spool, size, err := newSpool(&utf16Reader{r: io.NewSectionReader(s.text, start, s.size-start), order: order}, maxInflated)
	if err != nil {
		return nil, named(s.Name, err)
	}
	s.onClose(spool)
	s.text, s.size = spool, size
	return s.peek()
}

// badPrefix returns where head stops being UTF-8, or -1; a rune cut off by the
// end of head is no reason.
func badPrefix(head []byte) int {
	if utf8.Valid(head) {
		return -1
	}
	i := badByte(head)
	if len(head)-i < utf8.UTFMax && !utf8.FullRune(head[i:]) {
		return -1
	}
	return i
}

// lineEnd tells how lines end, by the first end that counts: a carriage return
// alone counts only where there is no line feed.
func lineEnd(head []byte) string {
	switch i := bytes.IndexByte(head, '\n'); {
	case i > 0 && head[i-1] == '\r':
		return "CRLF"
	case i >= 0 || bytes.IndexByte(head, '\r') < 0:
		return "LF"
	}
	return "CR"
}

// sniffRows rows are cut with each delimiter to see which one fits.
const sniffRows = 100

// sniff finds the delimiter: the one that gives most rows as many cells as the
// header, and the header more than one.
func sniff(head []byte, newline byte, whole bool) byte {
	best, bestScore := byte(','), 0.0
	for _, comma := range []byte{',', ';', '\t', '|'} {
		rows := cutHead(head, comma, newline, whole, sniffRows)
		if len(rows) == 0 {
			continue
		}
		cols, same, filled := len(rows[0]), 0, 0
		for _, r := range rows {
			if len(r) == 1 && len(bytes.TrimSpace(r[0])) == 0 {
				continue
			}
			filled++
			if len(r) == cols {
				same++
			}
		}
		if cols < 2 || filled == 0 {
			continue
		}
		// Agreement counts most; more columns break a tie.
		score := float64(same)/float64(filled) + float64(min(cols, 100))/1000
		if score > bestScore+1e-9 {
			best, bestScore = comma, score
		}
	}
	return best
}

// cutHead cuts up to n rows of the head plainly. Cells alias the head.
func cutHead(head []byte, comma, newline byte, whole bool, n int) [][][]byte {
	buf := make([]byte, pad+len(head)+1+slack)
	end := pad + copy(buf[pad:], head)
	if whole && end > pad && buf[end-1] != newline {
		buf[end] = newline
		end++
	}
	t := tokens{comma: comma, newline: newline}
	t.start(buf, pad)
	b := Batch{text: buf}
	var rows [][][]byte
	for len(rows) < n && t.next() < end && t.slow(end, whole) {
		r := len(t.rows) - 1
		from, to := t.rowStart(r), t.rows[r].cell-1
		spans := make([]Span, 0, to-from)
		for i := from; i < to; i++ {
			spans = append(spans, Span{t.cells[i], t.cells[i+1] - 1})
		}
		if last := &spans[len(spans)-1]; newline == '\n' && last.End > last.Off && buf[last.End-1] == '\r' {
			last.End--
		}
		b.unquote(spans)
		row := make([][]byte, len(spans))
		for i, s := range spans {
			row[i] = buf[s.Off:s.End]
		}
		rows = append(rows, row)
	}
	return rows
}

// header reads the header and finds where the body begins.
func (s *Source) header(o Options) error {
	top := max(s.top, 1)
	s.body = mark{offset: 0, row: top, line: top}
	if o.Header != nil || o.Headerless {
		s.Headless = true
		s.Header = o.Header
		if s.Header == nil {
			rows := cutHead(s.head, s.Dialect.Comma, s.newline(), s.size <= int64(len(s.head)), 1)
			if len(rows) == 0 {
				return &LimitError{Name: s.Name, Row: 1, Limit: "the first row is longer than 64 KiB"}
			}
			for i := range rows[0] {
				s.Header = append(s.Header, fmt.Sprint(i+1))
			}
		}
		return s.columns()
	}
	b, err := s.firstRow()
	if err != nil {
		if l, ok := err.(*LimitError); ok {
			l.Row, l.Limit = 1, fmt.Sprintf("the header is longer than %d MiB", maxRow>>20)
		}
		return err
	}
	next := b.tok.next()
	raw := b.buf[pad:next]
	s.BadHeader = !utf8.Valid(raw)
	for _, cell := range cutHead(raw, b.tok.comma, b.tok.newline, true, 1)[0] {
		s.Header = append(s.Header, Text(cell))
	}
	s.HeaderRow = top
	s.body = mark{offset: int64(next - pad), row: top + 1, line: top + int64(bytes.Count(raw, []byte{b.tok.newline}))}
	return s.columns()
}

// firstRow reads a block and cuts the row at the beginning of the source.
func (s *Source) firstRow() (*block, error) {
	b := newBlock(s)
	if err := b.read(0, headBytes); err != nil {
		return nil, err
	}
	b.tok.start(b.buf, pad)
	return b, b.cut(1) // the row that begins before byte 1
}

func (s *Source) columns() error {
	if n := len(s.Header); n > MaxColumns {
		return &LimitError{Name: s.Name, Row: 1, Limit: fmt.Sprintf("the header has %d columns; %d is the most that can be read", n, MaxColumns)}
	}
	return nil
}

// Text returns bytes of the source as text: as they are where they are UTF-8,
// else read as Windows-1252, which has a character for nearly every byte.
func Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var t strings.Builder
	for _, c := range b {
		t.WriteRune(windows1252(c))
	}
	return t.String()
}

// Sample returns up to n data rows from the first 64 KiB, cells as text. Rows
// with another number of cells than the header are left out.
func (s *Source) Sample(n int) [][]string {
	if s.Empty {
		return nil
	}
	at := min(s.body.offset, int64(len(s.head)))
	var sample [][]string
	for _, row := range cutHead(s.head[at:], s.Dialect.Comma, s.newline(), s.size <= int64(len(s.head)), n) {
		if len(row) != len(s.Header) {
			continue
		}
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = Text(c)
		}
		sample = append(sample, cells)
	}
	return sample
}
