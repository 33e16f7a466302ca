package table

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzSheet holds that whatever stands in the XML of a sheet ends in rows or in
// an error, and reads alike in small blocks.
func FuzzSheet(f *testing.F) {
	for _, seed := range []string{
		sheetData("a|b", "1|2"),
		`<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46346.5</v></c></row><row r="9" hidden="1"><c r="C9" t="e"><v>#N/A</v></c></row></sheetData>`,
		`<cols><col min="1" max="3" hidden="1"/></cols><sheetData><row><c t="b"><f>1</f><v>1</v></c><c><f>x</f></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
		"<sheetData><row><c t='inlineStr'><is><r><t>a&amp;\r\n\"</t></r><rPh><t>x</t></rPh></is></c><c t=\"str\"><v><![CDATA[,]]>_x000D_</v></c></row></sheetData>",
		`<!-- > --><x:sheetData/><?p ?><sheetData><row r="1048576"><c r="XFD1048576"><v>-1e-9</v></c></row></sheetData>`,
	} {
		f.Add(seed, "0.00", "x")
		f.Add(seed, `yyyy\-mm\-dd;[>1]# ?/?;@`, "y")
	}
	f.Fuzz(func(t *testing.T, sheet, code, shared string) {
		if strings.ContainsAny(code+shared, "<>&\"\x00") {
			code, shared = "0", "x"
		}
		data := rawBook{sheets: []string{sheet}, strings: "<si><t>" + shared + "</t></si>",
			styles: `<numFmts><numFmt numFmtId="164" formatCode="` + code + `"/></numFmts><cellXfs><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>`}.bytes(t)
		s, whole, err := readBook(t, data, Options{})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "in.xlsx: ") || strings.Contains(err.Error(), "internal error") {
				t.Fatalf("error %v", err)
			}
			return
		}
		if _, pieces, err := readBook(t, data, Options{BlockSize: 64}); err != nil || pieces != whole {
			t.Fatalf("in small blocks %q, %v, at once %q", pieces, err, whole)
		}
		if s.Rows() > maxRows {
			t.Fatalf("%d rows", s.Rows())
		}
	})
}

// FuzzWorkbook holds that no archive makes reading fail other than by an error.
func FuzzWorkbook(f *testing.F) {
	whole := rawBook{sheets: []string{sheetData("a|b", "1|2")}, strings: "<si><t>x</t></si>", styles: "<cellXfs><xf/></cellXfs>"}.bytes(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(zipParts(f, "mimetype", "application/vnd.oasis.opendocument.spreadsheet"))
	f.Add(zipParts(f, "xl/workbook.xml", "<workbook/>"))
	f.Add(compoundFile("EncryptedPackage"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Open("in.xlsx", bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			if strings.Contains(err.Error(), "internal error") {
				t.Fatal(err)
			}
			return
		}
		defer s.Close()
		if err := s.Scan(t.Context(), 2, func(int, *Batch) error { return nil }); err != nil && s.NotText == "" {
			t.Fatal(err)
		}
	})
}

// FuzzFormat holds that every code of a format shows every number somehow.
func FuzzFormat(f *testing.F) {
	for _, code := range []string{"0.00", "#,##0;(#,##0)", "yyyy-mm-dd hh:mm:ss.000", "# ??/??", "##0.0E+0", `[$€-407]0,,"M"`, "[h]:mm;@", "[<1]General;;;@"} {
		f.Add(code, "12345.678")
		f.Add(code, "-1e-7")
	}
	f.Fuzz(func(t *testing.T, code, value string) {
		p := parseFormat(code)
		out, ok := p.appendNumber(nil, []byte(value), 0)
		if _, number := parseFigure([]byte(value)); ok != number && !p.general {
			t.Fatalf("%q as %q: %q, %v", value, code, out, ok)
		}
		if most := 400 + 40*len(code); len(out) > most {
			t.Fatalf("%q as %q is %d bytes long", value, code, len(out))
		}
		p.appendText(nil, []byte(value))
	})
}
