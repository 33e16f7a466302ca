package table

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func shown(code, value string, from int) string {
	out, ok := parseFormat(code).appendNumber(nil, []byte(value), from)
	if !ok {
		return "no number"
	}
	return string(out)
}

// TestGeneral holds numbers as spreadsheet programs show them without a format.
func TestGeneral(t *testing.T) {
	for value, want := range map[string]string{
		"0": "0", "-0": "0", "1": "1", "-1.5": "-1.5", "10.50": "10.5", "007": "7", "+5": "5", "1.": "1", ".5": "0.5", "0.0": "0",
		"12345678901": "12345678901", "123456789012": "1.23457E+11", "100000000000": "1E+11", "-919876500001": "-9.19877E+11",
		"9.1987650000099998E+11": "9.19877E+11", "1234567.891234": "1234567.891", "0.30000000000000004": "0.3",
		"0.1234567891234": "0.123456789", "0.00001": "0.00001", "0.0000123456": "1.23456E-05", "1E-20": "1E-20", "1e21": "1E+21",
		"99999999999.6": "1E+11", "9999999999.96": "10000000000", "999999.9999999": "1000000", "3.3333333333333335": "3.333333333",
		"abc": "no number", "": "no number", "1e999": "no number", "NaN": "no number", "0x10": "no number", "1_0": "no number", "--1": "no number",
	} {
		if got := shown("General", value, 0); got != want {
			t.Errorf("%s is shown as %s, want %s", value, got, want)
		}
	}
}

func TestNumberFormats(t *testing.T) {
	for _, tt := range []struct{ code, value, want string }{
		{"0", "919876500001", "919876500001"}, {"0", "9198765000012345678", "9198765000012350000"}, {"0", "2.5", "3"}, {"0", "-2.5", "-3"}, {"0", "0.4", "0"},
		{"0.00", "10.1", "10.10"}, {"0.00", "1.005", "1.01"}, {"0.00", "999.999", "1000.00"}, {"0.00", "-0.5", "-0.50"}, {"#.##", "0.5", ".5"}, {".00", "12.5", "12.50"},
		{"#,##0.00", "1234567.5", "1,234,567.50"}, {"#,##0", "999", "999"}, {"#,##0", "0", "0"}, {"#,###", "0", ""}, {"0,000", "12", "0,012"},
		{"00000", "123", "00123"}, {"000-00-0000", "123456789", "123-45-6789"}, {"(000) 000-0000", "9198765000", "(919) 876-5000"},
		{"[<=9999999]###-####;(###) ###-####", "9198765000", "(919) 876-5000"}, {"[<=9999999]###-####;(###) ###-####", "5551234", "555-1234"},
		{"0%", "0.1", "10%"}, {"0.0%", "0.125", "12.5%"}, {"0.00E+00", "12345", "1.23E+04"}, {"0.00E+00", "9.999E-7", "1.00E-06"}, {"##0.0E+0", "12345", "12.3E+3"}, {"0.00E+00", "0", "0.00E+00"},
		{"# ?/?", "1.5", "1 1/2"}, {"# ?/?", "0.5", "1/2"}, {"# ?/?", "2", "2"}, {"# ?/?", "0.99", "1"}, {"# ??/??", "-3.14", "-3 7/50"}, {"# ?/8", "0.375", "3/8"}, {"?/?", "1.5", "3/2"},
		{`0.0,,"M"`, "1234567", "1.2M"}, {`0,`, "1500", "2"}, {`"$"#,##0.00`, "5", "$5.00"}, {`[$€-407] 0.00`, "5", "€ 5.00"}, {`0\ "kg"`, "5", "5 kg"}, {`0 "a;b"`, "5", "5 a;b"},
		{"0;(0)", "-5", "(5)"}, {"0;(0);zero", "0", "zero"}, {"0;;", "-5", ""}, {";;;", "5", ""}, {"[Red]0", "5", "5"}, {"[>100]0;0.0", "5", "5.0"}, {"[>100]0", "5", "########"},
		{`_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, "1234", " 1,234.00 "}, {`General" pcs"`, "1.5", "1.5 pcs"}, {"@", "919876500001", "9.19877E+11"},
		{"yyyy-mm-dd", "46346", "2026-11-20"}, {"dd/mm/yyyy", "46346.9", "20/11/2026"}, {"d-mmm-yy", "46346", "20-Nov-26"}, {"dddd, mmmm d", "46346", "Friday, November 20"}, {"ddd mmmmm", "46346", "Fri N"},
		{"yyyy-mm-dd hh:mm:ss", "46346.4375", "2026-11-20 10:30:00"}, {"yyyy-mm-dd hh:mm:ss", "46345.99999999999", "2026-11-20 00:00:00"}, {"h:mm AM/PM", "0.75", "6:00 PM"}, {"h AM/PM", "0", "12 AM"},
		{"mm:ss.0", "0.0000578703703703704", "00:05.0"}, {"[h]:mm", "1.5", "36:00"}, {"[mm]:ss", "0.05", "72:00"}, {"hh:mm:ss.000", "0.5000000115740741", "12:00:00.001"},
		{"yyyy-mm-dd", "60", "1900-02-29"}, {"yyyy-mm-dd", "59", "1900-02-28"}, {"yyyy-mm-dd", "61", "1900-03-01"}, {"yyyy-mm-dd", "1", "1900-01-01"}, {"yyyy-mm-dd", "-1", "########"}, {"yyyy-mm-dd", "2958466", "########"}, {"yyyy-mm-dd", "1e300", "########"},
		{`yyyy\-mm\-dd\Thh:mm:ss\Z`, "46346.5", "2026-11-20T12:00:00Z"}, {`[$-409]d\-mmm\-yyyy;@`, "46346", "20-Nov-2026"}, {"m/d/yyyy h:mm", "46346.4375", "11/20/2026 10:30"}, {"hh:mm", "0.9999", "23:59"},
		{`"`, "5", ""}, {`\`, "5", ""}, {"[", "5", "["}, {"0.", "5", "5."}, {"", "5", "5"}, {strings.Repeat("0", 2000), "5", "5"}, {"/", "5", "/"}, {"0/", "0.5", "1/2"},
	} {
		if got := shown(tt.code, tt.value, 0); got != tt.want {
			t.Errorf("%s as %s is %q, want %q", tt.value, tt.code, got, tt.want)
		}
	}
	if got := shown("yyyy-mm-dd", "44884", days1904); got != "2026-11-20" {
		t.Errorf("counted from 1904: %s", got)
	}
	for code, want := range map[string]string{"@": "a", "0": "a", `"ID "@`: "ID a", ";;;": "", `0;0;0;"<"@">"`: "<a>", "_(@_)": "a"} {
		if got := string(parseFormat(code).appendText(nil, []byte("a"))); got != want {
			t.Errorf("a as %s is %q, want %q", code, got, want)
		}
	}
}

// TestFormatsOfExcelize compares with another reader where it is right.
func TestFormatsOfExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	codes := []string{"0", "0.00", "#,##0", "#,##0.00", "0%", "0.00%", "00000", "yyyy-mm-dd", "dd/mm/yyyy", "d-mmm-yy", "yyyy-mm-dd hh:mm:ss", "h:mm:ss AM/PM", "0.0;(0.0)", `"$"#,##0.00`}
	values := []string{"1", "10.5", "0.125", "1234.5", "46346", "46346.4375", "99999", "12345.678"}
	for i, code := range codes {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			t.Fatal(err)
		}
		for j, value := range values {
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			cell := cellRef(j, int64(i+1))
			if err := f.SetCellValue("Sheet1", cell, v); err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
				t.Fatal(err)
			}
			want, err := f.GetCellValue("Sheet1", cell)
			if got := shown(code, value, 0); err != nil || got != want {
				t.Errorf("%s as %s is %q, excelize says %q, %v", value, code, got, want, err)
			}
		}
	}
}

func TestBuiltInFormats(t *testing.T) {
	for id, want := range map[int]string{0: "46346.4375", 1: "46346", 2: "46346.44", 4: "46,346.44", 14: "11/20/2026", 15: "20-Nov-26", 20: "10:30", 22: "11/20/2026 10:30", 27: "11/20/2026", 33: "10:30:00", 46: "1112314:30:00", 49: "46346.4375", 163: "46346.4375"} {
		if got := shown(builtIn(id), "46346.4375", 0); got != want {
			t.Errorf("format %d shows %q, want %q", id, got, want)
		}
	}
}

func TestISOSerial(t *testing.T) {
	for text, want := range map[string]float64{"2026-11-20": 46346, "2026-11-20T10:30:00": 46346.4375, "2026-11-20T10:30:00.000Z": 46346.4375, "1900-01-01": 1, "1900-02-28": 59, "1900-03-01": 61, "12:00:00": 0.5} {
		if got, ok := isoSerial(text); !ok || fmt.Sprintf("%.6f", got) != fmt.Sprintf("%.6f", want) {
			t.Errorf("%s is %v, %v, want %v", text, got, ok, want)
		}
	}
	if _, ok := isoSerial("20/11/2026"); ok {
		t.Error("20/11/2026 is no ISO date")
	}
}

// TestWorkbookOfExcelize reads what another program wrote.
func TestWorkbookOfExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	rows := [][]any{{"id", "note", "amount"}, {"B1", " a, \"b\"\nc ", 10.5}, {"", nil, 919876500001}, {"x", true, "1,5"}}
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := w.SetRow(cellRef(0, int64(i+1)), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.NewSheet("Other"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := f.SetSheetRow("Other", cellRef(0, int64(i+1)), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	const want = "id|note|amount/B1| a, \"b\"\nc |10.5/||9.19877E+11/x|TRUE|1,5"
	for _, sheet := range []string{"Sheet1", "Other"} {
		if _, got, err := readBook(t, b.Bytes(), Options{Sheet: sheet}); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", sheet, got, err, want)
		}
	}
}
