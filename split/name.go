package split

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Names returns names for n parts of a file, in the order in which they sort:
// sales.part001.csv, sales.part002.csv. name has no folders; the ending of an
// archive is left out, as parts are not packed.
//
// Where whole is not nil, all names match it: if those above do not, the number
// goes elsewhere into the name. ok is false when no place does; the names are
// then those above.
func Names(name string, n int, whole *regexp.Regexp) (names []string, ok bool) {
	for _, ending := range []string{".gz", ".zip"} {
		if cut := name[:max(len(name)-len(ending), 0)]; cut != "" && strings.EqualFold(name[len(cut):], ending) {
			name = cut
			break
		}
	}
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if stem == "" || ext == "" {
		stem, ext = name, ".csv"
	}
	width := max(len(strconv.Itoa(n)), 3)
	numbered := func(before, sep, behind string) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("%s%s%0*d%s", before, sep, width, i+1, behind)
		}
		return list
	}
	first := numbered(stem, ".part", ext)
	if whole == nil {
		return first, true
	}
	for _, at := range seams(stem) {
		for _, sep := range []string{".part", "_part", "-part", "_", "-", ".", ""} {
			names := numbered(stem[:at], sep, stem[at:]+ext)
			if matchAll(whole, names) {
				return names, true
			}
		}
	}
	return first, false
}

func matchAll(whole *regexp.Regexp, names []string) bool {
	for _, name := range names {
		if !whole.MatchString(name) {
			return false
		}
	}
	return true
}

// seams returns where a number may go into a name: its end, then where letters,
// digits and signs meet, from the end on.
func seams(stem string) (at []int) {
	sort := func(r rune) int {
		switch {
		case unicode.IsLetter(r):
			return 1
		case unicode.IsDigit(r):
			return 2
		}
		return 3
	}
	before := 0
	for i, r := range stem {
		if kind := sort(r); i > 0 && kind != before && before != 3 {
			at = append([]int{i}, at...)
			before = kind
		} else {
			before = kind
		}
	}
	return append([]int{len(stem)}, at...)
}
