// Package preview shows what Connect+ would post for some rows of a file: rows
// gathered into objects by the group key, columns put where the API field is,
// constants filled in. A wrong mapping is seen before it loses data.
//
// It judges nothing. Where the documents do not say what Connect+ does, a
// payload keeps the text of the cell as it stands.
package preview

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// Options say how a file is mapped and which of its rows are shown.
type Options struct {
	Template    *templates.Template
	Mapping     templates.Mapping
	Const       map[string]string // field → value on every row
	Expressions map[string]string // field → expression of Connect+
	GroupBy     []string          // fields; nil: those of the template

	// Keys choose the groups whose key cells are exactly so, joined by " / ";
	// none: the first groups of the file.
	Keys []string
	// Rows is how many data rows, from the first on, have their groups shown
	// where Keys is empty, at most MaxRows; 0: three groups.
	Rows int64
	// Mask replaces what is personal in a value of a field (nil: a cell that
	// no field claims). nil: values are shown.
	Mask func(field *templates.Field, value string) string
}

// firstGroups is how many groups are shown where nobody said which.
const firstGroups = 3

// MaxRows bounds the rows that are shown, of all groups together.
const MaxRows = 10_000

// A Group is the rows that become one object of a payload.
type Group struct {
	Key    string  // text of the key cells, joined by " / "; empty where the template groups nothing
	Rows   []int64 // spreadsheet rows, rising; none: all are Ragged, and there is no Object
	Ragged []int64 // rows of the key with another number of cells than the header: left out
	Cut    bool    // it has more rows, past MaxRows
	Object *Object
	// Differs names the fields of the bill in which its rows differ, sorted: the
	// object has the value of the first row, and the others are lost.
	Differs []string

	cells [][]string // the rows themselves
}

// A Result is what would be posted.
type Result struct {
	Groups  []*Group
	Unsent  []string // headers of columns that no field takes, in file order
	Missing []string // required fields that nothing fills
	// Ragged are rows before or among those that were looked for with another
	// number of cells than the header, which belong to no group; at most 10.
	Ragged []int64
	// Unknown are the Options.Keys that no row has.
	Unknown []string
}

// Build reads the file twice: for the groups that are asked for, and for all
// of their rows, wherever these stand.
//
// Errors: those of table.Source.Scan.
func Build(ctx context.Context, src *table.Source, o Options) (*Result, error) {
	b := &builder{o: o, header: src.Header, key: keyColumns(o), groups: map[string]*Group{}}
	for _, key := range o.Keys {
		if b.groups[key] == nil {
			b.order = append(b.order, b.add(key))
		}
	}
	if len(o.Keys) == 0 {
		if err := b.first(ctx, src); err != nil {
			return nil, err
		}
	}
	if len(b.key) > 0 {
		if err := b.collect(ctx, src); err != nil {
			return nil, err
		}
	}
	r := &Result{Ragged: b.ragged, Unsent: unsent(src.Header, o.Mapping)}
	for _, f := range o.Mapping.Missing {
		r.Missing = append(r.Missing, f.Name)
	}
	for _, g := range b.order {
		if len(g.Rows) == 0 && len(g.Ragged) == 0 && !g.Cut {
			r.Unknown = append(r.Unknown, g.Key)
			continue
		}
		if len(g.Rows) > 0 {
			g.Object = b.object(g)
			g.Differs = b.differs(g)
		}
		g.cells = nil
		r.Groups = append(r.Groups, g)
	}
	return r, nil
}

// keyColumns finds the columns of the group key; none where one of them is
// missing, as every row is then its own.
func keyColumns(o Options) (columns []int) {
	by := o.GroupBy
	if by == nil {
		by = o.Template.GroupBy
	}
	for _, name := range by {
		if c := o.Mapping.Column(name); c >= 0 {
			columns = append(columns, c)
		} else if o.Const[name] == "" && o.Mapping.Implied[name] == "" {
			return nil
		}
	}
	return columns
}

func unsent(header []string, m templates.Mapping) (names []string) {
	for i, f := range m.Fields {
		if f == nil {
			names = append(names, strings.TrimSpace(header[i]))
		}
	}
	return names
}

// A builder gathers the rows of the groups that are shown.
type builder struct {
	o      Options
	header []string
	key    []int
	groups map[string]*Group
	order  []*Group
	rows   int // that were gathered
	ragged []int64
}

// maxRagged bounds what is kept of rows that cannot be shown.
const maxRagged = 10

func (b *builder) add(key string) *Group {
	g := &Group{Key: key}
	b.groups[key] = g
	return g
}

// errEnough ends a scan that has seen what it looked for.
type errEnough struct{}

func (errEnough) Error() string { return "enough rows" }

// first finds the groups of the first rows.
func (b *builder) first(ctx context.Context, src *table.Source) error {
	err := src.Scan(ctx, 1, func(_ int, t *table.Batch) error {
		for _, f := range t.Faults {
			if f.Kind == table.FaultRagged && len(b.ragged) < maxRagged {
				b.ragged = append(b.ragged, f.Row)
			}
		}
		for i := range t.Len() {
			switch {
			case b.o.Rows > 0 && t.Number(i)-src.HeaderRow > b.o.Rows, b.o.Rows == 0 && len(b.order) == firstGroups && b.fresh(t, i):
				return errEnough{}
			case len(b.key) == 0:
				g := &Group{Rows: []int64{t.Number(i)}, cells: [][]string{cells(t, i)}}
				b.order = append(b.order, g)
			case b.fresh(t, i):
				b.order = append(b.order, b.add(b.keyOf(func(c int) []byte { return t.Cell(i, c) })))
			}
		}
		return nil
	})
	if _, enough := err.(errEnough); enough {
		return nil
	}
	return err
}

// fresh reports a row of a group that is not there yet.
func (b *builder) fresh(t *table.Batch, i int) bool {
	return len(b.key) == 0 || b.groups[b.keyOf(func(c int) []byte { return t.Cell(i, c) })] == nil
}

func (b *builder) keyOf(cell func(column int) []byte) string {
	parts := make([]string, len(b.key))
	for i, c := range b.key {
		parts[i] = table.Text(bytes.TrimSpace(cell(c)))
	}
	return strings.Join(parts, " / ")
}

// collect reads the rows of the groups.
func (b *builder) collect(ctx context.Context, src *table.Source) error {
	return src.Scan(ctx, 1, func(_ int, t *table.Batch) error {
		for i := range t.Faults {
			f := &t.Faults[i]
			if f.Kind != table.FaultRagged {
				continue
			}
			if g := b.groups[b.keyOf(func(c int) []byte { return t.FaultCell(f, c) })]; g != nil {
				g.Ragged = append(g.Ragged, f.Row)
			}
		}
		for i := range t.Len() {
			g := b.groups[b.keyOf(func(c int) []byte { return t.Cell(i, c) })]
			switch {
			case g == nil:
			case b.rows == MaxRows:
				g.Cut = true
			default:
				b.rows++
				g.Rows = append(g.Rows, t.Number(i))
				g.cells = append(g.cells, cells(t, i))
			}
		}
		return nil
	})
}

// cells copies a row out of a batch.
func cells(t *table.Batch, i int) []string {
	row := make([]string, t.Columns())
	for c := range row {
		row[c] = table.Text(t.Cell(i, c))
	}
	return row
}

// object builds what is posted for a group.
func (b *builder) object(g *Group) *Object {
	root := &Object{}
	for n, row := range g.cells {
		at := newPlace(root)
		for c, f := range b.o.Mapping.Fields {
			if f == nil || n > 0 && f.Level == templates.Bill {
				continue
			}
			b.put(at, f, row[c])
		}
		for _, name := range b.fixed() {
			if f := b.o.Template.Field(name); f != nil && (n == 0 || f.Level != templates.Bill) {
				b.constant(at, f, row)
			}
		}
	}
	return root
}

// differs finds the fields of a bill that its rows do not agree on. A blank
// cell agrees with any.
func (b *builder) differs(g *Group) (names []string) {
	for c, f := range b.o.Mapping.Fields {
		if f == nil || f.Level != templates.Bill {
			continue
		}
		first := ""
		for _, row := range g.cells {
			cell := strings.TrimSpace(row[c])
			if first == "" {
				first = cell
			} else if cell != "" && cell != first {
				names = append(names, f.Name)
				break
			}
		}
	}
	slices.Sort(names)
	return names
}

// fixed are the fields that no column fills, sorted.
func (b *builder) fixed() (names []string) {
	for _, values := range []map[string]string{b.o.Mapping.Implied, b.o.Const, b.o.Expressions} {
		for name := range values {
			if b.o.Mapping.Column(name) < 0 {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// constant puts a value that the dataflow sets. An expression is shown as
// Connect+ gets to see it: with the cells pasted in.
func (b *builder) constant(at *place, f *templates.Field, row []string) {
	if text, computed := b.o.Expressions[f.Name]; computed {
		at.set(f, b.mask(nil, b.paste(text, row)))
		return
	}
	value := b.o.Const[f.Name]
	if value == "" {
		value = b.o.Mapping.Implied[f.Name]
	}
	b.put(at, f, value)
}

// paste replaces hdr{NAME} by the row's cell.
func (b *builder) paste(text string, row []string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "hdr{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(before)
		if c := slices.Index(b.header, name); c >= 0 {
			out.WriteString(row[c])
		} else {
			out.WriteString("hdr{" + name + "}")
		}
		text = after
	}
}

// put sets a field to the text of a cell; a blank one is left out.
func (b *builder) put(at *place, f *templates.Field, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if shown := b.mask(f, text); shown != text {
		at.set(f, shown)
		return
	}
	at.set(f, typed(f, text))
}

func (b *builder) mask(f *templates.Field, value string) string {
	if b.o.Mask == nil {
		return value
	}
	return b.o.Mask(f, value)
}
