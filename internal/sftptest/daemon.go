package sftptest

import (
	"context"
	"crypto/x509"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Daemon is a real server program that serves until the test ends.
//
// The test listens and starts one process for each connection, as inetd does:
// the port is certain to be free, the first connection needs no waiting, and no
// process outlives a test that is killed. When the test fails, the words of the
// program are logged.
type Daemon struct {
	Place
	Dirs     Dirs
	User     string
	Password string // empty for sshd, which takes only the key
	Identity string // path of the user's private key; empty for ProFTPD

	KnownHosts   string   // a known_hosts file with the host key; empty without SSH
	Fingerprints []string // "SHA256:..." of the host key; empty without SSH

	CertFile        string         // PEM of the self-signed certificate; empty without TLS
	CertFingerprint string         // "SHA256:" and unpadded base64 of the certificate's SHA-256
	CertPool        *x509.CertPool // holds that certificate; nil without TLS
}

// inetd takes connections on a free port and hands each to a new process, as
// its input and output. Args are asked for once, with the port already known.
func inetd(t testing.TB, bin string, args func(Place) []string) Place {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	place := placeOf(l)
	argv := args(place)
	log, err := os.Create(filepath.Join(t.TempDir(), filepath.Base(bin)+".log"))
	if err != nil {
		t.Fatal(err)
	}
	showLogs(t, log.Name())
	ctx, cancel := context.WithCancel(context.Background())
	var h hall
	h.open(l, func(g *gate) {
		socket, err := g.Conn.(*net.TCPConn).File()
		if err != nil {
			return
		}
		cmd := exec.CommandContext(ctx, bin, argv...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = socket, socket, log
		// Asked to end, both daemons take their child with them.
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = 2 * time.Second
		err = cmd.Start()
		// TCP must end with the process, so the copies here go at once.
		_ = socket.Close()
		_ = g.Close()
		if err == nil {
			_ = cmd.Wait() // its exit status says how the client ended
		}
	})
	t.Cleanup(func() {
		cancel()
		h.close()
		_ = log.Close()
	})
	return place
}

// showLogs prints the files of a pattern when the test has failed.
func showLogs(t testing.TB, pattern string) {
	t.Helper()
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Error(err)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && len(text) > 0 {
				t.Logf("%s:\n%s", filepath.Base(file), text)
			}
		}
	})
}
