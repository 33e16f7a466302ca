package triage

import (
	"fmt"
	"io"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/terminal"
)

// groupsListed bounds the messages of a code in the JSON report.
const groupsListed = 100

type jsonReport struct {
	Schema   string          `json:"schema"`
	Tool     jsonTool        `json:"tool"`
	Verdict  string          `json:"verdict"` // pass, fail or incomplete
	Complete bool            `json:"complete"`
	Errors   []jsonError     `json:"errors"` // why the file was not read to its end
	File     jsonFile        `json:"file"`
	Template string          `json:"template"`
	Guessed  bool            `json:"template_guessed,omitempty"`
	Counts   jsonCounts      `json:"counts"`
	Codes    []jsonCode      `json:"codes"`
	Source   *jsonSource     `json:"source,omitempty"`
	Forecast *jsonComparison `json:"forecast,omitempty"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonError struct {
	File    string `json:"file"`
	Message string `json:"message"`
}

type jsonFile struct {
	Name    string            `json:"name"`
	Bytes   int64             `json:"bytes"`
	Columns map[string]string `json:"columns"` // header by role
}

type jsonCounts struct {
	Rows        int64 `json:"rows"`
	Failed      int64 `json:"failed"`
	Taken       int64 `json:"taken"`
	Warned      int64 `json:"warned"` // of those taken
	Unread      int64 `json:"unread"` // rows that say nothing of what became of them
	Ragged      int64 `json:"ragged"`
	Bills       int64 `json:"bills"` // 0: no column tells them
	FailedBills int64 `json:"failed_bills"`
	TakenBills  int64 `json:"taken_bills"`
	Nameless    int64 `json:"failed_rows_without_bill"` // of failed: they count with no bill
}

type jsonCode struct {
	Code      string        `json:"code"` // empty: rows failed without one
	Warning   bool          `json:"warning,omitempty"`
	Rows      int64         `json:"rows"`
	Bills     int64         `json:"bills"`
	Retryable bool          `json:"retryable"`
	Meanings  []jsonMeaning `json:"meanings"`
	Elsewhere []jsonMeaning `json:"elsewhere,omitempty"` // in lists of other kinds of files
	Rules     []jsonSeer    `json:"rules"`
	Messages  []jsonMessage `json:"messages"`
	Left      int           `json:"messages_left,omitempty"` // not listed
}

type jsonMeaning struct {
	Code      string `json:"code"` // transaction-v2:604/duplicate-transaction-number
	Severity  string `json:"severity"`
	Meaning   string `json:"meaning"`
	Cause     string `json:"cause"`
	Action    string `json:"action"`
	Retryable bool   `json:"retryable"`
	Evidence  string `json:"evidence"`
}

type jsonSeer struct {
	ID  string `json:"id"`
	On  bool   `json:"on"`
	Why string `json:"why,omitempty"` // it is not
}

type jsonMessage struct {
	Message string `json:"message"`
	Rows    int64  `json:"rows"`
	Row     int64  `json:"first_row"`
}

type jsonPart struct {
	Bills int64 `json:"bills"`
	Rows  int64 `json:"rows"`
}

type jsonSource struct {
	Name      string        `json:"name"`
	Rows      int64         `json:"rows"`
	Bills     int64         `json:"bills"`
	Key       []string      `json:"key"` // its columns
	Named     int64         `json:"named_bills"`
	Taken     int64         `json:"taken_bills"`
	Unread    int64         `json:"unread_bills"`
	Resend    jsonPart      `json:"resend"`
	Corrected int64         `json:"corrected_bills"` // of resend
	Stuck     jsonPart      `json:"stuck"`
	Both      int64         `json:"both_bills"`     // of stuck: with rows that were taken
	Doubted   int64         `json:"doubted_bills"`  // of stuck: with a row, in either file, that was not read whole
	Withheld  string        `json:"withheld"`       // why nothing is sent again; empty: some may be
	Unproven  int64         `json:"unproven_bills"` // of stuck: without an error now, but nothing shows a change
	Unnamed   jsonPart      `json:"not_in_error_file"`
	Strangers int64         `json:"not_in_source_bills"`
	At        []int64       `json:"not_in_source_rows"` // the first of them
	Written   []jsonWritten `json:"written"`
}

type jsonWritten struct {
	Name string `json:"name"`
	jsonPart
	Check    string    `json:"check,omitempty"` // its verdict: pass, fail or incomplete
	Rejected *jsonPart `json:"check_rejects,omitempty"`
}

type jsonComparison struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Differs []string `json:"differs"`
	PerBill bool     `json:"per_bill"` // else the numbers are rows, by code alone
	Listed  bool     `json:"all_findings_listed"`
	jsonNumbers
	Codes []jsonCompared `json:"codes"` // each number is the sum of those of the codes
}

type jsonNumbers struct {
	Foretold    int64 `json:"foretold"`
	Happened    int64 `json:"failed"`
	Caught      int64 `json:"caught"`
	Other       int64 `json:"caught_with_another_code"`
	Missed      int64 `json:"missed"`
	Temporary   int64 `json:"temporary"`
	FalseAlarms int64 `json:"false_alarms"`
	Unanswered  int64 `json:"unanswered"`
}

type jsonCompared struct {
	Code string `json:"code"`
	jsonNumbers
	Partial bool `json:"partial"` // not all findings of the code are in the report
}

// JSON writes the report for programs: one object, with nothing in it that steers
// a terminal. The same files give the same bytes.
//
// The error is that of w.
func (r *Report) JSON(w io.Writer) error {
	s, a := r.speaker(), r.Answers
	out := jsonReport{
		Schema: Schema, Tool: jsonTool{"preflight", r.Version}, Verdict: r.Verdict(), Complete: r.Complete(), Errors: []jsonError{},
		File: jsonFile{a.Name, a.Bytes, map[string]string{}}, Guessed: r.Guessed,
		Counts: jsonCounts{a.Rows, a.Failed, a.Taken, a.Warned, a.Unread, a.Ragged, a.Bills, a.FailedBills, a.TakenBills, a.Nameless},
		Codes:  []jsonCode{},
	}
	for _, role := range a.Layout.Columns() {
		out.File.Columns[string(role)] = s.header(*a.Layout.column(role))
	}
	if r.Template != nil {
		out.Template = r.Template.ID
	}
	switch {
	case a.Trouble != "":
		out.Errors = append(out.Errors, jsonError{a.Name, s.text(a.Trouble)})
	case a.Rows == 0:
		out.Errors = append(out.Errors, jsonError{a.Name, "the file has no rows"})
	case a.Unread > 0:
		out.Errors = append(out.Errors, jsonError{a.Name, "not all rows say what became of them"})
	}
	for i := range r.Codes {
		out.Codes = append(out.Codes, s.jsonCode(&r.Codes[i]))
	}
	if r.Join != nil {
		out.Source = jsonOfJoin(s, r.Join)
	}
	if r.Forecast != nil {
		out.Forecast = jsonOfComparison(r.Forecast)
	}
	text, err := terminal.JSON(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	_, err = w.Write(text)
	return err
}

func (s speaker) jsonCode(e *Explained) jsonCode {
	out := jsonCode{Code: s.text(e.Code), Warning: e.Warning, Rows: e.Rows, Bills: e.Bills, Retryable: e.Retryable,
		Meanings: jsonMeanings(e.Meanings), Elsewhere: jsonMeanings(e.Elsewhere), Rules: []jsonSeer{}, Messages: []jsonMessage{}}
	for _, r := range e.Rules {
		out.Rules = append(out.Rules, jsonSeer{r.Rule, r.Off == "", r.Off})
	}
	for i, g := range e.Groups {
		if i == groupsListed {
			out.Left = len(e.Groups) - i
			break
		}
		out.Messages = append(out.Messages, jsonMessage{s.message(g), g.Rows, g.Row})
	}
	return out
}

func jsonMeanings(list []codes.Code) []jsonMeaning {
	out := make([]jsonMeaning, 0, len(list))
	for _, c := range list {
		out = append(out, jsonMeaning{c.Key(), c.Severity, c.Meaning, c.Cause, c.Action, c.Retryable, c.Evidence})
	}
	return out
}

func jsonOfJoin(s speaker, j *Join) *jsonSource {
	out := &jsonSource{
		Name: j.Name, Rows: j.Rows, Bills: j.Bills, Key: []string{}, Named: j.Named, Taken: j.Taken, Unread: j.Unread,
		Resend: jsonPart(j.Resend), Corrected: j.Corrected, Stuck: jsonPart(j.Stuck), Both: j.Both, Unproven: j.Unproven, Doubted: j.Doubted, Withheld: j.Withheld, Unnamed: jsonPart(j.Unnamed),
		Strangers: j.Strangers, At: append([]int64{}, j.StrangerRows...), Written: []jsonWritten{},
	}
	for _, h := range j.Headers {
		out.Key = append(out.Key, s.text(h))
	}
	for _, w := range j.Written {
		written := jsonWritten{Name: w.Name, jsonPart: jsonPart(w.Part)}
		if w.Checked != nil {
			rejected := jsonPart(w.Checked.Rejected)
			written.Check, written.Rejected = w.Checked.Verdict, &rejected
		}
		out.Written = append(out.Written, written)
	}
	return out
}

func jsonOfComparison(c *Comparison) *jsonComparison {
	out := &jsonComparison{
		Name: c.Name, File: c.File, Differs: append([]string{}, c.Differs...), PerBill: c.PerBill, Listed: c.Listed,
		jsonNumbers: jsonNumbers(c.Compared), Codes: []jsonCompared{},
	}
	for _, k := range c.Codes {
		out.Codes = append(out.Codes, jsonCompared{k.Code, jsonNumbers(k.Compared), k.Partial})
	}
	return out
}
