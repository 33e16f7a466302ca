package mask

import (
	"slices"
	"strings"
	"sync"

	"github.com/connectplus/preflight/templates"
)

// persons are what a header that means values of persons has in it.
var persons = []string{"name", "birth", "dob", "address", "phone", "mobile", "email", "contact", "card", "passport", "aadhaar", "aadhar"}

// things are what such a header may mean besides persons.
var things = []string{
	"item", "product", "sku", "brand", "category", "store", "till", "event", "file", "group", "badge", "tag", "image", "video", "tender",
	"coupon", "series", "attribute", "field", "column", "host", "template", "currency", "payment",
}

// PersonalHeader reports whether a header may mean values of persons, whatever the
// template: it has a word for such values in it, and none for a thing that has them
// as well, or some template has such a field under it.
func PersonalHeader(header string) bool {
	folded := templates.Fold(header)
	if private()[folded] {
		return true
	}
	has := func(word string) bool { return strings.Contains(folded, word) }
	return slices.ContainsFunc(persons, has) && !slices.ContainsFunc(things, has)
}

// private are the folded headers of the fields of all templates that hold values
// of persons.
var private = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, t := range templates.All() {
		for _, f := range t.Fields {
			if !f.Sensitive || f.Wildcard() {
				continue
			}
			set[templates.Fold(f.Name)] = true
			if last := f.Name[strings.LastIndexByte(f.Name, '.')+1:]; last != "value" {
				set[templates.Fold(last)] = true
			}
			for _, a := range f.Aliases {
				set[templates.Fold(a)] = true
			}
		}
	}
	return set
})

// CareUnder is [CareOf] for the cells of a column: where no field claims them, its
// header says whether they are of persons.
func CareUnder(f *templates.Field, header string) Care {
	if f == nil && PersonalHeader(header) {
		return Personal
	}
	return CareOf(f)
}

// Column masks a cell of a column as its field asks for, or, where no field claims
// it (nil), as its header does.
func (m *Masker) Column(f *templates.Field, header, s string) string {
	return m.Text(CareUnder(f, header), f, s)
}
