package validate

import (
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/connectplus/preflight/table"
)

// A Bundle is the files of one run, as far as rows of different files are
// compared: the Options of each file name it, in their Place.
type Bundle struct {
	seed, seed2 maphash.Seed
}

// NewBundle returns a bundle for the files of one run.
func NewBundle() *Bundle { return &Bundle{maphash.MakeSeed(), maphash.MakeSeed()} }

// A Place says what a file is among the files of a run. The zero value is a
// file that is judged alone.
type Place struct {
	// Bundle is that of all files of the run. nil: keys are not kept, and Join
	// checks do not judge the file.
	Bundle *Bundle
	Flow   string // names the dataflow, whose files lie in one folder; empty: not known
	Role   string // in a merge set, as templates.Role.Name; empty: the file is in none
	Set    int    // the merge set of the flow that the file is in, from 0
	// Keys are the headers that join the files of a set; nil: the columns of
	// the fields of templates.Template.Join.
	Keys    []string
	Missing []string // roles of the set that no file of the run has
	// Common is the part of the name that the files of a set share; empty: none
	// is known. Named: it was found by the patterns of the dataflow or of the
	// documents, not guessed.
	Common string
	Named  bool
	Spoken bool // not Named, but the name holds a word for the role: the rest is the part that may be common
	// Like is the template of the merge set that the file, which is in none, looks
	// like a part of, and With its file of bills; see [LookLike].
	Like, With string
	Also       []string // what else takes a file of this name: "flow returns", "the line files of the set"
}

// Join judges rows of several files of a run that have the same key. In a run
// of one file it is not asked. See [JudgeDrop].
type Join struct {
	// Keys names the keys by which the rows of a file meet those of others. None:
	// the file has no part in it.
	Keys func(p *Pass) []*JoinKey
	// Judge is shown what the files have of one key. It reports parts, by index,
	// each at most once; a part without rows (N) is not reported. Before it looks at
	// rows it must call m.Read, and return if that says no: it will be called
	// again. It must not keep m, and may run on several processors at once.
	Judge    func(m *Meeting, report func(at int))
	Describe func(m *Meeting, at int) Detail
}

// A JoinKey is the columns of one file whose cells, taken together, are a key.
type JoinKey struct {
	// Space names what the keys are of: keys of one space, and of no other, are
	// compared. In one file, rules that name one space must use one JoinKey; see
	// [Shared].
	Space string
	// Values are the cells of the key; rows with a blank among them are left out.
	Values []Value
	Fold   bool // letters are compared without case
	// Sound reports whether a cell can be compared: rows with a cell that is
	// broken in itself are left out. nil: all can.
	Sound func(cell []byte) bool
	// Leave says which rows are left out for another reason; nil: none.
	Leave func(r RowView) bool
	// Whole: rows of one key are one thing to the platform, in whatever file they
	// are. If one is rejected, all are.
	Whole bool
	// Sum is a column whose numbers are added up for [Part.Sum], plus one; 0: none.
	Sum int
}

// A Meeting is the rows of several files that have one key.
type Meeting struct {
	// Parts has one entry for each file of the space that the rule binds to, in
	// the order of the run, also where the file has no row of the key.
	Parts []Part
	wants bool
	read  bool
}

// A Part is the rows of one file in a meeting.
type Part struct {
	Pass  *Pass // of the rule, for that file
	N     int   // rows, ragged ones left out
	First int64 // spreadsheet row of the first, ragged or not; 0: there is none
	Sum   int64 // of the numbers in JoinKey.Sum, in millionths ([Unit]); meaningless unless Summed
	// Summed: Sum is exact. If not, some number is blank, negative, or no plain
	// decimal.
	Summed   bool
	Complete bool     // the file was read to its end
	Copy     bool     // the file is the same as an earlier one of the run
	Key      *JoinKey // of the file

	member int // in the space
	runs   []Run
	views  []RowView
}

// Rows returns the rows as those of a group, after Read. No facts are proven.
func (p *Part) Rows() *Rows { return &Rows{runs: p.runs, views: p.views} }

// Ragged reports whether some row of the key has another number of cells than
// the header; N and the rows leave it out.
func (p *Part) Ragged() bool {
	return slices.ContainsFunc(p.runs, func(r Run) bool { return r.N == 0 })
}

// Name returns the name of the part's file.
func (p *Part) Name() string { return p.Pass.Source.Name }

// Len returns how many rows Row can show, after Read.
func (p *Part) Len() int { return len(p.views) }

// Row returns the i-th row, after Read.
func (p *Part) Row(i int) RowView { return p.views[i] }

// Read makes the rows of all parts available. It reports false when they are
// not at hand: the check returns and is called again with the rows.
func (m *Meeting) Read() bool {
	m.wants = m.wants || !m.read
	return m.read
}

// A joinCheck is a Join rule bound to one key of a file.
type joinCheck struct {
	*slot
	check *Join
	place int // in Rule.Checks
	pass  *Pass
	key   int // in Plan.joinKeys
}

// bindJoin binds a Join check, the one at place in the rule, to the file.
func (p *Plan) bindJoin(r *Rule, place int, c *Join, pass *Pass) {
	if p.opts.Place.Bundle == nil {
		return
	}
	for _, key := range c.Keys(pass) {
		k := slices.Index(p.joinKeys, key)
		if k < 0 {
			k = len(p.joinKeys)
			p.joinKeys = append(p.joinKeys, key)
		}
		column := key.Values[0].Column
		groups := p.pass.Grouped() && p.groupsBy(key)
		if groups {
			column = -1
		}
		s := p.slot(r, 0, column, false, nil)
		s.groups = groups
		p.joins = append(p.joins, &joinCheck{s, c, place, pass, k})
	}
}

// groupsBy reports whether rows of one join key are rows of one group.
func (p *Plan) groupsBy(key *JoinKey) bool {
	n := 0
	for _, v := range key.Values {
		switch {
		case slices.Contains(p.pass.key, v.Column):
			n++
		case v.Column >= 0:
			return false
		}
	}
	return n == len(p.pass.key)
}

// A joinRecord is a run of neighbouring rows with one join key: 24 bytes.
type joinRecord struct {
	hash  uint64
	sum   int64 // of the numbers of JoinKey.Sum; negative: not summed
	first uint32
	hash2 uint16 // 80 bits hardly meet by chance; before anybody is accused, the texts are compared
	rows  uint16 // 0: one ragged row
}

// maxJoinRun bounds the rows of a joinRecord.
const maxJoinRun = 1<<16 - 1

// notSummed is the sum of a record that has a number that cannot be added.
const notSummed = -1

// A joinLog gathers the records that one worker makes for one key.
type joinLog struct {
	records   partitions[joinRecord]
	text, was []byte // scratch: the key of this row, and of the one above
}

// addJoin notes the keys of a batch.
func (w *worker) addJoin(k int, key *JoinKey) {
	b, log := w.batch, &w.joined[k]
	var numbers []int64
	if key.Sum > 0 && b.numbers[key.Sum-1] != nil {
		numbers = b.Numbers(key.Sum - 1)
	}
	var r joinRecord
	open := false
	end := func() {
		if open {
			log.records.add(r.hash, r)
		}
		open = false
	}
	seeds := w.p.opts.Place.Bundle
	for i := range b.Faults {
		if f := &b.Faults[i]; !f.Shaped() && f.Kind != table.FaultBlank {
			text, ok := key.raggedText(log.text[:0], b.Batch, f)
			if log.text = text; ok {
				h := maphash.Bytes(seeds.seed, text)
				log.records.add(h, joinRecord{hash: h, hash2: uint16(maphash.Bytes(seeds.seed2, text)), first: uint32(f.Row), sum: notSummed})
			}
		}
	}
	for i := range b.Len() {
		row := b.Number(i)
		text, ok := key.text(log.text[:0], RowView{b, i})
		if log.text = text; !ok || key.Leave != nil && key.Leave(RowView{b, i}) {
			end()
			continue
		}
		if !open || r.rows == maxJoinRun || row != int64(r.first)+int64(r.rows) || string(text) != string(log.was) {
			end()
			log.was, log.text = log.text, log.was
			r = joinRecord{hash: maphash.Bytes(seeds.seed, text), hash2: uint16(maphash.Bytes(seeds.seed2, text)), first: uint32(row)}
			open = true
		}
		r.rows++
		switch {
		case r.sum < 0:
		case numbers == nil || numbers[i] < 0 || r.sum+numbers[i] < 0: // the last: more than fits
			r.sum = notSummed
		default:
			r.sum += numbers[i]
		}
	}
	end()
}

// text appends the key of a row: each cell behind its length, so that no two
// keys have one text. ok is false for rows that are left out.
func (k *JoinKey) text(to []byte, r RowView) (text []byte, ok bool) {
	for _, v := range k.Values {
		if to, ok = k.cell(to, r.Get(v)); !ok {
			return to, false
		}
	}
	return to, true
}

// raggedText is text for a row with another number of cells than the header.
func (k *JoinKey) raggedText(to []byte, t *table.Batch, f *table.Fault) (text []byte, ok bool) {
	for _, v := range k.Values {
		cell := v.Const
		if v.Column >= 0 {
			cell = Trim(t.FaultCell(f, v.Column))
		}
		if to, ok = k.cell(to, cell); !ok {
			return to, false
		}
	}
	return to, true
}

// cell appends one cell of a key.
func (k *JoinKey) cell(to, cell []byte) (text []byte, ok bool) {
	if len(cell) == 0 || k.Sound != nil && !k.Sound(cell) {
		return to, false
	}
	if len(k.Values) > 1 {
		to = binary.AppendUvarint(to, uint64(len(cell)))
	}
	at := len(to)
	to = append(to, cell...)
	if k.Fold {
		lower(to[at:])
	}
	return to, true
}

// lower puts ASCII letters in lower case.
func lower(text []byte) {
	for i, c := range text {
		if c-'A' < 26 {
			text[i] = c + 'a' - 'A'
		}
	}
}
