package table

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// child moves to the next element inside the one that is open; false at the
// end of that. Elements of other namespaces are passed over.
func (x *xmlReader) child() (bool, error) {
	for {
		t, err := x.next()
		switch {
		case err != nil:
			if err == io.EOF {
				err = broken("its XML is cut off")
			}
			return false, err
		case t == tokenEnd:
			return false, nil
		case t == tokenStart && !x.foreign:
			return true, nil
		case t == tokenStart:
			if err := x.skip(); err != nil {
				return false, err
			}
		}
	}
}

// root moves to the root element, which must have that local name.
func (x *xmlReader) root(name string) error {
	t, err := x.next()
	if err == nil && (t != tokenStart || string(x.name) != name) {
		err = io.EOF
	}
	if err == io.EOF {
		err = broken("a part of it is no %s", name)
	}
	return err
}

// skip moves behind the end of the element that was just opened.
func (x *xmlReader) skip() error {
	for depth := 1; depth > 0; {
		t, err := x.next()
		if err != nil {
			if err == io.EOF {
				err = broken("its XML is cut off")
			}
			return err
		}
		switch t {
		case tokenStart:
			depth++
		case tokenEnd:
			depth--
		}
	}
	return nil
}

// drain reads to the end of the part, which shows whether it is whole.
func (x *xmlReader) drain() error {
	for {
		if _, err := x.next(); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// appendText appends the text of the element that was just opened, up to its
// end. What lies in elements inside is left out.
func (x *xmlReader) appendText(dst []byte) ([]byte, error) {
	for {
		t, err := x.next()
		if err != nil {
			if err == io.EOF {
				err = broken("its XML is cut off")
			}
			return dst, err
		}
		switch t {
		case tokenText:
			if x.plain {
				dst = append(dst, x.text...)
			} else if dst, err = appendUnescaped(dst, x.text); err != nil {
				return dst, err
			}
		case tokenStart:
			if err := x.skip(); err != nil {
				return dst, err
			}
		default:
			return dst, nil
		}
	}
}

// attr returns the value of an attribute by its local name, as text; empty
// where there is none.
func (x *xmlReader) attr(name string) string {
	for _, a := range x.attrs {
		local := a.name
		if i := bytes.IndexByte(local, ':'); i >= 0 {
			local = local[i+1:]
		}
		if string(local) == name {
			text, err := appendUnescaped(nil, a.value)
			if err != nil {
				return string(a.value)
			}
			return string(text)
		}
	}
	return ""
}

// yes reports whether an attribute is set to a true boolean.
func (x *xmlReader) yes(name string) bool {
	v := x.attr(name)
	return v == "1" || v == "true" || v == "on"
}

// appendUnescaped appends XML text with its references resolved and its line
// ends made line feeds.
func appendUnescaped(dst, text []byte) ([]byte, error) {
	for len(text) > 0 {
		i := bytes.IndexAny(text, "&\r")
		if i < 0 {
			return append(dst, text...), nil
		}
		dst = append(dst, text[:i]...)
		if text[i] == '\r' {
			dst = append(dst, '\n')
			text = bytes.TrimPrefix(text[i+1:], []byte{'\n'})
			continue
		}
		text = text[i+1:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			return dst, broken("its XML has an ampersand that begins no reference")
		}
		r, ok := charReference(string(text[:end]))
		if !ok {
			return dst, broken("its XML refers to something that is not defined")
		}
		dst = utf8.AppendRune(dst, r)
		text = text[end+1:]
	}
	return dst, nil
}

// charReference returns the character that a reference stands for.
func charReference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	return rune(n), err == nil && n > 0 && utf8.ValidRune(rune(n))
}
