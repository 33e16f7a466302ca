package cmd_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/connectplus/preflight/cmd"
	"github.com/connectplus/preflight/internal/ruletest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"preflight": func() { os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the real command line. UPDATE=1 rewrites what the scripts
// compare with.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		Cmds:                map[string]func(ts *testscript.TestScript, neg bool, args []string){"code": code},
		Setup: func(env *testscript.Env) error {
			env.Setenv("PREFLIGHT_TODAY", "2026-11-20")
			env.Setenv("NL", "\n")
			if err := binaries(env.WorkDir); err != nil {
				return err
			}
			return retail(filepath.Join(env.WorkDir, "retail"))
		},
	})
}

// oneBill is a file without a defect.
const oneBill = "billNumber,billingDate,Mobile,source,type,billAmount\nB1,2026-11-19,919876500001,INSTORE,REGULAR,10\n"

// binaries writes the files that a script, which is text, cannot hold:
// archives whole and broken, other encodings, and what is no table at all.
func binaries(dir string) error {
	whole, err := gzipped([]byte(oneBill))
	if err != nil {
		return err
	}
	bomb, err := gzipped(make([]byte, 20_000_000))
	if err != nil {
		return err
	}
	sheets := workbooks()
	two, err := zipped("a.csv", "b.csv")
	if err != nil {
		return err
	}
	for name, data := range sheets {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	wide := strings.Repeat("c,", 19_999) + "c\n"
	for name, data := range map[string][]byte{
		"whole.csv.gz":  whole,
		"cut.csv.gz":    whole[:len(whole)-12],
		"bomb.csv.gz":   bomb,
		"two.zip":       two,
		"book.csv":      sheets["sales.xlsx"],
		"sales.xlsm":    sheets["sales.xlsx"],
		"half.xlsx":     sheets["sales.xlsx"][:len(sheets["sales.xlsx"])/2],
		"old.xls":       []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
		"picture.csv":   []byte("\x89PNG\r\n\x1a\n\x00\x00"),
		"binary.csv":    bytes.Repeat([]byte{0, 1, 2, 3, 200}, 100),
		"utf16.csv":     utf16le(oneBill),
		"utf16-bom.csv": append([]byte{0xff, 0xfe}, utf16le(oneBill)...),
		"latin.csv":     []byte(strings.ReplaceAll(oneBill, "B1", "B\xe9")),
		"cr.csv":        []byte(strings.ReplaceAll(oneBill, "\n", "\r")),
		"long.csv":      []byte(oneBill + strings.Repeat("x", 17_000_000) + "\n"),
		"wide.csv":      []byte(wide + wide),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// workbooks are made of text, as ruletest reads it.
func workbooks() map[string][]byte {
	const header = "billNumber,billingDate,Mobile,source,type,billAmount\n"
	books := map[string][]byte{}
	for name, text := range map[string]string{
		"sales.xlsx": "[Sales]\n" + header + "B1,2026-11-19,919876500001,INSTORE,REGULAR,10\n" + "[Notes] hidden\nof the month\n[Returns]\n" + header +
			"B2,2026-11-19,919876500001,INSTORE,REGULAR,-10\n",
		"odd.xlsx": "[Sales]\n\n\nbillNumber,billingDate,Mobile,source,type,billAmount,hidden: note\nB1,2026-11-19,919876500001,INSTORE,REGULAR,=5*2 -> 10\n" +
			"\nhidden: B2,19/11/2026,9.19877E+11,INSTORE,REGULAR,=5*2\nB3,2026-11-19,919876500001,^,REGULAR,#REF!\n",
		"empty.xlsx": "[Sheet1]\n",
		"title.xlsx": "[Sheet1]\nSales of the day\n" + header + "B1,2026-11-19,919876500001,INSTORE,REGULAR,10\n",
	} {
		data, _ := ruletest.Workbook(text)
		books[name] = []byte(data)
	}
	return books
}

// retail copies the worked example of the documentation and its data.
func retail(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, path := range []string{"../testdata/retail/online-retail.csv", "../docs/example/online-retail/preflight.yaml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func gzipped(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// zipped makes an archive of files that all hold one bill.
func zipped(names ...string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(w, oneBill); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

func utf16le(s string) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// code runs a program and compares its exit code: code 3 preflight check x.csv.
// Its streams can be looked at with stdout and stderr afterwards.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program argument...")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		e, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%s did not run: %v", args[1], err)
		}
		got = e.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}
