package sftptest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The packet types of SFTP version 3.
//
// Source: draft-ietf-secsh-filexfer-02, section 3.
const (
	Init     byte = 1
	Version  byte = 2
	Open     byte = 3
	Close    byte = 4
	Read     byte = 5
	Write    byte = 6
	Lstat    byte = 7
	Fstat    byte = 8
	Setstat  byte = 9
	Fsetstat byte = 10
	Opendir  byte = 11
	Readdir  byte = 12
	Remove   byte = 13
	Mkdir    byte = 14
	Rmdir    byte = 15
	Realpath byte = 16
	Stat     byte = 17
	Rename   byte = 18
	Readlink byte = 19
	Symlink  byte = 20
	Status   byte = 101
	Handle   byte = 102
	Data     byte = 103
	Name     byte = 104
	Attrs    byte = 105
	Extended byte = 200
)

// The codes of STATUS answers; the last is of version 6, but is sent in version 3 too.
//
// Source: draft-ietf-secsh-filexfer-02, section 7.
const (
	OK               uint32 = 0
	EOF              uint32 = 1
	NoSuchFile       uint32 = 2
	PermissionDenied uint32 = 3
	Failure          uint32 = 4
	BadMessage       uint32 = 5
	NoConnection     uint32 = 6
	ConnectionLost   uint32 = 7
	Unsupported      uint32 = 8
	FileExists       uint32 = 11
)

// PosixRename is the name of the EXTENDED request that renames like rename(2).
const PosixRename = "posix-rename@openssh.com"

// Request is one request of a client, as the server sees it.
type Request struct {
	Session int    // the SSH login it belongs to, 1-based
	N       int    // its number in the session, 1-based; INIT is not counted
	Type    byte   // Open, Rename, ...
	ID      uint32 // as the client chose it
	Name    string // of an EXTENDED request: [PosixRename], "statvfs@openssh.com"
	Path    string // also of READ, WRITE, CLOSE, ...: the path that the handle was opened for
	Target  string // the new name of RENAME and [PosixRename], what a SYMLINK points to
	Flags   uint32 // of OPEN: 1 read, 2 write, 4 append, 8 create, 16 truncate, 32 exclusive
}

// String words a request for a test's message: `7 RENAME "/a" "/b"`.
func (r Request) String() string {
	name, ok := typeNames[r.Type]
	if !ok {
		name = fmt.Sprintf("type %d", r.Type)
	}
	s := fmt.Sprintf("%d.%d %s", r.Session, r.N, name)
	if r.Name != "" {
		s += " " + r.Name
	}
	if r.Path != "" {
		s += fmt.Sprintf(" %q", r.Path)
	}
	if r.Target != "" {
		s += fmt.Sprintf(" %q", r.Target)
	}
	return s
}

var typeNames = map[byte]string{
	Init: "INIT", Version: "VERSION", Open: "OPEN", Close: "CLOSE", Read: "READ", Write: "WRITE",
	Lstat: "LSTAT", Fstat: "FSTAT", Setstat: "SETSTAT", Fsetstat: "FSETSTAT", Opendir: "OPENDIR",
	Readdir: "READDIR", Remove: "REMOVE", Mkdir: "MKDIR", Rmdir: "RMDIR", Realpath: "REALPATH",
	Stat: "STAT", Rename: "RENAME", Readlink: "READLINK", Symlink: "SYMLINK", Status: "STATUS",
	Handle: "HANDLE", Data: "DATA", Name: "NAME", Attrs: "ATTRS", Extended: "EXTENDED",
}

// maxFrame bounds one packet: OpenSSH takes 256 KiB, so anything above 1 MiB is no SFTP.
const maxFrame = 1 << 20

// frame is one packet without its length: type, then id (or the version), then the rest.
type frame []byte

func readFrame(r io.Reader) (frame, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n < 5 || n > maxFrame {
		return nil, fmt.Errorf("packet of %d bytes, expected 5 to %d", n, maxFrame)
	}
	f := make(frame, n)
	_, err := io.ReadFull(r, f)
	return f, err
}

func writeFrame(w io.Writer, f frame) error {
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(f)), uint32(len(f)))
	_, err := w.Write(append(out, f...))
	return err
}

// id is meaningful for every packet but INIT and VERSION.
func (f frame) id() uint32 { return binary.BigEndian.Uint32(f[1:5]) }

// statusFrame makes a STATUS answer, with the language tag that version 3 wants.
func statusFrame(id, code uint32, message string) frame {
	f := frame{Status}
	f = binary.BigEndian.AppendUint32(f, id)
	f = binary.BigEndian.AppendUint32(f, code)
	f = binary.BigEndian.AppendUint32(f, uint32(len(message)))
	f = append(f, message...)
	return binary.BigEndian.AppendUint32(f, 0)
}

// parseRequest decodes what Request shows; handle is set for requests on one.
func parseRequest(f frame) (r Request, handle string, err error) {
	r = Request{Type: f[0], ID: f.id()}
	d := decoder{rest: f[5:]}
	switch r.Type {
	case Open:
		r.Path = d.text()
		r.Flags = d.number()
	case Lstat, Stat, Setstat, Opendir, Remove, Mkdir, Rmdir, Realpath, Readlink:
		r.Path = d.text()
	case Rename:
		r.Path = d.text()
		r.Target = d.text()
	case Symlink: // OpenSSH swaps the two: what it points to comes first
		r.Target = d.text()
		r.Path = d.text()
	case Close, Read, Write, Fstat, Fsetstat, Readdir:
		handle = d.text()
	case Extended:
		r.Name = d.text()
		switch r.Name {
		case PosixRename, "hardlink@openssh.com":
			r.Path = d.text()
			r.Target = d.text()
		case "statvfs@openssh.com", "lsetstat@openssh.com", "expand-path@openssh.com":
			r.Path = d.text()
		case "fsync@openssh.com", "fstatvfs@openssh.com":
			handle = d.text()
		}
	}
	return r, handle, d.err
}

type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) number() uint32 {
	if len(d.rest) < 4 {
		d.err = errors.New("packet ends early, expected a number of 4 bytes")
		d.rest = nil
		return 0
	}
	n := binary.BigEndian.Uint32(d.rest)
	d.rest = d.rest[4:]
	return n
}

func (d *decoder) text() string {
	n := d.number()
	if uint64(n) > uint64(len(d.rest)) {
		d.err = fmt.Errorf("packet ends early, expected a text of %d bytes", n)
		d.rest = nil
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}
