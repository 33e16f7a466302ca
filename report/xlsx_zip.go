package report

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// A sortedZip writes the parts of a workbook in the order of their names: the
// same parts give the same bytes, in whatever order they come. It holds them
// compressed until Close.
type sortedZip struct {
	w     io.Writer
	parts []*zipPart
}

type zipPart struct {
	name   string
	packed bytes.Buffer
	sum    uint32
	size   uint64
	deflat *flate.Writer
}

// Create starts a part; it ends where the next one starts.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	p := &zipPart{name: name}
	var err error
	p.deflat, err = flate.NewWriter(&p.packed, flate.BestSpeed)
	z.parts = append(z.parts, p)
	return p, err
}

func (p *zipPart) Write(b []byte) (int, error) {
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b)
	p.size += uint64(len(b))
	return p.deflat.Write(b)
}

// AddFS is of no use to workbooks that are made from nothing.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the archive. It leaves the writer below open.
func (z *sortedZip) Close() error {
	slices.SortFunc(z.parts, func(a, b *zipPart) int { return strings.Compare(a.name, b.name) })
	out := zip.NewWriter(z.w)
	for _, p := range z.parts {
		if err := p.deflat.Close(); err != nil {
			return err
		}
		w, err := out.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum,
			CompressedSize64: uint64(p.packed.Len()), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if _, err := p.packed.WriteTo(w); err != nil {
			return err
		}
	}
	return out.Close()
}
