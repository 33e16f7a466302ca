package validate_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// A countingReader counts what is read.
type countingReader struct {
	io.ReaderAt
	reads *int
}

func (r countingReader) ReadAt(p []byte, off int64) (int, error) {
	*r.reads++
	return r.ReaderAt.ReadAt(p, off)
}

// judged judges texts, each as a file of its own, and counts what is read.
func judged(t *testing.T, reads *int, texts ...string) (results []*validate.FileResult) {
	t.Helper()
	tmpl, _ := templates.ByID("transaction-v2-add")
	for i, text := range texts {
		src, err := table.Open(fmt.Sprintf("f%d.csv", i), countingReader{strings.NewReader(text), reads}, int64(len(text)), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		mapping, err := tmpl.Map(src.Header, templates.MapOptions{})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := validate.Compile(src, rules.All(), validate.Options{Template: tmpl, Mapping: mapping, Keep: 1, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, run(t, plan))
	}
	return results
}

// TestManySmallFiles holds that files that differ are not compared pair by pair,
// and that a small one takes little memory: thousands in one run take seconds.
func TestManySmallFiles(t *testing.T) {
	const n = 100
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprintf("billNumber,billAmount\nB%03d,10\n", i))
	}
	reads := 0
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	results := judged(t, &reads, texts...)
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / n; each > 1<<20 {
		t.Errorf("a file of one row takes %d KiB", each>>10)
	}
	reads = 0
	if err := validate.JudgeDrop(t.Context(), nil, results, 1); err != nil {
		t.Fatal(err)
	}
	if reads > n {
		t.Errorf("%d reads compare %d files that differ", reads, n)
	}
}

// TestCopies holds which file another one is called a copy of.
func TestCopies(t *testing.T) {
	long := "billNumber,billAmount\n" + strings.Repeat("B1,10\n", 20_000)
	texts := []string{
		"billNumber,billAmount\nB1,10\n",
		"billNumber,billAmount\nB2,10\n",
		"billNumber,billAmount\nB1,10\n",
		"billNumber,billAmount\nB1,10\n",
		"billNumber,billAmount\n",
		"billNumber,billAmount\n",
		long + "B1,20\n",
		long + "B1,30\n", // the first 64 KiB are the same
		long + "B1,20\n",
	}
	results := judged(t, new(int), texts...)
	if err := validate.JudgeDrop(t.Context(), nil, results, 1); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range results {
		got = append(got, r.CopyOf)
	}
	if got, want := strings.Join(got, " "), "  f0.csv f0.csv     f6.csv"; got != want {
		t.Errorf("copies of %q, want %q", got, want)
	}
}
