package config

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/validate"
)

// A Param is one parameter of a rule.
type Param struct {
	Name    string // as in the file
	Doc     string
	Default any // of type string, bool, int64, float64, []string or map[string]string
}

// Params lists the parameters of a rule, in the order of its struct.
func Params(r *validate.Rule) (params []Param) {
	if r.Params == nil {
		return nil
	}
	s := reflect.ValueOf(r.Params).Elem()
	for i := range s.NumField() {
		f := s.Type().Field(i)
		params = append(params, Param{Name: f.Tag.Get("yaml"), Doc: f.Tag.Get("doc"), Default: plain(s.Field(i))})
	}
	return params
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

// rule reads the severity and the parameters of one rule.
func (d *decoder) rule(f *Flow, r *validate.Rule, n *yaml.Node) {
	known := []string{"severity"}
	for _, p := range Params(r) {
		known = append(known, p.Name)
	}
	var params any
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
		s := reflect.ValueOf(params).Elem()
		for i := range s.NumField() {
			if s.Type().Field(i).Tag.Get("yaml") == key {
				d.param(key, s.Field(i), v)
			}
		}
	})
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
