package source

import "github.com/connectplus/preflight/templates"

// A Form is the form of a value.
type Form string

// The forms of values.
const (
	Text   Form = "text"
	Yes    Form = "yes" // true or false
	Number Form = "number"
	List   Form = "list"   // of texts
	Choice Form = "choice" // a list of texts, or a text that names one
	Blocks Form = "blocks" // a list of mappings
)

// A Key is one key of a template file. The JSON Schema is a loop over keys.
type Key struct {
	Name   string
	Doc    string // one sentence
	Form   Form
	Values []string // the only values taken; none: not closed
}

// Keys returns the keys of a template file, in the order of the documentation.
func Keys() []Key {
	keys := []Key{{Name: "extends", Doc: "The id of the template that the file builds on: its fields and settings hold where the file has none, and the rules about it judge.", Form: Text}}
	for _, p := range parts() {
		keys = append(keys, Key{Name: p.key, Doc: p.doc, Form: p.form})
	}
	return append(keys,
		Key{Name: "use", Doc: "Lists of fields that come first.", Form: List, Values: sets()},
		Key{Name: "fields", Doc: "The fields of the file; one that the base has is overridden key by key.", Form: Blocks})
}

// FieldKeys returns the keys of a field, in the order in which they are read.
func FieldKeys() (keys []Key) {
	for _, m := range members() {
		k := Key{Name: m.key, Doc: m.doc, Form: m.form}
		switch m.key {
		case "level":
			k.Values = levels()
		case "type":
			k.Values = types()
		}
		keys = append(keys, k)
	}
	return keys
}

func names(keys []Key) (names []string) {
	for _, k := range keys {
		names = append(names, k.Name)
	}
	return names
}

func levels() (words []string) {
	for _, l := range templates.Levels() {
		words = append(words, string(l))
	}
	return words
}

func types() (words []string) {
	for t := templates.Text; t <= templates.Email; t++ {
		words = append(words, t.String())
	}
	return words
}

func sets() (names []string) {
	for _, s := range templates.FieldSets() {
		names = append(names, s.Name)
	}
	return names
}
