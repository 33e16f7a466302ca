package templates

import (
	"slices"
	"strings"
	"unicode"

	"github.com/connectplus/preflight/internal/nearest"
)

// An index answers which field a name or a header means.
type index struct {
	names  map[string]*Field   // exact names
	folded map[string]claim    // folded names and aliases
	hints  map[string][]*Field // folded hints, fields in the order of the template
	wild   []*Field            // wildcards, the longest name first
	series []series            // numbered aliases
	words  []spelling          // names and aliases, for suggestions
}

// A claim is the field that a header means, and by what.
type claim struct {
	field *Field
	how   How
}

// A series is a numbered alias, folded: what stands before and behind the
// number.
type series struct {
	before, behind string
	field          *Field
}

// A spelling is one way to head a column.
type spelling struct {
	name, folded string
	field        *Field
}

// index returns the index of the template's fields.
func (t *Template) index() *index {
	if t.lookup != nil {
		return t.lookup()
	}
	return newIndex(t.Fields)
}

func newIndex(fields []*Field) *index {
	ix := &index{names: make(map[string]*Field, len(fields)), folded: make(map[string]claim, 3*len(fields)),
		hints: map[string][]*Field{}}
	add := func(name string, c claim) {
		folded := Fold(name)
		if _, taken := ix.folded[folded]; !taken {
			ix.folded[folded] = c
			ix.words = append(ix.words, spelling{name, folded, c.field})
		}
	}
	for _, f := range fields {
		if f.Wildcard() {
			ix.wild = append(ix.wild, f)
			continue
		}
		if ix.names[f.Name] == nil { // two files of a merge may both carry it
			ix.names[f.Name] = f
		}
		add(f.Name, claim{f, ByName})
	}
	for _, f := range fields {
		for _, a := range f.Aliases {
			if before, behind, ok := strings.Cut(a, "#"); ok {
				ix.series = append(ix.series, series{Fold(before), Fold(behind), f})
				continue
			}
			add(a, claim{f, ByAlias})
		}
		for _, h := range f.Hints {
			ix.hints[Fold(h)] = append(ix.hints[Fold(h)], f)
		}
	}
	// The part behind the only dot is a name too, where nothing else has it.
	last := map[string]int{}
	for _, f := range fields {
		last[Fold(f.Name[strings.LastIndexByte(f.Name, '.')+1:])]++
	}
	for _, f := range fields {
		_, part, dotted := strings.Cut(f.Name, ".")
		if dotted && !f.Wildcard() && last[Fold(part)] == 1 && len(ix.hints[Fold(part)]) == 0 {
			add(part, claim{f, ByAlias})
		}
	}
	slices.SortStableFunc(ix.wild, func(a, b *Field) int { return len(b.Name) - len(a.Name) })
	return ix
}

// find returns the claim of a header; no field: it means nothing known.
func (ix *index) find(header string) claim {
	folded := Fold(header)
	if c, ok := ix.folded[folded]; ok {
		return c
	}
	for _, s := range ix.series {
		number, ok := strings.CutPrefix(folded, s.before)
		if number, ok = cutBehind(number, s.behind, ok); ok {
			return claim{s.field.numbered(number), ByAlias}
		}
	}
	for _, f := range ix.wild {
		prefix := strings.TrimSuffix(f.Name, "*")
		if n := len(Fold(prefix)); len(folded) > n && folded[:n] == Fold(prefix) {
			return claim{f.under(prefix + rest(header, n)), ByName}
		}
	}
	return claim{}
}

// cutBehind takes what stands behind a number away, where ok, and reports
// whether a number of one to three digits is left.
func cutBehind(s, behind string, ok bool) (number string, isNumber bool) {
	if !ok {
		return "", false
	}
	number, ok = strings.CutSuffix(s, behind)
	return number, ok && len(number) > 0 && len(number) <= 3 && strings.Trim(number, "0123456789") == ""
}

// rest returns what follows the first n bytes of the folded header, in the
// header's own spelling.
func rest(header string, n int) string {
	for i := range header {
		if len(Fold(header[:i])) >= n {
			if r := strings.TrimFunc(header[i:], func(r rune) bool { return Fold(string(r)) == "" }); r != "" {
				return r
			}
		}
	}
	return Fold(header)[n:]
}

// hint returns the first field without a column that the header hints at.
func (ix *index) hint(header string, taken map[string]int) *Field {
	for _, f := range ix.hints[Fold(header)] {
		if _, ok := taken[f.Name]; !ok {
			return f
		}
	}
	return nil
}

// near returns a field without a column whose name or alias resembles the
// header: it has all words of the name in any order, or few other letters.
func (ix *index) near(header string, taken map[string]int) *Field {
	folded, have := Fold(header), tokens(header)
	if len(folded) < 3 {
		return nil // every short word is near another
	}
	var best *Field // whose name has the most words, all in the header
	most := 1
	var free []string
	byWord := map[string]*Field{}
	for i := range ix.words {
		w := &ix.words[i]
		if _, ok := taken[w.field.Name]; ok {
			continue
		}
		free = append(free, w.folded)
		byWord[w.folded] = w.field
		if words := tokens(w.name); len(words) > most && within(words, have) {
			best, most = w.field, len(words)
		}
	}
	if best != nil {
		return best
	}
	if w := nearest.Of(folded, free); w != "" && w[0] == folded[0] {
		return byWord[w]
	}
	return nil
}

// within reports whether all words are among the others.
func within(words, others []string) bool {
	for _, w := range words {
		if !slices.Contains(others, w) {
			return false
		}
	}
	return true
}

// tokens cuts a name into its words, in lower case: at separators and where
// a capital follows a small letter.
func tokens(name string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	small := false
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
			small = false
			continue
		}
		if small && unicode.IsUpper(r) {
			end()
		}
		small = unicode.IsLower(r)
		word.WriteRune(unicode.ToLower(r))
	}
	end()
	return words
}
