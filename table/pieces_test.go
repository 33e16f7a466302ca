package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPieces(t *testing.T) {
	tests := []struct {
		name, row string
		want      []string
	}{
		{"cells", " a ,,b\r\n", []string{"a", "b"}},
		{"quotes", `"a, b",c`, []string{"a, b", `"a`, "a", `b"`, "b", "c"}},
		{"doubled quotes", `"B""1",c`, []string{`B"1`, `"B""1"`, "B", "1", "c"}},
		{"a quote inside", `B"1,c`, []string{`B"1`, "B", "1", "c"}},
		{"a quote that never closes", `"B1,c`, []string{`"B1`, "B1", "c"}},
		{"lines", "1,\"x\nB1,2\n\"", []string{"1", "x\nB1,2", `"x`, "x", "B1", "2", `"`}},
		{"nothing", ",,\n", nil},
	}
	for _, tt := range tests {
		var got []string
		for p := range Pieces([]byte(tt.row), ',') {
			got = append(got, string(p))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestCandidates holds that keys of several columns keep the order of the row, and
// may lack all cells but one.
func TestCandidates(t *testing.T) {
	var got []string
	Candidates([]byte("a,b,c"), ',', []int{5, 2}, func(cells [][]byte) bool {
		got = append(got, fmt.Sprintf("%s%s", cells[1], cells[0]))
		return true
	})
	want := []string{"a", "b", "c", "a", "ab", "ac", "b", "bc", "c"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFaultCell(t *testing.T) {
	const text = "a,b,c\n\"B\"\"1\",x\n\"B\"2\",x\r\n\"B3,x\n\"\",\"y, z\",\"w\"\"\"\"v\",u\n"
	src, err := Open("f.csv", strings.NewReader(text), int64(len(text)), Options{Comma: ','})
	if err != nil {
		t.Fatal(err)
	}
	var got, rows []string
	err = src.Scan(t.Context(), 1, func(_ int, b *Batch) error {
		for i := range b.Faults {
			f := &b.Faults[i]
			rows = append(rows, string(b.FaultText(f)))
			for c := range 4 {
				got = append(got, string(b.FaultCell(f, c)))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`B"1`, "x", "", "", `B2"`, "x", "", "", `"B3`, "x", "", "", "", "y, z", `w""v`, "u"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")[1:]
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	for i := range rows {
		rows[i] = strings.TrimSuffix(rows[i], "\r")
	}
	if !slices.Equal(rows, lines) {
		t.Errorf("rows %q, want %q", rows, lines)
	}
}
