package reference_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectplus/preflight/reference"
	"github.com/connectplus/preflight/validate"
)

var _ validate.List = (*reference.Set)(nil)

// file writes a file into a folder of the test.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	for _, tt := range []struct {
		name, text, column string
		has, lacks         string // with spaces between
		n                  int64
	}{
		{"plain.csv", "PUNE01\nPUNE02\n", "", "PUNE01 PUNE02", "pune01 PUNE3 Store", 2},
		{"header.csv", "Store Code\nPUNE01\nPUNE02\n", "", "PUNE01 PUNE02", "Store", 2},
		{"words.csv", "Store Code\nPune\nDelhi\n", "", "Pune Delhi", "Code", 2},
		{"doubt.csv", "Agra\nPune\nDelhi\n", "", "Agra Pune", "Code", 3},
		{"twice.csv", "A1\nA1\n A1 \n\n\"A1\"\n", "", "A1", "a1 A2", 1},
		{"bom.csv", "\ufeffA1\r\nA2\r\n", "", "A1 A2", "A3", 2},
		{"end.csv", "A1\nA2", "", "A1 A2", "A", 2},
		{"comma.csv", "\"A1,B2\"\nA3\n", "", "A1,B2 A3", "A1", 2},
		{"wide.csv", "id;code;name\n1;A1;Agra\n2;A2;Pune\n", "#code", "A1 A2", "1 Agra code", 2},
		{"case.csv", "id,Store Code\n1,A1\n", "#store code", "A1", "1", 1},
		{"small.csv.gz", packed(t, "A1\nA2\n"), "", "A1 A2", "A3", 2},
	} {
		s, err := reference.Load(context.Background(), "stores", []string{file(t, tt.name, tt.text) + tt.column})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for _, v := range strings.Fields(tt.has) {
			if !s.Has([]byte(v)) {
				t.Errorf("%s: %q is missing", tt.name, v)
			}
		}
		for _, v := range strings.Fields(tt.lacks) {
			if s.Has([]byte(v)) {
				t.Errorf("%s: %q is there", tt.name, v)
			}
		}
		if s.Len() != tt.n {
			t.Errorf("%s: %d values, want %d", tt.name, s.Len(), tt.n)
		}
	}
}

func TestLoadSeveral(t *testing.T) {
	mobiles, mails := file(t, "m.csv", "mobile\n919812345678\n"), file(t, "e.csv", "email\nanna@example.com\n")
	s, err := reference.Load(context.Background(), "customers", []string{mobiles, mails})
	if err != nil || s.Len() != 2 || !s.Has([]byte("+91 98123-45678")) || !s.Has([]byte("Anna@Example.com")) {
		t.Errorf("two files give %v, %v", s, err)
	}
}

func TestLoadErrors(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct{ path, want string }{
		{file(t, "a.csv", ""), "a.csv: the list is empty"},
		{file(t, "b.csv", "Store Code\n"), "b.csv: the list holds no values"},
		{file(t, "c.csv", "id,code\n1,A1\n"), "c.csv: has 2 columns; name the one of the list: "},
		{file(t, "d.csv", "id,code\n1,A1\n") + "#cod", `d.csv: has no column "cod"; the nearest is code`},
		{file(t, "e.csv", "A1\nA2\nA3,x\n"), "e.csv: row 3 has 2 cells, the first row 1; a value that holds the delimiter needs quotes"},
		{file(t, "f.csv", "%PDF-1.7\n"), "f.csv: is a PDF document, not text; save the list as CSV"},
		{filepath.Join(dir, "g.csv"), "g.csv: no such file or directory"},
		{dir, ": not a file"},
	} {
		_, err := reference.Load(context.Background(), "stores", []string{tt.path})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.path, err, tt.want)
		}
	}
}

func TestAlike(t *testing.T) {
	s := reference.Of("stores", "0017", "Pune", "DELHI", "delhi", "İzmir")
	for value, want := range map[string]string{"17": "0017 true", "00017": "0017 true", "PUNE": "Pune true", "Delhi": " true", "18": " false", "İZMIR": "İzmir true"} {
		spelling, ok := s.Alike([]byte(value))
		if got := fmt.Sprint(spelling, " ", ok); got != want {
			t.Errorf("Alike(%q) = %s, want %s", value, got, want)
		}
	}
	if s.Has([]byte("17")) || !s.Has([]byte("0017")) || !s.Covers([]byte("x@y.z")) {
		t.Error("stores are compared to the letter")
	}
}

func TestCustomers(t *testing.T) {
	s := reference.Of("customers", "+91 98123 45678", "00a@example.com", "C-17")
	for value, want := range map[string]bool{
		"919812345678": true, "91-9812345678": true, "9812345678": false, "00A@Example.COM": true, "a@example.com": false,
		"C-17": true, "c-17": false, "C17": false,
	} {
		if got := s.Has([]byte(value)); got != want {
			t.Errorf("Has(%q) = %v", value, got)
		}
	}
	mobiles := reference.Of("customers", "919812345678")
	for value, want := range map[string]bool{"9812345678": true, "a@example.com": false, "C-17": false} {
		if got := mobiles.Covers([]byte(value)); got != want {
			t.Errorf("a list of mobiles covers %q: %v", value, got)
		}
	}
}

// TestMany holds that every value of a long list is found, whatever the load,
// and none beside them; and that looking up costs no memory.
func TestMany(t *testing.T) {
	var b strings.Builder
	const n = 200_000
	for i := range n {
		fmt.Fprintf(&b, "SKU-%07d\n", i)
	}
	s, err := reference.Load(context.Background(), "items", []string{file(t, "items.csv", b.String())})
	if err != nil || s.Len() != n {
		t.Fatalf("%v, %v", s, err)
	}
	for i := range 2 * n {
		if got := s.Has(fmt.Appendf(nil, "SKU-%07d", i)); got != (i < n) {
			t.Fatalf("Has(SKU-%07d) = %v", i, got)
		}
	}
	value := []byte("sku-0000017")
	if a := testing.AllocsPerRun(100, func() { s.Has(value); s.Covers(value) }); a > 0 {
		t.Errorf("a look-up makes %v allocations", a)
	}
}
