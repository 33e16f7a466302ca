package table

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// A reader that calls end once so many bytes were read.
type endingReader struct {
	io.ReaderAt
	left int
	end  func()
}

func (r *endingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, off)
	if r.left -= n; r.left <= 0 {
		r.end()
	}
	return n, err
}

// TestOpenUntil holds that opening ends with its context, and that reading later
// does not.
func TestOpenUntil(t *testing.T) {
	var rows strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&rows, `<row r="%d"><c><v>%d</v></c><c><v>%d</v></c></row>`, i+1, i*7919%1_000_003, i*104_729%999_983)
	}
	book := rawBook{sheets: []string{"<sheetData>" + rows.String() + "</sheetData>"}}.bytes(t)
	text := []byte("a,b\n" + strings.Repeat("1,2\n", 1<<20))
	utf16 := []byte("\xff\xfe")
	for _, c := range text {
		utf16 = append(utf16, c, 0)
	}
	stop := errors.New("stopped by hand")
	for name, data := range map[string][]byte{
		"workbook": book, "workbook in gzip": packed(t, "gzip", book), "workbook in zip": packed(t, "zip", book),
		"gzip": packed(t, "gzip", []byte(noise(2<<20))), "UTF-16": utf16,
	} {
		ctx, cancel := context.WithCancelCause(context.Background())
		r := &endingReader{bytes.NewReader(data), len(data) / 2, func() { cancel(stop) }}
		s, err := OpenContext(ctx, "in.csv", r, int64(len(data)), Options{})
		if !errors.Is(err, stop) {
			t.Errorf("%s: got %v, want %v", name, err, stop)
		}
		if err == nil {
			s.Close()
		}
		cancel(nil)
		later, end := context.WithCancelCause(context.Background())
		defer end(nil)
		if s, err = OpenContext(later, "in.csv", bytes.NewReader(data), int64(len(data)), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		end(stop)
		if err := s.Scan(context.Background(), 1, func(int, *Batch) error { return nil }); err != nil {
			t.Errorf("%s: reading after the opening: %v", name, err)
		}
		s.Close()
	}
}

// TestPackedWorkbook holds that a workbook is read out of an archive, as far as
// limits allow.
func TestPackedWorkbook(t *testing.T) {
	book := rawBook{sheets: []string{sheetData("a|b", "1|2", "3|4")}}.bytes(t)
	for _, kind := range []string{"gzip", "zip"} {
		s := open(t, packed(t, kind, book), Options{})
		if got := cells(t, s); got != "1|2/3|4" || s.Archive != kind || s.Workbook == nil || s.NotText != "" {
			t.Errorf("%s: rows %q, archive %q, workbook %v, not text %q", kind, got, s.Archive, s.Workbook, s.NotText)
		}
	}
	bomb := rawBook{sheets: []string{"<sheetData>" + strings.Repeat(`<row><c><v>1</v></c></row>`, 1<<20) + "</sheetData>"}}.bytes(t)
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"cut off":                  {packed(t, "gzip", book[:len(book)/2]), "in.csv: the workbook is cut off or damaged: its table of contents is missing"},
		"a bomb":                   {packed(t, "gzip", bomb), "in.csv: the archive grows to more than 100 times its size"},
		"an archive in an archive": {packed(t, "gzip", packed(t, "zip", bomb)), ""},
	} {
		s, err := Open("in.csv", bytes.NewReader(test.data), int64(len(test.data)), Options{})
		switch {
		case err == nil && (test.want != "" || s.NotText != "zip archive"):
			t.Errorf("%s: it opens, not text %q", name, s.NotText)
		case err != nil && err.Error() != test.want:
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
		if err == nil {
			s.Close()
		}
	}
	for kind, parts := range map[string][]string{
		"ods workbook":  {"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		"Word document": {"[Content_Types].xml", types, "word/document.xml", "<document/>"},
		"zip archive":   {"a.csv", "a,b\n1,2\n"},
	} {
		if s := open(t, packed(t, "zip", zipParts(t, parts...)), Options{}); s.NotText != kind {
			t.Errorf("%s in a zip archive: not text %q", kind, s.NotText)
		}
	}
}

// TestPackedGrowth holds that a workbook in an archive may grow by the size of the
// archive, not by that of the workbook in it.
func TestPackedGrowth(t *testing.T) {
	wide := `<row><c t="s"><v>0</v></c></row>`
	for name, test := range map[string]struct {
		book rawBook
		want string
	}{
		"its XML": {rawBook{sheets: []string{"<sheetData>" + strings.Repeat(`<row><c><v>1</v></c></row>`, 700_000) + "</sheetData>"}},
			"in.csv: the archive grows to more than 100 times its size"},
		"its text": {rawBook{sheets: []string{"<sheetData>" + strings.Repeat(wide, 800) + "</sheetData>"}, strings: "<si><t>" + strings.Repeat("x", 30_000) + "</t></si>"},
			"in.csv: the sheet grows to more than 100 times the size of the workbook"},
	} {
		// What is stored in a workbook as it is takes nothing in an archive around it.
		parts, err := zip.NewReader(bytes.NewReader(test.book.bytes(t)), int64(len(test.book.bytes(t))))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, f := range parts.File {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		filler, err := w.CreateHeader(&zip.FileHeader{Name: "xl/media/filler", Method: zip.Store})
		if err == nil {
			_, err = filler.Write(make([]byte, 2<<20))
		}
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		data := packed(t, "gzip", b.Bytes())
		s, err := Open("in.csv", bytes.NewReader(data), int64(len(data)), Options{})
		if err == nil {
			s.Close()
		}
		if got := fmt.Sprint(err); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if s, err = Open("in.csv", bytes.NewReader(b.Bytes()), int64(b.Len()), Options{}); err != nil {
			t.Errorf("%s, not packed: %v", name, err)
		} else {
			s.Close()
		}
	}
}
