package cmd_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/connectplus/preflight/cmd"
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
			return binaries(env.WorkDir)
		},
	})
}

// binaries writes the files that a script, which is text, cannot hold: a
// gzip archive, one without its end, and one that is no table at all.
func binaries(dir string) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte("billNumber,billingDate,Mobile,source,type,billAmount\nB1,2026-11-19,919876500001,INSTORE,REGULAR,10\n")); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"whole.csv.gz": b.Bytes(),
		"cut.csv.gz":   b.Bytes()[:b.Len()-12],
		"binary.csv":   bytes.Repeat([]byte{0, 1, 2, 3, 200}, 100),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
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
