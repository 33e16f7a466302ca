package rules

import (
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// A customer says where a file names the customer of a row: a type (mobile,
// email, …) and a value.
type customer struct {
	typeField, valueField string
	typ, value            validate.Value
	event                 validate.Value // the type of the bill, where the template has one
	bills                 bool           // bills of some types must name a customer
	required              bool           // every row must
}

// identityPairs are the names of the two fields in the templates.
var identityPairs = [][2]string{
	{"identifierType", "identifierValue"},
	{"profiles.identifiers.type", "profiles.identifiers.value"},
}

// identityOf finds the pair of a file. ok is false where the template has none
// or the file has no value to look at.
func identityOf(p *validate.Pass) (id customer, ok bool) {
	for _, pair := range identityPairs {
		if p.Template.Field(pair[0]) == nil && p.Template.Field(pair[1]) == nil {
			continue
		}
		id = customer{typeField: pair[0], valueField: pair[1], typ: p.Value(pair[0]), value: p.Value(pair[1])}
		if f := p.Template.Field(pair[1]); f != nil {
			id.required = f.Required
			id.bills = f.RequiredIf != nil && f.RequiredIf.Field == "type" || f.Level == templates.Bill
			id.event = p.Value("type")
		}
		return id, id.value.Column >= 0
	}
	return customer{}, false
}

// named reports whether a bill of that type must name its customer; a blank
// type is judged as REGULAR.
func (id *customer) named(event []byte) bool {
	return len(event) == 0 || spells(event, []byte("regular")) || spells(event, []byte("return"))
}

// customerField reports whether the blanks of a field are the business of
// identifier-missing.
func customerField(p *validate.Pass, name string) bool {
	for _, pair := range identityPairs {
		if name == pair[0] || name == pair[1] {
			return p.Column(pair[1]) >= 0
		}
	}
	for _, f := range p.Template.AtLeastOne {
		if f == name {
			return true
		}
	}
	return false
}

// identifierSuspects picks the rows whose customer may be missing or badly
// written. A row is clear when its type is mobile and its value seven to
// fifteen digits, or its type email and its value an address. The rules on
// identifiers share the one selector.
func identifierSuspects(p *validate.Pass) *validate.Selector {
	return validate.Shared(p, "identifier", func() *validate.Selector {
		id, _ := identityOf(p)
		countries := len(p.Options.Countries) > 0
		fixed := id.typ.Const
		return &validate.Selector{Scan: func(b *validate.Batch, out []int32) []int32 {
			for _, i := range b.Leads() { // both cells are of the bill
				typ := fixed
				if id.typ.Column >= 0 {
					typ = b.Cell(int(i), id.typ.Column)
				}
				value := b.Cell(int(i), id.value.Column)
				clear := false
				switch string(typ) {
				case "mobile":
					clear = !countries && mobileDigits(value)
				case "email":
					clear = emailAddress(value)
				}
				if !clear {
					out = b.AppendLed(out, i)
				}
			}
			return out
		}}
	})
}

// identifierTypes are the types whose values have a form of their own.
var identifierTypes = [][]byte{[]byte("mobile"), []byte("email"), []byte("id")}

// identifierType returns the documented spelling of such a type, so that a type
// in another spelling does not hide what is wrong with its value.
func identifierType(typ []byte) []byte {
	for _, t := range identifierTypes {
		if spells(typ, t) {
			return t
		}
	}
	return typ
}

// identifierCheck is a row check of the pair, reported at its value. bad gets
// the type and the value, both filled, without outer white space.
func identifierCheck(p *validate.Pass, bad func(typ, value []byte) bool, describe func(typ, value []byte) validate.Detail) *validate.RowCheck {
	id, ok := identityOf(p)
	if !ok || !id.typ.Given() {
		return nil
	}
	return &validate.RowCheck{
		Column:   id.value.Column,
		Rank:     validate.Form,
		Suspects: identifierSuspects(p),
		OK: func(r validate.RowView) bool {
			typ, value := identifierType(r.Get(id.typ)), r.Get(id.value)
			return len(typ) == 0 || len(value) == 0 || !bad(typ, value)
		},
		Describe: func(r validate.RowView) validate.Detail {
			return describe(identifierType(r.Get(id.typ)), r.Get(id.value))
		},
	}
}

// mobileDigits reports whether s is seven to fifteen digits and nothing else.
//
// Source: ITU-T E.164, at most 15 digits with the country code.
func mobileDigits(s []byte) bool { return len(s) >= 7 && len(s) <= 15 && allDigits(s) }

func allDigits(s []byte) bool {
	for _, c := range s {
		if c-'0' > 9 {
			return false
		}
	}
	return len(s) > 0
}

// emailMax is the longest address that the platform keeps, in characters.
const emailMax = 255

// emailAddress reports whether s is an address as the platform takes it: letters,
// digits, hyphens, underscores, plus signs and points around one @, with a
// domain that has a point and ends in letters.
func emailAddress(s []byte) bool {
	at, point := -1, -1 // the @, and the last point of the domain
	for i, c := range s {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c-'0' <= 9, c == '-':
		case c == '_' || c == '+':
			if at >= 0 {
				return false
			}
		case c == '.':
			// Points stand inside, and never side by side.
			if i == 0 || s[i-1] == '.' || s[i-1] == '@' || i == len(s)-1 || s[i+1] == '@' {
				return false
			}
			if at >= 0 {
				point = i
			}
		case c == '@':
			if at >= 0 || i == 0 {
				return false
			}
			at = i
		default:
			return false
		}
	}
	if at < 0 || point < 0 || len(s) > emailMax || len(s)-point < 3 {
		return false
	}
	return s[len(s)-1]-'0' > 9 // a domain never ends in a digit
}
