package rules

import (
	"bytes"
	"fmt"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// MobileFormatParams are the parameters of mobile-format.
type MobileFormatParams struct {
	MinDigits int `yaml:"min_digits" doc:"fewest digits, country code included"`
	MaxDigits int `yaml:"max_digits" doc:"most digits, country code included"`
}

// Validate reports bounds that no number, or none of E.164, lies between.
func (m *MobileFormatParams) Validate() error {
	if m.MinDigits < 1 || m.MinDigits > m.MaxDigits || m.MaxDigits > 15 {
		return fmt.Errorf("min_digits is %d and max_digits %d; they take 1 to 15, and the first is not above the second", m.MinDigits, m.MaxDigits)
	}
	return nil
}

// MobileFormat reports mobile numbers that are not plain digits.
var MobileFormat = register(validate.Rule{
	ID: "mobile-format", Title: "Mobile number is not plain digits", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A mobile number holds something else than digits, or has too few or too many of them. A
leading plus, spaces, hyphens and brackets are not taken. Where the countries of the
dataflow are set, the number must begin with one of their codes and have the length that
its country has.

The platform refuses the row: it finds no customer, or cannot register one.

Export mobiles as digits, with the country code. ` + "`preflight fix --unsafe`" + ` leaves out a plus,
spaces, hyphens and brackets; a country code that is missing only you know.
`,
	Prevents: []string{"transaction:649", "customer:1001", "customer:8014", "customer:8056", "customer:8058"},
	Sources:  []string{salesCodes, customerCodes, customerAPI, customerFields},
	Params:   &MobileFormatParams{MinDigits: 7, MaxDigits: 15},
	Examples: []validate.Example{
		{Name: "a leading plus", Text: "billNumber,identifierType,identifierValue\nB1,mobile,+919812345678\n",
			Want: []string{`2:identifierValue: mobile-format: "+919812345678" has a leading plus`}},
		{Name: "separators", Text: "billNumber,identifierType,identifierValue\nB1,mobile,040-1234567\n",
			Want: []string{`2:identifierValue: mobile-format: "040-1234567" holds something else than digits`}},
		{Name: "too short", Template: "test-control-update", Text: "mobile,testControlStatus\n98123,test\n",
			Want: []string{`2:mobile: mobile-format: "98123" has 5 digits, a mobile number has 7 to 15`}},
		{Name: "digits with the country code", Text: "billNumber,identifierType,identifierValue\nB1,mobile,919812345678\n"},
	},
	Checks: []validate.Check{
		row(func(p *validate.Pass) *validate.RowCheck {
			m := newMobiles(p)
			check := identifierCheck(p,
				func(typ, value []byte) bool {
					return string(typ) == "mobile" && !m.ok(value) && !mismatched(typ, value)
				},
				func(_, value []byte) validate.Detail { return m.describe(value) })
			if check == nil {
				return nil
			}
			value := p.Value(identifierValueField(p))
			check.Classify = func(r validate.RowView) uint32 { return m.classify(r.Get(value)) }
			check.Conclude = m.conclude
			if m.narrow() { // the shared selector clears seven to fifteen digits
				check.Suspects = nil
			}
			return check
		}),
		validate.Cell{Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || c.Field.Type != templates.Mobile {
				return nil
			}
			m := newMobiles(p)
			return &validate.CellCheck{OK: m.ok, Describe: m.describe, Classify: m.classify, Conclude: m.conclude}
		}},
	},
})

func identifierValueField(p *validate.Pass) string {
	id, _ := identityOf(p)
	return id.valueField
}

// mobiles judges the mobile numbers of a file.
type mobiles struct {
	least, most int
	countries   []country
}

func newMobiles(p *validate.Pass) *mobiles { return mobilesBy(p, p.Params.(*MobileFormatParams)) }

// mobilesBy is newMobiles for rules that go by the parameters of mobile-format.
func mobilesBy(p *validate.Pass, params *MobileFormatParams) *mobiles {
	m := &mobiles{least: params.MinDigits, most: params.MaxDigits}
	for _, code := range p.Options.Countries {
		if c, ok := countryByCode(code); ok {
			m.countries = append(m.countries, c)
		}
	}
	return m
}

// narrow reports whether numbers are judged more narrowly than mobileDigits
// does.
func (m *mobiles) narrow() bool { return m.least > 7 || m.most < 15 || len(m.countries) > 0 }

func (m *mobiles) ok(s []byte) bool { return m.counted(len(s)) && allDigits(s) && m.placed(s) }

func (m *mobiles) counted(n int) bool { return n >= m.least && n <= m.most }

// placed reports whether digits are a number of one of the countries.
func (m *mobiles) placed(digits []byte) bool {
	for _, c := range m.countries {
		if rest, ok := bytes.CutPrefix(digits, []byte(c.dial)); ok && len(rest) >= c.least && len(rest) <= c.most {
			return true
		}
	}
	return len(m.countries) == 0
}

func (m *mobiles) describe(s []byte) validate.Detail {
	digits := dialled(s)
	d := validate.Detail{Fix: m.repair(s)}
	switch {
	case digits == nil:
		d.Message = "{value} holds something else than digits"
	case len(digits) < len(s):
		d.Message = "{value} has a leading plus"
	case !m.counted(len(digits)):
		d.Message = fmt.Sprintf("{value} has %s, a mobile number has %d to %d", words.Plural(int64(len(digits)), "digit"), m.least, m.most)
	default:
		d.Message = "{value} is not a number of " + m.names() + ", with its country code"
	}
	return d
}

func (m *mobiles) names() string {
	var names []string
	for _, c := range m.countries {
		names = append(names, c.code)
	}
	if len(names) == 1 {
		return names[0]
	}
	return "any of " + listed(names, 6)
}

// The hypotheses of mobile-format, as bits.
const (
	onlyPlus uint32 = 2 << iota // plain digits behind a plus
	onlySeparators
)

func (m *mobiles) classify(s []byte) uint32 {
	digits := dialled(s)
	switch {
	case digits == nil:
		if separated(s) {
			return onlySeparators
		}
	case len(digits) < len(s) && m.ok(digits):
		return onlyPlus
	}
	return 0
}

// separated reports whether s is digits and the signs that people put between
// them.
func separated(s []byte) bool {
	n := 0
	for i, c := range s {
		switch {
		case c-'0' <= 9:
			n++
		case c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')':
		case c == '+' && i == 0:
		default:
			return false
		}
	}
	return n >= 7
}

func (m *mobiles) repair(s []byte) *validate.Fix {
	switch m.classify(s) {
	case onlyPlus:
		return validate.Write("write the number without its plus", string(dialled(s)), false)
	case onlySeparators:
		if digits := digitsOf(s); m.ok(digits) {
			return validate.Write("write the digits only", string(digits), false)
		}
		return &validate.Fix{Title: "write the digits only"}
	}
	return nil
}

func (m *mobiles) conclude(t *validate.Tally) validate.Conclusion {
	c := validate.Conclusion{Fix: m.repair} // on request: only you know which digits a person dials
	switch n, sep := t.Bits[1], t.Bits[2]; {
	case n > sep && n*2 >= t.Total:
		c.Cause = share(n, t.Total, "need") + " only to lose a leading plus"
	case sep*2 >= t.Total && sep > 0:
		c.Cause = share(sep, t.Total, "have") + " signs between the digits"
	}
	return c
}
