package triage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// ReadOptions say how an error file is read. The zero value reads its codes.
type ReadOptions struct {
	Layout Layout
	// Keys are the 0-based columns that tell the bill; none: it is not known.
	Keys []int
	// Same are the 0-based columns that the source has, too, but for Keys: by them
	// a bill that was changed since is told from one that was not.
	Same []int
	// Personal are the 0-based columns with values of persons, which are left out
	// of messages.
	Personal []int
	// Entities are the lists of codes that the file's API answers from, the
	// likeliest first.
	Entities []string
}

// Read reads the error file to its end. What cannot be read any more is the
// Trouble of what was.
//
// The error is that of ctx, or a *CodesError.
func Read(ctx context.Context, src *table.Source, o ReadOptions) (*Answers, error) {
	a := &Answers{Name: src.Name, Bytes: src.Size, Headers: src.Header, Layout: o.Layout, Source: src, columns: o.Keys,
		bills: map[key]int32{}, interned: map[string]int32{}}
	r := &reader{Answers: a, o: o, tallies: map[tallyKey]*Tally{}, groups: map[groupKey]*Group{}, perCode: map[tallyKey]int{}, cells: map[string]outcome{},
		mayWarn: mayWarn(o.Entities), senses: &senses{entities: o.Entities, seen: map[spoken]string{}}}
	err := src.Scan(ctx, 1, r.batch)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case r.tooMany:
		return nil, &CodesError{Header: src.Header[max(o.Layout.Code, 0)]}
	case err != nil:
		a.Trouble = err.Error()
	}
	r.finish()
	return a, nil
}

// A CodesError says that a column has too many different values to be codes.
type CodesError struct{ Header string }

func (e *CodesError) Error() string { return "too many different codes" }

type tallyKey struct {
	spoken
	warning bool
}

type groupKey struct {
	tallyKey
	message string
}

// A reader gathers the answers.
type reader struct {
	*Answers
	o       ReadOptions
	tallies map[tallyKey]*Tally
	groups  map[groupKey]*Group
	perCode map[tallyKey]int
	cells   map[string]outcome // what cells of codes say, without messages
	mayWarn func(code string) bool
	senses  *senses
	tooMany bool
	keys    [][]byte // scratch
	private [][]byte // scratch
}

// A line gives the cells of one row; nil: the row lacks the column.
type line func(column int) []byte

func (r *reader) batch(_ int, b *table.Batch) error {
	faults := b.Faults
	row := func(i int) {
		r.row(b.Number(i), func(column int) []byte { return b.Cell(i, column) }, billSure)
	}
	i := 0
	for _, f := range faults { // in order, so that of two rows the first is the example
		if f.Shaped() {
			continue
		}
		for ; i < b.Len() && b.Number(i) < f.Row; i++ {
			row(i)
		}
		if f.Kind == table.FaultBlank {
			continue
		}
		r.Ragged++
		r.row(f.Row, r.o.Layout.ragged(r.Source, b, &f), 0)
	}
	for ; i < b.Len(); i++ {
		row(i)
	}
	if r.tooMany {
		return context.Canceled
	}
	return nil
}

// ragged reads a row that has more cells than the header, or fewer. A message with
// commas and without quotes has more: what stands before it is where it should be,
// what stands behind it is shifted. Any other row is read up to its end; a cell that
// ends where the file does may be cut off, and is not read.
func (l *Layout) ragged(src *table.Source, b *table.Batch, f *table.Fault) line {
	cut := f.Cells < b.Columns() && f.Offset+int64(len(b.FaultText(f))) >= src.TextSize()
	return func(column int) []byte {
		if cut && column >= f.Cells-1 {
			return nil
		}
		if l.shifted(b, f) && column > l.Message {
			column += f.Cells - b.Columns()
		}
		return b.FaultCell(f, column)
	}
}

// shifted reports whether a ragged row may be one with commas in its message.
func (l *Layout) shifted(b *table.Batch, f *table.Fault) bool {
	return l.Message >= 0 && f.Cells > b.Columns()
}

// row counts one row. sure is the state of a bill that it names.
func (r *reader) row(number int64, cells line, sure uint8) {
	r.Rows++
	o := r.outcome(cells)
	k, named := key{}, false
	if len(r.o.Keys) > 0 {
		r.keys = r.keys[:0]
		for _, j := range r.o.Keys {
			r.keys = append(r.keys, cells(j))
		}
		k, named = keyOf(r.keys)
	}
	state, warned := r.judge(&o)
	switch state {
	case billFailed:
		r.Failed++
	case billTaken:
		r.Taken++
		if warned {
			r.Warned++
		}
	default:
		r.Unread++
		if r.FirstUnread == 0 {
			r.FirstUnread = number
		}
	}
	for i := range o.issues {
		o.issues[i].sense = r.senses.of(&o.issues[i])
	}
	r.count(number, cells, &o)
	if !named && len(r.o.Keys) > 0 && state == billFailed {
		if r.Nameless++; r.FirstNameless == 0 {
			r.FirstNameless = number
		}
	}
	if named {
		b := r.name(k, number, state, &o)
		b.state |= sure
		b.told++
		b.sum += digest(cells, r.o.Same)
	}
}

// outcome reads the columns of a row.
func (r *reader) outcome(cells line) (o outcome) {
	l, message := r.o.Layout, ""
	text := func(column int) string {
		if column < 0 {
			return ""
		}
		return strings.TrimSpace(table.Text(cells(column)))
	}
	message = text(l.Message)
	if c := text(l.Code); c != "" {
		remembered, ok := r.cells[c]
		if !ok {
			remembered.readCode(c, "")
			if len(r.cells) < mostCells {
				r.cells[c] = remembered
			}
		}
		if o = remembered; message != "" && len(o.issues) > 0 {
			o = outcome{}
			o.readCode(c, message)
		}
		o.issues = slices.Clone(o.issues) // what follows changes them
	}
	if c := text(l.Response); c != "" && !o.readJSON(c) && message == "" {
		message = c
	}
	if strings.HasPrefix(message, "{") || strings.HasPrefix(message, "[{") {
		if o.readJSON(message) && len(o.issues) > 0 {
			o.replace(message)
		}
	}
	o.readStatus(text(l.Status))
	if len(o.issues) == 0 && !o.success && message != "" {
		o.readText(message)
	}
	// A column of messages is for errors, so any words do but those of a success.
	if len(o.issues) == 0 && (o.failure || !o.success && !slices.Contains(blankWords, templates.Fold(message))) {
		o.failure = true
		o.issues = append(o.issues, issue{message: cmp.Or(message, o.words)})
	}
	return o
}

// replace drops the text of an answer in JSON as a message of its own codes.
func (o *outcome) replace(text string) {
	for i := range o.issues {
		if o.issues[i].message == text {
			o.issues[i].message = ""
		}
	}
	kept := o.issues[:0:0]
	for _, is := range o.issues {
		twin := slices.ContainsFunc(o.issues, func(other issue) bool { return other.code == is.code && other.message != "" })
		if is.message != "" || !twin {
			kept = append(kept, is)
		}
	}
	o.issues = kept
}

// judge says what became of a row, and marks its warnings.
func (r *reader) judge(o *outcome) (state uint8, warned bool) {
	failed := o.failure
	for i := range o.issues {
		is := &o.issues[i]
		if o.success && !o.failure && is.code != "" && r.mayWarn(is.code) {
			is.warning = true
		}
		failed = failed || !is.warning
		warned = warned || is.warning
	}
	switch {
	case failed:
		return billFailed, warned
	case o.success:
		return billTaken, warned
	case warned: // and nothing says that the row was taken
		for i := range o.issues {
			o.issues[i].warning = false
		}
		return billFailed, false
	}
	return billUnread, false
}

// count adds a row to the tallies and groups of its codes.
func (r *reader) count(number int64, cells line, o *outcome) {
	if len(o.issues) == 0 {
		return
	}
	r.private = r.private[:0]
	for _, j := range r.o.Personal {
		r.private = append(r.private, cells(j))
	}
	for i, is := range o.issues {
		tk := tallyKey{spoken{is.code, is.sense}, is.warning}
		again := slices.ContainsFunc(o.issues[:i], func(x issue) bool {
			return x.code == is.code && x.sense == is.sense && x.warning == is.warning
		})
		t := r.tallies[tk]
		if t == nil {
			t = &Tally{Code: is.code, Sense: is.sense, Warning: is.warning}
			if r.tallies[tk] = t; len(r.tallies) > mostCodes {
				r.tooMany = true
				return
			}
		}
		if !again {
			t.Rows++
		}
		text := tidy(is.message, r.private)
		gk := groupKey{tk, alike(text, is.code)}
		g := r.groups[gk]
		if g == nil {
			if r.perCode[tk]++; r.perCode[tk] > mostGroups {
				gk.message = "\x00"
				g = r.groups[gk]
			}
		}
		if g == nil {
			g = &Group{Code: is.code, Sense: is.sense, Warning: is.warning, First: is.message, Row: number, text: text, Other: gk.message == "\x00"}
			r.groups[gk] = g
		}
		g.varied = g.varied || g.text != text
		g.Rows++
	}
}

// name adds a row to its bill.
func (r *reader) name(k key, number int64, state uint8, o *outcome) *bill {
	at, ok := r.bills[k]
	if !ok {
		at = int32(len(r.list))
		r.bills[k] = at
		r.list = append(r.list, bill{outcome: -1, row: number})
	}
	b := &r.list[at]
	b.state |= state
	if state == billFailed {
		b.outcome = r.intern(b.outcome, o)
	}
	return b
}

// intern returns the outcome of a bill that had one already, or -1, and gets
// another.
func (r *reader) intern(before int32, o *outcome) int32 {
	var v verdict
	if before >= 0 {
		v = r.outcomes[before]
		v.said = slices.Clone(v.said)
	}
	for _, is := range o.issues {
		if is.warning {
			continue
		}
		if s := (spoken{is.code, is.sense}); !slices.Contains(v.said, s) {
			v.said = append(v.said, s)
		}
		text := strings.Join(strings.Fields(is.message), " ")
		if text != "" && !strings.Contains(v.message, text) && len(v.message) < messageBytes {
			if v.message != "" {
				v.message += " | "
			}
			v.message += strings.ToValidUTF8(text[:min(len(text), messageBytes)], "")
		}
	}
	slices.SortFunc(v.said, func(a, b spoken) int { return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(a.sense, b.sense)) })
	if len(r.outcomes) >= mostOutcomes {
		v.message = ""
	}
	id := fmt.Sprint(v.said) + "\x00" + v.message
	at, ok := r.interned[id]
	if !ok {
		at = int32(len(r.outcomes))
		r.interned[id] = at
		r.outcomes = append(r.outcomes, v)
	}
	return at
}
