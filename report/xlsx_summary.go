package report

import (
	"errors"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// errorsHeader names the columns of a sheet of errors.
var errorsHeader = []string{
	"severity", "rule", "cell", "row in the file", "line", "header", "field", "value", "what is wrong", "what to write", "codes", "baseline",
}

// errors writes the findings of a file, with links to the sheet of its rows.
func (b *xlsxBook) errors(sheet string, rows *xlsxRows) error {
	out, err := b.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	steps := []error{out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})}
	for i, width := range []float64{10, 24, 10, 14, 10, 18, 18, 24, 60, 40, 28, 12} {
		steps = append(steps, out.SetColWidth(i+1, i+1, width))
	}
	head := make([]any, len(errorsHeader))
	for i, s := range errorsHeader {
		head[i] = b.cell(b.styles.head, s)
	}
	steps = append(steps, out.SetRow("A1", head))
	body, err := b.body(sheet)
	if err := errors.Join(append(steps, err)...); err != nil {
		return err
	}
	last, links := 1, 0
	for _, fd := range capped(rows.findings, limit(b.o.Samples, defaultSamples)) {
		if last == sheetRows {
			rows.unlisted++
			continue
		}
		last++
		style := b.styles.text
		place, linked := rows.places[fd]
		if linked = linked && links < xlsxLinks; linked {
			links++
			style = b.styles.link
			if err := b.SetCellHyperLink(sheet, cellName(int64(last), 3), "'"+rows.sheet+"'!"+place, "Location"); err != nil {
				return err
			}
		}
		if last%1024 == 0 && b.context().Err() != nil {
			return b.context().Err()
		}
		b.errorLine(body, last, style, rows, fd)
	}
	if err := b.AutoFilter(sheet, "A1:"+cellName(int64(last), len(errorsHeader)), nil); err != nil {
		return err
	}
	return errors.Join(body.finish(), out.Flush())
}

// errorLine writes one finding. link is the style of the cell with its place.
func (b *xlsxBook) errorLine(out *sheetBody, at, link int, rows *xlsxRows, fd *validate.Finding) {
	j := rows.jsonFinding(fd, "")
	cell := j.Cell
	if cell == "" && j.Row > 0 {
		cell = "row"
	}
	baseline := ""
	if fd.Baselined {
		baseline = "known"
	}
	text := b.styles.text
	out.begin(at)
	out.text(1, b.styles.filled[fd.Severity], j.Severity)
	out.text(2, text, j.Rule)
	out.text(3, link, cell)
	if j.Row > 0 {
		out.number(4, text, j.Row)
		out.number(5, text, j.Line)
	}
	for i, s := range []string{j.Header, j.Field, j.Value, j.Message, rows.fixTitle(fd), strings.Join(j.Codes, ", "), baseline} {
		out.text(6+i, text, s)
	}
	out.end()
}

// An xlsxSummary is the first sheet in the making.
type xlsxSummary struct {
	*xlsxBook
	out *excelize.StreamWriter
	row int
	err error
}

// line writes one row; numbers stay numbers.
func (s *xlsxSummary) line(style int, values ...any) {
	s.row++
	cells := make([]any, len(values))
	for i, v := range values {
		if text, ok := v.(string); ok {
			cells[i] = s.cell(style, text)
		} else {
			cells[i] = excelize.Cell{StyleID: style, Value: v}
		}
	}
	name, err := excelize.CoordinatesToCellName(1, s.row)
	s.err = errors.Join(s.err, err, s.out.SetRow(name, cells))
}

// summary writes what all comes to: the verdict, the files, the rules, what the
// platform would answer, and how to read the other sheets.
func (b *xlsxBook) summary(sheets []*xlsxRows) error {
	s := &xlsxSummary{xlsxBook: b}
	var err error
	if s.out, err = b.NewStreamWriter("Summary"); err != nil {
		return err
	}
	s.err = errors.Join(s.out.SetColWidth(1, 1, 60), s.out.SetColWidth(2, 2, 36), s.out.SetColWidth(3, 8, 15))
	verdict := map[string]string{Pass: "May be dropped", Fail: "Do not drop", Incomplete: "No verdict: not everything was judged"}
	s.line(b.styles.title, verdict[b.res.Verdict(b.o.FailOn)])
	s.row++
	s.line(b.styles.head, "file", "rows", "rejected rows", "errors", "warnings", "in the baseline", "sheets", "")
	for _, r := range sheets {
		f := r.file
		s.line(b.styles.text, terminal.Visible(f.Name), f.Rows, f.RejectedRows, f.Count(validate.Error), f.Count(validate.Warning),
			baselined(f), strings.Replace(r.sheet, "Rows", "Errors", 1), r.sheet)
		for i, sheet := range []string{strings.Replace(r.sheet, "Rows", "Errors", 1), r.sheet} {
			name, _ := excelize.CoordinatesToCellName(7+i, s.row)
			s.err = errors.Join(s.err, b.SetCellHyperLink("Summary", name, "'"+sheet+"'!A1", "Location"))
		}
	}
	for _, e := range b.res.troubles() {
		s.line(b.styles.filled[validate.Error], terminal.Visible(e.File), "not judged: "+terminal.Visible(e.Message))
	}
	s.rules()
	s.answers(sheets)
	s.row++
	s.line(b.styles.head, "how to read this")
	for _, severity := range []validate.Severity{validate.Error, validate.Warning, validate.Info} {
		s.line(b.styles.filled[severity], "a cell of this colour: "+severity.String())
	}
	for _, note := range s.notes(sheets) {
		s.line(b.styles.text, note)
	}
	return errors.Join(s.err, s.out.Flush())
}

// rules counts findings by rule.
func (s *xlsxSummary) rules() {
	counts := ruleCounts(s.res.Files)
	if len(counts) == 0 {
		return
	}
	s.row++
	s.line(s.styles.head, "rule", "severity", "findings", "fixable")
	for _, c := range counts {
		title := c.rule
		if rule := s.res.rule(c.rule); rule != nil && rule.Title != "" {
			title += ": " + terminal.Visible(terminal.Clause(rule.Title))
		}
		s.line(s.styles.text, title, c.severity.String(), c.count, c.fixable)
	}
}

// answers says what the platform would answer.
func (s *xlsxSummary) answers(sheets []*xlsxRows) {
	headed := false
	for _, r := range sheets {
		for _, fc := range r.file.Forecast {
			if !headed {
				s.row++
				s.line(s.styles.head, "Connect+ would answer", "code", "rows", "file")
				headed = true
			}
			s.line(s.styles.text, short(s.res.meant(r.file, fc.Code)), fc.Code, fc.Rows, terminal.Visible(r.file.Name))
		}
	}
}

// notes says what the sheets show and what they leave out.
func (s *xlsxSummary) notes(sheets []*xlsxRows) []string {
	notes := []string{
		"bad cells have a comment that says what is wrong and what to write; the last column of the row says it again",
		"columns have the letters of the file; delete the two columns behind them before you save the rows as CSV",
	}
	if s.o.AllRows {
		notes = append(notes, "all rows of the file are here")
	} else {
		notes = append(notes, "only rejected rows are here; --report-rows all shows the others, too")
	}
	if s.o.Reveal {
		notes = append(notes, "the values of persons are shown: pass this file on only to those who may see them")
	} else {
		notes = append(notes, "the values of persons are masked; --reveal shows them, for the person who made the file")
	}
	for _, r := range sheets {
		name := terminal.Visible(r.file.Name) + ": "
		if r.capped {
			notes = append(notes, name+"at most "+words.Count(int64(limit(s.o.Samples, defaultSamples)))+
				" findings of each rule are marked (--samples); the counts are complete")
		}
		if r.uncommented > 0 {
			notes = append(notes, name+words.Plural(int64(r.uncommented), "marked cell")+" without a comment, since a sheet has at most "+
				words.Count(xlsxComments)+"; the last column says what is wrong")
		}
		if r.unlisted > 0 {
			notes = append(notes, name+words.Plural(int64(r.unlisted), "finding")+" left out of the sheet of errors: it ends at row "+words.Count(sheetRows))
		}
		if r.cut > 0 {
			notes = append(notes, name+words.Plural(r.cut, "row")+" left out: a sheet ends at row "+words.Count(sheetRows))
		}
	}
	return notes
}
