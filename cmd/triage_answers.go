package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/triage"
)

// answers reads the error file and explains its codes.
func (r *triaged) answers(ctx context.Context) error {
	src := r.errors.source
	o := triage.FindOptions{Explicit: r.roles, Sample: src.Sample(200)}
	if r.source != nil {
		have := map[string]bool{}
		for _, h := range r.source.source.Header {
			have[templates.Fold(h)] = true
		}
		o.Known = func(header string) bool { return have[templates.Fold(header)] }
	}
	layout, err := triage.Find(src.Header, o)
	if e, ok := errors.AsType[*triage.HeaderError](err); ok {
		return r.noCodes(e)
	}
	if err != nil {
		return usage("%s: %s", r.errors.name, err)
	}
	r.report = &triage.Report{Version: Version, Reveal: r.reveal}
	r.read.Layout = layout
	if err := r.template(); err != nil {
		return err
	}
	r.read.Entities = r.report.Template.Entities
	r.report.Answers, err = triage.Read(ctx, src, r.read)
	if e, ok := errors.AsType[*triage.CodesError](err); ok {
		return fmt.Errorf("cannot read %s: the column %s has too many different values to be codes; name the one that holds them with --map HEADER=code",
			r.errors.name, r.safe(e.Header))
	}
	if err != nil {
		return err
	}
	r.report.Codes = triage.Explain(r.report.Answers, triage.ExplainOptions{
		Entities: r.report.Template.Entities, Rules: rules.All(), State: r.state, Unseen: unseen(),
	})
	return nil
}

// noCodes says which headers there are, and what to do.
func (r *triaged) noCodes(e *triage.HeaderError) error {
	const most = 40
	var list []string
	for i, h := range e.Headers {
		if i == most {
			list = append(list, fmt.Sprintf("… %d more", len(e.Headers)-most))
			break
		}
		list = append(list, r.safe(h))
	}
	advice := "name the column that holds it with --map HEADER=code"
	if e.Advice != "" {
		advice = fmt.Sprintf("the cells of %s look like codes: --map '%s=code'", r.safe(e.Advice), r.safe(e.Advice))
	}
	return fmt.Errorf("cannot read %s: %s; %s\nits headers are %s", r.errors.name, e, advice, strings.Join(list, ", "))
}

// safe is a header as it may be shown: where a file has no header row it may be
// the value of a person.
func (r *triaged) safe(header string) string {
	m := mask.Masker{Key: r.errors.source.Key(), Reveal: r.reveal}
	return terminal.Clip(m.Loose(strings.ToValidUTF8(header, "�")), 60)
}

// unseen are the defects that no rule looks for.
func unseen() (list []triage.Unseen) {
	for _, l := range later() {
		list = append(list, triage.Unseen{ID: l.id, Missing: l.missing(), Prevents: l.prevents})
	}
	return list
}
