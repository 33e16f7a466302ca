package table

import (
	"bytes"
	"fmt"
	"strconv"
)

// maxShared bounds the texts that cells share, which are kept in memory: eight
// times what a million rows with three texts of their own need.
const maxShared = 512 << 20

// sharedTexts are the texts that cells refer to by number.
type sharedTexts struct {
	text []byte
	ends []uint32 // of each text
}

// at returns the i-th text.
func (s *sharedTexts) at(i int) []byte {
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]]
}

// readShared reads the part of the shared texts.
//
// Source: ECMA-376 part 1, section 18.4.
func (p *parts) readShared(name string) (*sharedTexts, error) {
	s := &sharedTexts{}
	err := p.read(name, "sst", func(x *xmlReader) error {
		if string(x.name) != "si" {
			return x.skip()
		}
		var err error
		if s.text, err = appendRich(s.text, x); err != nil {
			return err
		}
		if len(s.text)+len(s.ends)*4 > maxShared {
			return &LimitError{Limit: fmt.Sprintf("the texts of the workbook take more than %d MiB", maxShared>>20)}
		}
		s.ends = append(s.ends, uint32(len(s.text)))
		return nil
	})
	return s, err
}

// appendRich appends what the open element shows: its text, or its runs one
// behind the other, without phonetic hints.
func appendRich(dst []byte, x *xmlReader) ([]byte, error) {
	from := len(dst)
	for {
		ok, err := x.child()
		if err != nil {
			return dst, err
		}
		if !ok {
			return unescapeText(dst, from), nil
		}
		switch string(x.name) {
		case "t":
			dst, err = x.appendText(dst)
		case "r":
			dst, err = appendRun(dst, x)
		default:
			err = x.skip()
		}
		if err != nil {
			return dst, err
		}
	}
}

func appendRun(dst []byte, x *xmlReader) ([]byte, error) {
	for {
		ok, err := x.child()
		if err != nil || !ok {
			return dst, err
		}
		if string(x.name) == "t" {
			dst, err = x.appendText(dst)
		} else {
			err = x.skip()
		}
		if err != nil {
			return dst, err
		}
	}
}

// unescapeText undoes, in dst[from:], how workbooks write characters that XML
// cannot hold: _x000D_ is a carriage return, _x005F_ an underscore.
//
// Source: ECMA-376 part 1, section 22.9.2.19.
func unescapeText(dst []byte, from int) []byte {
	const size = len("_x000D_")
	at := bytes.Index(dst[from:], []byte("_x"))
	if at < 0 {
		return dst
	}
	w := from + at
	for i := w; i < len(dst); {
		if b := dst[i:]; len(b) >= size && b[0] == '_' && b[1] == 'x' && b[size-1] == '_' {
			// Halves of pairs have no character of their own and are left alone.
			if n, err := strconv.ParseUint(string(b[2:size-1]), 16, 16); err == nil && (n < 0xd800 || n > 0xdfff) {
				w += copy(dst[w:], string(rune(n)))
				i += size
				continue
			}
		}
		dst[w] = dst[i]
		w++
		i++
	}
	return dst[:w]
}
