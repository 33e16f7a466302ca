package rules_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// A countedReader counts the bytes that are read of a text.
type countedReader struct {
	*strings.Reader
	n atomic.Int64
}

func (r *countedReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.Reader.ReadAt(p, off)
	r.n.Add(int64(n))
	return n, err
}

// TestSetIsReadInOrder holds that a merge set whose totals are all wrong is read
// a few times, however many bills it has, and that none of them is left out.
func TestSetIsReadInOrder(t *testing.T) {
	const bills = 120_000
	var texts [2]strings.Builder
	texts[0].WriteString("billNumber,billAmount\n")
	texts[1].WriteString("billNumber,Item Code,LineItem_Amount\n")
	r := rand.New(rand.NewPCG(1, 2))
	for i := range bills {
		a, b := r.IntN(1000), r.IntN(1000)
		fmt.Fprintf(&texts[0], "B%06d,%d\n", i, a+b+1)
		fmt.Fprintf(&texts[1], "B%06d,a,%d\nB%06d,b,%d\n", i, a, i, b)
	}
	for _, workers := range []int{1, 3} {
		var files []*validate.FileResult
		var readers []*countedReader
		bundle := validate.NewBundle()
		for at, role := range []string{"bill", "line"} {
			reader := &countedReader{Reader: strings.NewReader(texts[at].String())}
			readers = append(readers, reader)
			files = append(files, judgedRole(t, reader, validate.Place{Role: role, Bundle: bundle}))
		}
		before := readers[0].n.Load() + readers[1].n.Load()
		if err := validate.JudgeDrop(context.Background(), rules.All(), files, workers); err != nil {
			t.Fatal(err)
		}
		size := readers[0].Size() + readers[1].Size()
		if again := readers[0].n.Load() + readers[1].n.Load() - before; again > 3*size {
			t.Errorf("%d workers: %d bytes were read again, of %d", workers, again, size)
		}
		for _, c := range files[0].Causes {
			if c.Rule == "bill-total-mismatch" && c.Count != bills {
				t.Errorf("%d workers: %d bills are wrong, want %d", workers, c.Count, bills)
			}
		}
		if files[0].RejectedRows != bills || files[1].RejectedRows != 2*bills || files[0].RejectedGroups != bills {
			t.Errorf("%d workers: rejected rows %d and %d, bills %d", workers, files[0].RejectedRows, files[1].RejectedRows, files[0].RejectedGroups)
		}
	}
}

// judgedRole judges one file of the merge template.
func judgedRole(t *testing.T, r interface {
	io.ReaderAt
	Size() int64
}, place validate.Place) *validate.FileResult {
	t.Helper()
	src, err := table.Open(place.Role+".csv", r, r.Size(), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	whole, _ := templates.ByID("transaction-line-item-merge")
	o := validate.Options{Template: validate.PartOf(whole, place.Role), Place: place}
	if o.Mapping, err = o.Template.Map(src.Header, templates.MapOptions{}); err != nil {
		t.Fatal(err)
	}
	plan, err := validate.Compile(src, rules.All(), o)
	if err != nil {
		t.Fatal(err)
	}
	res, err := plan.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return res
}
