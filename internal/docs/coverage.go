package main

import (
	"bytes"
	"cmp"
	_ "embed" // guide.csv, access.csv
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/connectplus/preflight/cmd"
	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/rules"
)

// guideCSV lists the instructions and the rows of the troubleshooting guide with
// what sees each coming: rules, or defects that no rule looks for yet.
//
//go:embed data/guide.csv
var guideCSV string

// accessCSV lists the defects of an account with the steps of ftp-access that
// try it.
//
//go:embed data/access.csv
var accessCSV string

// A means is one way to see trouble coming.
type means struct {
	id    string
	link  string   // as the page writes it; of an account: empty
	steps []string // of ftp-access
	needs string   // "", for the file alone; "earlier drops", …
	built bool     // preflight does it today
}

// theServer is the answer where nothing before the drop shows the trouble.
const theServer = "only the server knows"

// A coverage is all that preflight has, or would need, to see trouble coming.
type coverage struct {
	means map[string]means
	by    map[codes.Code][]string // ids of means
	wrong []string                // what the data name and does not exist
}

func newCoverage() (*coverage, error) {
	c := &coverage{means: map[string]means{}, by: map[codes.Code][]string{}}
	note := func(m means, prevents []string) {
		c.means[m.id] = m
		for _, ref := range prevents {
			found := codes.Find(ref)
			if len(found) == 0 {
				c.wrong = append(c.wrong, m.id+" prevents "+ref+", which is unknown")
			}
			for _, code := range found {
				if !slices.Contains(c.by[code], m.id) {
					c.by[code] = append(c.by[code], m.id)
				}
			}
		}
	}
	for _, r := range rules.All() {
		note(means{id: r.ID, link: "[`" + r.ID + "`](rules.md#" + r.ID + ")", needs: r.Needs, built: true}, r.Prevents)
	}
	steps, err := stepsOf()
	if err != nil {
		return nil, err
	}
	cmd.Later(func(id, needs string, prevents []string) {
		m := means{id: id, link: "`" + id + "`", needs: needs}
		if s := steps[id]; s != nil {
			m = means{id: id, steps: s, needs: "the SFTP account", built: true}
			for _, step := range s {
				if !slices.ContainsFunc(ftp.Steps(), func(have *ftp.Step) bool { return have.ID == step }) {
					c.wrong = append(c.wrong, id+" is tried by "+step+", which is no step")
				}
			}
		}
		note(m, prevents)
	})
	return c, nil
}

func stepsOf() (map[string][]string, error) {
	rows, err := csv.NewReader(strings.NewReader(accessCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("data/access.csv: %w", err)
	}
	steps := map[string][]string{}
	for _, r := range rows[1:] {
		steps[r[0]] = strings.Split(r[1], "; ")
	}
	return steps, nil
}

// An entry is one instruction or row of the guide.
type entry struct {
	kind, number string
	about        string
	code         codes.Code // of a row
	by           []string   // ids of means
}

func (c *coverage) guide() (list []entry, err error) {
	rows, err := csv.NewReader(strings.NewReader(guideCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("data/guide.csv: %w", err)
	}
	for _, r := range rows[1:] {
		e := entry{kind: r[0], number: r[1], about: r[3]}
		if r[4] != "" {
			e.by = strings.Split(r[4], "; ")
		}
		if r[2] != "" {
			found := codes.Find(r[2])
			if len(found) != 1 {
				return nil, fmt.Errorf("data/guide.csv: %s %s: %d codes are called %s", e.kind, e.number, len(found), r[2])
			}
			e.code = found[0]
			e.about = "`" + found[0].Name + "`: " + found[0].Meaning
		}
		for _, id := range e.by {
			if c.means[id].id == "" {
				c.wrong = append(c.wrong, fmt.Sprintf("%s %s of the guide names %s, which is neither a rule nor known to be missing", e.kind, e.number, id))
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// Answers, the better first.
const (
	byFile = iota
	bySettings
	byList
	byAccount
	byLater
	byServer
	answers
)

var answerNames = [answers]string{
	byFile:     "a rule sees it in the file",
	bySettings: "a rule sees it, given the other files, the settings of the dataflow or of the organisation",
	byList:     "a rule sees it, given a reference list (`--list`)",
	byAccount:  "`preflight ftp-access` sees it",
	byLater:    "it could be seen, but not by preflight yet",
	byServer:   theServer,
}

// answer returns the best of some means.
func (c *coverage) answer(ids []string) int {
	best := byServer
	for _, id := range ids {
		m := c.means[id]
		at := byLater
		switch {
		case !m.built:
		case m.needs == "":
			at = byFile
		case m.needs == "a reference list":
			at = byList
		case m.needs == "the SFTP account":
			at = byAccount
		default:
			at = bySettings
		}
		best = min(best, at)
	}
	return best
}

// cell writes means as a cell of a table.
func (c *coverage) cell(ids []string) string {
	if len(ids) == 0 {
		return theServer
	}
	var built, open, steps []string
	for _, id := range ids {
		m := c.means[id]
		text := m.link
		switch {
		case m.steps != nil:
			for _, s := range m.steps {
				if !slices.Contains(steps, s) {
					steps = append(steps, s)
				}
			}
			continue
		case m.needs == "":
		case m.built:
			text += " (given " + m.needs + ")"
		case m.needs == "a later release":
			text += " (in a later release)"
		default:
			text += " (needs " + m.needs + ")"
		}
		if m.built {
			built = append(built, text)
		} else {
			open = append(open, text)
		}
	}
	if len(steps) > 0 {
		built = append(built, "[`ftp-access`](ftp-access.md) ("+strings.Join(steps, ", ")+")")
	}
	if len(open) > 0 {
		built = append(built, "not yet: "+strings.Join(open, ", "))
	}
	return strings.Join(built, ", ")
}

func coveragePage() ([]byte, error) {
	c, err := newCoverage()
	if err != nil {
		return nil, err
	}
	guide, err := c.guide()
	if err != nil {
		return nil, err
	}
	if len(c.wrong) > 0 {
		return nil, fmt.Errorf("coverage: %s", strings.Join(c.wrong, "; "))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s# Coverage\n\nWhat of the documented trouble can be seen before the drop, and by what. \"Not yet\" names a defect that no\n"+
		"rule looks for, with what it would need: `preflight rules --all` lists them. A code counts by the best answer\n"+
		"to any of its causes; another cause of it may stay unseen.\n\n", generated)
	c.counts(&b, guide)
	for _, part := range []struct{ kind, title string }{{"instruction", "Instructions of the troubleshooting guide"}, {"row", "Table of the troubleshooting guide"}} {
		fmt.Fprintf(&b, "\n## %s\n\n| # | what | seen by |\n|---|---|---|\n", part.title)
		for _, e := range guide {
			if e.kind == part.kind {
				number := e.number
				if e.code.Number != "" {
					number += " (" + e.code.Number + ")"
				}
				fmt.Fprintf(&b, "| %s | %s | %s |\n", number, cell(e.about), c.cell(e.by))
			}
		}
	}
	c.codes(&b)
	return b.Bytes(), nil
}

// counts writes the table on top.
func (c *coverage) counts(b *bytes.Buffer, guide []entry) {
	var instructions, rows, failures [answers]int
	for _, e := range guide {
		if e.kind == "row" {
			rows[c.answer(e.by)]++
		} else {
			instructions[c.answer(e.by)]++
		}
	}
	success := 0
	for _, code := range codes.All() {
		if code.Severity == codes.SeveritySuccess {
			success++
		} else {
			failures[c.answer(c.by[code])]++
		}
	}
	fmt.Fprint(b, "| | instructions | rows of the table | status codes |\n|---|---|---|---|\n")
	var all [3]int
	for i, name := range answerNames {
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", name, instructions[i], rows[i], failures[i])
		all[0], all[1], all[2] = all[0]+instructions[i], all[1]+rows[i], all[2]+failures[i]
	}
	fmt.Fprintf(b, "| success: nothing to prevent | | | %d |\n| **all** | **%d** | **%d** | **%d** |\n", success, all[0], all[1], all[2]+success)
	c.open(b)
}

// open counts the codes that nothing sees yet by what it would need, most first.
func (c *coverage) open(b *bytes.Buffer) {
	counts := map[string]int{}
	for _, code := range codes.All() {
		ids := c.by[code]
		if code.Severity != codes.SeveritySuccess && len(ids) > 0 && c.answer(ids) == byLater {
			counts[c.means[ids[0]].needs]++
		}
	}
	needs := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(counts[y]-counts[x], strings.Compare(x, y))
	})
	fmt.Fprint(b, "\n| not seen yet: what it needs | status codes |\n|---|---|\n")
	for _, n := range needs {
		fmt.Fprintf(b, "| %s | %d |\n", n, counts[n])
	}
}

// codes writes one table a list.
func (c *coverage) codes(b *bytes.Buffer) {
	entity := ""
	for _, code := range codes.All() {
		if code.Entity != entity {
			entity = code.Entity
			fmt.Fprintf(b, "\n## %s\n\n| code | name | seen by |\n|---|---|---|\n", entity)
		}
		name := "`" + code.Name + "`"
		if code.Severity == codes.SeverityWarning {
			name += " (warning)"
		}
		seen := c.cell(c.by[code])
		if code.Severity == codes.SeveritySuccess {
			seen = "success"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", code.Number, name, seen)
	}
}
