package table

import (
	"bytes"
	"fmt"
	"io"
)

// A token is what an xmlReader stands at.
type token uint8

const (
	tokenEnd   token = iota // of an element
	tokenStart              // of an element
	tokenText
)

const (
	xmlBuffer = 256 << 10
	// maxToken bounds a tag or a stretch of text: far more than a cell holds.
	maxToken = maxRow
	// maxDepth bounds how deep elements may lie: workbooks need a dozen.
	maxDepth = 256
)

// An attr is one attribute, its value as it stands in the file.
type attr struct{ name, value []byte }

// An xmlReader pulls tokens out of one part of a workbook, much faster than
// encoding/xml: it makes no strings, and knows only what workbooks need. It
// checks that tags pair; it refuses document types, so that there are no
// entities but the five of XML, and nothing outside the part is ever read.
type xmlReader struct {
	r        io.Reader
	buf      []byte
	pos, end int
	eof      bool

	open   []byte // names of the open elements, one behind the other
	starts []int  // where in open each name begins
	prefix []byte // of the root element, with its colon: what has another is foreign
	rooted bool
	closes bool // the start tag was an empty element: its end comes next

	// Of the present token, until the next one.
	name    []byte // local
	foreign bool   // of another namespace than the root
	attrs   []attr
	text    []byte
	plain   bool // text holds no reference and no carriage return
}

func newXMLReader(r io.Reader) *xmlReader { return &xmlReader{r: r, buf: make([]byte, xmlBuffer)} }

// broken words a defect of the XML itself.
func broken(format string, args ...any) error {
	return &WorkbookError{Problem: "the workbook is damaged: " + fmt.Sprintf(format, args...), Hint: hintDamaged}
}

// more reads on behind what is there; it returns false at the end of the part.
func (x *xmlReader) more() (bool, error) {
	if x.eof {
		return false, nil
	}
	if x.pos > 0 {
		x.end = copy(x.buf, x.buf[x.pos:x.end])
		x.pos = 0
	}
	if x.end == len(x.buf) {
		if len(x.buf) >= maxToken {
			return false, broken("a piece of its XML is longer than %d MiB", maxToken>>20)
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	for {
		n, err := x.r.Read(x.buf[x.end:])
		x.end += n
		switch {
		case err == io.EOF:
			x.eof = true
			return n > 0, nil
		case err != nil:
			return false, err
		case n > 0:
			return true, nil
		}
	}
}

// find returns where, from x.pos on, the next mark begins; text before it is
// complete then. It returns -1 at the end of the part.
func (x *xmlReader) find(mark string, from int) (int, error) {
	for {
		b := x.buf[x.pos+from : x.end]
		i := bytes.IndexByte(b, mark[0])
		if len(mark) > 1 {
			i = bytes.Index(b, []byte(mark))
		}
		if i >= 0 {
			return x.pos + from + i, nil
		}
		from = max(x.end-x.pos-len(mark)+1, from)
		ok, err := x.more()
		if err != nil {
			return -1, err
		}
		if !ok {
			return -1, nil
		}
	}
}

// next moves to the next token. At the end of the part the error is io.EOF.
func (x *xmlReader) next() (token, error) {
	if x.closes {
		x.closes = false
		return tokenEnd, x.pop(nil)
	}
	for {
		if x.pos == x.end {
			ok, err := x.more()
			if err != nil {
				return 0, err
			}
			if !ok {
				return 0, x.finish()
			}
		}
		if x.buf[x.pos] != '<' {
			if inside, err := x.characters(); inside || err != nil {
				return tokenText, err
			}
			continue
		}
		if x.end-x.pos < 2 {
			if ok, err := x.more(); err != nil || !ok {
				return 0, cmpErr(err, broken("its XML ends inside a tag"))
			}
		}
		switch x.buf[x.pos+1] {
		case '/':
			return x.endTag()
		case '?':
			if err := x.skipTo("?>", 2); err != nil {
				return 0, err
			}
		case '!':
			if cdata, err := x.declaration(); cdata || err != nil {
				return tokenText, err
			}
		default:
			return x.startTag()
		}
	}
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// finish judges the end of the part.
func (x *xmlReader) finish() error {
	if len(x.starts) > 0 || !x.rooted {
		return broken("its XML is cut off")
	}
	return io.EOF
}

func (x *xmlReader) skipTo(mark string, from int) error {
	i, err := x.find(mark, from)
	if err == nil && i < 0 {
		err = broken("its XML is cut off")
	}
	if err == nil {
		x.pos = i + len(mark)
	}
	return err
}

// declaration reads what begins with "<!": a comment, which it skips, or a
// CDATA section, which is text.
func (x *xmlReader) declaration() (cdata bool, err error) {
	const comment, section = "<!--", "<![CDATA["
	for x.end-x.pos < len(section) {
		ok, err := x.more()
		if err != nil {
			return false, err
		}
		if !ok {
			break
		}
	}
	switch b := x.buf[x.pos:x.end]; {
	case bytes.HasPrefix(b, []byte(comment)):
		return false, x.skipTo("-->", len(comment))
	case bytes.HasPrefix(b, []byte(section)) && len(x.starts) > 0:
		i, err := x.find("]]>", len(section))
		if err == nil && i < 0 {
			err = broken("its XML is cut off")
		}
		if err != nil {
			return false, err
		}
		x.text, x.plain = x.buf[x.pos+len(section):i], true
		if bytes.IndexByte(x.text, '\r') >= 0 {
			x.text = bytes.ReplaceAll(bytes.ReplaceAll(x.text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		}
		x.pos = i + 3
		return true, nil
	}
	return false, broken("its XML declares a document type, which no spreadsheet program writes")
}

// characters reads text up to the next tag. White space around the root is no
// token.
func (x *xmlReader) characters() (inside bool, err error) {
	i, err := x.find("<", 0)
	if err != nil {
		return false, err
	}
	if i < 0 {
		i = x.end
	}
	x.text = x.buf[x.pos:i]
	x.pos = i
	if len(x.starts) == 0 {
		if len(bytes.TrimSpace(bytes.TrimPrefix(x.text, []byte("\xef\xbb\xbf")))) > 0 {
			return false, broken("its XML has text outside of elements")
		}
		return false, nil
	}
	x.plain = bytes.IndexByte(x.text, '&') < 0 && bytes.IndexByte(x.text, '\r') < 0
	return true, nil
}

func (x *xmlReader) endTag() (token, error) {
	i, err := x.find(">", 2)
	if err == nil && i < 0 {
		err = broken("its XML is cut off")
	}
	if err != nil {
		return 0, err
	}
	name := x.buf[x.pos+2 : i]
	x.pos = i + 1
	for len(name) > 0 && space(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	return tokenEnd, x.pop(name)
}

// pop closes the innermost element; name is nil for an empty one.
func (x *xmlReader) pop(name []byte) error {
	if len(x.starts) == 0 {
		return broken("its XML closes an element that is not open")
	}
	at := x.starts[len(x.starts)-1]
	if name != nil && string(x.open[at:]) != string(name) {
		return broken("its XML closes an element that is not open")
	}
	x.open, x.starts = x.open[:at], x.starts[:len(x.starts)-1]
	return nil
}

// startTag reads a tag with its attributes.
func (x *xmlReader) startTag() (token, error) {
	for {
		done, err := x.parseTag()
		if err != nil {
			return 0, err
		}
		if done {
			return tokenStart, nil
		}
		// The tag goes on behind the buffer: read on and begin again.
		if ok, err := x.more(); err != nil || !ok {
			return 0, cmpErr(err, broken("its XML is cut off"))
		}
	}
}

// parseTag reports false where the buffer ends inside the tag.
func (x *xmlReader) parseTag() (done bool, err error) {
	b := x.buf[:x.end]
	i := x.pos + 1
	from, colon := i, -1
	for i < len(b) && !space(b[i]) && b[i] != '>' && b[i] != '/' {
		if b[i] == ':' && colon < 0 {
			colon = i
		}
		i++
	}
	full := b[from:i]
	x.attrs = x.attrs[:0]
	for {
		for i < len(b) && space(b[i]) {
			i++
		}
		if i+1 >= len(b) { // "/" needs one more
			if i < len(b) && b[i] == '>' {
				break
			}
			return false, nil
		}
		if b[i] == '>' || b[i] == '/' {
			break
		}
		name := i
		for i < len(b) && b[i] != '=' && b[i] != '>' && !space(b[i]) {
			i++
		}
		a := attr{name: b[name:i]}
		for i < len(b) && (space(b[i]) || b[i] == '=') {
			i++
		}
		if i >= len(b) {
			return false, nil
		}
		quote := b[i]
		if quote != '"' && quote != '\'' {
			return false, broken("its XML has an attribute without quotes")
		}
		n := bytes.IndexByte(b[i+1:], quote)
		if n < 0 {
			return false, nil
		}
		a.value = b[i+1 : i+1+n]
		i += n + 2
		x.attrs = append(x.attrs, a)
	}
	if len(full) == 0 || x.rooted && len(x.starts) == 0 || len(x.starts) >= maxDepth {
		return false, broken("its XML is not well formed")
	}
	if b[i] == '/' {
		if b[i+1] != '>' {
			return false, broken("its XML is not well formed")
		}
		x.closes = true
		i++
	}
	x.pos = i + 1
	x.push(full, from, colon)
	return true, nil
}

// push opens an element.
func (x *xmlReader) push(full []byte, from, colon int) {
	x.starts = append(x.starts, len(x.open))
	x.open = append(x.open, full...)
	prefix := full[:0]
	x.name = full
	if colon >= 0 {
		prefix, x.name = full[:colon-from+1], full[colon-from+1:]
	}
	if !x.rooted {
		x.rooted = true
		x.prefix = bytes.Clone(prefix)
	}
	x.foreign = string(prefix) != string(x.prefix)
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
