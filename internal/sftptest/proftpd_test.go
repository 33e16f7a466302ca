package sftptest

import (
	"crypto/tls"
	"errors"
	"io"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"
	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// reply is the code of an FTP error, 0 for none or for an error of another kind.
func reply(err error) int {
	var e *textproto.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func ftpLogin(t *testing.T, d *Daemon, options ...ftp.DialOption) *ftp.ServerConn {
	t.Helper()
	c, err := ftp.Dial(d.Addr, append(options, ftp.DialWithTimeout(10*time.Second))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Quit() })
	if err := c.Login(d.User, d.Password); err != nil {
		t.Fatal(err)
	}
	return c
}

// transfer stores a file, reads it back, moves it and removes it.
func transfer(t *testing.T, d *Daemon, c *ftp.ServerConn) {
	t.Helper()
	from, to := filepath.Join(d.Dirs.In, "probe"), filepath.Join(d.Dirs.Done, "probe")
	if err := c.Stor(from, strings.NewReader("text\n")); err != nil {
		t.Fatal(err)
	}
	r, err := c.Retr(from)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || string(text) != "text\n" {
		t.Errorf("read %q, %v, want the text stored", text, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	names, err := c.NameList(d.Dirs.In)
	if err != nil || len(names) != 1 {
		t.Errorf("list is %q, %v, want one name", names, err)
	}
	if err := c.Rename(from, to); err != nil {
		t.Error(err)
	}
	if err := c.Delete(to); err != nil {
		t.Error(err)
	}
}

func TestProFTPD(t *testing.T) {
	d := ProFTPD(t, ProFTPDConfig{})
	hash := d.Dirs.Hash(t)
	transfer(t, d, ftpLogin(t, d))
	if got := d.Dirs.Hash(t); got != hash {
		t.Error("the folders differ afterwards, want them as before")
	}
	c, err := ftp.Dial(d.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Quit()
	if err := c.Login(d.User, "wrong"); reply(err) != 530 {
		t.Errorf("a wrong password gave %v, want 530", err)
	}
}

func TestProFTPDLimits(t *testing.T) {
	d := ProFTPD(t, ProFTPDConfig{Directives: "<Limit RNFR RNTO>\nDenyAll\n</Limit>"})
	path := d.Dirs.Put(t, "sales.csv", "a,b\n")
	c := ftpLogin(t, d)
	if err := c.Rename(path, filepath.Join(d.Dirs.Done, "sales.csv")); reply(err) != 550 {
		t.Errorf("rename gave %v, want 550", err)
	}
	if err := os.Chmod(d.Dirs.In, 0o555); err != nil {
		t.Fatal(err)
	}
	if err := c.Stor(filepath.Join(d.Dirs.In, "probe"), strings.NewReader("x")); reply(err) != 550 {
		t.Errorf("store in a folder without w gave %v, want 550", err)
	}
}

func TestProFTPDTLS(t *testing.T) {
	tlsConfig := func(d *Daemon) *tls.Config {
		return &tls.Config{RootCAs: d.CertPool, ServerName: d.Host, ClientSessionCache: tls.NewLRUClientSessionCache(0)}
	}
	t.Run("explicit", func(t *testing.T) {
		d := ProFTPD(t, ProFTPDConfig{TLS: ExplicitRequired})
		transfer(t, d, ftpLogin(t, d, ftp.DialWithExplicitTLS(tlsConfig(d))))
		c, err := ftp.Dial(d.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit()
		// The client drops the code of a refused USER and keeps the text.
		if err := c.Login(d.User, d.Password); err == nil || !strings.Contains(err.Error(), "SSL/TLS required") {
			t.Errorf("login in the clear gave %v, want that TLS is required", err)
		}
	})
	t.Run("implicit", func(t *testing.T) {
		d := ProFTPD(t, ProFTPDConfig{TLS: ImplicitTLS})
		transfer(t, d, ftpLogin(t, d, ftp.DialWithTLS(tlsConfig(d))))
	})
	t.Run("session reuse", func(t *testing.T) {
		for _, anySession := range []bool{false, true} {
			d := ProFTPD(t, ProFTPDConfig{TLS: ExplicitTLS, AnySession: anySession})
			plain := tlsConfig(d)
			plain.ClientSessionCache = nil
			c := ftpLogin(t, d, ftp.DialWithExplicitTLS(plain))
			_, err := c.List(d.Dirs.In)
			if (err == nil) != anySession {
				t.Errorf("list without session reuse, allowed %v: %v", anySession, err)
			}
		}
	})
}

func TestProFTPDSFTP(t *testing.T) {
	d := ProFTPD(t, ProFTPDConfig{SFTP: true, Directives: "<Limit RNFR RNTO>\nDenyAll\n</Limit>"})
	path := d.Dirs.Put(t, "sales.csv", "a,b\n")
	check, err := knownhosts.New(d.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := ssh.Dial("tcp", d.Addr, &ssh.ClientConfig{
		User: d.User, Auth: []ssh.AuthMethod{ssh.Password(d.Password)}, HostKeyCallback: check, Timeout: 10 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c, err := sftp.NewClient(conn)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Rename(path, filepath.Join(d.Dirs.Done, "sales.csv")); !os.IsPermission(err) {
		t.Errorf("rename gave %v, want permission denied", err)
	}
	if err := c.Remove(path); err != nil {
		t.Errorf("remove gave %v, want it done", err)
	}
}
