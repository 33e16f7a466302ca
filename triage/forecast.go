package triage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/words"
)

// forecastSchema is that of the reports of check.
const forecastSchema = "preflight-report/1"

// A Forecast is an earlier report of check on the file that was dropped.
type Forecast struct {
	Name   string // of the report
	File   string // the file that it judged
	Rows   int64
	Bytes  int64
	SHA256 string // empty: the report was made without
	codes  map[string]int64
	listed bool // all findings that the platform would refuse are in it
	// part names codes whose findings are not all listed.
	part map[string]bool
	sets []foretold
	rows map[int64][]int32 // in sets, by row
}

// foretold are the codes of one sort of finding, the likeliest first.
type foretold []string

// at returns what was foretold of a row, as indices of sets.
func (f *Forecast) at(row int64) []int32 {
	if f == nil {
		return nil
	}
	return f.rows[row]
}

// jsonForecast are the keys of such a report that are needed.
type jsonForecast struct {
	Schema string         `json:"schema"`
	Files  []forecastFile `json:"files"`
	Rules  []struct {
		ID       string `json:"id"`
		Severity string `json:"severity"`
		Count    int64  `json:"count"`
		Shown    int64  `json:"shown"`
	} `json:"rules"`
	Findings []forecastFinding `json:"findings"`
}

type forecastFile struct {
	Name     string `json:"name"`
	SHA256   string `json:"sha256"`
	Bytes    int64  `json:"bytes"`
	Rows     int64  `json:"rows"`
	Forecast []struct {
		Code string `json:"code"`
		Rows int64  `json:"rows"`
	} `json:"forecast"`
}

type forecastFinding struct {
	Rule     string   `json:"rule"`
	Severity string   `json:"severity"`
	File     string   `json:"file"`
	Row      int64    `json:"row"`
	Codes    []string `json:"codes"`
}

// ReadForecast reads a JSON report of check. Of a report on several files that of
// the source is taken; source may be empty where there is but one.
//
// The error says, as a clause without the report's name, why it cannot be used.
func ReadForecast(name, source string, r io.Reader) (*Forecast, error) {
	var in jsonForecast
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	if in.Schema != forecastSchema {
		return nil, fmt.Errorf("it is no report of preflight check --format json")
	}
	at := slices.IndexFunc(in.Files, func(f forecastFile) bool { return filepath.Base(f.Name) == filepath.Base(source) })
	switch {
	case len(in.Files) == 0:
		return nil, fmt.Errorf("it judged no file")
	case len(in.Files) == 1:
		at = 0
	case at < 0 && source == "":
		return nil, fmt.Errorf("it judged %d files; say which with --source", len(in.Files))
	case at < 0:
		return nil, fmt.Errorf("it judged %d files, none of them named %s", len(in.Files), filepath.Base(source))
	}
	file := in.Files[at]
	f := &Forecast{Name: name, File: file.Name, Rows: file.Rows, Bytes: file.Bytes, SHA256: file.SHA256, listed: true,
		codes: map[string]int64{}, part: map[string]bool{}, rows: map[int64][]int32{}}
	for _, c := range file.Forecast {
		f.codes[c.Code] += c.Rows
	}
	cut := map[string]bool{} // rules
	for _, rule := range in.Rules {
		cut[rule.ID] = cut[rule.ID] || rule.Severity == "error" && rule.Shown < rule.Count
	}
	sets := map[string]int32{}
	for _, fd := range in.Findings {
		if fd.File != file.Name || fd.Severity != "error" || !slices.ContainsFunc(fd.Codes, codes.Refuses) {
			continue
		}
		if cut[fd.Rule] {
			f.listed = false
			for _, c := range fd.Codes {
				f.part[c] = true
			}
		}
		if fd.Row == 0 {
			continue
		}
		found := numbers(fd.Codes)
		if len(found) == 0 {
			continue
		}
		id := strings.Join(found, " ")
		set, ok := sets[id]
		if !ok {
			set = int32(len(f.sets))
			sets[id] = set
			f.sets = append(f.sets, found)
		}
		f.rows[fd.Row] = append(f.rows[fd.Row], set)
	}
	for c := range f.codes { // a code that no listed finding explains
		if !slices.ContainsFunc(in.Findings, func(fd forecastFinding) bool { return fd.File == file.Name && slices.Contains(fd.Codes, c) }) {
			f.listed = false
			f.part[c] = true
		}
	}
	return f, nil
}

// numbers are what the platform answers with for some codes, those of older lists
// too; a symptom has none, and stands for itself.
func numbers(refs []string) (list foretold) {
	for _, ref := range refs {
		if !codes.Refuses(ref) {
			continue
		}
		for _, c := range codes.Find(ref) {
			list = append(list, cmp.Or(c.Number, c.Name))
		}
		if older := codes.Older(ref); older != "" {
			list = append(list, older)
		}
	}
	return slices.Compact(list)
}

// A Comparison says how what was foretold met what happened.
type Comparison struct {
	Name, File string // of the report, and of what it judged
	// Differs says how the source is not the file of the report, a clause each.
	Differs []string
	// Same: the report has the digest of the source.
	Same bool
	// PerBill: bills were compared; else there are but counts of rows.
	PerBill bool
	// Listed: the report lists all findings; else the numbers are of those listed.
	Listed bool
	// Bills; each stands in one line of Codes, one that was foretold and failed
	// otherwise in two.
	Compared
	Codes []ComparedCode
}

// Compared counts bills, or rows where bills cannot be compared: then there is
// nothing but Foretold, Happened and Temporary.
//
// Happened is the sum of Caught, Other, Missed and Temporary; over all codes,
// Foretold is the sum of Caught, Other, FalseAlarms and Unanswered.
type Compared struct {
	Foretold int64
	Happened int64 // that failed
	Caught   int64 // foretold with a code that came
	Other    int64 // foretold, and failed with another code
	Missed   int64 // failed, and nothing was foretold
	// Temporary is left out of Missed: sending again may help, so nothing before the
	// drop shows it.
	Temporary   int64
	FalseAlarms int64 // foretold, and taken
	Unanswered  int64 // foretold, and the error file does not say what became of it
}

// A ComparedCode is one line of the comparison. A bill that failed counts under one
// of its codes: the foretold one if there is one, else the first that is not
// temporary. One that was foretold and not caught counts as foretold under the
// first code that it was foretold with.
type ComparedCode struct {
	Code string
	Compared
	Partial bool // the report does not list all findings of the code
}

// Differences says how a source of that name, size, rows and digest (or "") is not
// what the report judged.
func (f *Forecast) Differences(name string, size, rows int64, sha256 string) (list []string) {
	if base := filepath.Base(f.File); base != filepath.Base(name) {
		list = append(list, "it judged "+base)
	}
	switch {
	case f.SHA256 != "" && sha256 != "" && f.SHA256 != sha256:
		list = append(list, "the file has other bytes now")
	case f.Bytes != size:
		list = append(list, fmt.Sprintf("the file had %s bytes, and has %s", words.Count(f.Bytes), words.Count(size)))
	}
	if f.Rows != rows {
		list = append(list, fmt.Sprintf("it had %s, and has %s", words.Plural(f.Rows, "row"), words.Count(rows)))
	}
	return list
}

// Counts compares rows by code, where bills cannot be compared.
func (f *Forecast) Counts(a *Answers, explained []Explained) *Comparison {
	c := &Comparison{Name: f.Name, File: f.File, Listed: true}
	table := comparing{}
	for _, t := range a.Tallies {
		if !t.Warning {
			table.at(t.Code).Happened += t.Rows
		}
	}
	for ref, n := range f.codes {
		set := numbers([]string{ref})
		code := ref
		for i, s := range set {
			if _, ok := table[s]; ok || i == 0 {
				code = s
				if ok {
					break
				}
			}
		}
		table.at(code).Foretold += n
	}
	for _, e := range explained {
		if !e.Warning && e.Retryable {
			table.at(e.Code).Temporary += e.Rows
		}
	}
	c.Codes = table.list()
	return c
}

type comparing map[string]*ComparedCode

func (t comparing) at(code string) *ComparedCode {
	if t[code] == nil {
		t[code] = &ComparedCode{Code: code}
	}
	return t[code]
}

func (t comparing) list() (list []ComparedCode) {
	for _, c := range t {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b ComparedCode) int {
		return cmp.Or(cmp.Compare(b.Happened, a.Happened), cmp.Compare(b.Foretold, a.Foretold), codeCompare(a.Code, b.Code))
	})
	return list
}

// Compare compares bill by bill what the forecast of JoinOptions said.
func (m *Matched) Compare() *Comparison {
	j, f := m.j, m.j.o.Forecast
	c := &Comparison{Name: f.Name, File: f.File, PerBill: true, Listed: f.listed}
	table := comparing{}
	for k, at := range j.bills {
		b := &j.list[at]
		var said []int32
		if b.state&billJoined != 0 {
			said = j.said[k]
		}
		var v *verdict
		if b.state&billFailed != 0 {
			v = &j.outcomes[b.outcome]
		}
		c.bill(table, j, said, v, b.state&billTaken != 0)
	}
	for k, said := range j.said {
		if _, ok := j.bills[k]; !ok {
			c.bill(table, j, said, nil, false)
		}
	}
	for ref := range f.part {
		for _, n := range numbers([]string{ref}) {
			if line, ok := table[n]; ok {
				line.Partial = true
			}
		}
	}
	c.Codes = table.list()
	return c
}

// bill compares one bill; v is nil where it did not fail.
func (c *Comparison) bill(t comparing, j *joiner, said []int32, v *verdict, taken bool) {
	add := func(code string, count func(*Compared)) {
		count(&c.Compared)
		count(&t.at(code).Compared)
	}
	caught := ""
	if v != nil {
		happened, hit := j.leading(v, said)
		if hit {
			caught = happened
		}
		add(happened, func(n *Compared) {
			n.Happened++
			switch {
			case hit:
				n.Caught++
			case len(said) > 0:
				n.Other++
			case j.temporary(v):
				n.Temporary++
			default:
				n.Missed++
			}
		})
	}
	if len(said) == 0 {
		return
	}
	add(cmp.Or(caught, j.o.Forecast.sets[said[0]][0]), func(n *Compared) {
		n.Foretold++
		switch {
		case v != nil:
		case taken:
			n.FalseAlarms++
		default:
			n.Unanswered++
		}
	})
}

// leading returns the code under which a bill that failed is compared, and whether
// it was foretold.
func (j *joiner) leading(v *verdict, said []int32) (code string, hit bool) {
	for _, s := range v.said {
		if slices.ContainsFunc(said, func(set int32) bool { return slices.Contains(j.o.Forecast.sets[set], s.code) }) {
			return s.code, true
		}
	}
	for _, s := range v.said {
		if !j.retry[s] {
			return s.code, false
		}
	}
	return v.said[0].code, false
}
