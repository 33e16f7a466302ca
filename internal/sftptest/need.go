package sftptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program tells where a server program is looked for and how to get it.
type program struct {
	env      string
	paths    []string
	packages string
}

var programs = map[string]program{
	"sftp-server": {
		env: "SFTP_SERVER",
		paths: []string{
			"/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server",
			"/usr/lib/ssh/sftp-server", "/usr/libexec/sftp-server",
		},
		packages: "openssh-sftp-server",
	},
	"sshd":       {paths: []string{"/usr/sbin/sshd"}, packages: "openssh-server"},
	"proftpd":    {paths: []string{"/usr/sbin/proftpd"}, packages: "proftpd-core proftpd-mod-crypto"},
	"ssh-keygen": {packages: "openssh-client"},
}

// Need returns the absolute path of a program and skips the test without it.
//
// It looks at the given paths, then at the usual places of sftp-server, sshd and
// proftpd, then along PATH and in /usr/sbin. SFTP_SERVER in the environment
// decides for sftp-server. With CI set, a missing program fails the test: a
// silent skip there would mean that nobody tests it.
func Need(t testing.TB, name string, paths ...string) string {
	t.Helper()
	known := programs[name]
	if known.env != "" {
		if path := os.Getenv(known.env); path != "" {
			if !isProgram(path) {
				t.Fatalf("%s=%q is not a program, expected the path of %s", known.env, path, name)
			}
			return path
		}
	}
	for _, path := range append(paths, known.paths...) {
		if isProgram(path) {
			return path
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		if path, err = filepath.Abs(path); err == nil {
			return path
		}
	}
	if path := filepath.Join("/usr/sbin", name); isProgram(path) {
		return path
	}
	hint := known.packages
	if hint == "" {
		hint = name
	}
	notTested(t, name+" is not installed", "apt-get install "+hint)
	return ""
}

// NeedRoot skips the test, or fails it when CI is set, unless it runs as root.
//
// Why is a clause that says what needs root: "a second owner of files".
func NeedRoot(t testing.TB, why string) {
	t.Helper()
	if os.Geteuid() != 0 {
		notTested(t, why+" needs root", "run the tests as root")
	}
}

func notTested(t testing.TB, what, remedy string) {
	t.Helper()
	sentence := "NOT TESTED: " + what + "; " + remedy
	if os.Getenv("CI") != "" {
		t.Fatal(sentence)
	}
	t.Skip(sentence)
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}
