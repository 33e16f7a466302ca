package ftp

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// secrets keeps what a person was asked for and what was read, so that a second
// connection neither asks nor reads again.
type secrets struct {
	mu      sync.Mutex
	answers map[string]*secretAnswer // by file; that of "" is the password

	identities []*identity
	read       bool // the identities
}

// A secretAnswer is there once done is closed.
type secretAnswer struct {
	done   chan struct{}
	secret Secret
	err    error
}

// kept returns the secrets of these options.
func (o *Options) kept() *secrets {
	if o.secrets == nil {
		o.secrets = &secrets{}
	}
	return o.secrets
}

// askPassword calls Password, the first time, and returns what it returned then.
// It does not wait for a person when ctx ends.
func (o *Options) askPassword(ctx context.Context) (Secret, error) {
	return o.kept().ask(ctx, "", o.Password)
}

func (s *secrets) ask(ctx context.Context, name string, f func() (Secret, error)) (Secret, error) {
	s.mu.Lock()
	if s.answers == nil {
		s.answers = map[string]*secretAnswer{}
	}
	a := s.answers[name]
	if a == nil {
		a = &secretAnswer{done: make(chan struct{})}
		s.answers[name] = a
		go func() {
			defer close(a.done)
			a.secret, a.err = f()
		}()
	}
	s.mu.Unlock()
	select {
	case <-a.done:
		return a.secret, a.err
	case <-ctx.Done():
		select { // whoever asks may have a terminal to put right
		case <-a.done:
		case <-time.After(time.Second):
		}
		return "", ctx.Err()
	}
}

// took notes that the server took a key. If that cannot be decrypted, a guess
// is left out and those after it are offered anew.
func (l *sshLogin) took(k *loginKey, err error) {
	l.t.note("the server takes " + k.describe())
	if l.taken = k; err == nil {
		return
	}
	l.taken = nil
	problem := l.wordKey(err)
	if !l.o.Optional {
		l.stop = problem
		return
	}
	l.warnings = append(l.warnings, problem.Detail)
	l.waiting = slices.Index(l.keys, k) + 1
	l.offered = l.waiting
}

// wordKey words why a key cannot be used.
func (l *sshLogin) wordKey(err error) *Outcome {
	if e, ok := errors.AsType[*keyError](err); ok {
		return &Outcome{Status: Failed, Detail: e.detail, Hint: e.hint}
	}
	return &Outcome{Status: Failed, Detail: "the passphrase of the key was not read: " + clean(err.Error())}
}

// listKeys gathers the keys to offer: certificates, keys of the agent, and the
// keys of files, those that need a passphrase last.
func (l *sshLogin) listKeys() {
	if l.listed {
		return
	}
	l.listed = true
	var locked []*loginKey
	identities := l.readIdentities()
	for _, k := range identities {
		if k.cert != nil {
			l.add(&l.keys, k.name()+"-cert.pub", k.cert, k.cert.Key, l.opener(k))
		}
	}
	if l.o.Agent != "" && (l.o.Optional || len(l.o.Identities) == 0) {
		l.listAgent()
	}
	for _, k := range identities {
		switch {
		case k.signer != nil:
			l.add(&l.keys, k.name(), k.public, k.public, l.opener(k))
		case k.public != nil && (l.o.Passphrase != nil || !l.o.Optional):
			l.add(&locked, k.name(), k.public, k.public, l.opener(k))
		case l.known(k.public):
		default:
			// Nothing but the passphrase tells what key it is.
			if signer, err := l.opener(k)(); err == nil {
				l.add(&locked, k.name(), signer.PublicKey(), signer.PublicKey(), l.opener(k))
			} else if problem := l.wordKey(err); l.o.Optional {
				l.warnings = append(l.warnings, problem.Detail)
			} else {
				l.stop = problem
				return
			}
		}
	}
	l.keys = append(l.keys, slices.DeleteFunc(locked, func(k *loginKey) bool { return l.known(k.public) })...)
}

// readIdentities reads the files of keys, once for all connections.
func (l *sshLogin) readIdentities() []*identity {
	kept := l.o.kept()
	if kept.read {
		return kept.identities
	}
	for _, file := range l.o.Identities {
		k, err := readIdentity(file, time.Now())
		if err != nil {
			problem := l.wordKey(err)
			if !l.o.Optional {
				l.stop = problem
				return nil
			}
			l.warnings = append(l.warnings, problem.Detail)
			continue
		}
		l.warnings = append(l.warnings, k.warnings...)
		kept.identities = append(kept.identities, k)
	}
	kept.read = true
	return kept.identities
}

// opener returns how to decrypt a key: with a passphrase, if it needs one.
func (l *sshLogin) opener(k *identity) func() (ssh.Signer, error) {
	return func() (signer ssh.Signer, err error) {
		var ask func() (Secret, error)
		if l.o.Passphrase != nil {
			ask = func() (secret Secret, err error) {
				l.ask(func() {
					secret, err = l.o.kept().ask(l.ctx, k.file, func() (Secret, error) { return l.o.Passphrase(k.file) })
				})
				return secret, err
			}
		}
		return k.open(ask)
	}
}

// add appends a key, unless it is listed already.
func (l *sshLogin) add(to *[]*loginKey, name string, public, base ssh.PublicKey, open func() (ssh.Signer, error)) {
	if !l.known(public) {
		*to = append(*to, &loginKey{name: name, public: public, base: base, open: open, taken: l.took})
	}
}

func (l *sshLogin) known(public ssh.PublicKey) bool {
	return public != nil && slices.ContainsFunc(l.keys, func(k *loginKey) bool {
		return string(k.public.Marshal()) == string(public.Marshal())
	})
}

// agentTimeout is how long an agent may take to list its keys.
const agentTimeout = 5 * time.Second

// listAgent adds the keys of the agent, which may ask a person when it signs.
func (l *sshLogin) listAgent() {
	dialer := net.Dialer{Timeout: agentTimeout}
	conn, err := dialer.DialContext(l.ctx, "unix", l.o.Agent)
	var signers []ssh.Signer
	if err == nil {
		l.agent = conn
		_ = conn.SetDeadline(time.Now().Add(agentTimeout))
		signers, err = agent.NewClient(conn).Signers()
		_ = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		l.warnings = append(l.warnings, "the keys of the ssh-agent were not read: "+clean(err.Error()))
		return
	}
	context.AfterFunc(l.ctx, l.close)
	for _, signer := range signers {
		public := signer.PublicKey()
		base, name := public, "of the agent"
		if parsed, err := ssh.ParsePublicKey(public.Marshal()); err == nil {
			public, base = parsed, parsed
		}
		if cert, ok := public.(*ssh.Certificate); ok {
			base = cert.Key
		}
		l.add(&l.keys, name, public, base, func() (ssh.Signer, error) { return patient{signer, l.ask}, nil })
	}
}

// A patient signer lets no deadline run while an agent asks a person.
type patient struct {
	ssh.Signer
	ask func(f func())
}

func (p patient) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (s *ssh.Signature, err error) {
	p.ask(func() {
		if with, ok := p.Signer.(ssh.AlgorithmSigner); ok {
			s, err = with.SignWithAlgorithm(rand, data, algorithm)
		} else {
			s, err = p.Sign(rand, data)
		}
	})
	return s, err
}
