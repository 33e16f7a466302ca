package fix_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/connectplus/preflight/fix"
	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/table"
)

// errDisk is what a disk says that fails.
var errDisk = errors.New("input/output error")

// A failing text cannot be read from some byte on, once it fails, and says so only
// when somebody has seen what came before.
type failing struct {
	*strings.Reader
	from  int64
	fails bool
	seen  chan struct{}
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.fails && off >= f.from {
		<-f.seen
		return 0, errDisk
	}
	return f.Reader.ReadAt(p, off)
}

// A watcher closes a channel at the first writing.
type watcher struct {
	bytes.Buffer
	seen chan struct{}
	done bool
}

func (w *watcher) Write(p []byte) (int, error) {
	if !w.done {
		w.done = true
		close(w.seen)
	}
	return w.Buffer.Write(p)
}

// TestDiffError holds that a copy which cannot be read to its end is no copy without
// more rows.
func TestDiffError(t *testing.T) {
	r := run(t, ruletest.File{Text: "billNumber ,note\n"}, fix.Options{})
	text := &failing{Reader: strings.NewReader(r.text + "B1,a\n"), from: int64(len(r.text)), seen: make(chan struct{})}
	src, err := table.Open("out.csv", text, text.Size(), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	r.After.Source, text.fails = src, true
	out := &watcher{seen: text.seen}
	if err := r.Diff(t.Context(), out, "in.csv", "out.csv", &mask.Masker{}); !errors.Is(err, errDisk) {
		t.Errorf("got %v, want %v, after %q", err, errDisk, out)
	}
}

// A full disk takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// TestDiffFull holds that a diff ends where nobody takes it.
func TestDiffFull(t *testing.T) {
	r := run(t, ruletest.File{Text: "billNumber,source\n" + strings.Repeat("B1,Instore\nB2,INSTORE\n", 20_000)}, fix.Options{})
	if err := r.Diff(t.Context(), full{}, "in.csv", "out.csv", &mask.Masker{}); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v, want %v", err, io.ErrShortWrite)
	}
}
