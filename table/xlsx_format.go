package table

import (
	"strconv"
	"strings"
)

// A numberFormat writes the value of a cell as a spreadsheet shows it.
//
// Source: ECMA-376 part 1, section 18.8.31.
type numberFormat struct {
	general  bool // numbers need no format
	plain    bool // text stands as it is
	sections []section
	text     *section // of text; nil: as it stands
}

var plainFormat = numberFormat{general: true, plain: true}

// A section is what a format says of some of the numbers.
type section struct {
	items     []item
	general   bool // the number is written without a format where itemGeneral stands
	date      bool
	condition string // "<", ">=", …; empty: by its place
	bound     float64

	whole, decimals, exponent int // digit items before the point, behind it, behind E
	point, group              bool
	scale                     int  // power of ten that numbers are multiplied with
	fraction                  bool // a number and a fraction
	denominator               int  // a fixed one; 0: as few digits as the fraction has
	seconds                   int  // decimals of seconds
	hours12                   bool
}

type itemKind uint8

const (
	itemText itemKind = iota
	itemDigit
	itemPoint
	itemExponent // text says whether "+" is shown
	itemSlash
	itemGeneral
	itemCell // the text of the cell
	itemDate
	itemElapsed // [h], [m], [s]
	itemHalf    // AM/PM or A/P
)

type item struct {
	kind itemKind
	text string // of itemText; the letters of a date; the placeholder of a digit
	part uint8  // of itemDigit: partWhole, …
}

const (
	partWhole uint8 = iota
	partDecimals
	partExponent
	partNumerator
	partDenominator
)

// maxFormat bounds the code of a format: spreadsheet programs take 255
// characters.
const maxFormat = 1024

// parseFormat reads the code of a number format. What cannot be read is as no
// format at all.
func parseFormat(code string) *numberFormat {
	if code == "" || len(code) > maxFormat || strings.EqualFold(code, "general") || code == "@" {
		return &plainFormat
	}
	f := &numberFormat{}
	for i, part := range splitSections(code) {
		switch s := parseSection(part); {
		case i >= 3 || s.isText():
			f.text = s
		default:
			f.sections = append(f.sections, *s)
		}
	}
	if len(f.sections) == 0 { // text alone: numbers need no format
		f.sections = []section{{items: []item{{kind: itemGeneral}}, general: true}}
	}
	f.plain = f.text == nil || f.text.echoes()
	f.general = len(f.sections) == 1 && f.sections[0].general && len(f.sections[0].items) == 1
	return f
}

// splitSections cuts a code at its semicolons.
func splitSections(code string) (list []string) {
	from := 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			if end := strings.IndexByte(code[i:], ']'); end >= 0 {
				i += end
			}
		case '\\', '_', '*':
			i++
		case ';':
			list = append(list, code[from:i])
			from = i + 1
		}
	}
	return append(list, code[from:])
}

func (s *section) isText() bool {
	for _, it := range s.items {
		if it.kind == itemCell {
			return true
		}
	}
	return false
}

// echoes reports whether a section for text adds nothing but room to it.
func (s *section) echoes() bool {
	cells := 0
	for _, it := range s.items {
		switch {
		case it.kind == itemCell:
			cells++
		case strings.TrimSpace(it.text) != "":
			return false
		}
	}
	return cells == 1
}

// parseSection reads one section: first its items, then what they are.
func parseSection(code string) *section {
	s := &section{}
	commas := 0 // behind the last digit
	for i := 0; i < len(code); {
		c := code[i]
		rest := code[i:]
		n := 1
		switch {
		case c == '"':
			n = quotedText(rest)
			s.literal(strings.Trim(rest[:n], `"`))
		case c == '\\' || c == '_' || c == '*':
			n = s.escape(rest)
		case c == '[':
			n = s.bracket(rest)
		case hasFold(rest, "general"):
			n = len("general")
			s.items, s.general = append(s.items, item{kind: itemGeneral}), true
		case hasFold(rest, "am/pm"):
			n = len("am/pm")
			s.half("AM/PM")
		case hasFold(rest, "a/p"):
			n = len("a/p")
			s.half("A/P")
		case c == '0' || c == '#' || c == '?':
			s.items = append(s.items, item{kind: itemDigit, text: rest[:1]})
			s.group = s.group || commas > 0
			commas = 0
		case c == '.':
			n = s.pointOrSeconds(rest)
		case c == ',' && s.lastIs(itemDigit):
			commas++
		case c == '%':
			s.scale += 2
			s.literal("%")
		case (c == 'E' || c == 'e') && len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') && !s.date:
			n = 2
			s.items = append(s.items, item{kind: itemExponent, text: rest[1:2]})
		case c == '/' && !s.date && s.lastIs(itemDigit):
			s.items, s.fraction = append(s.items, item{kind: itemSlash}), true
		case c == '@':
			s.items = append(s.items, item{kind: itemCell})
		case strings.IndexByte("yYmMdDhHsS", c) >= 0, s.date && strings.IndexByte("bBeEgG", c) >= 0:
			n = letters(rest)
			s.items, s.date = append(s.items, item{kind: itemDate, text: strings.ToLower(rest[:n])}), true
		default:
			s.literal(rest[:1])
		}
		i += n
		if commas > 0 && c != ',' && !s.lastIs(itemDigit) {
			s.scale -= 3 * commas
			commas = 0
		}
	}
	s.scale -= 3 * commas
	s.settle()
	return s
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func letters(s string) int {
	n := 1
	for n < len(s) && s[n]|0x20 == s[0]|0x20 {
		n++
	}
	return n
}

func quotedText(s string) int {
	if end := strings.IndexByte(s[1:], '"'); end >= 0 {
		return end + 2
	}
	return len(s)
}

func (s *section) literal(text string) {
	if last := len(s.items) - 1; last >= 0 && s.items[last].kind == itemText {
		s.items[last].text += text
		return
	}
	s.items = append(s.items, item{kind: itemText, text: text})
}

func (s *section) lastIs(k itemKind) bool {
	return len(s.items) > 0 && s.items[len(s.items)-1].kind == k
}

func (s *section) half(text string) {
	s.items, s.date, s.hours12 = append(s.items, item{kind: itemHalf, text: text}), true, true
}

// escape reads a character with its mark before it: \x is x, _x the room that
// x takes, *x fills the cell.
func (s *section) escape(rest string) int {
	if len(rest) < 2 {
		return 1
	}
	n := 2
	for n < len(rest) && rest[n]&0xc0 == 0x80 { // the rest of the character
		n++
	}
	switch rest[0] {
	case '\\':
		s.literal(rest[1:n])
	case '_':
		s.literal(" ")
	}
	return n
}

// bracket reads [Red], [>=100], [$€-407] and [h].
func (s *section) bracket(rest string) int {
	end := strings.IndexByte(rest, ']')
	if end < 0 {
		s.literal(rest)
		return len(rest)
	}
	in := rest[1:end]
	switch {
	case in == "":
	case in[0] == '$':
		symbol, _, _ := strings.Cut(in[1:], "-")
		if symbol != "" {
			s.literal(symbol)
		}
	case in[0] == '<' || in[0] == '>' || in[0] == '=':
		op := in[:len(in)-len(strings.TrimLeft(in, "<>="))]
		if v, err := strconv.ParseFloat(strings.TrimSpace(in[len(op):]), 64); err == nil {
			s.condition, s.bound = op, v
		}
	case strings.IndexByte("hHmMsS", in[0]) >= 0 && letters(in) == len(in):
		s.items, s.date = append(s.items, item{kind: itemElapsed, text: strings.ToLower(in)}), true
	}
	return end + 1
}

// pointOrSeconds reads a point: behind seconds it begins their decimals.
func (s *section) pointOrSeconds(rest string) int {
	last := len(s.items) - 1
	if s.date && last >= 0 && (s.items[last].kind == itemDate || s.items[last].kind == itemElapsed) && s.items[last].text[0] == 's' {
		n := len(rest[1:]) - len(strings.TrimLeft(rest[1:], "0"))
		if n > 0 {
			s.seconds = min(n, 3)
			s.items = append(s.items, item{kind: itemDate, text: "." + strings.Repeat("0", n)})
			return n + 1
		}
	}
	if s.date {
		s.literal(".")
	} else {
		s.items, s.point = append(s.items, item{kind: itemPoint}), true
	}
	return 1
}

// settle says of each digit what it is a digit of, and of each "m" of a date
// whether it means minutes.
func (s *section) settle() {
	if s.date {
		s.minutes()
		return
	}
	part := partWhole
	if s.fraction {
		s.settleFraction()
		return
	}
	for i := range s.items {
		it := &s.items[i]
		switch it.kind {
		case itemPoint:
			part = partDecimals
		case itemExponent:
			part = partExponent
		case itemDigit:
			it.part = part
			switch part {
			case partWhole:
				s.whole++
			case partDecimals:
				s.decimals++
			default:
				s.exponent++
			}
		}
	}
}

// settleFraction finds the digits of numerator and denominator around the
// slash. A denominator of fixed digits is text.
func (s *section) settleFraction() {
	slash := 0
	for i, it := range s.items {
		if it.kind == itemSlash {
			slash = i
		}
	}
	for i := slash - 1; i >= 0 && s.items[i].kind == itemDigit; i-- {
		s.items[i].part = partNumerator
	}
	fixed := ""
	for i := slash + 1; i < len(s.items); i++ {
		it := &s.items[i]
		if it.kind == itemDigit && fixed == "" {
			it.part = partDenominator
			s.exponent++
			continue
		}
		if text := strings.TrimSpace(it.text); it.kind == itemText || it.kind == itemDigit {
			fixed += text
		}
	}
	if n, err := strconv.Atoi(fixed); err == nil && n > 0 {
		s.denominator = n
	}
	for _, it := range s.items[:slash] {
		if it.kind == itemDigit && it.part == partWhole {
			s.whole++
		}
	}
}

// minutes marks each "m" or "mm" next to hours or seconds as minutes.
func (s *section) minutes() {
	before := byte(0)
	var waits *item // an "m" that seconds would make minutes
	for i := range s.items {
		it := &s.items[i]
		if it.kind == itemHalf {
			before = 'h'
		}
		if it.kind != itemDate && it.kind != itemElapsed || it.text[0] == '.' {
			continue
		}
		c := it.text[0]
		switch {
		case c == 'm' && it.kind == itemDate && len(it.text) <= 2 && before == 'h':
			it.text = strings.Repeat("n", len(it.text))
			waits = nil
		case c == 'm' && it.kind == itemDate && len(it.text) <= 2:
			waits = it
		case c == 's' && waits != nil:
			waits.text = strings.Repeat("n", len(waits.text))
			waits = nil
		case c != 'm':
			waits = nil
		}
		before = c
	}
}
