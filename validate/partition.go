package validate

import "github.com/connectplus/preflight/internal/hugepages"

// Records are spread over partitions by the top bits of their hash, so that
// each can be put in order by itself, within the cache.
const (
	partitionBits  = 8
	partitionCount = 1 << partitionBits
	chunkRecords   = 32 // records in one piece: pieces never move as partitions grow
	// Pieces are cut from slabs, which grow with the file: small ones for small
	// files, and then large enough for large pages.
	firstSlab = 8 // pieces
	lastSlab  = 16 << 20 / (chunkRecords * 48)
)

// partitions holds records in pieces without pointers between them.
type partitions[R any] struct {
	open   [partitionCount]*[chunkRecords]R // the last piece of each
	used   [partitionCount]uint8            // records in it
	chunks [partitionCount][]*[chunkRecords]R
	slab   [][chunkRecords]R
	next   int // pieces of the next slab
}

func (p *partitions[R]) add(hash uint64, r R) {
	k := hash >> (64 - partitionBits)
	at := p.used[k] % chunkRecords
	if at == 0 {
		p.grow(k)
	}
	p.open[k][at] = r
	p.used[k] = at + 1
}

func (p *partitions[R]) grow(k uint64) {
	if len(p.slab) == 0 {
		p.next = min(max(p.next*2, firstSlab), lastSlab)
		p.slab = make([][chunkRecords]R, p.next)
		hugepages.Advise(p.slab)
	}
	p.open[k], p.slab = &p.slab[0], p.slab[1:]
	p.chunks[k] = append(p.chunks[k], p.open[k])
}

// gather appends the records of one partition to out.
func (p *partitions[R]) gather(k int, out []R) []R {
	for _, c := range p.chunks[k] {
		if c == p.open[k] {
			return append(out, c[:p.used[k]]...)
		}
		out = append(out, c[:]...)
	}
	return out
}

// A table32 finds equal hashes: open addressing over the indexes of records,
// which it chains in the order in which they were added.
type table32 struct {
	slots []uint32 // index of the first record of a key, plus one
	next  []uint32 // per record: the next of the same key, plus one; 0: none
	last  []uint32 // per first record: the last of its key
	heads []uint32 // the first record of each key
}

// reset makes room for n records.
func (t *table32) reset(n int) {
	size := 16
	for size < n*2 {
		size *= 2
	}
	if cap(t.slots) < size {
		t.slots = make([]uint32, size)
	}
	t.slots = t.slots[:size]
	clear(t.slots)
	if cap(t.next) < n {
		t.next, t.last = make([]uint32, n+n/4), make([]uint32, n+n/4)
	}
	t.next, t.last = t.next[:n], t.last[:n]
	clear(t.next)
	t.heads = t.heads[:0]
}

// put adds record i. same tells whether two records have one key.
func (t *table32) put(i uint32, hash uint64, same func(i, k uint32) bool) {
	mask := uint64(len(t.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		k := t.slots[at]
		if k == 0 {
			t.slots[at] = i + 1
			t.last[i] = i
			t.heads = append(t.heads, i)
			return
		}
		if same(i, k-1) {
			t.next[t.last[k-1]] = i + 1
			t.last[k-1] = i
			return
		}
	}
}
