package cmd_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/connectplus/preflight/internal/sftptest"
)

// probing prepares ftp-access to try a server.
func probing(t *testing.T, s *sftptest.Server, args ...string) (c *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	c, stderr = preflight(t, append([]string{"ftp-access", "--isolated", "--no-agent", "--host", s.Host, "--port", strconv.Itoa(s.Port),
		"--user", s.User, "--known-hosts", s.KnownHosts, "--source", s.Dirs.In, "--processed", s.Dirs.Done, "--error", s.Dirs.Err}, args...)...)
	c.Env = append(os.Environ(), "PREFLIGHT_FTP_PASSWORD="+s.Password)
	c.Dir = s.Dirs.Root
	return c, stderr
}

// TestSignalAtEachRequest sends a signal at every request of a probe: it ends with
// the code of the signal, after it has cleaned up, and says so.
func TestSignalAtEachRequest(t *testing.T) {
	whole := sftptest.SSH(t, sftptest.Config{})
	whole.Dirs.Put(t, "sales.csv", "billNumber\nB1\n")
	if c, stderr := probing(t, whole); c.Run() != nil {
		t.Fatalf("a probe of a healthy account: %s", stderr)
	}
	last := len(whole.Requests())
	var early atomic.Int64 // probes that the signal found under way
	t.Cleanup(func() {
		if int(early.Load()) < last/4 {
			t.Errorf("of %d probes %d were interrupted", last, early.Load())
		}
	})
	for n := 1; n <= last; n++ {
		sig := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[n%3]
		t.Run(fmt.Sprintf("%02d-%s", n, sig), func(t *testing.T) {
			t.Parallel()
			started := make(chan *os.Process, 1)
			d := sftptest.Folders(t)
			d.Put(t, "sales.csv", "billNumber\nB1\n")
			before := d.Hash(t)
			s := sftptest.SSH(t, sftptest.Config{Dirs: d, Meddle: func(r sftptest.Request) sftptest.Action {
				if r.Session != 1 || r.N != n {
					return sftptest.Pass
				}
				return sftptest.Then(func() {
					_ = (<-started).Signal(sig)
				})
			}})
			c, stderr := probing(t, s, "-f", "json")
			var stdout bytes.Buffer
			c.Stdout = &stdout
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			started <- c.Process
			_ = c.Wait()
			if after := d.Hash(t); after != before {
				t.Errorf("the folders differ: %v %v %v", d.Names(t, d.In), d.Names(t, d.Done), d.Names(t, d.Err))
			}
			var report struct {
				Verdict   string
				Leftovers []string
			}
			if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || len(report.Leftovers) > 0 {
				t.Errorf("report %v, error %v", report, err)
			}
			// A loaded machine may bring the signal when the probe has ended.
			code, said := c.ProcessState.ExitCode(), strings.Contains(stderr.String(), "preflight: interrupted; ")
			switch report.Verdict {
			case "incomplete":
				early.Add(1)
				if code != 128+int(sig) || !said {
					t.Errorf("exit code %d, want %d: %s", code, 128+int(sig), stderr)
				}
			case "pass":
				if code != 0 && code != 128+int(sig) || said != (code != 0) {
					t.Errorf("exit code %d of a whole probe: %s", code, stderr)
				}
			default:
				t.Errorf("verdict %q: %s", report.Verdict, stderr)
			}
		})
	}
}

// TestProbeWithoutReader takes away both ends that a probe writes to, while its
// files are on the server: it cleans up all the same.
func TestProbeWithoutReader(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	s := sftptest.SSH(t, sftptest.Config{Meddle: func(r sftptest.Request) sftptest.Action {
		if r.Type == sftptest.Write {
			reader.Close()
		}
		return sftptest.Pass
	}})
	before := s.Dirs.Hash(t)
	c, _ := probing(t, s, "--verbose", "--progress", "always")
	c.Stdout, c.Stderr = writer, writer
	_ = c.Run()
	if got := c.ProcessState.ExitCode(); got != 141 {
		t.Errorf("exit code %d, want 141", got)
	}
	if after := s.Dirs.Hash(t); after != before || len(s.Requests()) < 50 {
		t.Errorf("the folders differ after %d requests: %v %v %v", len(s.Requests()), s.Dirs.Names(t, s.Dirs.In), s.Dirs.Names(t, s.Dirs.Done), s.Dirs.Names(t, s.Dirs.Err))
	}
}

// TestSecretsStaySecret looks for secrets wherever others could see them: on
// both streams of all kinds of runs, and among the arguments of the process.
func TestSecretsStaySecret(t *testing.T) {
	const secret, passphrase = "pw-\"quoted\" secret", "pass phrase"
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	right, wrong := file("right", secret), file("wrong", "x"+secret)
	key := sftptest.Key(t, sftptest.Ed25519).File(t, passphrase)
	for _, args := range [][]string{
		{"--password-file", right}, {"--password-file", wrong}, {"--password-file", right, "-f", "json"},
		{"-i", key, "--passphrase-file", file("phrase", passphrase)}, {"-i", key, "--passphrase-file", wrong},
		{"--password-file", right, "--processed", "/none"},
	} {
		var cmdline []byte
		started := make(chan *os.Process, 1)
		s := sftptest.SSH(t, sftptest.Config{Password: secret, Meddle: func(r sftptest.Request) sftptest.Action {
			if r.N == 1 {
				p := <-started
				cmdline, _ = os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.Pid))
			}
			return sftptest.Pass
		}})
		c, stderr := probing(t, s, append(args, "--verbose")...)
		var stdout bytes.Buffer
		c.Stdout, c.Env = &stdout, os.Environ()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		started <- c.Process
		_ = c.Wait()
		if stderr.Len() == 0 || stdout.Len() == 0 {
			t.Errorf("%v: wrote nothing: %s%s", args, &stdout, stderr)
		}
		for _, hidden := range []string{secret, "secret", passphrase} {
			for _, form := range []string{hidden, base64.StdEncoding.EncodeToString([]byte(hidden)), strconv.Quote(hidden)} {
				for _, seen := range []string{stdout.String(), stderr.String(), string(cmdline)} {
					if strings.Contains(seen, form) {
						t.Errorf("%v: %q is seen in %q", args, form, seen)
					}
				}
			}
		}
	}
}
