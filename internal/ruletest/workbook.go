package ruletest

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"strings"
)

// Workbook makes an xlsx workbook of text in which a line such as
//
//	[Sales]
//	[Old] hidden
//
// begins a sheet and the lines below it are rows, as CSV. A cell may be
//
//	=A1*2          a formula without a stored result
//	=A1*2 -> 10    with one
//	<   ^          merged with the cell to the left, or above
//	hidden: x      x, in a hidden row or, in the first row, a hidden column
//
// All other cells are text; blank ones are texts, too. ok is false for text
// that does not begin with a sheet.
func Workbook(text string) (data string, ok bool) {
	if !strings.HasPrefix(text, "[") {
		return text, false
	}
	var b workbook
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if name, after, found := strings.Cut(strings.TrimPrefix(line, "["), "]"); found && strings.HasPrefix(line, "[") {
			b.end()
			b.names = append(b.names, name)
			b.hidden = append(b.hidden, strings.TrimSpace(after) == "hidden")
			continue
		}
		b.row(line)
	}
	b.end()
	return b.archive(), true
}

// A workbook is one under way; the fields below sheets are of the last sheet.
type workbook struct {
	names  []string
	hidden []bool
	sheets []string

	rows, columns, merged strings.Builder
	number                int
}

// end closes the sheet under way.
func (b *workbook) end() {
	if len(b.names) == len(b.sheets) {
		return
	}
	sheet := "<sheetData>" + b.rows.String() + "</sheetData>"
	if b.columns.Len() > 0 {
		sheet = "<cols>" + b.columns.String() + "</cols>" + sheet
	}
	if b.merged.Len() > 0 {
		sheet += "<mergeCells>" + b.merged.String() + "</mergeCells>"
	}
	b.sheets = append(b.sheets, sheet)
	b.rows.Reset()
	b.columns.Reset()
	b.merged.Reset()
	b.number = 0
}

// row adds a row; a line without a cell is a row without cells.
func (b *workbook) row(line string) {
	b.number++
	if line == "" {
		return
	}
	r := csv.NewReader(strings.NewReader(line))
	r.LazyQuotes = true
	cells, err := r.Read()
	if err != nil {
		cells = strings.Split(line, ",")
	}
	hidden, first := "", b.rows.Len() == 0
	var out strings.Builder
	for i, cell := range cells {
		if rest, ok := strings.CutPrefix(cell, "hidden: "); ok {
			cell = rest
			if first {
				fmt.Fprintf(&b.columns, `<col min="%d" max="%d" hidden="1"/>`, i+1, i+1)
			} else {
				hidden = ` hidden="1"`
			}
		}
		b.cell(&out, i, cell)
	}
	fmt.Fprintf(&b.rows, `<row r="%d"%s>%s</row>`, b.number, hidden, out.String())
}

func (b *workbook) cell(out *strings.Builder, column int, cell string) {
	ref := func(column, row int) string { return fmt.Sprintf("%c%d", 'A'+column, row) }
	name := ref(column, b.number)
	switch {
	case cell == "<" && column > 0:
		fmt.Fprintf(&b.merged, `<mergeCell ref="%s:%s"/>`, ref(column-1, b.number), name)
	case cell == "^" && b.number > 1:
		fmt.Fprintf(&b.merged, `<mergeCell ref="%s:%s"/>`, ref(column, b.number-1), name)
	case strings.HasPrefix(cell, "="):
		formula, result, stored := strings.Cut(cell[1:], " -> ")
		value := ""
		if stored {
			value = "<v>" + escaped(result) + "</v>"
		}
		fmt.Fprintf(out, `<c r="%s" t="str"><f>%s</f>%s</c>`, name, escaped(formula), value)
	default:
		fmt.Fprintf(out, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, name, escaped(cell))
	}
}

func escaped(s string) string {
	var b bytes.Buffer
	if xml.EscapeText(&b, []byte(s)) != nil {
		return ""
	}
	return b.String()
}

// archive puts the parts of the workbook together.
func (b *workbook) archive() string {
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	parts := [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", relations + `<Relationship Id="r" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	}
	list, targets := "", ""
	for i, sheet := range b.sheets {
		state := ""
		if b.hidden[i] {
			state = ` state="hidden"`
		}
		list += fmt.Sprintf(`<sheet name="%s" sheetId="%d"%s r:id="r%d"/>`, escaped(b.names[i]), i+1, state, i+1)
		targets += fmt.Sprintf(`<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, office, i+1)
		parts = append(parts, [2]string{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), "<worksheet " + main + ">" + sheet + "</worksheet>"})
	}
	parts = append(parts, [2]string{"xl/workbook.xml", `<workbook ` + main + ` xmlns:r="` + office + `"><sheets>` + list + `</sheets></workbook>`},
		[2]string{"xl/_rels/workbook.xml.rels", relations + targets + "</Relationships>"})
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		if w, err := z.Create(p[0]); err == nil { // a buffer takes everything
			_, _ = w.Write([]byte(p[1]))
		}
	}
	_ = z.Close()
	return out.String()
}
