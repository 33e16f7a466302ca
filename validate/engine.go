package validate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/connectplus/preflight/table"
)

func trailing(m uint32) int { return bits.TrailingZeros32(m) }

// Run reads the source once and returns the judgement. err is non-nil only
// when ctx ends; a source that cannot be read to its end gives a result that
// is not Complete.
func (p *Plan) Run(ctx context.Context) (*FileResult, error) {
	n := p.opts.Workers
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	n = max(min(n, p.src.Blocks()), 1)
	workers := p.newWorkers(n)
	res := &FileResult{Complete: true, Rules: p.rules, plan: p}
	res.Summary = Summary{Name: p.src.Name, Bytes: p.src.Size, Template: p.opts.Template, Chosen: p.opts.Chosen, Source: p.src, Place: p.opts.Place, Lists: slices.Sorted(maps.Keys(p.opts.Lists)),
		Columns: p.pass.Columns, Dates: map[string]string{}, tallies: map[tallyKey]*Tally{}}
	for _, c := range p.pass.Columns {
		if c.Layout != nil {
			res.Dates[c.Field.Name] = c.Layout.String()
		}
	}
	words := &words{p: p, causes: map[causeKey]*Cause{}}
	for _, h := range p.heads {
		h.run(h.pass, func(d Detail) { words.say(h.rule, d) })
	}
	var done, rows atomic.Int64
	err := p.src.Scan(ctx, n, func(w int, b *table.Batch) error {
		rows.Add(int64(b.Rows()))
		if p.opts.Progress != nil {
			p.opts.Progress(done.Add(b.Bytes()), p.src.TextSize())
		}
		return workers[w].guard(b)
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	res.Rows = rows.Load()
	if err != nil {
		res.Complete, res.Err, res.Stopped = false, err, true
	}
	mergers, err := mergeGroups(ctx, p, workers)
	if err == nil {
		err = p.gather(ctx, res, workers, mergers, words)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		res.Complete, res.Err = false, errors.Join(res.Err, err)
	}
	return res, nil
}

// Key returns the 0-based columns of the group key; empty where rows are not
// gathered into groups, or a column of the key is absent.
func (p *Plan) Key() []int { return p.pass.Key() }

func (p *Plan) newWorkers(n int) []*worker {
	seed, seed2, lines := maphash.MakeSeed(), maphash.MakeSeed(), &lines{last: p.src.LastRow()}
	workers := make([]*worker, n)
	for i := range workers {
		w := newWorker(p)
		w.fold.seed, w.fold.seed2, w.fold.lines = seed, seed2, lines
		workers[i] = w
	}
	return workers
}

// gather puts the shares of all workers together.
func (p *Plan) gather(ctx context.Context, res *FileResult, workers []*worker, mergers []*merger, words *words) error {
	total := &worker{p: p, counts: make([]int64, len(p.slots)), tallies: make([]*Tally, len(p.slots)),
		kept: make([][]Finding, len(p.slots)), codes: make([]RowSet, len(p.codes))}
	for _, w := range workers {
		res.Blank += w.blank.Len()
		total.unseen += w.unseen
		total.take(w.counts, w.tallies, &w.rejected, &w.refused, w.codes)
		for s, kept := range w.kept {
			total.kept[s] = append(total.kept[s], kept...)
		}
	}
	codeGroups := make([]int64, len(p.codes))
	var oversized []int64
	lost, grouped := &RowSet{}, &RowSet{}
	for _, m := range mergers {
		grouped.union(&m.refused)
		total.take(m.counts, m.tallies, &m.rejected, &m.refused, m.codes)
		res.Groups += m.groups
		res.RejectedGroups += m.rejectedGroups
		res.RefusedGroups += m.refusedGroups
		res.LostGroups += m.lostGroups
		lost.Or(&m.lost)
		for c, n := range m.codeGroups {
			codeGroups[c] += n
		}
		oversized = append(oversized, m.oversized...)
	}
	if len(oversized) > 0 {
		res.Complete = false
		res.Err = errors.Join(res.Err, fmt.Errorf("%s: the group that begins at row %d has more than 200,000 rows; groups of that size are not judged: see that its key is in the right column",
			p.src.Name, slices.Min(oversized)))
	}
	if err := p.repeated(ctx, res, total, workers); err != nil {
		return err
	}
	if err := p.describeGroups(ctx, res, total, mergers); err != nil {
		return err
	}
	for _, w := range workers {
		for _, c := range p.columns {
			if w.batch.fits[c.index] {
				p.pass.Columns[c.index].Fits = true
			}
		}
	}
	for _, s := range p.slots {
		if t := total.tallies[s.index]; t != nil {
			res.tallies[tallyKey{s.rule.ID, s.column}] = t
		}
	}
	for _, f := range p.files {
		if p.src.NotText != "" {
			break // there was nothing to count
		}
		f.run(f.pass, &res.Summary, func(d Detail) { words.say(f.rule, d) })
	}
	p.settle(res, total, words)
	res.Rejected, res.refused, res.codeRows, res.codeGroups = &total.rejected, &total.refused, total.codes, codeGroups
	res.lost = p.lost(total.codes, lost, grouped)
	for k := range p.joinKeys {
		var logs []joinLog
		for _, w := range workers {
			logs = append(logs, w.joined[k])
		}
		res.joined = append(res.joined, logs)
	}
	res.number()
	return nil
}

// lost returns the rows that the platform refuses for codes alone that Connect+
// does not show: those that groups count as lost, and of other rows, which are not
// grouped, those without a code that is shown. codes are the rows by Plan.codes.
func (p *Plan) lost(codes []RowSet, counted, grouped *RowSet) *RowSet {
	lost := &RowSet{}
	for c, code := range p.codes {
		if !p.shows(code) {
			lost.union(&codes[c])
		}
	}
	lost.without(grouped)
	lost.Or(counted)
	for c, code := range p.codes {
		if p.shows(code) {
			lost.without(&codes[c])
		}
	}
	return lost
}

// number counts the rows that are rejected and refused, and by which code.
func (r *FileResult) number() {
	r.Forecast = nil
	for c, code := range r.plan.codes {
		if rows := r.codeRows[c].Len(); rows > 0 {
			r.Forecast = append(r.Forecast, Forecast{Code: code, Rows: rows, Groups: r.codeGroups[c]})
		}
	}
	slices.SortFunc(r.Forecast, func(a, b Forecast) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Code, b.Code))
	})
	r.RejectedRows, r.RefusedRows, r.LostRows = r.Rejected.Len(), r.refused.Len(), r.lost.Len()
}

func (w *worker) take(counts []int64, tallies []*Tally, rejected, refused *RowSet, codes []RowSet) {
	for s, n := range counts {
		w.counts[s] += n
	}
	for s, t := range tallies {
		if t == nil {
			continue
		}
		if w.tallies[s] == nil {
			w.tallies[s] = &Tally{All: ^uint32(0)}
		}
		w.tallies[s].merge(t)
	}
	w.rejected.Or(rejected)
	w.refused.Or(refused)
	for c := range codes {
		w.codes[c].Or(&codes[c])
	}
}

// repeated words what the Unique checks found.
func (p *Plan) repeated(ctx context.Context, res *FileResult, total *worker, workers []*worker) error {
	var same RowSet // rows that repeat an earlier row as a whole
	order := slices.Clone(p.uniques)
	for k := range order { // whole rows first: they explain the rest
		if len(order[k].bound.Columns) == 0 {
			order[0], order[k] = order[k], order[0]
		}
	}
	for _, u := range order {
		found := p.repeats(workers, u)
		whole := len(u.bound.Columns) == 0
		if !whole {
			found = slices.DeleteFunc(found, func(r repeat) bool { return same.Has(int64(r.row)) })
		}
		total.counts[u.index] += int64(len(found))
		for _, r := range found {
			if whole {
				same.Add(int64(r.row))
			}
			total.reject(u.slot, int64(r.row))
		}
		if u.hidden {
			continue
		}
		if p.opts.Mend && u.fix != nil && u.fix.Remove {
			res.repeat(u, found)
		}
		found = found[:min(len(found), p.opts.Keep)]
		var runs [][]Run
		for _, r := range found {
			runs = append(runs, []Run{{int64(r.row), 1}, {int64(r.first), 1}})
		}
		rows, err := p.fetch(ctx, len(workers), runs)
		if err != nil {
			return err
		}
		for i := range found {
			later, first := rows.views(runs[i][:1]), rows.views(runs[i][1:])
			if len(later) == 0 || len(first) == 0 {
				continue
			}
			column, text := -1, []byte(nil)
			if !whole {
				column = u.column
				text = Trim(later[0].Cell(column))
			}
			f := p.finding(u.slot, u.bound.Describe(later[0], first[0]), later[0].b.Ref(later[0].i), column, text)
			f.Related = []Ref{first[0].b.Ref(first[0].i)}
			total.kept[u.index] = append(total.kept[u.index], f)
		}
	}
	return nil
}

// describeGroups words the failures of the lowest rows of each group check.
// Their rows are read again, so many at once as memory bears.
func (p *Plan) describeGroups(ctx context.Context, res *FileResult, total *worker, mergers []*merger) error {
	type failed struct {
		check *groupCheck
		failure
	}
	var all []failed
	for _, k := range p.groups {
		var failures []failure
		for _, m := range mergers {
			failures = append(failures, m.failures[k.bit]...)
		}
		if p.opts.Mend {
			res.fail(k, failures)
		}
		for _, f := range lowest(failures, p.opts.Keep) {
			all = append(all, failed{k, f})
		}
	}
	// Checks that found something in one group are worded together.
	slices.SortStableFunc(all, func(a, b failed) int { return cmp.Compare(a.row, b.row) })
	for len(all) > 0 {
		var runs [][]Run
		n, rows := 0, 0
		for ; n < len(all) && (n == 0 || rows < p.fetchRows()); n++ {
			runs = append(runs, all[n].runs)
			for _, r := range all[n].runs {
				rows += r.N
			}
		}
		fetched, err := p.fetch(ctx, len(mergers), runs)
		if err != nil {
			return err
		}
		for _, f := range all[:n] {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			p.describeGroup(total, f.check, &Rows{facts: f.facts, runs: f.runs, views: fetched.views(f.runs)})
		}
		all = all[n:]
	}
	return nil
}

// maxRelated bounds the rows of a group that a finding about its rows names.
const maxRelated = 50

func (p *Plan) describeGroup(total *worker, k *groupCheck, g *Rows) {
	full := func() bool { return len(total.kept[k.index]) >= p.opts.Keep }
	say := func(at int, d Detail) {
		r := g.Row(at)
		for i := range g.Len() { // a check that needed no rows to judge names the row now
			if g.Row(i).Number() == d.Row {
				r = g.Row(i)
			}
		}
		column := d.Column
		var text []byte
		if column >= 0 {
			text = Trim(r.Cell(column))
		}
		f := p.finding(k.slot, d, r.b.Ref(r.i), column, text)
		f.Group = p.groupText(r)
		for i, rel := range f.Related {
			for j := range g.Len() {
				if v := g.Row(j); v.Number() == rel.Row {
					f.Related[i] = v.b.Ref(v.i)
				}
			}
		}
		total.kept[k.index] = append(total.kept[k.index], f)
	}
	if full() {
		return
	}
	if k.row != nil {
		for i := range g.Len() {
			if !k.row.OK(g.Row(i)) {
				d := k.row.Describe(g.Row(i))
				d.Column = k.row.Column
				for k := range min(g.Len(), maxRelated) {
					d.Related = append(d.Related, g.Row(k).Number())
				}
				say(i, d)
				return
			}
		}
		return
	}
	k.bound.Judge(g, func(at int, _ uint32) {
		if !full() {
			say(at, k.bound.Describe(g, at))
		}
	})
}

// groupText returns the key of a row's group.
func (p *Plan) groupText(r RowView) string {
	var parts []string
	for _, c := range p.pass.key {
		parts = append(parts, value(Trim(r.Cell(c))))
	}
	return strings.Join(parts, " ")
}
