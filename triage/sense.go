package triage

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/codes"
)

// senses tell which of the meanings of a code a message speaks of.
type senses struct {
	entities []string
	seen     map[spoken]string // by code and message
}

// of returns the meaning of an issue as codes.Code.Key; empty where its message
// says no more than its number does.
func (s *senses) of(is *issue) string {
	if is.code == "" {
		return ""
	}
	said := spoken{is.code, strings.TrimSpace(is.name + " " + is.message[:min(len(is.message), messageBytes)])}
	if said.sense == "" {
		return ""
	}
	key, ok := s.seen[said]
	if !ok {
		key = s.find(is.code, said.sense)
		if len(s.seen) < mostCells {
			s.seen[said] = key
		}
	}
	return key
}

// find looks for a name first, of whatever list, then for the words of a meaning
// that the API of such files has.
func (s *senses) find(code, message string) string {
	here, elsewhere := resolve(code, s.entities)
	chosen := named(code, message)
	if chosen == nil {
		chosen = worded(s.meanings(code, elsewhere), message)
	}
	if chosen == nil || len(here) == 1 && here[0].Key() == chosen.Key() {
		return ""
	}
	return chosen.Key()
}

// named returns the meaning that a symbolic name in a message calls by name: one
// of the code, or of any where the code is in no list.
func named(code, message string) *codes.Code {
	for _, name := range nameInText.FindAllString(message, -1) {
		for _, c := range codes.Find(name) {
			if c.Number == code || !known(code) {
				return &c
			}
		}
	}
	return nil
}

// meanings are those among which words decide: of the lists of the file and of
// what stands before every API, else those of the others.
func (s *senses) meanings(code string, elsewhere []codes.Code) (list []codes.Code) {
	found := codes.Find(code)
	for _, entity := range slices.Concat(s.entities, gateway) {
		for _, c := range found {
			if c.Entity == entity {
				list = append(list, c)
			}
		}
	}
	if len(list) == 0 {
		return elsewhere
	}
	return list
}

// worded returns the meaning that a message has at least two thirds of the words
// of, and two at that; of several the one with the largest share, the first of
// equals.
func worded(list []codes.Code, message string) (best *codes.Code) {
	if len(list) < 2 {
		return nil
	}
	said := significant(message)
	share := 0.0
	for i := range list {
		for _, text := range []string{list[i].Name, list[i].Meaning} {
			words, hits := significant(text), 0
			for _, w := range words {
				if slices.Contains(said, w) {
					hits++
				}
			}
			if hits < 2 || 3*hits < 2*len(words) {
				continue
			}
			if s := float64(hits) / float64(len(words)); s > share {
				best, share = &list[i], s
			}
		}
	}
	return best
}

// meant returns the code of a sense.
func meant(sense string) []codes.Code {
	if sense == "" {
		return nil
	}
	return slices.DeleteFunc(codes.Find(sense), func(c codes.Code) bool { return c.Key() != sense })
}

// significant are the words that tell texts apart, each once.
func significant(s string) (list []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !letter(r) }) {
		if len(w) < 4 || w == "loyalty" || w == "error" || strings.Trim(w, "0123456789") == "" || slices.Contains(list, w) {
			continue
		}
		list = append(list, w)
	}
	return list
}
