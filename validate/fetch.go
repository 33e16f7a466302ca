package validate

import (
	"context"
	"slices"
	"sort"
)

// fetched are rows that were read again.
type fetched struct{ batch *Batch }

// fetch reads all rows of some groups again.
func (p *Plan) fetch(ctx context.Context, workers int, groups [][]Run) (*fetched, error) {
	var numbers []int64
	for _, runs := range groups {
		for _, r := range runs {
			for i := range r.N {
				numbers = append(numbers, r.First+int64(i))
			}
		}
	}
	slices.Sort(numbers)
	t, err := p.src.Fetch(ctx, workers, slices.Compact(numbers))
	if err != nil {
		return nil, err
	}
	b := newBatch(p)
	b.Batch, b.text, b.spans = t, t.Text(), t.Spans()
	return &fetched{b}, nil
}

// fetchBytes bounds the text that is read again at once.
const fetchBytes = 16 << 20

// fetchRows returns how many rows are read again at once: as many as bounded
// memory holds, by the length of the rows of this file.
func (p *Plan) fetchRows() int {
	row := int64(len(p.pass.Columns)) * 8 // their spans
	if n := p.src.Rows(); n > 0 {
		row += p.src.TextSize() / n
	}
	return int(min(max(fetchBytes/max(row, 1), 100), maxGroup))
}

// views returns the rows of some runs, those that are no table rows left out.
func (f *fetched) views(runs []Run) []RowView {
	views := []RowView{}
	for _, r := range runs {
		for i := f.index(r.First); i < f.batch.Len() && f.batch.Number(i) < r.First+int64(r.N); i++ {
			views = append(views, RowView{f.batch, i})
		}
	}
	return views
}

// index returns the place of the first row at or after a spreadsheet row.
func (f *fetched) index(row int64) int {
	return sort.Search(f.batch.Len(), func(i int) bool { return f.batch.Number(i) >= row })
}
