package table

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Bounds of the table of contents of a zip archive, which is held in memory. A
// workbook has some dozen parts.
const (
	maxEntries   = 1 << 16
	maxDirectory = 4 << 20 // bytes
)

// endBytes are looked at for the end record, as the library does: it may have a
// comment of 64 KiB.
const endBytes = 65 << 10

// openZip reads the table of contents of a zip archive.
//
// Errors: a [LimitError] where it is too long to be held; those of the archive.
func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	if n := zip64Entries(r, size); n > maxEntries {
		return nil, &LimitError{Limit: fmt.Sprintf("the archive holds %d files; %d are the most that are read", n, maxEntries)}
	}
	// The library goes on beyond the number of entries, and the length, that the
	// archive gives.
	d := &directoryReader{r: r, left: maxDirectory + 2*endBytes}
	z, err := zip.NewReader(d, size)
	d.opened = true
	if l := (*LimitError)(nil); errors.As(err, &l) {
		return nil, l
	}
	return z, err
}

// A directoryReader reads no more than the table of contents may have, until that
// is read.
type directoryReader struct {
	r      io.ReaderAt
	left   int
	opened bool
}

func (d *directoryReader) ReadAt(p []byte, off int64) (int, error) {
	if !d.opened {
		if d.left -= len(p); d.left < 0 {
			return 0, &LimitError{Limit: fmt.Sprintf("the archive has a table of contents of more than %d MiB", maxDirectory>>20)}
		}
	}
	return d.r.ReadAt(p, off)
}

// zip64Entries returns how many entries an archive says that it has, where the
// older form, of two bytes, has no room for the number; else 0.
//
// Source: APPNOTE.TXT 6.3.10 sections 4.3.14 to 4.3.16.
func zip64Entries(r io.ReaderAt, size int64) uint64 {
	const locatorBytes, recordBytes = 20, 56
	tail := make([]byte, min(endBytes+locatorBytes, size))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) && err != nil {
		return 0
	}
	at := bytes.LastIndex(tail[:max(len(tail)-18, 0)], []byte("PK\x05\x06"))
	if at < locatorBytes || !bytes.HasPrefix(tail[at-locatorBytes:], []byte("PK\x06\x07")) {
		return 0
	}
	where := binary.LittleEndian.Uint64(tail[at-locatorBytes+8:])
	var record [recordBytes]byte
	if where > uint64(size) {
		return 0
	}
	if _, err := r.ReadAt(record[:], int64(where)); err != nil || !bytes.HasPrefix(record[:], []byte("PK\x06\x06")) {
		return 0
	}
	return binary.LittleEndian.Uint64(record[32:])
}
