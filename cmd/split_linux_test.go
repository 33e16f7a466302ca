package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// bills makes a file that takes a moment to cut, in a folder of its own.
func bills(t *testing.T, rows int) (dir, text string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("billNumber,billingDate,Mobile,source,type,billAmount\n")
	for i := range rows {
		fmt.Fprintf(&b, "B%d,2026-11-19,919876500001,INSTORE,REGULAR,10\n", i)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sales.csv"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, b.String()
}

// left returns the names in a folder, and checks that the file to cut is whole.
func left(t *testing.T, dir, text string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, err := os.ReadFile(filepath.Join(dir, "sales.csv")); err != nil || string(got) != text {
		t.Errorf("the file was changed: %d bytes, %v; want %d", len(got), err, len(text))
	}
	return names
}

// halfway starts split and waits until it has begun to write.
func halfway(t *testing.T, dir string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	c, stderr := preflight(t, append([]string{"split", "--isolated"}, args...)...)
	c.Dir = dir
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, c.Process.Pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
		if err != nil || info.Signo != 0 { // it ended
			break
		}
		if temps, _ := filepath.Glob(filepath.Join(dir, ".*.tmp")); len(temps) > 0 {
			return c, stderr
		}
		runtime.Gosched()
	}
	_ = c.Wait()
	t.Fatalf("it ended before it was seen to write: %s", stderr)
	return nil, nil
}

// TestSplitInterrupted stops a run that has begun to write: nothing is left.
func TestSplitInterrupted(t *testing.T) {
	for _, args := range [][]string{
		{"--max-rows", "10000", "sales.csv"},
		{"--clean", "clean.csv", "--rejected", "rejected.csv", "sales.csv"},
	} {
		dir, text := bills(t, 200_000)
		c, stderr := halfway(t, dir, args...)
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		if got := c.ProcessState.ExitCode(); got != 130 {
			t.Errorf("%q: exit code %d, want 130", args, got)
		}
		if got, want := stderr.String(), "preflight: interrupted; nothing was written\n"; got != want {
			t.Errorf("%q: stderr = %q, want %q", args, got, want)
		}
		if names := left(t, dir, text); len(names) != 1 {
			t.Errorf("%q: left behind: %q", args, names)
		}
	}
}

// TestSplitKilled kills a run that has begun to write: no file has the name of a
// part, and the next run does not stumble over what is left.
func TestSplitKilled(t *testing.T) {
	dir, text := bills(t, 200_000)
	c, _ := halfway(t, dir, "--max-rows", "10000", "sales.csv")
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	for _, name := range left(t, dir, text) {
		if name != "sales.csv" && !(strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp")) {
			t.Errorf("left behind: %s", name)
		}
	}
	again, stderr := preflight(t, "split", "--isolated", "--max-rows", "100000", "sales.csv")
	again.Dir = dir
	if err := again.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	var joined []byte
	for i, name := range []string{"sales.part001.csv", "sales.part002.csv"} {
		part, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			part = part[bytes.IndexByte(part, '\n')+1:]
		}
		joined = append(joined, part...)
	}
	if string(joined) != text {
		t.Error("the parts joined are not the file")
	}
}

// TestSplitFullDisk writes to a disk that is too small: nothing is left.
func TestSplitFullDisk(t *testing.T) {
	dir, text := bills(t, 40_000)
	small := filepath.Join(dir, "small")
	if err := os.Mkdir(small, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("preflight-test", small, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no small disk: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(small, unix.MNT_DETACH) })
	for _, args := range [][]string{
		{"--max-rows", "10000", "--output-dir", "small"},
		{"--clean", "small/clean.csv", "--rejected", "small/rejected.csv"},
	} {
		c, stderr := preflight(t, append([]string{"split", "--isolated", "sales.csv"}, args...)...)
		c.Dir = dir
		_ = c.Run()
		if got := c.ProcessState.ExitCode(); got != 3 || !strings.HasSuffix(stderr.String(), ": no space left on device\n") {
			t.Errorf("%q: exit code %d, stderr %q, want 3 and the reason", args, got, stderr)
		}
		if entries, err := os.ReadDir(small); err != nil || len(entries) > 0 {
			t.Errorf("%q: left behind: %v, %v", args, entries, err)
		}
	}
	left(t, dir, text)
}

// TestSplitReadOnly writes to a folder in which its user may not.
func TestSplitReadOnly(t *testing.T) {
	const nobody = 65534
	dir, text := bills(t, 10)
	for path := dir; path != filepath.Dir(os.TempDir()) && path != "/"; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if path != os.TempDir() && os.Chmod(path, info.Mode().Perm()|0o055) != nil {
			t.Skip("no folder that others may enter")
		}
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	c, stderr := preflight(t, "split", "--isolated", "sales.csv")
	c.Dir = dir
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	err := c.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		t.Fatalf("%v: %s", err, stderr)
	}
	if got := c.ProcessState.ExitCode(); got != 2 || stderr.String() != "preflight: cannot write sales.part001.csv: permission denied\n" {
		t.Errorf("exit code %d, stderr %q, want 2 and the reason", got, stderr)
	}
	if names := left(t, dir, text); len(names) != 1 {
		t.Errorf("left behind: %q", names)
	}
}
