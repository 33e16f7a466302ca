package table

import (
	"os"
	"testing"
)

// TestLibreOffice reads a workbook that LibreOffice wrote, and holds that cells
// are as it shows them: dates, percentages, zeros before and behind, errors,
// times, a merged header. Whole numbers of more than 11 digits are as Excel shows
// them, whose users are more.
func TestLibreOffice(t *testing.T) {
	data, err := os.ReadFile("testdata/libreoffice.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, data, Options{})
	const want = `2026-11-20|20/11/2026 14:05|12.5%|000042|000042|1,234,567.50|#DIV/0!|5 Nov 26|09:05:07|TRUE|9.19877E+11|0.1|#N/A/` +
		`2024-02-29|31/12/1999 23:59|100.0%|1234567|007|0.01|#NAME?|31 Jan 26|23:59:59|FALSE|1.23457E+15|19.99|#N/A`
	if got := cells(t, s); got != want {
		t.Errorf("cells\n%s, want\n%s", got, want)
	}
	if w := s.Workbook; w.MergedHeader != (Places{1, 1, 0}) || len(w.Formulas) != 2 || w.Formulas[0] != (Places{2, 2, 6}) {
		t.Errorf("merged header %v, formulas %v", w.MergedHeader, w.Formulas)
	}
}
