// Package codes holds the status codes that the platform answers with, and the
// symptoms that it shows without a code.
//
// It knows what they mean and what to do. It does not know which rule prevents
// one: rules name the codes they prevent.
package codes

import (
	_ "embed" // codes.csv
	"encoding/csv"
	"slices"
	"strings"
	"sync"

	"github.com/connectplus/preflight/internal/nearest"
)

// Severities of a code.
const (
	SeverityError   = "error"   // the row is refused, or part of it
	SeverityWarning = "warning" // the row is taken
	SeveritySuccess = "success"
)

// Kinds of evidence: what must be looked at to see a code coming.
const (
	EvidenceFile      = "file"      // the file itself
	EvidenceReference = "reference" // lists of customers, stores, items
	EvidenceLedger    = "ledger"    // earlier drops
	EvidenceAccess    = "access"    // accounts, rights, setup
	EvidenceServer    = "server"    // shown by the platform alone
)

// A Code is one meaning of a status code, or a symptom.
type Code struct {
	Number string // "604"; empty for a symptom
	// Name is what the platform calls it, ERR_NULL_UUID, or ours where it has
	// no name: invalid-date.
	Name   string
	Entity string // the list it belongs to: "transaction-v2"; "connectplus" for symptoms of the dataflow
	// Severity is SeverityError, SeverityWarning or SeveritySuccess.
	Severity               string
	Meaning, Cause, Action string // one clause each, without a full stop
	Retryable              bool   // sending the same row again may help
	Evidence               string // EvidenceFile, …
	Source                 string // pages of the public documentation, separated by "; "
}

// Ref returns how rules and reports name the code: "transaction-v2:604", or
// the name of a symptom. Codes of several meanings share a Ref.
func (c Code) Ref() string {
	switch {
	case c.Number != "":
		return c.Entity + ":" + c.Number
	case c.Entity == "connectplus":
		return c.Name
	}
	return c.Entity + ":" + c.Name
}

// Key returns the name of this one meaning: "transaction:604/NAME", with
// " (warning)" behind it where the code is one.
func (c Code) Key() string {
	key := c.Ref()
	if c.Number != "" {
		key += "/" + c.Name
	}
	if c.Severity == SeverityWarning {
		key += warning
	}
	return key
}

// warning ends a reference to the warning of that number alone.
const warning = " (warning)"

//go:embed data/codes.csv
var table string

// All returns all codes, by list.
//
// The slice is shared and must not be changed.
func All() []Code { return catalogue().list }

// An index finds codes by number and by name in lower case.
type index struct {
	list             []Code
	byNumber, byName map[string][]*Code
}

var catalogue = sync.OnceValue(func() *index {
	list := parse(table)
	ix := &index{list: list, byNumber: make(map[string][]*Code, len(list)), byName: make(map[string][]*Code, len(list))}
	for i := range list {
		c := &list[i]
		if c.Number != "" {
			ix.byNumber[c.Number] = append(ix.byNumber[c.Number], c)
		}
		name := strings.ToLower(c.Name)
		ix.byName[name] = append(ix.byName[name], c)
	}
	return ix
})

// parse reads the table; a test holds that it is well formed.
func parse(text string) []Code {
	r := csv.NewReader(strings.NewReader(text))
	rows, _ := r.ReadAll()
	if len(rows) == 0 {
		return nil
	}
	list := make([]Code, 0, len(rows)-1)
	for _, row := range rows[1:] {
		list = append(list, Code{
			Entity: row[0], Number: row[1], Name: row[2], Severity: row[3], Meaning: row[4], Cause: row[5],
			Action: row[6], Retryable: row[7] == "yes", Evidence: row[8], Source: row[9],
		})
	}
	return list
}

// A query is a reference, taken apart. Empty parts match anything.
type query struct {
	entity, number, name string
	warning              bool
}

// split takes a reference apart: "604", "NAME", "transaction:604",
// "transaction:604/NAME", "transaction:NAME", each with " (warning)" or not.
func split(ref string) query {
	var q query
	ref = strings.TrimSpace(ref)
	if cut, found := strings.CutSuffix(ref, warning); found {
		ref, q.warning = cut, true
	}
	if entity, rest, found := strings.Cut(ref, ":"); found {
		q.entity, ref = strings.ToLower(entity), rest
	}
	number, name, named := strings.Cut(ref, "/")
	if isNumber(number) {
		q.number, q.name = number, name
	} else if !named {
		q.name = number
	} else {
		q.name = ref // no number before the slash: no such code
	}
	return q
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// codes returns what the query matches, in the order of All.
func (q query) codes() []*Code {
	c := catalogue()
	candidates := c.byNumber[q.number]
	if q.number == "" && q.name != "" {
		candidates = c.byName[strings.ToLower(q.name)]
	}
	var found []*Code
	for _, c := range candidates {
		if (q.entity == "" || q.entity == c.Entity) && (q.name == "" || strings.EqualFold(q.name, c.Name)) &&
			(!q.warning || c.Severity == SeverityWarning) {
			found = append(found, c)
		}
	}
	return found
}

// Find returns the codes that a reference means, in the order of All; none
// where it means nothing.
//
// A reference is a number ("604", of any list), a list and a number
// ("transaction:604"), one meaning of it ("transaction:604/NAME"), a name in
// any case ("ERR_NULL_UUID"), or a symptom. A number stands for the error and
// the warning of that number; " (warning)" behind it for the warning alone.
func Find(ref string) []Code {
	var found []Code
	for _, c := range split(ref).codes() {
		found = append(found, *c)
	}
	return found
}

// Exists reports whether a reference names a known code with its list, or a
// symptom. A bare number names none: the lists disagree on what it means.
func Exists(ref string) bool {
	q := split(ref)
	if q.entity == "" && q.number != "" {
		return false
	}
	return slices.ContainsFunc(q.codes(), func(c *Code) bool {
		return q.entity != "" || c.Entity == "connectplus"
	})
}

// refusing are the symptoms that mean that a row does not arrive.
var refusing = []string{
	"transaction-rejected-by-connectplus", "data-neither-processed-nor-rejected", "transaction-missing-in-profile",
}

// Refuses reports whether the platform does not take a row that earns the
// code: the code is an error, or a symptom of rows that do not arrive. Other
// symptoms, such as wrong points, leave the row in; so do warnings.
func Refuses(ref string) bool {
	q := split(ref)
	if q.number == "" {
		return slices.Contains(refusing, q.name)
	}
	return slices.ContainsFunc(q.codes(), func(c *Code) bool { return c.Severity == SeverityError })
}

// Shows reports whether Connect+ shows what is refused for the code: it counts
// such a row among the failed ones. The symptoms of rows that do not arrive are
// just that nothing is shown, but for one.
func Shows(ref string) bool {
	return split(ref).number != "" || ref == "transaction-rejected-by-connectplus"
}

// Order sorts codes by the lists that a template's API answers from, the
// likeliest list first, and the others behind them. It keeps the order within
// a list, and changes the slice in place.
func Order(list []Code, entities []string) {
	rank := func(c Code) int {
		if i := slices.Index(entities, c.Entity); i >= 0 {
			return i
		}
		return len(entities)
	}
	slices.SortStableFunc(list, func(a, b Code) int { return rank(a) - rank(b) })
}

// Nearest returns the known reference or name that a mistyped one most
// resembles, or "" where none is near. It never changes a number.
func Nearest(ref string) string {
	q := split(ref)
	var words []string
	for _, c := range All() {
		switch {
		case q.number != "" && q.number == c.Number && q.name != "":
			words = append(words, c.Ref()+"/"+c.Name)
		case q.number != "" && q.number == c.Number && q.entity != "":
			words = append(words, c.Ref())
		case q.number == "":
			words = append(words, c.Name)
		}
	}
	if q.number == "" {
		ref = q.name
	}
	return nearest.Of(ref, words)
}

// Means reports whether a reference stands for a code: as Find finds it.
func Means(ref string, c Code) bool {
	return slices.ContainsFunc(split(ref).codes(), func(f *Code) bool { return f.Entity == c.Entity && f.Key() == c.Key() })
}
