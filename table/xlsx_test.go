package table

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestWorkbookDamage holds that what is wrong with a workbook is said in words,
// and what to do.
func TestWorkbookDamage(t *testing.T) {
	sheet := func(inside string) []byte {
		return rawBook{sheets: []string{"<sheetData>" + inside + "</sheetData>"}, strings: "<si><t>x</t></si>"}.bytes(t)
	}
	good := rawBook{sheets: []string{sheetData("a|b", "1|2")}}.bytes(t)
	long := rawBook{sheets: []string{sheetData(strings.Split(noise(20_000), " ")...)}}.bytes(t)
	broken := bytes.Clone(long)
	for i := range 40 {
		broken[len(broken)/3+i] ^= 0x55
	}
	locked := bytes.Clone(good)
	for _, sign := range []struct {
		text string
		at   int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		for rest := locked; ; {
			i := bytes.Index(rest, []byte(sign.text))
			if i < 0 {
				break
			}
			rest[i+sign.at] |= 1
			rest = rest[i+4:]
		}
	}
	const damaged = "in.xlsx: the workbook is damaged: "
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"cut in half", long[:len(long)/2], "in.xlsx: the workbook is cut off or damaged: its table of contents is missing"},
		{"bytes changed", broken, damaged},
		{"no workbook part", zipParts(t, "[Content_Types].xml", types, "_rels/.rels", topRels), damaged + "its part workbook.xml is missing"},
		{"no sheet part", zipParts(t, "_rels/.rels", topRels, "xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>`), damaged + "its part sheet1.xml is missing"},
		{"a sheet elsewhere", zipParts(t, "_rels/.rels", topRels, "xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="worksheet" TargetMode="External" Target="file:///etc/passwd"/></Relationships>`), ""},
		{"a workbook that is no XML", zipParts(t, "xl/workbook.xml", "name,amount\n"), damaged + "its XML has text outside of elements"},
		{"locked", locked, "in.xlsx: the workbook is locked with a password"},
		{"XML cut off", rawBook{sheets: []string{`<sheetData><row><c><v>1`}}.bytes(t), damaged + "its XML closes an element that is not open"},
		{"tags that do not pair", sheet(`<row r="1"><c r="A1"><v>1</c></v></row>`), damaged + "its XML closes an element that is not open"},
		{"an attribute without quotes", sheet(`<row r=1></row>`), damaged + "its XML has an attribute without quotes"},
		{"a document type", zipParts(t, "xl/workbook.xml", `<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook/>`), damaged + "its XML declares a document type, which no spreadsheet program writes"},
		{"an entity", sheet(`<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>`), damaged + "its XML refers to something that is not defined"},
		{"an ampersand", sheet(`<row r="1"><c r="A1" t="inlineStr"><is><t>a & b</t></is></c></row>`), damaged + "its XML has an ampersand that begins no reference"},
		{"another encoding", zipParts(t, "xl/workbook.xml", `<?xml version="1.0" encoding='ISO-8859-1'?><workbook/>`), damaged + "its XML is written in iso-8859-1, not in UTF-8"},
		{"rows out of order", sheet(`<row r="2"/><row r="1"/>`), damaged + "row 1 stands behind row 2"},
		{"a row that is no number", sheet(`<row r="0"/>`), damaged + `it has a row "0"`},
		{"a cell of another row", sheet(`<row r="2"><c r="A1"/></row>`), damaged + `row 2 has a cell "A1"`},
		{"a cell that is none", sheet(`<row r="2"><c r="2A"/></row>`), damaged + `row 2 has a cell "2A"`},
		{"a text that is not there", sheet(`<row r="1"><c r="B1" t="s"><v>1</v></c></row>`), damaged + "cell B1 refers to a text that is not there"},
		{"too many columns", sheet(`<row r="1"><c r="XFE1"/></row>`), "in.xlsx: row 1 has more than 16384 columns"},
		{"too many rows", sheet(`<row r="1048577"/>`), "in.xlsx: the sheet has rows behind row 1048576, the last that a sheet can have"},
		{"far too many rows", sheet(`<row r="99999999999999999999999"/>`), "in.xlsx: the sheet has rows behind row 1048576, the last that a sheet can have"},
		{"a long row", rawBook{sheets: []string{sheetData(strings.Repeat(noise(50_000)+"|", 340))}}.bytes(t), "in.xlsx: row 1 is longer than 16 MiB"},
		{"a long cell", rawBook{sheets: []string{sheetData("a", noise(70_000)+",")}}.bytes(t), "in.xlsx: cell A2 holds more than 64 KiB of text"},
		{"a bomb", rawBook{sheets: []string{"<sheetData>" + strings.Repeat(" ", 20<<20) + "</sheetData>"}}.bytes(t), "in.xlsx: the archive grows to more than 100 times its size"},
		{"a bomb of shared texts", rawBook{strings: "<si><t>" + noise(60_000) + "</t></si>",
			sheets: []string{"<sheetData><row>" + strings.Repeat(`<c t="s"><v>0</v></c>`, 200) + "</row>" + strings.Repeat("<row>"+strings.Repeat(`<c t="s"><v>0</v></c>`, 200)+"</row>", 10) + "</sheetData>"}}.bytes(t),
			"in.xlsx: the sheet grows to more than 100 times the size of the workbook"},
	}
	before := runtime.NumGoroutine()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := readBook(t, tt.data, Options{})
			if got := fmt.Sprint(err); tt.want == "" && err == nil || tt.want != "" && strings.HasPrefix(got, tt.want) {
				return
			}
			t.Errorf("got %v, want %s", err, tt.want)
		})
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); runtime.Gosched() {
		if runtime.NumGoroutine() <= before {
			return // what unpacks ahead ends with the reading
		}
	}
	t.Errorf("%d goroutines are left over", runtime.NumGoroutine()-before)
}

// noise is text that does not shrink.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789 "[r.IntN(37)]
	}
	return string(b)
}

func TestWorkbookHint(t *testing.T) {
	data := rawBook{sheets: []string{sheetData(noise(1000))}}.bytes(t)
	_, _, err := readBook(t, data[:len(data)-100], Options{})
	e, ok := errors.AsType[*WorkbookError](err)
	if !ok || e.Name != "in.xlsx" || !strings.HasPrefix(e.Hint, "copy or export the workbook again") {
		t.Errorf("got %#v", err)
	}
}

// compoundFile makes the head of an older office file with one entry in its
// directory.
func compoundFile(name string) []byte {
	b := make([]byte, 2048)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1) // sector 1 is the third of the file
	entry := b[1024:]
	for i, c := range name {
		binary.LittleEndian.PutUint16(entry[2*i:], uint16(c))
	}
	binary.LittleEndian.PutUint16(entry[64:], uint16(2*len(name)+2))
	return b
}

func TestOtherDocuments(t *testing.T) {
	for want, data := range map[string][]byte{
		"xls workbook":        compoundFile("Workbook"),
		"encrypted workbook":  compoundFile("EncryptedPackage"),
		"Word document":       zipParts(t, "[Content_Types].xml", types, "word/document.xml", "<x/>"),
		"PowerPoint document": compoundFile("PowerPoint Document"),
		"xlsb workbook":       zipParts(t, "[Content_Types].xml", types, "xl/styles.bin", "", "xl/workbook.bin", ""),
		"ods workbook":        zipParts(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"),
		"OpenDocument file":   zipParts(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<x/>"),
	} {
		s := open(t, data, Options{})
		if err := s.Scan(t.Context(), 1, nil); s.NotText != want || err == nil {
			t.Errorf("got %q, %v, want %q", s.NotText, err, want)
		}
	}
	if s := open(t, compoundFile("")[:512], Options{}); s.NotText != "xls workbook" {
		t.Errorf("a cut off file is %q", s.NotText)
	}
}

// TestWorkbookForms holds that workbooks of other programs read alike: other
// prefixes, UTF-16, names in other case, a byte order mark.
func TestWorkbookForms(t *testing.T) {
	const sheet = `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>é</t></is></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData>`
	prefixed := strings.NewReplacer("</", "</x:", "<", "<x:").Replace("<worksheet>" + sheet + "</worksheet>")
	prefixed = strings.Replace(prefixed, "<x:worksheet", `<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"`, 1)
	for name, part := range map[string]string{
		"plain":         "<worksheet>" + sheet + "</worksheet>",
		"mark":          "\ufeff<?xml version='1.0'?>\n<worksheet>" + sheet + "</worksheet>\n",
		"prefixes":      prefixed,
		"indented":      strings.ReplaceAll("<worksheet>"+sheet+"</worksheet>", "><", ">\r\n\t<"),
		"comments":      strings.ReplaceAll("<worksheet>"+sheet+"</worksheet>", "><", "><!--<row>--><?x <v>?><"),
		"UTF-16":        string(utf16Bytes("<worksheet>"+sheet+"</worksheet>", binary.LittleEndian, true)),
		"UTF-16, other": string(utf16Bytes("<worksheet>"+sheet+"</worksheet>", binary.BigEndian, false)),
	} {
		data := zipParts(t, `XL\Workbook.XML`, `<workbook xmlns:rel="r"><sheets><sheet name="A" rel:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="../xl/./Worksheets/a.xml"/></Relationships>`,
			"xl/worksheets/a.xml", part)
		if _, got, err := readBook(t, data, Options{}); err != nil || got != "é/2" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// TestXMLEdges holds that a token reads the same wherever the buffer ends.
func TestXMLEdges(t *testing.T) {
	const text = `<?xml version="1.0"?><!-- c --><a:r xmlns:a="x" q='>'><a:c  r = "A1"/><a:t>x<![CDATA[<y>]]>&amp;z</a:t ><o/></a:r>`
	read := func(step int) string {
		x := newXMLReader(&stepReader{text: text, step: step})
		x.buf = make([]byte, 4)
		var out []string
		for {
			k, err := x.next()
			if err != nil {
				return fmt.Sprint(out, err)
			}
			out = append(out, fmt.Sprintf("%d", k))
			switch k {
			case tokenStart:
				out = append(out, string(x.name), fmt.Sprint(x.foreign))
				for _, a := range x.attrs {
					out = append(out, string(a.name)+"="+string(a.value))
				}
			case tokenText:
				out = append(out, string(x.text))
			}
		}
	}
	want := "[1 r false xmlns:a=x q=> 1 c false r=A1 0 1 t false 2 x 2 <y> 2 &amp;z 0 1 o true 0 0] EOF"
	for step := 1; step <= len(text); step++ {
		if got := read(step); got != want {
			t.Fatalf("%d bytes at once:\n got %s\nwant %s", step, got, want)
		}
	}
}

type stepReader struct {
	text string
	step int
}

func (s *stepReader) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), s.step)], s.text)
	s.text = s.text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestManyComments holds that depth of calls does not grow with the file.
func TestManyComments(t *testing.T) {
	x := newXMLReader(strings.NewReader(strings.Repeat("<!----> ", 200_000) + "<a/>"))
	if err := x.root("a"); err != nil {
		t.Error(err)
	}
	x = newXMLReader(strings.NewReader(strings.Repeat("<a>", maxDepth+1)))
	if err := x.drain(); err == nil {
		t.Errorf("deep elements: %v", err)
	}
}
