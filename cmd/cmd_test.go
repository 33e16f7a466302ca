package cmd

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/rules"
)

// A writer calls itself for every write.
type writer func(p []byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestMainTrouble(t *testing.T) {
	for _, test := range []struct {
		name   string
		out    writer
		code   int
		stderr string
	}{
		{"defect of our own", func([]byte) (int, error) { panic("broken") }, 3,
			"preflight: internal error: broken; please report it with the command that you gave\n"},
		{"reader gone", func([]byte) (int, error) { return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE} }, 141, ""},
		{"disk full", func([]byte) (int, error) { return 0, errors.New("no space left on device") }, 3,
			"preflight: no space left on device\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stderr bytes.Buffer
			code := Main([]string{"rules"}, strings.NewReader(""), test.out, &stderr)
			if code != test.code || stderr.String() != test.stderr {
				t.Errorf("exit code %d, stderr %q, want %d, %q", code, &stderr, test.code, test.stderr)
			}
		})
	}
}

func TestLater(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(laterCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		if seen[row[0]] || row[1] == "" || row[2] == "" {
			t.Errorf("%q stands twice or has an empty cell", row)
		}
		seen[row[0]] = true
		for ref := range strings.SplitSeq(row[3], "; ") {
			if !codes.Exists(ref) {
				t.Errorf("%s prevents %q, which is no code", row[0], ref)
			}
		}
	}
	for _, l := range later() {
		if rules.ByID(l.id) != nil {
			t.Errorf("%s is a rule, and said to be none", l.id)
		}
	}
}

func TestLaterDamaged(t *testing.T) {
	defer func() {
		want := "data/later.csv: record on line 2: wrong number of fields"
		if got := recover(); got != want {
			t.Errorf("a damaged list gave %v, want a panic %q", got, want)
		}
	}()
	laterOf("id,title,needs,prevents\na,b\n")
}

func TestOutput(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "report.txt"), filepath.Join(dir, "link.txt")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("failed")
	for _, test := range []struct {
		err  error
		want string
	}{{failed, "old"}, {nil, "new"}} {
		o, err := openOutput(link, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = o.write(writeTo(test.err))
		o.discard()
		got, readErr := os.ReadFile(path)
		if (err == nil) != (test.err == nil) || readErr != nil || string(got) != test.want {
			t.Errorf("write = %v, file %q, %v; want %v, %q", err, got, readErr, test.err, test.want)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the file became %v, %v, want its old mode", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	o, err := openOutput(os.DevNull, nil, nil)
	if err != nil || o.write(writeTo(nil)) != nil {
		t.Errorf("writing to the null device: %v", err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("the null device became %v, %v", info, err)
	}
}

func TestBar(t *testing.T) {
	for _, test := range []struct {
		done, total int64
		want        string
	}{
		{0, 10e6, "..............................   0 %  0 MB/s"},
		{5e6, 10e6, "###############...............  50 %  5 MB/s"},
		{20e6, 10e6, "############################## 100 %  10 MB/s"}, // a file that grew
	} {
		if got := bar(test.done, test.total, time.Second); got != test.want {
			t.Errorf("bar(%d, %d) = %q, want %q", test.done, test.total, got, test.want)
		}
	}
}

func TestProgressOfNoTime(t *testing.T) {
	var w bytes.Buffer
	p := startProgress(&w, 100, true)
	read, end := p.file(60)
	other, _ := p.file(40)
	read(50, 60)
	other(5, 40)
	read(20, 60) // a slower worker reports late
	if got := p.done.Load(); got != 55 {
		t.Errorf("progress is %d, want 55", got)
	}
	end()
	if got := p.done.Load(); got != 65 {
		t.Errorf("progress is %d, want 65", got)
	}
	p.end()
	if w.Len() > 0 {
		t.Errorf("short work wrote %q", &w)
	}
	if startProgress(&w, 100, false) != nil || startProgress(&w, 0, true) != nil {
		t.Error("progress that nobody wants")
	}
}

func TestFill(t *testing.T) {
	long := strings.Repeat("word ", 30)
	for _, test := range []struct{ text, want string }{
		{"", "\n"},
		{"one\ntwo", "  one two\n"},
		{"list:\n- a\n- b", "  list:\n  - a\n  - b\n"},
		{long, "  " + strings.TrimSpace(long[:95]) + "\n  " + strings.TrimSpace(long[95:]) + "\n"},
	} {
		if got := fill(test.text, 2); got != test.want {
			t.Errorf("fill(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func TestClause(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"The bill is a duplicate", "the bill is a duplicate"},
		{"Connect+ refuses", "Connect+ refuses"},
		{"URL is wrong", "URL is wrong"},
		{"InTouch user", "InTouch user"},
		{"", ""},
	} {
		if got := clause(test.text); got != test.want {
			t.Errorf("clause(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}

func writeTo(err error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, _ = io.WriteString(w, "new")
		return err
	}
}
