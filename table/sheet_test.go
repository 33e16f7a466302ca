package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Parts of a small workbook, without the sheets.
const (
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	types     = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	topRels   = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	relType   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// zipParts makes an archive of parts, names and contents in turn.
func zipParts(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A rawBook is a workbook of hand-written XML.
type rawBook struct {
	sheets  []string // inside of <worksheet>
	names   []string // as attributes; default: name="Sheet1" …
	setting string   // <workbookPr/> and the like
	strings string   // inside of <sst>
	styles  string   // inside of <styleSheet>
}

func (r rawBook) bytes(t testing.TB) []byte {
	list, rels := "", ""
	parts := []string{"[Content_Types].xml", types, "_rels/.rels", topRels}
	for i, s := range r.sheets {
		name := fmt.Sprintf(`name="Sheet%d"`, i+1)
		if i < len(r.names) {
			name = r.names[i]
		}
		list += fmt.Sprintf(`<sheet %s sheetId="%d" r:id="rId%d"/>`, name, i+1, i+1)
		rels += fmt.Sprintf(`<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relType, i+1)
		parts = append(parts, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), `<?xml version="1.0" encoding="UTF-8"?>`+"\n<worksheet "+mainSpace+">"+s+"</worksheet>")
	}
	for _, p := range [][3]string{{"sharedStrings", "sst", r.strings}, {"styles", "styleSheet", r.styles}} {
		if p[2] != "" {
			rels += fmt.Sprintf(`<Relationship Id="%s" Type="%s%s" Target="/xl/%s.xml"/>`, p[0], relType, p[0], p[0])
			parts = append(parts, "xl/"+p[0]+".xml", "<"+p[1]+" "+mainSpace+">"+p[2]+"</"+p[1]+">")
		}
	}
	parts = append(parts, "xl/workbook.xml", `<workbook `+mainSpace+` xmlns:r="x">`+r.setting+"<sheets>"+list+"</sheets></workbook>",
		"xl/_rels/workbook.xml.rels", `<Relationships xmlns="y">`+rels+"</Relationships>")
	return zipParts(t, parts...)
}

// sheetData writes rows of inline texts as sheet data.
func sheetData(rows ...string) string {
	var b strings.Builder
	b.WriteString("<sheetData>")
	for _, row := range rows {
		b.WriteString("<row>")
		for _, cell := range strings.Split(row, "|") {
			b.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">` + cell + `</t></is></c>`)
		}
		b.WriteString("</row>")
	}
	return b.String() + "</sheetData>"
}

// readBook returns header and cells of a workbook: "a|b/1|2".
func readBook(t testing.TB, data []byte, o Options) (*Source, string, error) {
	s, err := Open("in.xlsx", bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		return nil, "", err
	}
	t.Cleanup(func() { s.Close() })
	out := []string{strings.Join(s.Header, "|")}
	err = s.Scan(t.Context(), 1, func(_ int, b *Batch) error {
		for i := range b.Len() {
			var row []string
			for j := range b.Columns() {
				row = append(row, string(b.Cell(i, j)))
			}
			out = append(out, strings.Join(row, "|"))
		}
		return nil
	})
	return s, strings.Join(out, "/"), err
}

func TestSheetCells(t *testing.T) {
	shared := `<si><t>id</t></si><si><r><rPr><b/></rPr><t>ri</t></r><r><t xml:space="preserve">ch </t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si><t/></si><si><t>a_x000D_b_x005F_</t></si>`
	formats := `<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="&quot;ID-&quot;@"/></numFmts>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="1"/><xf numFmtId="165"/><xf numFmtId="49"/></cellXfs>`
	tests := []struct{ name, cell, want string }{
		{"shared", `<c r="A2" t="s"><v>0</v></c>`, "id"},
		{"rich", `<c r="A2" t="s"><v> 1 </v></c>`, "rich "},
		{"shared and empty", `<c r="A2" t="s"><v>2</v></c>`, ""},
		{"escaped characters", `<c r="A2" t="s"><v>3</v></c>`, "a\rb_"},
		{"inline", `<c r="A2" t="inlineStr"><is><t>a &amp; b</t></is></c>`, "a & b"},
		{"inline and rich", `<c r="A2" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>`, "ab"},
		{"CDATA", `<c r="A2" t="inlineStr"><is><t><![CDATA[a <&> b]]>c</t></is></c>`, "a <&> bc"},
		{"comments inside", `<c r="A2"><!-- > --><v>1<!-- <v> -->2</v></c>`, "12"},
		{"references", `<c r='A2' t="inlineStr"><is><t>&#65;&#x42;&lt;&quot;&apos;</t></is></c>`, `AB<"'`},
		{"line ends", "<c r=\"A2\" t=\"inlineStr\"><is><t>a\r\nb&#13;c</t></is></c>", "a\nb\rc"},
		{"a quote and a delimiter", `<c r="A2" t="inlineStr"><is><t>6" pipe, long</t></is></c>`, `6" pipe, long`},
		{"outer white space", `<c r="A2" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>`, " a "},
		{"result of a formula", `<c r="A2" t="str"><f>B2</f><v>x</v></c>`, "x"},
		{"true", `<c r="A2" t="b"><v>1</v></c>`, "TRUE"},
		{"false", `<c r="A2" t="b"><v>0</v></c>`, "FALSE"},
		{"error", `<c r="A2" t="e"><v>#N/A</v></c>`, "#N/A"},
		{"number", `<c r="A2"><v>10.5</v></c>`, "10.5"},
		{"number of many digits", `<c r="A2"><v>919876500001</v></c>`, "9.19877E+11"},
		{"the same, formatted as a whole number", `<c r="A2" s="4"><v>919876500001</v></c>`, "919876500001"},
		{"sum of a tenth and two", `<c r="A2"><v>0.30000000000000004</v></c>`, "0.3"},
		{"date", `<c r="A2" s="1"><v>46346</v></c>`, "2026-11-20"},
		{"date of the reader's country", `<c r="A2" s="2"><v>46346</v></c>`, "11/20/2026"},
		{"date as text", `<c r="A2" t="d" s="1"><v>2026-11-20T00:00:00</v></c>`, "2026-11-20"},
		{"percent", `<c r="A2" s="3"><v>0.1</v></c>`, "10.00%"},
		{"a number as text", `<c r="A2" s="6" t="inlineStr"><is><t>007</t></is></c>`, "007"},
		{"text with a format", `<c r="A2" s="5" t="s"><v>0</v></c>`, "ID-id"},
		{"no number at all", `<c r="A2"><v>abc</v></c>`, "abc"},
		{"a style that is not there", `<c r="A2" s="99"><v>5</v></c>`, "5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := rawBook{sheets: []string{`<sheetData><row r="1"><c t="inlineStr"><is><t>h</t></is></c><c t="inlineStr"><is><t>i</t></is></c></row><row r="2">` + tt.cell + `<c r="B2"><v>1</v></c></row></sheetData>`},
				strings: shared, styles: formats}.bytes(t)
			_, got, err := readBook(t, data, Options{})
			if want := "h|i/" + tt.want + "|1"; err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestSheetShapes(t *testing.T) {
	tests := []struct {
		name, sheet, want string
		header            int64
	}{
		{"cells and rows without names", `<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row></sheetData>`, "1|2/3|4", 1},
		{"gaps", `<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row></sheetData>`, "1||2/|3|", 1},
		{"out of order", `<sheetData><row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData>`, "1|2|3", 1},
		{"blank rows before", `<sheetData><row r="2"><c r="A2" s="1"/></row><row r="4"><c r="A4"><v>1</v></c></row><row r="5"><c r="A5"><v>2</v></c></row></sheetData>`, "1/2", 4},
		{"styled cells behind", `<sheetData><row r="1"><c><v>1</v></c><c s="1"/></row><row r="2"><c><v>2</v></c><c s="1"/><c s="1"/></row><row r="9"><c s="2"/></row></sheetData>`, "1/2", 1},
		{"prefixes", `<extLst/><sheetData><row r="1"><c r="A1"><v>1</v></c><x:c r="B1"><x:v>9</x:v></x:c></row></sheetData>`, "1", 1},
		{"no rows", `<sheetData/>`, "", 0},
		{"blank cells only", `<sheetData><row r="1"><c r="A1" s="1"/><c r="B1" t="inlineStr"><is><t> </t></is></c></row></sheetData>`, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, got, err := readBook(t, rawBook{sheets: []string{tt.sheet}}.bytes(t), Options{})
			if err != nil || got != tt.want || s.HeaderRow != tt.header || s.Empty != (tt.want == "") {
				t.Errorf("got %q, header in row %d, empty %v, %v; want %q, %d", got, s.HeaderRow, s.Empty, err, tt.want, tt.header)
			}
		})
	}
}

// TestSheet1904 holds that days count from where the workbook says.
func TestSheet1904(t *testing.T) {
	data := rawBook{setting: `<workbookPr date1904="true"/>`, styles: `<cellXfs><xf/><xf numFmtId="14"/></cellXfs>`,
		sheets: []string{`<sheetData><row><c><v>1</v></c></row><row><c s="1"><v>44884</v></c></row></sheetData>`}}.bytes(t)
	if _, got, err := readBook(t, data, Options{}); err != nil || got != "1/11/20/2026" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestSheetNumbers holds that rows have the numbers of the sheet.
func TestSheetNumbers(t *testing.T) {
	data := rawBook{sheets: []string{`<sheetData><row r="3"><c r="A3" t="inlineStr"><is><t>h</t></is></c></row>` +
		"<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>two\nlines</t></is></c></row>" +
		`<row r="7" hidden="1"><c r="A7"><v>7</v></c></row><row r="8"><c r="A8"><v>8</v></c><c r="C8"><v>9</v></c></row></sheetData>`}}.bytes(t)
	s, _, err := readBook(t, data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = s.Scan(t.Context(), 2, func(_ int, b *Batch) error {
		for i := range b.Len() {
			got = append(got, fmt.Sprintf("%d=%d:%s", b.Number(i), b.Ref(i).Line, b.Cell(i, 0)))
		}
		for i := range b.Faults {
			f := &b.Faults[i]
			got = append(got, fmt.Sprintf("%d=%d!%d", f.Row, b.FaultRef(f).Line, f.Kind))
		}
		return nil
	})
	want := []string{"4=4:two\nlines", "7=7:7", "5=5!1", "6=6!1", "8=8!0"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if h := s.Workbook.HiddenRows; h != (Places{1, 7, 0}) {
		t.Errorf("hidden rows %v", h)
	}
	b, err := s.Fetch(t.Context(), 1, []int64{7})
	if err != nil || b.Len() != 1 || string(b.Cell(0, 0)) != "7" || b.Ref(0).Line != 7 {
		t.Errorf("fetched %d rows, %v", b.Len(), err)
	}
}

func TestSheetNotes(t *testing.T) {
	data := rawBook{sheets: []string{
		`<cols><col min="2" max="2" hidden="1"/><col min="9" max="16384" hidden="true"/></cols>` +
			`<sheetData><row r="1"><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>` +
			`<row r="2"><c><f>1+1</f><v>2</v></c><c><f>x</f></c></row><row r="3"><c t="str"><f>""</f><v></v></c><c><f>x</f><v/></c></row></sheetData>` +
			`<mergeCells count="3"><mergeCell ref="A2:B2"/><mergeCell ref="A1:B1"/><mergeCell ref="D1:E9"/><mergeCell ref="A3:A3"/></mergeCells>`,
		sheetData("x"), `<sheetData><row r="1"><c s="1"/></row></sheetData>`},
		names: []string{`name="Bills"`, `name="Old &amp; gone" state="veryHidden"`, `name="Notes"`}}.bytes(t)
	s, got, err := readBook(t, data, Options{})
	if err != nil || got != "a|b/2|" {
		t.Fatalf("got %q, %v", got, err)
	}
	w := *s.Workbook
	for i := range w.Sheets {
		w.Sheets[i].part = ""
	}
	want := Workbook{Sheet: "Bills", Sheets: []Sheet{{Name: "Bills"}, {Name: "Old & gone", Hidden: true}, {Name: "Notes", Empty: true}},
		HiddenColumns: []int{1}, MergedHeader: Places{1, 1, 0}, MergedBody: Places{1, 2, 0},
		Formulas: []Places{{2, 2, 0}, {2, 2, 1}}, Unvalued: []Places{{2, 2, 1}}}
	if g, want := fmt.Sprintf("%+v", w), fmt.Sprintf("%+v", want); g != want {
		t.Errorf("got\n%s\nwant\n%s", g, want)
	}
}

func TestSheetChoice(t *testing.T) {
	data := rawBook{sheets: []string{sheetData("hidden"), sheetData("first"), sheetData("second")},
		names: []string{`name="Old" state="hidden"`, `name="Sales"`, `name="1"`}}.bytes(t)
	for wanted, want := range map[string]string{"": "first", "Sales": "first", "sales": "first", "Old": "hidden", "1": "second", "3": "second", "2": "first"} {
		s, got, err := readBook(t, data, Options{Sheet: wanted})
		if err != nil || got != want || s.Workbook.Chosen != (wanted != "") {
			t.Errorf("sheet %q: got %q, %v, want %q", wanted, got, err, want)
		}
	}
	_, _, err := readBook(t, data, Options{Sheet: "Sals"})
	e, ok := err.(*SheetError)
	if !ok || e.Name != "in.xlsx" || !slices.Equal(e.Sheets, []string{"Old", "Sales", "1"}) {
		t.Errorf("an unknown sheet gives %v", err)
	}
	none := rawBook{}.bytes(t)
	if s, got, err := readBook(t, none, Options{}); err != nil || got != "" || !s.Empty {
		t.Errorf("a workbook without sheets: %q, %v", got, err)
	}
}

func TestSheetDialect(t *testing.T) {
	data := rawBook{sheets: []string{sheetData("a;x|b,y", "1;2|3,4")}}.bytes(t)
	s, got, err := readBook(t, data, Options{Comma: ';'})
	if err != nil || got != "a;x|b,y/1;2|3,4" || s.Dialect.Comma != ';' || s.Sniffed != ';' {
		t.Errorf("got %q, %v, delimiter %q", got, err, s.Dialect.Comma)
	}
	if _, got, err = readBook(t, data, Options{Headerless: true}); err != nil || got != "1|2/a;x|b,y/1;2|3,4" {
		t.Errorf("without a header: %q, %v", got, err)
	}
	if _, got, err = readBook(t, data, Options{Header: []string{"p", "q", "r"}}); err != nil || got != "p|q|r/a;x|b,y|/1;2|3,4|" {
		t.Errorf("with a header of its own: %q, %v", got, err)
	}
}
