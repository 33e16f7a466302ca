package table

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const (
	// maxInflated bounds what is unpacked: six times the largest file that the
	// platform takes.
	maxInflated = 4 << 30
	// maxRatio bounds how much an archive may grow, from freeInflated bytes on;
	// real tables shrink to a fifth or a tenth.
	maxRatio     = 100
	freeInflated = 16 << 20
)

// A spool is an unnamed temporary file that only this user can read.
type spool struct {
	*os.File
	path string // where the system cannot unlink an open file
}

func (s *spool) Close() error {
	err := s.File.Close()
	if s.path != "" {
		err = errors.Join(err, os.Remove(s.path))
	}
	return err
}

// A SpoolError says that there is no place for a temporary file: nothing is
// wrong with the input.
type SpoolError struct{ Err error }

func (e *SpoolError) Error() string {
	err := e.Err
	if p, ok := errors.AsType[*os.PathError](err); ok {
		err = p.Err
	}
	return "cannot make a temporary file in " + os.TempDir() + ": " + err.Error()
}

// newSpool copies at most limit bytes of r to a new spool.
func newSpool(r io.Reader, limit int64) (*spool, int64, error) {
	f, err := os.CreateTemp("", "preflight-*.tmp") // mode 0600
	if err != nil {
		return nil, 0, &SpoolError{err}
	}
	s := &spool{File: f}
	if os.Remove(f.Name()) != nil {
		s.path = f.Name()
	}
	n, err := io.Copy(f, io.LimitReader(r, limit+1))
	if p, ok := errors.AsType[*os.PathError](err); ok && p.Path == f.Name() {
		err = &SpoolError{err} // the disk is full
	}
	if err == nil && n > limit {
		err = &LimitError{Limit: fmt.Sprintf("more than %d GiB of text", limit>>30)}
	}
	if err != nil {
		s.Close()
		return nil, 0, err
	}
	return s, n, nil
}

// unpack replaces the text by what an archive of one file holds.
func (s *Source) unpack(head []byte) ([]byte, error) {
	var r io.Reader
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(io.NewSectionReader(s.text, 0, s.size))
		if err != nil {
			return nil, named(s.Name, cutOff("gzip", err))
		}
		s.Archive, r = "gzip", z
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")):
		z, err := s.entry(head)
		if err != nil {
			return nil, err
		}
		if z == nil {
			return head, nil
		}
		defer z.Close()
		s.Archive, r = "zip", z
	default:
		return head, nil
	}
	spool, size, err := newSpool(&growth{r: r, packed: s.size}, maxInflated)
	if err != nil {
		return nil, named(s.Name, cutOff(s.Archive, err))
	}
	s.onClose(spool)
	s.text, s.size = &readerUntil{spool, s}, size
	if head, err = s.peek(); err != nil {
		return nil, err
	}
	return head, s.packedBook(head)
}

// packedBook looks whether a document of an office program was unpacked. Of any
// other archive in an archive nothing is unpacked.
func (s *Source) packedBook(head []byte) error {
	if notText(head) != zipArchive {
		return nil
	}
	z, err := openZip(s.text, s.size)
	if err != nil {
		if l := (*LimitError)(nil); errors.As(err, &l) {
			return named(s.Name, l)
		}
		if cutWorkbook(head) {
			return cutBook(s.Name)
		}
		return nil
	}
	switch kind := officeKind(z); kind {
	case "xlsx workbook":
		s.archive = z
	default:
		s.NotText = kind
	}
	return nil
}

func cutBook(name string) error {
	return &WorkbookError{name, "the workbook is cut off or damaged: its table of contents is missing", hintCut}
}

// entry opens the one file of a zip archive; nil where it is a workbook or
// another document.
func (s *Source) entry(head []byte) (io.ReadCloser, error) {
	z, err := openZip(s.text, s.size)
	if err != nil {
		if l := (*LimitError)(nil); cutWorkbook(head) && !errors.As(err, &l) {
			return nil, cutBook(s.Name)
		}
		return nil, named(s.Name, cutOff("zip", err))
	}
	switch kind := officeKind(z); kind {
	case "":
	case "xlsx workbook":
		s.archive = z
		return nil, nil
	default:
		s.NotText = kind
		return nil, nil
	}
	var files []*zip.File
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/") {
			files = append(files, f)
			s.Packed = append(s.Packed, f.Name)
			s.Locked = s.Locked || f.Flags&1 != 0
		}
	}
	if len(files) != 1 || s.Locked {
		s.NotText = zipArchive
		return nil, nil
	}
	r, err := files[0].Open()
	if err != nil {
		return nil, named(s.Name, cutOff("zip", err))
	}
	return r, nil
}

// cutOff words the errors of damaged archives.
func cutOff(kind string, err error) error {
	var l *LimitError
	var sp *SpoolError
	switch {
	case errors.As(err, &l):
		return l
	case errors.As(err, &sp):
		return sp
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fmt.Errorf("the %s archive is cut off: its end is missing", kind)
	}
	return fmt.Errorf("the %s archive is damaged: %w", kind, err)
}

// growth reads an archive's text and stops when it is a bomb.
type growth struct {
	r      io.Reader
	packed int64
	n      int64
}

func (g *growth) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.n += int64(n)
	if g.n > freeInflated && g.n/maxRatio > g.packed {
		return 0, &LimitError{Limit: fmt.Sprintf("the archive grows to more than %d times its size", maxRatio)}
	}
	return n, err
}

// utf16Reader turns UTF-16 into UTF-8. Halves of pairs become U+FFFD.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    *bufio.Reader
	out   []byte
	half  rune // a high surrogate that waits for its partner
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	if u.in == nil {
		u.in = bufio.NewReaderSize(u.r, 64<<10)
	}
	for len(u.out) < 4096 && u.err == nil {
		var b [2]byte
		if _, u.err = io.ReadFull(u.in, b[:]); u.err != nil {
			if u.err == io.ErrUnexpectedEOF { // half a unit at the end
				u.out, u.err = utf8.AppendRune(u.out, utf8.RuneError), io.EOF
			}
			if u.half != 0 {
				u.out, u.half = utf8.AppendRune(u.out, utf8.RuneError), 0
			}
			break
		}
		c := rune(u.order.Uint16(b[:]))
		if u.half != 0 {
			if r := utf16.DecodeRune(u.half, c); r != utf8.RuneError {
				u.out, u.half = utf8.AppendRune(u.out, r), 0
				continue
			}
			u.out, u.half = utf8.AppendRune(u.out, utf8.RuneError), 0
		}
		if c >= 0xd800 && c < 0xdc00 {
			u.half = c
			continue
		}
		u.out = utf8.AppendRune(u.out, c)
	}
	n := copy(p, u.out)
	u.out = u.out[:copy(u.out, u.out[n:])]
	if n == 0 {
		return 0, u.err
	}
	return n, nil
}

func windows1252(c byte) rune { return charmap.Windows1252.DecodeByte(c) }
