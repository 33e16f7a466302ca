// Package fix writes a repaired copy of a file: it makes the repairs that the
// findings of a check say a machine can make, and leaves every other byte as it is.
//
// It knows no rule: what is repaired, and how, stands in the fixes of the findings.
// It never writes over the file that it reads.
package fix

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// Options say what is repaired, and where the copy goes.
type Options struct {
	Unsafe bool            // also fixes that may change what the file means
	Only   map[string]bool // the rules whose fixes are made; nil: all
	Comma  byte            // the delimiter that the dataflow takes
	Path   string          // of the copy
	Force  bool            // the copy may take the place of another file
	Inputs []string        // names of files that are read: the copy is none of them
	Always bool            // write the copy even if nothing is to be repaired
	// Check judges what was written, by the settings of the first check.
	Check func(ctx context.Context, name string) (*Checked, error)
	// Note is told of each change, in the order in which they are made; nil: nobody.
	Note func(c Change) error
}

// A Checked is a judgement on a file that is still open.
type Checked struct {
	*validate.FileResult
	Close func()
}

// An Action is what a change does.
type Action string

// The actions.
const (
	Write   Action = "write"   // another text in a cell or a header
	Remove  Action = "remove"  // the row is left out
	Move    Action = "move"    // the row goes behind another one of its group
	Rewrite Action = "rewrite" // of the file as a whole
)

// A Change is one difference between the file and its copy.
type Change struct {
	Row           int64 // of the file, as a spreadsheet shows it; 0: the file as a whole
	Column        int   // 1-based; 0: the row as a whole
	Header        string
	Field         *templates.Field // of the column; nil: none
	Action        Action
	Before, After string
	Rule          string
}

// A Count says how often a rule changed something.
type Count struct {
	Rule   string
	Action Action
	Count  int64 // cells, rows, or 1 for the file
}

// A Result is a copy that has no name yet.
type Result struct {
	File   *atomicfile.File // finished, not committed; nil: nothing was to be written
	Counts []Count          // by rule and action
	After  *Checked         // the judgement on the copy, or on the file where there is none
	// Mingled says that rows of groups were left apart, since bringing them together
	// makes neighbours of other rows that Connect+ would take for one group.
	Mingled bool
	// Left says, by rule, why a repair of the file as a whole or of its header was
	// left though it was asked for.
	Left map[string]string

	recut  bool // the delimiter was changed
	first  *validate.FileResult
	gone   validate.RowSet // rows of the file that are left out
	moved  validate.RowSet // rows of the file that are moved
	behind map[int64]int64 // row of the file → rows that are put behind it
}

// Close removes a copy that was not committed, and lets go of it.
func (r *Result) Close() {
	if r.After != nil && r.After.Close != nil {
		r.After.Close()
	}
	r.File.Discard()
}

// maxPasses bounds how often the copy is repaired again: a repair seldom makes
// another one possible, and hardly ever twice.
const maxPasses = 6

// Run repairs a file that was judged with [validate.Options.Mend], until the check
// of the copy finds nothing more to repair.
//
// Errors: of [atomicfile.Create], of reading and writing, of Check and Note. Nothing
// is left behind then.
func Run(ctx context.Context, first *validate.FileResult, o Options) (_ *Result, err error) {
	res := &Result{After: &Checked{FileResult: first}, first: first, behind: map[int64]int64{}, Left: map[string]string{}}
	defer func() {
		if err != nil {
			res.Close()
		}
	}()
	if !first.Complete {
		return res, nil // what was not read cannot be copied
	}
	for range maxPasses {
		p := &pass{Options: &o, res: res, cur: res.After.FileResult}
		if p.due() {
			if err := res.step(ctx, p, p.mend); err != nil {
				return nil, err
			}
		}
		if p.changed {
			continue
		}
		if moves := p.moves(); len(moves) > 0 { // the last, when all keys are repaired
			p.accept = func(after *validate.FileResult) error { return p.gathered(moves, after) }
			write := func(ctx context.Context, w io.Writer) error { return p.gather(ctx, moves, w) }
			if err := res.step(ctx, p, write); err != nil {
				return nil, err
			}
		}
		break
	}
	if o.Always && res.File == nil {
		p := &pass{Options: &o, res: res, cur: first}
		if err := res.step(ctx, p, p.copy); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// step writes and judges the next copy.
func (r *Result) step(ctx context.Context, p *pass, write func(context.Context, io.Writer) error) error {
	f, err := atomicfile.Create(p.Path, p.Force, p.Inputs...)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<20)
	if err = write(ctx, b); err == nil {
		err = b.Flush()
	}
	if err == nil && !p.changed {
		f.Discard() // the same once more
		return nil
	}
	if err == nil {
		err = f.Finish()
	}
	var after *Checked
	if err == nil {
		after, err = p.Check(ctx, f.Name())
	}
	if err == nil && p.accept != nil {
		err = p.accept(after.FileResult)
	}
	if err != nil || !p.changed {
		if after != nil {
			after.Close()
		}
		f.Discard()
		return err
	}
	if r.File != nil {
		r.After.Close()
		r.File.Discard()
	}
	r.File, r.After = f, after
	return nil
}

// A pass is one reading and writing of the file.
type pass struct {
	*Options
	res     *Result
	cur     *validate.FileResult // what is read
	changed bool
	failed  error                                  // of Note
	accept  func(after *validate.FileResult) error // looks at the copy; nil: it is good
}

// wanted reports whether a fix is to be made.
func (p *pass) wanted(rule string, f *validate.Fix) bool {
	if !f.Machine() || f.Rewrite == validate.ToText && p.cur != p.res.first {
		return false // a copy is text
	}
	if f.Rewrite == validate.ToComma && p.res.recut {
		return false // what looks like another delimiter now was none before
	}
	return (f.Safe || p.Unsafe) && (p.Only == nil || p.Only[rule])
}

// due reports whether a pass may find something to repair.
func (p *pass) due() bool {
	for i := range p.cur.Findings {
		f := &p.cur.Findings[i]
		if f.Fix.Machine() && f.Fix.Rewrite != validate.Gather && p.wanted(f.Rule, f.Fix) {
			return true
		}
	}
	gathers := map[string]bool{}
	for _, f := range p.cur.Wide() {
		gathers[f.Rule] = gathers[f.Rule] || f.Fix.Rewrite == validate.Gather
	}
	return slices.ContainsFunc(p.cur.Causes, func(c validate.Cause) bool {
		return c.Fixable > 0 && !gathers[c.Rule] && (p.Only == nil || p.Only[c.Rule])
	})
}

// rewrites returns the rules that ask for a repair of the whole file.
func (p *pass) rewrites(what validate.Rewrite) (rules []string) {
	for _, f := range p.cur.Wide() {
		if f.Fix.Rewrite == what && p.wanted(f.Rule, f.Fix) && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

func (p *pass) moves() []validate.Move {
	if rules := p.rewrites(validate.Gather); rules != nil {
		return p.cur.Moves(rules[0]) // one rule knows what a group is
	}
	return nil
}

// note counts a change and tells of it.
func (p *pass) note(c Change) {
	p.changed = true
	i, found := slices.BinarySearchFunc(p.res.Counts, c, func(a Count, b Change) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), cmp.Compare(a.Action, b.Action))
	})
	if !found {
		p.res.Counts = slices.Insert(p.res.Counts, i, Count{Rule: c.Rule, Action: c.Action})
	}
	p.res.Counts[i].Count++
	if p.Note != nil && p.failed == nil {
		p.failed = p.Note(c)
	}
}

// whole notes the repairs of the file as a whole, and returns how the text is to be
// written.
func (p *pass) whole(ctx context.Context, w io.Writer) (*writer, error) {
	src := p.cur.Source
	out := &writer{src: src, out: w, comma: src.Dialect.Comma}
	rewrite := func(what validate.Rewrite, before, after string) bool {
		rules := p.rewrites(what)
		for _, rule := range rules {
			p.note(Change{Action: Rewrite, Rule: rule, Before: before, After: after})
		}
		return rules != nil
	}
	switch {
	case src.Workbook != nil:
		rewrite(validate.ToText, "workbook", "CSV")
	case src.Archive != "":
		rewrite(validate.ToText, src.Archive, "unpacked")
	default:
		rewrite(validate.ToText, "", "another name")
	}
	if src.Encoding == table.UTF16LE || src.Encoding == table.UTF16BE {
		if !rewrite(validate.ToUTF8, src.Encoding, table.UTF8) {
			return nil, ErrEncoding
		}
	} else if p.rewrites(validate.ToUTF8) != nil {
		certain, err := oneByte(p.res.first.Source) // a repair may take away what speaks against it
		if err != nil {
			return nil, err
		}
		if certain && rewrite(validate.ToUTF8, src.Encoding, table.UTF8) {
			out.out = &recoder{w: w}
		} else {
			p.leave(validate.ToUTF8, "parts of it are UTF-8, or bytes that stand for nothing in "+table.Windows1252)
		}
	}
	if src.BOM && !rewrite(validate.DropMark, "byte order mark", "none") {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	if p.Comma != src.Dialect.Comma && p.rewrites(validate.ToComma) != nil {
		whole, err := paired(ctx, src)
		if err != nil {
			return nil, err
		}
		if whole && rewrite(validate.ToComma, string(rune(src.Dialect.Comma)), string(rune(p.Comma))) {
			out.comma, out.recut, p.res.recut = p.Comma, true, true
		} else {
			p.leave(validate.ToComma, "quotes in it do not pair, so cells could change with another delimiter")
		}
	}
	return out, nil
}

// leave notes why a rewrite that is asked for is not made.
func (p *pass) leave(what validate.Rewrite, why string) {
	for _, rule := range p.rewrites(what) {
		p.res.Left[rule] = why
	}
}

// ErrEncoding says that the text is in an encoding that only a copy in UTF-8 can be
// made of, and that this repair is not wanted.
var ErrEncoding = errors.New("the file is written in UTF-16 and can only be copied in UTF-8, which is not among the fixes that were asked for")

// copy writes the file as it is.
func (p *pass) copy(ctx context.Context, w io.Writer) error {
	p.changed = true
	out, err := p.whole(ctx, w)
	if err != nil {
		return err
	}
	return out.upTo(p.cur.Source.TextSize())
}

// mend writes the file with its cells, its header and its bytes repaired.
func (p *pass) mend(ctx context.Context, w io.Writer) error {
	out, err := p.whole(ctx, w)
	if err != nil {
		return err
	}
	src := p.cur.Source
	if err := p.header(out); err != nil {
		return err
	}
	rows := p.res.rows(p.cur)
	var gone []int64
	err = p.cur.Mend(ctx, p.wanted, func(b *table.Batch, changes []validate.Change) error {
		for _, c := range changes {
			n := Change{Row: rows.to(c.Row), Column: c.Column + 1, Action: Write, Before: table.Text([]byte(c.Before)),
				After: table.Text([]byte(c.After)), Rule: c.Rule}
			if c.Column < 0 {
				n.Action = Remove
				gone = append(gone, n.Row)
			} else {
				n.Header, n.Field = p.cur.Columns[c.Column].Header, p.cur.Columns[c.Column].Field
			}
			p.note(n)
		}
		if p.failed != nil {
			return p.failed
		}
		return out.batch(b, changes)
	})
	if err != nil {
		return err
	}
	for _, row := range gone {
		p.res.gone.Add(row)
	}
	return out.upTo(src.TextSize())
}

// header writes the header with its names repaired.
func (p *pass) header(out *writer) error {
	places, err := p.cur.Source.CutHeader()
	if err != nil || places == nil {
		return cmp.Or(err, p.failed)
	}
	if err := out.load(0, places[len(places)-1]); err != nil {
		return err
	}
	texts := map[int]string{}
	for _, f := range p.cur.Wide() {
		if f.Fix.Text == nil || f.Pos.Column == 0 || !p.wanted(f.Rule, f.Fix) {
			continue
		}
		j := f.Pos.Column - 1
		text, ok := p.cur.Encode(out.cell(places, j), *f.Fix.Text)
		if !ok {
			p.res.Left[f.Rule] = "the encoding of the file has no such character"
			continue
		}
		texts[j] = text
		p.note(Change{Row: max(p.cur.Source.HeaderRow, 1), Column: f.Pos.Column, Header: f.Pos.Header, Action: Write, Before: f.Value, After: *f.Fix.Text, Rule: f.Rule})
	}
	if len(texts) == 0 && !out.recut {
		return p.failed
	}
	return cmp.Or(p.failed, out.row(places, texts))
}
