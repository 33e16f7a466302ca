package validate

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"slices"
	"sync"

	"github.com/connectplus/preflight/internal/hugepages"
	"github.com/connectplus/preflight/table"
)

// This file gathers rows into groups. Neighbouring rows of one key make a run,
// which is judged at once while its rows are at hand; what must be known to
// judge the group again, should the key come back, goes into a small record.

// A record is one run: 48 bytes without pointers.
type record struct {
	hash   uint64 // of the key,
	hash2  uint32 // and again with another seed: 96 bits do not meet by chance
	first  uint32 // spreadsheet row
	sum    int64  // of the amounts, in millionths
	total  int64
	head   uint64 // hash of the bill-level cells
	rows   uint32
	flags  uint16 // recordRagged, …
	failed uint16 // group checks that found something, by bit
}

const (
	recordRagged   = 1 << iota // the row has no cells to look at
	recordUneven               // bill-level cells differ within the run
	recordUnsummed             // an amount or total is no plain number
	recordAlike                // rows of the run agree in the distinct columns
	recordRejected             // a row of the run has an error
	recordRefused
	recordNoted // folder.notes says more about what was found
)

// maxGroupChecks is how many group checks fit into record.failed.
const maxGroupChecks = 16

// A note says more about the findings of one check in one run than that there
// is one.
type note struct {
	first uint32 // row of the run
	bit   uint32 // of the check
	n     uint32 // how many findings
	class uint32 // of the first
}

// A folder makes records of the rows that one worker sees.
type folder struct {
	w        *worker
	seed     maphash.Seed
	seed2    maphash.Seed
	records  partitions[record]
	notes    []note // by row
	lines    *lines // shared by all workers
	alike    []uint32
	views    []RowView
	rows     Rows
	suspects bool      // there are any
	suspect  [][]int32 // by bit, of checks that are Row checks: rows left to look at
	one      [1]Run
	keyless  []int32 // rows of the batch without a key
	count    *counter
}

// lines holds, for every row, a short hash of the cells that the fact Distinct
// is about. Workers write different rows.
type lines struct {
	mu     sync.Mutex
	last   int64      // no row has a higher number
	chunks [][]uint32 // of lineRows each, but the first of what a small file needs
}

// lineRows are the rows of one piece: four large pages.
const lineRows = 1 << 21

// chunk returns the piece that holds a row.
func (l *lines) chunk(row int64) []uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := int(row / lineRows)
	for len(l.chunks) <= k {
		l.chunks = append(l.chunks, nil)
	}
	if l.chunks[k] == nil {
		l.chunks[k] = make([]uint32, min(lineRows, l.last+1))
		if k > 0 { // the first is hardly touched by small files
			hugepages.Advise(l.chunks[k])
		}
	}
	return l.chunks[k]
}

func (l *lines) at(row int64) uint32 { return l.chunks[row/lineRows][row%lineRows] }

func (f *folder) init(w *worker) {
	f.w, f.count = w, newCounter()
	f.suspect = make([][]int32, len(w.p.groups))
}

// batch folds the rows of a batch, and those that reading found ragged.
func (f *folder) batch(t *table.Batch) {
	p := f.w.p
	if !p.pass.Grouped() {
		return
	}
	f.keyless = f.keyless[:0]
	for i := range t.Faults {
		if fault := &t.Faults[i]; !fault.Shaped() && fault.Kind != table.FaultBlank {
			f.ragged(t, fault)
		}
	}
	b := f.w.batch
	if t.Len() == 0 {
		return
	}
	f.suspects = false
	for _, k := range p.rowChecks {
		if k.bit >= 0 {
			f.suspects = f.suspects || k.selector < 0 || len(f.w.picks[k.selector]) > 0
			rows := b.all
			if k.selector >= 0 {
				rows = f.w.picks[k.selector]
			}
			f.suspect[k.bit] = rows
		}
	}
	f.hashLines(t)
	for k := 0; k < len(b.leads); {
		from := b.leads[k]
		uneven := false
		for k++; k < len(b.leads) && f.sameKey(from, b.leads[k]) && t.Number(int(b.leads[k]))-t.Number(int(from)) == int64(b.leads[k]-from); k++ {
			uneven = true
		}
		to := b.end(k - 1)
		// A ragged or blank row in between parts the rows of one lead as well.
		for from < to {
			end := from + 1
			for end < to && t.Number(int(end)) == t.Number(int(end-1))+1 {
				end++
			}
			f.run(t, int(from), int(end), uneven)
			from = end
		}
	}
}

// sameKey reports whether two rows have equal keys, outer white space aside.
func (f *folder) sameKey(i, k int32) bool {
	for _, c := range f.w.p.pass.key {
		if string(Trim(f.w.batch.Cell(int(i), c))) != string(Trim(f.w.batch.Cell(int(k), c))) {
			return false
		}
	}
	return true
}

// hashKey hashes the text of a key, twice.
func (f *folder) hashKey(text []byte) (h uint64, h2 uint32) {
	return maphash.Bytes(f.seed, text), uint32(maphash.Bytes(f.seed2, text))
}

// key hashes the key of a row; ok is false when all of it is blank.
func (f *folder) key(i int) (h uint64, h2 uint32, ok bool) {
	if key := f.w.p.pass.key; len(key) == 1 {
		text := Trim(f.w.batch.Cell(i, key[0]))
		h, h2 = f.hashKey(text)
		return h, h2, len(text) > 0
	}
	return f.joined(func(c int) []byte { return f.w.batch.Cell(i, c) })
}

// joined is key for keys of several columns.
func (f *folder) joined(cell func(column int) []byte) (h uint64, h2 uint32, ok bool) {
	key := f.w.p.pass.key
	var joined []byte
	for _, c := range key {
		text := Trim(cell(c))
		ok = ok || len(text) > 0
		if len(key) > 1 {
			joined = binary.AppendUvarint(joined, uint64(len(text)))
		}
		joined = append(joined, text...)
	}
	h, h2 = f.hashKey(joined)
	return h, h2, ok
}

// ragged folds a row whose cells cannot be judged: its group is not summed,
// and is rejected with it.
func (f *folder) ragged(t *table.Batch, fault *table.Fault) {
	h, h2, ok := f.joined(func(c int) []byte { return t.FaultCell(fault, c) })
	if !ok {
		return
	}
	r := record{hash: h, hash2: h2, first: uint32(fault.Row), rows: 1, flags: recordRagged}
	if f.w.rejected.Has(fault.Row) {
		r.flags |= recordRejected
	}
	if f.w.refused.Has(fault.Row) {
		r.flags |= recordRefused
	}
	f.records.add(h, r)
}

// hashLines notes a hash of the distinct columns of every row.
func (f *folder) hashLines(t *table.Batch) {
	b, cols := f.w.batch, f.w.p.distinct
	n := t.Len()
	if cap(f.alike) < n {
		f.alike = make([]uint32, n)
	}
	f.alike = f.alike[:n]
	if cols == nil {
		for i := range f.alike {
			f.alike[i] = uint32(maphash.Bytes(f.seed, b.whole(i, &f.w.wholes)))
		}
	} else {
		for i := range f.alike {
			h := uint64(0)
			for _, c := range cols {
				h = mix(h, b.text, b.spans[i*b.cols+c])
			}
			f.alike[i] = uint32(h >> 32)
		}
	}
	var chunk []uint32
	last := int64(-1)
	for i, h := range f.alike {
		row := t.Number(i)
		if row/lineRows != last {
			last = row / lineRows
			chunk = f.lines.chunk(row)
		}
		chunk[row%lineRows] = h
	}
}

// mix adds a cell to a hash: quick rather than good, as equal hashes are
// looked at again.
func mix(h uint64, text []byte, s table.Span) uint64 {
	n := uint64(s.End - s.Off)
	tail := binary.LittleEndian.Uint64(text[s.End-8:])
	if n < 8 {
		tail >>= 64 - n*8 // 0 for an empty cell
	}
	h = (h ^ tail ^ n<<56) * 0x9e3779b97f4a7c15
	for n > 8 {
		n -= min(n-8, 8)
		h = (bits.RotateLeft64(h, 29) ^ binary.LittleEndian.Uint64(text[s.Off:])) * 0xbf58476d1ce4e5b9
		s.Off += 8
	}
	return h ^ h>>29
}

// run judges a run of neighbouring rows and makes its record.
func (f *folder) run(t *table.Batch, from, to int, uneven bool) {
	p, b := f.w.p, f.w.batch
	h, h2, ok := f.key(from)
	if !ok {
		f.alone(from, to)
		return
	}
	r := record{hash: h, hash2: h2, first: uint32(t.Number(from)), rows: uint32(to - from)}
	if uneven {
		r.flags |= recordUneven
	}
	f.amounts(&r, from, to)
	if f.repeated(f.alike[from:to]) {
		r.flags |= recordAlike
	}
	if f.w.anyBad {
		for _, bad := range f.w.bad[from:to] {
			if bad&isRejected != 0 {
				r.flags |= recordRejected
			}
			if bad&isRefused != 0 {
				r.flags |= recordRefused
			}
		}
	}
	for _, c := range p.ranges {
		r.head = bits.RotateLeft64(r.head, 17) ^ maphash.Bytes(f.seed, b.Stretch(from, c[0], c[1]))
	}
	f.judge(&r, from, to)
	f.records.add(h, r)
}

// alone takes rows without a key, which belong to no group: what counts once a
// group counts for each of them.
func (f *folder) alone(from, to int) {
	for i := from; i < to; i++ {
		f.keyless = append(f.keyless, int32(i))
	}
	for _, k := range f.w.p.rowChecks {
		if k.bit < 0 {
			continue
		}
		for _, i := range f.suspect[k.bit] {
			if int(i) >= to {
				break
			}
			if int(i) >= from && !k.bound.OK(RowView{f.w.batch, int(i)}) {
				f.w.foundRow(k, int(i))
			}
		}
	}
	f.skip(to)
}

// amounts sums the amounts of a run.
func (f *folder) amounts(r *record, from, to int) {
	sum := f.w.p.sum
	if sum == nil {
		r.flags |= recordUnsummed
		return
	}
	b := f.w.batch
	r.total = b.LeadNumbers(sum[0])[b.leads[b.lead[from]]]
	if r.total < 0 {
		r.flags |= recordUnsummed
	}
	for _, v := range b.Numbers(sum[1])[from:to] {
		if v < 0 {
			r.flags |= recordUnsummed
			return
		}
		r.sum += v
		if r.sum < 0 { // more than fits
			r.flags |= recordUnsummed
			return
		}
	}
}

// repeated reports whether two hashes are equal.
func (f *folder) repeated(h []uint32) bool {
	if len(h) > 32 {
		sorted := slices.Clone(h)
		slices.Sort(sorted)
		return len(slices.Compact(sorted)) < len(h)
	}
	for i := 1; i < len(h); i++ {
		for _, o := range h[:i] {
			if o == h[i] {
				return true
			}
		}
	}
	return false
}

// facts returns what a record proves of its run alone.
func (r *record) facts() Facts {
	facts := Together
	if r.rows == 1 {
		facts |= Single
	}
	if r.flags&recordUneven == 0 {
		facts |= Uniform
		if r.flags&recordUnsummed == 0 && r.sum == r.total {
			facts |= Balanced
		}
	}
	if r.flags&recordAlike == 0 {
		facts |= Distinct
	}
	return facts
}

// skip passes over suspected rows before a row.
func (f *folder) skip(to int) {
	if !f.suspects {
		return
	}
	for bit, rows := range f.suspect {
		for len(rows) > 0 && int(rows[0]) < to {
			rows = rows[1:]
		}
		f.suspect[bit] = rows
	}
}

// judge shows the run to the group checks whose trust its facts do not earn.
// The verdict stands unless the key comes back.
func (f *folder) judge(r *record, from, to int) {
	g := &f.rows
	g.views = nil
	facts := r.facts()
	if !f.suspects && f.w.p.trusted[facts] {
		return
	}
	for _, k := range f.w.p.groups {
		if k.row != nil {
			if rows := f.suspect[k.bit]; len(rows) == 0 || int(rows[0]) >= to {
				continue
			}
			for rows := f.suspect[k.bit]; len(rows) > 0 && int(rows[0]) < to; rows = rows[1:] {
				if i := int(rows[0]); r.failed&(1<<k.bit) == 0 && !k.row.OK(RowView{f.w.batch, i}) {
					r.failed |= 1 << k.bit
				}
			}
			continue
		}
		if k.trust&facts != 0 {
			continue
		}
		if g.views == nil {
			f.views = f.views[:0]
			for i := from; i < to; i++ {
				f.views = append(f.views, RowView{f.w.batch, i})
			}
			*g = Rows{facts: facts, views: f.views, runs: f.one[:]}
			f.one[0] = Run{int64(r.first), to - from}
		}
		n, class := f.count.judge(k, g)
		if n > 0 {
			r.failed |= 1 << k.bit
		}
		if n > 1 || class != 0 {
			r.flags |= recordNoted
			f.notes = append(f.notes, note{r.first, uint32(k.bit), uint32(n), class})
		}
	}
	f.skip(to)
}

// A counter counts what a check reports. It is made once, as a function made
// for each group would be garbage for each group.
type counter struct {
	n      int64  // how many findings
	class  uint32 // of the first
	report func(at int, class uint32)
}

func newCounter() *counter {
	c := &counter{}
	c.report = func(_ int, class uint32) {
		if c.n++; c.n == 1 {
			c.class = class
		}
	}
	return c
}

// judge shows a group to a check.
func (c *counter) judge(k *groupCheck, g *Rows) (n int64, class uint32) {
	c.n, c.class = 0, 0
	k.bound.Judge(g, c.report)
	return c.n, c.class
}
