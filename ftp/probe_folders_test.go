//go:build unix

package ftp_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/sftptest"
)

func mode(t *testing.T, path string, m os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, m); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

var folders = []scenario{
	{name: "source cannot be listed", verdict: ftp.Fail, steps: usual + " list-source:fail waiting-files:skip",
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { mode(t, d.In, 0o300) }},
	{name: "source can only be listed", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { mode(t, d.In, 0o400) },
		steps: "stat-source:fail upload-source:skip read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip posix-rename:skip"},
	{name: "processed closed", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { mode(t, d.Done, 0o000) },
		steps:   "stat-processed:fail list-processed:warn move-processed:skip upload-processed:skip read-processed:skip remove-processed:skip posix-rename:skip",
		says:    map[string]string{"stat-processed": "the account cannot enter"}},
	{name: "source read-only", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { mode(t, d.In, 0o555) },
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip posix-rename:skip waiting-files:skip"},
	{name: "processed read-only", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { mode(t, d.Done, 0o555) },
		steps:   "move-processed:fail upload-processed:fail read-processed:skip remove-processed:skip posix-rename:skip",
		says:    map[string]string{"move-processed": "to write a file to"}},
	{name: "error read-only", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { mode(t, d.Err, 0o555) },
		steps:   usual + " move-error:fail upload-error:fail remove-error:skip"},
	{name: "source missing", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { remove(t, d.In) },
		steps: "stat-source:fail list-source:skip upload-source:skip read-source:skip remove-source:skip move-processed:skip " +
			"upload-processed:skip read-processed:skip remove-processed:skip move-error:skip posix-rename:skip waiting-files:skip",
		says: map[string]string{"stat-source": "does not exist as this account sees it"}},
	{name: "processed missing", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { remove(t, d.Done) },
		steps: "stat-processed:fail list-processed:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip posix-rename:skip"},
	{name: "error missing", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) { remove(t, d.Err) },
		steps:   usual + " stat-error:fail list-error:skip move-error:skip upload-error:skip remove-error:skip"},
	{name: "file instead of folder", verdict: ftp.Fail,
		prepare: func(t *testing.T, d sftptest.Dirs, o *ftp.Options) { o.Processed = d.Put(t, "done/a.txt", "x") },
		steps: "stat-processed:fail list-processed:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip posix-rename:skip",
		says: map[string]string{"stat-processed": "is a file, not a folder"}},
	{name: "other file system", verdict: ftp.Fail, prepare: otherFileSystem,
		steps: "move-processed:fail posix-rename:skip",
		says:  map[string]string{"move-processed": "they are on different file systems"}},
	{name: "sticky source with a foreign file", verdict: ftp.Fail, steps: usual + " waiting-files:fail",
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
			sftptest.NeedRoot(t, "a second owner of files")
			own(t, d.In, 0)
			own(t, filepath.Join(d.In, "sales_2026-11-20.csv"), 12345)
			mode(t, d.In, 0o777|os.ModeSticky)
		},
		says: map[string]string{"waiting-files": "sales_2026-11-20.csv is of another account"}},
	{name: "sticky source", verdict: ftp.Pass, steps: usual + " waiting-files:warn",
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
			sftptest.NeedRoot(t, "a second owner of files")
			own(t, d.In, 0)
			mode(t, d.In, 0o777|os.ModeSticky)
		}},
	{name: "foreign file that is closed", verdict: ftp.Pass, steps: usual + " waiting-files:warn",
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
			sftptest.NeedRoot(t, "a second owner of files")
			path := filepath.Join(d.In, "sales_2026-11-20.csv")
			own(t, path, 12345)
			mode(t, path, 0o600)
		}},
	{name: "error inside source", verdict: ftp.Pass, steps: usual + " folders-distinct:warn",
		prepare: func(t *testing.T, d sftptest.Dirs, o *ftp.Options) {
			o.Error = filepath.Join(d.In, "err")
			if err := os.Rename(d.Err, o.Error); err != nil {
				t.Fatal(err)
			}
		}},
	{name: "one folder under two names", verdict: ftp.Refused,
		prepare: func(t *testing.T, d sftptest.Dirs, o *ftp.Options) {
			o.Processed = filepath.Join(d.Root, "link")
			if err := os.Symlink(d.In, o.Processed); err != nil {
				t.Fatal(err)
			}
		},
		steps: "folders-distinct:fail upload-source:skip read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip",
		says: map[string]string{"folders-distinct": "are the same folder"}},
	{name: "pattern takes all", verdict: ftp.Refused,
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern = ".*" },
		steps: "name-pattern:fail upload-source:skip read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip",
		says: map[string]string{"name-pattern": "--dataflow-paused"}},
	{name: "pattern takes a part", verdict: ftp.Refused,
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern = "-[0-9]" },
		steps: "name-pattern:fail upload-source:skip read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip"},
	{name: "pattern takes all, paused", verdict: ftp.Pass, steps: "upload-processed:skip",
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern, o.Paused = ".*", true }},
	{name: "pattern of data files", verdict: ftp.Pass, steps: "upload-processed:skip",
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern = ".*.csv" }},
	{name: "pattern of Java", verdict: ftp.Pass, steps: "upload-processed:skip name-pattern:warn",
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern = "(?!x).*csv" }},
	{name: "chosen name", verdict: ftp.Pass, steps: usual + " posix-rename:skip",
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.ProbeName = "chosen.csv" }},
	{name: "chosen name is taken", verdict: ftp.Refused,
		prepare: func(t *testing.T, d sftptest.Dirs, o *ftp.Options) {
			o.ProbeName = "chosen.csv"
			for _, name := range []string{"chosen.csv", "chosen-1.csv", "done/chosen-2.csv", "done/chosen-3.csv"} {
				d.Put(t, name, "precious")
			}
		},
		steps: "name-pattern:fail upload-source:skip read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip",
		says: map[string]string{"name-pattern": "chosen.csv is there already"}},
	{name: "probe of an earlier run", verdict: ftp.Pass, steps: usual + " old-probes:warn",
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
			d.Put(t, "done/.preflight-probe-0123456789abcdef01234567-1.tmp", "preflight ftp-access probe, safe to delete\n")
		}},
}

func own(t *testing.T, path string, uid int) {
	t.Helper()
	if err := os.Chown(path, uid, uid); err != nil {
		t.Fatal(err)
	}
}

// otherFileSystem puts the processed folder where no file can be renamed to.
func otherFileSystem(t *testing.T, d sftptest.Dirs, o *ftp.Options) {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "preflight")
	if err != nil {
		t.Skipf("NOT TESTED: no second file system: %v", err)
	}
	t.Cleanup(func() { remove(t, dir) })
	if device(t, dir) == device(t, d.In) {
		t.Skip("NOT TESTED: /dev/shm is on the file system of the tests")
	}
	mode(t, dir, 0o777)
	o.Processed = dir
}

// device returns the file system that a path is on.
func device(t *testing.T, path string) uint64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return uint64(info.Sys().(*syscall.Stat_t).Dev)
}
