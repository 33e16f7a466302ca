// Package split cuts a table into parts between its groups, so that no bill is
// cut, or parts the rows of some groups from the others.
//
// It copies bytes and never writes a row anew: the parts of a file, without the
// heads that are repeated, hold each byte of it once. It judges nothing and knows
// no names of files: callers say which rows part from the others, and where the
// parts are written.
package split

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"iter"
	"math"
	"slices"
	"sync/atomic"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// Options say how a file is read.
type Options struct {
	// Key holds the 0-based columns whose cells are the same, outer white space
	// aside, on the rows of one group; empty: each row may stand alone.
	Key      []int
	Workers  int                     // 0: as many as processors
	Progress func(done, total int64) // bytes; called now and then from any worker
}

// An Index knows where the rows of a file begin and which group they belong to.
// It holds 16 bytes for each run of neighbouring rows of one group, and 24 for
// each group.
type Index struct {
	src    *table.Source
	head   []byte // what every part begins with
	pieces []piece
	groups []group
	rows   int64
	// doubted are groups, by index plus one, that a ragged row may be of.
	doubted validate.RowSet
}

// A run is neighbouring rows of one group, or one row without a group.
type run struct {
	group uint64 // while reading the hash of the key; then the index of the group, plus one; 0: none; or blank
	bytes uint32
	rows  uint32 // 0: one ragged row, until it has its group
}

// blank marks a run of one row without any value, which is of no use alone.
const blank = math.MaxUint64

// grouped reports whether the rows belong to a group.
func (r *run) grouped() bool { return r.group != 0 && r.group != blank }

// A piece is the runs of one batch.
type piece struct {
	first int64 // spreadsheet row
	runs  []run
}

// A group is all rows of one key.
type group struct {
	hash  uint64
	bytes int64
	rows  uint32
	last  uint32 // spreadsheet row; once the parts are known, the part
}

// mark is the byte order mark of UTF-8.
const mark = "\xef\xbb\xbf"

// Read reads a source of text once. Rows whose key is blank belong to no group.
//
// The cells of a ragged row, one with more or fewer of them than the header, may be
// those of other columns. So it may belong to each group whose whole key stands
// among its cells, whatever their columns, or to its neighbours where no key does.
// It goes with one of these, a neighbour if it can be.
//
// Every part begins as the file does: with its byte order mark and its header,
// where it has them.
//
// Errors: a workbook or UTF-16, whose bytes cannot be copied row by row; a file
// that cannot be read to its end; or ctx ends.
func Read(ctx context.Context, src *table.Source, o Options) (*Index, error) {
	if src.Workbook != nil || src.Encoding == table.UTF16LE || src.Encoding == table.UTF16BE {
		return nil, fmt.Errorf("%s: only files of text in UTF-8, or with one byte a character, can be cut", src.Name)
	}
	x := &Index{src: src}
	if src.BOM {
		x.head = []byte(mark)
	}
	if !src.Headless && !src.Empty {
		header := make([]byte, src.Body())
		if _, err := src.ReadAt(header, 0); err != nil && int64(len(header)) < src.TextSize() {
			return nil, fmt.Errorf("%s: %w", src.Name, err)
		}
		x.head = append(x.head, header...)
	}
	readers := make([]reader, max(src.Blocks(), 1)) // no more workers than blocks
	seed := maphash.MakeSeed()
	var done atomic.Int64
	err := src.Scan(ctx, o.Workers, func(w int, b *table.Batch) error {
		readers[w].read(b, o.Key, seed)
		if o.Progress != nil {
			o.Progress(done.Add(b.Bytes()), src.TextSize())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, r := range readers {
		x.pieces = append(x.pieces, r.pieces...)
	}
	slices.SortFunc(x.pieces, func(a, b piece) int { return cmp.Compare(a.first, b.first) })
	x.close()
	slots, ragged := x.gather()
	if ragged {
		if err := x.adopt(ctx, slots, o.Key, seed); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// close gives the first row of a headless file that was left out a place, and
// takes back the line end that reading adds to a last row without one.
func (x *Index) close() {
	if x.src.Skipped {
		x.pieces = slices.Insert(x.pieces, 0, piece{1, []run{{bytes: uint32(x.src.Body()), rows: 1}}})
	}
	size := x.start()
	for _, p := range x.pieces {
		for _, r := range p.runs {
			size += int64(r.bytes)
		}
	}
	if n := len(x.pieces); n > 0 && size > x.src.TextSize() {
		runs := x.pieces[n-1].runs
		runs[len(runs)-1].bytes -= uint32(size - x.src.TextSize())
	}
}

// start returns where the first row that is cut begins, in the text as read.
func (x *Index) start() int64 {
	if x.src.Skipped {
		return 0
	}
	return x.src.Body()
}

// A reader makes runs of the batches that one worker sees.
type reader struct {
	pieces []piece
	free   []run // room for runs
	from   int   // in free: the first run of the batch
	key    []byte
	last   []byte // the key of the last run with one
}

// slab is how many runs are allocated at once: one megabyte.
const slab = 1 << 16

func (r *reader) read(b *table.Batch, key []int, seed maphash.Seed) {
	if cap(r.free)-len(r.free) < b.Rows() {
		r.free = make([]run, 0, max(slab, b.Rows()))
	}
	r.from = len(r.free)
	var first, start, last int64
	for i, f, n := 0, 0, 0; n < b.Rows(); n++ {
		for f < len(b.Faults) && b.Faults[f].Shaped() {
			f++
		}
		var row, offset int64
		if f < len(b.Faults) && (i == b.Len() || b.Faults[f].Row < b.Number(i)) {
			fault := &b.Faults[f]
			row, offset = fault.Row, fault.Offset
			f++
			if fault.Kind == table.FaultBlank {
				r.add(n, offset-last, seed, nil)
				r.free[len(r.free)-1].group = blank
			} else {
				r.add(n, offset-last, seed, nil)
				if own := r.keyOf(key, func(c int) []byte { return b.FaultCell(fault, c) }); len(own) > 0 {
					r.free[len(r.free)-1].group = hashOf(seed, own)
				}
				if len(key) > 0 {
					r.free[len(r.free)-1].rows = 0
				}
				r.last = r.last[:0] // no row joins it
			}
		} else {
			row, offset = b.Number(i), b.Offset(i)
			r.add(n, offset-last, seed, r.keyOf(key, func(c int) []byte { return b.Cell(i, c) }))
			i++
		}
		if n == 0 {
			first, start = row, offset
		}
		last = offset
	}
	if len(r.free) > r.from {
		r.free[len(r.free)-1].bytes += uint32(start + b.Bytes() - last)
		r.pieces = append(r.pieces, piece{first, r.free[r.from:len(r.free):len(r.free)]})
	}
}

// keyOf joins the cells of a key; empty where all of them are blank. The result
// is valid until the next call.
func (r *reader) keyOf(columns []int, cell func(column int) []byte) []byte {
	r.key = r.key[:0]
	blank := true
	for _, c := range columns {
		text := validate.Trim(cell(c))
		blank = blank && len(text) == 0
		if len(columns) > 1 {
			r.key = binary.AppendUvarint(r.key, uint64(len(text)))
		}
		r.key = append(r.key, text...)
	}
	if blank {
		return nil
	}
	return r.key
}

// add puts the n-th row of a batch into the run before it or one of its own. size
// is that of the row before, which ends where this one begins.
func (r *reader) add(n int, size int64, seed maphash.Seed, key []byte) {
	var before *run
	if n > 0 {
		before = &r.free[len(r.free)-1]
		before.bytes += uint32(size)
	}
	switch {
	case len(key) == 0:
		r.free = append(r.free, run{rows: 1})
	case before != nil && before.grouped() && before.bytes < math.MaxUint32/2 && bytes.Equal(key, r.last):
		before.rows++
	default:
		r.free = append(r.free, run{group: hashOf(seed, key), rows: 1})
		r.last = append(r.last[:0], key...)
	}
}

// hashOf returns what a key is known by while reading.
func hashOf(seed maphash.Seed, key []byte) uint64 { return maphash.Bytes(seed, key)>>1 | 1 }

// gather finds the groups, in the order of their first rows, but for ragged rows,
// and tells whether there are such.
func (x *Index) gather() (slots []uint32, ragged bool) {
	n := 0
	for _, p := range x.pieces {
		n += len(p.runs)
	}
	slots = make([]uint32, 16)
	// Most of the room is never touched, so it costs nothing.
	x.groups = make([]group, 0, n)
	for row, r := range x.all() {
		x.rows += int64(max(r.rows, 1))
		if r.rows == 0 {
			ragged = true
			continue
		}
		if !r.grouped() {
			continue
		}
		slots, r.group = x.number(slots, r.group)
		x.groups[r.group-1].add(row, r)
	}
	return slots, ragged
}

// number returns the index of the group of a hash, plus one; it makes the group
// where there is none.
func (x *Index) number(slots []uint32, hash uint64) ([]uint32, uint64) {
	if len(x.groups)*2 >= len(slots) {
		slots = x.rehash(len(slots) * 2)
	}
	at := x.find(slots, hash)
	if slots[at] == 0 {
		x.groups = append(x.groups, group{hash: hash})
		slots[at] = uint32(len(x.groups))
	}
	return slots, uint64(slots[at])
}

// add counts the run that begins with a row.
func (g *group) add(row int64, r *run) {
	g.bytes += int64(r.bytes)
	g.rows += r.rows
	g.last = uint32(row) + r.rows - 1
}

// find returns the slot of a hash: the one that has its group, or a free one.
func (x *Index) find(slots []uint32, hash uint64) uint64 {
	mask := uint64(len(slots) - 1)
	at := hash >> 8 & mask
	for slots[at] != 0 && x.groups[slots[at]-1].hash != hash {
		at = (at + 1) & mask
	}
	return at
}

func (x *Index) rehash(n int) []uint32 {
	slots := make([]uint32, n)
	for i := range x.groups {
		slots[x.find(slots, x.groups[i].hash)] = uint32(i + 1)
	}
	return slots
}

// all goes through the runs in the order of the file, each with its first row.
func (x *Index) all() iter.Seq2[int64, *run] {
	return func(yield func(int64, *run) bool) {
		for _, p := range x.pieces {
			row := p.first
			for i := range p.runs {
				if !yield(row, &p.runs[i]) {
					return
				}
				row += int64(max(p.runs[i].rows, 1))
			}
		}
	}
}

// Rows returns how many rows the file has, the header aside.
func (x *Index) Rows() int64 { return x.rows }

// Groups returns how many groups the rows make.
func (x *Index) Groups() int64 { return int64(len(x.groups)) }
