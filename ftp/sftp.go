package ftp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// An sftpRemote is a server that speaks SFTP.
type sftpRemote struct {
	client  *sftp.Client
	tap     *tap
	hang    func() // closes the connection below
	timeout time.Duration

	mu   sync.Mutex
	lost *lostError // set once
}

// A startError says why SFTP did not begin on a channel.
type startError struct {
	text  string // what the server sent in place of SFTP, cleaned; empty: nothing
	cause error
}

func (e *startError) Error() string {
	if e.text != "" {
		return "the server says: " + e.text
	}
	return clean(e.cause.Error())
}

func (e *startError) Unwrap() error { return e.cause }

// startSFTP begins SFTP on a channel whose subsystem runs. hang closes the
// connection below, on which the caller has set a deadline for this call.
// timeout is that of each later request.
//
// Errors: *startError.
func startSFTP(ch ssh.Channel, hang func(), timeout time.Duration, t *tracer) (remote, error) {
	grumble := listenTo(ch.Stderr())
	tap := newTap(ch, t)
	client, err := sftp.NewClientPipe(tap, tap, sftp.UseConcurrentReads(false), sftp.UseConcurrentWrites(false))
	if err != nil {
		return nil, &startError{text: tap.instead(grumble), cause: err}
	}
	return &sftpRemote{client: client, tap: tap, hang: hang, timeout: timeout}, nil
}

// listenTo keeps the first words of a stream that nobody else reads.
func listenTo(r io.Reader) (words func() string) {
	heard := make(chan string, 1)
	go func() {
		b, _ := io.ReadAll(io.LimitReader(r, wordsLimit))
		heard <- string(b)
		_, _ = io.Copy(io.Discard, r)
	}()
	return func() string {
		select {
		case s := <-heard:
			return s
		case <-time.After(100 * time.Millisecond):
			return ""
		}
	}
}

// instead returns what the server sent in place of SFTP: on its output, else
// among its errors.
func (t *tap) instead(grumble func() string) string {
	t.mu.Lock()
	b := bytes.Clone(t.first)
	t.mu.Unlock()
	if len(b) > 0 && b[0] != 0 { // no packet has a length so large
		more, _ := io.ReadAll(io.LimitReader(t.ch, wordsLimit))
		return clean(string(append(b, more...)))
	}
	return clean(grumble())
}

// grace is how long a request that was sent may take to end after a context did.
const grace = 2 * time.Second

// patienceFor is how many timeouts a whole operation may take; the longest is
// the list of a folder, in listLimit/100 requests or so.
const patienceFor = 20

var errNonsense = errors.New("an answer of the server makes no sense")

// do runs an operation that may send requests of the given types only. It ends
// when the operation does, when the server has been silent for too long, or a
// moment after ctx ended.
func (r *sftpRemote) do(ctx context.Context, run func() error, types ...byte) error {
	return r.doBounded(ctx, nil, run, types...)
}

func (r *sftpRemote) doBounded(ctx context.Context, enough func(), run func() error, types ...byte) error {
	r.mu.Lock()
	gone := r.lost
	r.mu.Unlock()
	if gone != nil {
		return gone
	}
	r.tap.begin(enough, types...)
	done := make(chan error, 1)
	go func() {
		// An OK in place of attributes or a handle makes the library panic.
		defer func() {
			if trouble := recover(); trouble != nil {
				done <- errNonsense
			}
		}()
		done <- run()
	}()
	silence, ended := time.NewTimer(r.timeout), ctx.Done()
	defer silence.Stop()
	whole := time.NewTimer(patienceFor * r.timeout)
	defer whole.Stop()
	var late <-chan time.Time
	for {
		select {
		case err := <-done:
			return r.answer(err)
		case <-ended:
			ended, late = nil, time.After(grace)
		case <-whole.C: // it answers, but comes to no end
			return r.abandon(done, &lostError{frozen: true})
		case <-late:
			return r.abandon(done, &lostError{frozen: true, cause: ctx.Err()})
		case <-silence.C:
			quiet := r.tap.silence()
			if quiet >= r.timeout {
				return r.abandon(done, &lostError{frozen: true})
			}
			silence.Reset(r.timeout - quiet)
		}
	}
}

// answer turns an error of the library into the server's refusal, or the end of
// the connection.
func (r *sftpRemote) answer(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sftp.ErrSSHFxConnectionLost) {
		return r.lose(&lostError{cause: r.client.Wait()})
	}
	if no := r.tap.refused(); no != nil {
		return no
	}
	return r.lose(&lostError{cause: err}) // an answer that is no SFTP
}

// abandon closes the connection under an operation and waits for its end, so
// that nobody writes to what it hands out.
func (r *sftpRemote) abandon(done <-chan error, e *lostError) error {
	err := r.lose(e)
	select {
	case <-done:
	case <-time.After(grace):
	}
	return err
}

func (r *sftpRemote) lose(e *lostError) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost == nil {
		r.lost = e
		r.hang()
	}
	return r.lost
}

func (r *sftpRemote) Close() {
	_ = r.lose(&lostError{cause: fs.ErrClosed})
}

func (r *sftpRemote) Real(ctx context.Context, path string) (real string, err error) {
	err = r.do(ctx, func() (err error) { real, err = r.client.RealPath(path); return err }, fxpRealpath)
	return real, err
}

func (r *sftpRemote) Stat(ctx context.Context, path string) (e entry, err error) {
	err = r.do(ctx, func() error {
		info, err := r.client.Stat(path)
		if err == nil {
			e = sftpEntry(info)
		}
		return err
	}, fxpStat)
	return e, err
}

func (r *sftpRemote) Lstat(ctx context.Context, path string) (e entry, err error) {
	err = r.do(ctx, func() error {
		info, err := r.client.Lstat(path)
		if err == nil {
			e = sftpEntry(info)
		}
		return err
	}, fxpLstat)
	return e, err
}

// sftpEntry takes over what the server told. The library does not say what it
// left out: zeros stand for all that.
func sftpEntry(info os.FileInfo) entry {
	e := entry{name: clean(info.Name()), size: info.Size(), owner: -1}
	s, ok := info.Sys().(*sftp.FileStat)
	if !ok || s.Mode == 0 {
		if e.size == 0 {
			e.size = -1
		}
		return e
	}
	const types = 0o170000 // of POSIX; some servers send the permissions alone
	e.mode, e.owner = info.Mode(), int64(s.UID)
	e.dir, e.regular = info.IsDir(), s.Mode&types != 0 && info.Mode().IsRegular()
	return e
}

func (r *sftpRemote) List(ctx context.Context, dir string) (entries []entry, cut bool, err error) {
	limited, enough := context.WithCancel(context.Background())
	defer enough()
	err = r.doBounded(ctx, enough, func() error {
		infos, err := r.client.ReadDirContext(limited, dir)
		if errors.Is(err, context.Canceled) {
			cut, err = true, nil
		}
		for _, info := range infos[:min(len(infos), listLimit)] {
			entries = append(entries, sftpEntry(info))
		}
		return err
	}, fxpOpendir, fxpReaddir, fxpClose)
	if err != nil {
		return nil, false, err
	}
	return entries, cut, nil
}

func (r *sftpRemote) Create(ctx context.Context, path string, content []byte, exclusive bool) (opened bool, err error) {
	flags := os.O_WRONLY | os.O_CREATE // never READ: object stores refuse both at once
	if exclusive {
		flags |= os.O_EXCL
	}
	var file *sftp.File
	err = r.do(ctx, func() (err error) { file, err = r.client.OpenFile(path, flags); return err }, fxpOpen)
	if err == nil && file == nil {
		err = r.lose(&lostError{cause: errNonsense})
	}
	if err != nil {
		return false, err
	}
	err = r.do(ctx, func() error { _, err := file.Write(content); return err }, fxpWrite)
	// Some servers store when a file is closed, so that this error counts, too.
	if closing := r.do(ctx, file.Close, fxpClose); err == nil {
		err = closing
	}
	return true, err
}

func (r *sftpRemote) Read(ctx context.Context, path string, limit int) ([]byte, error) {
	var file *sftp.File
	err := r.do(ctx, func() (err error) { file, err = r.client.Open(path); return err }, fxpOpen)
	if err != nil {
		return nil, err
	}
	content := make([]byte, limit)
	n := 0
	err = r.do(ctx, func() (err error) {
		// Not io.Copy: it asks for the size while the file is open, which some
		// servers cannot do.
		if n, err = io.ReadFull(file, content); err == io.EOF || err == io.ErrUnexpectedEOF {
			err = nil
		}
		return err
	}, fxpRead)
	if closing := r.do(ctx, file.Close, fxpClose); err == nil {
		err = closing
	}
	return content[:n], err
}

// Remove sends REMOVE alone: where that is refused the library would go on to
// remove a folder of the name, which the tap does not let pass.
func (r *sftpRemote) Remove(ctx context.Context, path string) error {
	return r.do(ctx, func() error { return r.client.Remove(path) }, fxpRemove)
}

func (r *sftpRemote) Rename(ctx context.Context, from, to string) error {
	return r.do(ctx, func() error { return r.client.Rename(from, to) }, fxpRename)
}

func (r *sftpRemote) PosixRename(ctx context.Context, from, to string) error {
	return r.do(ctx, func() error { return r.client.PosixRename(from, to) }, fxpExtended)
}

func (r *sftpRemote) HasPosixRename() bool {
	_, ok := r.client.HasExtension("posix-rename@openssh.com")
	return ok
}

func (r *sftpRemote) Space(ctx context.Context, dir string) (v volume, ok bool, err error) {
	if _, ok := r.client.HasExtension("statvfs@openssh.com"); !ok {
		return v, false, nil
	}
	err = r.do(ctx, func() error {
		s, err := r.client.StatVFS(dir)
		if err == nil {
			v = volume{id: s.Fsid, available: s.Bavail * s.Frsize}
			v.told = s.Blocks > 0
			v.full = v.told && (s.Bavail == 0 || s.Files > 0 && s.Favail == 0)
		}
		return err
	}, fxpExtended)
	return v, err == nil, err
}
