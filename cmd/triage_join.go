package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/triage"
	"github.com/connectplus/preflight/validate"
)

// template finds what the files are taken for, which columns of the error file
// tell the bill, and which hold values of persons.
func (r *triaged) template() error {
	header := r.errors.source.Header
	flow := r.errors.flow
	if r.source != nil {
		flow = r.source.flow
	}
	o := templates.MapOptions{Explicit: present(flow.Map, header), Const: flow.Const, Given: true}
	switch {
	case r.source != nil:
		r.report.Template, r.report.Chosen = r.source.options.Template, r.source.options.Chosen
	case flow.Template != "":
		t, err := templateByID(flow.Template, flow.Templates)
		if err != nil {
			return err
		}
		r.report.Template, r.report.Chosen = t, true
	default:
		o.Given = false
		t, err := templates.Detect(header, o, flow.Templates...)
		if err != nil { // an error file may have no column of the data
			t, err = templateByID(salesTemplate, nil)
			r.report.Guessed = true
		}
		if err != nil {
			return err
		}
		r.report.Template = t
	}
	o.Const = nil
	m, err := r.report.Template.Map(header, o)
	if err != nil {
		return usage("%s: %s", r.errors.name, err)
	}
	r.pair(flow, &m)
	l := r.read.Layout
	for i, f := range m.Fields {
		if slices.Contains(r.read.Keys, i) || slices.Contains([]int{l.Code, l.Message, l.Status, l.Response}, i) {
			continue
		}
		if f != nil && f.Sensitive || mask.PersonalHeader(header[i]) {
			r.read.Personal = append(r.read.Personal, i)
		}
	}
	r.compareColumns()
	return nil
}

// compareColumns finds the columns that both files have besides the key.
func (r *triaged) compareColumns() {
	if r.source == nil {
		return
	}
	l := r.read.Layout
	for i, h := range r.source.source.Header {
		theirs := headed(r.errors.source.Header, h)
		if theirs < 0 || slices.Contains(r.keys, i) || slices.Contains([]int{l.Code, l.Message, l.Status, l.Response, l.Key}, theirs) {
			continue
		}
		r.read.Same, r.same = append(r.read.Same, theirs), append(r.same, i)
	}
}

// pair finds the columns that tell the bill in both files, or in the error file
// where it is alone.
func (r *triaged) pair(flow config.Flow, m *templates.Mapping) {
	t := r.report.Template
	fields := flow.GroupBy
	if len(fields) == 0 {
		fields = t.GroupBy
	}
	grouped := len(fields) > 0
	if !grouped {
		fields = natural(t)
	}
	header := r.errors.source.Header
	for _, field := range fields {
		theirs, ours := m.Column(field), -1
		if r.source != nil {
			if ours = r.source.options.Mapping.Column(field); ours < 0 {
				continue // a constant, or nothing
			}
			if same := headed(header, r.source.source.Header[ours]); same >= 0 {
				theirs = same
			}
		}
		if r.read.Layout.Key >= 0 {
			theirs = r.read.Layout.Key
		}
		if theirs < 0 {
			r.partial = grouped
			continue
		}
		r.read.Keys = append(r.read.Keys, theirs)
		if r.source != nil {
			r.keys = append(r.keys, ours)
		}
		if r.read.Layout.Key >= 0 {
			r.partial = grouped && len(fields) > 1
			return
		}
	}
	if r.source == nil && len(r.read.Keys) == 0 && r.read.Layout.Key >= 0 {
		r.read.Keys = []int{r.read.Layout.Key}
	}
}

// natural are the fields that tell a row where a template groups nothing: those
// of which one must be filled, those by which it is known, and the required ones.
func natural(t *templates.Template) []string {
	list := slices.Concat(t.AtLeastOne, t.Marks)
	for _, f := range t.Fields {
		if f.Required {
			list = append(list, f.Name)
		}
	}
	list = slices.DeleteFunc(list, func(name string) bool { return t.Field(name) == nil })
	slices.Sort(list)
	return slices.Compact(list)
}

// headed returns the column with a header that folds as name does, or -1.
func headed(header []string, name string) int {
	folded := templates.Fold(name)
	return slices.IndexFunc(header, func(h string) bool { return folded != "" && templates.Fold(h) == folded })
}

// state says why a rule does not look at such files; empty: it does.
func (r *triaged) state(rule *validate.Rule) string {
	flow, t := r.errors.flow, r.report.Template
	if r.source != nil {
		flow = r.source.flow
	}
	about := &validate.FileResult{Summary: validate.Summary{Template: t}}
	severity, set := flow.Severity[rule.ID]
	_, params := flow.Params[rule.ID]
	lists := slices.Clone(r.lists)
	for name := range flow.Lists {
		lists = append(lists, name+"=")
	}
	subject, _, _ := strings.Cut(rule.ID, "-")
	given := map[string]bool{
		"":                             true,
		"a reference list":             slices.ContainsFunc(lists, func(l string) bool { return strings.HasPrefix(l, subject) }),
		"the cluster":                  flow.Cluster != "",
		"the settings of the org":      params,
		"the settings of the dataflow": len(flow.Mapping) > 0 || params,
	}
	switch {
	case !about.Judged(rule):
		return "not about " + t.ID
	case hidden(flow)[rule.ID] || set && severity == validate.Off:
		return "off in these settings"
	case !given[rule.Needs]:
		return "needs " + rule.Needs
	}
	return ""
}

// join looks the bills up in the source, compares the forecast, and writes what
// is to be sent again and what is not.
func (r *triaged) join(ctx context.Context, a *app, inputs []string) error {
	if len(r.keys) == 0 {
		return usage("cannot join %s and %s: the error file has no column that tells the %s; name it with --map HEADER=key, or leave --source out",
			r.errors.name, r.source.name, whatKey(r.report.Template))
	}
	wanted := r.progress == "always" || r.progress == "auto" && isTerminal(a.err)
	p := startProgress(a.err, r.source.source.Size, wanted)
	defer p.end()
	judged, err := r.source.judge(ctx, p)
	if err != nil {
		return err
	}
	o := triage.JoinOptions{Keys: r.keys, Same: r.same, Judged: judged, Codes: r.report.Codes}
	var differs []string
	if r.forecast != nil {
		digest := ""
		if r.forecast.SHA256 != "" {
			if digest, err = r.source.sum(); err != nil {
				return fmt.Errorf("cannot read %s: %s", r.source.name, reason(err))
			}
		}
		differs = r.forecast.Differences(r.source.name, r.source.source.Size, judged.Rows, digest)
		o.Unchanged = digest != "" && digest == r.forecast.SHA256
		if judged.Rows == r.forecast.Rows {
			o.Forecast = r.forecast
		}
	}
	matched, err := triage.Match(ctx, r.report.Answers, r.source.source, o)
	if err != nil {
		return err
	}
	r.report.Join = matched.Join()
	r.report.Join.Partial = r.partial
	switch {
	case r.forecast != nil && len(differs) == 0:
		r.report.Forecast = matched.Compare()
	case r.forecast != nil:
		r.report.Forecast = r.forecast.Counts(r.report.Answers, r.report.Codes)
		r.report.Forecast.Differs = differs
	}
	if r.outputDir == "" {
		return nil
	}
	return r.part(ctx, a, matched, inputs)
}

// whatKey names what a group of the template is known by.
func whatKey(t *templates.Template) string {
	return cmp.Or(strings.Join(t.GroupBy, " and "), "row")
}

// part writes resend.csv and stuck.csv, and judges the first.
func (r *triaged) part(ctx context.Context, a *app, matched *triage.Matched, inputs []string) error {
	// The first input sets the mode of the copies: it is the source.
	sources := append([]string{r.sourceFile}, inputs...)
	for _, name := range []string{resendName, stuckName} { // where nothing is sent again, the first stays without its name
		path := filepath.Join(r.outputDir, name)
		f, err := atomicfile.Create(path, r.force, sources...)
		if err != nil {
			return cannotWrite(path, err)
		}
		r.outs = append(r.outs, f)
	}
	if err := matched.Part(ctx, r.outs[0], r.outs[1]); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("cannot write to %s: %s", r.outputDir, reason(err))
	}
	checked, err := r.recheck(ctx, a)
	if err != nil {
		return err
	}
	j, outs := r.report.Join, r.outs
	if j.Withheld != "" {
		outs = outs[1:]
	}
	if err := atomicfile.Commit(outs...); err != nil {
		return cannotWrite(r.outputDir, err)
	}
	j.Written = []triage.Written{
		{Name: filepath.ToSlash(filepath.Join(shownDir(r.outputDir), resendName)), Part: j.Resend, Checked: checked},
		{Name: filepath.ToSlash(filepath.Join(shownDir(r.outputDir), stuckName)), Part: j.Stuck},
	}
	if j.Withheld == "" {
		return nil
	}
	j.Written = j.Written[1:]
	// --force is needed where an old one is there: nobody may send that.
	if err := os.Remove(r.outs[0].Path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the old %s: %s", r.outs[0].Path(), reason(err))
	}
	return nil
}

// recheck judges resend.csv before it gets its name, as the source is judged and
// under a name like that of the source; nil: it has no rows.
func (r *triaged) recheck(ctx context.Context, a *app) (*triage.Checked, error) {
	if r.report.Join.Resend.Rows == 0 {
		return nil, nil
	}
	if err := r.outs[0].Finish(); err != nil {
		return nil, cannotWrite(r.outs[0].Path(), err)
	}
	warnings := r.warnings
	flow, err := r.settings(r.source.path, filepath.Base(r.source.name))
	r.warnings = warnings // they are known
	if err != nil {
		return nil, err
	}
	name := filepath.Base(r.source.name)
	if src := r.source.source; src.Archive != "" || src.Workbook != nil {
		name = resendName
	}
	flow.Template, flow.Sheet = r.source.options.Template.ID, ""
	b := &job{name: name, path: r.outs[0].Name(), flow: flow, place: r.source.place}
	defer b.close()
	if err := b.open(ctx, a, false); err != nil {
		return nil, err
	}
	if b.source == nil {
		return nil, unread(b)
	}
	if b.merge() != nil {
		b.part()
	}
	if err := r.finish(ctx, b); err != nil {
		return nil, err
	}
	res, err := a.judgeAll(ctx, &r.judging, &reporting{}, []*job{b})
	if err != nil {
		return nil, err
	}
	f := res.Files[0]
	return &triage.Checked{Verdict: res.Verdict(strictest([]*job{b})), Rejected: triage.Part{Bills: f.RejectedGroups, Rows: f.RejectedRows}}, nil
}

// shownDir leaves the path of this machine out of reports.
func shownDir(dir string) string {
	if filepath.IsAbs(dir) {
		return ""
	}
	return dir
}
