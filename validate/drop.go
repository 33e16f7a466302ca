package validate

import (
	"context"
	"fmt"
)

// JudgeDrop judges the files of one run together, with the Drop and Join checks
// of rules, and adds what they say to the results, by the options that each
// file was judged with. Files that were not judged to their end take part all
// the same. The results do not depend on workers; below 1 it is 1.
//
// The error is non-nil when ctx ends or rows cannot be read again; the results
// are then not to be used.
func JudgeDrop(ctx context.Context, rules []*Rule, files []*FileResult, workers int) error {
	for _, f := range files {
		if f.plan == nil {
			return fmt.Errorf("%s was not judged by a plan", f.Name)
		}
	}
	for i, f := range files {
		for _, o := range files[:i] {
			if f.CopyOf == "" && f.Rows == o.Rows && f.Rows > 0 && f.Source.Same(o.Source) {
				f.CopyOf = o.Name
			}
		}
	}
	said := make([]*words, len(files))
	for i, f := range files {
		said[i] = &words{p: f.plan, causes: map[causeKey]*Cause{}}
	}
	for _, r := range rules {
		for _, c := range r.Checks {
			if drop, ok := c.(Drop); ok {
				drop(files, func(at int, d Detail) {
					if applies(r, files[at].Template) {
						said[at].say(r, d)
					}
				})
			}
		}
	}
	for i, f := range files {
		for _, key := range said[i].order {
			f.add(*said[i].causes[key])
		}
		f.Findings = append(f.Findings, said[i].said...)
	}
	if err := judgeJoins(ctx, files, max(workers, 1)); err != nil {
		return err
	}
	for _, f := range files {
		f.sort()
	}
	return nil
}

// add puts a cause to those of the file.
func (r *FileResult) add(c Cause) {
	for i := range r.Causes {
		if have := &r.Causes[i]; have.Rule == c.Rule && have.Severity == c.Severity && have.Column == c.Column {
			have.Count += c.Count
			have.Rows += c.Rows
			have.Fixable += c.Fixable
			if have.Summary == "" {
				have.Summary = c.Summary
			}
			return
		}
	}
	r.Causes = append(r.Causes, c)
}
