package validate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/connectplus/preflight/templates"
)

// A Member is one file of a dataflow that joins several, before it is judged.
type Member struct {
	Name   string   // without folders
	Header []string // nil: not known
	Place
}

// A Merge says how a dataflow tells the files that it joins.
type Merge struct {
	Template *templates.Template
	Patterns map[string]*regexp.Regexp // role → what the whole name matches
	// Names are how files of a role are called, with <common> for the part that
	// the files of a set share: "Tkt<common>.dat". Roles that are absent have
	// the name of the documents, if there is one.
	Names map[string]string
	Map   templates.MapOptions // how headers are read
}

// A RoleError says that a file of a merge set does not tell what it holds.
type RoleError struct {
	Name  string
	Roles []string // that there are
}

func (e *RoleError) Error() string {
	return "neither the name nor the header of " + e.Name + " says which file of the set it is: " + strings.Join(e.Roles, " or ")
}

// commonSlot stands in a name for what the files of a set share.
const commonSlot = "<common>"

// Assemble finds the role of every member, by pattern, by name, then by header,
// which also decides where the patterns of several roles take a name, and puts the members into sets: those that share a part of their name belong
// together, and what is left over as it comes. It sets Role, Set, Common, Named,
// Also and Missing.
//
// The error is a *RoleError for a file whose role cannot be told.
func (g *Merge) Assemble(members []*Member) error {
	for _, m := range members {
		g.byName(m)
	}
	for _, m := range members {
		if m.Role == "" && m.Header != nil {
			m.Role = g.byHeader(m.Header, g.roles())
		}
	}
	for _, m := range members {
		if m.Role != "" {
			continue
		}
		var free []string // roles that no file has
		for _, r := range g.Template.Roles {
			if !slices.ContainsFunc(members, func(o *Member) bool { return o.Role == r.Name }) {
				free = append(free, r.Name)
			}
		}
		if len(free) != 1 {
			return &RoleError{m.Name, g.roles()}
		}
		m.Role = free[0]
	}
	g.common(members)
	g.sets(members)
	return nil
}

func (g *Merge) roles() (names []string) {
	for _, r := range g.Template.Roles {
		names = append(names, r.Name)
	}
	return names
}

// RoleOf returns the role that a name alone tells; empty: none.
func (g *Merge) RoleOf(name string) string {
	m := &Member{Name: name}
	g.byName(m)
	return m.Role
}

// byName sets the role that the name of a file tells; where patterns overlap, of
// the roles that they allow.
func (g *Merge) byName(m *Member) {
	var by []string // roles
	for _, r := range g.Template.Roles {
		if p := g.Patterns[r.Name]; p != nil && p.MatchString(m.Name) {
			by = append(by, r.Name)
		}
	}
	if len(by) > 0 {
		m.Role = by[0]
		if len(by) > 1 && m.Header != nil {
			m.Role = cmp.Or(g.byHeader(m.Header, by), m.Role)
		}
		for _, other := range by {
			if other != m.Role {
				m.Also = append(m.Also, "the pattern of the "+other+" file")
			}
		}
		return
	}
	fixed := -1 // characters of the name that are not common
	for _, r := range g.Template.Roles {
		name := g.name(r)
		if _, ok := commonIn(name, m.Name); ok && len(name) > fixed {
			m.Role, fixed = r.Name, len(name)
		}
	}
	if m.Role != "" {
		return
	}
	for _, r := range g.Template.Roles {
		if slices.ContainsFunc(nameWords(m.Name), func(w string) bool { return roleWord(r.Name, w) }) {
			by = append(by, r.Name)
		}
	}
	if len(by) == 1 {
		m.Role = by[0]
	}
}

func (g *Merge) name(r templates.Role) string {
	if n, ok := g.Names[r.Name]; ok {
		return n
	}
	return r.Example
}

// byHeader returns which of roles it is whose fields most headers carry; empty
// where two have as many.
func (g *Merge) byHeader(header, roles []string) string {
	best, most, tie := "", 0, false
	for _, r := range g.Template.Roles {
		if !slices.Contains(roles, r.Name) {
			continue
		}
		own := g.Template.Cut(func(f *templates.Field) bool { return r.Has(f.Level) && !slices.Contains(g.Template.Join, f.Name) })
		o := g.Map
		o.Explicit = map[string]string{}
		for h, field := range g.Map.Explicit {
			if own.Field(field) != nil && slices.ContainsFunc(header, func(have string) bool { return templates.Fold(have) == templates.Fold(h) }) {
				o.Explicit[h] = field
			}
		}
		o.Const = nil
		m, err := own.Map(header, o)
		if err != nil {
			continue
		}
		switch n := m.Mapped(); {
		case n > most:
			best, most, tie = r.Name, n, false
		case n == most:
			tie = true
		}
	}
	if tie {
		return ""
	}
	return best
}

// commonIn returns what stands for <common> in a name.
func commonIn(pattern, name string) (common string, ok bool) {
	before, behind, ok := strings.Cut(pattern, commonSlot)
	if !ok {
		return "", false
	}
	common, ok = strings.CutPrefix(name, before)
	if !ok {
		return "", false
	}
	common, ok = strings.CutSuffix(common, behind)
	return common, ok && common != ""
}

// common sets the part of the name that files of one set share: by the names of
// the roles or, where these do not tell it of all files, what each name holds
// besides words for roles and "level", of the names in the documents. So it is one sort of part in all.
func (g *Merge) common(members []*Member) {
	for _, m := range members {
		for _, r := range g.Template.Roles {
			if r.Name == m.Role {
				m.Common, m.Named = commonIn(g.name(r), m.Name)
			}
		}
	}
	if !slices.ContainsFunc(members, func(m *Member) bool { return !m.Named }) {
		return
	}
	for _, m := range members {
		var left []string
		spoken := false // some word says the role, so that the others need not
		for _, w := range nameWords(m.Name) {
			role := slices.ContainsFunc(g.Template.Roles, func(r templates.Role) bool { return roleWord(r.Name, w) })
			spoken = spoken || role
			if !role && w != "level" {
				left = append(left, w)
			}
		}
		m.Common, m.Named, m.Spoken = strings.Join(left, "_"), false, spoken
	}
}

// nameWords cuts a file name, without its extension, into words and numbers,
// in lower case.
func nameWords(name string) []string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	var words []string
	class, from := 0, 0
	for i, r := range name + "." {
		c := 0
		switch {
		case unicode.IsDigit(r):
			c = 1
		case unicode.IsLetter(r):
			c = 2
		}
		if c != class {
			if class != 0 {
				words = append(words, strings.ToLower(name[from:i]))
			}
			class, from = c, i
		}
	}
	return words
}

// roleWord reports whether a word of a file name speaks for a role.
func roleWord(role, word string) bool {
	switch word {
	case role, role + "s", strings.TrimSuffix(role, "s"):
		return true
	}
	return slices.Contains(roleWords[role], word)
}

// roleWords are words for roles besides the names of the roles.
var roleWords = map[string][]string{
	"bill":         {"invoice", "invoices", "head", "header", "headers"},
	"line":         {"item", "items", "lineitem", "lineitems", "detail", "details"},
	"payment":      {"pay", "paymode", "paymodes", "paymentmode", "paymentmodes", "tender", "tenders", "pmt"},
	"transactions": {"txn", "txns", "bill", "bills", "sale", "sales"},
	"customers":    {"cust", "member", "members", "profile", "profiles"},
}

// sets numbers the sets.
func (g *Merge) sets(members []*Member) {
	var sets [][]*Member
	lacks := func(set []*Member, role string) bool {
		return !slices.ContainsFunc(set, func(m *Member) bool { return m.Role == role })
	}
next:
	for _, m := range members {
		for i, set := range sets {
			if set[0].Common == m.Common && lacks(set, m.Role) {
				sets[i] = append(set, m)
				continue next
			}
		}
		sets = append(sets, []*Member{m})
	}
	for i := 0; i < len(sets); i++ { // what is left over is joined as it comes
		for k := i + 1; k < len(sets) && len(sets[i]) < len(g.Template.Roles); {
			if len(sets[k]) < len(g.Template.Roles) && !slices.ContainsFunc(sets[k], func(m *Member) bool { return !lacks(sets[i], m.Role) }) {
				sets[i] = append(sets[i], sets[k]...)
				sets = slices.Delete(sets, k, k+1)
				continue
			}
			k++
		}
	}
	for i, set := range sets {
		var missing []string
		for _, r := range g.Template.Roles {
			if lacks(set, r.Name) {
				missing = append(missing, r.Name)
			}
		}
		for _, m := range set {
			m.Set, m.Missing = i, missing
		}
	}
}

// PartOf returns the template of one file of a merge: that of its role, which
// groups by what it has of the keys. Of an unknown role it is t itself.
func PartOf(t *templates.Template, role string) *templates.Template {
	part, ok := t.Part(role)
	if !ok {
		return t
	}
	absent := func(field string) bool { return part.Field(field) == nil }
	if slices.ContainsFunc(part.GroupBy, absent) {
		part.GroupBy = nil
	}
	part.AtLeastOne = slices.DeleteFunc(slices.Clone(part.AtLeastOne), absent)
	return part
}
