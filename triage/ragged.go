package triage

import (
	"context"
	"slices"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// mostTries bounds the keys that are looked up for ragged rows: some seconds of work.
const mostTries = 1 << 26

// candidates calls visit with the keys of bills that are known from other rows and
// may be that of a ragged row: all that its cells can be, whatever their columns. at
// is the bill of the answers, or -1 where they do not name it.
func (j *joiner) candidates(row []byte, comma byte, columns []int, visit func(k key, at int32)) {
	table.Candidates(row, comma, columns, func(cells [][]byte) bool {
		if j.tries++; j.tries > mostTries {
			return false
		}
		k, _ := keyOf(cells)
		if at, ok := j.bills[k]; ok && j.known(at) {
			visit(k, at)
		} else if !ok && j.unnamed[k] {
			visit(k, -1)
		}
		return true
	})
}

// known reports whether a row with all its cells names a bill, in either file.
func (j *joiner) known(at int32) bool { return j.list[at].state&(billSure|billJoined) != 0 }

// strays finds the bills that ragged rows of the source may belong to: each whose
// whole key stands among the cells, or the neighbours where none does. None of
// these is sent again. The row goes with the first of them that failed.
func (j *joiner) strays(ctx context.Context) error {
	var before []key // none, or one
	var waiting []int64
	home := func(next ...key) {
		for _, number := range waiting {
			j.stray(number, slices.Concat(before, next))
		}
		waiting = waiting[:0]
	}
	err := j.each(ctx, func(b *table.Batch, p place) error {
		if p.fault == nil {
			if k, named := j.key(p); named {
				home(k)
				before = append(before[:0], k)
			}
			return nil
		}
		var owners []key
		j.candidates(b.FaultText(p.fault), b.Comma(), j.o.Keys, func(k key, _ int32) { owners = append(owners, k) })
		if len(owners) == 0 {
			waiting = append(waiting, p.number)
			return nil
		}
		j.stray(p.number, owners)
		return nil
	})
	home()
	return err
}

// stray notes whose a ragged row may be.
func (j *joiner) stray(number int64, owners []key) {
	home := int32(-1)
	for _, k := range owners {
		at, ok := j.bills[k]
		if !ok {
			continue
		}
		b := &j.list[at]
		b.state |= billBroken | billJoined
		if home < 0 || j.list[home].state&billFailed == 0 && b.state&billFailed != 0 {
			home = at
		}
	}
	if len(owners) > 0 {
		j.foretell(owners[0], number)
	}
	if home < 0 {
		j.Unnamed.Rows++
		return
	}
	j.list[home].rows++
	if j.list[home].state&billFailed != 0 {
		j.homes[number] = home
	}
}

// answered finds the bills that ragged rows of the error file may answer for. What
// became of these is not known, so that none of them is sent again, but where the
// row has its key and nothing but a message with commas.
func (j *joiner) answered(ctx context.Context) error {
	if j.Answers.Ragged == 0 || j.Answers.Trouble != "" {
		return nil
	}
	return j.Source.Scan(ctx, 1, func(_ int, b *table.Batch) error {
		for i := range b.Faults {
			f := &b.Faults[i]
			if f.Shaped() || f.Kind == table.FaultBlank {
				continue
			}
			cells := j.Layout.ragged(j.Source, b, f)
			j.keys = j.keys[:0]
			lacks := false // a part of the key
			for _, c := range j.columns {
				j.keys = append(j.keys, cells(c))
				lacks = lacks || cells(c) == nil
			}
			k, named := keyOf(j.keys)
			own, ok := j.bills[k]
			ok = named && !lacks && (ok && j.known(own) || j.unnamed[k])
			if ok && !j.Layout.shifted(b, f) {
				j.mark(k, billUnread)
			}
			found := ok
			j.candidates(b.FaultText(f), b.Comma(), j.columns, func(other key, _ int32) {
				found = true
				if !ok || other != k {
					j.mark(other, billUnread)
				}
			})
			if !found || lacks && f.Cells < b.Columns() {
				j.Keyless++
			}
		}
		return nil
	})
}

// mark adds to the state of a bill that the answers name.
func (j *joiner) mark(k key, state uint8) {
	if at, ok := j.bills[k]; ok {
		j.list[at].state |= state
	}
}

// withhold says why no bill at all may be sent again; empty: some may.
func (j *joiner) withhold() string {
	switch {
	case j.Answers.Trouble != "":
		return "the error file could not be read to its end, and what follows may say that bills were taken"
	case j.Keyless > 0:
		return words.Plural(j.Keyless, "row") + " of the error file with too many or too few cells may answer for any bill"
	case j.tries > mostTries:
		return "too many rows have too many or too few cells to tell their bills"
	}
	return ""
}

// quiet finds what rules found that sees codes coming and is no error: rows counts
// as wrong all the same. Where the rows are not known, the codes are not shown by
// such a rule, and rules has it.
func quiet(f *validate.FileResult) (rows map[int64][]string, rules map[string]bool) {
	rows, rules = map[int64][]string{}, map[string]bool{}
	if f == nil {
		return rows, rules
	}
	left := map[string]int64{}
	for _, c := range f.Causes {
		if c.Severity < validate.Error {
			left[c.Rule] += c.Count
		}
	}
	for i := range f.Findings {
		if fd := &f.Findings[i]; fd.Severity < validate.Error && fd.Pos.Row > 1 {
			left[fd.Rule]--
			rows[fd.Pos.Row] = append(rows[fd.Pos.Row], fd.Rule)
		}
	}
	for rule, n := range left {
		if n > 0 {
			rules[rule] = true
		}
	}
	return rows, rules
}
