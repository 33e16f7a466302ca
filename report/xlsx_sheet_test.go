package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// TestManySheets holds that a sheet, once it is written, keeps nothing but its
// compressed rows: what compresses them takes about a MiB.
func TestManySheets(t *testing.T) {
	const n = 50
	packers := newPackers()
	var bodies []*sheetBody
	var out bytes.Buffer
	z := &sortedZip{w: &out, bodies: map[string]*sheetBody{}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range n {
		body := &sheetBody{packers: packers}
		body.begin(1)
		body.text(1, 0, "a cell")
		body.end()
		if err := body.finish(); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
		z.bodies[fmt.Sprintf("sheet%02d", i)] = body
	}
	for name := range z.bodies {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "<sheetData>"+endOfRows); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(bodies)
	if each := (after.TotalAlloc - before.TotalAlloc) / n; each > 200<<10 {
		t.Errorf("a sheet of one cell takes %d KiB", each>>10)
	}
	r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(part)
		if err != nil || !strings.Contains(string(text), "a cell") || !strings.HasSuffix(string(text), endOfRows) {
			t.Errorf("%s: %q, %v", f.Name, text, err)
		}
	}
	if len(r.File) != n {
		t.Errorf("%d parts, want %d", len(r.File), n)
	}
}
