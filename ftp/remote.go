package ftp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A remote is a server that somebody is logged in to. Every operation is one
// request, or the few that make it up, sent one after the other.
//
// Errors of every operation: *refusal, the server's no; *lostError, there is no
// connection any more; nothing else. When ctx ends, an operation has two
// seconds to finish; then the connection is closed and lost.
//
// Paths are absolute or as the user gave them, with slashes.
type remote interface {
	// Real returns the path as the server calls it.
	Real(ctx context.Context, path string) (string, error)
	// Stat follows links; Lstat does not, where the protocol knows links.
	Stat(ctx context.Context, path string) (entry, error)
	Lstat(ctx context.Context, path string) (entry, error)
	// List returns what is in a folder, at most listLimit entries of it. cut
	// says that there are more.
	List(ctx context.Context, dir string) (entries []entry, cut bool, err error)
	// Create writes a new file, in three requests: open, write, close. The error
	// is that of the first request that failed; opened says that the file was
	// created. exclusive asks the server to refuse a name that is taken, where
	// the protocol can.
	Create(ctx context.Context, path string, content []byte, exclusive bool) (opened bool, err error)
	// Read returns a file of at most limit bytes.
	Read(ctx context.Context, path string, limit int) ([]byte, error)
	// Remove removes a file, never a folder.
	Remove(ctx context.Context, path string) error
	// Rename moves a file; it must not replace another.
	Rename(ctx context.Context, from, to string) error
	// PosixRename moves a file with the extension of OpenSSH, which replaces;
	// HasPosixRename says whether the server offers it.
	PosixRename(ctx context.Context, from, to string) error
	HasPosixRename() bool
	// Space asks for the room of the file system that a folder is on; ok is
	// false where the server cannot tell.
	Space(ctx context.Context, dir string) (v volume, ok bool, err error)
	// Close ends the connection. It does not wait for the server.
	Close()
}

// listLimit bounds what is read of a folder: some hold every file of years.
const listLimit = 5000

// An entry is what a server tells of a file or folder.
type entry struct {
	name    string // without a folder, cleaned
	dir     bool
	regular bool
	size    int64       // bytes; -1: not told
	mode    fs.FileMode // permission and sticky bits; 0: not told
	owner   int64       // user id; -1: not told
}

// A volume is what a server tells of a file system.
type volume struct {
	id        uint64
	available uint64 // bytes that this account may still write
	told      bool   // there is a number: file systems over stores tell zeros
	full      bool   // no bytes, or no files, are left
}

// A kind is what a refusal amounts to, whatever the protocol.
type kind int

const (
	failure     kind = iota // the server does not say why
	denied                  // the account may not
	missing                 // no such file or folder
	exists                  // the name is taken
	unsupported             // the server cannot
	full                    // the disk or the quota
)

// A refusal is the server's no to one request.
type refusal struct {
	kind  kind
	code  int    // SFTP status or FTP reply
	words string // of the server, cleaned
}

func (r *refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.code, r.words))
}

// refused returns the refusal in err; nil if it is none.
func refused(err error) *refusal {
	r, _ := errors.AsType[*refusal](err)
	return r
}

// A lostError says that a connection is gone.
type lostError struct {
	frozen bool  // the server fell silent, so that we closed it
	cause  error // of the operating system or the library; may be nil
}

func (e *lostError) Error() string {
	switch {
	case e.frozen:
		return "the server does not answer any more"
	case e.cause != nil && !errors.Is(e.cause, io.EOF) && !errors.Is(e.cause, io.ErrUnexpectedEOF):
		return "the connection broke off: " + clean(e.cause.Error())
	}
	return "the connection broke off"
}

func (e *lostError) Unwrap() error { return e.cause }

// lost tells whether err says that the connection is gone.
func lost(err error) bool {
	_, ok := errors.AsType[*lostError](err)
	return ok
}

// wordsLimit bounds a text of the server, in bytes.
const wordsLimit = 300

// clean makes a text of the server fit for a line of a terminal or a log: line
// breaks become spaces, control and format characters and bytes that are no
// UTF-8 go, and what is longer than a few lines is cut.
func clean(s string) string {
	if len(s) > 8*wordsLimit {
		s = s[:8*wordsLimit]
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError || !unicode.IsPrint(r):
		default:
			b.WriteRune(r)
		}
		if b.Len() > wordsLimit {
			return strings.TrimSpace(b.String()) + "…"
		}
	}
	return strings.TrimSpace(b.String())
}
