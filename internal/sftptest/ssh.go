package sftptest

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// The account that the servers know unless their configuration says otherwise.
const (
	DefaultUser     = "brand"
	DefaultPassword = "pw-secret"
)

// Prompt is one question of keyboard-interactive and the answer it wants.
type Prompt struct {
	Text string
	Echo bool // the answer may be shown while it is typed
	Want string
}

// Config says how an [SSH] server behaves; the zero value is a healthy one.
type Config struct {
	Dirs Dirs     // Root is the folder a session starts in; zero makes new ones
	SFTP []string // arguments of sftp-server: -R, -P rename,posix-rename, -p LIST, -u UMASK, -d DIR

	// Ways to log in. With none given, the password is DefaultPassword.
	User           string          // zero means DefaultUser
	Password       string          // zero means no password login if there is another way
	AuthorizedKeys []ssh.PublicKey // keys of the user
	Authorities    []ssh.PublicKey // keys that sign user certificates; the principal is User
	Rounds         [][]Prompt      // keyboard-interactive, one call each; an empty round has no prompt
	SecondFactor   bool            // Rounds come after a right key or password, as a partial success
	MaxAuthTries   int             // zero means 6; one more attempt ends the connection
	Banner         string          // shown before login
	Version        string          // zero means "SSH-2.0-OpenSSH_9.2p1 Debian"

	HostKeys   []ssh.Signer // zero means one of ed25519
	Algorithms ssh.Config   // restricts key exchange, ciphers and MACs: see [Old]

	// How a session goes wrong after login.
	CloseAfterLogin bool   // TCP closes when a channel is asked for, as with a chroot folder of the wrong owner
	RefuseChannel   bool   // no channel is opened
	NoSubsystem     bool   // the subsystem sftp is refused
	ExitAtOnce      bool   // the subsystem starts and ends, as with the shell /bin/false
	Text            string // is printed instead of SFTP, as with a ForceCommand

	// Meddle decides on every request after INIT; nil passes all. Calls come one
	// at a time, in the order of the requests, from all sessions.
	Meddle func(Request) Action
	// Delay is added to each SFTP packet in each direction, at most one second;
	// packets that follow each other closely still do so. Login is not delayed.
	Delay time.Duration
}

// Old restricts a server to what no one has offered since about 2005: key
// exchange diffie-hellman-group1-sha1 with cipher 3des-cbc and MAC hmac-sha1.
func Old() ssh.Config {
	return ssh.Config{
		KeyExchanges: []string{ssh.InsecureKeyExchangeDH1SHA1},
		Ciphers:      []string{ssh.InsecureCipherTripleDESCBC},
		MACs:         []string{ssh.HMACSHA1},
	}
}

// Server is an SSH server inside the test, with OpenSSH's sftp-server behind it.
//
// Its methods may be called at any time, by several goroutines.
type Server struct {
	Place
	Dirs         Dirs
	User         string   // of the first Config
	Password     string   // of the first Config
	KnownHosts   string   // a known_hosts file with the host keys of the first Config
	Fingerprints []string // "SHA256:..." of these keys, in the same order

	bin      string
	hall     hall
	meddling sync.Mutex // one call of Meddle at a time

	mu          sync.Mutex
	config      Config
	requests    []Request
	connections int
	sessions    int
	passwords   int
	log         bytes.Buffer
}

// SSH starts a server on a free port of 127.0.0.1; it needs sftp-server ([Need]).
//
// As root, sftp-server runs as nobody. When the test fails, the requests seen
// and the words of sftp-server are logged.
func SSH(t testing.TB, config Config) *Server {
	t.Helper()
	bin := Need(t, "sftp-server")
	if config.Dirs == (Dirs{}) {
		config.Dirs = Folders(t)
	}
	if len(config.HostKeys) == 0 {
		config.HostKeys = []ssh.Signer{Key(t, Ed25519).Signer}
	}
	config = config.complete(Config{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		Place: placeOf(l), Dirs: config.Dirs, User: config.User, Password: config.Password,
		bin: bin, config: config,
	}
	var keys []ssh.PublicKey
	for _, k := range config.HostKeys {
		keys = append(keys, k.PublicKey())
	}
	s.KnownHosts, s.Fingerprints = knownHosts(t, s.Place, keys...)
	s.hall.open(l, s.serve)
	t.Cleanup(func() {
		s.hall.close()
		if t.Failed() {
			t.Logf("requests of %s:\n%s\nsftp-server said:\n%s", s.Addr, trace(s.Requests()), s.log.String())
		}
	})
	return s
}

// complete fills in what is zero: folders and host keys from an earlier
// configuration, the rest by default.
func (c Config) complete(earlier Config) Config {
	if c.Dirs == (Dirs{}) {
		c.Dirs = earlier.Dirs
	}
	if len(c.HostKeys) == 0 {
		c.HostKeys = earlier.HostKeys
	}
	if c.User == "" {
		c.User = DefaultUser
	}
	otherWay := len(c.AuthorizedKeys) > 0 || len(c.Authorities) > 0 || (len(c.Rounds) > 0 && !c.SecondFactor)
	if c.Password == "" && !otherWay {
		c.Password = DefaultPassword
	}
	if c.SecondFactor && len(c.Rounds) == 0 {
		c.Rounds = [][]Prompt{{{Text: "Verification code: ", Want: "123456"}}}
	}
	if c.Version == "" {
		c.Version = "SSH-2.0-OpenSSH_9.2p1 Debian"
	}
	c.Delay = min(c.Delay, time.Second)
	return c
}

// Next sets the configuration of later connections; those open keep theirs.
//
// Zero Dirs and HostKeys stay as they were; everything else is replaced.
func (s *Server) Next(config Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config = config.complete(s.config)
}

// Cut closes all open connections; new ones are taken.
func (s *Server) Cut() { s.hall.cut() }

// Requests returns the SFTP requests of all sessions so far, without INIT.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Connections counts the TCP connections so far.
func (s *Server) Connections() int { return s.count(&s.connections) }

// Sessions counts the logins that succeeded.
func (s *Server) Sessions() int { return s.count(&s.sessions) }

// Passwords counts the passwords that clients have sent, right or wrong, by the
// password method or as an answer to keyboard-interactive.
func (s *Server) Passwords() int { return s.count(&s.passwords) }

func (s *Server) count(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *n
}

func (s *Server) add(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
	return *n
}

func (s *Server) writeLog(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.Write(p)
}

func trace(requests []Request) string {
	var b bytes.Buffer
	for _, r := range requests {
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}

// knownHosts writes a known_hosts file for one place and words its fingerprints.
func knownHosts(t testing.TB, p Place, keys ...ssh.PublicKey) (file string, fingerprints []string) {
	t.Helper()
	var b bytes.Buffer
	for _, k := range keys {
		b.WriteString(knownhosts.Line([]string{p.Addr}, k) + "\n")
		fingerprints = append(fingerprints, ssh.FingerprintSHA256(k))
	}
	file = filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, fingerprints
}
