package report

import (
	"io"
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
	b := &xlsxBook{File: excelize.NewFile(), res: res, o: o}
	defer b.Close()
	b.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &sortedZip{w: w} })
	if err := b.makeStyles(); err != nil {
		return err
	}
	if err := b.SetSheetName("Sheet1", "Summary"); err != nil {
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
	return b.Write(w)
}

func (b *xlsxBook) makeStyles() error {
	const textFormat = 49 // "@"
	top := &excelize.Alignment{Vertical: "top"}
	fill := func(color string) excelize.Style {
		return excelize.Style{NumFmt: textFormat, Alignment: top, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}
	}
	head := fill("D9D9D9")
	head.Font = &excelize.Font{Bold: true}
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
		{&b.styles.note, excelize.Style{NumFmt: textFormat, Alignment: top, Font: &excelize.Font{Italic: true, Color: "595959"}}},
		{&b.styles.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&b.styles.link, excelize.Style{Alignment: top, Font: &excelize.Font{Underline: "single", Color: "0563C1"}}},
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
		s += " (in the baseline)"
	}
	return s
}
