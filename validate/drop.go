package validate

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
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
	findCopies(files)
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

// findCopies notes of each file the first before it that has the same rows.
func findCopies(files []*FileResult) {
	type look struct {
		rows int64
		hash uint64
	}
	seed := maphash.MakeSeed()
	first := map[look][]*FileResult{} // of files that are no copies
	for _, f := range files {
		if f.Rows == 0 {
			continue
		}
		l := look{f.Rows, f.Source.Hash(seed)}
		at := slices.IndexFunc(first[l], func(o *FileResult) bool { return f.Source.Same(o.Source) })
		if at < 0 {
			first[l] = append(first[l], f)
		} else if f.CopyOf == "" {
			f.CopyOf = first[l][at].Name
		}
	}
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
