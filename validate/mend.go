package validate

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/connectplus/preflight/table"
)

// A Change is one step of repairing a row.
type Change struct {
	Row           int64 // as a spreadsheet shows it
	Column        int   // 0-based; -1: the row is left out
	Rule          string
	Before, After string // of the cell, without its quotes
}

// A Move brings rows of a group behind others of it.
type Move struct {
	Behind int64 // spreadsheet row
	Run
}

// Machine reports whether the fix says what a machine can do.
func (f *Fix) Machine() bool {
	return f != nil && (f.Text != nil || f.Swap != nil || f.Remove || f.Rewrite != NoRewrite)
}

// Wide returns the findings whose fix is about the file as a whole or about its
// header.
func (r *FileResult) Wide() []Finding { return r.wide }

// Mend walks the rows in file order and calls visit for every batch, with the
// changes that the wanted fixes make to its rows: by row, and for one cell in the
// order in which they are made. Cells are repaired until no wanted fix is left for
// them. Ragged rows stay as they are.
//
// It takes a result of [Options.Mend] whose source is still open, and returns the
// first error of visit, of the reader or of ctx. What a repair makes possible in
// other cells of its column or row is seen by another run alone.
func (r *FileResult) Mend(ctx context.Context, wanted func(rule string, f *Fix) bool, visit func(b *table.Batch, changes []Change) error) error {
	m := &mender{w: newWorker(r.plan), wanted: wanted, memo: make([]map[string][]step, len(r.Columns)),
		touched: map[place]bool{}}
	m.w.mend = m
	if err := m.copies(ctx, r); err != nil {
		return err
	}
	return r.Source.Scan(ctx, 1, func(_ int, b *table.Batch) (err error) {
		defer func() {
			if trouble := recover(); trouble != nil {
				err = internalError(trouble)
			}
		}()
		return visit(b, m.batch(b))
	})
}

// Encode returns a text, which is UTF-8 where a rule made it, as it is written in
// place of raw, a cell or header of the file. ok is false where the encoding of the
// file has no such character.
func (r *FileResult) Encode(raw []byte, text string) (_ string, ok bool) {
	return encode(r.Source, raw, text)
}

func encode(src *table.Source, raw []byte, text string) (_ string, ok bool) {
	whole := src.Encoding != table.Windows1252 && !src.BadHeader && src.BadByte < 0
	if whole || !utf8.ValidString(text) || utf8.Valid(raw) && bytes.ContainsFunc(raw, foreign) {
		return text, true // the file, or the cell itself, is UTF-8; or these are the bytes of the cell
	}
	out := make([]byte, 0, len(text))
	for _, r := range text {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			return "", false
		}
		out = append(out, c)
	}
	return string(out), true
}

func foreign(r rune) bool { return r >= utf8.RuneSelf }

// Moves returns what brings the rows of groups together that a rule found apart,
// in the order in which the rows are to be put.
func (r *FileResult) Moves(rule string) []Move {
	var moves []Move
	for k, failures := range r.failed {
		if k.rule.ID != rule {
			continue
		}
		for _, f := range failures {
			if f.class&1 == 0 {
				continue
			}
			for _, run := range f.runs[1:] {
				moves = append(moves, Move{f.runs[0].First + int64(f.runs[0].N) - 1, run})
			}
		}
	}
	slices.SortFunc(moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(a.Behind, b.Behind), cmp.Compare(a.First, b.First))
	})
	return moves
}

// repeat notes the rows that the fix of a check leaves out.
func (r *FileResult) repeat(u *uniqueCheck, found []repeat) {
	if r.repeats == nil {
		r.repeats = map[string]*RowSet{}
	}
	if r.repeats[u.rule.ID] == nil {
		r.repeats[u.rule.ID] = &RowSet{}
	}
	for _, f := range found {
		r.repeats[u.rule.ID].Add(int64(f.row))
	}
}

// fail keeps the failures that a machine can fix.
func (r *FileResult) fail(k *groupCheck, failures []failure) {
	if k.hidden || len(failures) == 0 {
		return
	}
	if r.failed == nil {
		r.failed = map[*groupCheck][]failure{}
	}
	r.failed[k] = slices.Clone(failures)
}

// A mender repairs the cells and rows that a worker finds.
type mender struct {
	w      *worker
	wanted func(rule string, f *Fix) bool
	copied []removal
	memo   []map[string][]step // by column: what becomes of a cell

	changes []Change // of the batch
	touched map[place]bool
	verdict verdict
}

// A place is a cell of the batch.
type place struct{ row, column int }

// A step is a repair of a cell: its rule, and what the cell holds after it.
type step struct{ rule, text string }

// A removal is the rows that a rule leaves out.
type removal struct {
	rule string
	rows *RowSet
}

// copies finds the rows that group and unique checks leave out.
func (m *mender) copies(ctx context.Context, r *FileResult) error {
	for rule, rows := range r.repeats {
		if m.wanted(rule, &Fix{Safe: true, Remove: true}) {
			m.copied = append(m.copied, removal{rule, rows})
		}
	}
	for k, failures := range r.failed {
		if k.fix == nil || !k.fix.Remove || !m.wanted(k.rule.ID, k.fix) {
			continue
		}
		out := removal{k.rule.ID, &RowSet{}}
		m.copied = append(m.copied, out)
		for len(failures) > 0 {
			var runs [][]Run
			n, rows := 0, 0
			for ; n < len(failures) && (n == 0 || rows < r.plan.fetchRows()); n++ {
				runs = append(runs, failures[n].runs)
				for _, run := range failures[n].runs {
					rows += run.N
				}
			}
			got, err := r.plan.fetch(ctx, 1, runs)
			if err != nil {
				return err
			}
			for i := range runs {
				g := &Rows{facts: failures[i].facts, runs: runs[i], views: got.views(runs[i])}
				k.bound.Judge(g, func(at int, _ uint32) { out.rows.Add(g.Row(at).Number()) })
			}
			failures = failures[n:]
		}
	}
	return nil
}

// batch returns the changes to the rows of a batch.
func (m *mender) batch(t *table.Batch) []Change {
	m.changes = m.changes[:0]
	clear(m.touched)
	n := m.w.load(t)
	for i := range t.Faults {
		f := &t.Faults[i]
		for _, k := range m.w.p.faults[f.Kind] {
			if k.fix != nil && k.fix.Remove && !k.hidden && m.wanted(k.rule.ID, k.fix) && (k.check.Skip == nil || !k.check.Skip(k.pass, f)) {
				m.changes = append(m.changes, Change{Row: f.Row, Column: -1, Rule: k.rule.ID})
				break
			}
		}
	}
	if n > 0 {
		m.w.look()
	}
	for _, c := range m.copied {
		if c.rows.Any(t.First(), t.Rows()) {
			m.leaveOut(t, c)
		}
	}
	slices.SortStableFunc(m.changes, func(a, b Change) int { return cmp.Compare(a.Row, b.Row) })
	return m.changes
}

// leaveOut leaves rows out, and what would have been changed in them.
func (m *mender) leaveOut(t *table.Batch, c removal) {
	for i := range t.Rows() {
		row := t.First() + int64(i)
		if !c.rows.Has(row) {
			continue
		}
		m.changes = slices.DeleteFunc(m.changes, func(c Change) bool { return c.Row == row })
		m.changes = append(m.changes, Change{Row: row, Column: -1, Rule: c.rule})
	}
}

// memoized bounds the cells of a column whose repairs are remembered.
const memoized = 1 << 16

// cell repairs a cell in which something was found.
func (m *mender) cell(c *columnPlan, v *verdict, raw []byte, i int) {
	row := m.w.batch.Number(i)
	if v.n == 0 {
		return
	}
	steps, known := m.memo[c.index][string(raw)]
	if !known {
		steps = m.repair(c, v, raw)
		if m.memo[c.index] == nil || len(m.memo[c.index]) >= memoized {
			m.memo[c.index] = map[string][]step{}
		}
		m.memo[c.index][string(raw)] = steps
	}
	before := ""
	for n, s := range steps {
		if n == 0 {
			before = string(raw)
		}
		m.changes = append(m.changes, Change{row, c.index, s.rule, before, s.text})
		m.touched[place{i, c.index}] = true
		before = s.text
	}
}

// turns bounds the repairs of one cell: each rule has one to make, hardly ever two.
const turns = 8

// repair works out what becomes of a cell.
func (m *mender) repair(c *columnPlan, v *verdict, raw []byte) (steps []step) {
	for range turns {
		next, rule := []byte(nil), ""
		for _, f := range v.found[:v.n] {
			k := c.checks[f.check]
			if k.hidden {
				continue
			}
			text := raw
			if !k.check.Raw {
				text = Trim(raw)
			}
			fix := k.fixOf(text, func() *Fix { return k.bound.Describe(text).Fix })
			if fix == nil || fix.Text == nil || !m.wanted(k.rule.ID, fix) {
				continue
			}
			if after, ok := encode(m.w.p.src, raw, *fix.Text); ok {
				next, rule = replace(raw, text, after), k.rule.ID
				break
			}
		}
		if rule == "" || bytes.Equal(next, raw) {
			break
		}
		steps = append(steps, step{rule, string(next)})
		raw, v = next, &m.verdict
		c.judge(raw, v)
	}
	return steps
}

// fixOf returns the fix of a finding: what the column as a whole allows, else
// what the check says of the one.
func (s *slot) fixOf(text []byte, own func() *Fix) *Fix {
	if s.repair != nil {
		if fix := s.repair(text); fix != nil {
			return fix
		}
	}
	return own()
}

// replace puts another text in place of the one that was judged: the cell, or
// what white space stands around.
func replace(raw, judged []byte, text string) []byte {
	at := bytes.Index(raw, judged)
	return slices.Concat(raw[:at], []byte(text), raw[at+len(judged):])
}

// row repairs the cells of a row in which something was found.
func (m *mender) row(k *rowCheck, i int) {
	b, column := m.w.batch, k.bound.Column
	if k.hidden {
		return
	}
	r := RowView{b, i}
	d := k.bound.Describe(r)
	if column < 0 {
		column = d.Column - 1
	}
	if column < 0 || m.touched[place{i, column}] {
		return
	}
	raw := b.Cell(i, column)
	fix := k.fixOf(Trim(raw), func() *Fix { return d.Fix })
	if fix == nil || !m.wanted(k.rule.ID, fix) {
		return
	}
	switch {
	case fix.Text != nil:
		if after, ok := encode(m.w.p.src, raw, *fix.Text); ok {
			m.put(i, column, k.rule.ID, raw, replace(raw, Trim(raw), after))
		}
	case fix.Swap != nil && !m.touched[place{i, *fix.Swap}]:
		other := b.Cell(i, *fix.Swap)
		m.put(i, column, k.rule.ID, raw, other)
		m.put(i, *fix.Swap, k.rule.ID, other, raw)
	}
}

func (m *mender) put(i, column int, rule string, before, after []byte) {
	m.touched[place{i, column}] = true
	m.changes = append(m.changes, Change{m.w.batch.Number(i), column, rule, string(before), string(after)})
}
