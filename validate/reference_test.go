package validate

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/connectplus/preflight/table"
)

// This file is the slow reference: encoding/csv, one row at a time, every
// check on every cell, groups in a map. It shares the checks with the engine,
// and nothing else: no blocks, no prefilters, no selectors, no facts, no folds.

// Reference judges text and returns what Lines returns of the engine's result.
func Reference(p *Plan, text string) ([]string, error) {
	r := &reference{p: p, rejected: map[int64]bool{}, refused: map[int64]bool{}, shown: map[int64]bool{}, codes: map[string]map[int64]bool{}, count: map[*slot]int64{}}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord = -1
	in.Comma = rune(p.src.Dialect.Comma)
	records, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	cols := len(records[0])
	var rows [][]string
	for _, rec := range records[1:] {
		if len(rec) != cols || strings.TrimSpace(strings.Join(rec, "")) == "" {
			rec = make([]string, cols) // has no cells to judge; keeps its number
		}
		rows = append(rows, rec)
	}
	r.batch = newBatch(p)
	r.batch.Batch = table.NewBatch(2, rows)
	for i, rec := range records[1:] {
		row := int64(i + 2)
		switch {
		case strings.TrimSpace(strings.Join(rec, "")) == "":
			r.fault(table.FaultBlank, row)
			r.state = append(r.state, isBlank)
		case len(rec) != cols:
			r.fault(table.FaultRagged, row)
			r.state = append(r.state, isRagged)
		default:
			r.state = append(r.state, isRow)
			ranks := make([]Rank, cols)
			for j := range cols {
				ranks[j] = r.cell(i, j)
			}
			r.row(i, ranks)
		}
	}
	r.groups(records[1:])
	r.uniques()
	return r.lines(), nil
}

type reference struct {
	p                 *Plan
	batch             *Batch
	state             []rowState
	found             []string
	count             map[*slot]int64
	rejected, refused map[int64]bool
	shown             map[int64]bool // of refused
	codes             map[string]map[int64]bool
	groupsSeen        int64
	badGroups         int64
	refusedGroups     int64
	lostGroups        int64
}

type rowState uint8

const (
	isRow rowState = iota
	isBlank
	isRagged
)

func (r *reference) say(s *slot, row int64, column int) {
	r.count[s]++
	r.found = append(r.found, fmt.Sprintf("%d:%d: %s", row, column+1, s.rule.ID))
}

// blame notes an error on rows.
func (r *reference) blame(s *slot, rows ...int64) {
	if s.severity != Error || s.hidden {
		return
	}
	for _, row := range rows {
		r.rejected[row] = true
		if s.code >= 0 {
			r.refused[row] = true
			code := r.p.codes[s.code]
			if r.p.shows(code) {
				r.shown[row] = true
			}
			if r.codes[code] == nil {
				r.codes[code] = map[int64]bool{}
			}
			r.codes[code][row] = true
		}
	}
}

func (r *reference) fault(kind table.FaultKind, row int64) {
	for _, k := range r.p.faults[kind] {
		r.say(k.slot, row, -1)
		r.blame(k.slot, row)
	}
}

// cell judges one cell and returns the rank of what was found.
func (r *reference) cell(i, j int) Rank {
	raw := r.batch.Cell(i, j)
	cell := Trim(raw)
	rank, blank := noRank, false
	for _, k := range r.p.columns[j].checks {
		if k.check.Rank > rank {
			break
		}
		text := cell
		if k.check.Raw {
			text = raw
		}
		switch empty := len(cell) == 0; {
		case k.check.Blanks && !empty, !k.check.Blanks && empty && (!k.check.Raw || len(raw) == 0 || blank):
			continue
		}
		if k.bound.OK(text) {
			continue
		}
		r.say(k.slot, r.batch.Number(i), j)
		r.blame(k.slot, r.batch.Number(i))
		blank = blank || k.check.Blanks
		if k.check.Rank != Beside {
			rank = k.check.Rank
		}
	}
	return rank
}

func (r *reference) row(i int, ranks []Rank) {
	view := RowView{r.batch, i}
	for _, k := range r.p.rowChecks {
		j := k.bound.Column
		if k.bit >= 0 || j >= 0 && k.bound.Rank != Beside && ranks[j] != noRank || k.bound.OK(view) {
			continue
		}
		if j >= 0 && k.bound.Rank != Beside {
			ranks[j] = k.bound.Rank
		}
		r.say(k.slot, view.Number(), j)
		r.blame(k.slot, view.Number())
	}
}

// groups gathers rows by key, in the order of the file.
func (r *reference) groups(records [][]string) {
	if !r.p.pass.Grouped() {
		return
	}
	members := map[string][]int{}
	for i, rec := range records {
		var key []string
		blank := true
		for _, c := range r.p.pass.key {
			text := ""
			if c < len(rec) {
				text = string(Trim([]byte(rec[c])))
			}
			blank = blank && text == ""
			key = append(key, text)
		}
		if !blank && r.state[i] != isBlank {
			k := strings.Join(key, "\x00")
			members[k] = append(members[k], i)
		}
		if blank && r.state[i] == isRow {
			r.alone(i)
		}
	}
	for _, rows := range members {
		r.group(rows)
	}
}

// alone judges a row without a key by what counts once a group.
func (r *reference) alone(i int) {
	view := RowView{r.batch, i}
	for _, k := range r.p.rowChecks {
		if k.bit >= 0 && !k.bound.OK(view) {
			r.say(k.slot, view.Number(), k.bound.Column)
			r.blame(k.slot, view.Number())
		}
	}
}

func (r *reference) group(rows []int) {
	g := &Rows{views: []RowView{}}
	var numbers []int64
	for n, i := range rows {
		row := r.batch.Number(i)
		numbers = append(numbers, row)
		apart := n == 0
		for between := rows[max(n-1, 0)] + 1; between < i; between++ {
			apart = apart || r.state[between] != isBlank
		}
		if apart {
			g.runs = append(g.runs, Run{row, 1})
		} else {
			last := &g.runs[len(g.runs)-1]
			last.N = int(row-last.First) + 1
		}
		if r.state[i] == isRagged {
			g.facts |= ragged
		} else {
			g.views = append(g.views, RowView{r.batch, i})
		}
	}
	if len(g.runs) == 1 {
		g.facts |= Together // what a run says itself
	}
	r.groupsSeen++
	for _, k := range r.p.groups {
		if k.row != nil {
			for _, v := range g.views {
				if !k.row.OK(v) {
					r.say(k.slot, v.Number(), k.row.Column)
					r.blame(k.slot, numbers...)
					break
				}
			}
			continue
		}
		if k.trust&g.facts != 0 || len(g.views) == 0 {
			continue
		}
		k.bound.Judge(g, func(at int, _ uint32) {
			d := k.bound.Describe(g, at)
			row := g.views[at].Number()
			if d.Row > 0 {
				row = d.Row
			}
			r.say(k.slot, row, d.Column)
			r.blame(k.slot, numbers...)
		})
	}
	if slices.ContainsFunc(numbers, func(n int64) bool { return r.rejected[n] }) {
		r.badGroups++
		for _, n := range numbers {
			r.rejected[n] = true
		}
	}
	if slices.ContainsFunc(numbers, func(n int64) bool { return r.refused[n] }) {
		r.refusedGroups++
		shown := slices.ContainsFunc(numbers, func(n int64) bool { return r.shown[n] })
		if !shown {
			r.lostGroups++
		}
		for _, n := range numbers {
			r.refused[n] = true
			r.shown[n] = shown
		}
	}
}

func (r *reference) uniques() {
	copies := map[int64]bool{}
	order := slices.Clone(r.p.uniques)
	slices.SortStableFunc(order, func(a, b *uniqueCheck) int { return min(len(a.bound.Columns), 1) - min(len(b.bound.Columns), 1) })
	for _, u := range order {
		seen := map[string]bool{}
		partner := map[string]string{} // of the first row of each key
		for i, state := range r.state {
			if state != isRow {
				continue
			}
			key, ok := r.uniqueKey(u, i)
			if !ok {
				continue
			}
			if c := u.bound.Clash; c != nil {
				cell := string(Trim(r.batch.Cell(i, *c)))
				if cell == "" || u.bound.Sound != nil && !u.bound.Sound([]byte(cell)) {
					continue
				}
				if u.bound.Fold {
					cell = strings.ToLower(cell)
				}
				if first, ok := partner[key]; !ok || first == cell {
					partner[key] = cell
					continue
				}
				seen[key] = true
			}
			if row := r.batch.Number(i); seen[key] && !copies[row] {
				column := -1
				if len(u.bound.Columns) > 0 {
					column = u.column
				} else {
					copies[row] = true
				}
				r.say(u.slot, row, column)
				r.blame(u.slot, row)
			}
			seen[key] = true
		}
	}
}

func (r *reference) uniqueKey(u *uniqueCheck, i int) (key string, ok bool) {
	if len(u.bound.Columns) == 0 {
		for _, c := range r.p.pass.key {
			if len(Trim(r.batch.Cell(i, c))) > 0 {
				return "", false // a group's business
			}
		}
		for j := range r.batch.Columns() {
			key += fmt.Sprintf("%q", r.batch.Cell(i, j))
		}
		return key, true
	}
	for _, c := range u.bound.Columns {
		cell := string(Trim(r.batch.Cell(i, c)))
		if cell == "" || u.bound.Sound != nil && !u.bound.Sound([]byte(cell)) {
			return "", false
		}
		if u.bound.Fold {
			cell = strings.ToLower(cell)
		}
		key += cell + "\x00"
	}
	return key, true
}

func (r *reference) lines() []string {
	out := r.found
	counts := map[string]int64{} // two checks of a rule may share a column
	for s, n := range r.count {
		counts[fmt.Sprintf("count %s column %d %d", s.rule.ID, s.column+1, s.severity)] += n
	}
	for what, n := range counts {
		out = append(out, fmt.Sprintf("%s: %d", what, n))
	}
	for code, rows := range r.codes {
		out = append(out, fmt.Sprintf("forecast %s: %d", code, len(rows)))
	}
	lost := 0
	for row := range r.refused {
		if !r.shown[row] {
			lost++
		}
	}
	out = append(out, fmt.Sprintf("rejected %d rows, refused %d rows, lost %d rows", len(r.rejected), len(r.refused), lost),
		fmt.Sprintf("%d groups, %d rejected, %d refused, %d lost", r.groupsSeen, r.badGroups, r.refusedGroups, r.lostGroups))
	slices.Sort(out)
	return out
}

// Lines renders a result of the engine for comparison; findings that are said
// of the file and its header are left out.
func Lines(p *Plan, res *FileResult) []string {
	var out []string
	// What a rule says of the file or its header is not of the reference.
	worded := func(rule string) bool {
		if slices.ContainsFunc(p.slots, func(s *slot) bool { return s.rule.ID == rule }) {
			return false
		}
		return slices.ContainsFunc(p.heads, func(w *wordCheck[Head]) bool { return w.rule.ID == rule }) ||
			slices.ContainsFunc(p.files, func(w *wordCheck[File]) bool { return w.rule.ID == rule })
	}
	for _, f := range res.Findings {
		if !worded(f.Rule) {
			out = append(out, fmt.Sprintf("%d:%d: %s", f.Pos.Row, f.Pos.Column, f.Rule))
		}
	}
	for _, c := range res.Causes {
		if !worded(c.Rule) {
			out = append(out, fmt.Sprintf("count %s column %d %d: %d", c.Rule, c.Column, c.Severity, c.Count))
		}
	}
	for _, f := range res.Forecast {
		out = append(out, fmt.Sprintf("forecast %s: %d", f.Code, f.Rows))
	}
	out = append(out, fmt.Sprintf("rejected %d rows, refused %d rows, lost %d rows", res.RejectedRows, res.RefusedRows, res.LostRows),
		fmt.Sprintf("%d groups, %d rejected, %d refused, %d lost", res.Groups, res.RejectedGroups, res.RefusedGroups, res.LostGroups))
	slices.Sort(out)
	return out
}
