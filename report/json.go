package report

import (
	"bytes"
	"fmt"
	"io"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/validate"
)

// jsonSchema names the shape of the report. Keys may be added under the same
// name; a key that goes away or changes its meaning needs a new one.
const jsonSchema = "preflight-report/1"

// defaultSamples is how many findings of a rule and file the formats for
// programs show.
const defaultSamples = 1000

var jsonFormat = Format{
	Name: "json", Ext: ".json",
	Doc:   "one JSON object, for programs",
	Write: writeJSON,
}

// A jsonHead is a report without its findings, which are the last key.
type jsonHead struct {
	Schema   string      `json:"schema"`
	Tool     jsonTool    `json:"tool"`
	Verdict  string      `json:"verdict"`
	Complete bool        `json:"complete"`
	Errors   []jsonError `json:"errors"`
	Counts   jsonCounts  `json:"counts"`
	Unjudged []string    `json:"unjudged"` // in words
	Files    []jsonFile  `json:"files"`
	Rules    []jsonRule  `json:"rules"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonError struct {
	File    string `json:"file"`
	Message string `json:"message"`
}

type jsonCounts struct {
	Error   int64 `json:"error"`
	Warning int64 `json:"warning"`
	Info    int64 `json:"info"`
	// Baselined is how many of these are in the baseline of the run.
	Baselined int64 `json:"baselined,omitempty"`
}

type jsonFile struct {
	Name           string         `json:"name"`
	SHA256         string         `json:"sha256"`
	Bytes          int64          `json:"bytes"`
	Template       string         `json:"template"`
	Rows           int64          `json:"rows"`
	RejectedRows   int64          `json:"rejected_rows"`
	Groups         int64          `json:"groups"`
	RejectedGroups int64          `json:"rejected_groups"`
	Sheet          string         `json:"sheet,omitempty"`
	Role           string         `json:"role,omitempty"` // in a merge set
	Forecast       []jsonForecast `json:"forecast"`
}

type jsonForecast struct {
	Code string `json:"code"`
	Rows int64  `json:"rows"`
}

type jsonRule struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Count    int64  `json:"count"`
	Shown    int64  `json:"shown"`
	Fixable  int64  `json:"fixable"`
}

type jsonFinding struct {
	Rule        string    `json:"rule"`
	Severity    string    `json:"severity"`
	File        string    `json:"file"`
	Sheet       string    `json:"sheet"`
	Row         int64     `json:"row,omitempty"`
	Line        int64     `json:"line,omitempty"`
	Column      int       `json:"column,omitempty"`
	Cell        string    `json:"cell,omitempty"`
	Header      string    `json:"header"`
	Field       string    `json:"field"`
	Value       string    `json:"value"`
	Message     string    `json:"message"`
	Codes       []string  `json:"codes"`
	Fix         *jsonFix  `json:"fix,omitempty"`
	Related     []jsonRef `json:"related"`
	Fingerprint string    `json:"fingerprint"`
	Baselined   bool      `json:"baselined,omitempty"` // in the baseline of the run
}

type jsonFix struct {
	Safe bool   `json:"safe"`
	Text string `json:"text"`
}

type jsonRef struct {
	File string `json:"file,omitempty"` // of a row of another file
	Row  int64  `json:"row"`
	Line int64  `json:"line"`
}

func writeJSON(w io.Writer, res *Result, o Options) error {
	var head bytes.Buffer
	if err := encodeJSON(&head, res.head(o)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s,\n  \"findings\": ", bytes.TrimSuffix(head.Bytes(), []byte("\n}\n"))); err != nil {
		return err
	}
	out := list{w: w, prefix: "  ", indent: "  "}
	if err := res.each(o, defaultSamples, func(p *page, fd *validate.Finding, fingerprint string) error {
		return out.add(p.jsonFinding(fd, fingerprint))
	}); err != nil {
		return err
	}
	if err := out.end(); err != nil {
		return err
	}
	_, err := io.WriteString(w, "}\n")
	return err
}

// head is all of a report but its findings.
func (r *Result) head(o Options) jsonHead {
	out := jsonHead{
		Schema:   jsonSchema,
		Tool:     jsonTool(r.Tool),
		Verdict:  r.Verdict(o.FailOn),
		Complete: r.Complete(),
		Errors:   []jsonError{},
		Counts:   jsonCounts{r.Count(validate.Error), r.Count(validate.Warning), r.Count(validate.Info), r.Baselined()},
		Files:    []jsonFile{}, Rules: []jsonRule{},
		Unjudged: append([]string{}, r.unjudged(r.Files)...),
	}
	for _, e := range r.troubles() {
		out.Errors = append(out.Errors, jsonError{e.File, e.Message})
	}
	type shownKey struct {
		rule     string
		severity validate.Severity
	}
	shown := map[shownKey]int64{}
	for i, f := range r.Files {
		out.Files = append(out.Files, jsonOfFile(r, i))
		for _, fd := range capped(findings(f), limit(o.Samples, defaultSamples)) {
			shown[shownKey{fd.Rule, fd.Severity}]++
		}
	}
	for _, c := range ruleCounts(r.Files) {
		out.Rules = append(out.Rules, jsonRule{c.rule, c.severity.String(), c.count, shown[shownKey{c.rule, c.severity}], c.fixable})
	}
	return out
}

// each visits the findings that a report shows, in order.
func (r *Result) each(o Options, byDefault int, visit func(p *page, fd *validate.Finding, fingerprint string) error) error {
	for _, f := range r.Files {
		p := r.page(f, o)
		prints := fingerprints(f, p.findings)
		for _, fd := range capped(p.findings, limit(o.Samples, byDefault)) {
			if err := visit(p, fd, prints[fd]); err != nil {
				return err
			}
		}
	}
	return nil
}

func jsonOfFile(res *Result, i int) jsonFile {
	f := res.Files[i]
	out := jsonFile{
		Name: f.Name, Sheet: sheet(f), Role: f.Place.Role, Bytes: f.Bytes, Rows: f.Rows, RejectedRows: f.RejectedRows,
		Groups: f.Groups, RejectedGroups: f.RejectedGroups, Forecast: []jsonForecast{},
	}
	if i < len(res.Digests) {
		out.SHA256 = res.Digests[i]
	}
	if f.Template != nil {
		out.Template = f.Template.ID
	}
	for _, c := range f.Forecast {
		if c.Code == "" {
			continue // no code can be told
		}
		out.Forecast = append(out.Forecast, jsonForecast{c.Code, c.Rows})
	}
	return out
}

func (p *page) jsonFinding(fd *validate.Finding, fingerprint string) jsonFinding {
	out := jsonFinding{
		Rule: fd.Rule, Severity: fd.Severity.String(), File: p.file.Name, Sheet: sheet(p.file),
		Row: fd.Pos.Row, Line: fd.Pos.Line, Column: fd.Pos.Column, Cell: cellName(fd.Pos.Row, fd.Pos.Column),
		Header: p.header(fd.Pos.Header), Field: fd.Pos.Field,
		Value: p.value(fd), Message: p.message(fd),
		Codes: append([]string{}, fd.Codes...), Related: []jsonRef{}, Fingerprint: fingerprint, Baselined: fd.Baselined,
	}
	if fd.Pos.Row == 0 { // about the file: nothing of it lies in a row
		out.Line, out.Column = 0, 0
	}
	if fd.Fix != nil {
		out.Fix = &jsonFix{fd.Fix.Safe, p.fixTitle(fd)}
	}
	for _, r := range fd.Related {
		out.Related = append(out.Related, jsonRef{Row: r.Row, Line: r.Line})
	}
	for _, r := range fd.Others {
		out.Related = append(out.Related, jsonRef{r.File, r.Row, r.Line})
	}
	return out
}

// sheet is the name of the sheet that was judged; empty for a file of text.
func sheet(f *validate.FileResult) string {
	if f.Source == nil || f.Source.Workbook == nil {
		return ""
	}
	return f.Source.Workbook.Sheet
}

// encodeJSON writes v with two spaces of indent, and nothing that steers a
// terminal.
func encodeJSON(w io.Writer, v any) error { return encodeIndented(w, v, "  ") }

// encodeIndented is encodeJSON with another indent; empty: one line.
func encodeIndented(w io.Writer, v any, indent string) error { return encodeBehind(w, v, "", indent) }

// encodeBehind is encodeIndented with a prefix before all lines but the first.
func encodeBehind(w io.Writer, v any, prefix, indent string) error {
	text, err := terminal.JSON(v, prefix, indent)
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	_, err = w.Write(text)
	return err
}
