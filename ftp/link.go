package ftp

import (
	"context"
	"sync"
	"time"
)

// A link is one connection, from the first packet until files can be worked
// with, or as far as it came.
type link struct {
	remote   remote // nil unless every stage passed
	server   string // what the server calls itself, cleaned
	hostKey  string // "ed25519 SHA256:…"
	trust    string // "known", "pinned"
	warnings []string

	// What the stages showed: connect, host-key, login, start-sftp. The last one
	// that was reached may have failed; those after it are not there.
	stages map[string]stage
}

type stage struct {
	Outcome
	elapsed time.Duration
}

// dial connects and logs in. It ends within Options.ConnectTimeout, plus the
// time that a person takes to type a secret, or when ctx does.
func (o *Options) dial(ctx context.Context, t *tracer) *link {
	if o.Protocol == SFTP {
		return dialSFTP(ctx, o, t)
	}
	return dialFTP(ctx, o, t)
}

// A tracer counts requests and hands their lines on. It may be used by several
// goroutines.
type tracer struct {
	mu    sync.Mutex
	line  func(string) // nil: nobody looks
	count int
}

// sent notes a request; what is a cleaned line without secrets: "RENAME /in/a /done/a".
func (t *tracer) sent(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	if t.line != nil {
		t.line("> " + what)
	}
}

// note hands on a line that is no request: an answer, a stage of the login.
func (t *tracer) note(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.line != nil {
		t.line("< " + what)
	}
}

// requests returns how many were sent.
func (t *tracer) requests() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count
}
