package report

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
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
	w       io.Writer
	bodies  map[string]*sheetBody // by part: what stands before endOfRows
	parts   []*zipPart
	open    *zipPart      // the last of parts, until the next one begins
	deflate *flate.Writer // of the open part
}

// endOfRows ends the rows of a sheet.
const endOfRows = "</sheetData>"

type zipPart struct {
	name   string
	packed bytes.Buffer
	sum    uint32
	size   int64
	deflat *flate.Writer // nil: the part has ended
	body   *sheetBody    // nil: none
	around []byte        // the text around the body
	tail   bytes.Buffer  // what follows the body, compressed
}

// Create starts a part; it ends where the next one starts.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	if err := z.end(); err != nil {
		return nil, err
	}
	p := &zipPart{name: name, body: z.bodies[name]}
	var err error
	if z.deflate == nil {
		z.deflate, err = flate.NewWriter(&p.packed, flate.BestSpeed)
	} else {
		z.deflate.Reset(&p.packed)
	}
	p.deflat = z.deflate
	z.parts, z.open = append(z.parts, p), p
	return p, err
}

// end ends the open part, of which then only what is compressed is kept.
func (z *sortedZip) end() error {
	p := z.open
	if p == nil {
		return nil
	}
	err := p.close()
	z.open, p.deflat, p.around = nil, nil, nil
	return err
}

func (p *zipPart) Write(b []byte) (int, error) {
	if p.body != nil {
		p.around = append(p.around, b...)
		return len(b), nil
	}
	return p.write(b)
}

func (p *zipPart) write(b []byte) (int, error) {
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b)
	p.size += int64(len(b))
	return p.deflat.Write(b)
}

// close ends the part, and puts its body into its place.
func (p *zipPart) close() error {
	if p.body == nil {
		return p.deflat.Close()
	}
	at := bytes.LastIndex(p.around, []byte(endOfRows))
	if at < 0 {
		return fmt.Errorf("part %s has no rows", p.name)
	}
	if _, err := p.write(p.around[:at]); err != nil {
		return err
	}
	if err := p.deflat.Flush(); err != nil {
		return err
	}
	for _, piece := range p.body.pieces {
		p.sum = joinSums(p.sum, piece.sum, piece.size)
		p.size += piece.size
	}
	p.deflat.Reset(&p.tail) // it knows nothing of the text before
	if _, err := p.write(p.around[at:]); err != nil {
		return err
	}
	return p.deflat.Close()
}

// packedSize is the size of the part, compressed.
func (p *zipPart) packedSize() int {
	n := p.packed.Len() + p.tail.Len()
	if p.body != nil {
		for _, piece := range p.body.pieces {
			n += len(piece.packed)
		}
	}
	return n
}

// writeTo writes the part, compressed.
func (p *zipPart) writeTo(w io.Writer) error {
	if _, err := p.packed.WriteTo(w); err != nil {
		return err
	}
	if p.body != nil {
		for _, piece := range p.body.pieces {
			if _, err := w.Write(piece.packed); err != nil {
				return err
			}
		}
	}
	_, err := p.tail.WriteTo(w)
	return err
}

// AddFS is of no use to workbooks that are made from nothing.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the archive. It leaves the writer below open.
func (z *sortedZip) Close() error {
	if err := z.end(); err != nil {
		return err
	}
	slices.SortFunc(z.parts, func(a, b *zipPart) int { return strings.Compare(a.name, b.name) })
	out := zip.NewWriter(z.w)
	for _, p := range z.parts {
		w, err := out.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum,
			CompressedSize64: uint64(p.packedSize()), UncompressedSize64: uint64(p.size),
		})
		if err != nil {
			return err
		}
		if err := p.writeTo(w); err != nil {
			return err
		}
	}
	return out.Close()
}
