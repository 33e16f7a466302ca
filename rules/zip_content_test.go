package rules_test

import (
	"archive/zip"
	"errors"
	"strings"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
)

const oneBill = "billNumber,billAmount\nB1,10\n"

// TestWhatIsNoTable holds that each thing which lies under the name of a table has
// one finding: that of the rule that knows it.
func TestWhatIsNoTable(t *testing.T) {
	var locked strings.Builder
	z := zip.NewWriter(&locked)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "a.csv", Flags: 1})
	if err == nil {
		_, err = w.Write([]byte(oneBill))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	one := ruletest.Zip(t, map[string]string{"a.csv": oneBill})
	folder := ruletest.Zip(t, map[string]string{"out/day/a.csv": oneBill})
	tests := []struct {
		name, text string
		unzip      bool
		want       string // ""; of findings there is one at most
	}{
		{"a.zip", one, true, ""},
		{"a.zip", one, false, "zip-content: the file is packed (zip), and the dataflow does not unpack"},
		{"a.zip", folder, true, `zip-content: the file in the zip archive lies in a folder, "out/day"`},
		{"a.zip", folder, false, "zip-content: the file is packed (zip), and the dataflow does not unpack"},
		{"a.zip", ruletest.Zip(t, nil), true, "zip-content: the zip archive holds no file"},
		{"a.zip", ruletest.Zip(t, map[string]string{"a.csv": oneBill, "b.csv": oneBill}), true, "zip-content: the zip archive holds 2 files, not one"},
		{"a.zip", locked.String(), true, "zip-content: the file in the zip archive has a password"},
		{"a.csv", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", false, "pgp-content: the file is encrypted with PGP, and the dataflow does not decrypt"},
		{"a.csv", "\x85\x01\x0c\x03\x9a\xff\x01\x02\x03", false, "pgp-content: the file is encrypted with PGP, and the dataflow does not decrypt"},
	}
	for _, tt := range tests {
		file := ruletest.File{Name: tt.name, Text: tt.text}
		file.Options.Unzip = tt.unzip
		res, err := ruletest.Judge(rules.All(), file)
		if _, noTable := errors.AsType[*table.NotTextError](err); err != nil && !noTable {
			t.Fatalf("%s: %v", tt.want, err)
		}
		var want []string
		if tt.want != "" {
			want = []string{tt.want}
		}
		if d := ruletest.Diff(ruletest.Lines(res.Findings), want); d != "" {
			t.Errorf("%q of %d bytes, unzip %v: findings (- wanted, + got):%s", tt.name, len(tt.text), tt.unzip, d)
		}
	}
	decrypts := ruletest.File{Text: tests[7].text}
	decrypts.Options.Params = map[string]any{"pgp-content": &rules.PGPContentParams{Decrypt: true}}
	if res, _ := ruletest.Judge(rules.All(), decrypts); len(res.Findings) > 0 {
		t.Errorf("encrypted for a dataflow that decrypts: %q", ruletest.Lines(res.Findings))
	}
}
