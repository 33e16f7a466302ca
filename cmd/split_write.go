package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"strings"

	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/split"
	"github.com/connectplus/preflight/validate"
)

// mostParts bounds the files of one run: a slip in --max-rows would fill a folder.
const mostParts = 9999

// bySize cuts the file and writes the parts and the manifest.
func (c *cutting) bySize(ctx context.Context) error {
	x, err := c.index(ctx)
	if err != nil {
		return err
	}
	if c.keyless != nil {
		return c.keyless
	}
	limits := c.s.limits(c.b)
	plan := x.Cut(limits)
	n := len(plan.Parts)
	if n > mostParts {
		return usage("%s would be cut into %s, and %s is the most; raise --max-rows or --max-bytes", c.b.name,
			words.Plural(int64(n), "part"), words.Count(mostParts))
	}
	paths, manifest, err := c.partNames(n)
	if err != nil {
		return err
	}
	for _, path := range append([]string{manifest}, paths...) {
		if err := c.free(path); err != nil {
			return err
		}
	}
	if err := c.older(ctx, paths, manifest); err != nil {
		return err
	}
	kinds := make([]string, n)
	for i := range kinds {
		kinds[i] = "part"
	}
	if err := c.write(ctx, plan, paths, kinds); err != nil {
		return err
	}
	c.manifest.Source = c.source(x)
	c.manifest.Limits = &split.ManifestLimit{Rows: limits.Rows, Bytes: limits.Bytes}
	moved := plan.Moved()
	for i, t := range c.targets {
		res, err := c.judge(ctx, t)
		if err != nil {
			return err
		}
		m := c.describe(t, res)
		m.Moved = moved[i]
		c.code = max(c.code, report.ExitCode(m.Verdict))
		c.manifest.MovedRows += m.MovedRows
		c.manifest.Parts = append(c.manifest.Parts, m)
	}
	return c.commit(ctx, manifest)
}

// partNames returns the paths of n parts and of their manifest.
func (c *cutting) partNames(n int) (paths []string, manifest string, err error) {
	base := filepath.Base(c.b.name)
	names, ok := split.Names(base, n, c.whole)
	if !ok {
		return nil, "", usage("no name for parts of %s matches the name pattern %s; let the pattern of the dataflow take a number behind the name (%s), and give it with --name-pattern",
			base, c.b.options.NamePattern, names[0])
	}
	dir := c.s.outputDir
	if dir == "" {
		dir = filepath.Dir(c.b.path) // . for a stream
	} else if err := folder(dir); err != nil {
		return nil, "", err
	}
	for _, name := range names {
		paths = append(paths, filepath.Join(dir, name))
	}
	plain, _ := split.Names(base, 1, nil)
	stem, _, _ := strings.Cut(plain[0], ".part001")
	return paths, filepath.Join(dir, stem+".manifest.json"), nil
}

// free refuses a path that must not be written.
func (c *cutting) free(path string) error {
	if err := distinct(c.s.settingFiles(), sink{"a part or the manifest", path}, sink{"--output", c.s.output}); err != nil {
		return err
	}
	if err := atomicfile.Check(path, c.s.force, c.inputs...); err != nil {
		return cannotWrite(path, err)
	}
	return nil
}

// write writes the parts of a plan to temporary files.
func (c *cutting) write(ctx context.Context, plan *split.Plan, paths, kinds []string) error {
	c.manifest = &split.Manifest{Schema: split.Schema}
	c.targets = make([]*target, len(paths))
	sums := make([]hash.Hash, len(paths))
	for i, path := range paths {
		c.targets[i] = &target{path: path, part: plan.Parts[i], kind: kinds[i]}
	}
	p, read, end := c.progress()
	defer p.end()
	defer end()
	failed := ""
	open := func(i int) (w io.Writer, err error) {
		t := c.targets[i]
		if t.path == "" { // nobody wants it
			return io.Discard, nil
		}
		failed = t.path
		if t.File, err = atomicfile.Create(t.path, c.s.force, c.inputs...); err != nil {
			return nil, err
		}
		sums[i] = sha256.New()
		return io.MultiWriter(t.File, sums[i]), nil
	}
	done := func(i int) error {
		if c.targets[i].File == nil {
			return nil
		}
		c.targets[i].sum = hex.EncodeToString(sums[i].Sum(nil))
		return c.targets[i].Finish()
	}
	sum := make(chan error, 1)
	go func() { _, err := c.b.sum(); sum <- err }()
	err := plan.Write(ctx, open, done, func(n int64) {
		if read != nil {
			read(n, 0)
		}
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && failed != "":
		return cannotWrite(failed, err)
	case err == nil:
		select {
		case err = <-sum:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		return fmt.Errorf("cannot read %s: %s", c.b.name, reason(err))
	}
	return c.same()
}

// source describes the file for the manifest.
func (c *cutting) source(x *split.Index) split.ManifestSource {
	s := x.Source()
	s.SHA256, _ = c.b.sum() // it is at hand
	return s
}

// describe says what a part holds, and what check says of it.
func (c *cutting) describe(t *target, res *report.Result) split.ManifestPart {
	q := t.part
	m := split.ManifestPart{Name: filepath.Base(t.path), Kind: t.kind, Rows: q.Rows, Groups: q.Groups, FirstRow: q.First, LastRow: q.Last,
		Bytes: q.Bytes, SHA256: t.sum, MovedRows: q.Moved, Oversized: q.Large, Rules: []split.ManifestRule{}}
	m.Verdict = res.Verdict(strictest([]*job{c.b}))
	for _, f := range res.Files {
		m.RejectedRows = f.RejectedRows
		m.Rules = counts(f)
	}
	return m
}

// counts lists what check found in a file, by rule.
func counts(f *validate.FileResult) []split.ManifestRule {
	list, at := []split.ManifestRule{}, map[[2]string]int{}
	for _, cause := range f.Causes {
		key := [2]string{cause.Rule, cause.Severity.String()}
		i, ok := at[key]
		if !ok {
			i = len(list)
			at[key] = i
			list = append(list, split.ManifestRule{ID: key[0], Severity: key[1], Codes: append([]string{}, cause.Codes...)})
		}
		list[i].Count += cause.Count
	}
	return list
}

// commit gives all parts their names, and the manifest last. What earlier runs left
// is removed then.
func (c *cutting) commit(ctx context.Context, manifest string) error {
	files := make([]*atomicfile.File, 0, len(c.targets)+1)
	for _, t := range c.targets {
		files = append(files, t.File)
	}
	for _, path := range c.stale {
		c.manifest.Removed = append(c.manifest.Removed, filepath.Base(path))
	}
	if manifest != "" {
		f, err := atomicfile.Create(manifest, c.s.force, c.inputs...)
		if err != nil {
			return cannotWrite(manifest, err)
		}
		defer f.Discard()
		if err := c.manifest.Write(f); err != nil {
			return cannotWrite(manifest, err)
		}
		files = append(files, f)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := atomicfile.Commit(files...); err != nil {
		path := manifest
		for _, f := range files {
			if !f.Done() {
				path = f.Path()
				break
			}
		}
		return cannotWrite(path, err)
	}
	return c.clear()
}
