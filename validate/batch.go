package validate

import (
	"bytes"

	"github.com/connectplus/preflight/table"
)

// A Batch is some rows of the file, with their numbers read once for all rules.
type Batch struct {
	*table.Batch
	text    []byte
	spans   []table.Span
	cols    int
	numbers [][]int64              // per column; see Numbers
	ledOnly []bool                 // per column: only the numbers of leads are filled
	dates   []*[seenDates]lastDate // per column of dates, kept from batch to batch
	fits    []bool                 // per column of dates: some cell has the layout
	comma   bool                   // amounts may have a decimal comma

	all   []int32 // every row
	leads []int32 // rows whose bill-level cells differ from the row above
	lead  []int32 // per row: the index in leads of the row that it repeats
}

// Numbers returns the numbers of a column in millionths ([Unit]), one a row:
// [NoNumber] for a blank cell, [NotNumber] for any cell that is no unsigned
// decimal of at most 12 digits before the point and 6 behind it. It is filled
// for columns of numbers that carry a field.
func (b *Batch) Numbers(column int) []int64 {
	if b.ledOnly[column] {
		b.spread(column)
	}
	return b.numbers[column]
}

// LeadNumbers is Numbers for looks at Leads alone: in bill-level columns other
// rows are not filled.
func (b *Batch) LeadNumbers(column int) []int64 { return b.numbers[column] }

// Row returns the i-th row as rules see it.
func (b *Batch) Row(i int) RowView { return RowView{b, i} }

func newBatch(p *Plan) *Batch {
	b := &Batch{cols: len(p.pass.Columns), comma: p.opts.Decimal == ','}
	b.fits = make([]bool, b.cols)
	b.numbers, b.ledOnly = make([][]int64, b.cols), make([]bool, b.cols)
	b.dates = make([]*[seenDates]lastDate, b.cols)
	for _, c := range p.columns {
		if c.prefilter.kind == dateCells {
			b.dates[c.index] = new([seenDates]lastDate)
		}
	}
	return b
}

// load points b at a batch of the table.
func (b *Batch) load(t *table.Batch, p *Plan) {
	b.Batch, b.text, b.spans = t, t.Text(), t.Spans()
	n := t.Len()
	if cap(b.lead) < n {
		b.lead = make([]int32, n)
		b.all = make([]int32, n)
		for i := range b.all {
			b.all[i] = int32(i)
		}
	}
	b.lead, b.all = b.lead[:n], b.all[:n:cap(b.all)]
	for _, c := range p.columns {
		if c.prefilter.kind == numberCells {
			if cap(b.numbers[c.index]) < n {
				b.numbers[c.index] = make([]int64, n)
			}
			b.numbers[c.index] = b.numbers[c.index][:n]
		}
	}
	b.findLeads(p.ranges)
}

// findLeads finds the rows that do not simply repeat the bill-level cells of
// the row above: only these need a look in bill-level columns. ranges are runs
// of bill-level columns that are neighbours; without any, every row leads.
func (b *Batch) findLeads(ranges [][2]int) {
	b.leads = b.leads[:0]
	for i := range b.lead {
		if i == 0 || len(ranges) == 0 || !b.repeats(i, ranges) {
			b.leads = append(b.leads, int32(i))
		}
		b.lead[i] = int32(len(b.leads) - 1)
	}
}

func (b *Batch) repeats(i int, ranges [][2]int) bool {
	above, here := b.spans[(i-1)*b.cols:], b.spans[i*b.cols:]
	for _, r := range ranges {
		a, h := b.text[above[r[0]].Off:above[r[1]].End], b.text[here[r[0]].Off:here[r[1]].End]
		if !bytes.Equal(a, h) {
			return false
		}
	}
	return true
}

// Leads returns the rows that do not simply repeat the bill-level cells of the
// row above; a check of bill-level cells needs to look only at these. Where
// nothing is grouped, all rows lead.
func (b *Batch) Leads() []int32 { return b.leads }

// AppendLed appends row lead, one of Leads, and the rows that repeat it.
func (b *Batch) AppendLed(out []int32, lead int32) []int32 {
	for i, end := lead, b.end(int(b.lead[lead])); i < end; i++ {
		out = append(out, i)
	}
	return out
}

// end returns the row after the last that the k-th lead stands for.
func (b *Batch) end(k int) int32 {
	if k+1 < len(b.leads) {
		return b.leads[k+1]
	}
	return int32(len(b.lead))
}

// spread copies the numbers of leading rows to the rows that repeat them.
func (b *Batch) spread(column int) {
	numbers := b.numbers[column]
	for i, k := range b.lead {
		numbers[i] = numbers[b.leads[k]]
	}
	b.ledOnly[column] = false
}

// trimSpace is Trim for cells that begin or end with a byte that needs care.
func trimSpace(cell []byte) []byte { return bytes.TrimFunc(cell, isSpace) }

// isSpace reports white space that is easily overlooked at the end of a cell.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff, 0x200b:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}
