// Package expression reads what a dataflow of Connect+ may compute for a field:
//
//	const{INR}                              the same value on every row
//	hdr{Bill No}                            a column
//	exp{hdr{Amount} - hdr{Discount}}        the Spring Expression Language
//	${filename:substringBefore('_')}-x      the NiFi expression language, with text around it
//
// It knows their syntax and the functions that are commonly used. It evaluates
// nothing and knows no file.
//
// Source: Connect+ documentation, transform-data block and expressions.
package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/nearest"
)

// A Kind is the form of an expression.
type Kind uint8

// The kinds.
const (
	Unknown  Kind = iota
	Const         // const{…}
	Header        // hdr{…}
	Computed      // exp{…}
	NiFi          // ${…}
)

// An Expression is one expression, taken apart.
type Expression struct {
	Kind Kind
	// Value is what stands in the braces of Const and Header, without outer
	// white space.
	Value    string
	Headers  []Use // in the order of the text
	Problems []Problem
}

// A Use is a place where an expression names a header.
type Use struct {
	Header string
	// Quoted: the cell is put between quotes, so it is text. Otherwise it
	// becomes a part of the formula as it stands.
	Quoted bool
	At     int // 1-based character
}

// A Problem is a defect of the text. Unsure: the platform may take it.
type Problem struct {
	At      int // 1-based character; 0: the whole
	Message string
	Unsure  bool
}

// forms are the words before the brace.
var forms = map[string]Kind{"const": Const, "hdr": Header, "exp": Computed, "$": NiFi}

// Parse takes an expression apart. It never fails: what is wrong is among the
// problems.
func Parse(text string) *Expression {
	p := &parser{text: []rune(strings.TrimSpace(text)), openQuote: -1, e: &Expression{}}
	p.e.Kind = p.form()
	switch p.e.Kind {
	case Const, Header:
		p.simple()
	case Computed:
		p.computed()
	case NiFi:
		p.nifi()
	}
	slices.SortStableFunc(p.e.Problems, func(a, b Problem) int { return a.At - b.At })
	return p.e
}

// A parser walks over the text of one expression.
type parser struct {
	text      []rune
	pos       int // 0-based
	openQuote int // of exp, where a quote has no end; -1: none
	e         *Expression
}

func (p *parser) fail(at int, format string, args ...any) {
	p.e.Problems = append(p.e.Problems, Problem{At: at + 1, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) doubt(at int, format string, args ...any) {
	p.e.Problems = append(p.e.Problems, Problem{At: at + 1, Message: fmt.Sprintf(format, args...), Unsure: true})
}

func (p *parser) done() bool { return p.pos >= len(p.text) }

// peek returns the character i places ahead; 0 behind the end.
func (p *parser) peek(i int) rune {
	if p.pos+i >= len(p.text) {
		return 0
	}
	return p.text[p.pos+i]
}

// form reads the word and the brace that an expression begins with.
func (p *parser) form() Kind {
	at := slices.Index(p.text, '{')
	word := ""
	if at >= 0 {
		word = strings.TrimSpace(string(p.text[:at]))
	}
	kind, known := forms[word]
	switch {
	case !known && strings.HasSuffix(word, "$"): // text, then ${
		p.pos = at + 1
		return NiFi
	case known && len([]rune(word)) == at:
		p.pos = at + 1
		return kind
	case known:
		p.fail(at, "white space stands before the brace; write %s{", word)
	case at > 0 && letters(word):
		p.fail(0, "the form %s{…} is unknown; the nearest is %s{…}", word, nearest.Always(word, []string{"const", "exp", "hdr"}))
	case len(p.text) == 0:
		p.whole("the expression is empty")
	default:
		p.whole("it is none of const{…}, exp{…}, hdr{…} and ${…}")
	}
	return Unknown
}

func (p *parser) whole(message string) {
	p.e.Problems = append(p.e.Problems, Problem{Message: message})
}

func letters(word string) bool {
	for _, r := range word {
		if !letter(r) {
			return false
		}
	}
	return word != ""
}

func letter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r == '_' }
func digit(r rune) bool  { return r >= '0' && r <= '9' }

// simple reads what stands in the braces of const and hdr.
func (p *parser) simple() {
	open := p.pos - 1
	end := slices.Index(p.text[p.pos:], '}')
	if end < 0 {
		p.fail(open, "the brace is not closed")
		return
	}
	inner := p.text[p.pos : p.pos+end]
	p.e.Value = strings.TrimSpace(string(inner))
	if at := slices.Index(inner, '{'); at >= 0 {
		p.fail(p.pos+at, "a brace stands inside the braces")
	} else if p.e.Value == "" {
		p.fail(open, "nothing stands in the braces")
	} else if p.e.Kind == Header {
		p.e.Headers = append(p.e.Headers, Use{Header: p.e.Value, Quoted: true, At: 1})
	}
	if p.pos += end + 1; !p.done() {
		p.fail(p.pos, "text stands behind the closing brace")
	}
}

// header reads hdr{…} at the cursor, if it stands there.
func (p *parser) header(quoted bool) (name string, ok bool) {
	if !strings.HasPrefix(string(p.text[p.pos:min(p.pos+4, len(p.text))]), "hdr{") {
		return "", false
	}
	start := p.pos
	end := slices.Index(p.text[p.pos:], '}')
	if end < 0 {
		p.fail(start+3, "the brace of hdr is not closed")
		p.pos = len(p.text)
		return "", true
	}
	name = strings.TrimSpace(string(p.text[p.pos+4 : p.pos+end]))
	p.pos += end + 1
	switch {
	case name == "":
		p.fail(start, "hdr{} names no header")
	case strings.ContainsRune(name, '{'):
		p.fail(start+3, "the brace of hdr is not closed")
	default:
		p.e.Headers = append(p.e.Headers, Use{Header: name, Quoted: quoted, At: start + 1})
	}
	return name, true
}

// quoted reads text in quotes at the cursor; a doubled quote is one of the
// text. ok is false where it has no end.
func (p *parser) quoted(headers bool) (ok bool) {
	start, quote := p.pos, p.text[p.pos]
	for p.pos++; !p.done(); {
		switch c := p.peek(0); {
		case c == quote && p.peek(1) == quote:
			p.pos += 2
		case c == quote:
			p.pos++
			return true
		case !headers && c == '\\':
			p.pos += 2
		default:
			if headers {
				if _, found := p.header(true); found {
					continue
				}
			}
			p.pos++
		}
	}
	if headers {
		p.openQuote = start
	} else {
		p.fail(start, "the quote is not closed")
	}
	return false
}

// word reads letters, digits and underscores at the cursor.
func (p *parser) word() string {
	start := p.pos
	for !p.done() && (letter(p.peek(0)) || digit(p.peek(0))) {
		p.pos++
	}
	return string(p.text[start:p.pos])
}

func (p *parser) space() {
	for !p.done() && (p.peek(0) == ' ' || p.peek(0) == '\t' || p.peek(0) == '\n') {
		p.pos++
	}
}
