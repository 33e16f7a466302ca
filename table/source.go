// Package table turns the bytes of a file into batches of rows: it finds out
// the encoding, the dialect and the header, and reads the rows in parallel
// blocks, exactly as one careful reader would from the first byte to the last.
//
// It knows no template and judges nothing. Defects of the bytes (a ragged row,
// a stray quote) come as faults beside the rows; only what makes reading
// impossible is an error.
package table

import (
	"archive/zip"
	"context"
	"io"
	"sync"
)

// Options say how a source is read. The zero value finds everything out.
type Options struct {
	Comma  byte     // the delimiter; 0, or one that the header does not have: found in the first 64 KiB
	Header []string // column names of a file without a header row; nil: the first row is the header
	// Headerless files without names: columns are called "1", "2", ….
	Headerless bool
	// BlockSize is how many bytes a worker reads at once; 0: 256 KiB. What is
	// read never depends on it.
	BlockSize int
	// Sheet is the name or the number, from 1, of the sheet of a workbook to
	// read; empty: the first that is shown. Files of text have no sheets.
	Sheet string
}

// A Dialect is how a file writes rows and cells.
type Dialect struct {
	Comma   byte   // delimiter
	Newline string // "LF", "CRLF" or "CR", by the first row
}

// Encodings that a source may have.
const (
	UTF8        = "UTF-8"
	UTF16LE     = "UTF-16LE"
	UTF16BE     = "UTF-16BE"
	Windows1252 = "Windows-1252"
)

// A Source is one opened table.
type Source struct {
	Name     string   // as given
	Size     int64    // bytes, as the file lies there
	Archive  string   // "gzip" or "zip" when it was unpacked; else empty
	Packed   []string // the names of the files in a zip archive
	Locked   bool     // a file in the zip archive has a password
	BOM      bool     // a byte order mark stood at its start
	Encoding string   // UTF8, …; Windows1252 when bytes in the first 64 KiB are not UTF-8
	// BadByte is the 0-based offset, in the text as read, of the first byte
	// that is not UTF-8, -1: none; BadRows counts the rows that hold some.
	// Known after Scan.
	BadByte int64
	BadRows int64
	// BadHeader says that the header holds bytes that are not UTF-8.
	BadHeader bool
	Dialect   Dialect
	Sniffed   byte     // the delimiter that the first rows speak for; equals Dialect.Comma unless one was set
	Header    []string // the header cells, as they stand, in UTF-8
	Headless  bool     // Header was given, the file has none
	Skipped   bool     // the first row of a headless file is left out; see SkipRow
	Empty     bool     // zero bytes, or white space only
	// HeaderRow is the row of the header as a spreadsheet shows it; 0: none. It
	// is above 1 where blank rows of a worksheet stand before it. Of a headless
	// file it is the row that was left out.
	HeaderRow int64
	// Workbook is what is known of the workbook that the rows come from; nil
	// for a file of text.
	Workbook *Workbook
	// NotText says what the file is that is no table: "xls workbook", "ods
	// workbook", "PDF document", "binary file", …. It has no header, and Scan
	// gives a [NotTextError]; Empty is true. "" for text.
	NotText string

	text io.ReaderAt // UTF-8 or Windows-1252 text, without its byte order mark
	size int64       // of text
	body mark        // where the first row after the header begins
	head []byte      // the first 64 KiB of text

	opening context.Context // ends the opening; nil once it is done

	archive *zip.Reader // a workbook that is not read yet
	top     int64       // row of the first line of text, where it is not 1

	closers []io.Closer
	marks   []mark // of every batch, after Scan
	rows    int64  // after Scan
	bad     struct {
		mu   sync.Mutex
		byte int64
		rows int64
	}
	block int       // size of a block in bytes; tests make it small
	spare sync.Pool // of *block, for single rows
}

// TextSize returns the bytes of the text as read: unpacked, in UTF-8 or an
// encoding of one byte a character, without a byte order mark.
func (s *Source) TextSize() int64 { return s.size }

// ReadAt reads the text as read, which offsets of rows count in: unpacked,
// without a byte order mark, and but for UTF-16 with the bytes of the file.
func (s *Source) ReadAt(p []byte, offset int64) (int, error) { return s.text.ReadAt(p, offset) }

// Body returns where the rows begin behind the header, in the text as read.
func (s *Source) Body() int64 { return s.body.offset }

// Blocks returns how many blocks the rows are read in: more workers than that
// have nothing to do.
func (s *Source) Blocks() int {
	return int((s.size - s.body.offset + int64(s.block) - 1) / int64(s.block))
}

// Rows returns how many rows Scan has read: known after it.
func (s *Source) Rows() int64 { return s.rows }

// LastRow returns a number that no row exceeds: the file cannot hold more, as each
// takes a byte.
func (s *Source) LastRow() int64 { return s.body.row + s.size - s.body.offset }

// A Ref locates a row.
type Ref struct {
	Row    int64 // as a spreadsheet shows it; the header is row 1
	Line   int64 // physical line where the row begins, 1-based
	Offset int64 // byte where the row begins, in the text as read
}

// A Span is one cell in a batch or an excerpt, quotes outside.
type Span struct{ Off, End uint32 }

// A NotTextError says that a file is no table of text.
type NotTextError struct {
	Name string
	Kind string // as Source.NotText
}

func (e *NotTextError) Error() string { return e.Name + " is not a text file (" + e.Kind + ")" }

// A LimitError says that a limit was hit and reading stopped there.
type LimitError struct {
	Name  string
	Row   int64  // spreadsheet row; 0: none
	Limit string // one clause: "row 17 is longer than 16 MiB"
}

func (e *LimitError) Error() string { return e.Name + ": " + e.Limit }
