package report

import (
	"bytes"
	"compress/flate"
	"hash/crc32"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// pieceSize is how much XML is compressed at once: enough to compress well,
// little enough to keep all processors busy.
const pieceSize = 1 << 20

// A sheetBody is the rows of one sheet. It takes them in order and compresses
// them side by side, so that a sheet of a million rows takes seconds and the
// memory that it takes compressed. The library's own writer takes several times
// as long, and keeps the text of the user's cells in a file.
type sheetBody struct {
	raw     []byte // not yet compressed
	at      []byte // the number of the row being written
	letters []string
	pieces  []*piece
	running sync.WaitGroup
	packers chan *packer // of the workbook
}

// A piece is a stretch of a body: compressed, to be followed by others.
type piece struct {
	packed []byte
	sum    uint32 // CRC-32 of the text
	size   int64  // of the text
	err    error
}

// A packer is what one processor compresses with.
type packer struct {
	deflate *flate.Writer
	raw     []byte
	packed  bytes.Buffer
}

// newPackers returns what all sheets of a workbook compress with: one for each
// processor.
func newPackers() chan *packer {
	n := runtime.GOMAXPROCS(0)
	packers := make(chan *packer, n)
	for range n {
		packers <- &packer{}
	}
	return packers
}

// begin starts a row. Rows and the cells in them come in rising order.
func (s *sheetBody) begin(row int) {
	s.at = strconv.AppendInt(s.at[:0], int64(row), 10)
	s.raw = append(append(s.raw, `<row r="`...), s.at...)
	s.raw = append(s.raw, `">`...)
}

// end ends the row.
func (s *sheetBody) end() {
	s.raw = append(s.raw, "</row>"...)
	if len(s.raw) >= pieceSize {
		s.pack()
	}
}

// cell starts a cell in a 1-based column.
func (s *sheetBody) cell(column, style int) {
	for len(s.letters) < column {
		s.letters = append(s.letters, strings.TrimSuffix(cellName(1, len(s.letters)+1), "1"))
	}
	s.raw = append(append(s.raw, `<c r="`...), s.letters[column-1]...)
	s.raw = append(append(s.raw, s.at...), `" s="`...)
	s.raw = strconv.AppendInt(s.raw, int64(style), 10)
}

// text writes a cell of text, which need not be fit for a workbook.
func (s *sheetBody) text(column, style int, text string) {
	s.cell(column, style)
	if text == "" {
		s.raw = append(s.raw, `"/>`...)
		return
	}
	s.raw = append(s.raw, `" t="inlineStr"><is><t`...)
	if text[0] <= ' ' || text[len(text)-1] <= ' ' {
		s.raw = append(s.raw, ` xml:space="preserve"`...)
	}
	s.raw = append(appendXML(append(s.raw, '>'), sheetString(text)), "</t></is></c>"...)
}

// number writes a cell with a count.
func (s *sheetBody) number(column, style int, n int64) {
	s.cell(column, style)
	s.raw = strconv.AppendInt(append(s.raw, `"><v>`...), n, 10)
	s.raw = append(s.raw, "</v></c>"...)
}

// appendXML appends text with what XML and spreadsheets take for syntax
// escaped. Both know the characters that it has left.
//
// Source: XML 1.0 section 2.4; ECMA-376 part 1 section 22.9.2.19 (_xHHHH_).
func appendXML(out []byte, s string) []byte {
	last := 0
	for i := range len(s) {
		var escape string
		switch s[i] {
		case '&':
			escape = "&amp;"
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '\r':
			escape = "&#xD;"
		case '_':
			if !escaped(s[i:]) {
				continue
			}
			escape = "_x005F_"
		default:
			continue
		}
		out = append(append(out, s[last:i]...), escape...)
		last = i + 1
	}
	return append(out, s[last:]...)
}

// escaped reports whether a spreadsheet would take the beginning of s for the
// escape of a character: _x0041_.
func escaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// pack compresses what was written so far, beside whatever comes next.
func (s *sheetBody) pack() {
	by := <-s.packers
	p := &piece{size: int64(len(s.raw))}
	s.pieces = append(s.pieces, p)
	s.raw, by.raw = by.raw[:0], s.raw
	s.running.Go(func() {
		p.sum = crc32.ChecksumIEEE(by.raw)
		p.err = by.pack()
		p.packed = bytes.Clone(by.packed.Bytes())
		s.packers <- by
	})
}

// pack ends with a block that is not the last one, at the end of a byte: such
// pieces can be joined.
//
// Source: RFC 1951 section 3.2.
func (p *packer) pack() (err error) {
	p.packed.Reset()
	if p.deflate == nil {
		if p.deflate, err = flate.NewWriter(&p.packed, flate.BestSpeed); err != nil {
			return err
		}
	} else {
		p.deflate.Reset(&p.packed)
	}
	if _, err := p.deflate.Write(p.raw); err != nil {
		return err
	}
	return p.deflate.Flush()
}

// finish compresses what is left and waits for all pieces, which are all that is
// kept.
func (s *sheetBody) finish() error {
	if len(s.raw) > 0 {
		s.pack()
	}
	s.running.Wait()
	s.raw, s.at, s.letters, s.packers = nil, nil, nil, nil
	for _, p := range s.pieces {
		if p.err != nil {
			return p.err
		}
	}
	return nil
}

// joinSums returns the CRC-32 of two texts together, of which the second has
// n bytes: the sum of the first times x to the power of 8n, plus the second's.
func joinSums(first, second uint32, n int64) uint32 {
	power, shift := uint32(1)<<31, uint32(1)<<23 // 1 and x⁸; the lowest power is the highest bit
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			power = timesModulo(power, shift)
		}
		shift = timesModulo(shift, shift)
	}
	return timesModulo(power, first) ^ second
}

// timesModulo multiplies two polynomials modulo that of CRC-32.
func timesModulo(a, b uint32) (product uint32) {
	for bit := uint32(1) << 31; bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		if b&1 == 1 {
			b = b>>1 ^ crc32.IEEE
		} else {
			b >>= 1
		}
	}
	return product
}
