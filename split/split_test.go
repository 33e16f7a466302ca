package split_test

import (
	"bytes"
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
	bill []string // empty: none
	text string
	key  []int
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
	for i := range n {
		bill := strconv.Itoa(i * bills / n)
		if apart && r.IntN(10) < 5 {
			bill = strconv.Itoa(r.IntN(bills))
		}
		row, of := "", bill
		switch r.IntN(12) {
		case 0:
			row, of = ",,", ""
		case 1:
			row, of = `  ,,"an item, of no bill"`, ""
		case 2:
			row = bill + ",s"
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
	if n > 0 && r.IntN(2) == 0 && strings.TrimSpace(s.rows[n-1]) != "" {
		s.rows[n-1] = strings.TrimSuffix(s.rows[n-1], end)
	}
	s.text = s.head + strings.Join(s.rows, "")
	return s
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
// the manifest are the file, that no bill is in two parts, and that only a bill
// by itself is larger than the limits.
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
		for i, q := range p.Parts {
			if again[i].String() != texts[i] {
				t.Fatalf("seed %d: part %d is\n%q, by its rows\n%q", seed, i, texts[i], again[i].String())
			}
			if q.Rows > 0 && q.Bytes != int64(len(texts[i])) || q.Groups != int64(len(bills[i])) {
				t.Fatalf("seed %d: part %d counts %d bytes and %d bills, has %d and %d", seed, i, q.Bytes, q.Groups, len(texts[i]), len(bills[i]))
			}
			over := q.Rows > limits.Rows || q.Bytes > limits.Bytes
			units := len(bills[i])
			for row, part := range partOf {
				if part == i && s.bill[row] == "" {
					units++
				}
			}
			if over != q.Large || over && units != 1 {
				t.Fatalf("seed %d: part %d: large is %v, with %d rows, %d bytes, %d bills or rows without", seed, i, q.Large, q.Rows, q.Bytes, units)
			}
		}
		several += min(len(p.Parts)-1, 1)
	}
	if scattered == 0 || several < 400 {
		t.Errorf("%d rows moved, %d files were cut: the samples say little", scattered, several)
	}
}

// TestPart holds that the two parts are the rows of the file, each in its order,
// and that a bill with a bad row is bad as a whole.
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
		want := [2]string{}
		for i, row := range s.rows {
			part := 0
			if bad[i] || s.bill[i] != "" && badBill[s.bill[i]] {
				part = 1
			}
			want[part] += row
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
