package main

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// numeric are the columns that a workbook holds as numbers; dates are those
// that it holds as days.
var (
	numeric = []string{"bill_amount", "gross_amount", "bill_discount", "serial", "qty", "rate", "gross_value", "line_discount", "line_amount"}
	dates   = []string{"bill_date"}
)

// A fixedPart is a part of the workbook that does not depend on the rows.
type fixedPart struct{ name, text string }

func fixedParts() []fixedPart {
	const space = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	relations := func(pairs ...string) string {
		var b strings.Builder
		b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
		for i := 0; i < len(pairs); i += 2 {
			fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s%s" Target="%s"/>`, i/2+1, office, pairs[i], pairs[i+1])
		}
		return b.String() + "</Relationships>"
	}
	const content = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	return []fixedPart{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + content + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + content + `worksheet+xml"/>` +
			`<Override PartName="/xl/sharedStrings.xml" ContentType="` + content + `sharedStrings+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + content + `styles+xml"/></Types>`},
		{"_rels/.rels", relations("officeDocument", "xl/workbook.xml")},
		{"xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml", "sharedStrings", "sharedStrings.xml", "styles", "styles.xml")},
		{"xl/workbook.xml", `<workbook ` + space + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="Sales" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/styles.xml", `<styleSheet ` + space + `><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
			`<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="2"/></cellXfs></styleSheet>`},
	}
}

// writeWorkbook turns a CSV file into a workbook as spreadsheet programs write
// it: texts shared, days and amounts as formatted numbers, every cell named.
func writeWorkbook(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	err = writeParts(z, csv.NewReader(bufio.NewReaderSize(in, 1<<20)))
	if err == nil {
		err = z.Close()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

func writeParts(z *zip.Writer, rows *csv.Reader) error {
	for _, p := range fixedParts() {
		w, err := z.Create(p.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, p.text); err != nil {
			return err
		}
	}
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	s := &sheet{w: bufio.NewWriterSize(w, 1<<20), index: map[string]int{}}
	if err := s.write(rows); err != nil {
		return err
	}
	if w, err = z.Create("xl/sharedStrings.xml"); err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(b, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="%d">`, len(s.texts))
	for _, text := range s.texts {
		b.WriteString(`<si><t xml:space="preserve">`)
		if err := xml.EscapeText(b, []byte(text)); err != nil {
			return err
		}
		b.WriteString("</t></si>")
	}
	b.WriteString("</sst>")
	return b.Flush()
}

// A sheet is the worksheet under way.
type sheet struct {
	w     *bufio.Writer
	index map[string]int // of texts
	texts []string
}

func (s *sheet) write(rows *csv.Reader) error {
	rows.FieldsPerRecord = -1
	s.w.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	var header []string
	for number := 1; ; number++ {
		row, err := rows.Read()
		if err == io.EOF {
			s.w.WriteString("</sheetData></worksheet>")
			return s.w.Flush()
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(s.w, `<row r="%d" spans="1:%d">`, number, len(row))
		for i, cell := range row {
			column := ""
			if number > 1 && i < len(header) {
				column = header[i]
			}
			s.cell(string(rune('A'+i))+strconv.Itoa(number), column, cell)
		}
		s.w.WriteString("</row>")
		if number == 1 {
			header = slices.Clone(row)
		}
	}
}

func (s *sheet) cell(ref, column, cell string) {
	if cell == "" {
		return
	}
	if slices.Contains(dates, column) {
		if day, err := time.Parse(time.DateOnly, cell); err == nil {
			const unixDay = 25569 // of 1970-01-01, as spreadsheets count
			fmt.Fprintf(s.w, `<c r="%s" s="1"><v>%d</v></c>`, ref, day.Unix()/86400+unixDay)
			return
		}
	}
	if slices.Contains(numeric, column) {
		if v, err := strconv.ParseFloat(cell, 64); err == nil {
			style := ""
			if strings.Contains(cell, ".") {
				style = ` s="2"`
			}
			fmt.Fprintf(s.w, `<c r="%s"%s><v>%s</v></c>`, ref, style, strconv.FormatFloat(v, 'g', -1, 64))
			return
		}
	}
	i, ok := s.index[cell]
	if !ok {
		i = len(s.texts)
		s.index[cell], s.texts = i, append(s.texts, cell)
	}
	fmt.Fprintf(s.w, `<c r="%s" t="s"><v>%d</v></c>`, ref, i)
}

// benchWorkbook measures a workbook beside the same rows as CSV.
func benchWorkbook(program string, runs int, cfg config) error {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("preflight-bench-%d.csv", os.Getpid()))
	book := strings.TrimSuffix(path, ".csv") + ".xlsx"
	defer os.Remove(path)
	defer os.Remove(book)
	if err := makeFile(path, cfg); err != nil {
		return err
	}
	if err := writeWorkbook(path, book); err != nil {
		return err
	}
	info, err := os.Stat(book)
	if err != nil {
		return err
	}
	check := func(file string) []string {
		return []string{program, "check", file, "--isolated", "--accept", "csv,xlsx", "--today", "2026-11-21", "--format", "json", "--fail-on", "never"}
	}
	fmt.Printf("%d rows of 18 cells in a workbook of %.1f MB; %d runs of each, in turn\n", cfg.rows, float64(info.Size())/1e6, runs)
	return compare(os.Stdout, []contender{
		{name: "preflight check, workbook", args: check(book)},
		{name: "the same rows as CSV", args: check(path)},
		{name: "workbook, -j 1", args: append(check(book), "-j", "1")},
	}, runs)
}
