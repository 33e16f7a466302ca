package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/connectplus/preflight/cmd"
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

// TestInterruptedProbe stops a probe that waits for a mute server: the report
// is written, and says so.
func TestInterruptedProbe(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c, stderr := preflight(t, "ftp-access", "--isolated", "--host", "127.0.0.1", "--port", port, "--user", "brand",
		"--processed", "/done", "--format", "json", "-o", "report.json")
	c.Dir = dir
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if got := c.ProcessState.ExitCode(); got != 143 {
		t.Errorf("exit code %d, want 143", got)
	}
	if got, want := stderr.String(), "preflight: interrupted; nothing was written to the server\n"; got != want {
		t.Errorf("stderr = %q, want %q", got, want)
	}
	report, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"interrupted": true`, `"verdict": "incomplete"`} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report lacks %s:\n%s", want, report)
		}
	}
}

// TestProbeReaderGone writes the report of a probe to a reader that went away:
// no signal ends the run, so that it can clean up.
func TestProbeReaderGone(t *testing.T) {
	c, stderr := preflight(t, "ftp-access", "--isolated", "--host", "127.0.0.1", "--port", "1", "--user", "brand", "--processed", "/done")
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	c.Stdout = out
	_ = c.Run()
	out.Close()
	if got := c.ProcessState.ExitCode(); got != 141 || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr %q, want 141 and nothing", got, stderr)
	}
}

// console opens a terminal of which this test is the person: what it writes to
// the first is typed at the second.
func console(t *testing.T) (person, stdin *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	number, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	stdin, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminal: %v", err)
	}
	t.Cleanup(func() { _ = stdin.Close() })
	return person, stdin
}

// TestPrompt types a password, which is not shown, and interrupts a question,
// after which the terminal shows what is typed again.
func TestPrompt(t *testing.T) {
	echoes := func(f *os.File) bool {
		state, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
		return err == nil && state.Lflag&unix.ECHO != 0
	}
	person, stdin := console(t)
	if _, err := person.WriteString("geheim\n"); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	got, err := cmd.Ask(t.Context(), stdin, &stderr, "Password for brand@data.example.com\x1b: ")
	if got != "geheim" || err != nil {
		t.Errorf("answer %q, %v", got, err)
	}
	if want := "Password for brand@data.example.com␛: \n"; stderr.String() != want {
		t.Errorf("asked %q, want %q", &stderr, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, again := console(t)
	go func() {
		for t.Context().Err() == nil && echoes(again) {
			runtime.Gosched()
		}
		cancel()
	}()
	if _, err := cmd.Ask(ctx, again, io.Discard, "? "); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted question gave %v", err)
	}
	if !echoes(stdin) || !echoes(again) {
		t.Error("the terminal hides what is typed")
	}
}
