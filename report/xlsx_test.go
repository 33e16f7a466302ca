package report_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// fromText is a result over a text that is read as a file is, with findings of
// severity error, as "row:column: message".
func fromText(t *testing.T, text string, rejected []int64, found ...string) *validate.FileResult {
	t.Helper()
	src, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &validate.FileResult{Summary: validate.Summary{Name: "in.csv", Source: src, Template: salesTemplate}, Complete: true, Rejected: &validate.RowSet{}}
	for j, h := range src.Header {
		c := &validate.Column{Index: j, Header: h}
		if h == "id" {
			c.Field = &templates.Field{Name: "identifierValue", Sensitive: true}
		}
		f.Columns = append(f.Columns, c)
	}
	for _, row := range rejected {
		f.Rejected.Add(row)
		f.RejectedRows++
	}
	for _, s := range found {
		place, message, _ := strings.Cut(s, ": ")
		fd := validate.Finding{Rule: "test-rule", Severity: validate.Error, Message: message, Fix: &validate.Fix{Title: "write something else"}}
		if _, err := fmt.Sscanf(place, "%d:%d", &fd.Pos.Row, &fd.Pos.Column); err != nil {
			t.Fatal(err)
		}
		f.Findings = append(f.Findings, fd)
		c := validate.Cause{Rule: fd.Rule, Severity: fd.Severity, Column: fd.Pos.Column, Count: 1}
		if fd.Pos.Row > 1 {
			c.Rows = 1
		}
		f.Causes = append(f.Causes, c)
	}
	return f
}

// workbook writes a result as xlsx and reads it back.
func workbook(t *testing.T, res *report.Result, o report.Options) *excelize.File {
	t.Helper()
	text := written(t, "xlsx", res, o)
	if again := written(t, "xlsx", res, o); again != text {
		t.Error("a second report of the same result has other bytes")
	}
	book, err := excelize.OpenReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func rowsOf(t *testing.T, book *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestXLSXRejectedRows(t *testing.T) {
	f := fromText(t, "bill,id,amount,note\nB1,A,007,x\nB2,B,=1+1,y\nB3,C,3,z,more\nB2,B,5,\n", []int64{3, 4, 5},
		"1:3: the name is wrong", "3:3: {value} is no amount", "4:0: the row has 5 cells, not 4")
	book := workbook(t, &report.Result{Files: []*validate.FileResult{f}}, report.Options{Reveal: true})
	if got, want := book.GetSheetList(), []string{"Summary", "Errors", "Rows"}; !slices.Equal(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	got := rowsOf(t, book, "Rows")
	want := [][]string{
		{"bill", "id", "amount", "note", "row in the file", "what to mend"},
		{"B2", "B", "=1+1", "y", "3", `"" is no amount; write something else`},
		{"B3", "C", "3", "z", "4", "the row has 5 cells, not 4; write something else", "more"},
		{"B2", "B", "5", "", "5", "rejected because of another row of its bill"},
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows\n%q, want\n%q", got, want)
	}
	if formula, _ := book.GetCellFormula("Rows", "C2"); formula != "" {
		t.Errorf("C2 has the formula %q", formula)
	}
	if kind, _ := book.GetCellType("Rows", "C2"); kind != excelize.CellTypeInlineString {
		t.Errorf("C2 is of type %v, want a string", kind)
	}
	comments, err := book.GetComments("Rows")
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]string{}
	for _, c := range comments {
		cells[c.Cell] = c.Text
	}
	if got, want := cells["C2"], `error: "" is no amount; write something else`; got != want {
		t.Errorf("comment %q, want %q", got, want)
	}
	if len(cells) != 3 || cells["C1"] == "" || cells["F3"] == "" {
		t.Errorf("comments at %v, want C1, C2 and F3", cells)
	}
	for cell, want := range map[string]string{"C2": "FFC7CE", "D2": ""} {
		if got := color(t, book, "Rows", cell); got != want {
			t.Errorf("the fill of %s is %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[string]string{"C2": "'Rows'!C1", "C3": "'Rows'!C2", "C4": "'Rows'!F3"} {
		if ok, got, _ := book.GetCellHyperLink("Errors", cell); !ok || got != want {
			t.Errorf("the link of %s leads to %q, want %q", cell, got, want)
		}
	}
}

func color(t *testing.T, book *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err := book.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := book.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if style.NumFmt != 49 {
		t.Errorf("%s has number format %d, want text", cell, style.NumFmt)
	}
	return strings.Join(style.Fill.Color, "")
}

func TestXLSXAllRows(t *testing.T) {
	f := fromText(t, "bill,id,amount,note\nB1,A,007,x\n\nB3,B,1E5,_x0041_\n", []int64{4}, "4:3: {value} is no amount")
	book := workbook(t, &report.Result{Files: []*validate.FileResult{f}}, report.Options{Reveal: true, AllRows: true})
	for cell, want := range map[string]string{"C2": "007", "E3": "3", "C4": "1E5", "D4": "_x0041_", "E4": "4"} {
		if got, _ := book.GetCellValue("Rows", cell); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	if _, got, _ := book.GetCellHyperLink("Errors", "C2"); got != "'Rows'!C4" {
		t.Errorf("the link leads to %q, want the cell of the file", got)
	}
}

func TestXLSXHostile(t *testing.T) {
	long := strings.Repeat("x", 1<<15)
	f := fromText(t, "bill,id\n\x1b[31mB\x00,=cmd|' /C calc'!A0\n"+long+",\"a\nb\"\n", []int64{2, 3}, "2:2: {value} is bad")
	book := workbook(t, &report.Result{Files: []*validate.FileResult{f}}, report.Options{Reveal: true})
	for cell, want := range map[string]string{
		"A2": "\u241b[31mB\u2400", "B2": "=cmd|' /C calc'!A0", "B3": "a\nb", "A3": long[:32766] + "…",
	} {
		if got, _ := book.GetCellValue("Rows", cell); got != want {
			t.Errorf("%s is %.60q (%d bytes), want %.60q (%d)", cell, got, len(got), want, len(want))
		}
	}
}

func TestXLSXMasks(t *testing.T) {
	f := fromText(t, "bill,id,note\nB1,9198-secret,call 919812345678\n", []int64{2}, "2:2: {value} is no id")
	f.Findings[0].Value, f.Findings[0].Sensitive = "9198-secret", true
	res := &report.Result{Files: []*validate.FileResult{f}}
	secrets := []string{"9198-secret", "919812345678"}
	for _, secret := range secrets {
		if s := parts(t, written(t, "xlsx", res, report.Options{AllRows: true})); strings.Contains(s, secret) {
			t.Errorf("the workbook holds %q", secret)
		}
		if s := parts(t, written(t, "xlsx", res, report.Options{Reveal: true})); !strings.Contains(s, secret) {
			t.Errorf("the revealed workbook lacks %q", secret)
		}
	}
}

// parts is all text of a workbook.
func parts(t *testing.T, book string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestXLSXSeveralFiles(t *testing.T) {
	book := workbook(t, bothFiles(), report.Options{})
	if got, want := book.GetSheetList(), []string{"Summary", "Errors 1", "Rows 1", "Errors 2", "Rows 2"}; !slices.Equal(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	var text strings.Builder
	for _, row := range rowsOf(t, book, "Summary") {
		text.WriteString(strings.Join(row, " | ") + "\n")
	}
	for _, want := range []string{"Do not drop", "sales_2026-11-20.csv", "permission denied", "--reveal shows them", "only rejected rows"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the summary lacks %q:\n%s", want, text.String())
		}
	}
	if got := rowsOf(t, book, "Errors 1"); len(got) != 9 {
		t.Errorf("%d lines of errors, want a header and 8", len(got))
	}
}

// TestXLSXOfManyRows writes a sheet that is compressed in several pieces, and
// reads it back with a reader that checks the sums of archives.
func TestXLSXOfManyRows(t *testing.T) {
	const rows = 20_000
	var text strings.Builder
	text.WriteString("bill,id,amount,note\n")
	var rejected []int64
	for i := range int64(rows) {
		fmt.Fprintf(&text, "B%d,A,%d,<&>_x0041_\"x\"\n", i, i*7919)
		rejected = append(rejected, i+2)
	}
	f := fromText(t, text.String(), rejected, fmt.Sprintf("%d:3: {value} is no amount", rows+1))
	book := workbook(t, &report.Result{Files: []*validate.FileResult{f}}, report.Options{Reveal: true})
	got := rowsOf(t, book, "Rows")
	if len(got) != rows+1 {
		t.Fatalf("%d rows, want %d", len(got), rows+1)
	}
	for i, row := range got[1:] {
		want := []string{fmt.Sprintf("B%d", i), "A", fmt.Sprint(i * 7919), `<&>_x0041_"x"`, fmt.Sprint(i + 2)}
		if !slices.Equal(row[:5], want) {
			t.Fatalf("row %d is %q, want %q", i+2, row, want)
		}
	}
	if link, _, err := book.GetCellHyperLink("Errors", "C2"); err != nil || !link {
		t.Errorf("the sheet of errors has no link: %v", err)
	}
}

// TestGoldenXLSX compares what a reader finds in the cells of all sheets.
func TestGoldenXLSX(t *testing.T) {
	book := workbook(t, bothFiles(), report.Options{})
	var got strings.Builder
	for _, sheet := range book.GetSheetList() {
		got.WriteString("== " + sheet + "\n")
		for _, row := range rowsOf(t, book, sheet) {
			got.WriteString(strings.TrimRight(strings.Join(row, " | "), " |") + "\n")
		}
	}
	const path = "testdata/xlsx.golden"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the workbook differs from %s (UPDATE=1 rewrites it); got:\n%s", path, got.String())
	}
}
