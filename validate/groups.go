package validate

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
)

// This file brings the runs of each group together after the last row: a group
// of one run keeps its verdict, one of several is judged again.

// maxGroup bounds the rows of a group that is judged on its rows; a message
// names it.
const maxGroup = 200_000

// A failure is a group that a check found something in.
type failure struct {
	row   int64 // of the first finding, or a row before it that no other group has
	runs  []Run
	facts Facts
	class uint32
}

// A merger judges the groups of some partitions.
type merger struct {
	p       *Plan
	workers []*worker

	counts      []int64 // by slot
	tallies     []*Tally
	failures    [][]failure // by group check
	worst       []int64     // by group check: no failure behind this row will be shown
	pending     []pending   // groups that need their rows
	pendingRows int

	groups, rejectedGroups, refusedGroups, lostGroups int64
	rejected, refused, lost                           RowSet

	codes      []RowSet
	codeGroups []int64
	oversized  []int64 // first rows of groups that are too large to judge

	records, one []record
	table        table32
	stretches    []Run    // scratch
	hashes       []uint32 // scratch
	rows         Rows     // scratch
	count        *counter
}

// A pending group waits for its rows.
type pending struct {
	records []record
	facts   Facts
	failed  uint16 // checks that found something, by bit
	judged  uint16 // checks that have judged already
}

func newMerger(p *Plan, workers []*worker) *merger {
	m := &merger{p: p, workers: workers, count: newCounter(), counts: make([]int64, len(p.slots)), tallies: make([]*Tally, len(p.slots)),
		failures: make([][]failure, len(p.groups)), codes: make([]RowSet, len(p.codes)), codeGroups: make([]int64, len(p.codes))}
	for range p.groups {
		m.worst = append(m.worst, math.MaxInt64)
	}
	return m
}

// mergeGroups brings all runs together, partition by partition.
func mergeGroups(ctx context.Context, p *Plan, workers []*worker) ([]*merger, error) {
	if !p.pass.Grouped() {
		return nil, nil
	}
	mergers := make([]*merger, len(workers))
	errs := make([]error, len(workers))
	var group sync.WaitGroup
	for i := range mergers {
		m := newMerger(p, workers)
		mergers[i] = m
		group.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = internalError(r)
				}
			}()
			for part := i; part < partitionCount && errs[i] == nil; part += len(mergers) {
				errs[i] = m.partition(ctx, part)
			}
			if errs[i] == nil {
				errs[i] = m.resolve(ctx)
			}
		})
	}
	group.Wait()
	return mergers, firstError(errs)
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// partition judges the groups of one partition.
func (m *merger) partition(ctx context.Context, part int) error {
	m.records = m.records[:0]
	for _, w := range m.workers {
		m.records = w.fold.records.gather(part, m.records)
	}
	recs := m.records
	m.table.reset(len(recs))
	for i := range recs {
		m.table.put(uint32(i), recs[i].hash, func(i, k uint32) bool {
			return recs[i].hash == recs[k].hash && recs[i].hash2 == recs[k].hash2
		})
	}
	for _, first := range m.table.heads {
		if m.table.next[first] == 0 {
			m.single(&recs[first])
			continue
		}
		m.one = m.one[:0]
		for n := first + 1; n != 0; n = m.table.next[n-1] {
			m.one = append(m.one, recs[n-1])
		}
		slices.SortFunc(m.one, func(a, b record) int { return cmp.Compare(a.first, b.first) })
		m.several(m.one)
		if m.pendingRows >= m.p.fetchRows() {
			if err := m.resolve(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// single takes over the verdict on a group of one run.
func (m *merger) single(r *record) {
	for _, k := range m.p.groups {
		if r.failed&(1<<k.bit) == 0 {
			continue
		}
		n, class := int64(1), uint32(0)
		if r.flags&recordNoted != 0 {
			n, class = m.note(r.first, k.bit)
		}
		m.stretches = append(m.stretches[:0], Run{int64(r.first), int(r.rows)})
		m.fail(k, n, class, failure{row: int64(r.first), runs: m.stretches, facts: r.facts()})
	}
	m.one = append(m.one[:0], *r)
	m.settle(m.one, r.failed)
}

// note returns what was noted of a check's findings in the run at row first.
func (m *merger) note(first uint32, bit int) (n int64, class uint32) {
	for _, w := range m.workers {
		notes := w.fold.notes
		i, ok := slices.BinarySearchFunc(notes, first, func(a note, row uint32) int { return cmp.Compare(a.first, row) })
		for ; ok && i < len(notes) && notes[i].first == first; i++ {
			if int(notes[i].bit) == bit {
				return int64(notes[i].n), notes[i].class
			}
		}
	}
	return 1, 0
}

// fail counts the findings of a check in one group. It keeps a copy of f where
// it is among the lowest rows so far.
func (m *merger) fail(k *groupCheck, n int64, class uint32, f failure) {
	m.counts[k.index] += n
	if class != 0 || k.bound != nil && k.bound.Conclude != nil {
		if m.tallies[k.index] == nil {
			m.tallies[k.index] = &Tally{All: ^uint32(0)}
		}
		m.tallies[k.index].add(class)
	}
	if k.hidden {
		return
	}
	all := m.p.opts.Mend && (class&1 != 0 || k.fix != nil && k.fix.Remove)
	if f.row > m.worst[k.bit] && !all {
		return // enough of lower rows are kept
	}
	f.runs, f.class = slices.Clone(f.runs), class
	m.failures[k.bit] = append(m.failures[k.bit], f)
	if len(m.failures[k.bit]) > 2*m.p.opts.Keep+100 && !all {
		m.failures[k.bit] = lowest(m.failures[k.bit], m.p.opts.Keep)
		m.worst[k.bit] = m.failures[k.bit][m.p.opts.Keep-1].row
	}
}

// lowest returns the n failures of the lowest rows.
func lowest(f []failure, n int) []failure {
	slices.SortFunc(f, func(a, b failure) int { return cmp.Compare(a.row, b.row) })
	return f[:min(n, len(f))]
}

// several judges a group of several records: what its facts do not settle
// waits until its rows are read again.
func (m *merger) several(recs []record) {
	facts, failed := m.facts(recs), uint16(0)
	for _, r := range recs {
		for _, k := range m.p.groups {
			if k.row != nil {
				failed |= r.failed & (1 << k.bit)
			}
		}
	}
	wait := pending{facts: facts}
	m.stretches = m.runs(recs, m.stretches[:0])
	g := &m.rows
	*g = Rows{facts: facts, runs: m.stretches}
	for _, k := range m.p.groups {
		switch {
		case k.row != nil:
			if failed&(1<<k.bit) != 0 {
				m.fail(k, 1, 0, failure{row: g.runs[0].First, runs: g.runs, facts: facts})
			}
			wait.judged |= 1 << k.bit
		case k.trust&facts != 0:
			wait.judged |= 1 << k.bit
		default:
			g.wants = false
			n, class := m.count.judge(k, g)
			if g.wants {
				continue
			}
			wait.judged |= 1 << k.bit
			if n > 0 {
				failed |= 1 << k.bit
				at := g.runs[0].First
				if len(g.runs) > 1 {
					at = g.runs[1].First
				}
				m.fail(k, n, class, failure{row: at, runs: g.runs, facts: facts})
			}
		}
	}
	rows := 0
	for _, r := range recs {
		rows += int(r.rows)
	}
	if wait.judged == 1<<len(m.p.groups)-1 {
		m.settle(recs, failed)
		return
	}
	if rows > maxGroup {
		m.oversized = append(m.oversized, int64(recs[0].first))
		m.settle(recs, failed)
		return
	}
	wait.failed = failed
	wait.records = slices.Clone(recs)
	m.pending = append(m.pending, wait)
	m.pendingRows += rows
}

// facts returns what the records prove of their group together.
func (m *merger) facts(recs []record) Facts {
	facts := Together | Uniform | Balanced | Distinct
	var sum, total, rows int64
	var head *record
	for i := range recs {
		r := &recs[i]
		if i > 0 && !m.follows(int64(recs[i-1].first+recs[i-1].rows), int64(r.first)) {
			facts &^= Together
		}
		if r.flags&recordRagged != 0 {
			facts = facts&^Balanced | ragged
			continue
		}
		rows += int64(r.rows)
		f := r.facts()
		if f&Uniform == 0 || head != nil && head.head != r.head {
			facts &^= Uniform
		}
		if head == nil {
			head, total = r, r.total
		}
		if f&Distinct == 0 {
			facts &^= Distinct
		}
		if r.flags&recordUnsummed != 0 || r.total != total {
			facts &^= Balanced
		}
		if sum += r.sum; sum < 0 {
			facts &^= Balanced
		}
	}
	if sum != total || facts&Uniform == 0 {
		facts &^= Balanced
	}
	if facts&Distinct != 0 && rows <= maxGroup && m.alike(recs) {
		facts &^= Distinct
	}
	return facts
}

// alike reports whether two rows of the group may agree in the distinct columns.
func (m *merger) alike(recs []record) bool {
	f := &m.workers[0].fold
	h := m.hashes[:0]
	for _, r := range recs {
		if r.flags&recordRagged != 0 {
			continue
		}
		for i := range r.rows {
			h = append(h, f.lines.at(int64(r.first+i)))
		}
	}
	m.hashes = h
	return f.repeated(h)
}

// follows reports whether row is the next one from end on that is not blank.
func (m *merger) follows(end, row int64) bool {
	for ; end < row; end++ {
		if !slices.ContainsFunc(m.workers, func(w *worker) bool { return w.blank.Has(end) }) {
			return false
		}
	}
	return end == row
}

// runs appends the stretches that records make.
func (m *merger) runs(recs []record, runs []Run) []Run {
	for _, r := range recs {
		if n := len(runs); n > 0 && m.follows(runs[n-1].First+int64(runs[n-1].N), int64(r.first)) {
			runs[n-1].N = int(int64(r.first)-runs[n-1].First) + int(r.rows)
			continue
		}
		runs = append(runs, Run{int64(r.first), int(r.rows)})
	}
	return runs
}

// resolve reads the rows of pending groups again and judges those.
func (m *merger) resolve(ctx context.Context) error {
	waiting := m.pending
	m.pending, m.pendingRows = nil, 0
	if len(waiting) == 0 {
		return nil
	}
	var all [][]Run
	for i := range waiting {
		all = append(all, m.runs(waiting[i].records, nil))
	}
	rows, err := m.p.fetch(ctx, 1, all)
	if err != nil {
		return err
	}
	for i := range waiting {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := &waiting[i]
		g := &Rows{facts: p.facts, runs: all[i], views: rows.views(all[i])}
		for _, k := range m.p.groups {
			if p.judged&(1<<k.bit) != 0 {
				continue
			}
			n, class := m.count.judge(k, g)
			if n > 0 {
				p.failed |= 1 << k.bit
				at := int64(0)
				k.bound.Judge(g, func(i int, _ uint32) {
					if at == 0 {
						at = g.Row(i).Number()
					}
				})
				m.fail(k, n, class, failure{row: at, runs: g.runs, facts: p.facts})
			}
		}
		m.settle(p.records, p.failed)
	}
	return nil
}

// settle counts a group and, if it is rejected, its rows.
func (m *merger) settle(recs []record, failed uint16) {
	m.groups++
	flags := uint16(0)
	for _, r := range recs {
		flags |= r.flags
	}
	rejected, refused := flags&recordRejected != 0, flags&recordRefused != 0
	if !rejected && failed == 0 {
		return
	}
	codes := make([]bool, len(m.p.codes))
	for _, k := range m.p.groups {
		if failed&(1<<k.bit) == 0 || k.severity != Error || k.hidden {
			continue
		}
		rejected = true
		if k.code < 0 {
			continue
		}
		refused = true
		codes[k.code] = true
		for _, r := range recs {
			m.codes[k.code].AddRange(int64(r.first), int(r.rows))
		}
	}
	if !rejected {
		return
	}
	m.rejectedGroups++
	if refused {
		m.refusedGroups++
	}
	for _, r := range recs {
		m.rejected.AddRange(int64(r.first), int(r.rows))
		if refused {
			m.refused.AddRange(int64(r.first), int(r.rows))
		}
	}
	lost := refused
	for c, code := range m.p.codes {
		if codes[c] || flags&recordRefused != 0 && m.refusedWith(c, recs) {
			m.codeGroups[c]++
			lost = lost && !m.p.shows(code)
		}
	}
	if lost {
		m.lostGroups++
		for _, r := range recs {
			m.lost.AddRange(int64(r.first), int(r.rows))
		}
	}
}

// refusedWith reports whether a row of the group was refused with a code.
func (m *merger) refusedWith(code int, recs []record) bool {
	for _, w := range m.workers {
		for _, r := range recs {
			if w.codes[code].Any(int64(r.first), int(r.rows)) {
				return true
			}
		}
	}
	return false
}
