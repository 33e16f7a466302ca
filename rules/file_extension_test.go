package rules_test

import (
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/connectplus/preflight/internal/ruletest"
	"github.com/connectplus/preflight/rules"
)

func TestPackedNames(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte("billNumber,billAmount\nB1,10\n"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	const packed = "file-extension: the file is packed (gzip), and the dataflow does not unpack"
	tests := []struct {
		name   string
		accept []string
		unzip  bool
		want   []string
	}{
		{"a.csv.gz", nil, true, nil},
		{"a.csv.gz", nil, false, []string{packed}},
		{"A.CSV.GZ", nil, true, nil},
		{"a.gz", nil, true, nil},
		{"a.csv.gz", []string{"gz"}, true, nil},
		{"a.csv.gz", []string{"gz"}, false, []string{packed}},
		{"a.csv.GZ", []string{"csv", "gz"}, false, []string{packed}},
		{"a.txt.gz", []string{"gz"}, true, nil},
		{"a.txt.gz", nil, true, []string{`file-extension: the name ends in ".txt", the folder takes .csv`}},
		{"a.csv.gz", []string{"txt"}, true, []string{`file-extension: the name ends in ".csv", the folder takes .txt`}},
		{"-", nil, true, nil},
	}
	for _, tt := range tests {
		file := ruletest.File{Name: tt.name, Text: b.String()}
		file.Options.Accept, file.Options.Unzip = tt.accept, tt.unzip
		res, err := ruletest.Judge(rules.All(), file)
		if err != nil {
			t.Fatal(err)
		}
		if d := ruletest.Diff(ruletest.Lines(res.Findings), tt.want); d != "" {
			t.Errorf("%s, the folder takes %q, unzip %v: findings (- wanted, + got):%s", tt.name, tt.accept, tt.unzip, d)
		}
	}
}

// TestNamesOfText holds that text is not taken for what its name says, whatever
// the folder takes.
func TestNamesOfText(t *testing.T) {
	const text = "file-extension: the file is text, whatever its name says"
	tests := []struct {
		name   string
		accept []string
		unzip  bool
		want   []string
	}{
		{"a.xlsx", []string{"csv", "xlsx"}, false, []string{text}},
		{"a.XLS", []string{"csv", "xls"}, false, []string{text}},
		{"a.zip", nil, true, []string{text}},
		{"a.zip", []string{"zip"}, true, []string{text}},
		{"a.csv.gz", nil, true, []string{text}},
		{"a.txt", []string{"txt"}, true, nil},
		{"a.pdf", nil, false, []string{`file-extension: the name ends in ".pdf", the folder takes .csv`}},
	}
	for _, tt := range tests {
		file := ruletest.File{Name: tt.name, Text: "billNumber,billAmount\nB1,10\n"}
		file.Options.Accept, file.Options.Unzip = tt.accept, tt.unzip
		res, err := ruletest.Judge(rules.All(), file)
		if err != nil {
			t.Fatal(err)
		}
		if d := ruletest.Diff(ruletest.Lines(res.Findings), tt.want); d != "" {
			t.Errorf("%s, the folder takes %q: findings (- wanted, + got):%s", tt.name, tt.accept, d)
		}
	}
}
