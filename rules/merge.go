package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// This file holds what the rules on merge sets share: which columns join the
// files of a set, and which file of it is the one that the others hang on.

const joinBlock = "Connect+ documentation: join-data block"

// merges are the templates whose dataflow joins several files.
var merges = []string{"transaction-*-merge", "transaction-customer-v2-add"}

// inSet reports whether a file is one of a merge set.
func inSet(p *validate.Pass) bool { return p.Options.Place.Role != "" }

// isHead reports whether a file is the one of its set that has one row for each
// key: that of the first role.
func isHead(p *validate.Pass) bool {
	return inSet(p) && len(p.Template.Roles) > 0 && p.Template.Roles[0].Name == p.Options.Place.Role
}

// A joinColumn is a column that joins the files of a set.
type joinColumn struct {
	name   string // the header that the dataflow names, or the field
	column int    // 0-based; -1: the file does not have it
}

// joinColumns lists the columns that join the file to the others of its set;
// none: it is in no set, or nobody says by what its files are joined.
func joinColumns(p *validate.Pass) (columns []joinColumn) {
	if !inSet(p) {
		return nil
	}
	for _, h := range p.Options.Place.Keys {
		at := slices.IndexFunc(p.Columns, func(c *validate.Column) bool { return templates.Fold(c.Header) == templates.Fold(h) })
		columns = append(columns, joinColumn{h, at})
	}
	if columns != nil {
		return columns
	}
	for _, field := range p.Template.Join {
		columns = append(columns, joinColumn{field, p.Column(field)})
	}
	return columns
}

// joinField reports whether a field is in a column that joins files, whose blank
// cells are merge-key-blank.
func joinField(p *validate.Pass, f *templates.Field) bool {
	at := p.Column(f.Name)
	return slices.ContainsFunc(joinColumns(p), func(c joinColumn) bool { return c.column >= 0 && c.column == at })
}

// mergeKeys is the key of Join checks on the files of one set; none where a
// join column is absent, which another rule says.
func mergeKeys(p *validate.Pass) []*validate.JoinKey {
	key := validate.Shared(p, "merge key", func() *validate.JoinKey {
		columns := joinColumns(p)
		place := p.Options.Place
		k := &validate.JoinKey{Space: fmt.Sprint("set ", place.Set, " of ", p.Template.ID, " ", place.Flow), Whole: true}
		for _, c := range columns {
			if c.column < 0 {
				return nil
			}
			k.Values = append(k.Values, validate.Value{Column: c.column})
		}
		if len(columns) == 0 {
			return nil
		}
		for _, field := range []string{"billAmount", "lineItemsV2.amount", "paymentModes.value"} {
			if c := p.Column(field); c >= 0 {
				k.Sum = c + 1
			}
		}
		return k
	})
	if key == nil {
		return nil
	}
	return []*validate.JoinKey{key}
}

// looksJoined reports whether files-at-once says of a file that it looks like a
// part of a merge set, so that nobody need miss in it what the other parts hold.
func looksJoined(p *validate.Pass) bool {
	const id = "files-at-once"
	level, set := p.Options.Severity[id]
	return p.Options.Place.Like != "" && !p.Options.Hidden[id] && (!set || level != validate.Off)
}

// head returns the index of the part that has one row for each key, or -1.
func head(m *validate.Meeting) int {
	return slices.IndexFunc(m.Parts, func(p validate.Part) bool { return isHead(p.Pass) })
}

// partOf returns the part of a role, or nil.
func partOf(m *validate.Meeting, role string) *validate.Part {
	for i := range m.Parts {
		if m.Parts[i].Pass.Options.Place.Role == role {
			return &m.Parts[i]
		}
	}
	return nil
}

// keyDetail begins a finding at the first row of a part, in its first key column.
func keyDetail(p *validate.Part, message string) validate.Detail {
	return validate.Detail{Column: p.Key.Values[0].Column, Row: p.Row(0).Number(), Message: message}
}

// A set is the files of one merge set.
type set struct {
	files   []int // in the run, in its order
	missing []string
}

// setsOf gathers the files of a run that are in merge sets, by dataflow.
func setsOf(files []*validate.FileResult) (flows [][]*set) {
	type key struct {
		flow, template string
		set            int
	}
	sets := map[key]*set{}
	at := map[key]int{} // by key without the set: in flows
	for i, f := range files {
		if f.Place.Role == "" {
			continue
		}
		k := key{f.Place.Flow, f.Template.ID, f.Place.Set}
		flow := key{k.flow, k.template, 0}
		if _, ok := at[flow]; !ok {
			at[flow] = len(flows)
			flows = append(flows, nil)
		}
		if sets[k] == nil {
			sets[k] = &set{missing: f.Place.Missing}
			flows[at[flow]] = append(flows[at[flow]], sets[k])
		}
		sets[k].files = append(sets[k].files, i)
	}
	return flows
}

// allSets is setsOf without the dataflows.
func allSets(files []*validate.FileResult) []*set { return slices.Concat(setsOf(files)...) }

// allOf writes names with commas and an "and".
func allOf(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
