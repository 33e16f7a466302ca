package triage

import (
	"context"
	"slices"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// A Join is how the bills of the answers meet those of the source. Bills are the
// groups of rows with one key; where the template groups nothing, rows alike in it.
type Join struct {
	Name    string
	Rows    int64
	Headers []string // of the columns of the key
	By      []string // the same, of the error file
	// Partial: the source groups by more columns than both files have.
	Partial bool
	Bills   int64 // of the source

	// Named are bills of the source that the error file names.
	Named, Taken  int64
	Resend, Stuck Part
	Corrected     int64  // bills of Resend whose rows were changed and have no error any more
	Unproven      int64  // bills of Stuck that would be such, but nothing shows a change
	Both          int64  // bills of Stuck that were answered with a 200, too
	Unread        int64  // bills with no outcome
	Doubted       int64  // bills of Stuck with a row that was not read whole, in either file, or that may have it
	Withheld      string // why nothing at all is sent again, one clause; empty: some may be
	Unnamed       Part
	Strangers     int64   // bills of the error file that the source lacks
	StrangerRows  []int64 // rows of the error file with the first of them
	Judged        bool    // the source was judged to its end, and nothing is wrong with it as a whole
	Written       []Written
}

// A Part counts bills and their rows.
type Part struct{ Bills, Rows int64 }

// A Written names a file that was written.
type Written struct {
	Name string
	Part
	Checked *Checked // nil: nobody judged it
}

// Checked is what check says of a file that was written.
type Checked struct {
	Verdict  string // as that of check
	Rejected Part
}

// strangersShown bounds Join.StrangerRows.
const strangersShown = 5

// JoinOptions say how the source is joined.
type JoinOptions struct {
	Keys     []int // 0-based columns of the source, parallel to ReadOptions.Keys
	Same     []int // the same, of ReadOptions.Same
	Judged   *validate.FileResult
	Codes    []Explained
	Forecast *Forecast // of as many rows as the source has; nil: none
	// Unchanged: the source is the very file that was dropped, so no bill of it is
	// corrected.
	Unchanged bool
}

// A joiner matches a source with answers.
type joiner struct {
	*Answers
	*Join
	src  *table.Source
	o    JoinOptions
	keys [][]byte

	unnamed map[key]bool
	said    map[key][]int32 // of the forecast, by bill
	retry   map[spoken]bool
	shown   map[spoken]bool
	whole   bool // keys and Same are all columns of the source

	quiet   map[int64][]string // rules that found something in a row that is no error
	watched map[string]bool    // rules that see codes of the answers
	ragged  bool               // the source has such rows
	homes   map[int64]int32    // by ragged row: the bill that failed and that it goes with
	tries   int
}

// Match joins the source. It reads it once, and compares with the forecast, if
// there is one, on the way.
//
// The error is that of reading or of ctx.
func Match(ctx context.Context, a *Answers, src *table.Source, o JoinOptions) (*Matched, error) {
	j := &joiner{Answers: a, Join: &Join{Name: src.Name}, src: src, o: o, unnamed: map[key]bool{}, said: map[key][]int32{},
		watched: map[string]bool{}, homes: map[int64]int32{},
		retry: map[spoken]bool{}, shown: map[spoken]bool{}, whole: len(o.Keys)+len(o.Same) >= len(src.Header)}
	var unplaced map[string]bool
	j.quiet, unplaced = quiet(o.Judged)
	for _, e := range o.Codes {
		if !e.Warning {
			s := spoken{e.Code, e.Sense}
			silent := !slices.ContainsFunc(e.Rules, func(r Seer) bool { return unplaced[r.Rule] })
			j.retry[s], j.shown[s] = e.Retryable, e.shown() && silent
			for _, r := range e.Rules {
				j.watched[r.Rule] = true
			}
		}
	}
	j.Join.Judged = o.Judged != nil && o.Judged.Complete && !wrongAsAWhole(o.Judged)
	for _, k := range o.Keys {
		j.Join.Headers = append(j.Join.Headers, src.Header[k])
	}
	if err := j.each(ctx, j.meet); err != nil {
		return nil, err
	}
	if j.ragged {
		if err := j.strays(ctx); err != nil {
			return nil, err
		}
	}
	if err := j.answered(ctx); err != nil {
		return nil, err
	}
	j.Withheld = j.withhold()
	j.sum()
	return &Matched{j}, nil
}

// A Matched source can be parted.
type Matched struct{ j *joiner }

// Join returns the counts.
func (m *Matched) Join() *Join { return m.j.Join }

// wrongAsAWhole reports errors that are about no row.
func wrongAsAWhole(f *validate.FileResult) bool {
	return slices.ContainsFunc(f.Causes, func(c validate.Cause) bool {
		return c.Severity == validate.Error && c.Rows == 0 && !c.Groups
	})
}

// A place is one row of the source.
type place struct {
	number int64
	at     int          // among all rows of the batch
	fault  *table.Fault // it has more or fewer cells than the header; nil: as many
	cells  line
}

// each visits the rows of the source in order, blank ones left out.
func (j *joiner) each(ctx context.Context, visit func(b *table.Batch, p place) error) error {
	return j.src.Scan(ctx, 1, func(_ int, b *table.Batch) error {
		i, first := 0, b.First()
		sound := func(i int) error {
			return visit(b, place{b.Number(i), int(b.Number(i) - first), nil, func(column int) []byte { return b.Cell(i, column) }})
		}
		for _, f := range b.Faults {
			if f.Shaped() || f.Kind == table.FaultBlank {
				continue
			}
			for ; i < b.Len() && b.Number(i) < f.Row; i++ {
				if err := sound(i); err != nil {
					return err
				}
			}
			if err := visit(b, place{f.Row, int(f.Row - first), &f, func(column int) []byte { return b.FaultCell(&f, column) }}); err != nil {
				return err
			}
		}
		for ; i < b.Len(); i++ {
			if err := sound(i); err != nil {
				return err
			}
		}
		return nil
	})
}

// key digests the key of a row.
func (j *joiner) key(p place) (key, bool) {
	j.keys = j.keys[:0]
	for _, k := range j.o.Keys {
		j.keys = append(j.keys, p.cells(k))
	}
	return keyOf(j.keys)
}

// meet notes what is to be known of the bill of a row.
func (j *joiner) meet(_ *table.Batch, p place) error {
	j.Join.Rows++
	if p.fault != nil { // its bill is told once all others are known
		j.ragged = true
		return nil
	}
	k, named := j.key(p)
	if !named {
		j.Unnamed.Rows++
		return nil
	}
	j.foretell(k, p.number)
	at, ok := j.bills[k]
	if !ok {
		j.Unnamed.Rows++
		j.unnamed[k] = true
		return nil
	}
	b := &j.list[at]
	b.state |= billJoined
	if j.o.Judged != nil && j.o.Judged.Rejected != nil && j.o.Judged.Rejected.Has(p.number) ||
		slices.ContainsFunc(j.quiet[p.number], func(rule string) bool { return j.watched[rule] }) {
		b.state |= billErrors
	}
	b.rows++
	b.sum -= digest(p.cells, j.o.Same)
	return nil
}

// foretell notes what the forecast said of a row of a bill.
func (j *joiner) foretell(k key, number int64) {
	for _, s := range j.o.Forecast.at(number) {
		if !slices.Contains(j.said[k], s) {
			j.said[k] = append(j.said[k], s)
		}
	}
}

// A fate is what is to be done with a bill that failed.
type fate uint8

const (
	fateStuck fate = iota
	fateUnproven
	fateTemporary
	fateCorrected
)

// fate tells whether a bill that failed may be sent again as it stands in the
// source. Where nothing shows that it was changed, a person decides.
func (j *joiner) fate(k key, b *bill) fate {
	v := &j.outcomes[b.outcome]
	switch {
	case j.Withheld != "", b.state&(billTaken|billUnread|billBroken) != 0:
		return fateStuck
	case j.temporary(v):
		return fateTemporary
	case !j.sound(b, v):
		return fateStuck
	case !j.changed(k, b, v):
		return fateUnproven
	}
	return fateCorrected
}

// temporary reports whether sending again may help for all that was said.
func (j *joiner) temporary(v *verdict) bool {
	return !slices.ContainsFunc(v.said, func(s spoken) bool { return !j.retry[s] })
}

// sound reports whether rules that look for what a bill failed with find nothing
// wrong with it.
func (j *joiner) sound(b *bill, v *verdict) bool {
	if !j.Join.Judged || b.state&(billErrors|billBroken) != 0 {
		return false
	}
	return !slices.ContainsFunc(v.said, func(s spoken) bool { return !j.retry[s] && !j.shown[s] })
}

// changed reports whether something shows that the rows of a bill are not those
// that were dropped: the error file has other cells, or check had found then what
// the bill failed with. Where the error file has fewer rows of the bill than the
// source, their cells show nothing.
func (j *joiner) changed(k key, b *bill, v *verdict) bool {
	if j.o.Unchanged {
		return false
	}
	if len(j.o.Same) > 0 && b.told == b.rows && (b.sum != 0 || j.whole) {
		return b.sum != 0
	}
	return slices.ContainsFunc(j.said[k], func(set int32) bool {
		return slices.ContainsFunc(v.said, func(s spoken) bool {
			return !j.retry[s] && slices.Contains(j.o.Forecast.sets[set], s.code)
		})
	})
}

// sum counts the bills once all of their rows are known.
func (j *joiner) sum() {
	j.Unnamed.Bills = int64(len(j.unnamed))
	j.Join.Bills = j.Unnamed.Bills
	for k, at := range j.bills {
		b := &j.list[at]
		if b.state&billJoined == 0 {
			continue
		}
		j.Join.Bills++
		j.Named++
		switch {
		case b.state&billFailed == 0 && b.state&billTaken != 0:
			j.Join.Taken++
		case b.state&billFailed == 0:
			j.Join.Unread++
		default:
			j.count(j.fate(k, b), b)
		}
	}
	for i := range j.list {
		if b := &j.list[i]; b.state&billJoined == 0 {
			if j.Strangers++; len(j.StrangerRows) < strangersShown {
				j.StrangerRows = append(j.StrangerRows, b.row)
			}
		}
	}
}

// count counts a bill that failed.
func (j *joiner) count(f fate, b *bill) {
	part := &j.Stuck
	switch f {
	case fateTemporary:
		part = &j.Resend
	case fateCorrected:
		part = &j.Resend
		j.Corrected++
	case fateUnproven:
		j.Unproven++
	case fateStuck:
		switch {
		case b.state&billTaken != 0:
			j.Both++
		case b.state&(billUnread|billBroken) != 0:
			j.Doubted++
		}
	}
	part.Bills++
	part.Rows += int64(b.rows)
}
