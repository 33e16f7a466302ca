package validate

import (
	"fmt"
	"sort"
	"unicode/utf8"

	"github.com/connectplus/preflight/table"
)

// A worker judges batches and keeps what it finds, for itself alone.
type worker struct {
	p     *Plan
	batch *Batch
	out   []int32   // candidates
	picks [][]int32 // what each selector picked

	verdict verdict // scratch
	seen    *verdicts

	counts  []int64 // by slot
	tallies []*Tally
	kept    [][]Finding // by slot, lowest rows first
	keeping []int       // by slot.place: findings of the rule that are kept
	keeps   []int       // the same, before this batch
	codes   []RowSet    // by code, of rows refused with it

	rejected, refused RowSet
	blank             RowSet
	unseen            int64   // rows that are not blank and have other columns than the header
	bad               []uint8 // per row of the batch: isRejected, isRefused
	anyBad            bool
	ranks             []uint8 // per cell of the batch: the rank of its finding, plus one
	anyRank           bool

	fold   folder
	unique []partitions[uniqueRecord] // by unique check, then by uniqueCheck.pairs
	joined []joinLog                  // by Plan.joinKeys
	wholes []byte                     // scratch: a row in its one spelling

	mend *mender // nil: what is found is counted, not repaired
}

const (
	isRejected = 1 << iota // an error
	isRefused              // an error for which the platform does not take the row
)

func newWorker(p *Plan) *worker {
	w := &worker{p: p, batch: newBatch(p), seen: new(verdicts), picks: make([][]int32, len(p.selectors)),
		counts: make([]int64, len(p.slots)), tallies: make([]*Tally, len(p.slots)),
		kept: make([][]Finding, len(p.slots)), codes: make([]RowSet, len(p.codes)),
		keeping: make([]int, len(p.places)), keeps: make([]int, len(p.places)),
		unique: make([]partitions[uniqueRecord], p.sets), joined: make([]joinLog, len(p.joinKeys))}
	w.fold.init(w)
	return w
}

// guard is visit that survives a rule that panics: a defect of ours must not
// take the user's terminal down, nor pass for a verdict.
func (w *worker) guard(t *table.Batch) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = internalError(r)
		}
	}()
	return w.visit(t)
}

// internalError words a panic.
func internalError(r any) error {
	return fmt.Errorf("internal error, please report it: %v", r)
}

// visit judges one batch: faults, cells, rows, and then the rows as groups.
func (w *worker) visit(t *table.Batch) error {
	n := w.load(t)
	copy(w.keeps, w.keeping)
	for i := range t.Faults {
		w.fault(t, &t.Faults[i])
	}
	if n == 0 {
		w.fold.batch(t)
		return nil
	}
	w.look()
	w.fold.batch(t)
	for k, u := range w.p.uniques {
		w.addUnique(k, u)
	}
	for k, key := range w.p.joinKeys {
		w.addJoin(k, key)
	}
	return nil
}

// load takes a batch in, and returns how many rows it has.
func (w *worker) load(t *table.Batch) int {
	w.batch.load(t, w.p)
	n := t.Len()
	if cap(w.bad) < n {
		w.bad = make([]uint8, n)
		w.ranks = make([]uint8, n*w.batch.cols)
	}
	if w.anyBad {
		clear(w.bad[:cap(w.bad)])
	}
	if w.anyRank {
		clear(w.ranks)
	}
	w.bad, w.anyBad, w.anyRank = w.bad[:n], false, false
	return n
}

// look shows the cells and rows of the batch to their checks.
func (w *worker) look() {
	b := w.batch
	for _, c := range w.p.columns {
		if c.bill {
			w.out = c.prefilter.suspects(b, b.leads, w.out[:0])
			b.ledOnly[c.index] = c.prefilter.kind == numberCells
			for _, i := range w.out {
				for k, end := i, b.end(int(b.lead[i])); k < end; k++ {
					w.cell(c, int(k))
				}
			}
			continue
		}
		w.out = c.prefilter.suspects(b, b.all, w.out[:0])
		for _, i := range w.out {
			w.cell(c, int(i))
		}
	}
	for k, s := range w.p.selectors {
		w.picks[k] = s.Scan(b, w.picks[k][:0])
	}
	for _, k := range w.p.rowChecks {
		if k.bit >= 0 {
			continue // judged with the groups
		}
		rows := b.all
		if k.selector >= 0 {
			rows = w.picks[k.selector]
		}
		for _, i := range rows {
			w.row(k, int(i))
		}
	}
}

// mark notes that a row of the batch has a finding of the slot.
func (w *worker) mark(s *slot, i int, row int64) {
	if bad := w.reject(s, row); bad != 0 {
		w.anyBad = true
		w.bad[i] |= bad
	}
}

// reject counts a row among the rejected ones if the slot's findings are
// errors, and among the refused ones if the platform does not take it. It
// returns isRejected and isRefused accordingly.
func (w *worker) reject(s *slot, row int64) uint8 {
	if s.severity != Error || s.hidden {
		return 0
	}
	w.rejected.Add(row)
	if s.code < 0 {
		return isRejected
	}
	w.refused.Add(row)
	w.codes[s.code].Add(row)
	return isRejected | isRefused
}

// cell judges a cell that its prefilter did not clear, and notes what is found.
func (w *worker) cell(c *columnPlan, i int) {
	b := w.batch
	s := b.spans[i*b.cols+c.index]
	raw := b.text[s.Off:s.End]
	v := &w.verdict
	if n := len(raw); n > 0 && n <= 16 {
		key := cellKey{head: head(raw), tail: head(raw[min(n, 8):]), column: int32(c.index), n: uint8(n)}
		v = &w.seen[(key.head^key.tail*31^uint64(n)<<56^uint64(c.index)<<40)*0x9e3779b97f4a7c15>>54]
		if v.key != key {
			v.key = key
			c.judge(raw, v)
		}
	} else {
		c.judge(raw, v)
	}
	if w.mend != nil {
		w.mend.cell(c, v, raw, i)
	} else {
		for _, f := range v.found[:v.n] {
			w.found(c.checks[f.check], f.class, raw, i)
		}
	}
	if v.rank != noRank {
		w.anyRank = true
		w.ranks[i*b.cols+c.index] = uint8(v.rank) + 1
	}
}

func (w *worker) found(k *cellCheck, class uint32, raw []byte, i int) {
	b := w.batch
	w.mark(k.slot, i, b.Number(i))
	w.counts[k.index]++
	if k.bound.Classify != nil {
		w.tally(k.slot).add(class)
	}
	if w.wants(k.slot) {
		text := raw
		if !k.check.Raw {
			text = Trim(raw)
		}
		w.keep(k.slot, k.bound.Describe(text), b.Ref(i), k.column, text)
	}
}

func (w *worker) tally(s *slot) *Tally {
	if w.tallies[s.index] == nil {
		w.tallies[s.index] = &Tally{All: ^uint32(0)}
	}
	return w.tallies[s.index]
}

func (t *Tally) add(bits uint32) {
	t.Total++
	t.All &= bits
	for m := bits; m != 0; m &= m - 1 {
		t.Bits[trailing(m)]++
	}
}

func (t *Tally) merge(o *Tally) {
	t.Total += o.Total
	t.All &= o.All
	for i, n := range o.Bits {
		t.Bits[i] += n
	}
}

func (w *worker) row(k *rowCheck, i int) {
	b := w.batch
	r := RowView{b, i}
	column := k.bound.Column
	if column >= 0 && k.bound.Rank != Beside && w.ranks[i*b.cols+column] != 0 {
		return // the cell itself has a finding that explains more
	}
	if k.bound.OK(r) {
		return
	}
	if column >= 0 && k.bound.Rank != Beside {
		w.anyRank = true
		w.ranks[i*b.cols+column] = uint8(k.bound.Rank) + 1
	}
	if w.mend != nil {
		w.mend.row(k, i)
		return
	}
	w.foundRow(k, i)
}

// foundRow notes a finding of a row check.
func (w *worker) foundRow(k *rowCheck, i int) {
	b := w.batch
	r := RowView{b, i}
	column := k.bound.Column
	w.mark(k.slot, i, b.Number(i))
	w.counts[k.index]++
	if k.bound.Classify != nil {
		w.tally(k.slot).add(k.bound.Classify(r))
	}
	if w.wants(k.slot) {
		d := k.bound.Describe(r)
		if column < 0 {
			column = d.Column - 1
		}
		var text []byte
		if column >= 0 {
			text = Trim(b.Cell(i, column))
		}
		w.keep(k.slot, d, b.Ref(i), column, text)
	}
}

func (w *worker) fault(t *table.Batch, f *table.Fault) {
	if f.Kind == table.FaultBlank {
		w.blank.Add(f.Row)
	} else if !f.Shaped() {
		w.unseen++
	}
	for _, k := range w.p.faults[f.Kind] {
		if k.check.Skip != nil && k.check.Skip(k.pass, f) {
			continue
		}
		w.counts[k.index]++
		if i := sort.Search(t.Len(), func(i int) bool { return t.Number(i) >= f.Row }); f.Shaped() && i < t.Len() {
			w.mark(k.slot, i, f.Row)
		} else {
			w.reject(k.slot, f.Row)
		}
		if w.wants(k.slot) {
			column := f.Column - 1
			if column >= w.batch.cols {
				column = -1
			}
			w.keep(k.slot, k.check.Describe(k.pass, f), t.FaultRef(f), column, nil)
		}
	}
}

// maxValue bounds the text of a cell that a finding keeps.
const maxValue = 4 << 10

// wants reports whether a finding of the slot's rule is to be kept. Batches come
// in file order, so once the lowest rows are kept no later batch matters.
func (w *worker) wants(s *slot) bool { return !s.hidden && w.keeps[s.place] < w.p.opts.Keep }

// keep words a finding at a row. column is 0-based, -1 for the row.
func (w *worker) keep(s *slot, d Detail, ref table.Ref, column int, text []byte) {
	w.keeping[s.place]++
	w.kept[s.index] = append(w.kept[s.index], w.p.finding(s, d, ref, column, text))
}

// finding puts together what a rule says and where.
func (p *Plan) finding(s *slot, d Detail, ref table.Ref, column int, text []byte) Finding {
	if d.Fix == nil {
		d.Fix = s.fix
	}
	f := Finding{Rule: s.rule.ID, Severity: s.severity, Message: d.Message, Value: d.Value, Codes: s.codes, Fix: d.Fix,
		Pos: Position{Row: ref.Row, Line: ref.Line, Offset: ref.Offset, Column: column + 1}}
	if column >= 0 && column < len(p.pass.Columns) {
		c := p.pass.Columns[column]
		f.Pos.Header = c.Header
		if c.Field != nil {
			f.Pos.Field, f.Sensitive = c.Field.Name, c.Field.Sensitive
		}
	}
	if text != nil {
		f.Value = value(text)
	}
	for _, row := range d.Related {
		f.Related = append(f.Related, Ref{Row: row})
	}
	return f
}

// value returns cell text that is safe to keep: UTF-8, bounded, a copy.
func value(text []byte) string {
	cut := text[:min(len(text), maxValue)]
	for len(cut) < len(text) && len(cut) > 0 && !utf8.RuneStart(text[len(cut)]) {
		cut = cut[:len(cut)-1]
	}
	return table.Text(cut)
}
