package sftptest

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

func password(text string) ssh.AuthMethod { return ssh.Password(text) }

// login is dial for a server inside the test, with its password.
func login(t *testing.T, s *Server) *sftp.Client {
	t.Helper()
	conn, c, err := dial(s.Addr, s.User, s.KnownHosts, password(s.Password))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return c
}

// store writes a new file the way a probe does.
func store(c *sftp.Client, path, text string) error {
	f, err := c.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	return errors.Join(err, f.Close())
}

// code is that of a STATUS answer as pkg/sftp shows it, or -1.
func code(err error) int {
	var status *sftp.StatusError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, os.ErrNotExist):
		return int(NoSuchFile)
	case errors.Is(err, os.ErrPermission):
		return int(PermissionDenied)
	case errors.As(err, &status):
		return int(status.Code)
	}
	return -1
}

func TestSSHIsRealSFTP(t *testing.T) {
	s := SSH(t, Config{})
	user := s.Dirs.Put(t, "sales.csv", "a,b\n")
	before := s.Dirs.Hash(t)
	c := login(t, s)
	from, to := filepath.Join(s.Dirs.In, "probe"), filepath.Join(s.Dirs.Done, "probe")
	if err := store(c, from, "text\n"); err != nil {
		t.Fatal(err)
	}
	if got := s.Dirs.Names(t, s.Dirs.In); !slices.Equal(got, []string{"probe", "sales.csv"}) {
		t.Errorf("source holds %q, want probe and sales.csv", got)
	}
	if s.Dirs.Hash(t) == before {
		t.Error("the hash is the same with a file more, want another")
	}
	if err := c.Rename(from, to); err != nil {
		t.Error(err)
	}
	if err := c.Rename(to, user); code(err) != int(Failure) {
		t.Errorf("rename onto a file gave %v, want code 4", err)
	}
	if err := c.Remove(to); err != nil {
		t.Error(err)
	}
	if got := s.Dirs.Hash(t); got != before {
		t.Error("the hash differs afterwards, want that from before")
	}
	if _, ok := c.HasExtension(PosixRename); !ok {
		t.Error("posix-rename is not offered, want it as OpenSSH does")
	}
	last := s.Requests()[len(s.Requests())-1]
	if last.Type != Remove || last.Path != to || last.Session != 1 {
		t.Errorf("last request is %v, want REMOVE of %q", last, to)
	}
	if s.Sessions() != 1 || s.Passwords() != 1 || s.Connections() != 1 {
		t.Errorf("%d connections, %d sessions, %d passwords, want one each", s.Connections(), s.Sessions(), s.Passwords())
	}
}

func TestSSHPermissions(t *testing.T) {
	t.Run("denied requests", func(t *testing.T) {
		s := SSH(t, Config{SFTP: []string{"-P", "rename,posix-rename"}})
		c := login(t, s)
		if err := c.Rename(s.Dirs.Put(t, "a", "x"), filepath.Join(s.Dirs.Done, "a")); code(err) != 3 {
			t.Errorf("rename gave %v, want code 3", err)
		}
		if _, ok := c.HasExtension(PosixRename); ok {
			t.Error("posix-rename is offered, want it gone")
		}
	})
	t.Run("bits", func(t *testing.T) {
		s := SSH(t, Config{})
		path := s.Dirs.Put(t, "a", "x")
		if err := os.Chmod(s.Dirs.Done, 0o555); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(s.Dirs.Err, 0o333); err != nil {
			t.Fatal(err)
		}
		c := login(t, s)
		if err := c.Rename(path, filepath.Join(s.Dirs.Done, "a")); code(err) != 3 {
			t.Errorf("rename into a folder without w gave %v, want code 3", err)
		}
		if _, err := c.ReadDir(s.Dirs.Err); code(err) != 3 {
			t.Errorf("list of a folder without r gave %v, want code 3", err)
		}
	})
	t.Run("read only", func(t *testing.T) {
		s := SSH(t, Config{SFTP: []string{"-R"}})
		if err := store(login(t, s), filepath.Join(s.Dirs.In, "a"), "x"); code(err) != 3 {
			t.Errorf("store gave %v, want code 3", err)
		}
	})
}

// on makes a Meddle that does action at each request of one type.
func on(kind byte, action Action) func(Request) Action {
	return func(r Request) Action {
		if r.Type == kind {
			return action
		}
		return Pass
	}
}

func TestMeddle(t *testing.T) {
	type outcome struct {
		code int  // -1 is a lost connection
		done bool // the file is gone
	}
	for name, c := range map[string]struct {
		action Action
		want   outcome
	}{
		"pass":      {Pass, outcome{0, true}},
		"answer":    {Answer(PermissionDenied, "no"), outcome{3, false}},
		"lie":       {Answer(OK, "Success"), outcome{0, false}},
		"spoil":     {Spoil(Failure, "no"), outcome{4, true}},
		"cut":       {Cut, outcome{-1, false}},
		"cut after": {CutAfter, outcome{-1, true}},
	} {
		t.Run(name, func(t *testing.T) {
			s := SSH(t, Config{Meddle: on(Rename, c.action)})
			path := s.Dirs.Put(t, "a", "x")
			err := login(t, s).Rename(path, filepath.Join(s.Dirs.Done, "a"))
			s.hall.close() // whatever sftp-server was given is done now
			got := outcome{code(err), len(s.Dirs.Names(t, s.Dirs.Done)) == 1}
			if got != c.want {
				t.Errorf("got %+v (%v), want %+v", got, err, c.want)
			}
		})
	}
}

func TestMeddleThen(t *testing.T) {
	s := SSH(t, Config{})
	from, to := filepath.Join(s.Dirs.In, "a"), filepath.Join(s.Dirs.Done, "a")
	var path string
	s.Next(Config{Meddle: func(r Request) Action {
		if r.Type == Write {
			path = r.Path
		}
		if r.Type != Rename {
			return Pass
		}
		return Then(func() { _ = os.Rename(to, from) })
	}})
	c := login(t, s)
	if err := store(c, from, "x"); err != nil {
		t.Fatal(err)
	}
	if path != from {
		t.Errorf("WRITE was to %q, want %q", path, from)
	}
	if err := c.Rename(from, to); err != nil {
		t.Error(err)
	}
	if _, err := c.Lstat(from); err != nil {
		t.Errorf("the moved file is not back: %v", err)
	}
}

// Silent requests show at a second one: after Swallow it is answered, after Freeze not.
func TestMeddleSilence(t *testing.T) {
	for name, c := range map[string]struct {
		action Action
		second bool // is answered
		done   bool
	}{
		"swallow":      {Swallow, true, false},
		"freeze":       {Freeze, false, false},
		"freeze after": {FreezeAfter, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan struct{})
			s := SSH(t, Config{Meddle: func(r Request) Action {
				if r.Type != Rename {
					return Pass
				}
				close(seen)
				return c.action
			}})
			path := s.Dirs.Put(t, "a", "x")
			client := login(t, s)
			renamed, listed := make(chan error, 1), make(chan error, 1)
			go func() { renamed <- client.Rename(path, filepath.Join(s.Dirs.Done, "a")) }()
			select {
			case <-seen:
			case <-time.After(5 * time.Second):
				t.Fatal("no request within 5 s, want RENAME")
			}
			go func() {
				_, err := client.Lstat(s.Dirs.In)
				listed <- err
			}()
			answered := false
			select {
			case err := <-listed:
				answered = err == nil
			case <-time.After(100 * time.Millisecond):
			}
			if answered != c.second {
				t.Errorf("the next request was answered: %v, want %v", answered, c.second)
			}
			select {
			case err := <-renamed:
				t.Errorf("RENAME was answered: %v, want silence", err)
			default:
			}
			s.hall.close()
			if got := len(s.Dirs.Names(t, s.Dirs.Done)) == 1; got != c.done {
				t.Errorf("the file was moved: %v, want %v", got, c.done)
			}
		})
	}
}

func TestNextAndCut(t *testing.T) {
	s := SSH(t, Config{})
	c := login(t, s)
	s.Next(Config{Password: "another"})
	s.Cut()
	if _, err := c.Lstat(s.Dirs.In); code(err) != -1 {
		t.Errorf("request after the cut gave %v, want a lost connection", err)
	}
	if _, _, err := dial(s.Addr, s.User, s.KnownHosts, password(s.Password)); err == nil {
		t.Error("login works with the first password, want it refused")
	}
	if _, _, err := dial(s.Addr, s.User, s.KnownHosts, password("another")); err != nil {
		t.Errorf("login with the new password gave %v", err)
	}
	if s.Sessions() != 2 || s.Passwords() != 3 {
		t.Errorf("%d sessions, %d passwords, want 2 and 3", s.Sessions(), s.Passwords())
	}
}

// A delay counts once for packets that are under way together.
func TestDelay(t *testing.T) {
	const delay, files = 20 * time.Millisecond, 20
	s := SSH(t, Config{Delay: delay})
	c := login(t, s)
	start := time.Now()
	answers := make(chan error, files)
	for range files {
		go func() {
			_, err := c.Lstat(s.Dirs.In)
			answers <- err
		}()
	}
	for range files {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if took := time.Since(start); took < 2*delay || took > files*delay {
		t.Errorf("%d requests at once took %v, want about %v", files, took, 2*delay)
	}
}

func TestListen(t *testing.T) {
	p := Listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "220 ready\r\n") })
	conn, err := net.Dial("tcp", p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	text, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(text), "220 ") {
		t.Errorf("read %q, %v, want the greeting and its end", text, err)
	}
}
