package sftptest

import (
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// serveChannel answers the requests on one channel, the first subsystem sftp by
// starting a session.
func (s *Server) serveChannel(g *gate, c Config, session int, opening ssh.NewChannel) {
	if c.RefuseChannel {
		_ = opening.Reject(ssh.Prohibited, "open failed")
		return
	}
	if opening.ChannelType() != "session" {
		_ = opening.Reject(ssh.UnknownChannelType, "unsupported channel type")
		return
	}
	channel, requests, err := opening.Accept()
	if err != nil {
		return
	}
	s.hall.running.Go(func() {
		started := false
		for r := range requests {
			var subsystem struct{ Name string }
			ok := r.Type == "subsystem" && ssh.Unmarshal(r.Payload, &subsystem) == nil &&
				subsystem.Name == "sftp" && !c.NoSubsystem && !started
			if r.WantReply {
				_ = r.Reply(ok, nil) // a connection that is gone ends the loop
			}
			if ok {
				started = true
				s.hall.running.Go(func() { s.run(g, c, session, channel) })
			}
		}
	})
}

// run is the program behind the subsystem, from its start to its exit status.
func (s *Server) run(g *gate, c Config, session int, channel ssh.Channel) {
	var status struct{ Code uint32 }
	switch {
	case c.Text != "" || c.ExitAtOnce:
		if c.ExitAtOnce {
			status.Code = 1
		}
		_, _ = io.WriteString(channel, c.Text)
		// An end before INIT has come would show as one of two errors, by chance.
		_, _ = readFrame(channel)
	default:
		if err := s.relay(g, c, session, channel); err != nil {
			status.Code = 1
			s.writeLog(fmt.Appendln(nil, err))
		}
	}
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
	_ = channel.Close()
}

// relay passes packets between a client and a process of its own.
type relay struct {
	server   *Server
	gate     *gate
	config   Config
	session  int
	process  io.Writer
	toClient *line

	mu      sync.Mutex
	count   int
	actions map[uint32]Action // by request, for those that act on the answer
	opening map[uint32]string // by request, the path of OPEN and OPENDIR
	handles map[string]string // by handle, the path
}

// relay runs sftp-server until the client or the process ends.
func (s *Server) relay(g *gate, c Config, session int, channel ssh.Channel) error {
	cmd := exec.Command(s.bin, append([]string{"-e"}, c.SFTP...)...)
	cmd.Dir = c.Dirs.Root
	cmd.Stderr = logWriter{s}
	demote(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	r := &relay{
		server: s, gate: g, config: c, session: session, process: stdin,
		actions: map[uint32]Action{}, opening: map[uint32]string{}, handles: map[string]string{},
	}
	r.toClient = newLine(c.Delay, func(f frame) { _ = writeFrame(channel, f) })
	s.hall.running.Go(func() {
		toServer := newLine(c.Delay, r.request)
		for {
			f, err := readFrame(channel)
			if err != nil {
				break
			}
			toServer.put(f)
		}
		toServer.close()
		_ = stdin.Close() // makes sftp-server end
	})
	for {
		f, err := readFrame(stdout)
		if err != nil {
			break
		}
		r.response(f)
	}
	r.toClient.close()
	return cmd.Wait()
}

// request takes one packet of the client when it arrives at the server.
func (r *relay) request(f frame) {
	select {
	case <-r.gate.frozen:
		return
	default:
	}
	if f[0] == Init {
		r.forward(f)
		return
	}
	req := r.record(f)
	action := Pass
	if r.config.Meddle != nil {
		r.server.meddling.Lock()
		action = r.config.Meddle(req)
		r.server.meddling.Unlock()
	}
	switch action.deed {
	case answer:
		r.forget(req.ID)
		r.toClient.put(statusFrame(req.ID, action.code, action.message))
	case swallow:
		r.forget(req.ID)
	case cut:
		_ = r.gate.Close()
	case freeze:
		r.gate.freeze()
	case pass:
		r.forward(f)
	default:
		r.mu.Lock()
		r.actions[req.ID] = action
		r.mu.Unlock()
		r.forward(f)
	}
}

// forward ignores an error: a process that is gone shows at its output.
func (r *relay) forward(f frame) { _ = writeFrame(r.process, f) }

// record decodes a request, numbers it and keeps it for [Server.Requests].
func (r *relay) record(f frame) Request {
	req, handle, err := parseRequest(f)
	if err != nil {
		r.server.writeLog(fmt.Appendln(nil, err))
	}
	r.mu.Lock()
	r.count++
	req.N, req.Session = r.count, r.session
	if handle != "" {
		req.Path = r.handles[handle]
	}
	switch req.Type {
	case Open, Opendir:
		r.opening[req.ID] = req.Path
	case Close:
		delete(r.handles, handle)
	}
	r.mu.Unlock()
	r.server.mu.Lock()
	r.server.requests = append(r.server.requests, req)
	r.server.mu.Unlock()
	return req
}

func (r *relay) forget(id uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.opening, id)
}

// response takes one packet of the real server.
func (r *relay) response(f frame) {
	if f[0] == Version {
		r.toClient.put(f)
		return
	}
	id := f.id()
	r.mu.Lock()
	action := r.actions[id]
	delete(r.actions, id)
	if path, ok := r.opening[id]; ok && f[0] == Handle {
		d := decoder{rest: f[5:]}
		r.handles[d.text()] = path
	}
	delete(r.opening, id)
	r.mu.Unlock()
	switch action.deed {
	case spoil:
		f = statusFrame(id, action.code, action.message)
	case then:
		action.run()
	case cutAfter:
		_ = r.gate.Close()
		return
	case freezeAfter:
		r.gate.freeze()
		return
	}
	r.toClient.put(f)
}

// line delivers packets in order, each some time after it was put in.
type line struct {
	delay time.Duration
	queue chan timed
	done  chan struct{}

	mu     sync.Mutex
	closed bool
}

type timed struct {
	due   time.Time
	frame frame
}

// inFlight bounds the packets of one line; pkg/sftp sends at most 64 at once.
const inFlight = 256

func newLine(delay time.Duration, deliver func(frame)) *line {
	l := &line{delay: delay, queue: make(chan timed, inFlight), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for p := range l.queue {
			time.Sleep(time.Until(p.due))
			deliver(p.frame)
		}
	}()
	return l
}

// put drops the packet when the line is closed, as a lost connection does.
func (l *line) put(f frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.queue <- timed{time.Now().Add(l.delay), f}
	}
}

// close delivers what is under way and returns then.
func (l *line) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.queue)
	}
	l.mu.Unlock()
	<-l.done
}

// logWriter takes the words of sftp-server.
type logWriter struct{ server *Server }

func (w logWriter) Write(p []byte) (int, error) {
	w.server.writeLog(p)
	return len(p), nil
}
