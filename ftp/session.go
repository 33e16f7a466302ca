package ftp

import (
	"context"
	"errors"
	"strings"
	"time"
)

// A session is one probe under way.
type session struct {
	o       *Options
	result  *Result
	trace   *tracer
	link    *link
	folders []*folder // source, processed and, if it was named, error
	names   *names
	files   []*probeFile // every one whose making was tried
	seen    entry        // what look saw last
	owner   int64        // user id of probe files; -1: not told

	ended  error    // why no further step can be tried: the connection, or the context
	taken  bool     // something took a probe file: no more are made
	noMove *refusal // renaming is refused even inside the source folder
	posix  *Outcome // what posix-rename showed, once it was tried
}

// A folder is what is known of one of the dataflow's folders.
type folder struct {
	role Role
	path string // as it is used in requests
	real string // as the server calls it

	stat      entry
	listed    bool
	entries   []entry
	cut       bool     // the list is longer than entries
	undeleted *refusal // of removing there; nil: not refused yet
	deletes   bool     // a file was removed there
	elsewhere bool     // it is on another file system than source
	unmoved   *refusal // of moving a name that does not exist from source to there
	unopened  *refusal // of making a file there

	here    *probeFile // a probe that was moved there and is there still
	direct  *probeFile // a probe that was written there and is there still
	written *Outcome   // what writing there showed, where a refused move made us try
}

func newSession(o *Options) *session {
	s := &session{
		o: o, trace: &tracer{line: o.Trace}, names: newNames(o.ProbeName), owner: -1,
		result: &Result{Protocol: o.Protocol, Host: o.Host, Port: o.Port, User: o.User, PatternGiven: o.NamePattern != "" || o.Paused},
	}
	s.folders = []*folder{{role: Source, path: o.Source}, {role: Processed, path: o.Processed}}
	if o.Error != "" {
		s.folders = append(s.folders, &folder{role: ErrorRole, path: o.Error})
	}
	return s
}

func (s *session) folder(role Role) *folder {
	for _, f := range s.folders {
		if f.role == role {
			return f
		}
	}
	return nil
}

func (s *session) source() *folder { return s.folder(Source) }

// run tries every step in turn.
func (s *session) run(ctx context.Context) {
	begin, all := time.Now(), steps()
	for i, step := range all {
		if s.o.Progress != nil {
			s.o.Progress(step, i, len(all))
		}
		start := time.Now()
		outcome := s.try(ctx, step)
		took := time.Since(start)
		if at, ok := s.stage(step.ID); ok {
			took = at.elapsed
		}
		s.result.Steps = append(s.result.Steps, StepResult{step.ID, outcome, took})
	}
	r := s.result
	for _, f := range s.folders {
		r.Folders = append(r.Folders, Folder{f.role, f.path})
	}
	_, broke := s.ended.(*lostError)
	r.connected = s.link != nil && s.link.remote != nil && !broke
	r.Requests = s.trace.requests()
	r.Elapsed = time.Since(begin)
	if s.link != nil && s.link.remote != nil {
		s.link.remote.Close()
	}
}

// stage returns what connecting showed for a step.
func (s *session) stage(id string) (stage, bool) {
	if s.link == nil {
		return stage{}, false
	}
	at, ok := s.link.stages[id]
	return at, ok
}

// try runs one step, unless something that it needs is not there.
func (s *session) try(ctx context.Context, step *Step) Outcome {
	if step.always {
		o, _ := step.run(ctx, s)
		return o
	}
	if s.ended == nil && ctx.Err() != nil {
		s.stop(ctx.Err())
	}
	if s.ended != nil {
		return skipped("not tried: " + s.whyEnded())
	}
	for _, id := range step.Needs {
		if r := s.result.Step(id); r.Status == Failed || r.Status == Skipped {
			return skipped("not tried, since " + id + " " + map[Status]string{Failed: "failed", Skipped: "was not possible"}[r.Status])
		}
	}
	o, err := step.run(ctx, s)
	if err == nil {
		return o
	}
	s.stop(err)
	if !lost(err) {
		return skipped("not tried to the end: " + s.whyEnded())
	}
	return Outcome{
		Status: Failed, Detail: err.Error() + ", at the step " + step.ID,
		Means: "What was not tried by then is not known.",
		Hint:  "Try again; if it happens at the same step again, ask the owner of the server what the log of the server says at this time.",
	}
}

// stop notes why no further step can be tried.
func (s *session) stop(err error) {
	s.ended = err
	if !lost(err) || errors.Is(err, context.Canceled) {
		s.result.Interrupted = true
	}
}

func (s *session) whyEnded() string {
	if lost(s.ended) {
		return "the connection was lost"
	}
	return "interrupted"
}

func passed(detail string) Outcome  { return Outcome{Status: Passed, Detail: detail} }
func skipped(detail string) Outcome { return Outcome{Status: Skipped, Detail: detail} }

// split parts the server's no from errors after which nothing can be tried.
func split(err error) (*refusal, error) {
	if no := refused(err); no != nil {
		return no, nil
	}
	return nil, err
}

// said returns the server's words of a refusal for an Outcome.
func said(no *refusal) string {
	if no == nil {
		return ""
	}
	return no.Error()
}

// remote returns the server, unless the context has ended.
func (s *session) remote(ctx context.Context) (remote, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.link == nil || s.link.remote == nil {
		return nil, errNoSession
	}
	return s.link.remote, nil
}

// join puts a name into a folder.
func join(dir, name string) string {
	if dir == "." {
		return name
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}
