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
	Corrected     int64 // bills of Resend whose rows have no error any more
	Both          int64 // bills of Stuck that were answered with a 200, too
	Unread        int64 // bills with no outcome
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
}

// strangersShown bounds Join.StrangerRows.
const strangersShown = 5

// JoinOptions say how the source is joined.
type JoinOptions struct {
	Keys     []int // 0-based columns of the source, parallel to ReadOptions.Keys
	Same     []int // the same, of ReadOptions.Same
	Judged   *validate.FileResult
	Codes    []Explained
	Forecast *Forecast // nil: none
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
	retry   map[string]bool // codes
	shown   map[string]bool // codes
}

// Match joins the source. It reads it once, and compares with the forecast, if
// there is one, on the way.
//
// The error is that of reading or of ctx.
func Match(ctx context.Context, a *Answers, src *table.Source, o JoinOptions) (*Matched, error) {
	j := &joiner{Answers: a, Join: &Join{Name: src.Name}, src: src, o: o, unnamed: map[key]bool{}, said: map[key][]int32{},
		retry: map[string]bool{}, shown: map[string]bool{}}
	for _, e := range o.Codes {
		if !e.Warning {
			j.retry[e.Code], j.shown[e.Code] = e.Retryable, e.shown()
		}
	}
	j.Join.Judged = o.Judged != nil && o.Judged.Complete && !wrongAsAWhole(o.Judged)
	for _, k := range o.Keys {
		j.Join.Headers = append(j.Join.Headers, src.Header[k])
	}
	if err := j.each(ctx, j.meet); err != nil {
		return nil, err
	}
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
	at     int  // among all rows of the batch
	ragged bool // it has more or fewer cells than the header
	cells  line
}

// each visits the rows of the source in order, blank ones left out.
func (j *joiner) each(ctx context.Context, visit func(b *table.Batch, p place) error) error {
	return j.src.Scan(ctx, 1, func(_ int, b *table.Batch) error {
		i, first := 0, b.First()
		sound := func(i int) error {
			return visit(b, place{b.Number(i), int(b.Number(i) - first), false, func(column int) []byte { return b.Cell(i, column) }})
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
			if err := visit(b, place{f.Row, int(f.Row - first), true, func(column int) []byte { return b.FaultCell(&f, column) }}); err != nil {
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
	k, named := j.key(p)
	if !named {
		j.Unnamed.Rows++
		return nil
	}
	if said := j.o.Forecast.at(p.number); len(said) > 0 {
		for _, s := range said {
			if !slices.Contains(j.said[k], s) {
				j.said[k] = append(j.said[k], s)
			}
		}
	}
	at, ok := j.bills[k]
	if !ok {
		j.Unnamed.Rows++
		j.unnamed[k] = true
		return nil
	}
	b := &j.list[at]
	b.state |= billJoined
	if p.ragged {
		b.state |= billBroken
	}
	if j.o.Judged != nil && j.o.Judged.Rejected != nil && j.o.Judged.Rejected.Has(p.number) {
		b.state |= billErrors
	}
	b.rows++
	b.sum -= digest(p.cells, j.o.Same)
	return nil
}

// resends reports whether a bill that failed may be sent again as it stands in
// the source.
func (j *joiner) resends(b *bill) bool {
	if b.state&billTaken != 0 {
		return false
	}
	temporary := true
	for _, c := range j.outcomes[b.outcome].codes {
		temporary = temporary && j.retry[c]
	}
	return temporary || j.corrected(b)
}

// corrected reports whether rules that look for what a bill failed with find
// nothing wrong with it any more. Where it is known that the bill is as it was, or
// that they found nothing then either, they miss what is wrong.
func (j *joiner) corrected(b *bill) bool {
	if !j.Join.Judged || j.o.Unchanged || b.state&(billErrors|billBroken) != 0 {
		return false
	}
	if len(j.o.Same) > 0 && b.told == b.rows && b.sum == 0 {
		return false
	}
	if f := j.o.Forecast; f != nil && f.listed && b.state&billForetold == 0 {
		return false
	}
	return !slices.ContainsFunc(j.outcomes[b.outcome].codes, func(c string) bool { return !j.retry[c] && !j.shown[c] })
}

// sum counts the bills once all of their rows are known.
func (j *joiner) sum() {
	for k := range j.said {
		if at, ok := j.bills[k]; ok {
			j.list[at].state |= billForetold
		}
	}
	j.Unnamed.Bills = int64(len(j.unnamed))
	j.Join.Bills = j.Unnamed.Bills
	for i := range j.list {
		b := &j.list[i]
		if b.state&billJoined == 0 {
			if j.Strangers++; len(j.StrangerRows) < strangersShown {
				j.StrangerRows = append(j.StrangerRows, b.row)
			}
			continue
		}
		j.Join.Bills++
		j.Named++
		switch {
		case b.state&billFailed == 0 && b.state&billTaken != 0:
			j.Join.Taken++
		case b.state&billFailed == 0:
			j.Join.Unread++
		case j.resends(b):
			j.Resend.Bills++
			j.Resend.Rows += int64(b.rows)
			if slices.ContainsFunc(j.outcomes[b.outcome].codes, func(c string) bool { return !j.retry[c] }) {
				j.Corrected++
			}
		default:
			j.Stuck.Bills++
			j.Stuck.Rows += int64(b.rows)
			if b.state&billTaken != 0 {
				j.Both++
			}
		}
	}
}
