package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ExternalIDParams are the parameters of external-id-format.
type ExternalIDParams struct {
	MinLength  int    `yaml:"min_length" doc:"fewest characters of an external id; 0: any"`
	MaxLength  int    `yaml:"max_length" doc:"most characters of an external id; 0: any"`
	Characters string `yaml:"characters" doc:"characters of an external id, one by one or as ranges, such as A-Z0-9_; empty: any"`
}

// Validate reports lengths that no id can have, and ranges that are none.
func (e *ExternalIDParams) Validate() error {
	if e.MinLength < 0 || e.MaxLength < 0 || e.MaxLength > 0 && e.MinLength > e.MaxLength {
		return fmt.Errorf("min_length is %d and max_length %d; they take 0 or more, and the first is not above the second", e.MinLength, e.MaxLength)
	}
	if _, err := characterSet(e.Characters); err != nil {
		return fmt.Errorf("characters is %q; %w", e.Characters, err)
	}
	return nil
}

// ExternalIDFormat reports external ids of another form than those of the
// organisation.
var ExternalIDFormat = register(validate.Rule{
	ID: "external-id-format", Title: "External id of another form", Severity: validate.Warning, Since: "0.2.0", Needs: "the settings of the org",
	Doc: `
The external id of a customer has another length than the ids of the organisation, or
characters that they do not have. The rule is silent until ` + "`min_length`, `max_length` or `characters`" + `
says what an id looks like.

The platform checks ids against the settings of the organisation, and refuses to register
the customer, or registers somebody who is never found again.

Correct the id at its origin. Ids that lost their zeros to a spreadsheet are to be
exported again.
`,
	Prevents: []string{"customer:1003", "customer:8064"},
	Sources:  []string{customerCodes, customerAPI, customerFields},
	Params:   &ExternalIDParams{},
	Examples: []validate.Example{
		{Name: "a digit is missing", Template: "test-control-update", Params: &ExternalIDParams{MinLength: 8, MaxLength: 8},
			Text: "externalId,testControlStatus\nC0004711,test\nC004711,test\n",
			Want: []string{`3:externalId: external-id-format: "C004711" has 7 characters, an external id has 8`}},
		{Name: "another sign", Params: &ExternalIDParams{Characters: "A-Z0-9-"},
			Text: "billNumber,identifierType,identifierValue\nB1,externalId,C/4711\n",
			Want: []string{`2:identifierValue: external-id-format: "C/4711" holds '/', an external id takes A-Z0-9-`}},
		{Name: "nothing is set", Template: "test-control-update", Text: "externalId,testControlStatus\nC/4711,test\n"},
	},
	Checks: []validate.Check{
		validate.Cell{Rank: validate.Form, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			ids := externalIDs(p)
			if ids == nil || c.Field == nil || !externalIDField(c.Field) {
				return nil
			}
			return &validate.CellCheck{OK: ids.ok, Describe: ids.describe}
		}},
		row(func(p *validate.Pass) *validate.RowCheck {
			ids := externalIDs(p)
			if ids == nil {
				return nil
			}
			return identifierCheck(p,
				func(typ, value []byte) bool { return spells(typ, []byte("externalid")) && !ids.ok(value) },
				func(_, value []byte) validate.Detail { return ids.describe(value) })
		}),
	},
})

// externalIDField reports whether a field is the external id of a customer.
func externalIDField(f *templates.Field) bool {
	return f.Type == templates.Text && (leaf(f.Name) == "externalId" || leaf(f.Name) == "external_id") &&
		!strings.Contains(f.Name, "fleetCompany")
}

// idForm is how the external ids of an organisation look.
type idForm struct {
	*ExternalIDParams
	takes []runeRange // none: any character
}

// externalIDs returns nil where nothing is set.
func externalIDs(p *validate.Pass) *idForm {
	params := p.Params.(*ExternalIDParams)
	if *params == (ExternalIDParams{}) {
		return nil
	}
	takes, err := characterSet(params.Characters)
	if err != nil {
		return nil // Validate says so
	}
	return &idForm{params, takes}
}

func (f *idForm) ok(id []byte) bool {
	n := utf8.RuneCount(id)
	return n >= f.MinLength && (f.MaxLength == 0 || n <= f.MaxLength) && f.other(id) < 0
}

// other returns the first character that ids do not have, or -1.
func (f *idForm) other(id []byte) rune {
	if f.takes == nil {
		return -1
	}
	for i := 0; i < len(id); {
		r, n := utf8.DecodeRune(id[i:])
		if !within(f.takes, r) {
			return r
		}
		i += n
	}
	return -1
}

func (f *idForm) describe(id []byte) validate.Detail {
	if r := f.other(id); r >= 0 {
		return validate.Detail{Message: fmt.Sprintf("{value} holds %q, an external id takes %s", r, f.Characters)}
	}
	has := words.Plural(int64(utf8.RuneCount(id)), "character")
	switch {
	case f.MinLength == f.MaxLength:
		return validate.Detail{Message: fmt.Sprintf("{value} has %s, an external id has %d", has, f.MinLength)}
	case f.MaxLength == 0:
		return validate.Detail{Message: fmt.Sprintf("{value} has %s, an external id has %d or more", has, f.MinLength)}
	}
	return validate.Detail{Message: fmt.Sprintf("{value} has %s, an external id has %d to %d", has, f.MinLength, f.MaxLength)}
}

// A runeRange is a range of characters, both ends included.
type runeRange struct{ from, to rune }

// characterSet reads characters and ranges as a regular expression has them
// between its brackets: A-Z0-9_. A hyphen at either end stands for itself.
func characterSet(text string) (set []runeRange, err error) {
	list := []rune(text)
	for i := 0; i < len(list); i++ {
		if i+2 < len(list) && list[i+1] == '-' {
			if list[i] > list[i+2] {
				return nil, fmt.Errorf("the range %s runs backwards", string(list[i:i+3]))
			}
			set = append(set, runeRange{list[i], list[i+2]})
			i += 2
			continue
		}
		set = append(set, runeRange{list[i], list[i]})
	}
	return set, nil
}

func within(set []runeRange, r rune) bool {
	for _, s := range set {
		if r >= s.from && r <= s.to {
			return true
		}
	}
	return false
}
