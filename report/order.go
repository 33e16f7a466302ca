package report

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// findings returns the findings of a file as every format lists them, in the
// order of the judgement: by row, those about the file first.
func findings(f *validate.FileResult) []*validate.Finding {
	all := make([]*validate.Finding, len(f.Findings))
	for i := range f.Findings {
		all[i] = &f.Findings[i]
	}
	return all
}

// causes returns the causes of a file as a person reads them: the worst
// severity first; of these, first what is wrong with the file as a whole, then
// what is wrong with most rows or bills. What one rule says of several headers
// is one cause. f is left alone.
func causes(f *validate.FileResult) []*validate.Cause {
	type key struct {
		rule     string
		severity validate.Severity
	}
	headers := map[key]*validate.Cause{}
	var all []*validate.Cause
	for i := range f.Causes {
		c := f.Causes[i]
		if c.Count == 0 || c.Severity == validate.Off {
			continue
		}
		if !whole(&c) || !aboutHeader(&c) {
			all = append(all, &c)
			continue
		}
		k := key{c.Rule, c.Severity}
		first := headers[k]
		if first == nil {
			headers[k] = &c
			all = append(all, &c)
			continue
		}
		first.Column, first.Header, first.Field, first.FixTitle = 0, "", "", ""
		first.Count += c.Count
		first.Baselined += c.Baselined
		first.Fixable += c.Fixable
	}
	slices.SortStableFunc(all, func(a, b *validate.Cause) int {
		if a.Severity != b.Severity {
			return cmp.Compare(b.Severity, a.Severity)
		}
		switch first, second := whole(a), whole(b); {
		case first && second:
			return 0
		case first:
			return -1
		case second:
			return 1
		}
		return cmp.Compare(b.Count, a.Count)
	})
	return all
}

// whole reports whether a cause is about the file, its header or a column as a
// whole, and so about every row.
func whole(c *validate.Cause) bool { return c.Rows == 0 && !c.Groups }

func aboutHeader(c *validate.Cause) bool { return strings.HasPrefix(c.Rule, "header-") }

// limit returns how many findings of a rule a report shows.
func limit(samples, byDefault int) int {
	switch {
	case samples < 0:
		return 0
	case samples == 0:
		return byDefault
	}
	return samples
}

// capped keeps the first n findings of every rule.
func capped(all []*validate.Finding, n int) []*validate.Finding {
	seen := map[string]int{}
	return slices.DeleteFunc(slices.Clone(all), func(f *validate.Finding) bool {
		seen[f.Rule]++
		return seen[f.Rule] > n
	})
}

// A ruleCount is what one rule found at one severity in the whole run.
type ruleCount struct {
	rule           string
	severity       validate.Severity
	count, fixable int64
}

// ruleCounts adds up the causes of all files, the worst severity first.
func ruleCounts(files []*validate.FileResult) []*ruleCount {
	type key struct {
		rule     string
		severity validate.Severity
	}
	byKey := map[key]*ruleCount{}
	var out []*ruleCount
	for _, f := range files {
		for i := range f.Causes {
			c := &f.Causes[i]
			if c.Count == 0 {
				continue
			}
			k := key{c.Rule, c.Severity}
			if byKey[k] == nil {
				byKey[k] = &ruleCount{rule: c.Rule, severity: c.Severity}
				out = append(out, byKey[k])
			}
			byKey[k].count += c.Count
			byKey[k].fixable += c.Fixable
		}
	}
	slices.SortFunc(out, func(a, b *ruleCount) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.rule, b.rule))
	})
	return out
}

// troubles lists what was not judged: the errors of the run, then the files
// that were not read to their end.
func (r *Result) troubles() []FileError {
	out := slices.Clone(r.Errors)
	for _, f := range r.Files {
		if !f.Complete {
			out = append(out, FileError{File: f.Name, Message: reason(f.Err)})
		}
	}
	return out
}

// reason words an error without the name of the file, which stands beside it
// and may be a path of this machine.
func reason(err error) string {
	if err == nil {
		return "the file was not read to its end"
	}
	if e, ok := errors.AsType[*table.LimitError](err); ok {
		return e.Limit
	}
	if e, ok := errors.AsType[*table.NotTextError](err); ok {
		return "the file is not text but " + words.Article(e.Kind)
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Op + ": " + e.Err.Error()
	}
	return err.Error()
}
