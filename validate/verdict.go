package validate

// A verdict is what the checks of a column find in one cell.
type verdict struct {
	key   cellKey
	n     int
	found [maxFound]struct {
		check int // in columnPlan.checks
		class uint32
	}
	rank Rank // of the findings; noRank: none, or only such as stand beside others
}

// noRank is behind all ranks.
const noRank Rank = 255

// maxFound bounds the findings of one cell; there are hardly ever more than two.
const maxFound = 8

// A cellKey is a cell of at most 16 bytes, whole.
type cellKey struct {
	head, tail uint64
	column     int32
	n          uint8 // bytes; 0: no cell
}

// verdicts remembers what was found in short cells: a column with a million bad
// cells mostly has a few thousand different ones.
type verdicts [1024]verdict

// judge shows a cell to the checks of its column, by rank: those of the first
// rank that finds something stand, with those that stand beside all others.
func (c *columnPlan) judge(raw []byte, v *verdict) {
	cell := Trim(raw)
	v.n, v.rank = 0, noRank
	blank := false
	for n, k := range c.checks {
		if k.check.Rank > v.rank || v.n == maxFound {
			break
		}
		text := cell
		switch {
		case k.check.Blanks != (len(cell) == 0):
			// White space alone in a cell that must be filled is one defect.
			if !k.check.Raw || len(raw) == 0 || blank {
				continue
			}
			text = raw
		case k.check.Raw:
			text = raw
		}
		if k.bound.OK(text) {
			continue
		}
		f := &v.found[v.n]
		f.check, f.class = n, 0
		if k.bound.Classify != nil {
			f.class = k.bound.Classify(text)
		}
		v.n++
		blank = blank || k.check.Blanks
		if k.check.Rank != Beside {
			v.rank = k.check.Rank
		}
	}
}
