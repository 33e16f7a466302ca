package ftp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net/textproto"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	client "github.com/jlaffaye/ftp"
)

// A plainRemote is an FTP or FTPS server that somebody is logged in to.
type plainRemote struct {
	mu   sync.Mutex // one operation at a time
	conn *client.ServerConn
	wire *plainWire
	home string // the folder after login; empty: the server did not tell
}

// do runs an operation. run returns errors of the library, or a refusal.
func (r *plainRemote) do(ctx context.Context, run func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if gone := r.wire.gone(); gone != nil {
		return gone
	}
	done := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case <-done:
		case <-late.C:
			r.wire.cut(&lostError{frozen: true, cause: ctx.Err()})
		}
	})()
	// A server that drips words keeps every deadline, and comes to no end.
	defer time.AfterFunc(patienceFor*r.wire.timeout, func() { r.wire.cut(&lostError{frozen: true}) }).Stop()
	r.wire.data = nil
	err := run()
	close(done)
	return r.wire.judge(err)
}

// judge turns an error of the library into a refusal or the loss of the
// connection.
func (w *plainWire) judge(err error) error {
	if gone := w.gone(); gone != nil {
		return gone
	}
	if err == nil || refused(err) != nil {
		return err
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		if reply.Code == 421 {
			return w.cut(&lostError{cause: err})
		}
		return &refusal{ftpKind(reply.Code, reply.Msg), reply.Code, clean(reply.Msg)}
	}
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return w.cut(&lostError{cause: err})
	}
	if errors.Is(err, client.ErrInvalidCommand) {
		return &refusal{unsupported, 501, "(not asked: FTP has no line breaks in names)"}
	}
	if data, ok := errors.AsType[*dataError](err); ok {
		return &refusal{failure, 425, "(" + data.Error() + ")"}
	}
	return &refusal{failure, w.code, clean(w.words)} // an answer that the library could not read
}

// settled forgives a reply that says yes in another number than RFC 959 gives
// to it.
func settled(err error) error {
	if reply, ok := errors.AsType[*textproto.Error](err); ok && reply.Code/100 == 2 {
		if data, ok := errors.AsType[*dataError](err); ok {
			return data
		}
		return nil
	}
	return err
}

// place makes paths absolute, so that it does not matter which folder the
// server takes for the current one.
func (r *plainRemote) place(p string) string {
	if strings.HasPrefix(p, "/") || !strings.HasPrefix(r.home, "/") {
		return p
	}
	return path.Join(r.home, p)
}

// enter makes a folder the current one.
func (r *plainRemote) enter(dir string) error { return settled(r.conn.ChangeDir(dir)) }

// leave goes back where paths as the user gave them begin; where they are
// absolute it does not matter.
func (r *plainRemote) leave() error {
	if r.home == "" || strings.HasPrefix(r.home, "/") {
		return nil
	}
	return r.enter(r.home)
}

// hasMLST tells whether the server has MLST and MLSD, by which it also tells
// precise times.
func (r *plainRemote) hasMLST() bool { return r.conn.IsTimePreciseInList() }

// Real enters a folder and asks for its name. What cannot be entered has the
// name it was given, below the folder after login.
func (r *plainRemote) Real(ctx context.Context, p string) (string, error) {
	p = r.place(p)
	real := p
	err := r.do(ctx, func() error {
		if err := r.enter(p); err != nil {
			return err
		}
		name, err := r.conn.CurrentDir()
		if err == nil && name != "" {
			real = strings.ReplaceAll(name, `""`, `"`) // RFC 959, appendix II
		}
		return errors.Join(err, r.leave())
	})
	if lost(err) {
		return "", err
	}
	return real, nil
}

// Stat follows links.
func (r *plainRemote) Stat(ctx context.Context, p string) (entry, error) {
	return r.stat(ctx, p, true)
}

// Lstat does not follow links where the server tells them.
func (r *plainRemote) Lstat(ctx context.Context, p string) (entry, error) {
	return r.stat(ctx, p, false)
}

func (r *plainRemote) stat(ctx context.Context, p string, follow bool) (e entry, err error) {
	p = r.place(p)
	err = r.do(ctx, func() error {
		if r.hasMLST() {
			found, err := r.conn.GetEntry(p)
			if err == nil && (found.Type != client.EntryTypeLink || !follow) {
				e = entryOf(found)
				return nil
			}
			no := refused(r.wire.judge(err))
			if no != nil && no.kind != unsupported && no.kind != failure {
				return err
			}
		}
		e, err = r.statPlain(p)
		return err
	})
	e.name = clean(path.Base(p))
	return e, err
}

// statPlain looks at a path without MLST, to which proftpd says of a name that
// is missing as of one that is denied that it "cannot be listed". A file has a
// size, a folder can be entered. What neither tells, a list does: vsftpd has one
// answer for missing and denied, too.
func (r *plainRemote) statPlain(p string) (entry, error) {
	size, noSize := r.conn.FileSize(p)
	if noSize == nil {
		return entry{regular: true, size: size, owner: -1}, nil
	}
	noFolder := r.enter(p)
	if noFolder == nil {
		return entry{dir: true, size: -1, owner: -1}, r.leave()
	}
	// That no folder has the name says nothing of files.
	if no := refused(r.wire.judge(noFolder)); no == nil || no.kind == denied {
		return entry{}, noFolder
	}
	if no := refused(r.wire.judge(noSize)); no == nil || no.kind != failure && no.kind != unsupported {
		return entry{}, noSize
	}
	found, err := r.conn.List("-a " + p) // hidden names, too
	found, err = r.complete(found, err)
	switch {
	case err != nil:
		return entry{}, err
	case len(found) == 0:
		no := *refused(r.wire.judge(noFolder))
		no.kind = missing
		return entry{}, &no
	case len(found) == 1 && path.Base(found[0].Name) == path.Base(p):
		return entryOf(found[0]), nil
	}
	return entry{dir: true, size: -1, owner: -1}, nil
}

// complete judges how reading a list ended.
func (r *plainRemote) complete(found []*client.Entry, err error) ([]*client.Entry, error) {
	if err = settled(err); err != nil && (r.wire.data == nil || !r.wire.data.short) {
		return nil, err
	}
	if holds(strings.ToLower(r.wire.words), "failed to open directory") { // vsftpd, with 226
		return nil, &refusal{denied, r.wire.code, clean(r.wire.words)}
	}
	return slices.DeleteFunc(found, func(e *client.Entry) bool {
		return e.Name == "" || e.Name == "." || e.Name == ".."
	}), nil
}

func entryOf(e *client.Entry) entry {
	out := entry{
		name: clean(path.Base(e.Name)), dir: e.Type == client.EntryTypeFolder, regular: e.Type == client.EntryTypeFile,
		size: -1, owner: -1,
	}
	if out.regular && e.Size <= math.MaxInt64 {
		out.size = int64(e.Size)
	}
	return out
}

// List returns what is in a folder, without what the server hides. Without MLSD
// the folder is entered first, since LIST of a folder that is missing may be an
// empty list.
func (r *plainRemote) List(ctx context.Context, dir string) (entries []entry, cut bool, err error) {
	dir = r.place(dir)
	err = r.do(ctx, func() error {
		var found []*client.Entry
		var err error
		if r.hasMLST() {
			found, err = r.conn.List(dir)
		} else if err = r.enter(dir); err == nil {
			found, err = r.conn.List("")
			err = errors.Join(err, r.leave())
		}
		if found, err = r.complete(found, err); err != nil {
			return err
		}
		cut = r.wire.data != nil && r.wire.data.short || len(found) > listLimit
		for _, e := range found[:min(len(found), listLimit)] {
			entries = append(entries, entryOf(e))
		}
		return nil
	})
	return entries, cut, err
}

// taken tells whether there is a file, as far as the server tells in one request.
func (r *plainRemote) taken(p string) bool {
	var err error
	if r.hasMLST() {
		_, err = r.conn.GetEntry(p)
	} else {
		_, err = r.conn.FileSize(p)
	}
	return err == nil || r.wire.code/100 == 2
}

// errTaken is our no, where FTP would replace a file without a word.
func errTaken() error {
	return &refusal{kind: exists, code: 553, words: "(not asked: the name is taken)"}
}

// Create stores a file. FTP cannot be asked to refuse a name that is taken, so
// that exclusive looks first.
func (r *plainRemote) Create(ctx context.Context, p string, content []byte, exclusive bool) (opened bool, err error) {
	p = r.place(p)
	err = r.do(ctx, func() error {
		if exclusive && r.taken(p) {
			return errTaken()
		}
		r.wire.verb, r.wire.begun = "", false
		err := r.conn.Stor(p, bytes.NewReader(content))
		opened = r.wire.verb == "STOR" && (r.wire.begun || r.wire.gone() != nil || err == nil)
		return settled(err)
	})
	return opened, err
}

// Read returns the first bytes of a file, at most limit.
func (r *plainRemote) Read(ctx context.Context, p string, limit int) (content []byte, err error) {
	p = r.place(p)
	err = r.do(ctx, func() error {
		file, err := r.conn.Retr(p)
		if err != nil {
			return err
		}
		var got []byte
		got, err = io.ReadAll(io.LimitReader(file, int64(limit)))
		ended := settled(file.Close())
		if len(got) == limit {
			ended = nil // the server may complain that we read no further
		}
		content = got
		return errors.Join(ended, err)
	})
	if err != nil {
		return nil, err
	}
	return content, nil
}

// Remove removes a file: DELE, never RMD.
func (r *plainRemote) Remove(ctx context.Context, p string) error {
	p = r.place(p)
	return r.do(ctx, func() error { return settled(r.conn.Delete(p)) })
}

// Rename moves a file: RNFR and RNTO. Servers replace what has the new name, so
// that it is looked for first.
func (r *plainRemote) Rename(ctx context.Context, from, to string) error {
	from, to = r.place(from), r.place(to)
	return r.do(ctx, func() error {
		if r.taken(to) {
			return errTaken()
		}
		return settled(r.conn.Rename(from, to))
	})
}

// PosixRename is not known to FTP.
func (r *plainRemote) PosixRename(context.Context, string, string) error {
	return &refusal{kind: unsupported, code: 502, words: "(not asked: FTP has no such request)"}
}

// HasPosixRename is false.
func (r *plainRemote) HasPosixRename() bool { return false }

// Space is not told: no command of RFC 959 asks for it.
func (r *plainRemote) Space(context.Context, string) (volume, bool, error) {
	return volume{}, false, nil
}

// Close says goodbye without waiting, and closes the connection.
func (r *plainRemote) Close() {
	if r.wire.gone() == nil && r.mu.TryLock() {
		if r.wire.SetWriteDeadline(time.Now().Add(time.Second)) == nil {
			_, _ = r.wire.Conn.Write([]byte("QUIT\r\n"))
		}
		r.mu.Unlock()
	}
	r.wire.cut(&lostError{})
}
