package sftptest

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// SSHDConfig says how a real sshd is set up; the zero value is a healthy one.
type SSHDConfig struct {
	Dirs       Dirs     // zero makes new ones; give -d DIR in SFTP to start in one
	SFTP       []string // arguments of internal-sftp, as in [Config.SFTP]
	Directives string   // lines put first: sshd takes the first value of a keyword
}

// SSHD serves with OpenSSH's daemon on a free port of 127.0.0.1; it needs sshd ([Need]).
//
// It takes one key and no password. As root the account is nobody, else our own:
// an unprivileged sshd knows no other.
func SSHD(t testing.TB, config SSHDConfig) *Daemon {
	t.Helper()
	bin := Need(t, "sshd")
	if config.Dirs == (Dirs{}) {
		config.Dirs = Folders(t)
	}
	account := "nobody"
	if asRoot() {
		// sshd gives up the rights of its pre-login half in this empty folder.
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			t.Fatal(err)
		}
	} else {
		own, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		account = own.Username
	}
	host, key := Key(t, Ed25519), Key(t, Ed25519)
	dir := publicDir(t)
	keys := filepath.Join(dir, "authorized_keys")
	if err := os.WriteFile(keys, ssh.MarshalAuthorizedKey(key.Signer.PublicKey()), 0o644); err != nil {
		t.Fatal(err)
	}
	internal := strings.Join(append([]string{"internal-sftp"}, config.SFTP...), " ")
	lines := []string{
		config.Directives,
		"HostKey " + host.File(t, ""),
		"PidFile none",
		"AuthorizedKeysFile " + keys,
		"StrictModes no",
		"PasswordAuthentication no",
		"KbdInteractiveAuthentication no",
		"UsePAM yes", // the password of nobody is locked, which sshd refuses without PAM
		"Subsystem sftp internal-sftp",
		"ForceCommand " + internal,
	}
	file := filepath.Join(dir, "sshd_config")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &Daemon{Dirs: config.Dirs, User: account, Identity: key.File(t, "")}
	d.Place = inetd(t, bin, func(Place) []string { return []string{"-i", "-e", "-f", file} })
	d.KnownHosts, d.Fingerprints = knownHosts(t, d.Place, host.Signer.PublicKey())
	return d
}
