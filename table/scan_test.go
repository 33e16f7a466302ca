package table

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
)

// describe renders all that a scan hands out, in row order.
func describe(t *testing.T, text string, o Options, block, workers int) string {
	t.Helper()
	s, err := Open("in.csv", strings.NewReader(text), int64(len(text)), o)
	if err != nil {
		return err.Error()
	}
	defer s.Close()
	s.block = block
	var mu sync.Mutex
	var lines []string
	err = s.Scan(context.Background(), workers, func(_ int, b *Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range b.Len() {
			cells := []string{}
			for j := range b.Columns() {
				cells = append(cells, fmt.Sprintf("%q", b.Cell(i, j)))
			}
			r := b.Ref(i)
			lines = append(lines, fmt.Sprintf("%06d line %d offset %d: %s", r.Row, r.Line, r.Offset, strings.Join(cells, " ")))
		}
		for _, f := range b.Faults {
			r := b.FaultRef(&f)
			lines = append(lines, fmt.Sprintf("%06d line %d offset %d: fault %d column %d cells %d at %d first %q", f.Row, r.Line, r.Offset, f.Kind, f.Column, f.Cells, f.At, b.FaultCell(&f, 0)))
		}
		return nil
	})
	if err != nil {
		lines = append(lines, err.Error())
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// nasty returns text that is mostly a table, with everything that is hard.
func nasty(r *rand.Rand) string {
	var b strings.Builder
	end := []string{"\n", "\r\n", "\n", "\r"}[r.IntN(4)]
	b.WriteString("a,b,c" + end)
	for range r.IntN(60) {
		for j := range 3 {
			if j > 0 {
				b.WriteString([]string{",", ",", ",", ",", ",", ",", ";", ",,", ""}[r.IntN(9)])
			}
			switch r.IntN(14) {
			case 0:
				b.WriteString(`"x, y"`)
			case 1:
				b.WriteString(`"say ""hi"""`)
			case 2:
				b.WriteString("\"two" + end + "lines\"")
			case 3:
				b.WriteString(`12" pipe`)
			case 4:
				b.WriteString(`"open`)
			case 5:
				b.WriteString(`"closed"and more`)
			case 6:
				b.WriteString("caf\u00e9\xe9")
			case 7:
				b.WriteString(strings.Repeat("z", r.IntN(200)))
			case 8:
				b.WriteString(`""`)
			case 9:
				b.WriteString("\r")
			default:
				b.WriteString(fmt.Sprint(r.IntN(1000)))
			}
		}
		if r.IntN(20) > 0 {
			b.WriteString(end)
		}
	}
	return b.String()
}

// plainly cuts the text with the slow rules alone, in one go: the reference.
func TestBlocksAndWorkersNeverShow(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for round := range 400 {
		text := nasty(r)
		want := describe(t, text, Options{Comma: ','}, 1<<20, 1)
		for range 4 {
			block, workers := 1+r.IntN(300), 1+r.IntN(4)
			if got := describe(t, text, Options{Comma: ','}, block, workers); got != want {
				t.Fatalf("round %d, block %d, %d workers: %q\ngot\n%s\nwant\n%s", round, block, workers, text, got, want)
			}
		}
	}
}

// Masks and the byte-by-byte rules must cut every text at the same places.
func FuzzFastAgreesWithSlow(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 20 {
		f.Add(nasty(r))
	}
	f.Fuzz(func(t *testing.T, text string) {
		buf := make([]byte, pad+len(text)+1+slack)
		end := pad + copy(buf[pad:], text)
		if end > pad && buf[end-1] != '\n' {
			buf[end] = '\n'
			end++
		}
		fast := &tokens{comma: ',', newline: '\n'}
		fast.start(slices.Clone(buf), pad)
		if !fast.run(end, end, true) {
			t.Fatalf("%q: the text ended inside a row", text)
		}
		slow := &tokens{comma: ',', newline: '\n'}
		slow.start(slices.Clone(buf), pad)
		for slow.next() < end && slow.slow(end, true) {
		}
		if !slices.Equal(fast.cells, slow.cells) {
			t.Fatalf("%q:\nfast %v\nslow %v", text, fast.cells, slow.cells)
		}
		if !slices.Equal(fast.fault, slow.fault) {
			t.Fatalf("%q:\nfast %v\nslow %v", text, fast.fault, slow.fault)
		}
		for i := range fast.rows {
			if fast.rows[i].cell != slow.rows[i].cell || fast.rows[i].flags&rowQuoted != slow.rows[i].flags&rowQuoted {
				t.Fatalf("%q: row %d: fast %v, slow %v", text, i, fast.rows[i], slow.rows[i])
			}
		}
	})
}

func TestFetch(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 100 {
		text := nasty(r)
		s, err := Open("in.csv", strings.NewReader(text), int64(len(text)), Options{Comma: ','})
		if err != nil {
			t.Fatal(err)
		}
		s.block = 1 + r.IntN(300)
		rows := map[int64]string{}
		var numbers []int64
		err = s.Scan(t.Context(), 1, func(_ int, b *Batch) error {
			for i := range b.Len() {
				rows[b.Number(i)] = fmt.Sprint(b.Ref(i), string(b.Cell(i, 0)), "|", string(b.Cell(i, 2)))
				if r.IntN(3) == 0 {
					numbers = append(numbers, b.Number(i))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Fetch(t.Context(), 1+r.IntN(3), numbers)
		if err != nil {
			t.Fatal(err)
		}
		if b.Len() != len(numbers) {
			t.Fatalf("got %d rows, want %d", b.Len(), len(numbers))
		}
		for i, n := range numbers {
			if got := fmt.Sprint(b.Ref(i), string(b.Cell(i, 0)), "|", string(b.Cell(i, 2))); got != rows[n] {
				t.Fatalf("row %d: got %s, want %s", n, got, rows[n])
			}
		}
	}
}

func TestQuotedCellThatNeverCloses(t *testing.T) {
	text := "a,b\n1,\"open\n" + strings.Repeat("2,3\n", 50000)
	s, err := Open("in.csv", strings.NewReader(text), int64(len(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, faults := 0, []Fault{}
	err = s.Scan(t.Context(), 2, func(_ int, b *Batch) error {
		rows += b.Len()
		faults = append(faults, b.Faults...)
		return nil
	})
	if err != nil || rows != 50001 || len(faults) != 1 || faults[0].Kind != FaultOpenQuote || faults[0].Row != 2 || faults[0].Column != 2 {
		t.Errorf("got %d rows, faults %+v, %v; want 50001 rows and one open quote in row 2", rows, faults, err)
	}
}

func TestLongRowStops(t *testing.T) {
	text := "a,b\n1,2\n" + strings.Repeat("x", maxRow+10) + "\n3,4\n"
	s, err := Open("in.csv", strings.NewReader(text), int64(len(text)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	err = s.Scan(t.Context(), 2, func(_ int, b *Batch) error { rows += b.Len(); return nil })
	if l, ok := err.(*LimitError); !ok || l.Row != 3 || rows != 1 {
		t.Errorf("got %v after %d rows, want a limit at row 3 after 1 row", err, rows)
	}
}

func TestAgreesWithStandardReader(t *testing.T) {
	text := "a;b;c\r\n1;\"x;\"\"y\"\"\";3\r\n\"two\nlines\";5;6\r\n"
	got := describe(t, text, Options{}, 64, 2)
	want := "000002 line 2 offset 7: \"1\" \"x;\\\"y\\\"\" \"3\"\n000003 line 3 offset 22: \"two\\nlines\" \"5\" \"6\""
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func BenchmarkScan(b *testing.B) {
	var t bytes.Buffer
	t.WriteString("bill_number,bill_date,store_code,item,qty,rate,amount\n")
	for i := range 100000 {
		fmt.Fprintf(&t, "B%08d,2026-08-01,ST0346,\"Rice, 1 kg\",2,%d.50,%d.00\n", i/3, i%100, i%100)
	}
	s, err := Open("in.csv", bytes.NewReader(t.Bytes()), int64(t.Len()), Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprint("workers=", workers), func(b *testing.B) {
			b.SetBytes(int64(t.Len()))
			for b.Loop() {
				if err := s.Scan(b.Context(), workers, func(int, *Batch) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
