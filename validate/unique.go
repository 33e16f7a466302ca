package validate

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"
)

// A uniqueRecord is one row's key under a Unique check: 16 bytes.
type uniqueRecord struct {
	hash  uint64
	hash2 uint32 // 96 bits never meet by chance
	row   uint32
}

// A repeat is a row whose key an earlier row has.
type repeat struct{ row, first uint32 }

// addUnique notes the keys of a batch. Whole rows are noted only where they
// belong to no group: within a group, a Group check compares them.
func (w *worker) addUnique(k int, u *uniqueCheck) {
	if u.bound.Clash != nil {
		w.addPairs(k, u)
		return
	}
	b := w.batch
	rows := b.all
	if len(u.bound.Columns) == 0 && w.p.pass.Grouped() {
		rows = w.fold.keyless
	}
	for _, row := range rows {
		i := int(row)
		key, ok := w.wholes, true
		if len(u.bound.Columns) == 0 {
			key = b.whole(i, &w.wholes)
		} else {
			key, ok = u.bound.appendKey(key[:0], b, i, u.bound.Columns)
			w.wholes = key
		}
		if ok {
			w.noteUnique(&w.unique[k], key, i)
		}
	}
}

// addPairs notes the keys of a batch for a check with Clash, and the keys with
// the cell that must agree behind them.
func (w *worker) addPairs(k int, u *uniqueCheck) {
	b, clash := w.batch, []int{*u.bound.Clash}
	for _, row := range b.all {
		i := int(row)
		if len(b.Cell(i, clash[0])) == 0 {
			continue
		}
		key, ok := u.bound.appendKey(w.wholes[:0], b, i, u.bound.Columns)
		n := len(key)
		if ok {
			key, ok = u.bound.appendKey(key, b, i, clash)
		}
		w.wholes = key
		if ok {
			w.noteUnique(&w.unique[k], key[:n], i)
			w.noteUnique(&w.unique[u.pairs], key, i)
		}
	}
}

func (w *worker) noteUnique(to *partitions[uniqueRecord], key []byte, i int) {
	h, h2 := maphash.Bytes(w.fold.seed, key), maphash.Bytes(w.fold.seed2, key)
	to.add(h, uniqueRecord{h, uint32(h2), uint32(w.batch.Number(i))})
}

// appendKey appends the cells of a row in some columns. ok is false where one of
// them is blank or cannot be compared.
func (u *UniqueCheck) appendKey(key []byte, b *Batch, i int, columns []int) (_ []byte, ok bool) {
	for _, c := range columns {
		cell := Trim(b.Cell(i, c))
		if len(cell) == 0 || u.Sound != nil && !u.Sound(cell) {
			return key, false
		}
		if u.Fold {
			cell = bytes.ToLower(cell)
		}
		key = append(append(key, cell...), 0)
	}
	return key, true
}

// whole returns a row in its one spelling: equal cells give equal text,
// however they are quoted. buf is scratch that the result may use.
func (b *Batch) whole(i int, buf *[]byte) []byte {
	if !b.Quoted(i) {
		return b.Stretch(i, 0, b.cols-1)
	}
	row := (*buf)[:0]
	for j := range b.cols {
		cell := b.Cell(i, j)
		if j > 0 {
			row = append(row, b.Comma())
		}
		if bytes.IndexByte(cell, b.Comma()) < 0 && bytes.IndexByte(cell, '"') < 0 && bytes.IndexByte(cell, '\n') < 0 && bytes.IndexByte(cell, '\r') < 0 {
			row = append(row, cell...)
			continue
		}
		row = append(row, '"')
		row = append(row, bytes.ReplaceAll(cell, []byte{'"'}, []byte(`""`))...)
		row = append(row, '"')
	}
	*buf = row
	return row
}

// repeats finds the rows that a Unique check reports, in the order of rows.
func (p *Plan) repeats(workers []*worker, u *uniqueCheck) []repeat {
	found := repeats(workers, slices.Index(p.uniques, u))
	if u.bound.Clash == nil || len(found) == 0 {
		return found
	}
	agree := repeats(workers, u.pairs)
	return slices.DeleteFunc(found, func(r repeat) bool {
		i, ok := slices.BinarySearchFunc(agree, r.row, func(a repeat, row uint32) int { return cmp.Compare(a.row, row) })
		return ok && agree[i].first == r.first
	})
}

// repeats finds the rows whose key in the k-th set of records an earlier row
// has, in the order of rows.
func repeats(workers []*worker, k int) []repeat {
	var found []repeat
	var records []uniqueRecord
	var t table32
	for part := range partitionCount {
		records = records[:0]
		for _, w := range workers {
			records = w.unique[k].gather(part, records)
		}
		t.reset(len(records))
		for i := range records {
			r := &records[i]
			t.put(uint32(i), r.hash, func(i, k uint32) bool {
				return records[i].hash == records[k].hash && records[i].hash2 == records[k].hash2
			})
		}
		for _, first := range t.heads {
			least := records[first].row
			for n := t.next[first]; n != 0; n = t.next[n-1] {
				least = min(least, records[n-1].row)
			}
			for n := first + 1; n != 0; n = t.next[n-1] {
				if row := records[n-1].row; row != least {
					found = append(found, repeat{row, least})
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b repeat) int { return cmp.Compare(a.row, b.row) })
	return found
}
