package fix

import (
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// A stretch is a piece of the text.
type stretch struct{ from, to int64 }

// A moved is a stretch of rows on its way.
type moved struct {
	validate.Move
	behind int64 // where the row ends that it goes behind
	stretch
}

// gather writes the file with rows put behind others. All other rows keep their
// order.
func (p *pass) gather(ctx context.Context, moves []validate.Move, w io.Writer) error {
	if _, err := p.whole(ctx, w); err != nil {
		return err
	}
	all := make([]moved, len(moves))
	for i, m := range moves {
		all[i].Move = m
	}
	if err := p.locate(ctx, all); err != nil {
		return err
	}
	p.changed = true
	out := &copier{w: w, src: p.cur.Source, buf: make([]byte, 0, 256<<10)}
	ahead := &copier{w: w, src: p.cur.Source, buf: make([]byte, 0, 4<<10), ends: true} // rows here and there
	away := make([]stretch, len(all))                                                  // what is skipped in its old place
	for i := range all {
		away[i] = all[i].stretch
	}
	slices.SortFunc(away, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	at := int64(0)
	keep := func(to int64) error { // copies up to a place what stays
		for len(away) > 0 && away[0].from < to {
			if err := out.copy(at, away[0].from); err != nil {
				return err
			}
			at, away = away[0].to, away[1:]
		}
		err := out.copy(at, to)
		at = max(at, to)
		return err
	}
	for i := range all {
		if err := keep(all[i].behind); err != nil {
			return err
		}
		if err := ahead.copy(all[i].from, all[i].to); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return keep(p.cur.Source.TextSize())
}

// locate finds where the rows are.
func (p *pass) locate(ctx context.Context, all []moved) error {
	type wish struct {
		row   int64
		from  *int64 // gets where the row begins
		until *int64 // gets where the next one begins
	}
	wishes := make([]wish, 0, 3*len(all))
	for i := range all {
		m := &all[i]
		wishes = append(wishes, wish{m.Behind, nil, &m.behind}, wish{m.First, &m.from, nil}, wish{m.First + int64(m.N) - 1, nil, &m.to})
	}
	slices.SortFunc(wishes, func(a, b wish) int { return cmp.Compare(a.row, b.row) })
	var places []int64
	return p.cur.Source.Scan(ctx, 1, func(_ int, b *table.Batch) error {
		first, end := b.First(), b.First()+int64(b.Rows())
		for ; len(wishes) > 0 && wishes[0].row < end; wishes = wishes[1:] {
			places = b.Cut(int(wishes[0].row-first), places[:0])
			if wishes[0].from != nil {
				*wishes[0].from = places[0]
			} else {
				*wishes[0].until = min(places[len(places)-1], p.cur.Source.TextSize())
			}
		}
		return nil
	})
}

// gathered looks at the copy. Where rows go away, other ones become neighbours: if
// more is wrong than before, they are two bills of one number, and all stays apart.
func (p *pass) gathered(moves []validate.Move, after *validate.FileResult) error {
	before := map[string]int64{}
	for _, c := range p.cur.Causes {
		before[c.Rule] += c.Count
	}
	for _, c := range after.Causes {
		if before[c.Rule] -= c.Count; before[c.Rule] < 0 {
			p.changed, p.res.Mingled = false, true
			return nil
		}
	}
	return p.noteMoves(moves)
}

// noteMoves tells of the moves, with the rows of the file.
func (p *pass) noteMoves(all []validate.Move) error {
	rule := p.rewrites(validate.Gather)[0]
	rows := make([]int64, 0, 2*len(all))
	for i := range all {
		rows = append(rows, all[i].Behind)
		for k := range all[i].N {
			rows = append(rows, all[i].First+int64(k))
		}
	}
	slices.Sort(rows)
	file, c := map[int64]int64{}, p.res.rows(p.cur)
	for _, row := range rows {
		file[row] = c.to(row)
	}
	for i := range all {
		m := &all[i]
		p.res.behind[file[m.Behind]] += int64(m.N)
		for k := range m.N {
			row := file[m.First+int64(k)]
			p.res.moved.Add(row)
			p.note(Change{Row: row, Action: Move, After: "behind row " + number(file[m.Behind]), Rule: rule})
		}
	}
	return p.failed
}

// A cursor turns rows of a later copy into those of the file, in rising order.
type cursor struct {
	gone      *validate.RowSet
	row, file int64
}

// rows returns a cursor at the row before the first.
func (r *Result) rows(cur *validate.FileResult) *cursor {
	return &cursor{gone: &r.gone, row: cur.Source.HeaderRow, file: r.first.Source.HeaderRow}
}

func (c *cursor) to(row int64) int64 {
	for c.row < row {
		c.row++
		for c.file++; c.gone.Has(c.file); c.file++ {
		}
	}
	return c.file
}

// A copier copies pieces of the text, and reads ahead.
type copier struct {
	w    io.Writer
	src  *table.Source
	buf  []byte
	base int64
	ends bool // the last row of the text gets a line end if it has none
}

// copy copies a piece.
func (c *copier) copy(from, to int64) error {
	for at := from; at < to; {
		if at < c.base || at >= c.base+int64(len(c.buf)) {
			n, err := c.src.ReadAt(c.buf[:min(int64(cap(c.buf)), c.src.TextSize()-at)], at)
			if n == 0 {
				return err
			}
			c.buf, c.base = c.buf[:n], at
		}
		piece := c.buf[at-c.base : min(to-c.base, int64(len(c.buf)))]
		if _, err := c.w.Write(piece); err != nil {
			return err
		}
		at += int64(len(piece))
		if c.ends && at == c.src.TextSize() && piece[len(piece)-1] != '\n' && piece[len(piece)-1] != '\r' {
			return c.endLine()
		}
	}
	return nil
}

func (c *copier) endLine() error {
	end := map[string]string{"CRLF": "\r\n", "CR": "\r"}[c.src.Dialect.Newline]
	if end == "" {
		end = "\n"
	}
	_, err := io.WriteString(c.w, end)
	return err
}
