package validate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// joinRows bounds the rows that are read again at once for keys of several files.
const joinRows = 20_000

// A joinPending is a key that waits for its rows.
type joinPending struct {
	runs   []joinRun
	checks []int
	turn   uint64 // by its first row in the leading file or, if it has none there, in its first one
}

// A joinRun is a joinRecord of a pending key: 24 bytes.
type joinRun struct {
	sum    int64
	first  uint32
	rows   uint16
	member uint32
}

// slabRuns is how many records are made room for at once.
const slabRuns = 4096

// wait keeps a key until its rows are there.
func (j *joiner) wait(all []met) {
	need := 0
	for i := range all {
		need += len(all[i].runs)
	}
	if cap(j.slab)-len(j.slab) < need {
		j.slab = make([]joinRun, 0, max(need, slabRuns))
	}
	from := len(j.slab)
	for i := range all {
		for k, r := range all[i].runs {
			run := joinRun{first: uint32(r.First), rows: uint16(r.N), member: uint32(all[i].member)}
			if k == 0 {
				run.sum = all[i].sum
			}
			j.slab = append(j.slab, run)
		}
	}
	w := joinPending{runs: j.slab[from:len(j.slab):len(j.slab)], checks: slices.Clone(j.waits)}
	if n := len(j.pending); n > 0 && slices.Equal(j.pending[n-1].checks, j.waits) {
		w.checks = j.pending[n-1].checks
	}
	j.pending = append(j.pending, w)
}

// met returns what the files have of the key.
func (w *joinPending) met() (all []met) {
	for _, r := range w.runs {
		if n := len(all); n == 0 || all[n-1].member != int(r.member) {
			all = append(all, met{member: int(r.member), sum: r.sum})
		}
		one := &all[len(all)-1]
		one.runs = append(one.runs, Run{int64(r.first), int(r.rows)})
		one.rows += int(r.rows)
	}
	return all
}

func (w *joinPending) place(lead int) {
	at := max(slices.IndexFunc(w.runs, func(r joinRun) bool { return int(r.member) == lead }), 0)
	w.turn = uint64(w.runs[at].member)<<32 | uint64(w.runs[at].first)
}

func (w *joinPending) rows() (n int) {
	for _, r := range w.runs {
		n += int(r.rows)
	}
	return n
}

// rowsAtOnce is how many rows each of some joiners reads again at once: many, as
// files in another order than each other are read once for each such piece.
func (s *joinSpace) rowsAtOnce(joiners int) int {
	n := math.MaxInt
	for _, m := range s.members {
		n = min(n, m.file.plan.fetchRows())
	}
	return max(n/joiners, 1)
}

// lead returns the member with the most text.
func (s *joinSpace) lead() (lead int) {
	for i, m := range s.members {
		if m.file.plan.src.TextSize() > s.members[lead].file.plan.src.TextSize() {
			lead = i
		}
	}
	return lead
}

// resolve judges the keys that wait for their rows: in the order of one file, so
// that files in one order are each read once.
func (s *joinSpace) resolve(ctx context.Context, joiners []*joiner) error {
	var waiting []joinPending
	for i, j := range joiners {
		if i == 0 {
			waiting = j.pending
		} else {
			waiting = append(waiting, j.pending...)
		}
		j.pending, j.slab = nil, nil
	}
	if len(waiting) == 0 {
		return nil
	}
	lead := s.lead()
	for i := range waiting {
		waiting[i].place(lead)
	}
	slices.SortFunc(waiting, func(a, b joinPending) int { return cmp.Compare(a.turn, b.turn) })
	var pieces [][]joinPending
	for from, rows, i := 0, 0, 0; i < len(waiting); i++ {
		if rows += waiting[i].rows(); rows >= s.rowsAtOnce(len(joiners)) || i == len(waiting)-1 {
			pieces = append(pieces, waiting[from:i+1])
			from, rows = i+1, 0
		}
	}
	return sideBySide(joiners, func(i int, j *joiner) (err error) {
		for ; i < len(pieces) && err == nil; i += len(joiners) {
			err = j.resolve(ctx, pieces[i])
		}
		return err
	})
}

// resolve reads the rows of some pending keys again and judges those.
func (j *joiner) resolve(ctx context.Context, waiting []joinPending) error {
	all := make([][]met, len(waiting))
	for i := range waiting {
		all[i] = waiting[i].met()
	}
	rows, err := j.s.fetch(ctx, 1, all)
	if err != nil {
		return err
	}
	for i := range waiting {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		j.judge(all[i], waiting[i].checks, rows)
	}
	return nil
}

// fetch reads the rows of some keys again, by member.
func (s *joinSpace) fetch(ctx context.Context, workers int, all [][]met) ([]*fetched, error) {
	runs := make([][][]Run, len(s.members))
	for _, key := range all {
		for _, one := range key {
			runs[one.member] = append(runs[one.member], one.runs)
		}
	}
	rows := make([]*fetched, len(s.members))
	for m, wanted := range runs {
		var err error
		if rows[m], err = s.members[m].file.plan.fetch(ctx, workers, wanted); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
