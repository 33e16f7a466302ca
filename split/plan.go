package split

import (
	"math"
	"slices"
	"strconv"
)

// Limits bound a part. Zero means no bound.
type Limits struct {
	Rows  int64 // the header aside
	Bytes int64 // of the part as it is written, its head included
}

// A Part is what one file of a plan holds.
type Part struct {
	Rows, Groups int64
	Bytes        int64 // as it is written, its head included
	// First and Last are the spreadsheet rows of the source that it begins and
	// ends with.
	First, Last int64
	// Blank rows, among Rows, hold no value.
	Blank int64
	// Moved rows stand in the source behind rows of a later part: they follow
	// their group.
	Moved int64
	// Large: the part is beyond the limits, with one group or with blank rows.
	Large bool
}

// A Plan says which rows go to which part. There is one plan at a time for an
// index.
type Plan struct {
	Parts []Part

	x    *Index
	cuts []int // the run that each part but the first begins with
	// apart: the parts are those of groups, not stretches of the file.
	apart func(row int64, n int) bool
	blank int // the part of blank rows that are not bad, where apart is set
	// Held is how many groups without a bad row are in the second part, as a ragged
	// row may be theirs.
	Held int64
}

// Cut plans parts within limits. A group is never cut: it is in the part of its
// first row, and where its other rows stand further on they move there. Rows
// keep the order of the source within a part.
//
// A part ends where no group is open if that leaves it at least half full;
// else where it is full. A group, or a row, that is larger than the limits has a
// part for itself. Rows without a group stay where they are.
//
// No part is made of blank rows: they are kept with the row that follows, at the
// end with what stands before, and may take a part beyond the limits there.
func (x *Index) Cut(l Limits) *Plan {
	if l.Rows <= 0 {
		l.Rows = math.MaxInt64
	}
	if l.Bytes <= 0 {
		l.Bytes = math.MaxInt64
	}
	l.Bytes -= int64(len(x.head))
	p := &Plan{x: x}
	var part, closed filling // since the last cut: up to here, and up to where no group was open
	var gap filling          // blank rows before the next unit
	var gapRow int64
	gapAt, closedAt, open, next, at := 0, 0, int64(0), uint64(0), -1
	for row, r := range x.all() {
		at++
		unit := filling{int64(r.rows), int64(r.bytes)}
		last := row + unit.rows - 1
		if r.group == blank {
			if gap.rows == 0 {
				gapAt, gapRow = at, row
			}
			gap = gap.plus(unit)
			continue
		}
		if r.grouped() {
			if r.group <= next {
				continue // a group that began before
			}
			next = r.group
			g := &x.groups[r.group-1]
			unit, last = filling{int64(g.rows), g.bytes}, int64(g.last)
		}
		from := at
		if gap.rows > 0 {
			unit, row, from, gap = unit.plus(gap), gapRow, gapAt, filling{}
		}
		if open < row {
			closed, closedAt = part, from
		}
		for part.rows > 0 && !part.plus(unit).within(l) {
			if closed.rows > 0 && closed != part && closed.half(l) {
				p.cuts = append(p.cuts, closedAt)
				part = filling{part.rows - closed.rows, part.bytes - closed.bytes}
			} else {
				p.cuts = append(p.cuts, from)
				part = filling{}
			}
			closed = filling{}
		}
		part = part.plus(unit)
		open = max(open, last)
	}
	p.settle(l)
	return p
}

// A filling is how much a part holds, its head aside.
type filling struct{ rows, bytes int64 }

func (f filling) plus(g filling) filling { return filling{f.rows + g.rows, f.bytes + g.bytes} }
func (f filling) within(l Limits) bool   { return f.rows <= l.Rows && f.bytes <= l.Bytes }

// half reports whether a part is at least half full.
func (f filling) half(l Limits) bool {
	return f.rows >= l.Rows-l.Rows/2 || f.bytes >= l.Bytes-l.Bytes/2
}

// Part plans two parts: the groups without a row that is bad, and those with
// one, or to which a ragged row may belong. bad reports whether one of n rows from a spreadsheet row on is bad. Rows
// keep the order of the source in each part. Where only blank rows are left
// without a bad one, they go with the others.
func (x *Index) Part(bad func(row int64, n int) bool) *Plan {
	for i := range x.groups {
		x.groups[i].last = 0
	}
	p := &Plan{x: x, apart: bad, blank: 1}
	for row, r := range x.all() {
		switch wrong := bad(row, int(r.rows)); {
		case r.grouped() && wrong:
			x.groups[r.group-1].last = 1
		case r.group == 0 && !wrong:
			p.blank = 0
		}
	}
	for i := range x.groups {
		if g := &x.groups[i]; g.last == 0 && x.doubted.Has(int64(i+1)) {
			g.last = 1
			p.Held++
		}
	}
	if slices.ContainsFunc(x.groups, func(g group) bool { return g.last == 0 }) {
		p.blank = 0
	}
	p.settle(Limits{math.MaxInt64, math.MaxInt64})
	return p
}

// settle counts what the parts hold.
func (p *Plan) settle(l Limits) {
	n := len(p.cuts) + 1
	if p.apart != nil {
		n = 2
	} else {
		next, part, at := uint64(0), uint32(0), -1
		for _, r := range p.x.all() {
			if at++; int(part) < len(p.cuts) && at == p.cuts[part] {
				part++
			}
			if r.grouped() && r.group > next {
				next = r.group
				p.x.groups[r.group-1].last = part
			}
		}
	}
	p.Parts = make([]Part, n)
	for i := range p.x.groups {
		p.Parts[p.x.groups[i].last].Groups++
	}
	for s := range p.stretches() {
		q := &p.Parts[s.part]
		q.Rows += s.rows
		q.Bytes += s.end - s.begin
		if q.First == 0 {
			q.First = s.row
		}
		q.Last = s.row + s.rows - 1
		q.Blank += s.blank
		if s.moved {
			q.Moved += s.rows
		}
	}
	for i := range p.Parts {
		q := &p.Parts[i]
		q.Large = q.Rows > l.Rows || q.Bytes > l.Bytes
		q.Bytes += int64(len(p.x.head))
	}
}

// Moved lists, for each part, the spreadsheet rows of the source that moved there,
// as "12-14,17"; empty where none did. The source is the rows that did not move,
// part by part, with those that did at their own numbers.
func (p *Plan) Moved() []string {
	lists := make([][]byte, len(p.Parts))
	for s := range p.stretches() {
		if !s.moved {
			continue
		}
		list := lists[s.part]
		if len(list) > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, s.row, 10)
		if s.rows > 1 {
			list = strconv.AppendInt(append(list, '-'), s.row+s.rows-1, 10)
		}
		lists[s.part] = list
	}
	moved := make([]string, len(lists))
	for i, list := range lists {
		moved[i] = string(list)
	}
	return moved
}

// A stretch is neighbouring rows of one part.
type stretch struct {
	part       int
	row, rows  int64
	blank      int64 // rows among them
	begin, end int64 // in the text as read
	moved      bool
}

// stretches goes through the file, each as long as can be.
func (p *Plan) stretches() func(yield func(stretch) bool) {
	return func(yield func(stretch) bool) {
		natural, furthest, at := 0, 0, -1
		s := stretch{part: -1, end: p.x.start()}
		for row, r := range p.x.all() {
			if at++; natural < len(p.cuts) && at == p.cuts[natural] {
				natural++
			}
			part := natural
			switch {
			case r.grouped():
				part = int(p.x.groups[r.group-1].last)
			case p.apart != nil && p.apart(row, int(r.rows)):
				part = 1
			case p.apart != nil && r.group == blank:
				part = p.blank
			}
			if part != s.part {
				if s.rows > 0 && !yield(s) {
					return
				}
				s = stretch{part: part, row: row, begin: s.end, end: s.end, moved: p.apart == nil && part < furthest}
				furthest = max(furthest, part)
			}
			s.rows += int64(r.rows)
			if r.group == blank {
				s.blank++
			}
			s.end += int64(r.bytes)
		}
		if s.rows > 0 {
			yield(s)
		}
	}
}
