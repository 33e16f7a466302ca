//go:build unix

package ftp_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/sftptest"
)

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
