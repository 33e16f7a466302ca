package triage

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/templates"
)

// An issue is one thing that the platform said of a row.
type issue struct {
	code    string // number or name; empty: it gave none
	name    string // that stands beside the number; may be empty
	message string
	warning bool   // the platform said so
	sense   string // as in Tally
}

// An outcome is what the platform answered for one row.
type outcome struct {
	success bool    // a 200, or a word for it
	failure bool    // a word for the contrary
	words   string  // in place of a code
	issues  []issue // without successes
}

// The words of a status, folded.
var (
	successWords = []string{"success", "successful", "succeeded", "ok", "true", "accepted", "processed", "passed", "pass", "completed", "taken"}
	failureWords = []string{"fail", "failed", "failure", "error", "false", "rejected", "notok", "unsuccessful", "invalid"}
)

// blankWords stand for nothing in a column of codes or of words.
var blankWords = []string{"null", "na", "n/a", "none", "nil", ""}

// success is the code of a row that was taken.
const success = "200"

// numberPattern is a number as the platform or a spreadsheet writes it: 604,
// 604.0, 6.04E+02, and an apostrophe or ="…" that keeps it text.
var numberPattern = regexp.MustCompile(`^(?:'|=?"+)?\s*([0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,2})?)\s*"*$`)

// number returns the code that a word writes; ok is false where it writes none.
func number(word string) (code string, ok bool) {
	m := numberPattern.FindStringSubmatch(strings.TrimSpace(word))
	if m == nil {
		return "", false
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil || v != float64(int64(v)) || v > 999_999 {
		return "", false
	}
	return strconv.FormatInt(int64(v), 10), true
}

// namePattern is a symbolic name: ERR_NULL_UUID.
var namePattern = regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)

// Bounds on one row of a hostile file.
const (
	cellBytes  = 4096 // of a cell of codes
	mostIssues = 50
)

// cut parts a cell of codes. Rest is what is no code: the words behind one.
func cut(cell string) (found []string, rest string) {
	if len(cell) > cellBytes {
		cell = strings.ToValidUTF8(cell[:cellBytes], "")
	}
	cell = strings.TrimSpace(strings.Trim(strings.TrimSpace(cell), "[]{}()"))
	if n, ok := number(cell); ok {
		return []string{n}, ""
	}
	if grouped.MatchString(cell) && !known(cell[:strings.IndexByte(cell, ',')]) {
		return []string{strings.ReplaceAll(cell, ",", "")}, "" // 1,114: a spreadsheet groups digits
	}
	words := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;|/", r) || unicode.IsSpace(r) })
	for i, w := range words {
		w = strings.Trim(w, `[](){}"':`)
		n, ok := number(w)
		if !ok && namePattern.MatchString(w) {
			n, ok = w, true
		}
		if !ok {
			return found, strings.TrimLeft(strings.Join(words[i:], " "), "-–: ")
		}
		if !slices.Contains(found, n) && len(found) < mostIssues {
			found = append(found, n)
		}
	}
	return found, ""
}

var grouped = regexp.MustCompile(`^[0-9]{1,3},[0-9]{3}$`)

func known(code string) bool { return len(codes.Find(code)) > 0 }

// readCode adds what a cell of codes says, with the message of the row.
func (o *outcome) readCode(cell, message string) {
	found, rest := cut(cell)
	switch word := templates.Fold(rest); {
	case slices.Contains(successWords, word):
		o.success = true
	case slices.Contains(failureWords, word):
		o.failure = true
	case slices.Contains(blankWords, word):
	case len(found) == 0:
		o.failure, o.words = true, rest
	case message == "":
		message = rest
	}
	messages := parts(message, len(found))
	for i, code := range found {
		if i > 0 && twin(found[i-1], code) {
			for at := range o.issues {
				if o.issues[at].code == found[i-1] {
					o.issues[at].name = code
				}
			}
			continue
		}
		o.add(code, messages[i], false)
	}
}

// twin reports whether a name is what the number before it is called.
func twin(number, name string) bool {
	return namePattern.MatchString(name) && slices.ContainsFunc(codes.Find(name), func(c codes.Code) bool { return c.Number == number })
}

// parts gives each of n codes its message: its own where a separator parts the
// message into as many, else all of it.
func parts(message string, n int) []string {
	for _, sep := range []string{"|", ";"} {
		if p := strings.Split(message, sep); n > 1 && len(p) == n {
			return p
		}
	}
	return slices.Repeat([]string{message}, n)
}

func (o *outcome) add(code, message string, warning bool) {
	if code == success {
		o.success = true
		return
	}
	next := issue{code: code, message: strings.TrimSpace(message), warning: warning}
	for i, have := range o.issues {
		if have.code == code && (have.message == "" || next.message == "" || have.message == next.message) {
			if have.message == "" {
				o.issues[i].message = next.message
			}
			return
		}
	}
	if len(o.issues) < mostIssues {
		o.issues = append(o.issues, next)
	}
}

// readStatus adds what a column of words, or of HTTP codes, says.
func (o *outcome) readStatus(cell string) {
	word := templates.Fold(cell)
	n, numeric := number(cell)
	switch {
	case slices.Contains(successWords, word) || numeric && n == success:
		o.success = true
	case slices.Contains(failureWords, word):
		o.failure = true
	case numeric && len(o.issues) == 0 && n != "0":
		o.add(n, "", false)
	}
}

// Names, folded, under which an answer in JSON keeps codes and messages, and the
// names of the objects that do so. Elsewhere a "code" may be that of a store.
var (
	jsonCodes    = []string{"code", "statuscode", "errorcode", "apierrorcode", "itemstatuscode"}
	jsonMessages = []string{"message", "errormessage", "statusmessage", "msg", "description", "error", "apierrormessage"}
	jsonHolders  = []string{"", "status", "itemstatus", "error", "errors", "warning", "warnings", "response", "result", "results", "apierrors"}
	jsonSuccess  = []string{"success", "issuccess"}
)

// jsonDepth bounds how deep an answer is looked into.
const jsonDepth = 12

// readJSON adds what an answer in JSON says; ok is false where the cell is none.
func (o *outcome) readJSON(cell string) (ok bool) {
	if cell == "" || cell[0] != '{' && cell[0] != '[' {
		return false
	}
	d := json.NewDecoder(strings.NewReader(cell))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		for _, m := range brokenJSON.FindAllStringSubmatch(cell, -1) {
			o.add(m[1], "", false)
		}
		return o.success || len(o.issues) > 0
	}
	o.walk(v, "", jsonDepth)
	return true
}

// brokenJSON finds codes in an answer that was cut off.
var brokenJSON = regexp.MustCompile(`(?i)"(?:error_?|status_?)?code"\s*:\s*"?([0-9]{3,6})\b`)

func (o *outcome) walk(v any, holder string, depth int) {
	if depth == 0 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			o.walk(e, holder, depth-1)
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		if slices.Contains(jsonHolders, holder) {
			o.holder(v, names, holder)
		}
		for _, name := range names {
			o.walk(v[name], templates.Fold(name), depth-1)
		}
	}
}

// holder reads the code and the message of one object.
func (o *outcome) holder(v map[string]any, names []string, holder string) {
	pick := func(wanted []string) (text string) {
		for _, w := range wanted {
			for _, name := range names {
				if templates.Fold(name) != w {
					continue
				}
				switch x := v[name].(type) {
				case string:
					return x
				case json.Number:
					return x.String()
				case bool:
					return strconv.FormatBool(x)
				}
			}
		}
		return ""
	}
	message := pick(jsonMessages)
	if found, _ := cut(pick(jsonCodes)); len(found) == 1 {
		o.add(found[0], message, strings.HasPrefix(holder, "warning"))
	}
	switch pick(jsonSuccess) {
	case "true":
		o.success = true
	case "false":
		o.failure = true
	}
}

// Codes inside words: "Error 604: …", "[1114] …", "604 - …", ERR_NULL_UUID.
var (
	codeInText = regexp.MustCompile(`(?i)(?:\b(?:error|err|code|status)[ _-]*(?:code|no|number)?[\s:=#"'(\[]*|^\s*[\[(]?)([0-9]{3,5})\b`)
	nameInText = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)
)

// readText looks for codes in a message, where no column has one.
func (o *outcome) readText(message string) {
	for _, m := range codeInText.FindAllStringSubmatch(message, -1) {
		if m[1] == success || known(m[1]) {
			o.add(m[1], message, false)
		}
	}
	if len(o.issues) > 0 || o.success {
		return
	}
	for _, name := range nameInText.FindAllString(message, -1) {
		if known(name) {
			o.add(name, message, false)
		}
	}
	if slices.Contains(successWords, templates.Fold(message)) {
		o.success = true
	}
}
