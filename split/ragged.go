package split

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// mostTries bounds the keys that are looked up for the ragged rows of a file: some
// seconds of work.
const mostTries = 1 << 28

// An adopter finds the groups of ragged rows. Whose such a row is nobody knows: where
// a delimiter is missing or one too many, any of its cells may be the key. So it may
// be of each group whose whole key stands among its cells, and of its neighbours
// where there is none.
type adopter struct {
	*Index
	columns []int // of the key
	places  []int // of its cells: 0, 1, …
	seed    maphash.Seed
	slots   []uint32
	sound   uint64 // groups up to that number have rows that are not ragged
	tries   int
	text    []byte
	key     reader
}

// An orphan is a ragged row with the group that comes before it.
type orphan struct {
	*run
	offset int64
	before uint64
}

// adopt gives each ragged row to one group, so that it is cut with the rows that
// it may belong to: to that of a neighbour if it may be of it, else to one that it
// may be of, else to a neighbour. All groups that it may be of become doubted.
func (x *Index) adopt(ctx context.Context, slots []uint32, key []int, seed maphash.Seed) error {
	a := &adopter{Index: x, columns: key, seed: seed, slots: slots, sound: uint64(len(x.groups))}
	for i := range key {
		a.places = append(a.places, i)
	}
	for _, r := range x.all() {
		if r.rows == 0 && r.group != 0 {
			a.slots, r.group = x.number(a.slots, r.group)
			x.groups[r.group-1].rows++
		}
	}
	var waiting []orphan
	before, offset := uint64(0), x.start()
	home := func(next uint64) error {
		for _, w := range waiting {
			if err := a.home(w, next); err != nil {
				return err
			}
		}
		waiting = waiting[:0]
		return ctx.Err()
	}
	for _, r := range x.all() {
		switch {
		case r.rows == 0:
			waiting = append(waiting, orphan{r, offset, before})
		case r.grouped():
			if err := home(r.group); err != nil {
				return err
			}
			before = r.group
		}
		offset += int64(r.bytes)
	}
	if err := home(0); err != nil {
		return err
	}
	x.renumber()
	return nil
}

// home gives a ragged row its group.
func (a *adopter) home(w orphan, next uint64) error {
	a.text = append(a.text[:0], make([]byte, w.bytes)...)
	if n, err := a.src.ReadAt(a.text, w.offset); n < len(a.text) && err != nil && err != io.EOF {
		return fmt.Errorf("%s: %w", a.src.Name, err)
	}
	var first uint64
	ofBefore, ofNext := false, false
	table.Candidates(a.text, a.src.Dialect.Comma, a.columns, func(cells [][]byte) bool {
		if a.tries++; a.tries > mostTries {
			return false
		}
		hash := hashOf(a.seed, a.key.keyOf(a.places, func(i int) []byte { return cells[i] }))
		g := uint64(a.slots[a.find(a.slots, hash)])
		if g == 0 || g > a.sound {
			return true
		}
		a.doubted.Add(int64(g))
		if first == 0 {
			first = g
		}
		ofBefore, ofNext = ofBefore || g == w.before, ofNext || g == next
		return true
	})
	if a.tries > mostTries {
		a.doubted.AddRange(1, int(a.sound))
	}
	own := w.group // of the cells in the columns of the key
	switch {
	case ofBefore:
		w.group = w.before
	case ofNext:
		w.group = next
	case own != 0 && own <= a.sound:
	case first != 0:
		w.group = first
	case own != 0 && a.groups[own-1].rows > 1: // of ragged rows
	case w.before != 0:
		w.group = w.before
	case next != 0:
		w.group = next
	}
	if first == 0 {
		a.doubted.Add(int64(w.before))
		a.doubted.Add(int64(next))
	}
	a.doubted.Add(int64(w.group))
	w.rows = 1
	return nil
}

// renumber puts the groups in the order of their first rows again, and counts
// what they have.
func (x *Index) renumber() {
	old, doubted := x.groups, x.doubted
	now := make([]uint32, len(old))
	x.groups, x.doubted = make([]group, 0, len(old)), validate.RowSet{}
	for row, r := range x.all() {
		if !r.grouped() {
			continue
		}
		at := &now[r.group-1]
		if *at == 0 {
			x.groups = append(x.groups, group{hash: old[r.group-1].hash})
			*at = uint32(len(x.groups))
			if doubted.Has(int64(r.group)) {
				x.doubted.Add(int64(*at))
			}
		}
		r.group = uint64(*at)
		x.groups[*at-1].add(row, r)
	}
}
