package cmd

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/split"
	"github.com/connectplus/preflight/validate"
)

// The parts of a plan by verdict.
const (
	cleanPart = iota
	rejectedPart
)

// byVerdict parts the bills that check rejects from the others. What is to be
// clean is judged before it gets its name.
func (c *cutting) byVerdict(ctx context.Context) error {
	if err := c.checkPaths(); err != nil {
		return err
	}
	first, err := c.a.judgeAll(ctx, &c.s.judging, &reporting{}, []*job{c.b})
	if err != nil {
		return err
	}
	file := first.Files[0]
	if !file.Complete {
		c.b.fail(file.Err)
		return unread(c.b)
	}
	x, err := c.index(ctx)
	if err != nil {
		return err
	}
	skipped := c.b.source.Skipped // a header where none should be is row 1
	plan := x.Part(func(row int64, n int) bool { return skipped && row == 1 || file.Rejected.Any(row, n) })
	clean, whole, err := c.candidate(ctx, plan, file)
	if err != nil {
		return err
	}
	switch {
	case whole == "" && c.keyless != nil:
		return c.keyless
	case whole != "":
		c.discard()
		plan, clean = x.Part(func(int64, int) bool { return true }), nil
		if err := c.write(ctx, plan, []string{c.s.clean, c.s.rejected}, []string{"clean", "rejected"}); err != nil {
			return err
		}
		c.notes = append(c.notes, "nothing is clean: "+whole+" is about the file as a whole")
	}
	if plan.Held > 0 {
		c.notes = append(c.notes, "held back beside the rejected rows: "+words.Plural(plan.Held, "bill")+
			" that a row with too few or too many cells may belong to")
	}
	return c.finish(ctx, x, file, first, clean)
}

// checkPaths refuses names that a dataflow would not take, and files that are
// there.
func (c *cutting) checkPaths() error {
	if name := filepath.Base(c.s.clean); c.s.clean != "" {
		if c.whole != nil && !c.whole.MatchString(name) {
			return usage("--clean %s does not match the name pattern %s, so the dataflow would not take it", name, c.b.options.NamePattern)
		}
		accept := c.b.options.Accept
		if accept == nil {
			accept = []string{"csv"}
		}
		if ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")); !slices.Contains(accept, ext) {
			return usage("--clean %s has not the ending of a file that the folder takes: %s", name, strings.Join(accept, ", "))
		}
	}
	for _, path := range []string{c.s.clean, c.s.rejected} {
		if path == "" {
			continue
		}
		if err := c.free(path); err != nil {
			return err
		}
	}
	return nil
}

// candidate writes the parts and judges the one that is to be clean. whole names
// the rule that finds the file as a whole wrong, with or without the rejected
// rows; empty: none does.
func (c *cutting) candidate(ctx context.Context, plan *split.Plan, file *validate.FileResult) (clean *report.Result, whole string, err error) {
	paths := []string{c.s.clean, c.s.rejected}
	wanted := c.s.clean != "" || wholeFile(file) != ""
	if c.s.clean == "" && wanted {
		paths[cleanPart] = c.s.rejected + ".clean.csv" // to be judged, and never given its name
	}
	if err := c.write(ctx, plan, paths, []string{"clean", "rejected"}); err != nil {
		return nil, "", err
	}
	t := c.targets[cleanPart]
	if t.File == nil {
		return nil, "", nil
	}
	if clean, err = c.judge(ctx, t); err != nil {
		return nil, "", err
	}
	whole = wholeFile(clean.Files[0])
	if c.s.clean == "" {
		t.Discard()
		t.File = nil
	}
	return clean, whole, nil
}

// wholeFile returns the rule of the first error that is about a file as a whole
// or its header, its size aside; empty: there is none.
func wholeFile(f *validate.FileResult) string {
	for _, finding := range f.Findings {
		if finding.Severity == validate.Error && finding.Pos.Row <= f.Source.HeaderRow && !healsWhenCut(finding.Rule) {
			return finding.Rule
		}
	}
	return ""
}

// healsWhenCut reports whether a rule is about the size of a file alone.
func healsWhenCut(rule string) bool {
	return rule == rules.FileSizeLimit.ID || rule == rules.RowCountLimit.ID
}

// finish describes the parts that were written and gives them their names. The
// clean one decides the exit code if there is one, else the file.
func (c *cutting) finish(ctx context.Context, x *split.Index, file *validate.FileResult, first, clean *report.Result) error {
	c.manifest.Source = c.source(x)
	c.code = report.ExitCode(first.Verdict(strictest([]*job{c.b})))
	var kept []*target
	if t := c.targets[cleanPart]; c.s.clean != "" && t.part.Rows > 0 {
		m := c.describe(t, clean)
		c.code = report.ExitCode(m.Verdict)
		c.manifest.Parts = append(c.manifest.Parts, m)
		kept = append(kept, t)
	} else if c.s.clean != "" {
		c.notes = append(c.notes, "no row is clean, so "+t.path+" is not written")
		c.replaced(t.path)
	}
	if t := c.targets[rejectedPart]; c.s.rejected != "" && t.part.Rows > 0 {
		m := c.describe(t, first)
		m.Verdict, m.RejectedRows = "fail", t.part.Rows
		m.Rules = slices.DeleteFunc(counts(file), func(r split.ManifestRule) bool { return r.Severity != validate.Error.String() })
		c.manifest.Parts = append(c.manifest.Parts, m)
		kept = append(kept, t)
	} else if c.s.rejected != "" {
		c.notes = append(c.notes, "no row is rejected, so "+t.path+" is not written")
		c.replaced(t.path)
	}
	c.targets = kept
	return c.commit(ctx, "")
}
