package ftp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectplus/preflight/internal/words"
)

// cleanupTime bounds the whole cleanup, with its new connections.
const cleanupTime = 2 * time.Minute

// reconnectAfter are the pauses before each new connection that is made only to
// clean up.
var reconnectAfter = []time.Duration{0, time.Second, 3 * time.Second}

// cleanup removes what may still be there. It works on a context of its own, so
// that it also runs after an interrupt.
func (s *session) cleanup(ctx context.Context) (Outcome, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	broke, _ := errors.AsType[*lostError](s.ended)
	again := broke != nil
	if err := s.sweepUntil(ctx, again); err != nil {
		return s.cleaned(err), nil
	}
	if broke != nil && broke.frozen && s.link != nil && s.link.remote != nil {
		// A server that fell silent may do late what it was asked for.
		pause(ctx, s.o.patience)
		for _, p := range s.files {
			for _, where := range p.trail {
				p.at[where] = true
			}
		}
		return s.cleaned(s.sweepUntil(ctx, false)), nil
	}
	return s.cleaned(nil), nil
}

// sweepUntil sweeps, on new connections if need be. The first attempt uses the
// present connection unless that is lost.
//
// Errors: there was no connection to sweep on to the end.
func (s *session) sweepUntil(ctx context.Context, broke bool) (err error) {
	for try := 0; s.unsettled(); try++ {
		if broke || try > 0 {
			if try >= len(reconnectAfter) {
				return err
			}
			pause(ctx, reconnectAfter[try])
			if err = s.reconnect(ctx); err != nil {
				continue
			}
		}
		if err = s.sweep(ctx); err == nil {
			return nil
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// reconnect makes a new connection in place of one that is lost.
func (s *session) reconnect(ctx context.Context) error {
	if s.link != nil && s.link.remote != nil {
		s.link.remote.Close()
	}
	next := s.o.dial(ctx, s.trace)
	if next.remote == nil {
		return errNoSession
	}
	s.link.remote = next.remote
	return nil
}

// unsettled tells whether a probe file may still be anywhere: where we left it,
// or, if nobody confirmed its removal, where somebody else put it.
func (s *session) unsettled() bool {
	return slices.ContainsFunc(s.files, func(p *probeFile) bool { return len(p.at) > 0 || p.made && !p.removed && !p.vanished })
}

// sweep removes probe files by their names, and never anything else.
//
// Errors: the connection is lost; what was not reached stays unsettled.
func (s *session) sweep(ctx context.Context) error {
	for _, p := range s.files {
		searched := p.made || len(p.at) > 0 // else the server refused to make it
		for _, where := range p.paths() {
			if err := s.sweepOne(ctx, p, where); err != nil {
				return err
			}
		}
		if !searched || p.removed || len(p.at) > 0 {
			continue
		}
		// It was made, or may have been; it is not where it should be, and nobody
		// said that it was removed: a dataflow that runs may have moved it.
		if err := s.search(ctx, p); err != nil {
			return err
		}
		p.vanished = p.made && !p.removed && len(p.at) == 0
	}
	return nil
}

// search looks for a probe file in all folders, and removes it.
func (s *session) search(ctx context.Context, p *probeFile) error {
	if s.names.chosen {
		return nil // what has the name in another folder may be somebody's
	}
	for _, f := range s.folders {
		for _, name := range p.names {
			where := join(f.path, name)
			no, still, err := s.remove(ctx, p, where)
			if err != nil {
				return err
			}
			if no != nil && no.kind != missing {
				seen, err := s.look(ctx, where)
				if err != nil {
					return err
				}
				still = seen == there
			}
			if still {
				p.mayBe(where)
			}
		}
	}
	return nil
}

func (s *session) sweepOne(ctx context.Context, p *probeFile, where string) error {
	if s.names.chosen && !p.made {
		return nil // it may be somebody's, and is named as what may be left
	}
	no, _, err := s.remove(ctx, p, where)
	if err != nil || no == nil || no.kind == missing {
		return err
	}
	if seen, err := s.look(ctx, where); err != nil || seen == gone {
		return err
	}
	// Where it may not be removed, it may perhaps be moved to where it may.
	for _, f := range s.folders {
		if !f.deletes || s.folderOf(where) == f {
			continue
		}
		to := join(f.path, p.name)
		if no, err := s.move(ctx, p, where, to, false); err != nil {
			return err
		} else if no != nil {
			if _, err := s.look(ctx, to); err != nil {
				return err
			}
			continue
		}
		if _, err := s.look(ctx, where); err != nil {
			return err
		}
		_, _, err := s.remove(ctx, p, to)
		return err
	}
	return nil
}

// cleaned words what the cleanup came to. err says why it was not finished.
func (s *session) cleaned(err error) Outcome {
	var vanished []string
	for _, p := range s.files {
		s.result.Leftovers = append(s.result.Leftovers, p.paths()...)
		if p.vanished {
			vanished = append(vanished, p.name)
		}
	}
	s.result.Vanished = vanished
	left := s.result.Leftovers
	switch {
	case len(left) > 0 && err != nil:
		return Outcome{
			Status: Failed, Detail: words.Plural(int64(len(left)), "probe file") + " may be left, since there was no connection to remove them: " + strings.Join(left, ", "),
			Hint: "Remove by hand what is there of them.",
		}
	case len(left) > 0:
		return Outcome{
			Status: Failed, Detail: words.Plural(int64(len(left)), "probe file") + " could not be removed: " + strings.Join(left, ", "),
			Hint: "An account that may remove files there must do so.",
		}
	case len(vanished) > 0:
		return Outcome{
			Status: Failed, Detail: words.Plural(int64(len(vanished)), "probe file") + " vanished: " + strings.Join(vanished, ", "),
			Means: "None of the folders has them. A dataflow that is running may have taken them, or a program that tidies up.",
			Hint:  "Look for them where the dataflow puts files; then pause it, or give --name-pattern, and try again.",
		}
	case s.result.Made == 0:
		return passed("nothing was written")
	}
	return passed(fmt.Sprintf("nothing was left behind: %s made, %d removed", words.Plural(int64(s.result.Made), "probe file"), s.result.Removed))
}
