package sftptest

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// answers gives one text after the other to all prompts.
func answers(texts ...string) ssh.AuthMethod {
	return ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
		n := min(len(questions), len(texts))
		given := texts[:n]
		texts = texts[n:]
		return given, nil
	})
}

func TestLogins(t *testing.T) {
	key, authority := Key(t, Ed25519), Key(t, ECDSA)
	cert := &ssh.Certificate{
		Key: key.Signer.PublicKey(), CertType: ssh.UserCert, ValidPrincipals: []string{DefaultUser},
		ValidBefore: ssh.CertTimeInfinity,
	}
	if err := cert.SignCert(rand.Reader, authority.Signer); err != nil {
		t.Fatal(err)
	}
	certified, err := ssh.NewCertSigner(cert, key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	keys := []ssh.PublicKey{key.Signer.PublicKey()}
	rounds := [][]Prompt{{{Text: "Password: ", Want: "pw"}}, {}, {{Text: "Code: ", Echo: true, Want: "42"}}}
	for name, c := range map[string]struct {
		config Config
		auth   []ssh.AuthMethod
		want   bool
	}{
		"wrong password":      {Config{}, []ssh.AuthMethod{password("x")}, false},
		"key":                 {Config{AuthorizedKeys: keys}, []ssh.AuthMethod{ssh.PublicKeys(key.Signer)}, true},
		"key, no password":    {Config{AuthorizedKeys: keys}, []ssh.AuthMethod{password(DefaultPassword)}, false},
		"unknown key":         {Config{AuthorizedKeys: keys}, []ssh.AuthMethod{ssh.PublicKeys(authority.Signer)}, false},
		"certificate":         {Config{Authorities: []ssh.PublicKey{authority.Signer.PublicKey()}}, []ssh.AuthMethod{ssh.PublicKeys(certified)}, true},
		"foreign certificate": {Config{Authorities: keys}, []ssh.AuthMethod{ssh.PublicKeys(certified)}, false},
		"interactive":         {Config{Rounds: rounds}, []ssh.AuthMethod{answers("pw", "42")}, true},
		"interactive, wrong":  {Config{Rounds: rounds}, []ssh.AuthMethod{answers("pw", "43")}, false},
		"second factor": {
			Config{AuthorizedKeys: keys, SecondFactor: true},
			[]ssh.AuthMethod{ssh.PublicKeys(key.Signer), answers("123456")}, true,
		},
		"second factor left out": {
			Config{AuthorizedKeys: keys, SecondFactor: true}, []ssh.AuthMethod{ssh.PublicKeys(key.Signer)}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := SSH(t, c.config)
			conn, client, err := dial(s.Addr, s.User, s.KnownHosts, c.auth...)
			if (err == nil) != c.want {
				t.Fatalf("login gave %v, want success %v", err, c.want)
			}
			if err == nil {
				defer conn.Close()
				if _, err := client.Lstat(s.Dirs.In); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		config Config
		want   string // part of the client's error
	}{
		"closes":       {Config{CloseAfterLogin: true}, "unexpected packet in response to channel open"},
		"no channel":   {Config{RefuseChannel: true}, "administratively prohibited"},
		"no subsystem": {Config{NoSubsystem: true}, "subsystem request failed"},
		"exits":        {Config{ExitAtOnce: true}, "EOF"},
		"text":         {Config{Text: "This account is for backups only.\n"}, "packet too long"},
		"old":          {Config{Algorithms: Old()}, "no common algorithm"},
		"bad argument": {Config{SFTP: []string{"-Z"}}, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			s := SSH(t, c.config)
			_, _, err := dial(s.Addr, s.User, s.KnownHosts, password(s.Password))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("start of SFTP gave %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestGreeting(t *testing.T) {
	s := SSH(t, Config{
		Banner: "for brands only", Version: "SSH-2.0-AWS_SFTP_1.2", MaxAuthTries: 1,
		HostKeys: []ssh.Signer{Key(t, Ed25519).Signer, Key(t, ECDSA).Signer},
	})
	var banner string
	var tried []string
	conn, err := ssh.Dial("tcp", s.Addr, &ssh.ClientConfig{
		User: s.User, HostKeyCallback: ssh.FixedHostKey(s.config.HostKeys[1].PublicKey()),
		HostKeyAlgorithms: []string{ssh.KeyAlgoECDSA256},
		BannerCallback:    func(text string) error { banner = text; return nil },
		Auth: []ssh.AuthMethod{ssh.RetryableAuthMethod(ssh.PasswordCallback(func() (string, error) {
			tried = append(tried, "x")
			return "x", nil
		}), 3)},
		Timeout: 10 * time.Second,
	})
	if err == nil {
		_ = conn.Close()
		t.Fatal("login works with a wrong password, want it refused")
	}
	if banner != "for brands only" || len(tried) != 1 || !strings.Contains(err.Error(), "too many authentication failures") {
		t.Errorf("banner %q, %d attempts, %v; want the banner, 1 attempt and too many failures", banner, len(tried), err)
	}
	known, err := os.ReadFile(s.KnownHosts)
	if err != nil || strings.Count(string(known), "\n") != 2 || len(s.Fingerprints) != 2 {
		t.Errorf("known_hosts is %q, %v, fingerprints %q; want two of each", known, err, s.Fingerprints)
	}
}
