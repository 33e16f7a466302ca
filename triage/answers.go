package triage

import (
	"bytes"
	"crypto/sha256"

	"github.com/connectplus/preflight/table"
)

// Bounds on what is kept of a hostile file; counts are exact in any case.
const (
	mostCodes    = 1000   // more different ones are no codes
	mostGroups   = 1000   // of one code; further messages of it are one group
	mostOutcomes = 50_000 // different texts of bills; further ones lose their messages
	mostCells    = 10_000 // cells of codes that are remembered
)

// Answers are what the platform answered for the rows of one file.
type Answers struct {
	Name    string
	Bytes   int64
	Headers []string
	Layout  Layout
	Source  *table.Source
	// Rows of the file without blank ones. Each is Failed, Taken, or Unread where
	// nothing in it says what became of it.
	Rows, Failed, Taken, Unread int64
	Warned                      int64 // of those taken: with a warning
	Ragged                      int64 // of all: with more or fewer cells than the header
	FirstUnread                 int64 // its spreadsheet row; 0: none
	// Nameless are rows of Failed whose cells of the bill are blank, where columns tell it.
	Nameless, FirstNameless int64
	Trouble                 string // why reading stopped; empty: it did not
	Tallies                 []*Tally
	Groups                  []*Group // by rows, most first
	// Bills that the file names; 0 where no column tells them.
	Bills, FailedBills, TakenBills, BothBills int64

	// Keyless are ragged rows that may answer for any bill; known once a source is
	// joined.
	Keyless int64

	columns  []int         // that tell the bill
	bills    map[key]int32 // to list
	list     []bill
	outcomes []verdict
	interned map[string]int32
}

// A Tally counts one code, or one of its meanings.
type Tally struct {
	Code    string // empty: the platform gave none
	Sense   string // the meaning that the messages name, as codes.Code.Key; empty: none
	Warning bool   // rows were taken with it as a warning
	Rows    int64
	Bills   int64 // of failed bills; 0 where no column tells them
}

// A Group is rows with one code whose messages differ in numbers and in what
// stands in quotes alone.
type Group struct {
	Code    string
	Sense   string // as that of its Tally
	Warning bool
	Message string // of all, or of the first with # for digits that differ
	First   string // the whole message of the first row; may be personal
	Rows    int64
	Row     int64 // the first, as a spreadsheet shows it
	Other   bool  // what is left of a code with too many messages

	text   string // tidy
	varied bool
}

// A bill is what the file says of one key.
type bill struct {
	outcome int32 // in outcomes; -1: none
	state   uint8
	row     int64  // the first that names it
	rows    int32  // of the source
	told    int32  // of the error file
	sum     uint64 // of the digests of its rows there, less those of the source
}

// States of a bill, as bits.
const (
	billFailed uint8 = 1 << iota // a row of it was refused
	billTaken                    // a row of it was taken
	billUnread
	billJoined // a row of the source has its key
	billBroken // rows of the source cannot be judged
	billErrors // rows of the source have errors now
	billSure   // a row of the error file with all its cells names it
)

// A verdict is what is to be said of a bill that failed.
type verdict struct {
	said    []spoken // sorted
	message string
}

// A spoken code is a code with the meaning that its message names, or "".
type spoken struct{ code, sense string }

// codes lists the codes of a verdict, each once.
func (v *verdict) codes() (list []string) {
	for _, s := range v.said {
		if n := len(list); n == 0 || list[n-1] != s.code {
			list = append(list, s.code)
		}
	}
	return list
}

// key is a digest of the cells that tell a bill: of so many bits that no two are alike.
type key [16]byte

// keyOf digests cells; ok is false where all are blank.
func keyOf(cells [][]byte) (k key, ok bool) {
	var buf [128]byte
	b := buf[:0]
	for _, c := range cells {
		if c = bytes.TrimSpace(c); len(c) > 0 {
			ok = true
		}
		b = append(append(b, c...), 0)
	}
	sum := sha256.Sum256(b)
	return key(sum[:16]), ok
}

// shortest is a cell as a spreadsheet saves it again: a decimal without zeros at
// its end.
func shortest(cell []byte) []byte {
	whole, part, ok := bytes.Cut(cell, []byte("."))
	if !ok || len(whole) == 0 || len(bytes.Trim(whole, "-0123456789")) > 0 || len(bytes.Trim(part, "0123456789")) > 0 {
		return cell
	}
	return bytes.TrimRight(bytes.TrimRight(cell, "0"), ".")
}

// digest is a number that tells rows with other cells apart.
func digest(cells line, columns []int) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, j := range columns {
		for _, c := range shortest(bytes.TrimSpace(cells(j))) {
			h = (h ^ uint64(c)) * prime
		}
		h *= prime
	}
	return h
}
