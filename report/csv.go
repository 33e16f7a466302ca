package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/validate"
)

var csvFormat = Format{
	Name: "csv", Ext: ".csv",
	Doc:   "one finding a line, for spreadsheets",
	Write: writeCSV,
}

// notJudged stands where a rule would for a file that was not judged, in
// formats that can show nothing but findings.
const notJudged = "not-judged"

// csvWidth bounds a cell: spreadsheets take at most 32,767 characters.
const csvWidth = 32_000

// csvHeader names the columns. New ones are added at the end.
var csvHeader = []string{
	"severity", "rule", "file", "sheet", "row", "line", "column", "cell", "header", "field", "value",
	"message", "codes", "fix", "fix_safe", "related_rows", "fingerprint", "rule_count", "baselined",
}

// writeCSV writes RFC 4180: commas, CRLF, a header, UTF-8. Every character of
// a cell can be seen, and none is a formula.
func writeCSV(w io.Writer, res *Result, o Options) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for _, e := range res.troubles() {
		line := make([]string, len(csvHeader))
		line[0], line[1], line[2], line[11] = validate.Error.String(), notJudged, inert(e.File), inert(e.Message)
		if err := out.Write(line); err != nil {
			return err
		}
	}
	err := res.each(o, defaultSamples, func(p *page, fd *validate.Finding, fingerprint string) error {
		return out.Write(p.csvLine(fd, fingerprint))
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

func (p *page) csvLine(fd *validate.Finding, fingerprint string) []string {
	j := p.jsonFinding(fd, fingerprint)
	fix, safe := "", ""
	if j.Fix != nil {
		fix, safe = j.Fix.Text, strconv.FormatBool(j.Fix.Safe)
	}
	var related []string
	for _, r := range j.Related {
		if r.File == "" {
			related = append(related, positive(r.Row))
		} else {
			related = append(related, r.File+": "+positive(r.Row))
		}
	}
	line := []string{
		j.Severity, j.Rule, j.File, j.Sheet, positive(j.Row), positive(j.Line), positive(int64(j.Column)), j.Cell,
		j.Header, j.Field, j.Value, j.Message, strings.Join(j.Codes, " "), fix, safe, strings.Join(related, " "),
		fingerprint, strconv.FormatInt(p.total(fd), 10), strconv.FormatBool(fd.Baselined),
	}
	for i, s := range line {
		line[i] = inert(s)
	}
	return line
}

// positive is a number, or nothing for 0: no row, no column.
func positive(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// total is the number of findings of a finding's rule and severity in the file.
func (p *page) total(fd *validate.Finding) (n int64) {
	for _, c := range p.causes {
		if c.Rule == fd.Rule && c.Severity == fd.Severity {
			n += c.Count
		}
	}
	return n
}

// inert bounds a cell, and keeps spreadsheets from calculating it.
func inert(s string) string { return terminal.Inert(terminal.Clip(s, csvWidth)) }
