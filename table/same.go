package table

import (
	"bytes"
	"hash/maphash"
	"io"
)

// Same reports whether two sources hold the same text, from the header to the
// last byte, encodings and byte order marks aside. Text that cannot be read
// again is not the same.
func (s *Source) Same(o *Source) bool {
	if s.text == nil || o.text == nil || s.size != o.size {
		return false
	}
	a, b := make([]byte, min(blockSize, s.size)), make([]byte, min(blockSize, s.size))
	for at := int64(0); at < s.size; at += blockSize {
		n := int(min(blockSize, s.size-at))
		if !readFull(s.text, a[:n], at) || !readFull(o.text, b[:n], at) || !bytes.Equal(a[:n], b[:n]) {
			return false
		}
	}
	return true
}

// Hash returns a number that two sources have in common if they are the same; it
// is of the size and the first 64 KiB, so that nothing is read.
func (s *Source) Hash(seed maphash.Seed) uint64 {
	return maphash.Comparable(seed, [2]uint64{uint64(s.size), maphash.Bytes(seed, s.head)})
}

// Cells returns how many cells the first row behind the header has; 0: there is
// none, or it is longer than 64 KiB.
func (s *Source) Cells() int {
	if s.Empty || s.head == nil {
		return 0
	}
	at := min(s.body.offset, int64(len(s.head)))
	rows := cutHead(s.head[at:], s.Dialect.Comma, s.newline(), s.size <= int64(len(s.head)), 1)
	if len(rows) == 0 {
		return 0
	}
	return len(rows[0])
}

func readFull(r io.ReaderAt, p []byte, at int64) bool {
	n, err := r.ReadAt(p, at)
	return n == len(p) && (err == nil || err == io.EOF)
}
