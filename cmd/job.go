package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// A job is one file to judge.
type job struct {
	name    string // as reports call the file
	path    string // empty: standard input
	flow    config.Flow
	file    *os.File
	source  *table.Source // nil: trouble says why
	options validate.Options
	place   validate.Place
	header  *validate.HeaderFile // that names the columns; nil: none
	digest  hash.Hash            // of a stream; nil: the file is read for it
	trouble *report.FileError
}

// newJob opens a file and works out how it is to be judged. A file that cannot
// be read is no error: it is the job's trouble.
//
// Errors: of usage, so that nothing must be judged; or ctx has ended.
func (j *judging) newJob(ctx context.Context, a *app, argument string, digest bool) (*job, error) {
	b := &job{name: argument, path: argument}
	if argument == "-" {
		b.name, b.path = j.stdinName, ""
	}
	if filepath.IsAbs(b.name) {
		b.name = filepath.Base(b.name)
	}
	var err error
	if b.flow, err = j.settings(b.path, filepath.Base(b.name)); err != nil {
		return nil, err
	}
	if err := j.place(b); err != nil {
		return nil, err
	}
	if err := b.readHeaderFile(ctx); err != nil {
		return nil, err
	}
	if err := b.open(ctx, a, digest); err != nil || b.source == nil || b.merge() != nil {
		return b, err // what a file of a set may carry is known when all are open
	}
	return b, j.finish(ctx, b)
}

// finish works out how an open file is to be judged.
func (j *judging) finish(ctx context.Context, b *job) (err error) {
	if err := j.prepare(b); err != nil {
		return err
	}
	b.options.Place = b.place
	b.options.Lists, err = j.loadLists(ctx, b.flow)
	return err
}

// open makes the source, or the trouble.
func (b *job) open(ctx context.Context, a *app, digest bool) (err error) {
	o := table.Options{Comma: b.flow.Delimiter, Header: b.flow.Header, Headerless: b.flow.Headerless, Sheet: b.flow.Sheet}
	if b.path == "" {
		b.source, err = openStream(ctx, b, func() (io.Reader, error) { return a.in, nil }, o, digest)
	} else {
		err = b.openFile(ctx, o, digest)
	}
	if err == nil && rules.Unread(b.source, b.flow.Accept) {
		b.unread()
	}
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if e, ok := errors.AsType[*table.SheetError](err); ok {
		return noSheet(b.name, e)
	}
	b.fail(err)
	return nil
}

// noSheet words that a workbook lacks the sheet that was asked for.
func noSheet(name string, e *table.SheetError) error {
	if len(e.Sheets) == 0 {
		return usage("%s has no sheet %q, nor any other", name, e.Sheet)
	}
	return usage("%s has no sheet %q; the nearest is %s", name, e.Sheet, nearest.Always(e.Sheet, e.Sheets))
}

func (b *job) openFile(ctx context.Context, o table.Options, digest bool) error {
	info, err := os.Stat(b.path) // before the opening: that of a pipe blocks
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errFolder
	}
	if !info.Mode().IsRegular() {
		b.source, err = openStream(ctx, b, func() (io.Reader, error) { return os.Open(b.path) }, o, digest)
		return err
	}
	if b.file, err = os.Open(b.path); err != nil {
		return err
	}
	b.source, err = table.OpenContext(ctx, b.name, b.file, info.Size(), o)
	return err
}

var errFolder = errors.New("is a folder")

// openStream copies a stream until ctx ends. The opening of a pipe may keep us
// waiting as well as the reading.
func openStream(ctx context.Context, b *job, open func() (io.Reader, error), o table.Options, digest bool) (*table.Source, error) {
	if digest {
		b.digest = sha256.New()
	}
	type opened struct {
		source *table.Source
		err    error
	}
	done := make(chan opened, 1)
	go func() {
		r, err := open()
		if err != nil {
			done <- opened{nil, err}
			return
		}
		if digest {
			r = io.TeeReader(r, b.digest)
		}
		s, err := table.OpenReader(b.name, r, o)
		done <- opened{s, err}
	}()
	select {
	case got := <-done:
		return got.source, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fail turns an error of opening into the trouble of the job.
func (b *job) fail(err error) {
	b.source = nil
	b.trouble = &report.FileError{File: b.name, Message: strings.TrimPrefix(reason(err), b.name+": ")}
	if e, ok := errors.AsType[*table.SpoolError](err); ok {
		// Worded here: reports hold no path of this machine.
		b.trouble.Message = "cannot make a temporary file: " + reason(e.Err)
		b.trouble.Hint = "set TMPDIR to a folder that can be written"
		return
	}
	switch {
	case errors.Is(err, errFolder):
		b.trouble.Hint = "name the files in it"
	case errors.Is(err, os.ErrPermission):
		b.trouble.Hint = "let this user read the file"
	case errors.Is(err, os.ErrNotExist):
		b.trouble.Message = "no such file"
	}
	if e, ok := errors.AsType[*table.NotTextError](err); ok {
		b.trouble.Message = "is not a text file: it is " + words.Article(e.Kind)
		switch {
		case strings.HasSuffix(e.Kind, "workbook"):
			b.trouble.Hint = "save the sheet as CSV; a new name alone does not make it one"
		case strings.HasSuffix(e.Kind, "archive"):
			b.trouble.Hint = "unpack it first"
		case e.Kind == "PGP message":
			b.trouble.Hint = "decrypt it first"
		}
	}
	if e, ok := errors.AsType[*table.WorkbookError](err); ok {
		b.trouble.Message, b.trouble.Hint = e.Problem, e.Hint
	}
	if e, ok := errors.AsType[*table.LimitError](err); ok {
		b.trouble.Message = e.Limit
	}
}

// unread makes a file that is what it says, but of a kind that is not read, the
// trouble of the job.
func (b *job) unread() {
	kind := b.source.NotText
	_ = b.source.Close()
	b.source = nil
	b.trouble = &report.FileError{File: b.name, Message: "it is " + words.Article(kind) + ", which preflight does not read", Hint: "export the data as CSV"}
	if strings.HasSuffix(kind, "workbook") {
		b.trouble.Hint = "save it as .xlsx or CSV"
	}
}

// prepare sets the options from the flow, the header and the template.
func (j *judging) prepare(b *job) error {
	day, err := j.day(b.flow.Cluster)
	if err != nil {
		return err
	}
	b.options = validate.Options{
		Const: b.flow.Const, GroupBy: b.flow.GroupBy, Today: day, Decimal: b.flow.Decimal, Accept: b.flow.Accept,
		Unzip: b.flow.Unzip, Comma: b.flow.Delimiter, Countries: b.flow.Countries, Workers: j.jobs,
		Severity: b.flow.Severity, Params: b.flow.Params, Hidden: hidden(b.flow), Refuses: codes.Refuses, Shows: codes.Shows,
	}
	b.options.NamePattern = j.pattern(b.flow)
	b.options.HeaderFile = b.header
	b.options.Headerless = b.flow.Headerless || len(b.flow.Header) > 0
	if c, ok := clusters.ByName(b.flow.Cluster); ok {
		b.options.Zone = c.Zone
	}
	return j.choose(b)
}

// pattern returns the Filename Pattern of the dataflow: that of the flag, else the
// one that the account of the flow is tried with, else the one by which the flow
// is chosen. What the dataflow's own language takes and ours does not is left out.
func (j *judging) pattern(f config.Flow) string {
	for _, text := range []string{j.namePattern, f.FTP.NamePattern, f.PatternText} {
		if _, err := regexp.Compile(text); err == nil && text != "" {
			return text
		}
	}
	return ""
}

// hidden lists the rules that a flow leaves out.
func hidden(f config.Flow) map[string]bool {
	h := map[string]bool{}
	if len(f.Select) > 0 {
		for _, r := range rules.All() {
			h[r.ID] = true
		}
		for _, id := range f.Select {
			h[id] = false
		}
	}
	for _, id := range f.Ignore {
		h[id] = true
	}
	return h
}

// judge runs the rules over the file.
func (b *job) judge(ctx context.Context, p *progress) (*validate.FileResult, error) {
	read, end := p.file(b.source.Size)
	defer end()
	b.options.Progress = read
	plan, err := validate.Compile(b.source, rules.All(), b.options)
	if err != nil {
		return nil, usage("%s: %s", b.name, err)
	}
	return plan.Run(ctx)
}

// sum returns the SHA-256 of the file as it lies there, in hex.
func (b *job) sum() (string, error) {
	if b.digest == nil {
		b.digest = sha256.New()
		if _, err := io.Copy(b.digest, io.NewSectionReader(b.file, 0, b.source.Size)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(b.digest.Sum(nil)), nil
}

// close lets go of the file.
func (b *job) close() {
	if b.source != nil {
		_ = b.source.Close()
	}
	if b.file != nil {
		_ = b.file.Close()
	}
}
