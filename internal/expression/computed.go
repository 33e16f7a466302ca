package expression

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/nearest"
)

// methods are the functions of text and numbers that the documents show, and
// those of Java beside them.
var methods = []string{
	"abs", "ceil", "charAt", "concat", "contains", "endsWith", "equals", "equalsIgnoreCase", "floor", "format", "indexOf",
	"isBlank", "isEmpty", "lastIndexOf", "length", "matches", "max", "min", "parse", "parseDouble", "parseInt", "parseLong",
	"pow", "replace", "replaceAll", "replaceFirst", "round", "size", "split", "startsWith", "strip", "substring",
	"toLowerCase", "toString", "toUpperCase", "trim", "valueOf",
}

// classes may stand before a point without quotes.
var classes = []string{"BigDecimal", "Boolean", "Double", "Integer", "Long", "Math", "String", "java", "T"}

// operators in words of the Spring Expression Language, and its constants.
var (
	wordOperators = []string{"and", "or", "eq", "ne", "lt", "le", "gt", "ge", "div", "mod", "matches", "instanceof", "between"}
	constants     = []string{"true", "false", "null"}
)

// An operand is what a formula has between two operators.
type operand uint8

const (
	none   operand = iota
	pasted         // hdr{…} without quotes
	quoted
	plain // a number, a word, a result
)

// A level is one bracket that is open.
type level struct {
	bracket rune
	at      int
	types   bool  // of T(…): names of classes stand in it
	choices []int // where a ? waits for its :
	empty   bool
	foreign bool // its value has functions that nobody here knows
	// element: of .![…] and its like, which read the values of a list one by one:
	// words are properties and functions of such a value.
	element bool
}

// A formula is the inside of exp{…} while it is read.
type formula struct {
	*parser
	levels []level

	left   operand // before the cursor; none: an operand is due
	name   string  // of left, where it is pasted
	op     string  // the operator before left, or behind it
	opAt   int
	sign   string // before an operand that is due: - + !
	called bool   // left is the name of a function, so a bracket may follow
	// foreign: left is of a class that is not among classes, so its functions
	// are not known.
	foreign bool
	across  operand
	from    string // name of across, where it is pasted
}

// computed reads exp{…}, from behind the brace.
func (p *parser) computed() {
	f := &formula{parser: p, levels: []level{{bracket: '{', at: p.pos - 1, empty: true}}}
	for !p.done() && len(f.levels) > 0 && f.step() {
	}
	if p.openQuote >= 0 {
		p.quoteMissing()
		return
	}
	switch {
	case len(f.levels) > 0 && p.done():
		if !slices.ContainsFunc(p.e.Problems, func(q Problem) bool { return strings.HasSuffix(q.Message, "not closed") }) {
			top := f.levels[len(f.levels)-1]
			p.fail(top.at, "the %c is not closed", top.bracket)
		}
	case len(f.levels) == 0 && !p.done():
		p.fail(p.pos, "text stands behind the closing brace")
	}
}

// quoteMissing leaves one problem of a formula in which a quote has no partner:
// from there on text is taken for formula, and formula for text.
func (p *parser) quoteMissing() {
	at, message := p.openQuote, "the quote is not closed"
	for _, q := range p.e.Problems {
		if q.At-1 < at {
			at, message = q.At-1, "a quote is missing here or before"
		}
	}
	p.e.Problems = nil
	p.fail(at, "%s", message)
	for i := range p.e.Headers {
		p.e.Headers[i].Quoted = true // nobody can tell
	}
}

func (f *formula) top() *level { return &f.levels[len(f.levels)-1] }

// step reads one token. It returns false where reading on makes no sense.
func (f *formula) step() bool {
	f.space()
	if f.done() {
		return true
	}
	at, c := f.pos, f.peek(0)
	if name, ok := f.header(false); ok {
		f.operand(at, pasted, "hdr{"+name+"}")
		f.name = name
		return true
	}
	switch {
	case c == '\'' || c == '"':
		if !f.quoted(true) {
			return false
		}
		f.operand(at, quoted, "the text")
	case digit(c):
		f.number()
		f.operand(at, plain, "the number")
	case letter(c):
		f.identifier(at, f.word())
	case (c == '#' || c == '@') && letter(f.peek(1)):
		f.pos++
		f.operand(at, plain, string(c)+f.word())
		f.foreign, f.called = true, c == '#' // a variable may hold a function
	case strings.ContainsRune("([{", c):
		f.open(at, c)
	case strings.ContainsRune(")]}", c):
		return f.shut(at, c)
	default:
		f.operator(at)
	}
	return true
}

// number reads a number of SpEL: 12, 1.5e3, 0x1F, 10L.
func (f *formula) number() {
	if f.peek(0) == '0' && f.peek(1)|0x20 == 'x' {
		for f.pos += 2; digit(f.peek(0)) || letter(f.peek(0)); f.pos++ {
		}
		return
	}
	for digit(f.peek(0)) || f.peek(0) == '.' && digit(f.peek(1)) {
		f.pos++
	}
	if f.peek(0)|0x20 == 'e' && (digit(f.peek(1)) || (f.peek(1) == '-' || f.peek(1) == '+') && digit(f.peek(2))) {
		for f.pos += 2; digit(f.peek(0)); f.pos++ {
		}
	}
	if c := f.peek(0) | 0x20; (c == 'l' || c == 'd' || c == 'f') && !letter(f.peek(1)) && !digit(f.peek(1)) {
		f.pos++
	}
}

// operand notes an operand and what it means for the operator before it.
func (f *formula) operand(at int, kind operand, what string) {
	if f.left != none {
		f.fail(at, "%s stands behind a value without an operator", what)
	}
	f.left, f.name, f.called, f.foreign, f.sign = kind, "", false, false, ""
	f.top().empty = false
	name := strings.TrimPrefix(strings.TrimSuffix(what, "}"), "hdr{")
	switch {
	case f.op == "==" || f.op == "!=":
		if f.across == pasted && kind == quoted {
			f.fail(f.opAt, "hdr{%s} is compared with text and has no quotes; write 'hdr{%s}'", f.from, f.from)
		} else if f.across == quoted && kind == pasted {
			f.fail(at, "hdr{%s} is compared with text and has no quotes; write 'hdr{%s}'", name, name)
		}
	case strings.Contains("-*/%", f.op) && f.op != "" && kind == quoted:
		f.fail(f.opAt, "%s calculates with text; a number has no quotes", f.op)
	}
}

// identifier reads a word: an operator, a constant, a function or a class.
func (f *formula) identifier(at int, word string) {
	f.space()
	next := f.peek(0)
	if f.top().types {
		f.top().foreign = !slices.Contains(classes, word) // the last word counts
	}
	switch {
	case f.left != none && slices.Contains(wordOperators, strings.ToLower(word)):
		f.binary(at, strings.ToLower(word))
	case f.op == "." && f.left == none:
		f.left, f.called = plain, true
		f.op = ""
		if next == '(' && !f.foreign && !slices.Contains(methods, word) {
			f.doubt(at, "the function %s is not one that is commonly used; the nearest is %s", word, nearest.Always(word, methods))
		}
	case word == "not" && f.left == none:
	case word == "new" && f.left == none && letter(next):
		f.constructor(at)
	case f.top().types:
		f.operand(at, plain, word)
	case slices.Contains(constants, word), next == ':' && f.key():
		f.operand(at, plain, word)
	case word == "T" && next == '(':
		f.operand(at, plain, word)
		f.called = true
	case (word == "const" || word == "exp") && next == '{':
		f.fail(at, "%s{…} stands inside exp{…}; write text in quotes and a number as it is", word)
		f.operand(at, plain, word)
		f.called = true
	case f.top().element:
		f.operand(at, plain, word)
		f.foreign, f.called = true, next == '('
	case next == '(':
		f.fail(at, "%s stands before no value; a function follows its text: 'hdr{…}'.%s(…)", word, word)
		f.operand(at, plain, word)
		f.called = true
	case next == '.' && slices.Contains(classes, word):
		f.operand(at, plain, word)
	default:
		f.fail(at, "%s has no quotes; write '%s' if it is text, hdr{%s} if it is a header", word, word, word)
		f.operand(at, plain, word)
	}
}

// constructor reads the class behind new, from its first letter on: a name with
// points, and the brackets of an array.
func (f *formula) constructor(at int) {
	for letter(f.peek(0)) || digit(f.peek(0)) || f.peek(0) == '.' {
		f.pos++
	}
	f.operand(at, plain, "new")
	f.called, f.foreign = true, true
	for f.space(); f.peek(0) == '['; f.space() {
		for f.pos++; digit(f.peek(0)); f.pos++ {
		}
		if f.peek(0) == ']' {
			f.pos++
		}
	}
}

// key reports whether a word at the cursor may be a key of a map, {a: 1}.
func (f *formula) key() bool {
	return len(f.levels) > 1 && f.top().bracket == '{' && f.left == none && len(f.top().choices) == 0
}

func (f *formula) open(at int, c rune) {
	l := level{bracket: c, at: at, empty: true, foreign: f.left != none && f.foreign, element: f.top().element || f.chooses(at)}
	if f.left != none {
		if !f.called && c != '[' {
			f.fail(at, "the %c stands behind a value without an operator", c)
		}
		l.types = c == '(' && string(f.text[max(at-1, 0):at]) == "T"
	}
	f.top().empty = false
	f.levels = append(f.levels, l)
	f.left, f.op, f.across, f.called, f.foreign, f.sign = none, "", none, false, false, ""
	f.pos++
}

// shut reads a closing bracket. It returns false where it closes nothing.
func (f *formula) shut(at int, c rune) bool {
	l := f.top()
	pairs := map[rune]rune{'(': ')', '[': ']', '{': '}'}
	if pairs[l.bracket] != c {
		if len(f.levels) == 1 {
			f.fail(at, "the %c closes nothing", c)
		} else {
			f.fail(l.at, "the %c is not closed", l.bracket)
		}
		return false
	}
	f.pos++
	switch {
	case f.left == none && f.sign != "":
		f.fail(f.opAt, "nothing stands behind %s", f.sign)
	case f.left == none && f.op != "" && f.op != ".":
		f.fail(f.opAt, "nothing stands behind %s", f.op)
	case f.left == none && f.op == ".":
		f.fail(f.opAt, "no function stands behind the point")
	case l.empty && len(f.levels) == 1:
		f.fail(l.at, "nothing stands in the braces")
	}
	for _, choice := range l.choices {
		f.fail(choice, "the ? has no : behind it")
	}
	f.levels = f.levels[:len(f.levels)-1]
	f.left, f.op, f.across, f.called, f.foreign = plain, "", none, false, l.foreign
	return true
}

// symbols are the operators in signs, the longer first.
var symbols = []string{"==", "!=", "<=", ">=", "&&", "||", "?:", "?.", "+", "-", "*", "/", "%", "^", "<", ">", "!", "?", ":", ".", ","}

func (f *formula) operator(at int) {
	rest := string(f.text[f.pos:min(f.pos+2, len(f.text))])
	for _, s := range symbols {
		if !strings.HasPrefix(rest, s) {
			continue
		}
		f.pos += len(s)
		if s == "?." {
			s = "."
		}
		if s == "." && f.chooses(f.pos+1) {
			f.pos++
			if f.left != none {
				return
			}
		}
		f.binary(at, s)
		return
	}
	f.pos++
	switch c := f.text[at]; c {
	case '=':
		f.fail(at, "one = compares nothing; write ==")
		f.left, f.op = none, ""
	case '&', '|':
		f.fail(at, "one %c is no operator; write %c%c", c, c, c)
		f.left, f.op = none, ""
	default:
		f.fail(at, "the character %c has no meaning here", c)
	}
}

// chooses reports whether a bracket stands there that chooses among the values of
// a list, or takes something from each: .?[ .![ .^[ .$[
func (f *formula) chooses(at int) bool {
	return at >= 2 && at < len(f.text) && f.text[at] == '[' && strings.ContainsRune("?!^$", f.text[at-1]) && f.text[at-2] == '.'
}

// binary notes an operator and looks at the operand before it.
func (f *formula) binary(at int, s string) {
	if f.left == none && (s == "-" || s == "+" || s == "!") {
		f.op, f.opAt, f.across, f.sign = "", at, none, s
		return
	}
	l := f.top()
	switch {
	case s == ":" && len(l.choices) == 0 && len(f.levels) > 1 && l.bracket == '{' && (f.left != none || l.empty):
		l.empty = false // of a map
		if f.left == none {
			return // which is empty
		}
	case f.left == none && f.op != "":
		f.fail(at, "%s stands behind %s; a value is missing between them", s, f.op)
	case f.left == none:
		f.fail(at, "%s stands before a value that is missing", s)
	case s == "." && f.left == pasted:
		f.fail(at, "hdr{%s} has no quotes before its function; write 'hdr{%s}'", f.name, f.name)
	case strings.Contains("-*/%", s) && f.left == quoted:
		f.fail(at, "%s calculates with text; a number has no quotes", s)
	case s == "?":
		l.choices = append(l.choices, at)
	case s == ":" && len(l.choices) == 0:
		f.fail(at, "the : has no ? before it")
	case s == ":":
		l.choices = l.choices[:len(l.choices)-1]
	}
	f.across, f.from = f.left, f.name
	f.left, f.op, f.opAt, f.called = none, s, at, false
}
