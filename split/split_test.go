package split_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/connectplus/preflight/split"
	"github.com/connectplus/preflight/table"
)

// A sample is a random file with what is known of it: the text of each row, and
// the bill that it belongs to.
type sample struct {
	head string
	rows []string
	bill []string // that it goes with; empty: none
	text string
	key  []int
	may  []map[string]bool // of a ragged row: the bills that it may belong to
}

// random makes a file whose bills may lie apart, with blank, ragged and quoted
// rows, line breaks in cells, and any line end.
func random(r *rand.Rand) sample {
	end := []string{"\n", "\r\n", "\r"}[r.IntN(3)]
	s := sample{key: [][]int{{0}, {1, 0}, nil}[r.IntN(3)]}
	if r.IntN(3) == 0 {
		s.head = "\xef\xbb\xbf"
	}
	s.head += "bill,store,item" + end
	bills, apart := 1+r.IntN(30), r.IntN(2) == 0
	n := r.IntN(200)
	own := make([]string, n) // of a ragged row: what stands in the columns of the key
	for i := range n {
		bill := strconv.Itoa(i * bills / n)
		if apart && r.IntN(10) < 5 {
			bill = strconv.Itoa(r.IntN(bills))
		}
		row, of := "", bill
		switch r.IntN(13) {
		case 0:
			row, of = ",,", ""
		case 1:
			row, of = `  ,,"an item, of no bill"`, ""
		case 2:
			row, own[i] = bill+",s", bill
		case 12: // a comma before the key
			if row, own[i] = "Smith, John,"+bill+",s", "Smith"; len(s.key) == 2 {
				own[i] = "John Smith"
			}
		case 3:
			row = `"` + bill + ` ",s,"two` + end + `lines, and a ""quote"""`
		case 4:
			row = bill + " ,s,caf\xe9"
		case 5:
			row, of = "", ""
		default:
			row = bill + ",s," + strings.Repeat("x", r.IntN(40))
		}
		if s.key == nil {
			of = ""
		}
		if len(s.key) == 2 && strings.HasPrefix(row, `  ,,"`) {
			of = "" // both cells of the key are blank
		}
		s.rows, s.bill = append(s.rows, row+end), append(s.bill, of)
	}
	s.adopt(own)
	if n > 0 && r.IntN(2) == 0 && strings.TrimSpace(s.rows[n-1]) != "" {
		s.rows[n-1] = strings.TrimSuffix(s.rows[n-1], end)
	}
	s.text = s.head + strings.Join(s.rows, "")
	return s
}

// adopt says which bills the ragged rows may belong to, and with which they go.
func (s *sample) adopt(own []string) {
	s.may = make([]map[string]bool, len(own))
	if s.key == nil {
		return
	}
	sound, ragged := map[string]bool{}, map[string]int{}
	for i, bill := range s.bill {
		if own[i] == "" {
			sound[bill] = true
		} else {
			ragged[own[i]]++
		}
	}
	near := func(i, step int) string {
		for i += step; i >= 0 && i < len(own); i += step {
			if own[i] == "" && s.bill[i] != "" {
				return s.bill[i]
			}
		}
		return ""
	}
	bills := slices.Clone(s.bill)
	for i, bill := range s.bill {
		if own[i] == "" {
			continue
		}
		before, next := near(i, -1), near(i, 1)
		switch {
		case sound[bill]:
			s.may[i] = map[string]bool{bill: true}
			continue
		case ragged[own[i]] == 1:
			bills[i] = cmp.Or(before, next, own[i])
		default:
			bills[i] = own[i]
		}
		s.may[i] = map[string]bool{before: true, next: true, bills[i]: true}
		delete(s.may[i], "")
	}
	s.bill = bills
}

func read(t *testing.T, s sample, block int) *split.Index {
	t.Helper()
	src, err := table.Open("s.csv", strings.NewReader(s.text), int64(len(s.text)), table.Options{Comma: ',', BlockSize: block})
	if err != nil {
		t.Fatal(err)
	}
	x, err := split.Read(t.Context(), src, split.Options{Key: s.key, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// written returns the text of each part.
func written(t *testing.T, p *split.Plan) []string {
	t.Helper()
	outs := make([]bytes.Buffer, len(p.Parts))
	done := make([]bool, len(p.Parts))
	err := p.Write(t.Context(), func(i int) (io.Writer, error) { return &outs[i], nil }, func(i int) error {
		done[i] = true
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(outs))
	for i := range outs {
		if texts[i] = outs[i].String(); done[i] != (p.Parts[i].Rows > 0) {
			t.Fatalf("part %d: done is %v with %d rows", i, done[i], p.Parts[i].Rows)
		}
	}
	return texts
}

// moved returns the rows of the sample that such a list names.
func moved(t *testing.T, list string) (rows []int) {
	t.Helper()
	if list == "" {
		return nil
	}
	for item := range strings.SplitSeq(list, ",") {
		first, last, ok := strings.Cut(item, "-")
		if !ok {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for i := from; i <= to; i++ {
			rows = append(rows, i-2) // the header is row 1
		}
	}
	return rows
}

// TestCut holds, for random files and limits, that the parts put together by
// the manifest are the file, that no bill is in two parts, that only a bill by
// itself or blank rows make a part larger than the limits, and that blank rows
// make no part.
func TestCut(t *testing.T) {
	scattered, several := 0, 0
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := random(r)
		limits := split.Limits{Rows: int64(1 + r.IntN(60)), Bytes: int64(len(s.head) + 1 + r.IntN(4000))}
		p := read(t, s, 64+r.IntN(2000)).Cut(limits)
		texts, lists := written(t, p), p.Moved()
		partOf := make([]int, len(s.rows))
		movedRows := map[int]bool{}
		for i, list := range lists {
			rows := moved(t, list)
			if int64(len(rows)) != p.Parts[i].Moved {
				t.Fatalf("seed %d: part %d names %d moved rows and counts %d", seed, i, len(rows), p.Parts[i].Moved)
			}
			for _, row := range rows {
				movedRows[row], partOf[row] = true, i
			}
			scattered += len(rows)
		}
		// The rows that did not move stand in the order of the parts.
		at := 0
		for i := range p.Parts {
			natural := p.Parts[i].Rows - p.Parts[i].Moved
			for ; natural > 0; at++ {
				if !movedRows[at] {
					partOf[at] = i
					natural--
				}
			}
		}
		again := make([]strings.Builder, len(p.Parts))
		bills, home := make([]map[string]bool, len(p.Parts)), map[string]int{}
		for i := range again {
			bills[i] = map[string]bool{}
			if p.Parts[i].Rows > 0 {
				again[i].WriteString(s.head)
			}
		}
		for row, part := range partOf {
			again[part].WriteString(s.rows[row])
			bill := s.bill[row]
			if bill == "" {
				continue
			}
			if at, ok := home[bill]; ok && at != part {
				t.Fatalf("seed %d: bill %s is in parts %d and %d", seed, bill, at, part)
			}
			home[bill], bills[part][bill] = part, true
		}
		end := 0 // the last row that begins a bill, or is of none
		for row, bill := range s.bill {
			if bill == "" && !blank(s.rows[row]) || bill != "" && slices.Index(s.bill, bill) == row {
				end = row
			}
		}
		for i, q := range p.Parts {
			if again[i].String() != texts[i] {
				t.Fatalf("seed %d: part %d is\n%q, by its rows\n%q", seed, i, texts[i], again[i].String())
			}
			if q.Rows > 0 && q.Bytes != int64(len(texts[i])) || q.Groups != int64(len(bills[i])) {
				t.Fatalf("seed %d: part %d counts %d bytes and %d bills, has %d and %d", seed, i, q.Bytes, q.Groups, len(texts[i]), len(bills[i]))
			}
			over := q.Rows > limits.Rows || q.Bytes > limits.Bytes
			units, blanks, rows, size := len(bills[i]), int64(0), q.Rows, q.Bytes
			for row, part := range partOf {
				switch {
				case part != i:
				case blank(s.rows[row]):
					blanks++
					if row > end {
						rows, size = rows-1, size-int64(len(s.rows[row]))
					}
				case s.bill[row] == "":
					units++
				}
			}
			if blanks != q.Blank || len(p.Parts) > 1 && blanks == q.Rows {
				t.Fatalf("seed %d: part %d counts %d of %d rows as blank, has %d", seed, i, q.Blank, q.Rows, blanks)
			}
			within := rows <= limits.Rows && size <= limits.Bytes // without the blank rows that no bill follows
			if over != q.Large || over && units != 1 && !within {
				t.Fatalf("seed %d: part %d: large is %v, with %d rows, %d bytes, %d bills or rows without", seed, i, q.Large, q.Rows, q.Bytes, units)
			}
		}
		several += min(len(p.Parts)-1, 1)
	}
	if scattered == 0 || several < 400 {
		t.Errorf("%d rows moved, %d files were cut: the samples say little", scattered, several)
	}
}

// blank reports whether a row has no value.
func blank(row string) bool { return strings.Trim(row, ", \r\n") == "" }

// TestPart holds that the two parts are the rows of the file, each in its order,
// that a bill with a bad row, or one that may own a ragged row, is bad as a whole, and that no part without a bad
// row is of blank rows alone.
func TestPart(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := random(r)
		bad, badBill := make([]bool, len(s.rows)), map[string]bool{}
		for i := range bad {
			if bad[i] = r.IntN(20) == 0; bad[i] {
				badBill[s.bill[i]] = true
			}
		}
		p := read(t, s, 64+r.IntN(2000)).Part(func(row int64, n int) bool {
			return slices.Contains(bad[row-2:row-2+int64(n)], true)
		})
		for _, may := range s.may { // no bill to which a ragged row may belong is good
			for bill := range may {
				badBill[bill] = true
			}
		}
		of := make([]int, len(s.rows))
		blanks := 1 // the part of blank rows
		for i, row := range s.rows {
			if bad[i] || s.bill[i] != "" && badBill[s.bill[i]] {
				of[i] = 1
			} else if !blank(row) {
				blanks = 0
			}
		}
		want := [2]string{}
		for i, row := range s.rows {
			if blank(row) {
				of[i] = max(of[i], blanks)
			}
			want[of[i]] += row
		}
		for i, text := range written(t, p) {
			if want[i] != "" {
				want[i] = s.head + want[i]
			}
			if text != want[i] {
				t.Fatalf("seed %d: part %d is\n%q, want\n%q", seed, i, text, want[i])
			}
		}
	}
}

func lines(s string) sample { return sample{text: s, key: []int{0}} }

func TestCutPlaces(t *testing.T) {
	const header = "bill,item\n"
	for _, test := range []struct {
		name   string
		text   string
		limits split.Limits
		want   []string
	}{
		{"all fits", "a,1\na,2\nb,3\n", split.Limits{}, []string{"a,1\na,2\nb,3\n"}},
		{"between bills", "a,1\na,2\nb,3\nb,4\nc,5\n", split.Limits{Rows: 3}, []string{"a,1\na,2\n", "b,3\nb,4\nc,5\n"}},
		{"a bill is larger", "a,1\nb,2\nb,3\nb,4\nc,5\n", split.Limits{Rows: 2}, []string{"a,1\n", "b,2\nb,3\nb,4\n", "c,5\n"}},
		{"a straggler moves", "a,1\nb,2\nc,3\na,4\n", split.Limits{Rows: 3}, []string{"a,1\nb,2\na,4\n", "c,3\n"}},
		{"no bill is open further up", "a,1\na,2\nb,3\nc,4\nd,5\nb,6\n", split.Limits{Rows: 4}, []string{"a,1\na,2\n", "b,3\nc,4\nd,5\nb,6\n"}},
		{"too far up", "a,1\nb,2\nc,3\nd,4\ne,5\nb,6\n", split.Limits{Rows: 4}, []string{"a,1\nb,2\nc,3\nb,6\n", "d,4\ne,5\n"}},
		{"by bytes", "a,1\nb,2\nc,3", split.Limits{Bytes: int64(len(header)) + 8}, []string{"a,1\nb,2\n", "c,3"}},
		{"half full by bytes", "a,1\na,2\nb,3\nc,4\nd,5\nb,6\n", split.Limits{Rows: 100, Bytes: int64(len(header)) + 16}, []string{"a,1\na,2\n", "b,3\nc,4\nd,5\nb,6\n"}},
		{"rows of no bill stay", "a,1\n,2\n,3\nb,4\n", split.Limits{Rows: 2}, []string{"a,1\n,2\n", ",3\nb,4\n"}},
		{"blank rows go with the next", "a,1\n\nb,2\n,\n,\nc,3\n", split.Limits{Rows: 2}, []string{"a,1\n", "\nb,2\n", ",\n,\nc,3\n"}},
		{"blank rows that fit", "a,1\n,\nb,2\n", split.Limits{Rows: 3}, []string{"a,1\n,\nb,2\n"}},
		{"a straggler behind blank rows", "a,1\nb,2\n,\na,3\nc,4\n", split.Limits{Rows: 3}, []string{"a,1\nb,2\na,3\n", ",\nc,4\n"}},
		{"blank rows at the end", "a,1\nb,2\n,\n\n", split.Limits{Rows: 2}, []string{"a,1\nb,2\n,\n\n"}},
		{"blank rows only", ",\n,\n", split.Limits{Rows: 1}, []string{",\n,\n"}},
		{"a ragged row stays with its neighbour", "a,1\nb,2\nx,b,3\nb\nc,4\n", split.Limits{Rows: 2}, []string{"a,1\n", "b,2\nx,b,3\nb\n", "c,4\n"}},
		{"a ragged row before its bill", "a,1\nx,b,3\nb,2\nc,4\n", split.Limits{Rows: 2}, []string{"a,1\n", "x,b,3\nb,2\n", "c,4\n"}},
		{"a ragged row apart from its bill", "b,1\na,2\nc,3\nx,b,3\nd,4\n", split.Limits{Rows: 2}, []string{"b,1\nx,b,3\n", "a,2\nc,3\n", "d,4\n"}},
		{"a ragged row without a key", "a,1\nb,2\nx\nc,4\n", split.Limits{Rows: 2}, []string{"a,1\n", "b,2\nx\n", "c,4\n"}},
		{"ragged rows only", "a\na\nb\nb\n", split.Limits{Rows: 2}, []string{"a\na\n", "b\nb\n"}},
		{"no rows", "", split.Limits{Rows: 2}, []string{""}},
	} {
		got := written(t, read(t, lines(header+test.text), 0).Cut(test.limits))
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], header)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: parts %q, want %q", test.name, got, test.want)
		}
	}
}

// TestPartRagged holds which bills are clean beside ragged rows.
func TestPartRagged(t *testing.T) {
	for _, test := range []struct {
		name, text string
		key        []int
		want       []string // clean, rejected
		held       int64
	}{
		{"a comma before the key", "x,B1,a\nSmith, John,B1,b\ny,B2,c\n", []int{1}, []string{"y,B2,c\n", "x,B1,a\nSmith, John,B1,b\n"}, 0},
		{"far from its bill", "x,B1,a\ny,B2,c\nSmith, John,B1,b\nz,B3,d\n", []int{1}, []string{"y,B2,c\nz,B3,d\n", "x,B1,a\nSmith, John,B1,b\n"}, 0},
		{"of two bills", "x,B1,a\nB1,y,B2,c\nz,B2,c\nz,B3,d\n", []int{1}, []string{"z,B3,d\n", "x,B1,a\nB1,y,B2,c\nz,B2,c\n"}, 1},
		{"no key at all", "x,B1,a\nSmith\ny,B2,c\nz,B3,d\n", []int{1}, []string{"z,B3,d\n", "x,B1,a\nSmith\ny,B2,c\n"}, 1},
		{"doubled quotes", "\"B\"\"1\",x,a\n\"B\"\"1\",x\nB2,x,c\n", []int{0}, []string{"B2,x,c\n", "\"B\"\"1\",x,a\n\"B\"\"1\",x\n"}, 0},
		{"a quote that swallowed rows", "B1,x,a\nB2,x,b\n1,\"2\nB1,3,c\n\",4,5\nB3,x,c\n", []int{0}, []string{"B2,x,b\nB3,x,c\n", "B1,x,a\n1,\"2\nB1,3,c\n\",4,5\n"}, 0},
		{"half of a key", "S1,B1,a\nx,S1,B2,b\nS2,B2,c\nS3,B3,d\n", []int{0, 1}, []string{"S3,B3,d\n", "S1,B1,a\nx,S1,B2,b\nS2,B2,c\n"}, 1},
		{"a whole key", "S1,B1,a\nx,S2,B2,b\nS2,B2,c\nS3,B3,d\n", []int{1, 0}, []string{"S1,B1,a\nS3,B3,d\n", "x,S2,B2,b\nS2,B2,c\n"}, 0},
	} {
		const header = "a,b,c\n"
		p := read(t, sample{text: header + test.text, key: test.key}, 0).Part(func(row int64, n int) bool {
			lines := strings.Split(test.text, "\n")
			return slices.ContainsFunc(lines[row-2:row-2+int64(n)], func(l string) bool { return strings.Count(l, ",") != 2 })
		})
		got := written(t, p)
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], header)
		}
		if !slices.Equal(got, test.want) || p.Held != test.held {
			t.Errorf("%s: parts %q, %d held; want %q, %d", test.name, got, p.Held, test.want, test.held)
		}
	}
}

// TestCutMany cuts more parts than are written at once.
func TestCutMany(t *testing.T) {
	var text strings.Builder
	text.WriteString("bill,item\n")
	for i := range 1200 {
		fmt.Fprintf(&text, "%d,%d\n", i%600, i)
	}
	p := read(t, lines(text.String()), 128).Cut(split.Limits{Rows: 2})
	texts := written(t, p)
	if len(texts) != 600 || texts[599] != "bill,item\n599,599\n599,1199\n" {
		t.Errorf("%d parts, the last %q", len(texts), texts[len(texts)-1])
	}
}

func TestHeadless(t *testing.T) {
	for _, bom := range []string{"", "\xef\xbb\xbf"} {
		text := bom + "a,1\na,2\nb,3\n"
		src, err := table.Open("s.csv", strings.NewReader(text), int64(len(text)), table.Options{Header: []string{"bill", "item"}})
		if err != nil {
			t.Fatal(err)
		}
		if bom != "" && !src.SkipRow() {
			t.Fatal("the first row is not left out")
		}
		x, err := split.Read(t.Context(), src, split.Options{Key: []int{0}})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{bom + "a,1\na,2\n", bom + "b,3\n"}
		if got := written(t, x.Cut(split.Limits{Rows: 2})); !slices.Equal(got, want) {
			t.Errorf("parts %q, want %q", got, want)
		}
	}
}

// TestTrouble hands on the errors of files, and ends with its context.
func TestTrouble(t *testing.T) {
	full := errors.New("disk full")
	p := read(t, lines("bill,item\na,1\nb,2\n"), 0).Cut(split.Limits{Rows: 1})
	none := func(int) error { return nil }
	for name, write := range map[string]func() error{
		"opening": func() error {
			return p.Write(t.Context(), func(int) (io.Writer, error) { return nil, full }, none, nil)
		},
		"writing": func() error {
			return p.Write(t.Context(), func(int) (io.Writer, error) { return broken{full}, nil }, none, nil)
		},
		"ending": func() error {
			return p.Write(t.Context(), func(int) (io.Writer, error) { return io.Discard, nil }, func(int) error { return full }, nil)
		},
	} {
		if err := write(); !errors.Is(err, full) {
			t.Errorf("%s: %v, want %v", name, err, full)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Write(ctx, func(int) (io.Writer, error) { return io.Discard, nil }, none, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end: %v", err)
	}
	wide := "b\x00i\x00l\x00l\x00,\x00a\x00\n\x00001\x00,\x002\x00\n\x00"
	src, err := table.Open("s.csv", strings.NewReader("\xff\xfe"+wide), int64(len(wide)+2), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := split.Read(t.Context(), src, split.Options{}); err == nil {
		t.Error("a file in UTF-16 is read")
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestNames(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		n             int
		want          string // the last; empty: none
	}{
		{"sales.csv", "", 2, "sales.part002.csv"},
		{"sales.csv", "", 1234, "sales.part1234.csv"},
		{"sales.csv.gz", "", 1, "sales.part001.csv"},
		{"sales.ZIP", "", 1, "sales.part001.csv"},
		{"sales", "", 1, "sales.part001.csv"},
		{".csv", "", 1, ".csv.part001.csv"},
		{"sales_2026-11-20.csv", `sales_.*\.csv`, 3, "sales_2026-11-20.part003.csv"},
		{"sales_2026.csv", `sales_\w+\.csv`, 3, "sales_2026_part003.csv"},
		{"sales_2026.csv", `sales_\d+\.csv`, 12, "sales_2026012.csv"},
		{"sales_1_20261120.csv", `sales_\d+_\d{8}\.csv`, 2, "sales_1002_20261120.csv"},
		{"sales-a.csv", `sales(-\d+)?-a\.csv`, 2, "sales-002-a.csv"},
		{"sales_20261120.csv", `sales_\d{8}\.csv`, 2, ""},
	} {
		var whole *regexp.Regexp
		if test.pattern != "" {
			whole = regexp.MustCompile("^(?:" + test.pattern + ")$")
		}
		names, ok := split.Names(test.name, test.n, whole)
		if ok != (test.want != "") || ok && names[test.n-1] != test.want {
			t.Errorf("Names(%q, %d, %s) ends with %q, %v; want %q", test.name, test.n, test.pattern, names[test.n-1], ok, test.want)
		}
		if !slices.IsSorted(names) {
			t.Errorf("Names(%q, %d, %s) = %q, not in order", test.name, test.n, test.pattern, names)
		}
	}
}
