package preview

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/templates"
)

// An Object is a JSON object whose members keep the order in which they were
// set.
type Object struct {
	names  []string
	values map[string]any // string, json.RawMessage, *Object, []*Object
}

// MarshalJSON writes the members in order.
func (o *Object) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, name := range o.names {
		if i > 0 {
			out = append(out, ',')
		}
		for j, v := range []any{name, o.values[name]} {
			text, err := encode(v)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				out = append(out, ':')
			}
			out = append(out, text...)
		}
	}
	return append(out, '}'), nil
}

// encode writes a value as JSON, with < and > as they are.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte{'\n'}), err
}

func (o *Object) set(name string, value any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, there := o.values[name]; !there {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

// object returns the member of that name, made if it is not there.
func (o *Object) object(name string) *Object {
	if child, ok := o.values[name].(*Object); ok {
		return child
	}
	child := &Object{}
	o.set(name, child)
	return child
}

// element returns the i-th object of a list, made with those before it.
func (o *Object) element(name string, i int) *Object {
	list, _ := o.values[name].([]*Object)
	for len(list) <= i {
		list = append(list, &Object{})
	}
	o.set(name, list)
	return list[i]
}

// lists are the parts of field names that are lists of objects in the API.
//
// Source: API reference, transaction-v2 add bulk and update, customer-v2 add,
// coupon-v2 redeem, badges, rewards.
var lists = map[string]bool{
	"lineItemsV2": true, "lineItems": true, "paymentModes": true, "redemptionRequestList": true,
	"lineItemsV2.comboDetails": true, "lineItemsV2.addOnDetails": true, "lineItemsV2.splitDetails": true,
	"profiles": true, "profiles.identifiers": true, "profiles.commChannels": true, "loyaltyProgramEnrollments": true,
	"associationDetails.parentCustomer.profiles": true, "associationDetails.parentCustomer.profiles.identifiers": true,
	"associationDetails.childCustomers": true, "associationDetails.childCustomers.profiles": true,
	"associationDetails.childCustomers.profiles.identifiers": true,
	"languageSpecificInfo": true, "paymentConfigs": true, "owners": true, "images": true, "videos": true, "tags": true,
	"customerConstraints": true, "badgeConstraints": true, "benefits": true,
}

// identifiers is the list that takes a customer's mobile, email and external id
// as pairs of type and value, each under a field name of its own.
const identifiers = "profiles.identifiers"

// A place is where the fields of one row go.
type place struct {
	root *Object
	rows map[string]int // path of a list with an element for each row → that of this row
}

func newPlace(root *Object) *place { return &place{root, map[string]int{}} }

// set puts the value of a field of the row where the API has it.
func (p *place) set(f *templates.Field, value any) {
	series := f.Series()
	number := 0 // of a numbered field, from 0
	if n, err := strconv.Atoi(strings.TrimPrefix(f.Name, series)); err == nil {
		number = n - 1
	}
	parts := strings.Split(series, ".")
	at, path := p.root, ""
	for i, part := range parts[:len(parts)-1] {
		path = strings.TrimPrefix(path+"."+part, ".")
		last := i == len(parts)-2
		switch {
		case path == identifiers && last && identifies(parts[i+1]):
			pair := at.element(part, length(at.values[part]))
			pair.set("type", parts[i+1])
			pair.set("value", value)
			return
		case lists[path] && i == 0:
			at = at.element(part, p.row(at, part, f.Level)+number)
		case lists[path]:
			at = at.element(part, number)
		default:
			at = at.object(part)
		}
	}
	at.set(parts[len(parts)-1], value)
}

// identifies reports the field names that stand for a type of identifier.
func identifies(name string) bool { return name == "mobile" || name == "email" || name == "externalId" }

func length(list any) int {
	l, _ := list.([]*Object)
	return len(l)
}

// row returns the element of a list that belongs to this row: a further one
// for what a row has one of, else the first.
func (p *place) row(at *Object, name string, level templates.Level) int {
	if level != templates.Line && level != templates.Payment {
		return 0
	}
	i, there := p.rows[name]
	if !there {
		i = length(at.values[name])
		p.rows[name] = i
	}
	return i
}

// typed is the JSON value of a cell: numbers and booleans that are written as
// JSON writes them are such, all else is text.
func typed(f *templates.Field, text string) any {
	switch f.Type {
	case templates.Integer, templates.Decimal:
		if json.Valid([]byte(text)) && strings.Trim(text, "-0123456789.") == "" {
			return json.RawMessage(text)
		}
	case templates.Boolean:
		if text == "true" || text == "false" {
			return json.RawMessage(text)
		}
	}
	return text
}
