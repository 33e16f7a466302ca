package config

import (
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ListNames are the reference lists that rules ask for.
var ListNames = []string{"customers", "stores", "items", "tenders", "coupons", "cards"}

// listKeys are the settings of a lists block.
func listKeys() (keys []Key) {
	for _, l := range []struct{ name, doc string }{
		{"customers", "Identifiers of the customers who are registered: mobiles, addresses, external ids."},
		{"stores", "Codes of stores and tills."},
		{"items", "Item codes."},
		{"tenders", "Payment modes."},
		{"coupons", "Codes of the coupons that may be redeemed."},
		{"cards", "Card numbers."},
	} {
		keys = append(keys, Key{Name: l.name, Kind: Text, Filled: true, Doc: l.doc, set: func(d *decoder, f *Flow, n *yaml.Node) {
			if file, ok := d.text(n, l.name); ok {
				f.Lists[l.name] = d.beside(file)
			}
		}})
	}
	return keys
}

// beside returns a path as seen from the folder of the settings.
func (d *decoder) beside(path string) string {
	if path = filepath.FromSlash(path); filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(d.file), path)
}

func setLists(d *decoder, f *Flow, n *yaml.Node) {
	d.fields(n, "lists", "list", ListNames, func(key string, v *yaml.Node) { d.set(f, listKeys(), key, v) })
}

func setMapping(d *decoder, f *Flow, n *yaml.Node) {
	d.pairs(n, "mapping", f.Mapping, func(n *yaml.Node, field, text string) bool {
		if strings.TrimSpace(text) == "" {
			d.fail(n, "the expression of %s is blank", field)
			return false
		}
		f.Places[field] = d.place(n)
		return d.field(n, field)
	})
}
