package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// baselineSchema names the shape of a baseline. A key that changes its meaning
// needs a new name.
const baselineSchema = "preflight-baseline/1"

// BaselineKeep is how many findings of a rule and file should be kept in a run
// with a baseline, so that more of them are known by name.
const BaselineKeep = 10_000

// A Baseline holds the findings of an earlier run, which are no news: by file,
// rule and field how many there were, and the fingerprints of those that were
// kept. It holds no value of a cell.
//
// Of a rule that found more than was kept, the others are known by their number
// alone: findings without a known fingerprint are taken for them as long as
// there are no more than the earlier run had. So one of those may be exchanged
// for a new one unseen, but their number cannot grow unseen.
type Baseline struct {
	Schema string         `json:"schema"`
	Files  []baselineFile `json:"files"`
}

type baselineFile struct {
	Name     string          `json:"name"` // as reports call the file
	Sheet    string          `json:"sheet,omitempty"`
	Flow     string          `json:"flow,omitempty"`
	Template string          `json:"template,omitempty"`
	Role     string          `json:"role,omitempty"`
	Known    []baselineEntry `json:"known"`
}

type baselineEntry struct {
	Rule         string   `json:"rule"`
	Field        string   `json:"field"` // or the header of a column without one; empty: none
	Count        int64    `json:"count"` // complete
	Fingerprints []string `json:"fingerprints"`
}

// A bucket is what one rule found in one column of a file, or without one.
type bucket struct {
	rule, field string
	count       int64
	causes      []*validate.Cause   // the worst severity first
	findings    []*validate.Finding // those that were kept, in order
	owner       map[*validate.Finding]*validate.Cause
}

// NewBaseline makes the baseline in which everything that a run found is known.
// What Mark did is of no account.
func NewBaseline(res *Result) *Baseline {
	b := &Baseline{Schema: baselineSchema, Files: []baselineFile{}}
	for _, f := range res.Files {
		out := described(f)
		prints := fingerprints(f, findings(f))
		for _, k := range buckets(f) {
			e := baselineEntry{Rule: k.rule, Field: k.field, Count: max(k.count, int64(len(k.findings))), Fingerprints: []string{}}
			for _, fd := range k.findings {
				e.Fingerprints = append(e.Fingerprints, prints[fd])
			}
			slices.Sort(e.Fingerprints)
			out.Known = append(out.Known, e)
		}
		slices.SortFunc(out.Known, func(a, b baselineEntry) int {
			return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Field, b.Field))
		})
		b.Files = append(b.Files, out)
	}
	return b
}

// ReadBaseline reads what Write has written. An error is one clause.
func ReadBaseline(r io.Reader) (*Baseline, error) {
	b := &Baseline{}
	if err := json.NewDecoder(r).Decode(b); err != nil {
		return nil, fmt.Errorf("is no baseline: %w", err)
	}
	if b.Schema != baselineSchema {
		return nil, fmt.Errorf("is no baseline: its schema is %q, want %q", b.Schema, baselineSchema)
	}
	for _, f := range b.Files {
		for _, e := range f.Known {
			if e.Count < int64(len(e.Fingerprints)) {
				return nil, errors.New("is no baseline: it counts fewer findings of " + e.Rule + " than it names")
			}
		}
	}
	return b, nil
}

// Write writes the baseline as JSON; the same findings give the same bytes.
func (b *Baseline) Write(w io.Writer) error { return encodeJSON(w, b) }

// Marks say what came of a baseline in a run.
type Marks struct {
	// Gone is how many findings of the baseline are no longer there, in files that
	// it knows by their name and that were judged to their end.
	Gone int64
	// Unknown are the files with findings of which the baseline knows nothing.
	Unknown []string
}

// Mark marks the findings of a run that are in the baseline, and counts them in
// their causes.
//
// A file is known by its path or, where only one of the run and one of the
// baseline is called so, by its name in another folder; else, where the run has
// one file of a dataflow, template and role, by the one that the baseline has of
// them: the file of another day, say. Findings of rules for which off returns
// true are not counted as gone. A nil off means none.
func (b *Baseline) Mark(res *Result, off func(f *validate.FileResult, rule string) bool) (m Marks) {
	res.Marked = true
	of := b.match(res.Files)
	for _, f := range res.Files {
		file := of[f]
		if file == nil && len(buckets(f)) > 0 {
			m.Unknown = append(m.Unknown, f.Name)
		}
		known := file.known()
		counted := file != nil && f.Complete && path.Base(cleaned(file.Name)) == path.Base(cleaned(f.Name))
		prints := fingerprints(f, findings(f))
		for _, k := range buckets(f) {
			e := known[[2]string{k.rule, k.field}]
			delete(known, [2]string{k.rule, k.field})
			left := e.Count - k.mark(e, prints)
			if counted {
				m.Gone += left
			}
		}
		for key, e := range known {
			if counted && (off == nil || !off(f, key[0])) {
				m.Gone += e.Count
			}
		}
	}
	return m
}

// Names returns the files that the baseline knows, in its order.
func (b *Baseline) Names() (names []string) {
	for _, f := range b.Files {
		names = append(names, f.Name)
	}
	return names
}

// described returns a file of a run without its findings.
func described(f *validate.FileResult) baselineFile {
	out := baselineFile{Name: f.Name, Sheet: sheet(f), Flow: f.Place.Flow, Role: f.Place.Role, Known: []baselineEntry{}}
	if f.Template != nil {
		out.Template = f.Template.ID
	}
	return out
}

// match finds the file of the baseline for each of a run, the surest first. What
// several files of a side have in common tells none of them.
func (b *Baseline) match(files []*validate.FileResult) map[*validate.FileResult]*baselineFile {
	of := map[*validate.FileResult]*baselineFile{}
	taken := map[*baselineFile]bool{}
	for _, by := range []func(f *baselineFile) []string{
		func(f *baselineFile) []string { return []string{cleaned(f.Name), f.Sheet} },
		func(f *baselineFile) []string { return []string{path.Base(cleaned(f.Name)), f.Sheet} },
		func(f *baselineFile) []string {
			if f.Template == "" {
				return nil
			}
			return []string{f.Flow, f.Template, f.Role}
		},
	} {
		old, now := map[string][]*baselineFile{}, map[string][]*validate.FileResult{}
		for i := range b.Files {
			if key := strings.Join(by(&b.Files[i]), "\n"); key != "" {
				old[key] = append(old[key], &b.Files[i])
			}
		}
		for _, f := range files {
			d := described(f)
			if key := strings.Join(by(&d), "\n"); key != "" {
				now[key] = append(now[key], f)
			}
		}
		for key, fs := range now {
			if len(fs) == 1 && len(old[key]) == 1 && of[fs[0]] == nil && !taken[old[key][0]] {
				of[fs[0]], taken[old[key][0]] = old[key][0], true
			}
		}
	}
	return of
}

// cleaned is a name as paths are compared: ./a.csv is a.csv.
func cleaned(name string) string { return path.Clean(strings.ReplaceAll(name, `\`, "/")) }

// known returns the entries of a file by rule and field; none of nil.
func (f *baselineFile) known() map[[2]string]baselineEntry {
	out := map[[2]string]baselineEntry{}
	if f != nil {
		for _, e := range f.Known {
			out[[2]string{e.Rule, e.Field}] = e
		}
	}
	return out
}

// mark marks what an entry knows of the bucket and returns how much that is.
func (k *bucket) mark(e baselineEntry, prints map[*validate.Finding]string) (known int64) {
	spare := e.Count - int64(len(e.Fingerprints)) // known by number alone
	unseen := map[*validate.Cause]int64{}
	for _, c := range k.causes {
		unseen[c], c.Baselined = c.Count, 0
	}
	tell := func(fd *validate.Finding) {
		fd.Baselined = true
		k.owner[fd].Baselined++
		known++
	}
	named := make(map[string]bool, len(e.Fingerprints))
	for _, print := range e.Fingerprints {
		named[print] = true
	}
	for _, fd := range k.findings {
		unseen[k.owner[fd]]--
		if fd.Baselined = named[prints[fd]]; fd.Baselined {
			tell(fd)
		}
	}
	for _, fd := range k.findings {
		if !fd.Baselined && spare > 0 {
			spare--
			tell(fd)
		}
	}
	// What is left over excuses the mildest first.
	for _, c := range slices.Backward(k.causes) {
		n := max(min(unseen[c], e.Count-known), 0)
		c.Baselined += n
		known += n
	}
	return known
}

// buckets sorts the findings of a file by rule and column.
func buckets(f *validate.FileResult) []*bucket {
	type column struct {
		rule     string
		severity validate.Severity
		column   int
	}
	var out []*bucket
	byKey := map[[2]string]*bucket{}
	causes := map[column]*validate.Cause{}
	of := map[*validate.Cause]*bucket{}
	for i := range f.Causes {
		c := &f.Causes[i]
		if c.Count == 0 || c.Severity == validate.Off {
			continue
		}
		key := [2]string{c.Rule, place(c.Field, c.Header)}
		k := byKey[key]
		if k == nil {
			k = &bucket{rule: key[0], field: key[1], owner: map[*validate.Finding]*validate.Cause{}}
			byKey[key] = k
			out = append(out, k)
		}
		k.causes = append(k.causes, c)
		k.count += c.Count
		causes[column{c.Rule, c.Severity, c.Column}] = c
		of[c] = k
	}
	for _, fd := range findings(f) {
		c := causes[column{fd.Rule, fd.Severity, fd.Pos.Column}]
		if c == nil { // a rule about rows points at a column now and then
			c = causes[column{fd.Rule, fd.Severity, 0}]
		}
		if c != nil {
			of[c].findings = append(of[c].findings, fd)
			of[c].owner[fd] = c
		}
	}
	return out
}

// Baselined returns how many findings of the run are in its baseline.
func (r *Result) Baselined() (n int64) {
	for _, f := range r.Files {
		n += baselined(f)
	}
	return n
}

func baselined(f *validate.FileResult) (n int64) {
	for i := range f.Causes {
		n += f.Causes[i].Baselined
	}
	return n
}
