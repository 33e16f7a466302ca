package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// untidy writes a file of about 30 MB that has something to repair, and returns its
// name in a new folder, and its text.
func untidy(t *testing.T) (path string, text []byte) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("billNumber,billingDate,Mobile,source,type,billAmount\n")
	for i := range 600_000 {
		fmt.Fprintf(&b, "B%d,2026-11-19,919876500001,Instore,REGULAR,10\n", i)
	}
	text = b.Bytes()
	path = filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path, text
}

// untouched wants a file as it was, and nothing beside it but temporary files.
func untouched(t *testing.T, path string, text []byte, temporary bool) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, text) {
		t.Errorf("the input was changed: %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left := strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), ".tmp")
		if e.Name() != "sales.csv" && !(temporary && left) {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

// TestFixStopped stops fix while it writes: by the keyboard, and in a way that no
// program survives.
func TestFixStopped(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			path, text := untidy(t)
			c, stderr := preflight(t, "fix", "--isolated", path)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			for begun := false; !begun; { // until a temporary file has some text
				temps, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*.tmp"))
				if err != nil {
					t.Fatal(err)
				}
				for _, temp := range temps {
					info, err := os.Stat(temp)
					begun = begun || err == nil && info.Size() > 0
				}
				select {
				case err := <-ended:
					t.Fatalf("fix ended before it could be stopped: %v, %s", err, stderr)
				default:
				}
			}
			if err := c.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			<-ended
			if sig == syscall.SIGINT {
				if got := c.ProcessState.ExitCode(); got != 130 {
					t.Errorf("exit code %d, want 130", got)
				}
				if got, want := stderr.String(), "preflight: interrupted, so nothing was written\n"; got != want {
					t.Errorf("stderr = %q, want %q", got, want)
				}
			}
			untouched(t, path, text, sig == syscall.SIGKILL)
		})
	}
}

// TestFixFullDisk writes the copy to a disk that has no room for it.
func TestFixFullDisk(t *testing.T) {
	path, text := untidy(t)
	full := t.TempDir()
	if err := syscall.Mount("tmpfs", full, "tmpfs", 0, "size=1m,mode=777"); err != nil {
		t.Skipf("NOT TESTED: nothing can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(full, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", full, err)
		}
	})
	out := filepath.Join(full, "copy.csv")
	c, stderr := preflight(t, "fix", "--isolated", "--out", out, path)
	_ = c.Run()
	if got := c.ProcessState.ExitCode(); got != 3 {
		t.Errorf("exit code %d, want 3", got)
	}
	if got, want := stderr.String(), "preflight: cannot write "+out+": no space left on device\n"; got != want {
		t.Errorf("stderr = %q, want %q", got, want)
	}
	if left, err := os.ReadDir(full); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	untouched(t, path, text, false)
}

// TestFixReadOnlyFolder repairs a file in a folder where nothing can be written. The
// superuser may write everywhere, so it hands the run to nobody.
func TestFixReadOnlyFolder(t *testing.T) {
	const nobody = 65534
	path, text := untidy(t)
	dir := filepath.Dir(path)
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(dir), 0o755); _ = os.Chmod(dir, 0o755) })
	c, stderr := preflight(t, "fix", "--isolated", path)
	c.Dir = "/"
	if os.Getuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	_ = c.Run()
	if got := c.ProcessState.ExitCode(); got != 2 {
		t.Errorf("exit code %d, want 2", got)
	}
	if got := stderr.String(); !strings.Contains(got, "sales.fixed.csv: permission denied\n") {
		t.Errorf("stderr = %q, want that the copy cannot be written", got)
	}
	untouched(t, path, text, false)
}
