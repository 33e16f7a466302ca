package validate

import "math/bits"

// A RowSet is a set of spreadsheet rows: one bit a row, in pieces that exist
// only where there are members.
type RowSet struct {
	chunks []*[chunkWords]uint64
}

const (
	chunkRows  = 1 << 13
	chunkWords = chunkRows / 64
)

func (s *RowSet) chunk(row int64) *[chunkWords]uint64 {
	k := int(row / chunkRows)
	for len(s.chunks) <= k {
		s.chunks = append(s.chunks, nil)
	}
	if s.chunks[k] == nil {
		s.chunks[k] = new([chunkWords]uint64)
	}
	return s.chunks[k]
}

// Add puts a row into the set.
func (s *RowSet) Add(row int64) { s.chunk(row)[row%chunkRows/64] |= 1 << (row % 64) }

// AddRange puts n rows from first on into the set.
func (s *RowSet) AddRange(first int64, n int) {
	for row, end := first, first+int64(n); row < end; {
		step := min(64-row%64, end-row)
		s.chunk(row)[row%chunkRows/64] |= ^uint64(0) >> (64 - step) << (row % 64)
		row += step
	}
}

// Has reports whether a row is in the set.
func (s *RowSet) Has(row int64) bool {
	k := int(row / chunkRows)
	return k < len(s.chunks) && s.chunks[k] != nil && s.chunks[k][row%chunkRows/64]>>(row%64)&1 == 1
}

// Any reports whether one of n rows from first on is in the set.
func (s *RowSet) Any(first int64, n int) bool {
	for row, end := first, first+int64(n); row < end; {
		step := min(64-row%64, end-row)
		k := int(row / chunkRows)
		if k < len(s.chunks) && s.chunks[k] != nil && s.chunks[k][row%chunkRows/64]&(^uint64(0)>>(64-step)<<(row%64)) != 0 {
			return true
		}
		row += step
	}
	return false
}

// Len returns the number of rows in the set.
func (s *RowSet) Len() (n int64) {
	for _, c := range s.chunks {
		if c != nil {
			for _, w := range c {
				n += int64(bits.OnesCount64(w))
			}
		}
	}
	return n
}

// Or adds all rows of o, which must not be used any more.
func (s *RowSet) Or(o *RowSet) {
	for k, c := range o.chunks {
		switch {
		case c == nil:
		case k >= len(s.chunks) || s.chunks[k] == nil:
			s.chunk(int64(k) * chunkRows)
			s.chunks[k] = c
		default:
			for i, w := range c {
				s.chunks[k][i] |= w
			}
		}
	}
}

// without takes the rows of o out.
func (s *RowSet) without(o *RowSet) {
	for k, c := range s.chunks {
		if c == nil || k >= len(o.chunks) || o.chunks[k] == nil {
			continue
		}
		for i, w := range o.chunks[k] {
			c[i] &^= w
		}
	}
}

// union adds all rows of o, which keeps its own.
func (s *RowSet) union(o *RowSet) {
	for k, c := range o.chunks {
		if c == nil {
			continue
		}
		own := s.chunk(int64(k) * chunkRows)
		for i, w := range c {
			own[i] |= w
		}
	}
}
