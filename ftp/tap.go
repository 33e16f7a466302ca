package ftp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Packet types of SFTP version 3.
//
// Source: draft-ietf-secsh-filexfer-02 section 3.
const (
	fxpInit     = 1
	fxpVersion  = 2
	fxpOpen     = 3
	fxpClose    = 4
	fxpRead     = 5
	fxpWrite    = 6
	fxpLstat    = 7
	fxpOpendir  = 11
	fxpReaddir  = 12
	fxpRemove   = 13
	fxpRealpath = 16
	fxpStat     = 17
	fxpRename   = 18
	fxpStatus   = 101
	fxpHandle   = 102
	fxpData     = 103
	fxpName     = 104
	fxpAttrs    = 105
	fxpExtended = 200
	fxpReply    = 201
)

var packetNames = map[byte]string{
	fxpInit: "INIT", fxpVersion: "VERSION", fxpOpen: "OPEN", fxpClose: "CLOSE", fxpRead: "READ", fxpWrite: "WRITE",
	fxpLstat: "LSTAT", fxpOpendir: "OPENDIR", fxpReaddir: "READDIR", fxpRemove: "REMOVE", fxpRealpath: "REALPATH",
	fxpStat: "STAT", fxpRename: "RENAME", fxpStatus: "STATUS", fxpHandle: "HANDLE", fxpData: "DATA", fxpName: "NAME",
	fxpAttrs: "ATTRS", fxpReply: "REPLY",
}

// errBarred is the error of a request that a tap kept from the server.
var errBarred = errors.New("request not allowed")

// A tap stands between the SFTP library and the server. It keeps the server's
// own words, which the library drops for the most frequent refusals, lets no
// request pass that was not meant, counts, traces, and knows when the server
// was last heard of.
type tap struct {
	ch    io.ReadWriteCloser
	trace *tracer

	mu      sync.Mutex
	allowed string          // packet types that may pass, of requests
	refusal *refusal        // the last one since begin
	asked   map[uint32]byte // packet type of requests without an answer, by id
	heard   time.Time       // when anything last came, or begin
	names   int             // entries of a listing that came since begin
	enough  func()          // called once names passes listLimit; nil: no limit
	owed    int             // bytes of the present request that are still to be written
	in      frames
	first   []byte // what came first, for the case that it is no SFTP
}

func newTap(ch io.ReadWriteCloser, trace *tracer) *tap {
	return &tap{ch: ch, trace: trace, asked: map[uint32]byte{}, heard: time.Now(), allowed: string(rune(fxpInit))}
}

// begin prepares an operation that may send requests of these types only.
// enough, if not nil, is called when a listing grows too long.
func (t *tap) begin(enough func(), types ...byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.allowed, t.refusal, t.heard, t.names, t.enough = string(types), nil, time.Now(), 0, enough
}

// refused returns the last refusal since begin; nil: there was none.
func (t *tap) refused() *refusal {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refusal
}

// silence returns for how long nothing has come.
func (t *tap) silence() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(t.heard)
}

// Write takes requests from the library, which writes the head of a packet in
// one call and what it carries, if anything, in the next.
func (t *tap) Write(p []byte) (int, error) {
	if err := t.pass(p); err != nil {
		return 0, err
	}
	return t.ch.Write(p)
}

func (t *tap) pass(p []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.owed > 0 {
		t.owed -= len(p)
		return nil
	}
	if len(p) < 9 {
		return errBarred
	}
	kind, id := p[4], binary.BigEndian.Uint32(p[5:])
	if strings.IndexByte(t.allowed, kind) < 0 {
		return errBarred
	}
	t.owed = 4 + int(binary.BigEndian.Uint32(p)) - len(p)
	if kind != fxpInit {
		t.asked[id] = kind
	}
	t.trace.sent(requestLine(kind, p[9:]))
	return nil
}

// Read hands answers to the library.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.ch.Read(p)
	if n > 0 {
		t.mu.Lock()
		t.heard = time.Now()
		if len(t.first) < wordsLimit {
			t.first = append(t.first, p[:min(n, wordsLimit)]...)
		}
		t.in.feed(p[:n], t.answer)
		t.mu.Unlock()
	}
	return n, err
}

// Close closes the channel.
func (t *tap) Close() error { return t.ch.Close() }

// answer looks at the beginning of a packet from the server.
func (t *tap) answer(kind byte, body []byte) {
	if kind == fxpVersion || len(body) < 4 {
		t.trace.note(packetNames[kind])
		return
	}
	id := binary.BigEndian.Uint32(body)
	asked := t.asked[id]
	delete(t.asked, id)
	line := packetNames[kind]
	switch body = body[4:]; kind {
	case fxpStatus:
		if r := status(body); r != nil {
			line += " " + r.Error()
			if r.code != statusOK && (r.code != statusEOF || asked != fxpReaddir && asked != fxpRead) {
				t.refusal = r
			}
		}
	case fxpName:
		if asked == fxpReaddir && len(body) >= 4 {
			t.names += 1 + int(binary.BigEndian.Uint32(body)) // an empty one counts, too: it must end
			line += fmt.Sprintf(" %d", binary.BigEndian.Uint32(body))
			if t.enough != nil && t.names > listLimit {
				t.enough()
				t.enough = nil
			}
		}
	}
	t.trace.note(line)
}

// Status codes of SFTP that mean no refusal.
const (
	statusOK  = 0
	statusEOF = 1
)

// status reads the code and the message of a STATUS packet; nil if it holds
// none. Servers of version 3 also send codes of later versions.
//
// Source: draft-ietf-secsh-filexfer-02 section 7; draft-ietf-secsh-filexfer-13
// section 9.1 for codes above 8.
func status(body []byte) *refusal {
	if len(body) < 4 {
		return nil
	}
	r := &refusal{code: int(binary.BigEndian.Uint32(body))}
	if words, _, ok := packetString(body[4:]); ok {
		r.words = clean(words)
	}
	switch r.code {
	case 2, 10:
		r.kind = missing
	case 3, 12:
		r.kind = denied
	case 8:
		r.kind = unsupported
	case 11:
		r.kind = exists
	case 14, 15:
		r.kind = full
	default:
		r.kind = kindOf(r.words)
	}
	return r
}

// kindOf reads a kind from the words of a server that gives no better code.
func kindOf(words string) kind {
	words = reason(strings.ToLower(words))
	for _, w := range []struct {
		kind  kind
		words []string
	}{
		{full, []string{"quota", "no space", "disk full", "storage limit", "exceeded storage"}},
		{exists, []string{"already exists", "file exists"}},
		{denied, []string{"permission denied", "access is denied", "access denied", "not permitted", "unauthorized"}},
		{missing, []string{"no such file", "not found", "does not exist", "cannot find"}},
	} {
		for _, text := range w.words {
			if strings.Contains(words, text) {
				return w.kind
			}
		}
	}
	return failure
}

// requestLine is what a trace shows of a request.
func requestLine(kind byte, body []byte) string {
	words := []string{packetNames[kind]}
	texts := 1
	switch kind {
	case fxpInit, fxpClose, fxpRead, fxpWrite, fxpReaddir:
		texts = 0
	case fxpRename:
		texts = 2
	case fxpExtended:
		words, texts = nil, 3
	}
	for range texts {
		text, rest, ok := packetString(body)
		if !ok {
			break
		}
		words, body = append(words, clean(text)), rest
	}
	return strings.Join(words, " ")
}

// packetString reads a string with its length in front.
func packetString(b []byte) (text string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", nil, false
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n > int64(len(b)-4) {
		return string(b[4:]), nil, true // cut short, as long packets are by frames
	}
	return string(b[4 : 4+n]), b[4+n:], true
}

// frameKeep is how many bytes of a packet are looked at: enough for the message
// of a refusal.
const frameKeep = 2048

// frames cuts a stream of packets, whatever the sizes of the reads.
type frames struct {
	head []byte // what came of the present packet, up to frameKeep bytes
	skip int64  // bytes of it that are not kept
}

// feed takes the next bytes and calls each for every packet that is whole, with
// its type and the beginning of its body. body is valid during the call.
func (f *frames) feed(p []byte, each func(kind byte, body []byte)) {
	for len(p) > 0 {
		if f.skip > 0 {
			n := min(f.skip, int64(len(p)))
			f.skip, p = f.skip-n, p[n:]
		} else {
			n := min(f.need()-len(f.head), len(p))
			f.head, p = append(f.head, p[:n]...), p[n:]
			if len(f.head) == f.need() && len(f.head) > 4 {
				f.skip = max(0, f.length()-(frameKeep-4))
			} else {
				continue
			}
		}
		if f.skip == 0 {
			each(f.head[4], f.head[5:])
			f.head = f.head[:0]
		}
	}
}

// length is that of the present packet without its own four bytes.
func (f *frames) length() int64 { return int64(binary.BigEndian.Uint32(f.head)) }

// need is how many bytes must be kept before the next decision.
func (f *frames) need() int {
	if len(f.head) < 4 {
		return 4
	}
	return int(min(4+max(f.length(), 1), frameKeep))
}
