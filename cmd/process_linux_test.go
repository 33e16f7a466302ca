package cmd_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const salesFile = "billNumber,billingDate,Mobile,source,type,billAmount\nB1,2026-11-19,919876500001,INSTORE,REGULAR,10\n"

// preflight prepares this test program to run as preflight. The link leads to
// it whatever the rights of its folder.
func preflight(t *testing.T, args ...string) (c *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	c = exec.CommandContext(t.Context(), "/proc/self/exe", args...)
	c.Args[0] = "preflight"
	stderr = &bytes.Buffer{}
	c.Stderr = stderr
	return c, stderr
}

// TestNoPermission runs preflight on a file that its user may not read. The
// superuser may read all, so it hands the run to nobody.
func TestNoPermission(t *testing.T) {
	const nobody = 65534
	path := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(path, []byte(salesFile), 0o000); err != nil {
		t.Fatal(err)
	}
	c, stderr := preflight(t, "check", "-f", "json", path)
	c.Dir = "/"
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	stdout, err := c.Output()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	if got := c.ProcessState.ExitCode(); got != 3 {
		t.Errorf("exit code %d, want 3", got)
	}
	if got := stderr.String(); !strings.HasPrefix(got, "preflight: cannot read sales.csv: permission denied\n") {
		t.Errorf("stderr = %q", got)
	}
	if got := string(stdout); !strings.Contains(got, `"permission denied"`) || strings.Contains(got, filepath.Dir(path)) {
		t.Errorf("report = %s, want the reason, without the folder", got)
	}
}

// TestInterrupt stops a run that waits for its input: it ends cleanly, and
// leaves neither a report nor a part of one.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	c, stderr := preflight(t, "check", "-o", "report.txt", "-")
	c.Dir = dir
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	c.Stdin = in
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	// More than a pipe holds: when it is written, the run reads its input.
	if _, err := out.Write(bytes.Repeat([]byte("B1,2\n"), 100_000)); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if got := c.ProcessState.ExitCode(); got != 130 {
		t.Errorf("exit code %d, want 130", got)
	}
	if got, want := stderr.String(), "preflight: interrupted, so there is no report\n"; got != want {
		t.Errorf("stderr = %q, want %q", got, want)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestReaderGone writes to a reader that went away, as head does: the run ends
// as the shell ends programs then, without a word.
func TestReaderGone(t *testing.T) {
	c, stderr := preflight(t, "templates", "transaction-v2-add")
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	c.Stdout = out
	err = c.Run()
	out.Close()
	status, ok := c.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGPIPE {
		t.Errorf("ended with %v, want the signal SIGPIPE", err)
	}
	if stderr.Len() > 0 {
		t.Errorf("stderr = %q, want nothing", stderr)
	}
}
