package table

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
)

func open(t *testing.T, data []byte, o Options) *Source {
	t.Helper()
	s, err := Open("in.csv", bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// cells returns all cells of a source, rows joined by "/" and cells by "|".
func cells(t *testing.T, s *Source) string {
	t.Helper()
	var rows []string
	err := s.Scan(t.Context(), 1, func(_ int, b *Batch) error {
		for i := range b.Len() {
			var row []string
			for j := range b.Columns() {
				row = append(row, Text(b.Cell(i, j)))
			}
			rows = append(rows, strings.Join(row, "|"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(rows, "/")
}

func utf16Bytes(text string, order binary.ByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		text = "\ufeff" + text
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.BigEndian.AppendUint16(b, u)
		if order == binary.LittleEndian {
			n := len(b)
			b[n-2], b[n-1] = b[n-1], b[n-2]
		}
	}
	return b
}

func TestOpenFindsOut(t *testing.T) {
	for name, test := range map[string]struct {
		data     []byte
		o        Options
		comma    byte
		newline  string
		encoding string
		mark     bool
		header   string
		rows     string
	}{
		"comma":             {[]byte("a,b\n1,2\n"), Options{}, ',', "LF", UTF8, false, "a|b", "1|2"},
		"semicolon":         {[]byte("a;b\r\n1,5;2\r\n"), Options{}, ';', "CRLF", UTF8, false, "a|b", "1,5|2"},
		"tab":               {[]byte("a\tb\n1\t2"), Options{}, '\t', "LF", UTF8, false, "a|b", "1|2"},
		"pipe":              {[]byte("a|b\n1|2\n"), Options{}, '|', "LF", UTF8, false, "a|b", "1|2"},
		"any byte":          {[]byte("a~b\n1~2\n"), Options{Comma: '~'}, '~', "LF", UTF8, false, "a|b", "1|2"},
		"wrongly set":       {[]byte("a;b\n1;2\n"), Options{Comma: ','}, ';', "LF", UTF8, false, "a|b", "1|2"},
		"CR alone":          {[]byte("a,b\r1,2\r3,4\r"), Options{}, ',', "CR", UTF8, false, "a|b", "1|2/3|4"},
		"one column":        {[]byte("a\n1\n2\n"), Options{}, ',', "LF", UTF8, false, "a", "1/2"},
		"byte mark":         {[]byte("\xef\xbb\xbfa,b\n1,2\n"), Options{}, ',', "LF", UTF8, true, "a|b", "1|2"},
		"UTF-16LE":          {utf16Bytes("a,b\n1,\u00e9\U0001f600\n", binary.LittleEndian, true), Options{}, ',', "LF", UTF16LE, true, "a|b", "1|\u00e9\U0001f600"},
		"UTF-16BE":          {utf16Bytes("a;b\n1;2\n", binary.BigEndian, true), Options{}, ';', "LF", UTF16BE, true, "a|b", "1|2"},
		"UTF-16LE, no mark": {utf16Bytes("number,amount\n1,2\n", binary.LittleEndian, false), Options{}, ',', "LF", UTF16LE, false, "number|amount", "1|2"},
		"Windows-1252":      {[]byte("a,b\n1,caf\xe9 \x80\n"), Options{}, ',', "LF", Windows1252, false, "a|b", "1|caf\u00e9 \u20ac"},
		"no header":         {[]byte("1,2\n3,4\n"), Options{Header: []string{"x", "y"}}, ',', "LF", UTF8, false, "x|y", "1|2/3|4"},
		"no names":          {[]byte("1,2\n3,4\n"), Options{Headerless: true}, ',', "LF", UTF8, false, "1|2", "1|2/3|4"},
		"quoted header":     {[]byte("\"a,\nx\",b\n1,2\n"), Options{}, ',', "LF", UTF8, false, "a,\nx|b", "1|2"},
		"quoted delimiters": {[]byte("a;b\n\"1,2,3,4\";\"x,y\"\n\"1,2,3,4\";z\n"), Options{}, ';', "LF", UTF8, false, "a|b", "1,2,3,4|x,y/1,2,3,4|z"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, test.data, test.o)
			if s.Dialect.Comma != test.comma || s.Dialect.Newline != test.newline || s.Encoding != test.encoding || s.BOM != test.mark {
				t.Errorf("got %q %s %s mark %v", s.Dialect.Comma, s.Dialect.Newline, s.Encoding, s.BOM)
			}
			if got := strings.Join(s.Header, "|"); got != test.header {
				t.Errorf("header: got %q, want %q", got, test.header)
			}
			if got := cells(t, s); got != test.rows {
				t.Errorf("rows: got %q, want %q", got, test.rows)
			}
		})
	}
}

func TestEmptyAndNotText(t *testing.T) {
	var book bytes.Buffer
	z := zip.NewWriter(&book)
	if _, err := z.Create("xl/workbook.bin"); err != nil {
		t.Fatal(err)
	}
	z.Close()
	for name, test := range map[string]struct {
		data []byte
		kind string
	}{
		"nothing":     {nil, ""},
		"white space": {[]byte(" \r\n\n"), ""},
		"only a mark": {[]byte("\xef\xbb\xbf"), ""},
		"pdf":         {[]byte("%PDF-1.7 and more"), "PDF document"},
		"xlsb":        {book.Bytes(), "xlsb workbook"},
		"xls":         {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."), "xls workbook"},
		"NUL":         {make([]byte, 5000), "binary file"},
		"UTF-32":      {[]byte("\xff\xfe\x00\x00a\x00\x00\x00"), "text in UTF-32"},
		"PGP":         {[]byte("\x85\x02\x0c\x03\x9a\x01\x02\x03\x04\x05"), "PGP message"},
		"PGP armour":  {[]byte("-----BEGIN PGP MESSAGE-----\n"), "PGP message"},
		"noise":       {bytes.Repeat([]byte{1, 2, 3, 250, 7, 9}, 50), "binary file"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, test.data, Options{})
			if !s.Empty || s.NotText != test.kind {
				t.Errorf("got empty %v, not text %q; want %q", s.Empty, s.NotText, test.kind)
			}
			err := s.Scan(t.Context(), 1, func(int, *Batch) error { return errors.New("rows of nothing") })
			if e := (*NotTextError)(nil); (test.kind != "") != errors.As(err, &e) || test.kind == "" && err != nil {
				t.Errorf("scan: got %v", err)
			}
		})
	}
}

func TestEncrypted(t *testing.T) {
	for text, want := range map[string]bool{
		"\x84\x8c\x03 old, one byte": true, "\x85\x02\x0c\x03 old, two": true, "\xc1\x8c\x03 new": true, "\xc1\xc0\x4c\x03 new, two": true,
		"\x8c\x0d\x04 by password": true, "\xc3\x0d\x05 by password": true, "\x84a\x94,quoted": false, "\xc1ngel,b": false, "a,b,c,d,e": false, "\xc1": false,
	} {
		if got := encrypted([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func packed(t *testing.T, kind string, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if kind == "gzip" {
		w := gzip.NewWriter(&b)
		if _, err := w.Write(files[0]); err != nil {
			t.Fatal(err)
		}
		w.Close()
		return b.Bytes()
	}
	w := zip.NewWriter(&b)
	for i, data := range files {
		f, err := w.Create(fmt.Sprintf("file%d.csv", i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return b.Bytes()
}

func TestArchives(t *testing.T) {
	text := []byte("a,b\n1,2\n3,4\n")
	for _, kind := range []string{"gzip", "zip"} {
		data := packed(t, kind, text)
		s := open(t, data, Options{})
		if got := cells(t, s); s.Archive != kind || got != "1|2/3|4" || s.Size != int64(len(data)) {
			t.Errorf("%s: got archive %q, size %d, rows %q", kind, s.Archive, s.Size, got)
		}
		stream, err := OpenReader("-", bytes.NewReader(data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := cells(t, stream); got != "1|2/3|4" {
			t.Errorf("%s from a stream: got %q", kind, got)
		}
		stream.Close()
	}
	long := []byte("a,b\n")
	for i := range 20000 {
		long = fmt.Appendf(long, "%d,%d\n", i*7919, i)
	}
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"gzip cut off":       {packed(t, "gzip", long)[:9000], "in.csv: the gzip archive is cut off: its end is missing"},
		"zip cut off":        {packed(t, "zip", long)[:9000], "in.csv: the zip archive is damaged: zip: not a valid zip file"},
		"decompression bomb": {packed(t, "gzip", make([]byte, 64<<20)), "in.csv: the archive grows to more than 100 times its size"},
	} {
		if _, err := Open("in.csv", bytes.NewReader(test.data), int64(len(test.data)), Options{}); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
	for n := range 3 { // a zip archive that is no table names its files
		s := open(t, packed(t, "zip", [][]byte{text, text}[:n]...), Options{})
		want := []string{"zip archive", "", "zip archive"}[n]
		if s.NotText != want || len(s.Packed) != n || s.Locked {
			t.Errorf("%d files: got not text %q, want %q; files %q, locked %v", n, s.NotText, want, s.Packed, s.Locked)
		}
	}
}

// endless is a stream of one byte, long enough to fill any memory.
type endless struct {
	prefix string
	fill   byte
	left   int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.prefix != "" {
		n := copy(p, e.prefix)
		e.prefix = e.prefix[n:]
		return n, nil
	}
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.left))
	for i := range p[:n] {
		p[i] = e.fill
	}
	e.left -= int64(n)
	return n, nil
}

// Whatever the input, memory stays bounded: these are 100 MB each.
func TestMemoryIsBounded(t *testing.T) {
	const size = 100 << 20
	for name, test := range map[string]struct {
		in   *endless
		want string
	}{
		"a quote that never closes": {&endless{"a,b\n1,\"", 'x', size}, "in.csv: row 2 is longer than 16 MiB"},
		"a line without an end":     {&endless{"a,b\n", 'x', size}, "in.csv: row 2 is longer than 16 MiB"},
		"a header without an end":   {&endless{"", 'x', size}, "in.csv: the header is longer than 16 MiB"},
		"endless columns":           {&endless{"a,b\n", ',', size}, "in.csv: row 2 is longer than 16 MiB"},
		"many columns":              {&endless{strings.Repeat("a,", 100_000) + "a\n", '\n', 10}, "in.csv: the header has 100001 columns; 16384 is the most that can be read"},
		"quotes":                    {&endless{"a,b\n", '"', size}, "in.csv: row 2 is longer than 16 MiB"},
		"blank lines":               {&endless{"a,b\n", '\n', size}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var mu sync.Mutex
			peak := uint64(0)
			look := func() {
				mu.Lock()
				defer mu.Unlock()
				runtime.ReadMemStats(&after)
				peak = max(peak, after.HeapInuse)
			}
			s, err := OpenReader("in.csv", test.in, Options{})
			if err == nil {
				defer s.Close()
				err = s.Scan(t.Context(), 2, func(int, *Batch) error {
					look()
					return nil
				})
			}
			look()
			if test.want == "" && err != nil || test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			// A row of separators alone costs four bytes a cell besides its own.
			if grown := int64(peak) - int64(before.HeapInuse); grown > 400<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}
