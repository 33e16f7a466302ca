//go:build unix

package ftp_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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
