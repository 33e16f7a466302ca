package table

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
)

// Pieces goes through all that may be a cell of a row whose cells cannot be told
// apart, such as a ragged one: what stands between delimiters, line ends and
// quotes, and what cells in quotes hold. They come in the order of the row, without
// the blank ones and without outer white space; some are parts of others.
func Pieces(row []byte, comma byte) iter.Seq[[]byte] {
	ends := string([]byte{comma, '\r', '\n'})
	return func(yield func([]byte) bool) {
		give := func(piece []byte) bool {
			piece = bytes.TrimSpace(piece)
			return len(piece) == 0 || yield(piece)
		}
		for rest := row; len(rest) > 0; {
			if held, ok := quoted(rest); ok && !give(held) {
				return
			}
			piece := rest
			if end := bytes.IndexAny(rest, ends); end >= 0 {
				piece, rest = rest[:end], rest[end+1:]
			} else {
				rest = nil
			}
			if !give(piece) {
				return
			}
			if bytes.IndexByte(piece, '"') < 0 {
				continue
			}
			for part := range bytes.SplitSeq(piece, []byte{'"'}) {
				if !give(part) {
					return
				}
			}
		}
	}
}

// quoted returns what the quotes hold that a text begins with, white space aside;
// ok is false where it begins with none, or they never close.
func quoted(text []byte) (held []byte, ok bool) {
	text = bytes.TrimLeft(text, " \t")
	if len(text) == 0 || text[0] != '"' {
		return nil, false
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '"':
		case i+1 < len(text) && text[i+1] == '"':
			i++
		default:
			return bytes.ReplaceAll(text[1:i], []byte(`""`), []byte{'"'}), true
		}
	}
	return nil, false
}

// Candidates calls visit with all cells that a row whose cells cannot be told apart
// may have in some columns, parallel to them: its pieces in the order of the
// columns, each or all but one of them left out as blank. It ends when visit
// returns false. The cells are valid during the call.
func Candidates(row []byte, comma byte, columns []int, visit func(cells [][]byte) bool) {
	pieces := slices.Collect(Pieces(row, comma))
	order := make([]int, len(columns)) // of columns, by place
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(columns[a], columns[b]) })
	cells := make([][]byte, len(columns))
	var choose func(n, from int, filled bool) bool
	choose = func(n, from int, filled bool) bool {
		if n == len(order) {
			return !filled || visit(cells)
		}
		cells[order[n]] = nil
		if !choose(n+1, from, filled) {
			return false
		}
		for i := from; i < len(pieces); i++ {
			cells[order[n]] = pieces[i]
			if !choose(n+1, i+1, true) {
				return false
			}
		}
		cells[order[n]] = nil
		return true
	}
	choose(0, 0, false)
}
