// Package ftp proves by doing it that an account can do what a Connect+
// dataflow needs: log in without a person, list, write and read files, move
// them out of the source folder, and remove them.
//
// It knows SFTP, FTP and FTPS, the folders of a dataflow and how servers word
// a refusal. It writes nothing but small probe files under names that nobody
// else uses, opens no file of the user's on the server, and removes what it
// made, whatever happens in between. It knows nothing of what is in the files
// that a dataflow reads, prints nothing and reads no environment.
package ftp

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"github.com/connectplus/preflight/internal/nearest"
)

// A Protocol is how the server is spoken to.
type Protocol string

// The protocols that Connect+ takes.
const (
	SFTP Protocol = "sftp"
	FTP  Protocol = "ftp"
	FTPS Protocol = "ftps" // TLS asked for after connecting; at port 990 from the first byte
)

// Protocols are all of them.
var Protocols = []Protocol{SFTP, FTP, FTPS}

// A Secret is a password or a passphrase. It prints as a row of dots.
type Secret string

// String hides the secret.
func (Secret) String() string { return "••••" }

// GoString hides the secret.
func (Secret) GoString() string { return "••••" }

// DefaultTimeout is how long a request, or connecting, may take.
const DefaultTimeout = 15 * time.Second

// ImplicitPort is where an FTPS server speaks TLS from the first byte.
const ImplicitPort = 990

// Options say which account is tried, and how. Host, User and Processed are
// required.
type Options struct {
	Protocol Protocol // empty: SFTP
	Host     string   // a name or an address
	Port     int      // 0: 22, or 21 for FTP and FTPS
	User     string

	// Password is asked at most once, and only when the server wants one; nil:
	// there is none.
	Password func() (Secret, error)
	// Identities are files of private keys: OpenSSH or PEM, plain or wrapped in
	// base64. A certificate beside a key (KEY-cert.pub) is offered with it.
	Identities []string
	// Optional says that Identities are guesses: those that cannot be read are
	// left out with a warning, and the agent's keys are offered, too.
	Optional bool
	// Passphrase is asked once for each encrypted file of Identities; nil: there
	// is none.
	Passphrase func(file string) (Secret, error)
	Agent      string // the socket of an ssh-agent; empty: none

	KnownHosts []string // files in the format of OpenSSH; read, never written
	// HostAlias is the name under which KnownHosts know the server; empty: Host.
	HostAlias string
	// Revoked are files of public keys that are no longer trusted, as
	// RevokedHostKeys of OpenSSH names one. One that cannot be read trusts none.
	Revoked []string
	HostKey string // "SHA256:…": the only key that is trusted, in place of KnownHosts; of FTPS, the certificate

	Source, Processed string // folders of the dataflow; an empty Source is "."
	Error             string // the folder of API error files; empty: not tried

	// NamePattern is the Filename Pattern of the dataflow. A probe that it takes
	// would be picked up, so that nothing is written then, unless the dataflow
	// is Paused.
	NamePattern string
	Paused      bool
	ProbeName   string // name of the first probe file; empty: a random name
	// AllowLeftover lets probes be written where they cannot be removed.
	AllowLeftover bool

	ConnectTimeout time.Duration // until SFTP has started; 0: DefaultTimeout
	Timeout        time.Duration // of silence in a request; 0: DefaultTimeout

	// Trace is called for each request and answer, one line each, without
	// secrets; nil: none.
	Trace    func(line string)
	patience time.Duration // how long to look again for what the server did; 0: patience

	// Progress is called before each step with its number, from 0, of total;
	// nil: none.
	Progress func(step *Step, number, total int)

	secrets *secrets // what was asked for, for a second connection
}

// An OptionsError says that options are wrong, so that nothing was tried.
type OptionsError struct {
	Option  string // the field of Options: "Processed"
	Message string // "is missing: name the folder that Connect+ moves files to"
}

func (e *OptionsError) Error() string { return e.Option + " " + e.Message }

func wrong(option, format string, args ...any) error {
	return &OptionsError{option, fmt.Sprintf(format, args...)}
}

// fingerprint is how OpenSSH prints the SHA-256 of a key: 43 characters of
// base64 without padding.
var fingerprint = regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}=?$`)

// complete checks options and fills in what is left to defaults.
func (o *Options) complete() error {
	if o.Protocol == "" {
		o.Protocol = SFTP
	}
	if !slices.Contains(Protocols, o.Protocol) {
		return wrong("Protocol", "is %q; it is sftp, ftp or ftps", o.Protocol)
	}
	if o.Port == 0 {
		if o.Port = 21; o.Protocol == SFTP {
			o.Port = 22
		}
	}
	for _, text := range []struct{ option, value, missing string }{
		{"Host", o.Host, "is missing: name the server"},
		{"User", o.User, "is missing: name the account that the dataflow logs in with"},
		{"Processed", o.Processed, "is missing: name the folder that Connect+ moves files to"},
	} {
		if text.value == "" {
			return wrong(text.option, "%s", text.missing)
		}
	}
	for _, text := range []struct{ option, value string }{
		{"Host", o.Host}, {"User", o.User}, {"Source", o.Source}, {"Processed", o.Processed}, {"Error", o.Error},
		{"ProbeName", o.ProbeName},
	} {
		if len(text.value) > wordsLimit {
			return wrong(text.option, "is longer than %d bytes", wordsLimit)
		}
		if clean(text.value) != text.value {
			return wrong(text.option, "holds characters that cannot be seen: %q", text.value)
		}
	}
	o.HostKey = openssl(o.HostKey)
	if e, ok := errors.AsType[*syntax.Error](pattern(o.NamePattern)); ok {
		switch e.Code {
		case syntax.ErrMissingParen, syntax.ErrUnexpectedParen, syntax.ErrMissingBracket, syntax.ErrTrailingBackslash:
			return wrong("NamePattern", "is %q, which is no regular expression: %s", o.NamePattern, e.Code)
		}
	}
	switch {
	case o.Port < 1 || o.Port > 65535:
		return wrong("Port", "is %d; ports are 1 to 65535", o.Port)
	case strings.ContainsAny(o.Host, " /@"):
		return wrong("Host", "is %q; it is a name or an address alone, such as data.example.com", o.Host)
	case o.HostKey != "" && !fingerprint.MatchString(o.HostKey):
		return wrong("HostKey", "is %q; it looks like SHA256: and 43 letters and digits, as ssh-keygen -l prints it", o.HostKey)
	case o.HostKey != "" && o.Protocol == FTP:
		return wrong("HostKey", "is given, but FTP has no key; it is for sftp and ftps")
	case strings.ContainsAny(o.ProbeName, "/\\") || o.ProbeName == "." || o.ProbeName == "..":
		return wrong("ProbeName", "is %q; it is the name of a file, without a folder", o.ProbeName)
	case len(o.ProbeName) > 200:
		return wrong("ProbeName", "is longer than 200 bytes, which not all servers take")
	case o.ConnectTimeout < 0:
		return wrong("ConnectTimeout", "is %s; it is above zero", o.ConnectTimeout)
	case o.Timeout < 0:
		return wrong("Timeout", "is %s; it is above zero", o.Timeout)
	}
	if o.ConnectTimeout == 0 {
		o.ConnectTimeout = DefaultTimeout
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.patience == 0 {
		o.patience = patience
	}
	o.HostKey = strings.TrimSuffix(o.HostKey, "=")
	o.Source = path.Clean(o.Source)
	o.Processed = path.Clean(o.Processed)
	if o.Error != "" {
		o.Error = path.Clean(o.Error)
	}
	return o.distinct()
}

func pattern(text string) error {
	_, err := regexp.Compile(text)
	return err
}

// openssl takes the fingerprint of a certificate as "openssl x509 -fingerprint
// -sha256" prints it, in pairs of digits, and returns it in the form of OpenSSH.
func openssl(text string) string {
	digits := strings.ReplaceAll(text[strings.LastIndexByte(text, '=')+1:], ":", "")
	if sum, err := hex.DecodeString(digits); err == nil && len(sum) == 32 {
		return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum)
	}
	return text
}

// distinct refuses folders that are the same by their names.
func (o *Options) distinct() error {
	switch {
	case o.Source == o.Processed:
		return wrong("Processed", "is %q, the source folder too; they must be two folders", o.Processed)
	case o.Error == "":
	case o.Error == o.Source:
		return wrong("Error", "is %q, the source folder too; they must be two folders", o.Error)
	case o.Error == o.Processed:
		return wrong("Error", "is %q, the processed folder too; they must be two folders", o.Error)
	}
	return nil
}

// ParseProtocol returns the protocol of that name.
//
// Errors: there is none; the error names the nearest.
func ParseProtocol(name string) (Protocol, error) {
	var names []string
	for _, p := range Protocols {
		if string(p) == strings.ToLower(name) {
			return p, nil
		}
		names = append(names, string(p))
	}
	return "", fmt.Errorf("unknown protocol %q; the nearest is %s", name, nearest.Always(name, names))
}

// Probe tries an account, step by step, and removes what it made. It takes as
// long as the server does: about seventy requests, one after the other.
//
// When ctx ends, the request in flight is let finish for two seconds, probe
// files are removed on a connection of their own if need be, and Result says
// that it is not complete.
//
// Errors: *OptionsError alone, before anything is tried. All that goes wrong
// later is in the Result.
func Probe(ctx context.Context, o Options) (*Result, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	s := newSession(&o)
	s.run(ctx)
	return s.result, nil
}

// errNoSession is returned by operations before a connection stands.
var errNoSession = errors.New("there is no connection")
