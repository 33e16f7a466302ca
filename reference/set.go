// Package reference holds reference lists: the customers, stores, items, tenders,
// coupons and cards that the platform knows, read from files that a person
// exported there.
//
// It knows files and values, no template and no rule: those ask a list whether
// it has a value. Values are kept as hashes, 16 bytes each, so that ten million
// of them fit beside the file that is judged.
package reference

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// customers is the name of the list whose values are identifiers of persons.
const customers = "customers"

// A Set is one reference list. It is not changed once it is made, and may be
// asked by several goroutines.
//
// A value of the list is always found. A value that is not in the list is taken
// for one that is with a chance of n in 2^128, n being the length of the list;
// of a value that differs from one of the list in case or leading zeros alone,
// 1 in 2^64.
type Set struct {
	customers bool
	seed      [2]maphash.Seed
	slots     []slot // open addressing, linear probing; the zero slot is free
	n         int64
	forms     [formCount]bool   // forms that some value has
	spelled   map[uint64]string // folded hash → the one spelling of the list; "": several. nil: too long a list
}

// A slot is a value: the hash of what it is compared by loosely, and that of
// what it is to the letter.
type slot struct{ folded, exact uint64 }

// spelledMost is the longest list whose spellings are kept, in values: enough
// for stores and tenders, and a few megabytes at most.
const spelledMost = 20_000

// newSet makes an empty set with room for most values.
func newSet(name string, most int64) *Set {
	s := &Set{customers: name == customers, seed: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
	s.slots = make([]slot, most+most/3+1) // three quarters full: short probes, 21 bytes a value
	if most <= spelledMost {
		s.spelled = map[uint64]string{}
	}
	return s
}

// Len returns how many different values the list has.
func (s *Set) Len() int64 { return s.n }

// Has implements validate.List.
func (s *Set) Has(value []byte) bool {
	var r room
	_, found := s.find(s.key(&r, value), false)
	return found
}

// Alike implements validate.List.
func (s *Set) Alike(value []byte) (spelling string, ok bool) {
	var r room
	k := s.key(&r, value)
	if _, found := s.find(k, true); !found {
		return "", false
	}
	return s.spelled[k.folded], true
}

// Covers implements validate.List. Lists of anything but customers cover every
// value.
func (s *Set) Covers(value []byte) bool { return !s.customers || s.forms[formOf(value)] }

// find walks from the home of a key to its slot, or to the free one behind.
// loosely, a slot of the same folded value will do.
func (s *Set) find(k slot, loosely bool) (at uint64, found bool) {
	at, _ = bits.Mul64(k.folded, uint64(len(s.slots)))
	for {
		have := s.slots[at]
		if have == (slot{}) {
			return at, false
		}
		if have.folded == k.folded && (loosely || have.exact == k.exact) {
			return at, true
		}
		if at++; at == uint64(len(s.slots)) {
			at = 0
		}
	}
}

// add puts a key in. There must be room.
func (s *Set) add(k slot) {
	if at, found := s.find(k, false); !found {
		s.slots[at] = k
		s.n++
	}
}

// spell remembers how the list writes a value.
func (s *Set) spell(k slot, value []byte) {
	if s.spelled == nil {
		return
	}
	if have, ok := s.spelled[k.folded]; ok && have != string(value) {
		s.spelled[k.folded] = ""
		return
	}
	s.spelled[k.folded] = string(value)
}

// A room is what the comparable forms of a value are written to, where they
// differ from the value, so that no look-up allocates.
type room struct{ exact, folded [64]byte }

// key hashes a value.
func (s *Set) key(r *room, value []byte) slot {
	if s.customers {
		value = identifier(r.exact[:0], value)
	}
	k := slot{exact: maphash.Bytes(s.seed[1], value)}
	k.folded = maphash.Bytes(s.seed[0], small(r.folded[:0], unpadded(value)))
	if k == (slot{}) {
		k.exact = 1
	}
	return k
}

// unpadded returns a value without the zeros before it.
func unpadded(value []byte) []byte {
	for len(value) > 1 && value[0] == '0' {
		value = value[1:]
	}
	return value
}

// small writes a value in small letters. One that has no capitals is returned
// itself.
func small(to, value []byte) []byte {
	plain := true
	for _, c := range value {
		plain = plain && c < utf8.RuneSelf && c-'A' > 'Z'-'A'
	}
	if plain {
		return value
	}
	for len(value) > 0 {
		r, n := utf8.DecodeRune(value)
		if r == utf8.RuneError && n == 1 {
			to = append(to, value[0])
		} else {
			to = utf8.AppendRune(to, unicode.ToLower(r))
		}
		value = value[n:]
	}
	return to
}

// A form is what an identifier of a customer looks like.
type form uint8

const (
	word    form = iota // an external id, or anything else
	number              // a mobile, or an id of digits
	address             // an email address
	formCount
)

// formOf returns the form of an identifier.
func formOf(value []byte) form {
	if bytes.IndexByte(value, '@') >= 0 {
		return address
	}
	digits := 0
	for i, c := range value {
		switch {
		case c-'0' <= 9:
			digits++
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || c == '+' && i == 0:
		default:
			return word
		}
	}
	if digits == 0 {
		return word
	}
	return number
}

// identifier writes an identifier as it is compared: an address in small
// letters, a number of seven digits or more without plus and separators.
func identifier(to, value []byte) []byte {
	switch formOf(value) {
	case address:
		return small(to, value)
	case number:
		for _, c := range value {
			if c-'0' <= 9 {
				to = append(to, c)
			}
		}
		if len(to) >= 7 {
			return to
		}
	}
	return value
}
