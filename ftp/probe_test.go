//go:build unix

package ftp_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/sftptest"
)

// A scenario is one way in which an account or a server can be, and what the
// probe must say of it.
type scenario struct {
	name    string
	sftp    []string                                                     // arguments of sftp-server
	prepare func(t *testing.T, d sftptest.Dirs, o *ftp.Options)          // before the server starts
	meddle  func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action // nil: none
	verdict ftp.Verdict
	steps   string            // those that did not pass: "list-source:fail move-error:skip"; others must have passed
	says    map[string]string // step id → part of its texts
	left    int               // probe files that stay
	unsaid  []string          // must not be in any text
	freed   bool              // the files of the folders may differ afterwards
	after   func(t *testing.T, d sftptest.Dirs)
}

// usual are steps that are skipped where nothing is wrong.
const usual = "upload-processed:skip"

func options(s sftptest.Place, user, password string, d sftptest.Dirs) ftp.Options {
	return ftp.Options{
		Host: s.Host, Port: s.Port, User: user, Source: d.In, Processed: d.Done, Error: d.Err,
		Password: func() (ftp.Secret, error) { return ftp.Secret(password), nil },
		Timeout:  10 * time.Second,
	}
}

func sftpOptions(s *sftptest.Server) ftp.Options {
	o := options(s.Place, s.User, s.Password, s.Dirs)
	o.KnownHosts = []string{s.KnownHosts}
	return o
}

// statuses lists the steps that did not pass, in order.
func statuses(r *ftp.Result) string {
	var list []string
	for _, s := range r.Steps {
		if s.Status != ftp.Passed {
			list = append(list, s.ID+":"+string(s.Status))
		}
	}
	return strings.Join(list, " ")
}

// texts is all that a step says.
func texts(s ftp.StepResult) string {
	return strings.Join([]string{s.Detail, s.Means, s.Server, s.Hint}, " | ")
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	g, w := strings.Fields(got), strings.Fields(want)
	slices.Sort(g)
	slices.Sort(w)
	if !slices.Equal(g, w) {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func (c scenario) run(t *testing.T) {
	t.Parallel()
	d := sftptest.Folders(t)
	d.Put(t, "sales_2026-11-20.csv", "billNumber\nB1\n")
	d.Put(t, "done/sales_2026-11-19.csv", "billNumber\nB0\n")
	config := sftptest.Config{Dirs: d, SFTP: c.sftp}
	if c.meddle != nil {
		config.Meddle = c.meddle(d)
	}
	o := ftp.Options{}
	if c.prepare != nil {
		c.prepare(t, d, &o)
	}
	server := sftptest.SSH(t, config)
	full := sftpOptions(server)
	for from, to := range map[*string]*string{
		&o.Source: &full.Source, &o.Processed: &full.Processed, &o.Error: &full.Error,
		&o.NamePattern: &full.NamePattern, &o.ProbeName: &full.ProbeName,
	} {
		if *from != "" {
			*to = *from
		}
	}
	full.Paused, full.AllowLeftover = o.Paused, o.AllowLeftover
	full.SetPatience(200 * time.Millisecond)
	before := d.Hash(t)
	r, err := ftp.Probe(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Verdict(); got != c.verdict {
		t.Errorf("verdict %s, want %s", got, c.verdict)
	}
	same(t, "steps", statuses(r), c.steps)
	for id, want := range c.says {
		if got := texts(r.Step(id)); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q in it", id, got, want)
		}
	}
	for _, s := range r.Steps {
		for _, word := range c.unsaid {
			if strings.Contains(texts(s), word) {
				t.Errorf("%s says %q", s.ID, word)
			}
		}
	}
	if len(r.Leftovers) != c.left {
		t.Errorf("leftovers %v, want %d", r.Leftovers, c.left)
	}
	for _, path := range r.Leftovers {
		if err := os.Remove(path); err != nil {
			t.Errorf("named as left behind: %v", err)
		}
	}
	if after := d.Hash(t); !c.freed && after != before {
		t.Errorf("the folders differ: %v %v %v", d.Names(t, d.In), d.Names(t, d.Done), d.Names(t, d.Err))
	}
	if c.after != nil {
		c.after(t, d)
	}
	decent(t, server, d)
	if t.Failed() {
		for _, s := range r.Steps {
			t.Logf("%-16s %-4s %s", s.ID, s.Status, texts(s))
		}
	}
}

// decent holds that requests touch nothing but probe files.
func decent(t *testing.T, server *sftptest.Server, d sftptest.Dirs) {
	t.Helper()
	for _, r := range server.Requests() {
		own := strings.Contains(r.Path, "preflight-probe-") || strings.Contains(filepath.Base(r.Path), "chosen")
		switch r.Type {
		case sftptest.Rmdir, sftptest.Mkdir, sftptest.Setstat, sftptest.Fsetstat, sftptest.Symlink:
			t.Errorf("sent %s", r)
		case sftptest.Open, sftptest.Remove, sftptest.Rename:
			if !own {
				t.Errorf("sent %s, which is about a file of the user's", r)
			}
		}
	}
}

func TestProbe(t *testing.T) {
	for _, c := range slices.Concat(accounts, folders, liars) {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), c.run)
	}
}

var accounts = []scenario{
	{name: "all rights", verdict: ftp.Pass, steps: usual},
	{name: "move denied", sftp: []string{"-P", "rename,posix-rename"}, verdict: ftp.Fail,
		steps: "move-processed:fail move-error:fail posix-rename:skip",
		says: map[string]string{
			"dry-checks":     "the server refuses moving from",
			"move-processed": "3 Permission denied, to rename inside",
			"move-error":     "The account has no right to move at all",
		}},
	{name: "rename denied but posix-rename allowed", sftp: []string{"-P", "rename"}, verdict: ftp.Fail,
		steps: "upload-processed:skip move-processed:fail move-error:fail",
		says:  map[string]string{"move-processed": "only with posix-rename"}},
	{name: "posix-rename denied but rename allowed", verdict: ftp.Pass,
		steps: usual + " posix-rename:warn",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Name == sftptest.PosixRename }, sftptest.PermissionDenied, "no")
		}},
	{name: "posix-rename not offered", sftp: []string{"-P", "posix-rename"}, verdict: ftp.Pass, steps: usual + " posix-rename:skip"},
	{name: "remove denied", sftp: []string{"-P", "remove"}, verdict: ftp.Fail,
		steps: "upload-source:skip read-source:skip remove-source:fail move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:fail move-error:skip upload-error:skip remove-error:fail posix-rename:skip waiting-files:skip",
		says: map[string]string{"remove-source": "so nothing was written there", "cleanup": "nothing was written"}},
	{name: "remove denied, leftover allowed", sftp: []string{"-P", "remove"}, verdict: ftp.Fail, left: 3,
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.AllowLeftover = true },
		steps: "remove-source:fail upload-processed:skip remove-processed:fail remove-error:fail " +
			"cleanup:fail posix-rename:skip"},
	{name: "open denied", sftp: []string{"-P", "open"}, verdict: ftp.Fail,
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip " +
			"read-processed:skip remove-processed:skip move-error:skip upload-error:fail remove-error:skip posix-rename:skip waiting-files:skip",
		says: map[string]string{"upload-source": "cannot be written", "upload-error": "rejected rows would be lost"}},
	{name: "write denied", sftp: []string{"-P", "write"}, verdict: ftp.Fail,
		steps: "upload-source:fail read-source:skip upload-processed:skip upload-error:fail waiting-files:skip",
		says:  map[string]string{"upload-source": "nothing can be written into them"}},
	{name: "read denied", sftp: []string{"-P", "read"}, verdict: ftp.Fail,
		steps: usual + " read-source:fail read-processed:fail", says: map[string]string{"read-processed": "3 Permission denied"}},
	{name: "list denied", sftp: []string{"-P", "opendir"}, verdict: ftp.Fail,
		steps: usual + " list-source:fail list-processed:warn list-error:warn waiting-files:skip",
		says:  map[string]string{"list-source": "it will see none, without an error"}},
	{name: "look denied", sftp: []string{"-P", "stat,lstat,realpath,statvfs"}, verdict: ftp.Pass, steps: usual + " space:skip waiting-files:skip"},
	{name: "read-only account", sftp: []string{"-R"}, verdict: ftp.Fail,
		steps: "upload-source:skip read-source:skip remove-source:fail move-processed:fail upload-processed:skip " +
			"read-processed:skip remove-processed:fail move-error:fail upload-error:skip remove-error:fail posix-rename:skip waiting-files:skip"},
	{name: "list of requests without write", sftp: []string{"-p", "open,close,read,opendir,readdir,stat,lstat,realpath"}, verdict: ftp.Fail,
		steps: "upload-source:skip read-source:skip remove-source:fail move-processed:fail upload-processed:skip " +
			"read-processed:skip remove-processed:fail move-error:fail upload-error:skip remove-error:fail posix-rename:skip space:skip waiting-files:skip"},
	{name: "uploads that nobody may read", sftp: []string{"-u", "0777"}, verdict: ftp.Fail,
		steps: usual + " read-source:fail read-processed:fail", says: map[string]string{"read-source": "umask"}},
}

// refuse answers requests in place of the server.
func refuse(which func(sftptest.Request) bool, code uint32, words string) func(sftptest.Request) sftptest.Action {
	return func(r sftptest.Request) sftptest.Action {
		if which(r) {
			return sftptest.Answer(code, words)
		}
		return sftptest.Pass
	}
}

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

var liars = []scenario{
	{name: "remove denied once it is there", verdict: ftp.Fail, steps: usual + " remove-source:fail move-error:skip posix-rename:skip",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool {
				_, err := os.Lstat(r.Path)
				return r.Type == sftptest.Remove && strings.HasPrefix(r.Path, d.In) && err == nil
			}, sftptest.PermissionDenied, "not here")
		},
		says: map[string]string{"cleanup": "nothing was left behind"}},
	{name: "says that it moved", verdict: ftp.Fail,
		steps: "upload-processed:skip move-processed:fail read-processed:skip remove-processed:skip move-error:fail posix-rename:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Rename }, sftptest.OK, "done")
		},
		says: map[string]string{"move-processed": "but the file is still in"}},
	{name: "copies in place of moving", verdict: ftp.Fail,
		steps:  "upload-processed:skip move-processed:fail move-error:fail posix-rename:skip",
		meddle: copies, says: map[string]string{"move-processed": "copies files"}},
	{name: "moves and says that it did not", verdict: ftp.Fail,
		steps: "upload-processed:skip move-processed:fail move-error:fail posix-rename:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return func(r sftptest.Request) sftptest.Action {
				if r.Type == sftptest.Rename {
					return sftptest.Spoil(sftptest.Failure, "Failure")
				}
				return sftptest.Pass
			}
		},
		says: map[string]string{"move-processed": "but says that it did not"}},
	{name: "cannot move", verdict: ftp.Fail, steps: "upload-processed:skip move-processed:fail read-processed:skip remove-processed:skip move-error:fail posix-rename:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Rename || r.Name == sftptest.PosixRename }, sftptest.Unsupported, "")
		},
		says: map[string]string{"move-processed": "cannot move files: use another one"}},
	{name: "mounts that look alike", verdict: ftp.Fail, steps: "move-processed:fail posix-rename:skip",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return strings.HasPrefix(r.Target, d.Done) }, sftptest.Failure, "Failure")
		},
		says: map[string]string{"move-processed": "seem to be on different file systems"}},
	{name: "denied between the folders", verdict: ftp.Fail, steps: "move-processed:fail posix-rename:skip",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool {
				_, err := os.Lstat(r.Path)
				return err == nil && strings.HasPrefix(r.Target, d.Done)
			}, sftptest.PermissionDenied, "Permission denied")
		},
		says: map[string]string{"move-processed": "keeps files from being renamed"}},
	{name: "says that it removed", verdict: ftp.Fail, steps: "upload-processed:skip remove-source:fail remove-processed:fail move-error:skip posix-rename:skip remove-error:fail cleanup:fail", left: 2,
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool {
				_, err := os.Lstat(r.Path)
				return r.Type == sftptest.Remove && err == nil
			}, sftptest.OK, "done")
		},
		says: map[string]string{"remove-source": "still there"}},
	{name: "disk full", verdict: ftp.Fail,
		steps: "upload-source:fail read-source:skip upload-error:fail upload-processed:skip waiting-files:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Write }, sftptest.Failure, "Failure")
		},
		says: map[string]string{"upload-source": "whether the disk of the server"}},
	{name: "quota", verdict: ftp.Fail,
		steps: "upload-source:fail read-source:skip upload-error:fail upload-processed:skip waiting-files:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			written := ""
			return refuse(func(r sftptest.Request) bool {
				if r.Type == sftptest.Write {
					written = r.Path
				}
				bad := r.Type == sftptest.Close && r.Path == written
				if bad {
					written = ""
				}
				return bad
			}, sftptest.Failure, "denying write due to space limit: quota exceeded")
		},
		says: map[string]string{"upload-source": "no room"}},
	{name: "dotted names refused", verdict: ftp.Pass, steps: usual + " upload-source:warn",
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern = ".*[.]csv" },
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool {
				return r.Type == sftptest.Open && strings.HasPrefix(filepath.Base(r.Path), ".")
			}, sftptest.PermissionDenied, "name filtered")
		}},
	{name: "no exclusive opening", verdict: ftp.Pass, steps: usual,
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Open && r.Flags&32 != 0 }, sftptest.Unsupported, "")
		}},
	{name: "list stays empty", verdict: ftp.Fail, steps: usual + " list-source:fail waiting-files:skip",
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.NamePattern = ".*[.]csv" },
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Readdir }, sftptest.EOF, "")
		},
		says: map[string]string{"list-source": "stays empty, although a file is there"}},
	{name: "dotted names hidden", verdict: ftp.Pass, steps: usual + " list-source:warn",
		prepare: func(t *testing.T, d sftptest.Dirs, _ *ftp.Options) {
			remove(t, filepath.Join(d.In, "sales_2026-11-20.csv"))
		},
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool {
				entries, err := os.ReadDir(d.In)
				shown := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !strings.HasPrefix(e.Name(), ".") })
				return r.Type == sftptest.Readdir && r.Path == d.In && (err != nil || !shown)
			}, sftptest.EOF, "")
		}},
	{name: "a dataflow takes the probe", verdict: ftp.Fail, freed: true,
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return func(r sftptest.Request) sftptest.Action {
				if r.Type == sftptest.Close && strings.HasPrefix(r.Path, d.In+"/.") {
					return sftptest.Then(func() { _ = os.Rename(r.Path, filepath.Join(d.Done, filepath.Base(r.Path))) })
				}
				return sftptest.Pass
			}
		},
		says: map[string]string{"upload-source": "may also have taken it", "cleanup": "nothing was left behind"}},
	{name: "remove not supported", verdict: ftp.Fail,
		steps: "upload-source:skip read-source:skip remove-source:fail move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:fail move-error:skip upload-error:skip remove-error:fail posix-rename:skip waiting-files:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Remove }, sftptest.Unsupported, "")
		}},
	{name: "one code for all", verdict: ftp.Pass, steps: usual,
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool {
				_, err := os.Lstat(r.Path)
				return r.Type == sftptest.Remove && err != nil
			}, sftptest.Failure, "Delete failed")
		}},
	{name: "makes a file and says that it did not", verdict: ftp.Fail,
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:fail remove-error:skip posix-rename:skip waiting-files:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return func(r sftptest.Request) sftptest.Action {
				if r.Type == sftptest.Open && r.Flags&2 != 0 {
					return sftptest.Spoil(sftptest.PermissionDenied, "quarantined")
				}
				return sftptest.Pass
			}
		}},
	{name: "another makes the chosen name just before", verdict: ftp.Fail, freed: true,
		prepare: func(_ *testing.T, _ sftptest.Dirs, o *ftp.Options) { o.ProbeName = "chosen.csv" },
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip posix-rename:skip waiting-files:skip",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return func(r sftptest.Request) sftptest.Action {
				if r.Type == sftptest.Open && r.Path == d.In+"/chosen.csv" {
					_ = os.WriteFile(r.Path, []byte("precious"), 0o644)
				}
				return sftptest.Pass
			}
		},
		after: func(t *testing.T, d sftptest.Dirs) {
			if text, err := os.ReadFile(d.In + "/chosen.csv"); string(text) != "precious" {
				t.Errorf("the file of somebody else holds %q, %v", text, err)
			}
		}},
	{name: "copies where nobody may look", verdict: ftp.Fail,
		steps: "upload-processed:skip move-processed:fail move-error:fail posix-rename:skip",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			copying := copies(d)
			return func(r sftptest.Request) sftptest.Action {
				if r.Type == sftptest.Lstat && !strings.HasPrefix(r.Path, d.In) {
					return sftptest.Answer(sftptest.PermissionDenied, "")
				}
				return copying(r)
			}
		},
		says: map[string]string{"move-processed": "but the file is still in"}},
	{name: "a dataflow takes the probe where it cannot be removed", verdict: ftp.Fail, freed: true, left: 1,
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip cleanup:fail",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return func(r sftptest.Request) sftptest.Action {
				_, err := os.Lstat(r.Path)
				switch {
				case r.Type == sftptest.Close && strings.HasPrefix(r.Path, d.In+"/."):
					return sftptest.Then(func() { _ = os.Rename(r.Path, filepath.Join(d.Done, filepath.Base(r.Path))) })
				case r.Type == sftptest.Remove && err == nil:
					return sftptest.Answer(sftptest.PermissionDenied, "")
				}
				return sftptest.Pass
			}
		}},
	{name: "a dataflow takes the probe elsewhere", verdict: ftp.Fail, freed: true,
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip cleanup:fail",
		meddle: func(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return func(r sftptest.Request) sftptest.Action {
				if r.Type == sftptest.Close && strings.HasPrefix(r.Path, d.In+"/.") {
					return sftptest.Then(func() { _ = os.Rename(r.Path, filepath.Join(d.Root, filepath.Base(r.Path))) })
				}
				return sftptest.Pass
			}
		},
		says: map[string]string{"cleanup": "vanished"}},
	{name: "attributes without a meaning", verdict: ftp.Incomplete,
		steps: "list-source:skip upload-source:skip read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip stat-source:fail stat-processed:skip " +
			"list-processed:skip stat-error:skip list-error:skip dry-checks:skip name-pattern:skip space:skip old-probes:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Stat }, sftptest.OK, "")
		},
		says: map[string]string{"stat-source": "makes no sense"}},
	{name: "a handle without a meaning", verdict: ftp.Incomplete,
		steps: "read-source:skip remove-source:skip upload-source:fail move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:skip remove-error:skip posix-rename:skip waiting-files:skip space:skip old-probes:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Open }, sftptest.OK, "")
		},
		says: map[string]string{"cleanup": "nothing was written"}},
	{name: "hostile words", verdict: ftp.Fail, unsaid: []string{"\x1b", "\n", "\u202e", "\x00"},
		steps: "upload-source:fail read-source:skip remove-source:skip move-processed:skip upload-processed:skip read-processed:skip " +
			"remove-processed:skip move-error:skip upload-error:fail remove-error:skip posix-rename:skip waiting-files:skip",
		meddle: func(sftptest.Dirs) func(sftptest.Request) sftptest.Action {
			return refuse(func(r sftptest.Request) bool { return r.Type == sftptest.Open }, sftptest.Failure,
				"\x1b[2J\x1b]0;owned\x07go\naway\x00 \u202e"+strings.Repeat("long ", 1000))
		},
		says: map[string]string{"upload-source": "go away"}},
}

// copies makes RENAME leave the file where it was.
func copies(d sftptest.Dirs) func(sftptest.Request) sftptest.Action {
	return func(r sftptest.Request) sftptest.Action {
		if _, err := os.Lstat(r.Path); r.Type != sftptest.Rename || err != nil {
			return sftptest.Pass
		}
		_ = os.Link(r.Path, r.Target)
		return sftptest.Answer(sftptest.OK, "")
	}
}

// TestProbeHealthy holds what a probe of a healthy account costs.
func TestProbeHealthy(t *testing.T) {
	server := sftptest.SSH(t, sftptest.Config{})
	r, err := ftp.Probe(t.Context(), sftpOptions(server))
	if err != nil || r.Verdict() != ftp.Pass {
		t.Fatal(r, err)
	}
	if r.Requests > 75 || r.Requests != len(server.Requests())+1 { // and INIT
		t.Errorf("%d requests, of which the server saw %d; want at most 75", r.Requests, len(server.Requests()))
	}
	if r.Elapsed > time.Second {
		t.Errorf("took %s, want less than a second", r.Elapsed)
	}
	if r.Made != r.Removed || r.Made == 0 || server.Sessions() != 1 || server.Passwords() != 1 {
		t.Errorf("%d made, %d removed, %d sessions, %d passwords", r.Made, r.Removed, server.Sessions(), server.Passwords())
	}
	if len(r.Steps) != len(ftp.Steps()) {
		t.Errorf("%d steps reported, of %d", len(r.Steps), len(ftp.Steps()))
	}
}
