package table

import "bytes"

// SkipRow leaves out the first row of a file that was opened without a header, and
// notes it as HeaderRow: Scan, Sample and Cells begin behind it, and the numbers of
// the rows stay.
// It reports false where there is no such row, or it was left out before. It must
// not be called once the source is read.
func (s *Source) SkipRow() bool {
	if !s.Headless || s.Empty || s.Skipped {
		return false
	}
	b, err := s.firstRow()
	if err != nil {
		return false // Scan says it
	}
	next := b.tok.next()
	s.HeaderRow = s.body.row
	s.body.offset, s.body.row = int64(next-pad), s.body.row+1
	s.body.line += int64(bytes.Count(b.buf[pad:next], []byte{b.tok.newline}))
	s.Skipped = true
	return true
}
