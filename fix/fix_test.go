package fix_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/fix"
	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// A repair is one run of fix over a small file.
type repair struct {
	*fix.Result
	first   *validate.FileResult
	text    string // of the copy, or of the file where there is none
	changes []fix.Change
}

// run repairs a file.
func run(t *testing.T, f ruletest.File, o fix.Options) repair {
	t.Helper()
	f.Options.Mend = true
	first, src, err := ruletest.Open(rules.All(), f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	r := repair{first: first, text: f.Text}
	name := f.Name
	if name == "" {
		name = "in.csv"
	}
	accept := f.Options.Accept
	if accept == nil {
		accept = []string{"csv"}
	}
	if src.Archive != "" || src.Workbook != nil || !slices.Contains(accept, strings.TrimPrefix(filepath.Ext(name), ".")) {
		name = strings.TrimSuffix(name, filepath.Ext(name)) + "." + "csv"
	}
	o.Path, o.Comma = filepath.Join(t.TempDir(), filepath.Base(name)), ','
	if f.Options.Comma != 0 {
		o.Comma = f.Options.Comma
	}
	o.Note = func(c fix.Change) error { r.changes = append(r.changes, c); return nil }
	o.Check = func(_ context.Context, path string) (*fix.Checked, error) {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		r.text = string(text)
		res, src, err := ruletest.Open(rules.All(), again(f, o.Path, r.text))
		return &fix.Checked{FileResult: res, Close: func() { src.Close() }}, err
	}
	if r.Result, err = fix.Run(t.Context(), first, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// again returns a copy of a file as one to be judged.
func again(f ruletest.File, path, text string) ruletest.File {
	f.Name, f.Text, f.Read.Sheet = filepath.Base(path), text, ""
	return f
}

// TestEveryRule repairs the examples and cases of all rules: what a report calls
// fixable is gone, nothing else came, and a second repair changes nothing.
func TestEveryRule(t *testing.T) {
	for _, r := range rules.All() {
		for _, e := range r.Examples {
			t.Run(r.ID+"/"+e.Name, func(t *testing.T) {
				if files := ruletest.Files(t, r, e); len(files) == 1 {
					repaired(t, files[0])
				}
			})
		}
	}
	ruletest.CaseFiles(t, rules.All(), filepath.FromSlash("../testdata/rules"), repaired)
}

func repaired(t *testing.T, f ruletest.File) {
	for _, unsafe := range []bool{false, true} {
		r := run(t, f, fix.Options{Unsafe: unsafe})
		if !r.first.Complete {
			return
		}
		for _, fd := range r.After.Findings {
			if fd.Fix.Machine() && (fd.Fix.Safe || unsafe) && !r.Mingled && r.Left[fd.Rule] == "" {
				t.Errorf("unsafe %v: %s", unsafe, ruletest.Lines([]validate.Finding{fd}))
			}
			if fd.Fix != nil && fd.Fix.Safe && !fd.Fix.Machine() {
				t.Errorf("%s: %q is safe, but no machine can do it", fd.Rule, fd.Fix.Title)
			}
		}
		if got := fixable(r.After.FileResult); len(got) > 0 && !(r.Mingled && slices.Equal(got, []string{"group-split"})) {
			t.Errorf("unsafe %v: still fixable: %v", unsafe, got)
		}
		if !unsafe {
			r.noNews(t)
		}
		if twice := run(t, again(f, r.name(), r.text), fix.Options{Unsafe: unsafe}); len(twice.changes) > 0 && r.File != nil {
			t.Errorf("unsafe %v: fixed again: %v", unsafe, twice.changes)
		}
	}
}

// noNews holds that no finding came but in rows where something was repaired: an
// amount that can be read at last may be below zero.
func (r *repair) noNews(t *testing.T) {
	before, readable := counts(r.first), false
	for _, c := range r.changes {
		readable = readable || c.Rule == "number-format"
	}
	for rule, n := range counts(r.After.FileResult) {
		if n > before[rule] && !readable {
			t.Errorf("%s has %d findings, it had %d: %q", rule, n, before[rule], ruletest.Lines(r.After.Findings))
		}
	}
}

// name returns the name of what was judged last.
func (r *repair) name() string {
	if r.File == nil {
		return r.first.Name
	}
	return r.File.Path()
}

func fixable(f *validate.FileResult) (list []string) {
	for _, c := range f.Causes {
		if c.Fixable > 0 {
			list = append(list, c.Rule)
		}
	}
	return list
}

func counts(f *validate.FileResult) map[string]int64 {
	n := map[string]int64{}
	for _, c := range f.Causes {
		n[c.Rule] += c.Count
	}
	return n
}

const header = "billNumber,billingDate,source,type,note\n"

// TestRun shows what is written, byte by byte.
func TestRun(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, c := range "billNumber\tnote\nB1\tcafé\n" {
		utf16 += string([]byte{byte(c), byte(c >> 8)})
	}
	tests := []struct {
		name  string
		file  ruletest.File
		opt   fix.Options
		want  string
		rules string // of the changes, in order
		left  string // rules whose repair was left, in order
	}{
		{name: "nothing to do", file: ruletest.File{Text: header + "B1,2026-11-19,INSTORE,REGULAR,\"a\"\n"},
			want: header + "B1,2026-11-19,INSTORE,REGULAR,\"a\"\n"},
		{name: "two rules in one cell", file: ruletest.File{Text: header + "B1,2026-11-19, Instore ,REGULAR,x\n"},
			want: header + "B1,2026-11-19,INSTORE,REGULAR,x\n", rules: "outer-whitespace enum-case"},
		{name: "line ends and quotes stay", file: ruletest.File{Text: "billNumber,source,note\r\n\"B1\",\"Instore\",\"a \"\"b\"\"\"\r\nB2,INSTORE, x\u00a0\r\nB3,INSTORE,"},
			want: "billNumber,source,note\r\n\"B1\",\"INSTORE\",\"a \"\"b\"\"\"\r\nB2,INSTORE,x\r\nB3,INSTORE,", rules: "enum-case outer-whitespace"},
		{name: "lone carriage returns", file: ruletest.File{Text: "billNumber,source\rB1,Instore\r,\rB2,INSTORE\r"},
			want: "billNumber,source\rB1,INSTORE\rB2,INSTORE\r", rules: "enum-case blank-row"},
		{name: "ragged rows are copied, stray quotes too", file: ruletest.File{Text: "billNumber,source,note\nB1,Instore\nB2,Instore,a\"b\nB3,Instore,c\"d \n"},
			want: "billNumber,source,note\nB1,Instore\nB2,INSTORE,a\"b\nB3,INSTORE,\"c\"\"d\"\n", rules: "enum-case enum-case outer-whitespace"},
		{name: "delimiter and quoting", file: ruletest.File{Text: "billNumber;note;Item Code\nB1;a, b;\"c;d\"\nB2;\"e\";f\n"},
			want: "billNumber,note,Item Code\nB1,\"a, b\",\"c;d\"\nB2,\"e\",f\n", rules: "delimiter"},
		{name: "a comma that comes is quoted", file: ruletest.File{Text: "billNumber;note;Item Code\nB1; a, b;c\nB2;d;e\n"},
			want: "billNumber,note,Item Code\nB1,\"a, b\",c\nB2,d,e\n", rules: "delimiter outer-whitespace"},
		{name: "quotes inside cells", file: ruletest.File{Text: "billNumber;note;Item Code\nB1;\"a\"b,c\";1 \n"},
			want: "billNumber;note;Item Code\nB1;\"a\"b,c\";1\n", rules: "outer-whitespace", left: "delimiter"},
		{name: "a quote in a ragged row", file: ruletest.File{Text: "billNumber;note\nB1;a\nB2;b\"c;d,e\n"},
			want: "billNumber;note\nB1;a\nB2;b\"c;d,e\n", left: "delimiter"},
		{name: "a quote in the header", file: ruletest.File{Text: "billNumber;no\"te\nB1;a\n"},
			want: "billNumber;no\"te\nB1;a\n", left: "delimiter"},
		{name: "a delimiter that stays, and bills apart", file: ruletest.File{Text: "billNumber;Item Code\nB1;a\"b\nB2;a\nB1;b\n"},
			want: "billNumber;Item Code\nB1;a\"b\nB1;b\nB2;a\n", rules: "group-split", left: "delimiter"},
		{name: "a header where none should be", file: ruletest.File{Text: "billNumber;billAmount;note\nB1;10;a,b\nB2;20;c\n", Read: table.Options{Header: []string{"billNumber", "billAmount", "note"}}},
			want: "billNumber,billAmount,note\nB1,10,\"a,b\"\nB2,20,c\n", rules: "delimiter"},
		{name: "what looks like another delimiter at last", file: ruletest.File{Text: "billNumber;q;s|note\nB1;b;c|d\n | \n"},
			want: "billNumber;q;s,note\nB1;b;c,d\n", rules: "delimiter blank-row"},
		{name: "the delimiter that was named, in a header with others", file: ruletest.File{Text: "billNumber;billAmount;Item Code,x\nB1;10;a,b\n", Read: table.Options{Comma: ','}, Options: validate.Options{Comma: ','}},
			want: "billNumber;billAmount;Item Code,x\nB1;10;a,b\n"},
		{name: "mark", file: ruletest.File{Text: "\ufeffbillNumber,source\nB1,INSTORE\n"},
			want: "billNumber,source\nB1,INSTORE\n", rules: "byte-order-mark"},
		{name: "mark that is not asked for", file: ruletest.File{Text: "\ufeffbillNumber,source\nB1,Instore\n"}, opt: fix.Options{Only: map[string]bool{"enum-case": true}},
			want: "\ufeffbillNumber,source\nB1,INSTORE\n", rules: "enum-case"},
		{name: "UTF-16", file: ruletest.File{Text: utf16},
			want: "billNumber,note\nB1,café\n", rules: "encoding byte-order-mark delimiter"},
		{name: "Windows-1252 is not certain", file: ruletest.File{Text: "billNumber,note\nB1,caf\xe9 \n"},
			want: "billNumber,note\nB1,caf\xe9\n", rules: "outer-whitespace"},
		{name: "Windows-1252 on request", file: ruletest.File{Text: "billNumber,note\nB1,caf\xe9 \nB2,\x80\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,note\nB1,café\nB2,€\n", rules: "encoding outer-whitespace"},
		{name: "a byte that Windows-1252 does not have", file: ruletest.File{Text: "billNumber,note\nB1,caf\xe9\x81\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,note\nB1,caf\xe9\x81\n", left: "encoding"},
		{name: "Windows-1252 and UTF-8", file: ruletest.File{Text: "billNumber,note\nB1,M\xfcller\nB2,abc\u00a0 \n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,note\nB1,M\xfcller\nB2,abc\n", rules: "outer-whitespace", left: "encoding"},
		{name: "a header in Windows-1252", file: ruletest.File{Text: "billNumber,K\xe4ufer \nB1,a\n"},
			want: "billNumber,K\xe4ufer\nB1,a\n", rules: "header-whitespace"},
		{name: "a header in Windows-1252, rewritten", file: ruletest.File{Text: "billNumber,K\xe4ufer \nB1,\xe9\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,Käufer\nB1,é\n", rules: "encoding header-whitespace"},
		{name: "a header in UTF-8 among other text", file: ruletest.File{Text: "billNumber,noteř \nB1,\xe9\n"},
			want: "billNumber,noteř\nB1,\xe9\n", rules: "header-whitespace"},
		{name: "a header as the mapping has it, which Windows-1252 cannot spell", file: ruletest.File{Text: "billNumber,Stra\xdfe\nB1,\xe9\n", Map: map[string]string{"STRA\u1e9eE": "attribution.identifierValue"}},
			want: "billNumber,Stra\xdfe\nB1,\xe9\n", left: "header-whitespace"},
		{name: "dates with one reading", file: ruletest.File{Text: "billNumber,billingDate\nB1,31/12/2025\nB2,01/12/2025\n"},
			want: "billNumber,billingDate\nB1,2025-12-31\nB2,2025-12-01\n", rules: "date-format date-format"},
		{name: "dates with one reading, but a ragged row", file: ruletest.File{Text: "billNumber,billingDate\nB1,31/12/2025\nB2,01/02/2025\nB3,12/31/2025,x\n"},
			want: "billNumber,billingDate\nB1,31/12/2025\nB2,01/02/2025\nB3,12/31/2025,x\n"},
		{name: "dates with one reading, but a ragged row, on request", file: ruletest.File{Text: "billNumber,billingDate\nB1,31/12/2025\nB2,x,y\n\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,billingDate\nB1,2025-12-31\nB2,x,y\n", rules: "date-format blank-row"},
		{name: "dates with two readings", file: ruletest.File{Text: "billNumber,billingDate\nB1,02/12/2025\nB2,01/12/2025\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,billingDate\nB1,02/12/2025\nB2,01/12/2025\n"},
		{name: "decimal comma unknown", file: ruletest.File{Text: "billNumber,billAmount\nB1,\"1.234,50\"\n"},
			want: "billNumber,billAmount\nB1,\"1.234,50\"\n"},
		{name: "decimal comma set", file: ruletest.File{Text: "billNumber,billAmount\nB1,\"1.234,50\"\n", Options: validate.Options{Decimal: ','}},
			want: "billNumber,billAmount\nB1,\"1234.50\"\n", rules: "number-format"},
		{name: "thousands with a decimal comma", file: ruletest.File{Text: "billNumber;billAmount\nB1;1.234\nB2;12,50\nB3;1,250\n", Options: validate.Options{Decimal: ','}},
			want: "billNumber,billAmount\nB1,1234\nB2,12.50\nB3,1.2500\n", rules: "delimiter number-format number-format number-format"},
		{name: "no cell shows the decimal comma", file: ruletest.File{Text: "billNumber,billAmount\nB1,1.234\nB2,10\n", Options: validate.Options{Decimal: ','}}, opt: fix.Options{Unsafe: true},
			want: "billNumber,billAmount\nB1,1.234\nB2,10\n"},
		{name: "half in each notation", file: ruletest.File{Text: "billNumber;billAmount\nB1;1.234\nB2;12,50\nB3;12.5\nB4;1,250\n", Options: validate.Options{Decimal: ',', Comma: ';'}}, opt: fix.Options{Unsafe: true},
			want: "billNumber;billAmount\nB1;1.234\nB2;12.50\nB3;12.5\nB4;1,250\n", rules: "number-format"},
		{name: "decimal point set", file: ruletest.File{Text: "billNumber,billAmount\nB1,\"1,234.50\"\nB2,\"1,23,450\"\nB3,\"2,000\"\n", Options: validate.Options{Decimal: '.'}},
			want: "billNumber,billAmount\nB1,\"1234.50\"\nB2,\"123450\"\nB3,\"2000\"\n", rules: "number-format number-format number-format"},
		{name: "customers twice", file: ruletest.File{Template: "test-control-update", Text: "mobile,testControlStatus\n919876543210,test\n919876543211,test\n\"919876543210\",Test\n"},
			want: "mobile,testControlStatus\n919876543210,test\n919876543211,test\n", rules: "test-control-case duplicate-row"},
		{name: "lines that look alike stay", file: ruletest.File{Text: "billNumber,Item Code\nB1,a\nB1,a\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,Item Code\nB1,a\nB1,a\n"},
		{name: "bills apart", file: ruletest.File{Text: "billNumber,Item Code\nB1,a\nB2,a\nB1,b\nB3,a\nB2,b\nB1,c"},
			want: "billNumber,Item Code\nB1,a\nB1,b\nB1,c\nB2,a\nB2,b\nB3,a\n", rules: "group-split group-split group-split"},
		{name: "bills apart that disagree stay", file: ruletest.File{Text: "billNumber,billingDate,Item Code\nB1,2026-11-19,a\nB2,2026-11-19,a\nB1,2026-11-18,b\n"}, opt: fix.Options{Unsafe: true},
			want: "billNumber,billingDate,Item Code\nB1,2026-11-19,a\nB2,2026-11-19,a\nB1,2026-11-18,b\n"},
		{name: "a plus on request", file: ruletest.File{Template: "test-control-update", Text: "mobile,testControlStatus\n+919876543210,test\n"}, opt: fix.Options{Unsafe: true},
			want: "mobile,testControlStatus\n919876543210,test\n", rules: "mobile-format"},
		{name: "a header", file: ruletest.File{Text: "\"billNumber \",note\nB1,a\n"},
			want: "\"billNumber\",note\nB1,a\n", rules: "header-whitespace"},
		{name: "a workbook", file: ruletest.File{Name: "sales.xlsx", Text: "[Sales]\n\nbillNumber,source\nB1,Instore\n"},
			want: "billNumber,source\nB1,INSTORE\n", rules: "blank-row file-extension enum-case"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, tt.file, tt.opt)
			var got []string
			for _, c := range r.changes {
				got = append(got, c.Rule)
			}
			if r.text != tt.want {
				t.Errorf("got  %q\nwant %q", r.text, tt.want)
			}
			if strings.Join(got, " ") != tt.rules {
				t.Errorf("changes %v, want %s", got, tt.rules)
			}
			if left := strings.Join(slices.Sorted(maps.Keys(r.Left)), " "); left != tt.left {
				t.Errorf("left %q, want %q", left, tt.left)
			}
		})
	}
}

// TestGatherOnly holds that rows are moved within UTF-16 only where UTF-8 may be
// written.
func TestGatherOnly(t *testing.T) {
	text := "\xff\xfe"
	for _, c := range "billNumber,Item Code\nB1,a\nB2,a\nB1,b\n" {
		text += string([]byte{byte(c), 0})
	}
	first, src, err := ruletest.Open(rules.All(), ruletest.File{Text: text, Options: validate.Options{Mend: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dir := t.TempDir()
	o := fix.Options{Comma: ',', Path: filepath.Join(dir, "out.csv"), Only: map[string]bool{"group-split": true}}
	if _, err := fix.Run(t.Context(), first, o); !errors.Is(err, fix.ErrEncoding) {
		t.Errorf("got %v, want %v", err, fix.ErrEncoding)
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("%v is left, %v", left, err)
	}
}
