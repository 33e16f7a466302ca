package rules

import "slices"

// A folder compares text with a list without case, spaces, hyphens and
// underscores: the spelling mistakes that people make in codes.
type folder struct {
	exact  []string
	folded [][]byte
}

func newFolder(values []string) *folder {
	f := &folder{exact: values}
	for _, v := range values {
		var b []byte
		for i := range len(v) {
			if c := fold(v[i]); c != 0 {
				b = append(b, c)
			}
		}
		f.folded = append(f.folded, b)
	}
	return f
}

// fold returns the small letter of an ASCII letter, 0 for a character that
// does not count, and any other byte as it is.
func fold(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c == ' ' || c == '-' || c == '_':
		return 0
	}
	return c
}

// has reports whether cell is one of the values, to the letter.
func (f *folder) has(cell []byte) bool {
	return slices.ContainsFunc(f.exact, func(v string) bool { return v == string(cell) })
}

// find returns the value that cell is a spelling of, or "".
func (f *folder) find(cell []byte) string {
	for i, want := range f.folded {
		if len(want) > 0 && spells(cell, want) {
			return f.exact[i]
		}
	}
	return ""
}

// spells reports whether cell folds to want.
func spells(cell, want []byte) bool {
	at := 0
	for _, c := range cell {
		c = fold(c)
		if c == 0 {
			continue
		}
		if at == len(want) || want[at] != c {
			return false
		}
		at++
	}
	return at == len(want)
}
