package templates

import (
	"errors"
	"fmt"
	"strings"
)

var (
	isoLayout   = &Layout{special: iso8601, hasTime: true, hasZone: true, yearLead: true}
	epochLayout = &Layout{special: epoch, hasTime: true, hasZone: true}
)

// ParseLayout reads a layout as people write it, YYYY-MM-DD HH:MM:SS, or as
// Connect+ shows it, yyyy-MM-dd HH:mm:ss; and the words iso8601 and epoch.
//
// The letters are Y, M, D, H, M, S for numbers, twice for two digits and once
// for one or two; MMM and MMMM for names of months, EEE and EEEE for days of
// the week, a for AM and PM, S after the seconds for fractions, XXX or ±HH:MM
// for an offset such as +05:30, z for the name of a zone. M is minutes where
// it follows the hours. Z after the time is an offset such as +0530 in the
// spelling of Connect+, and the letter Z (UTC) in the other. Text in single
// quotes stands for itself. Years of two digits are 2000 to 2099.
//
// The error names what is wrong with the layout.
func ParseLayout(s string) (*Layout, error) {
	switch Fold(s) {
	case "iso8601":
		return isoLayout, nil
	case "epoch", "epochseconds":
		return epochLayout, nil
	}
	c := compiler{text: s, reader: strings.ContainsAny(unquoted(s), "YD")}
	l, err := c.compile()
	if err != nil {
		return nil, fmt.Errorf("%q is no date layout: %w", s, err)
	}
	return l, nil
}

// unquoted returns s without the text in single quotes.
func unquoted(s string) string {
	var b strings.Builder
	quoted := false
	for _, r := range s {
		if r == '\'' {
			quoted = !quoted
		} else if !quoted {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// A compiler turns the text of a layout into parts.
type compiler struct {
	text   string
	reader bool // the reader's spelling, not Java's
	parts  []part
}

func (c *compiler) compile() (*Layout, error) {
	for i := 0; i < len(c.text); {
		b := c.text[i]
		n := 1
		for i+n < len(c.text) && c.text[i+n] == b {
			n++
		}
		switch {
		case b == '\'':
			lit, size, err := quoted(c.text[i:])
			if err != nil {
				return nil, err
			}
			n = size
			before, utc := strings.CutSuffix(lit, "Z")
			if strings.Contains(before, "Z") || utc && !c.has(hour, hour12) {
				return nil, errors.New("a quoted Z means UTC: it ends the text after the time")
			}
			if before != "" {
				c.literal(before)
			}
			if utc {
				if err := c.add(part{kind: zulu}); err != nil {
					return nil, err
				}
			}
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			if err := c.letters(b, n); err != nil {
				return nil, err
			}
		case signed(c.text[i:]) > 0:
			n = signed(c.text[i:])
			if err := c.add(part{kind: offset}); err != nil {
				return nil, err
			}
		case b < ' ' || b >= 0x7f:
			return nil, errors.New("it has a character outside ASCII or a control character")
		case b >= '0' && b <= '9':
			return nil, errors.New("it has digits: write YYYY-MM-DD, not a date")
		default:
			c.literal(c.text[i : i+n])
		}
		i += n
	}
	return c.finish()
}

// signed returns the length of ±HH:MM at the start of s, or 0.
func signed(s string) int {
	for _, form := range []string{"±HH:MM", "+HH:MM", "±hh:mm", "+hh:mm"} {
		if strings.HasPrefix(s, form) {
			return len(form)
		}
	}
	return 0
}

// quoted reads the quoted text at the start of s; a doubled quote is a quote.
func quoted(s string) (lit string, size int, err error) {
	if strings.HasPrefix(s, "''") {
		return "'", 2, nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '\'':
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '\'':
			b.WriteByte('\'')
			i++
		default:
			return b.String(), i + 1, nil
		}
	}
	return "", 0, errors.New("a quote is not closed")
}

func (c *compiler) literal(s string) {
	if n := len(c.parts); n > 0 && c.parts[n-1].kind == literal {
		c.parts[n-1].lit += s
		return
	}
	c.parts = append(c.parts, part{kind: literal, lit: s})
}

// has reports whether a part of one of the kinds came before.
func (c *compiler) has(kinds ...kind) bool {
	for _, p := range c.parts {
		for _, k := range kinds {
			if p.kind == k {
				return true
			}
		}
	}
	return false
}

// last returns the kind of the latest part that is no literal.
func (c *compiler) last() kind {
	for i := len(c.parts) - 1; i >= 0; i-- {
		if c.parts[i].kind != literal {
			return c.parts[i].kind
		}
	}
	return literal
}

// letters adds the part that a run of n equal letters stands for.
func (c *compiler) letters(b byte, n int) error {
	run := strings.Repeat(string(b), n)
	switch b {
	case 'T':
		if n == 1 {
			c.literal(run)
			return nil
		}
	case 'Y', 'y', 'u':
		if n == 4 || n == 2 {
			return c.number(year, n, n)
		}
		if b != 'u' {
			return fmt.Errorf("%s: a year is YYYY or YY", run)
		}
	case 'D', 'd':
		if n <= 2 {
			return c.number(day, n, 2)
		}
		return fmt.Errorf("%s: a day of the month is DD or D", run)
	case 'M', 'm':
		return c.months(b, n, run)
	case 'H', 'h':
		if n > 2 {
			return fmt.Errorf("%s: hours are HH or H", run)
		}
		if b == 'h' && strings.ContainsAny(unquoted(c.text), "aA") {
			return c.number(hour12, n, 2)
		}
		return c.number(hour, n, 2)
	case 'S', 's':
		if c.has(second) {
			return c.fractions(n, run)
		}
		if n <= 2 {
			return c.number(second, n, 2)
		}
		return fmt.Errorf("%s: fractions come after the seconds", run)
	case 'a', 'A':
		return c.name(half, n == 1, run)
	case 'E':
		if n == 4 {
			return c.name(weekLong, true, run)
		}
		return c.name(weekShort, n == 3 || n == 1, run)
	case 'X':
		if n == 1 || n == 2 {
			return fmt.Errorf("%s: an offset is XXX, such as +05:30, or Z, such as +0530", run)
		}
		return c.name(offset, n == 3, run)
	case 'Z':
		if !c.has(hour, hour12) {
			return fmt.Errorf("%s: an offset comes after the time", run)
		}
		if c.reader {
			return c.name(zulu, n == 1, run)
		}
		return c.name(offsetRFC, n == 1, run)
	case 'z':
		return c.name(zoneName, n <= 3, run)
	}
	return fmt.Errorf("%s means nothing here: text stands in single quotes", run)
}

// months adds a month, or minutes where the hours came just before.
func (c *compiler) months(b byte, n int, run string) error {
	minutes := c.last() == hour || c.last() == hour12
	if b == 'M' && strings.Contains(unquoted(c.text), "m") {
		minutes = false // Java spells minutes with the small letter
	}
	if b == 'm' && c.has(month, monthShort, monthLong) {
		minutes = true
	}
	switch {
	case n <= 2 && minutes:
		return c.number(minute, n, 2)
	case n <= 2:
		return c.number(month, n, 2)
	case n == 3:
		return c.name(monthShort, true, run)
	case n == 4:
		return c.name(monthLong, true, run)
	}
	return fmt.Errorf("%s: a month is MM, M, MMM or MMMM", run)
}

// fractions adds fractions of a second: S takes one digit to nine, a longer
// run exactly as many.
func (c *compiler) fractions(n int, run string) error {
	if n > 9 {
		return fmt.Errorf("%s: fractions have at most nine digits", run)
	}
	if n == 1 {
		return c.number(fraction, 1, 9)
	}
	return c.number(fraction, n, n)
}

// number adds a number of at least low and at most high digits.
func (c *compiler) number(k kind, low, high int) error {
	if n := len(c.parts); n > 0 && c.parts[n-1].min < c.parts[n-1].max {
		return errors.New("a part of one or two digits runs into the next: write it with two letters, such as DD")
	}
	return c.add(part{kind: k, min: uint8(low), max: uint8(high)})
}

func (c *compiler) name(k kind, ok bool, run string) error {
	if !ok {
		return fmt.Errorf("%s is too long or too short", run)
	}
	return c.add(part{kind: k})
}

func (c *compiler) add(p part) error {
	if c.has(same(p.kind)...) {
		return fmt.Errorf("it has %s twice", p.kind)
	}
	c.parts = append(c.parts, p)
	return nil
}

// same returns the kinds that say the same thing as k.
func same(k kind) []kind {
	for _, set := range [][]kind{
		{month, monthShort, monthLong}, {hour, hour12}, {weekShort, weekLong}, {offset, offsetRFC, zulu, zoneName},
	} {
		for _, member := range set {
			if member == k {
				return set
			}
		}
	}
	return []kind{k}
}

// String names what the kind stands for, in messages.
func (k kind) String() string {
	return [...]string{"text", "the year", "the month", "the day", "the hours", "the hours", "the minutes", "the seconds",
		"fractions", "the month", "the month", "the weekday", "the weekday", "AM or PM",
		"an offset", "an offset", "an offset", "a zone"}[k]
}

// finish checks the parts together.
func (c *compiler) finish() (*Layout, error) {
	switch {
	case len(c.parts) == 0:
		return nil, errors.New("it is empty")
	case !c.has(year):
		return nil, errors.New("it has no year (YYYY)")
	case !c.has(month, monthShort, monthLong):
		return nil, errors.New("it has no month (MM)")
	case !c.has(day):
		return nil, errors.New("it has no day (DD)")
	case c.has(minute) && !c.has(hour, hour12):
		return nil, errors.New("it has minutes but no hours (HH)")
	case c.has(second) && !c.has(minute):
		return nil, errors.New("it has seconds but no minutes")
	case c.has(half) && !c.has(hour12):
		return nil, errors.New("it has AM or PM without hours of twelve (hh)")
	case c.has(offset, offsetRFC, zulu, zoneName) && !c.has(hour, hour12):
		return nil, errors.New("it has a zone but no time")
	}
	for i, p := range c.parts[1:] {
		if c.parts[i].kind == zulu && p.kind == literal && reserved(rune(p.lit[0])) {
			return nil, errors.New("it has text right behind the Z, which ends the time")
		}
	}
	l := &Layout{parts: c.parts, hasTime: c.has(hour, hour12), hasZone: c.has(offset, offsetRFC, zulu, zoneName)}
	for _, p := range c.parts {
		if p.kind == year || p.kind == month || p.kind == day || p.kind == monthShort || p.kind == monthLong {
			l.yearLead = p.kind == year
			break
		}
	}
	return l, nil
}
