package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/validate"
)

var sarif = Format{
	Name: "sarif", Ext: ".sarif",
	Doc:   "SARIF 2.1.0, for code scanning",
	Write: writeSARIF,
}

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// mostRelated bounds the related places of a result.
const mostRelated = 100

var sarifLevel = map[validate.Severity]string{
	validate.Off: "none", validate.Info: "note", validate.Warning: "warning", validate.Error: "error",
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string        `json:"id"`
	Short   *sarifText    `json:"shortDescription,omitempty"`
	Help    *sarifText    `json:"help,omitempty"`
	Default *sarifDefault `json:"defaultConfiguration,omitempty"`
	Bag     *sarifRuleBag `json:"properties,omitempty"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifRuleBag struct {
	Codes   []string `json:"codes,omitempty"`
	Sources []string `json:"sources,omitempty"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	ExitCode      int                 `json:"exitCode"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
	Bag           sarifInvocationBag  `json:"properties"`
}

type sarifInvocationBag struct {
	Complete bool     `json:"complete"`
	Verdict  string   `json:"verdict"`
	Unjudged []string `json:"unjudged"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifArtifact struct {
	Location sarifURI          `json:"location"`
	Length   int64             `json:"length"`
	Hashes   map[string]string `json:"hashes,omitempty"`
	Bag      jsonFile          `json:"properties"`
}

type sarifURI struct {
	URI   string `json:"uri"`
	Index *int   `json:"index,omitempty"` // of the artifact
}

type sarifLocation struct {
	ID       int            `json:"id,omitempty"`
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifURI `json:"artifactLocation"`
	Region   *region  `json:"region,omitempty"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
}

type sarifResult struct {
	Rule      string            `json:"ruleId"`
	RuleIndex int               `json:"ruleIndex"`
	Level     string            `json:"level"`
	Message   sarifText         `json:"message"`
	Locations []sarifLocation   `json:"locations"`
	Related   []sarifLocation   `json:"relatedLocations,omitempty"`
	Prints    map[string]string `json:"partialFingerprints"`
	Fixes     []sarifFix        `json:"fixes,omitempty"`
	Baseline  string            `json:"baselineState,omitempty"`
	Bag       sarifResultBag    `json:"properties"`
}

type sarifResultBag struct {
	Row    int64    `json:"row,omitempty"`
	Column int      `json:"column,omitempty"`
	Cell   string   `json:"cell,omitempty"`
	Header string   `json:"header,omitempty"`
	Field  string   `json:"field,omitempty"`
	Value  string   `json:"value,omitempty"`
	Codes  []string `json:"codes,omitempty"`
	Fix    *jsonFix `json:"fix,omitempty"`
}

type sarifFix struct {
	Description sarifText     `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifURI           `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  region    `json:"deletedRegion"`
	Inserted sarifText `json:"insertedContent"`
}

// A sarifWriter writes the report of one run.
type sarifWriter struct {
	res       *Result
	rules     map[string]int // index in the driver's rules
	artifacts map[*validate.FileResult]int
}

// writeSARIF writes one run. What is not SARIF's (counts, rows, codes) stands
// in properties.
func writeSARIF(w io.Writer, res *Result, o Options) error {
	s := &sarifWriter{res: res, rules: map[string]int{}, artifacts: map[*validate.FileResult]int{}}
	head := res.head(o)
	p := &parts{w: w}
	p.put(`{"$schema": `, sarifSchema, "", `, "version": "2.1.0", "runs": [{`)
	p.put("\n"+`"tool": {"driver": `, s.driver(), "  ", "},")
	p.put("\n"+`"columnKind": "unicodeCodePoints", "invocations": `, []sarifInvocation{s.invocation(head)}, "  ", ",")
	p.put("\n"+`"artifacts": `, s.files(head), "  ", ",")
	p.put("\n"+`"properties": `, map[string]any{"counts": head.Counts, "rules": head.Rules}, "  ", ",")
	if p.err == nil {
		_, p.err = io.WriteString(w, "\n\"results\": ")
	}
	if p.err != nil {
		return p.err
	}
	out := list{w: w}
	if err := res.each(o, defaultSamples, func(p *page, fd *validate.Finding, fingerprint string) error {
		return out.add(s.result(p, fd, fingerprint))
	}); err != nil {
		return err
	}
	if err := out.end(); err != nil {
		return err
	}
	_, err := io.WriteString(w, "}]}\n")
	return err
}

// parts writes JSON in parts.
type parts struct {
	w   io.Writer
	err error
}

// put writes v between two texts.
func (p *parts) put(before string, v any, indent, after string) {
	var b bytes.Buffer
	if p.err == nil {
		p.err = encodeIndented(&b, v, indent)
	}
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, "%s%s%s", before, bytes.TrimSuffix(b.Bytes(), []byte("\n")), after)
	}
}

// driver describes the tool: the rules that are known, then those that only
// findings name.
func (s *sarifWriter) driver() sarifDriver {
	d := sarifDriver{Name: s.res.Tool.Name, Version: s.res.Tool.Version, Rules: []sarifRule{}}
	if d.Name == "" {
		d.Name = "preflight"
	}
	for _, r := range s.res.Rules {
		s.rules[r.ID] = len(d.Rules)
		rule := sarifRule{ID: r.ID, Default: &sarifDefault{sarifLevel[r.Severity]}}
		if r.Title != "" {
			rule.Short = &sarifText{Text: r.Title}
		}
		if r.Doc != "" {
			rule.Help = &sarifText{r.Doc, r.Doc}
		}
		if len(r.Prevents)+len(r.Sources) > 0 {
			rule.Bag = &sarifRuleBag{r.Prevents, r.Sources}
		}
		d.Rules = append(d.Rules, rule)
	}
	for _, f := range s.res.Files {
		for i := range f.Findings {
			id := f.Findings[i].Rule
			if _, ok := s.rules[id]; !ok {
				s.rules[id] = len(d.Rules)
				d.Rules = append(d.Rules, sarifRule{ID: id})
			}
		}
	}
	return d
}

func (s *sarifWriter) invocation(head jsonHead) sarifInvocation {
	out := sarifInvocation{
		Successful: head.Complete, ExitCode: ExitCode(head.Verdict), Notifications: []sarifNotification{},
		Bag: sarifInvocationBag{head.Complete, head.Verdict, head.Unjudged},
	}
	for _, e := range head.Errors {
		out.Notifications = append(out.Notifications, sarifNotification{
			Level: "error", Message: sarifText{Text: plain(terminal.Visible("not judged: " + e.Message))},
			Locations: []sarifLocation{{Physical: sarifPhysical{Artifact: sarifURI{URI: uri(e.File)}}}},
		})
	}
	return out
}

func (s *sarifWriter) files(head jsonHead) []sarifArtifact {
	out := []sarifArtifact{}
	for i, f := range s.res.Files {
		s.artifacts[f] = i
		a := sarifArtifact{Location: sarifURI{URI: uri(f.Name)}, Length: f.Bytes, Bag: head.Files[i]}
		if sum := head.Files[i].SHA256; sum != "" {
			a.Hashes = map[string]string{"sha-256": sum}
		}
		out = append(out, a)
	}
	return out
}

// uri is a file's name as a relative reference: all but letters, digits, "-._~"
// and slashes is escaped, so that no name is taken for a scheme or a query.
func uri(name string) string {
	var b strings.Builder
	for _, c := range []byte(relative(name)) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// plain escapes what would be a link in a message: "[text](target)".
func plain(s string) string {
	if !strings.Contains(s, "](") {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(s)
}

func (s *sarifWriter) result(p *page, fd *validate.Finding, fingerprint string) sarifResult {
	j := p.jsonFinding(fd, fingerprint)
	at := s.at(p, fd)
	out := sarifResult{
		Rule: fd.Rule, RuleIndex: s.rules[fd.Rule], Level: sarifLevel[fd.Severity],
		Message: sarifText{Text: plain(p.withFix(fd))}, Locations: []sarifLocation{at},
		Prints: map[string]string{"preflight/v1": fingerprint}, Fixes: p.sarifFixes(fd, at),
		Bag: sarifResultBag{j.Row, j.Column, j.Cell, j.Header, j.Field, j.Value, j.Codes, j.Fix},
	}
	if s.res.Marked {
		out.Baseline = map[bool]string{true: "unchanged", false: "new"}[fd.Baselined]
	}
	for i, r := range j.Related[:min(len(j.Related), mostRelated)] {
		where := sarifPhysical{Artifact: sarifURI{URI: uri(p.file.Name)}}
		if r.File != "" {
			where.Artifact.URI = uri(r.File)
		}
		if r.Line > 0 && sheet(p.file) == "" {
			where.Region = &region{StartLine: r.Line}
		}
		out.Related = append(out.Related, sarifLocation{ID: i + 1, Physical: where, Message: &sarifText{Text: "row " + positive(r.Row)}})
	}
	return out
}

// at is the place of a finding. Cells of a worksheet have names, not lines.
func (s *sarifWriter) at(p *page, fd *validate.Finding) sarifLocation {
	index := s.artifacts[p.file]
	at := sarifLocation{Physical: sarifPhysical{Artifact: sarifURI{uri(p.file.Name), &index}}}
	if name := sheet(p.file); name != "" {
		if cell := cellName(fd.Pos.Row, max(fd.Pos.Column, 1)); cell != "" {
			at.Logical = []sarifLogical{{name + "!" + cell}}
		}
		return at
	}
	if exact, ok := p.region(fd); ok {
		at.Physical.Region = &exact
	} else if fd.Pos.Line > 0 && fd.Pos.Row > 0 {
		at.Physical.Region = &region{StartLine: fd.Pos.Line}
	}
	return at
}

// sarifFixes expresses a fix as an edit, where it is the text of one cell and
// shows nothing of a person. Others are words in the properties.
func (p *page) sarifFixes(fd *validate.Finding, at sarifLocation) []sarifFix {
	if fd.Fix == nil || fd.Fix.Text == nil || !fd.Fix.Safe || p.care(fd) == mask.Personal || at.Physical.Region == nil || at.Physical.Region.EndColumn == 0 {
		return nil
	}
	text := *fd.Fix.Text
	if p.fixTitle(fd) != fd.Fix.Title || p.mask.Text(p.care(fd), nil, text) != text || strings.ContainsAny(text, "\"\r\n,;\t|") {
		return nil
	}
	return []sarifFix{{
		Description: sarifText{Text: plain(fd.Fix.Title)},
		Changes: []sarifChange{{
			Artifact:     at.Physical.Artifact,
			Replacements: []sarifReplacement{{*at.Physical.Region, sarifText{Text: text}}},
		}},
	}}
}
