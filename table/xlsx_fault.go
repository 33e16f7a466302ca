package table

import (
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
)

// A WorkbookError says why a workbook cannot be read, and what to do.
type WorkbookError struct {
	Name    string
	Problem string // one clause: "the workbook is cut off: its end is missing"
	Hint    string // a verb phrase; empty: none
}

func (e *WorkbookError) Error() string { return e.Name + ": " + e.Problem }

// A SheetError says that a workbook has no sheet of the wanted name.
type SheetError struct {
	Name   string
	Sheet  string   // as Options.Sheet
	Sheets []string // those that there are, in their order
}

func (e *SheetError) Error() string { return e.Name + ": the workbook has no sheet " + e.Sheet }

const (
	hintDamaged = "open the workbook in the program that wrote it and save it again, or export it again"
	hintCut     = "copy or export the workbook again: only its first part has arrived"
)

// compound tells what a file in the older container of office programs is, by
// the names in the first sector of its directory.
//
// Source: [MS-CFB] sections 2.2 and 2.6.
func compound(r io.ReaderAt, size int64) string {
	const kind = "xls workbook"
	var header [512]byte
	if _, err := r.ReadAt(header[:], 0); err != nil {
		return kind
	}
	shift := binary.LittleEndian.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return kind
	}
	at := (int64(binary.LittleEndian.Uint32(header[48:])) + 1) << shift
	if at >= size {
		return kind
	}
	// The directory of an encrypted workbook is small: it fits two sectors.
	sector := make([]byte, min(2<<shift, size-at))
	if _, err := r.ReadAt(sector, at); err != nil && err != io.EOF {
		return kind
	}
	for ; len(sector) >= 128; sector = sector[128:] {
		n := binary.LittleEndian.Uint16(sector[64:])
		if n < 2 || n > 64 {
			continue
		}
		units := make([]uint16, n/2-1)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(sector[2*i:])
		}
		switch strings.ToLower(string(utf16.Decode(units))) {
		case "encryptedpackage", "encryptioninfo":
			return "encrypted workbook"
		case "worddocument":
			return "Word document"
		case "powerpoint document":
			return "PowerPoint document"
		}
	}
	return kind
}
