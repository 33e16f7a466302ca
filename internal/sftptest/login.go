package sftptest

import (
	"bytes"
	"errors"

	"golang.org/x/crypto/ssh"
)

var errRefused = errors.New("login refused, expected the account of the configuration")

// serve is one connection from the first byte to the last.
func (s *Server) serve(g *gate) {
	s.mu.Lock()
	s.connections++
	config := s.config
	s.mu.Unlock()
	_, channels, requests, err := ssh.NewServerConn(g, s.loginConfig(config))
	if err != nil {
		return
	}
	n := s.add(&s.sessions)
	go ssh.DiscardRequests(requests)
	if config.CloseAfterLogin {
		// Closing earlier would meet a race of the client in x/crypto, whose
		// OpenChannel waits forever on a connection that has just ended.
		<-channels
		return
	}
	for channel := range channels {
		s.serveChannel(g, config, n, channel)
	}
}

// loginConfig turns the ways to log in into callbacks.
func (s *Server) loginConfig(c Config) *ssh.ServerConfig {
	sc := &ssh.ServerConfig{Config: c.Algorithms, MaxAuthTries: c.MaxAuthTries, ServerVersion: c.Version}
	if c.Banner != "" {
		sc.BannerCallback = func(ssh.ConnMetadata) string { return c.Banner }
	}
	for _, k := range c.HostKeys {
		sc.AddHostKey(k)
	}
	interactive := func(m ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		return nil, s.interview(c, m, ask)
	}
	done := func() (*ssh.Permissions, error) {
		if c.SecondFactor {
			return nil, &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{KeyboardInteractiveCallback: interactive}}
		}
		return nil, nil
	}
	if c.Password != "" {
		sc.PasswordCallback = func(m ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			s.add(&s.passwords)
			if m.User() != c.User || string(password) != c.Password {
				return nil, errRefused
			}
			return done()
		}
	}
	if len(c.AuthorizedKeys)+len(c.Authorities) > 0 {
		checker := certChecker(c)
		sc.PublicKeyCallback = func(m ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if _, err := checker.Authenticate(m, key); err != nil || m.User() != c.User {
				return nil, errRefused
			}
			return done()
		}
	}
	if len(c.Rounds) > 0 && !c.SecondFactor {
		sc.KeyboardInteractiveCallback = interactive
	}
	return sc
}

func certChecker(c Config) *ssh.CertChecker {
	among := func(keys []ssh.PublicKey, key ssh.PublicKey) bool {
		for _, k := range keys {
			if bytes.Equal(k.Marshal(), key.Marshal()) {
				return true
			}
		}
		return false
	}
	return &ssh.CertChecker{
		IsUserAuthority: func(key ssh.PublicKey) bool { return among(c.Authorities, key) },
		UserKeyFallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if !among(c.AuthorizedKeys, key) {
				return nil, errRefused
			}
			return nil, nil
		},
	}
}

// interview goes through all rounds, and judges only then, as PAM does.
func (s *Server) interview(c Config, m ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) error {
	right := m.User() == c.User
	for _, round := range c.Rounds {
		texts := make([]string, len(round))
		echos := make([]bool, len(round))
		for i, p := range round {
			texts[i], echos[i] = p.Text, p.Echo
		}
		answers, err := ask("", "", texts, echos)
		if err != nil {
			return err
		}
		for i, p := range round {
			s.add(&s.passwords)
			right = right && answers[i] == p.Want
		}
	}
	if !right {
		return errRefused
	}
	return nil
}
