package ftp_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/sftptest"
)

// mount mounts something for the time of a test, or skips it: containers may
// mount nothing.
func mount(t *testing.T, source, target, kind string, flags uintptr, data string) {
	t.Helper()
	sftptest.NeedRoot(t, "mounts")
	if err := syscall.Mount(source, target, kind, flags, data); err != nil {
		t.Skipf("NOT TESTED: nothing can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(target, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", target, err)
		}
	})
}

// TestMounts holds what is said of disks that are really full, and of mounts.
func TestMounts(t *testing.T) {
	for _, c := range []scenario{
		{name: "full disk", verdict: ftp.Fail,
			prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
				mount(t, "tmpfs", d.Err, "tmpfs", 0, "size=64k,mode=777")
				fill(t, filepath.Join(d.Err, "big"))
			},
			steps: usual + " move-error:fail upload-error:fail space:fail",
			says:  map[string]string{"upload-error": "no room for a file", "space": "no room left"}},
		{name: "mount of the same disk", verdict: ftp.Fail,
			prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
				mount(t, d.Done, d.Done, "", syscall.MS_BIND, "")
			},
			steps: "move-processed:fail posix-rename:skip",
			says:  map[string]string{"move-processed": "seem to be on different file systems or mounts"}},
		{name: "other disk", verdict: ftp.Fail,
			prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
				mount(t, "tmpfs", d.Done, "tmpfs", 0, "size=1m,mode=777")
			},
			steps: "move-processed:fail posix-rename:skip",
			says:  map[string]string{"move-processed": "they are on different file systems"}},
	} {
		t.Run(c.name, c.run)
	}
}

// fill writes until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 1024 {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return
		}
	}
	t.Fatal("the disk does not fill up")
}
