package sftptest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// dial logs in and starts SFTP, both within ten seconds.
func dial(addr, user, known string, auth ...ssh.AuthMethod) (*ssh.Client, *sftp.Client, error) {
	check, err := knownhosts.New(known)
	if err != nil {
		return nil, nil, err
	}
	conn, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{
		User: user, Auth: auth, HostKeyCallback: check, Timeout: 10 * time.Second,
		HostKeyAlgorithms: []string{ssh.KeyAlgoED25519},
	})
	if err != nil {
		return nil, nil, err
	}
	client, err := sftp.NewClient(conn)
	if err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return conn, client, nil
}

func TestSSHDServesFiles(t *testing.T) {
	d := SSHD(t, SSHDConfig{SFTP: []string{"-P", "rename"}})
	path := d.Dirs.Put(t, "sales.csv", "a,b\n")
	text, err := os.ReadFile(d.Identity)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	conn, c, err := dial(d.Addr, d.User, d.KnownHosts, ssh.PublicKeys(signer))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	infos, err := c.ReadDir(d.Dirs.In)
	if err != nil || len(infos) != 1 || infos[0].Name() != "sales.csv" {
		t.Fatalf("list is %v, %v, want sales.csv", infos, err)
	}
	if err := c.Rename(path, filepath.Join(d.Dirs.Done, "sales.csv")); !os.IsPermission(err) {
		t.Errorf("rename gave %v, want permission denied", err)
	}
	if err := c.Remove(path); err != nil {
		t.Errorf("remove gave %v, want it done", err)
	}
}
