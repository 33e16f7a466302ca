package ftp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// packet makes one packet of SFTP.
func packet(kind byte, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+1))
	return append(append(b, kind), body...)
}

// text is a string with its length in front.
func text(s string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...)
}

func statusBody(id, code uint32, words string) []byte {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, id), code)
	return append(b, text(words)...)
}

// TestFrames holds that packets are found alike however they are cut.
func TestFrames(t *testing.T) {
	var stream []byte
	var want []string
	for i, size := range []int{0, 1, 8, frameKeep - 6, frameKeep - 5, frameKeep - 4, frameKeep, 3 * frameKeep, 70000, 0, 5} {
		body := bytes.Repeat([]byte{byte(i)}, size)
		stream = append(stream, packet(byte(i), body)...)
		want = append(want, fmt.Sprintf("%d:%d", i, min(size, frameKeep-5)))
	}
	for _, cut := range []int{1, 2, 3, 4, 5, 7, 64, 2047, 2048, 2049, 32768, len(stream)} {
		var f frames
		var got []string
		for piece := range slices.Chunk(stream, cut) {
			f.feed(piece, func(kind byte, body []byte) {
				got = append(got, fmt.Sprintf("%d:%d", kind, len(body)))
				if bytes.Count(body, []byte{kind}) != len(body) {
					t.Errorf("cut %d: the body of packet %d is another's", cut, kind)
				}
			})
		}
		if !slices.Equal(got, want) {
			t.Errorf("cut %d: got %v, want %v", cut, got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		code  uint32
		words string
		kind  kind
		want  string
	}{
		{2, "No such file", missing, "2 No such file"},
		{3, "Permission denied", denied, "3 Permission denied"},
		{4, "Failure", failure, "4 Failure"},
		{4, "Access is denied.", denied, "4 Access is denied."},
		{4, "File already exists", exists, "4 File already exists"},
		{4, "Quota exceeded", full, "4 Quota exceeded"},
		{8, "Unsupported operation", unsupported, "8 Unsupported operation"},
		{11, "File already exists", exists, "11 File already exists"},
		{14, "", full, "14"},
		{4, "a\x1b[31mb\r\nc\x00", failure, "4 a[31mb c"},
	} {
		r := status(statusBody(7, c.code, c.words)[4:])
		if r == nil || r.kind != c.kind || r.Error() != c.want {
			t.Errorf("%d %q is %+v, want kind %d and %q", c.code, c.words, r, c.kind, c.want)
		}
	}
	for _, broken := range [][]byte{nil, {0, 0}, {0, 0, 0, 3, 0}, {0, 0, 0, 3, 255, 255, 255, 255, 'x'}} {
		if r := status(broken); r != nil && r.code != 3 {
			t.Errorf("%v is %+v", broken, r)
		}
	}
}

// A pipe records what is written to it.
type pipe struct {
	io.Reader
	bytes.Buffer
}

func (p *pipe) Read(b []byte) (int, error) { return p.Reader.Read(b) }
func (p *pipe) Close() error               { return nil }

// TestTapBars holds that only what was announced reaches the server.
func TestTapBars(t *testing.T) {
	p := &pipe{Reader: strings.NewReader("")}
	tap := newTap(p, &tracer{})
	if _, err := tap.Write(packet(fxpInit, []byte{0, 0, 0, 3})); err != nil {
		t.Fatal(err)
	}
	tap.begin(nil, fxpRemove)
	remove := packet(fxpRemove, append([]byte{0, 0, 0, 1}, text("/in/x")...))
	rmdir := packet(15, append([]byte{0, 0, 0, 2}, text("/in/x")...))
	if _, err := tap.Write(remove); err != nil {
		t.Errorf("REMOVE: %v", err)
	}
	sent := p.Len()
	for _, barred := range [][]byte{rmdir, packet(fxpStat, append([]byte{0, 0, 0, 3}, text("/in/x")...)), {0, 0}} {
		if _, err := tap.Write(barred); err != errBarred {
			t.Errorf("%q: error %v, want %v", barred, err, errBarred)
		}
	}
	if p.Len() != sent {
		t.Errorf("%q reached the server", p.Bytes()[sent:])
	}
}

// TestTapTrace holds what a trace shows, and that answers are told apart.
func TestTapTrace(t *testing.T) {
	id := func(n byte) []byte { return []byte{0, 0, 0, n} }
	var lines []string
	answers := slices.Concat(packet(fxpVersion, id(3)), packet(fxpStatus, statusBody(1, 3, "Permission denied")),
		packet(fxpName, append(id(2), id(42)...)), packet(fxpStatus, statusBody(3, statusEOF, "End of file")))
	p := &pipe{Reader: bytes.NewReader(answers)}
	tap := newTap(p, &tracer{line: func(l string) { lines = append(lines, l) }})
	tap.begin(nil, fxpInit, fxpRename, fxpReaddir, fxpExtended, fxpOpen)
	for _, request := range [][]byte{
		packet(fxpInit, id(3)),
		packet(fxpRename, slices.Concat(id(1), text("/in/a\x1b[2J"), text("/done/a"))),
		packet(fxpReaddir, slices.Concat(id(2), text("handle"))),
		packet(fxpReaddir, slices.Concat(id(3), text("handle"))),
		packet(fxpExtended, slices.Concat(id(4), text("posix-rename@openssh.com"), text("/in/a"), text("/done/a"))),
	} {
		if _, err := tap.Write(request); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.ReadAll(tap); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"> INIT", "> RENAME /in/a[2J /done/a", "> READDIR", "> READDIR", "> posix-rename@openssh.com /in/a /done/a",
		"< VERSION", "< STATUS 3 Permission denied", "< NAME 42", "< STATUS 1 End of file",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q\nwant %q", lines, want)
	}
	if no := tap.refused(); no == nil || no.kind != denied {
		t.Errorf("the refusal is %v, want that of RENAME", no)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(packet(fxpStatus, statusBody(1, 3, "Permission denied")), 3)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1, 101}, 1)
	f.Fuzz(func(t *testing.T, stream []byte, cut int) {
		tap := newTap(&pipe{Reader: bytes.NewReader(stream)}, &tracer{})
		piece := make([]byte, min(max(cut, 1), 1<<16))
		for range len(stream) + 1 {
			if _, err := tap.Read(piece); err != nil {
				return
			}
		}
		t.Error("reading does not end")
	})
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":             "plain",
		" \r\n two\nlines ": "two lines",
		"\x1b]0;title\x07x": "]0;titlex",
		"a\u202eb\u200bc":   "abc",
		"\xff\xfeé":         "é",
		"\x9b31m":           "31m",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := clean(strings.Repeat("ä", 5000)); len(got) > wordsLimit+8 {
		t.Errorf("%d bytes are left of a long text", len(got))
	}
}

func TestNames(t *testing.T) {
	n := newNames("")
	seen := map[string]bool{}
	for range mostNames {
		name := n.next()
		if seen[name] || !oldProbe.MatchString(name) {
			t.Errorf("%q is used twice, or is not known as a probe", name)
		}
		seen[name] = true
	}
	if other := newNames("").next(); seen[other] {
		t.Errorf("two probes share the name %s", other)
	}
	if got := newNames("test.csv"); got.next() != "test.csv" || got.next() != "test-1.csv" || got.undotted() != nil {
		t.Errorf("a chosen name is used as %+v", got)
	}
}
