package expression

import (
	"slices"

	"github.com/connectplus/preflight/internal/nearest"
)

// functions of the NiFi expression language that take a subject or stand alone.
//
// Source: Apache NiFi Expression Language Guide.
var functions = []string{
	"allAttributes", "and", "anyAttribute", "append", "base64Decode", "base64Encode", "contains", "count", "divide", "endsWith",
	"equals", "equalsIgnoreCase", "find", "format", "ge", "getDelimitedField", "gt", "ifElse", "in", "indexOf", "isEmpty",
	"isNull", "join", "lastIndexOf", "le", "length", "literal", "lt", "matches", "math", "minus", "mod", "multiply", "not",
	"notNull", "now", "or", "padLeft", "padRight", "plus", "prepend", "random", "replace", "replaceAll", "replaceEmpty",
	"replaceFirst", "replaceNull", "startsWith", "substring", "substringAfter", "substringAfterLast", "substringBefore",
	"substringBeforeLast", "toDate", "toDecimal", "toLower", "toNumber", "toRadix", "toString", "toUpper", "trim",
	"urlDecode", "urlEncode", "UUID",
}

// nifi reads ${…}, from behind the first brace, and what follows: text and
// further ${…}.
func (p *parser) nifi() {
	for {
		if !p.attribute(p.pos - 1) {
			return
		}
		for !p.done() && (p.peek(0) != '$' || p.peek(1) != '{') {
			p.pos++
		}
		if p.done() {
			return
		}
		p.pos += 2
	}
}

// attribute reads the inside of ${…} with its closing brace. It returns false
// where reading on makes no sense.
func (p *parser) attribute(open int) bool {
	p.space()
	start := p.pos
	switch c := p.peek(0); {
	case c == '\'' || c == '"':
		if !p.quoted(false) {
			return false
		}
	default:
		for !p.done() && !slices.Contains([]rune(":}({'\""), p.peek(0)) {
			p.pos++
		}
		if p.peek(0) == '(' { // a function that stands alone: now()
			name := string(p.text[start:p.pos])
			if !p.function(start, name) {
				return false
			}
		} else if start == p.pos {
			p.fail(open, "${} names nothing")
		}
	}
	for p.space(); p.peek(0) == ':'; p.space() {
		p.pos++
		p.space()
		at := p.pos
		name := p.word()
		switch {
		case name == "":
			p.fail(at, "no function stands behind the colon")
			return false
		case p.peek(0) != '(':
			p.fail(at, "%s has no brackets; write %s()", name, name)
			return false
		case !p.function(at, name):
			return false
		}
	}
	if p.peek(0) != '}' {
		if p.done() {
			p.fail(open, "the brace is not closed")
		} else {
			p.fail(p.pos, "the character %c stands where a colon or the closing brace is due", p.peek(0))
		}
		return false
	}
	p.pos++
	return true
}

// function reads the arguments of a function, from its bracket on.
func (p *parser) function(at int, name string) bool {
	if !slices.Contains(functions, name) {
		p.doubt(at, "the function %s is not one of the NiFi language; the nearest is %s", name, nearest.Always(name, functions))
	}
	open := p.pos
	p.pos++
	for {
		p.space()
		switch c := p.peek(0); {
		case p.done():
			p.fail(open, "the ( is not closed")
			return false
		case c == ')':
			p.pos++
			return true
		case c == '\'' || c == '"':
			if !p.quoted(false) {
				return false
			}
		case c == '$' && p.peek(1) == '{':
			p.pos += 2
			if !p.attribute(p.pos - 1) {
				return false
			}
		case c == '}' || c == '{' || c == '(':
			p.fail(open, "the ( is not closed")
			return false
		default: // a number, a comma, a word
			p.pos++
		}
	}
}
