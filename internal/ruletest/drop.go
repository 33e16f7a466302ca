package ruletest

import (
	"context"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// JudgeDrop runs rules over the files of one run, each and together. Files of a
// template that joins several find their roles as on the command line, unless
// their options name one; all files then have the template of the first. workers judge the files together.
func JudgeDrop(rules []*validate.Rule, files []File, workers int) ([]*validate.FileResult, error) {
	var sources []*table.Source
	var members []*validate.Member
	for i := range files {
		f := &files[i]
		src, err := f.open()
		if err != nil {
			return nil, err
		}
		defer src.Close()
		sources = append(sources, src)
		members = append(members, &validate.Member{Name: f.Name, Header: src.Header, Place: f.Options.Place})
	}
	t, ok := templates.ByID(files[0].Template)
	if ok && len(t.Roles) > 0 && members[0].Role == "" {
		g := &validate.Merge{Template: t, Map: templates.MapOptions{Explicit: files[0].Map}}
		if err := g.Assemble(members); err != nil {
			return nil, err
		}
	}
	var results []*validate.FileResult
	bundle := validate.NewBundle()
	for i, f := range files {
		f.Options.Place = members[i].Place
		if len(files) > 1 {
			f.Options.Place.Bundle = bundle
		}
		res, err := judge(rules, f, sources[i])
		if err != nil {
			return nil, err
		}
		results = append(results, res)
	}
	return results, validate.JudgeDrop(context.Background(), rules, results, workers)
}

// judge judges the files of a case together, or each alone.
func (s *settings) judge(rules []*validate.Rule, files []File) (results []*validate.FileResult, err error) {
	if s.Drop {
		return JudgeDrop(rules, files, 2)
	}
	for _, f := range files {
		res, err := Judge(rules, f)
		if err != nil {
			return nil, err
		}
		results = append(results, res)
	}
	return results, nil
}

// apart cuts the text of an example into its files.
func apart(f File) []File {
	if !strings.HasPrefix(f.Text, "-- ") {
		return []File{f}
	}
	var files []File
	for _, part := range txtar.Parse([]byte(f.Text)).Files {
		one := f
		one.Name, one.Text = part.Name, string(part.Data)
		files = append(files, one)
	}
	return files
}

// prefixed puts the name of a file before its lines where there are several.
func prefixed(files []File, at int, lines []string) []string {
	if len(files) > 1 {
		for i := range lines {
			lines[i] = files[at].Name + ":" + lines[i]
		}
	}
	return lines
}
