package config

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/validate"
)

// A Param is one parameter of a rule.
type Param struct {
	Name    string // as in the file
	Doc     string
	Values  []string // the only values taken; none: not closed
	Default any      // of type string, bool, int64, float64, []string or map[string]string
}

// Params lists the parameters of a rule, in the order of its struct.
func Params(r *validate.Rule) (params []Param) {
	if r.Params == nil {
		return nil
	}
	s := reflect.ValueOf(r.Params).Elem()
	for i := range s.NumField() {
		f := s.Type().Field(i)
		params = append(params, Param{
			Name: f.Tag.Get("yaml"), Doc: f.Tag.Get("doc"), Values: enumOf(f), Default: plain(s.Field(i)),
		})
	}
	return params
}

// enumOf returns the values that the enum tag of a parameter lists.
func enumOf(f reflect.StructField) []string {
	if tag := f.Tag.Get("enum"); tag != "" {
		return strings.Split(tag, ",")
	}
	return nil
}

// plain turns a value of a parameter into one of the types of Param.Default.
func plain(v reflect.Value) any {
	if v.CanAddr() {
		if m, ok := v.Addr().Interface().(encoding.TextMarshaler); ok {
			text, err := m.MarshalText()
			if err == nil {
				return string(text)
			}
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Float64:
		return v.Float()
	case reflect.String:
		return v.String()
	}
	if v.Kind() == reflect.Slice && v.IsNil() {
		return []string{} // null is no list
	}
	return v.Interface()
}

// copyParams copies the struct that p points to, its lists and maps too.
func copyParams(p any) any {
	from := reflect.ValueOf(p).Elem()
	to := reflect.New(from.Type())
	to.Elem().Set(from)
	for i := range from.NumField() {
		switch v := from.Field(i).Interface().(type) {
		case []string:
			to.Elem().Field(i).Set(reflect.ValueOf(slices.Clone(v)))
		case map[string]string:
			to.Elem().Field(i).Set(reflect.ValueOf(cloneMap(v)))
		}
	}
	return to.Interface()
}

// A validator is a struct of parameters that knows which values make sense.
// An error about one parameter begins with its name.
type validator interface{ Validate() error }

// rule reads the severity and the parameters of one rule.
func (d *decoder) rule(f *Flow, r *validate.Rule, n *yaml.Node) {
	known := []string{"severity"}
	for _, p := range Params(r) {
		known = append(known, p.Name)
	}
	var params any
	before, nodes := len(d.problems), map[string]*yaml.Node{}
	d.fields(n, r.ID, "key", known, func(key string, v *yaml.Node) {
		if key == "severity" {
			if word, ok := d.oneOf(v, "severity", Severities); ok {
				f.Severity[r.ID], _ = Severity(word)
			}
			return
		}
		if params == nil {
			if params = f.Params[r.ID]; params == nil {
				params = copyParams(r.Params)
			}
			f.Params[r.ID] = params
		}
		nodes[key] = v
		s := reflect.ValueOf(params).Elem()
		for i := range s.NumField() {
			if field := s.Type().Field(i); field.Tag.Get("yaml") == key {
				d.param(key, s.Field(i), v)
				if values := enumOf(field); values != nil && v.Kind == yaml.ScalarNode {
					d.oneOf(v, key, values)
				}
			}
		}
	})
	// Of values that cannot be read nothing more is to be said.
	if v, ok := params.(validator); ok && len(d.problems) == before {
		if err := v.Validate(); err != nil {
			d.fail(about(err, n, nodes), "%s", err)
		}
	}
}

// about finds the value that an error of a validator names, else the rule.
func about(err error, rule *yaml.Node, nodes map[string]*yaml.Node) *yaml.Node {
	name, _, _ := strings.Cut(err.Error(), " ")
	if n := nodes[strings.TrimSuffix(name, ":")]; n != nil {
		return n
	}
	return rule
}

// param reads the value of one parameter into v.
func (d *decoder) param(key string, v reflect.Value, n *yaml.Node) {
	switch to := v.Addr().Interface().(type) {
	case *[]string:
		*to = d.list(n, key, nil)
		return
	case *map[string]string:
		if *to == nil {
			*to = map[string]string{}
		}
		d.pairs(n, key, *to, func(*yaml.Node, string, string) bool { return true })
		return
	case *bool:
		*to, _ = d.yes(n, key)
		return
	}
	text, ok := d.text(n, key)
	if !ok {
		return
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(text)); err != nil {
			d.fail(n, "%s: %s", key, err)
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			d.fail(n, "%s is %q; it takes a whole number", key, text)
		}
		v.SetInt(i)
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			d.fail(n, "%s is %q; it takes a number", key, text)
		}
		v.SetFloat(x)
	default:
		d.fail(n, "%s cannot be set in a file", key)
	}
}
