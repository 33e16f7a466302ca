package validate

// Records are spread over partitions by the top bits of their hash, so that
// each can be put in order by itself, within the cache.
const (
	partitionBits  = 8
	partitionCount = 1 << partitionBits
	chunkRecords   = 32 // records in one piece: pieces never move as partitions grow
	slabChunks     = 64
)

// partitions holds records in pieces without pointers between them.
type partitions[R any] struct {
	chunks [partitionCount][]*[chunkRecords]R
	n      [partitionCount]int
	slab   [][chunkRecords]R
}

func (p *partitions[R]) add(hash uint64, r R) {
	k := hash >> (64 - partitionBits)
	at := p.n[k] % chunkRecords
	if at == 0 {
		if len(p.slab) == 0 {
			p.slab = make([][chunkRecords]R, slabChunks)
		}
		p.chunks[k] = append(p.chunks[k], &p.slab[0])
		p.slab = p.slab[1:]
	}
	p.chunks[k][len(p.chunks[k])-1][at] = r
	p.n[k]++
}

// gather appends the records of one partition to out.
func (p *partitions[R]) gather(k int, out []R) []R {
	left := p.n[k]
	for _, c := range p.chunks[k] {
		out = append(out, c[:min(left, chunkRecords)]...)
		left -= chunkRecords
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
