package validate

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
)

// This file brings the join records of all files together, as groups.go does
// with the runs of one file.

// A joinSpace is the files whose keys are of one space, and the checks on them.
type joinSpace struct {
	members []joinMember
	checks  []*spaceCheck
}

type joinMember struct {
	file *FileResult
	key  *JoinKey
	logs []joinLog
}

// A spaceCheck is one Join check on the files of a space.
type spaceCheck struct {
	check *Join
	bound []*joinCheck // by member; nil: the check has no part in the file
}

// spaces gathers what files note under one space, in a fixed order: those whose
// rows are parts of one thing last, as they widen what others reject.
func spaces(files []*FileResult) []*joinSpace {
	byName := map[string]*joinSpace{}
	var order []*joinSpace
	for _, f := range files {
		for _, k := range f.plan.joins {
			key := f.plan.joinKeys[k.key]
			s := byName[key.Space]
			if s == nil {
				s = &joinSpace{}
				byName[key.Space] = s
				order = append(order, s)
			}
			if n := len(s.members); n == 0 || s.members[n-1].file != f {
				s.members = append(s.members, joinMember{f, key, f.joined[k.key]})
			}
			s.bind(k)
		}
	}
	order = slices.DeleteFunc(order, func(s *joinSpace) bool { return len(s.members) < 2 })
	slices.SortStableFunc(order, func(a, b *joinSpace) int { return cmp.Compare(a.whole(), b.whole()) })
	return order
}

func (s *joinSpace) whole() int {
	if s.members[0].key.Whole {
		return 1
	}
	return 0
}

// bind adds a check of the last member.
func (s *joinSpace) bind(k *joinCheck) {
	at := len(s.members) - 1
	for _, c := range s.checks {
		for _, other := range c.bound {
			if other != nil && other.rule == k.rule && other.place == k.place {
				c.bound = append(c.bound, make([]*joinCheck, at-len(c.bound)+1)...)
				c.bound[at] = k
				return
			}
		}
	}
	c := &spaceCheck{check: k.check, bound: make([]*joinCheck, at+1)}
	c.bound[at] = k
	s.checks = append(s.checks, c)
}

// judgeJoins brings the keys of all spaces together.
func judgeJoins(ctx context.Context, files []*FileResult, workers int) error {
	for _, s := range spaces(files) {
		joiners := make([]*joiner, min(workers, partitionCount))
		for i := range joiners {
			joiners[i] = newJoiner(s)
		}
		err := sideBySide(joiners, func(i int, j *joiner) (err error) {
			for part := i; part < partitionCount && err == nil; part += len(joiners) {
				err = j.partition(ctx, part)
			}
			return err
		})
		if err != nil {
			return err
		}
		s.reject(joiners)
		if err := s.resolve(ctx, joiners); err != nil {
			return err
		}
		s.reject(joiners)
		if err := s.describe(ctx, joiners); err != nil {
			return err
		}
	}
	for _, f := range files {
		f.joined = nil
		f.number()
	}
	return nil
}

// sideBySide lets joiners work, each on a goroutine, and returns the error of the
// first that has one.
func sideBySide(joiners []*joiner, work func(i int, j *joiner) error) error {
	errs := make([]error, len(joiners))
	var group sync.WaitGroup
	for i, j := range joiners {
		group.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = internalError(r)
				}
			}()
			errs[i] = work(i, j)
		})
	}
	group.Wait()
	return firstError(errs)
}

// A met is the runs that one member has of a key.
type met struct {
	member int
	runs   []Run
	rows   int
	sum    int64 // notSummed: it is not known
}

// A joinFailure is a key that a check found something in.
type joinFailure struct {
	member, check int
	row           int64 // first of the key in that member
	met           []met // all that the files have of the key
}

// A joiner judges the keys of some partitions.
type joiner struct {
	s        *joinSpace
	all      []int           // the checks of the space
	counts   [][]int64       // by check and member
	failures [][]joinFailure // by check
	worst    []int64         // by check: no failure behind this row will be shown
	rejects  []joinReject    // of the key that is judged
	rejected []rejection     // by member
	pending  []joinPending
	slab     []joinRun // records of pending are cut from it

	records []joinRecord
	owner   []int // per record: its member
	table   table32
	met     []met
	meeting Meeting
	hits    []int // parts that a check reported
	waits   []int // checks that asked for the rows
	report  func(at int)
}

func newJoiner(s *joinSpace) *joiner {
	j := &joiner{s: s, failures: make([][]joinFailure, len(s.checks)), rejected: newRejections(s)}
	for at := range s.checks {
		j.all = append(j.all, at)
		j.counts = append(j.counts, make([]int64, len(s.members)))
		j.worst = append(j.worst, math.MaxInt64)
	}
	j.report = func(at int) { j.hits = append(j.hits, at) }
	return j
}

// partition judges the keys of one partition.
func (j *joiner) partition(ctx context.Context, part int) error {
	j.records, j.owner = j.records[:0], j.owner[:0]
	for m := range j.s.members {
		logs := j.s.members[m].logs
		for i := range logs {
			j.records = logs[i].records.gather(part, j.records)
		}
		for len(j.owner) < len(j.records) {
			j.owner = append(j.owner, m)
		}
	}
	recs := j.records
	j.table.reset(len(recs))
	for i := range recs {
		j.table.put(uint32(i), recs[i].hash, func(i, k uint32) bool {
			return recs[i].hash == recs[k].hash && recs[i].hash2 == recs[k].hash2
		})
	}
	for _, first := range j.table.heads {
		j.gather(first)
		j.judge(j.met, j.all, nil)
	}
	return ctx.Err()
}

// gather puts the records of one key together, by member. Members come one
// after the other in the chain, as they were added.
func (j *joiner) gather(first uint32) {
	for i := range j.met {
		j.met[i].runs = j.met[i].runs[:0]
	}
	j.met = j.met[:0]
	for n := first + 1; n != 0; n = j.table.next[n-1] {
		r, m := &j.records[n-1], j.owner[n-1]
		if k := len(j.met); k == 0 || j.met[k-1].member != m {
			if k < cap(j.met) {
				j.met = j.met[:k+1]
				j.met[k] = met{member: m, runs: j.met[k].runs[:0]}
			} else {
				j.met = append(j.met, met{member: m})
			}
		}
		one := &j.met[len(j.met)-1]
		one.runs = append(one.runs, Run{int64(r.first), int(r.rows)})
		one.rows += int(r.rows)
		if one.sum >= 0 && r.sum >= 0 && one.sum+r.sum >= 0 {
			one.sum += r.sum
		} else {
			one.sum = notSummed
		}
	}
	for i := range j.met { // workers share a file as they come
		if len(j.met[i].runs) > 1 {
			slices.SortFunc(j.met[i].runs, func(a, b Run) int { return cmp.Compare(a.First, b.First) })
		}
	}
}

// fill makes the meeting of a check. part says which member each part is.
func (j *joiner) fill(m *Meeting, c *spaceCheck, all []met) {
	m.Parts, m.wants, m.read = m.Parts[:0], false, false
	for k, b := range c.bound {
		if b == nil {
			continue
		}
		p := Part{Pass: b.pass, Complete: j.s.members[k].file.Complete,
			Copy: j.s.members[k].file.CopyOf != "", Key: j.s.members[k].key, member: k}
		for i := range all {
			if all[i].member == k {
				p.N, p.First, p.runs = all[i].rows, all[i].runs[0].First, all[i].runs
				p.Sum, p.Summed = all[i].sum, all[i].sum >= 0 && j.s.members[k].key.Sum > 0
			}
		}
		m.Parts = append(m.Parts, p)
	}
}

// judge shows a key to all checks or, once its rows are there, to those that
// asked for them.
func (j *joiner) judge(all []met, checks []int, rows []*fetched) {
	j.waits = j.waits[:0]
	for _, at := range checks {
		c, m := j.s.checks[at], &j.meeting
		j.fill(m, c, all)
		if rows != nil {
			m.show(rows)
		}
		j.hits = j.hits[:0]
		c.check.Judge(m, j.report)
		if m.wants && !m.read {
			j.waits = append(j.waits, at)
			continue
		}
		for _, hit := range j.hits {
			if p := &m.Parts[hit]; p.N > 0 {
				j.found(at, c.bound[p.member], p, all)
			}
		}
	}
	if len(j.waits) > 0 {
		j.wait(all)
	}
	if j.s.members[0].key.Whole && len(all) > 1 && (rows == nil || len(j.rejects) > 0) {
		j.widen(all)
	}
	for i := range j.rejects {
		j.rejected[j.rejects[i].member].take(&j.rejects[i])
	}
	j.rejects = j.rejects[:0]
}

// show gives a meeting its rows.
func (m *Meeting) show(rows []*fetched) {
	m.read = true
	for i := range m.Parts {
		p := &m.Parts[i]
		if p.N > 0 {
			p.views = rows[p.member].views(p.runs)
		}
	}
}

// found counts a finding of a check in one part.
func (j *joiner) found(check int, b *joinCheck, p *Part, all []met) {
	j.counts[check][p.member]++
	if b.hidden {
		return
	}
	if b.severity == Error {
		refuse := b.code >= 0
		plan := j.s.members[p.member].file.plan
		j.rejects = append(j.rejects, joinReject{p.member, b.slot, refuse, refuse && plan.shows(plan.codes[b.code]), p.runs})
	}
	if p.First > j.worst[check] {
		return // enough of lower rows are kept, in every file
	}
	j.failures[check] = append(j.failures[check], joinFailure{p.member, check, p.First, cloneMet(all)})
	if keep := j.s.keep(); len(j.failures[check]) > 2*keep*len(j.s.members)+100 {
		j.failures[check], j.worst[check] = lowestJoins(j.failures[check], keep, len(j.s.members))
	}
}

func cloneMet(all []met) []met {
	all = slices.Clone(all)
	for i := range all {
		all[i].runs = slices.Clone(all[i].runs)
	}
	return all
}

// keep returns how many findings of a check are kept in each file.
func (s *joinSpace) keep() (n int) {
	for _, m := range s.members {
		n = max(n, m.file.plan.opts.Keep)
	}
	return n
}

// lowestJoins returns the n failures of the lowest rows of each member, and the
// row behind which no member has another; MaxInt64 where one has fewer than n.
func lowestJoins(f []joinFailure, n, members int) ([]joinFailure, int64) {
	slices.SortFunc(f, func(a, b joinFailure) int { return cmp.Or(cmp.Compare(a.member, b.member), cmp.Compare(a.row, b.row)) })
	var kept []joinFailure
	worst, full := int64(0), 0
	for from := 0; from < len(f); {
		to := from
		for to < len(f) && f[to].member == f[from].member {
			to++
		}
		if to-from >= n {
			full++
			worst = max(worst, f[from+n-1].row)
		}
		kept = append(kept, f[from:min(to, from+n)]...)
		from = to
	}
	if full < members {
		worst = math.MaxInt64
	}
	return kept, worst
}

// widen rejects a key in all files where one rejects it: by a finding of its
// own, or by one across files.
func (j *joiner) widen(all []met) {
	rejected, refused, shown := len(j.rejects) > 0, false, false
	for _, r := range j.rejects {
		refused, shown = refused || r.refuse, shown || r.shown
	}
	for _, one := range all {
		f := j.s.members[one.member].file
		for _, r := range one.runs {
			rejected = rejected || f.Rejected.Any(r.First, max(r.N, 1)) // 0: one ragged row
			if n := max(r.N, 1); f.refused.Any(r.First, n) {
				refused, shown = true, shown || !f.lost.Any(r.First, n)
			}
		}
	}
	if !rejected {
		return
	}
	for _, one := range all {
		j.rejects = append(j.rejects, joinReject{one.member, nil, refused, shown, one.runs})
	}
}
