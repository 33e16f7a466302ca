package rules

import (
	"path"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
)

// matchingName proposes a name that a pattern takes whole, made of nothing but
// the given one and the text of the pattern: other letter case, another
// extension, what the pattern asks for around it. It returns "" where it finds
// none.
func matchingName(name string, whole *regexp.Regexp, pattern string) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	tries := recased(name)
	if tree, err := syntax.Parse(pattern, syntax.Perl); err == nil {
		before, behind := plainEnds(tree)
		tries = append(tries, stem+behind, before+name, before+stem+behind, strings.TrimSuffix(before, "_")+"_"+stem+behind)
		w := &nameWriter{name: strings.ToLower(name), stem: stem, digits: digitsIn(stem)}
		if w.write(tree) {
			tries = append(tries, w.out.String())
		}
	}
	for _, t := range tries {
		if t != name && whole.MatchString(t) && !strings.ContainsAny(t, `/\`) {
			return t
		}
	}
	return ""
}

// recased returns a name with each of its words in the case that it has, in
// small letters and in capitals; all together where it has many words.
func recased(name string) []string {
	const most = 6 // words: 729 names
	words := regexp.MustCompile(`\pL+|\PL+`).FindAllString(name, -1)
	if len(words) > 2*most {
		return []string{strings.ToLower(name), strings.ToUpper(name)}
	}
	names := []string{""}
	for _, word := range words {
		var longer []string
		for _, n := range names {
			longer = append(longer, n+word)
			for _, other := range []string{strings.ToLower(word), strings.ToUpper(word)} {
				if other != word {
					longer = append(longer, n+other)
				}
			}
		}
		names = longer
	}
	return names
}

// plainEnds returns the text with which every match begins and ends.
func plainEnds(tree *syntax.Regexp) (before, behind string) {
	parts := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		parts = tree.Sub
	}
	if first := parts[0]; first.Op == syntax.OpLiteral && first.Flags&syntax.FoldCase == 0 {
		before = string(first.Rune)
	}
	for i := len(parts) - 1; i >= 0; i-- {
		switch p := parts[i]; p.Op {
		case syntax.OpEndLine, syntax.OpEndText:
			continue
		case syntax.OpLiteral:
			behind = string(p.Rune) + behind
			continue
		case syntax.OpAnyCharNotNL, syntax.OpAnyChar: // a point that is left as it is: .csv
			if behind != "" && behind[0] != '.' {
				behind = "." + behind
			}
		}
		break
	}
	return before, behind
}

// digitsIn returns the digits of a name.
func digitsIn(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// A nameWriter writes a text that a pattern matches, with what a name has to
// offer: its stem for what may be anything, its digits for digits, its words to
// choose between alternatives.
type nameWriter struct {
	name, stem, digits string
	out                strings.Builder
}

// write reports false where the name has not what the pattern wants.
func (w *nameWriter) write(p *syntax.Regexp) bool {
	switch p.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpQuest:
		return true
	case syntax.OpLiteral:
		w.out.WriteString(string(p.Rune))
		return true
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.out.WriteByte('.')
		return true
	case syntax.OpCharClass:
		return w.digit(p)
	case syntax.OpCapture:
		return w.write(p.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range p.Sub {
			if sub.Op == syntax.OpLiteral && strings.Contains(w.name, strings.ToLower(string(sub.Rune))) {
				return w.write(sub)
			}
		}
		return false
	case syntax.OpConcat:
		for _, sub := range p.Sub {
			if !w.write(sub) {
				return false
			}
		}
		return true
	case syntax.OpStar, syntax.OpPlus:
		return w.many(p)
	case syntax.OpRepeat:
		for range p.Min {
			if !w.write(p.Sub[0]) {
				return false
			}
		}
		return true
	}
	return false
}

// many writes what may be of any length.
func (w *nameWriter) many(p *syntax.Regexp) bool {
	if any := p.Sub[0].Op; any == syntax.OpAnyChar || any == syntax.OpAnyCharNotNL {
		w.out.WriteString(w.stem)
		return true
	}
	if p.Sub[0].Op != syntax.OpCharClass || !w.digit(p.Sub[0]) {
		return p.Op == syntax.OpStar
	}
	for w.digit(p.Sub[0]) {
	}
	return true
}

// digit writes the next digit of the name where a class takes it.
func (w *nameWriter) digit(class *syntax.Regexp) bool {
	if w.digits == "" {
		return false
	}
	d := rune(w.digits[0])
	for i := 0; i+1 < len(class.Rune); i += 2 {
		if class.Rune[i] <= d && d <= class.Rune[i+1] && class.Rune[i+1] <= unicode.MaxASCII {
			w.out.WriteRune(d)
			w.digits = w.digits[1:]
			return true
		}
	}
	return false
}
