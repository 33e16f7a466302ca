package report

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

var xlsxFormat = Format{
	Name: "xlsx", Ext: ".xlsx",
	Doc:    "the rows back as a workbook, bad cells marked, for the person who made the file",
	Binary: true,
	Write:  writeXLSX,
}

// Bounds of a sheet, by the specifications of Excel.
const (
	sheetRows    = 1 << 20
	sheetColumns = 1 << 14
	sheetText    = 32_767 // UTF-16 units of a cell
)

// Bounds of ours: comments and links beyond them make programs slow to open a
// workbook, and the text of a comment stands in the row as well.
const (
	xlsxComments = 2000
	xlsxLinks    = 20_000
)

// An xlsxBook is a workbook in the making.
type xlsxBook struct {
	*excelize.File
	res    *Result
	o      Options
	styles xlsxStyles
	bodies map[string]*sheetBody // by part of the workbook
	// packers are those of all bodies.
	packers chan *packer
}

// xlsxStyles are the looks of cells. All but link and title are of text, so
// that what a person types there stays text, too.
type xlsxStyles struct {
	text, head, note, title, link int
	filled                        map[validate.Severity]int
}

// writeXLSX writes a summary, and for each file a sheet of errors and one of
// rows. Every value is a string or a count, never a formula.
func writeXLSX(w io.Writer, res *Result, o Options) error {
	b := &xlsxBook{File: excelize.NewFile(), res: res, o: o, bodies: map[string]*sheetBody{}, packers: newPackers()}
	defer b.Close()
	// Past the buffer that the library would gather the workbook in.
	b.SetZipWriter(func(io.Writer) excelize.ZipWriter { return &sortedZip{w: w, bodies: b.bodies} })
	if err := b.makeStyles(); err != nil {
		return err
	}
	if err := b.SetSheetName("Sheet1", "Summary"); err != nil {
		return err
	}
	if err := b.onPaper("Summary"); err != nil {
		return err
	}
	var sheets []*xlsxRows
	for i, f := range res.Files {
		names := [2]string{"Errors", "Rows"}
		if len(res.Files) > 1 {
			names[0] += " " + words.Count(int64(i+1))
			names[1] += " " + words.Count(int64(i+1))
		}
		for _, name := range names {
			if _, err := b.NewSheet(name); err != nil {
				return err
			}
			if err := b.onPaper(name); err != nil {
				return err
			}
		}
		r := newXLSXRows(b, res.page(f, o), names[1])
		if err := r.write(); err != nil {
			return err
		}
		if err := b.errors(names[0], r); err != nil {
			return err
		}
		sheets = append(sheets, r)
	}
	if err := b.summary(sheets); err != nil {
		return err
	}
	if err := b.context().Err(); err != nil {
		return err
	}
	return b.Write(io.Discard)
}

// onPaper makes a sheet as wide as a page when it is printed.
func (b *xlsxBook) onPaper(sheet string) error {
	yes, wide, high, a4, landscape := true, 1, 0, 9, "landscape"
	return errors.Join(b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}),
		b.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}))
}

// context ends the making of the workbook.
func (b *xlsxBook) context() context.Context { return b.o.context() }

// body gives a sheet rows behind those that its stream writer has written.
func (b *xlsxBook) body(sheet string) (*sheetBody, error) {
	i, err := b.GetSheetIndex(sheet)
	if err != nil {
		return nil, err
	}
	body := &sheetBody{packers: b.packers}
	b.bodies["xl/worksheets/sheet"+strconv.Itoa(i+1)+".xml"] = body // no sheet is ever deleted
	return body, nil
}

func (b *xlsxBook) makeStyles() error {
	const (
		textFormat = 49        // "@"
		sheetFont  = "Calibri" // of cells without a font of their own
	)
	top := &excelize.Alignment{Vertical: "top"}
	fill := func(color string) excelize.Style {
		return excelize.Style{NumFmt: textFormat, Alignment: top, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}
	}
	head := fill("D9D9D9")
	head.Font = &excelize.Font{Family: sheetFont, Size: 11, Bold: true}
	b.styles.filled = map[validate.Severity]int{}
	for _, s := range []struct {
		severity validate.Severity
		color    string
	}{{validate.Error, "FFC7CE"}, {validate.Warning, "FFEB9C"}, {validate.Info, "DDEBF7"}} {
		style := fill(s.color)
		id, err := b.NewStyle(&style)
		if err != nil {
			return err
		}
		b.styles.filled[s.severity] = id
	}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.styles.text, excelize.Style{NumFmt: textFormat, Alignment: top}},
		{&b.styles.head, head},
		{&b.styles.note, excelize.Style{NumFmt: textFormat, Alignment: top, Font: &excelize.Font{Family: sheetFont, Size: 11, Italic: true, Color: "595959"}}},
		{&b.styles.title, excelize.Style{Font: &excelize.Font{Family: sheetFont, Bold: true, Size: 14}}},
		{&b.styles.link, excelize.Style{Alignment: top, Font: &excelize.Font{Family: sheetFont, Size: 11, Underline: "single", Color: "0563C1"}}},
	} {
		var err error
		if *s.id, err = b.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

// cell is a cell of a stream with text that a workbook can hold.
func (b *xlsxBook) cell(style int, s string) excelize.Cell {
	return excelize.Cell{StyleID: style, Value: sheetString(s)}
}

// sheetString makes text fit for a cell: characters that XML cannot hold become
// marks, and what is longer than a cell may be is cut.
func sheetString(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if strings.ContainsFunc(s, notXML) {
		var out strings.Builder
		for _, r := range s {
			if notXML(r) {
				out.WriteString(terminal.Visible(string(r)))
			} else {
				out.WriteRune(r)
			}
		}
		s = out.String()
	}
	if len(s) <= sheetText {
		return s
	}
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units >= sheetText {
			if i+len(string(r)) == len(s) && units == sheetText {
				return s
			}
			return s[:i] + "…"
		}
	}
	return s
}

// notXML reports a character that has no place in XML, however it is written.
//
// Source: XML 1.0 section 2.2.
func notXML(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// sheetNote says what is wrong at a finding and what to write.
func (p *page) sheetNote(fd *validate.Finding, named bool) string {
	s := p.message(fd)
	if header := terminal.Clip(p.header(fd.Pos.Header), valueWidth); named && header != "" {
		s = header + ": " + s
	}
	if fix := p.fixTitle(fd); fix != "" {
		s += "; " + fix
	}
	if fd.Baselined {
		s += inBaseline
	}
	return s
}
