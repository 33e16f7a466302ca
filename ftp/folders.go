package ftp

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/connectplus/preflight/internal/words"
)

func (s *session) connect(ctx context.Context) (Outcome, error) {
	s.link = s.o.dial(ctx, s.trace)
	r := s.result
	r.Server, r.HostKey, r.Trust, r.Warnings = s.link.server, s.link.hostKey, s.link.trust, s.link.warnings
	if ctx.Err() != nil {
		return Outcome{}, ctx.Err()
	}
	at := s.link.stages["connect"]
	return at.Outcome, nil
}

// foldersDistinct compares the folders by the names that the server gives them.
func (s *session) foldersDistinct(ctx context.Context) (Outcome, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return Outcome{}, err
	}
	for _, f := range s.folders {
		real, err := r.Real(ctx, f.path)
		no, err := split(err)
		if err != nil {
			return Outcome{}, err
		}
		if f.real = f.path; no == nil && strings.HasPrefix(real, "/") && clean(real) == real {
			f.real = path.Clean(real)
		}
		if !strings.HasPrefix(f.path, "/") {
			f.path = f.real
		}
	}
	source := s.source()
	for i, f := range s.folders {
		for _, other := range s.folders[:i] {
			if f.real == other.real {
				return Outcome{
					Status: Failed, Detail: fmt.Sprintf("%s and %s are the same folder, %s", other.path, f.path, f.real),
					Means: "Connect+ would find each file again that it has moved. Nothing was written.",
					Hint:  fmt.Sprintf("Name another folder for --%s.", f.role),
				}, nil
			}
		}
	}
	for _, f := range s.folders[1:] {
		if strings.HasPrefix(f.real, strings.TrimSuffix(source.real, "/")+"/") {
			return Outcome{
				Status: Warned, Detail: fmt.Sprintf("%s lies inside %s", f.path, source.path),
				Means: "A dataflow that searches directories recursively would take its own files in again and again.",
				Hint:  "Keep Search Directory Recursively off, or put the folder beside the source folder.",
			}, nil
		}
	}
	return passed("the folders are different ones"), nil
}

func (s *session) statFolder(ctx context.Context, f *folder) (Outcome, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return Outcome{}, err
	}
	f.stat, err = r.Stat(ctx, f.path)
	no, err := split(err)
	switch {
	case err != nil:
		return Outcome{}, err
	case no == nil && f.stat.regular:
		return Outcome{
			Status: Failed, Detail: f.path + " is a file, not a folder",
			Means: s.without(f), Hint: fmt.Sprintf("Name the folder for --%s.", f.role),
		}, nil
	case no == nil:
		return passed(f.path + " is there"), nil
	case no.kind != missing:
		return passed("the server does not let this account look at " + f.path + " itself"), nil
	}
	// Object stores may deny a folder that they list all the same.
	if missingToo, err := s.readList(ctx, f); err != nil || missingToo == nil {
		return passed(f.path + " can be listed"), err
	}
	return Outcome{
		Status: Failed, Detail: f.path + " does not exist as this account sees it", Server: said(no),
		Means: s.without(f),
		Hint: "Create it, or correct the path: a path with a slash in front begins at the folder that the account is locked into, " +
			"one without at its home folder; ~ means nothing to servers.",
	}, nil
}

// without says what a dataflow does that lacks a folder.
func (s *session) without(f *folder) string {
	switch f.role {
	case Source:
		return "The dataflow finds no file there, without an error."
	case Processed:
		return "Connect+ moves a file before it reads it: yours will stay in " + s.source().path + ", unprocessed, and no error will be shown."
	}
	return "What the API answers cannot be written down: rejected rows would be lost from sight."
}

// readList lists a folder once.
func (s *session) readList(ctx context.Context, f *folder) (*refusal, error) {
	r, err := s.remote(ctx)
	if err != nil || f.listed {
		return nil, err
	}
	f.entries, f.cut, err = r.List(ctx, f.path)
	no, err := split(err)
	f.listed = err == nil && no == nil
	return no, err
}

func (s *session) listFolder(ctx context.Context, f *folder) (Outcome, error) {
	no, err := s.readList(ctx, f)
	if err != nil {
		return Outcome{}, err
	}
	if no != nil {
		return s.notListed(f, no), nil
	}
	found := fmt.Sprintf("%d entries", len(f.entries))
	switch {
	case f.cut:
		found = fmt.Sprintf("more than %d entries", listLimit)
	case len(f.entries) == 1:
		found = "1 entry"
	}
	return passed(f.path + " can be listed: " + found), nil
}

// notListed is the outcome of a folder that cannot be listed. Only the source
// folder must be; no nil means that the list stays empty.
func (s *session) notListed(f *folder, no *refusal) Outcome {
	o := Outcome{Status: Warned, Detail: f.path + " cannot be listed", Server: said(no), Hint: s.remedy("list", f)}
	if no == nil {
		o.Detail = "the list of " + f.path + " stays empty, although a file is there"
	}
	o.Means = "The dataflow works without; people who look for a file there with this account will not see it."
	if f.role == Source {
		o.Status, o.Means = Failed, "Connect+ finds files by listing: it will see none, without an error."
	}
	return o
}

// dryChecks asks for what a server that lacks a right refuses before it looks.
func (s *session) dryChecks(ctx context.Context) (Outcome, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return Outcome{}, err
	}
	var refusals []string
	nobody := newNames("").next()
	for _, f := range s.folders {
		if s.result.Step("stat-"+string(f.role)).Status == Failed {
			continue
		}
		no, err := split(r.Remove(ctx, join(f.path, nobody)))
		if err != nil {
			return Outcome{}, err
		}
		if no == nil || no.kind != denied && no.kind != unsupported {
			continue
		}
		f.undeleted = no
		refusals = append(refusals, "removing in "+f.path)
		if err := s.lookInside(ctx, f, nobody); err != nil {
			return Outcome{}, err
		}
	}
	from := s.source()
	for _, to := range s.folders[1:] {
		if s.result.Step("stat-source").Status == Failed || s.result.Step("stat-"+string(to.role)).Status == Failed {
			continue
		}
		no, err := split(r.Rename(ctx, join(from.path, nobody), join(to.path, nobody)))
		if err != nil {
			return Outcome{}, err
		}
		if no != nil && no.kind == denied {
			to.unmoved = no
			refusals = append(refusals, "moving from "+from.path+" to "+to.path)
		}
	}
	if len(refusals) == 0 {
		return passed("the server refuses neither removing nor moving as such"), nil
	}
	return passed("the server refuses " + strings.Join(refusals, ", ")), nil
}

// lookInside finds out whether a folder that refuses to remove cannot be
// entered at all: then every request about what is in it is refused.
func (s *session) lookInside(ctx context.Context, f *folder, nobody string) error {
	r, err := s.remote(ctx)
	if err != nil {
		return err
	}
	_, err = r.Lstat(ctx, join(f.path, nobody))
	no, err := split(err)
	if err != nil || no == nil || no.kind != denied || f.listed && len(f.entries) > 0 {
		return err // what is in it can be seen, so it is open
	}
	o := Outcome{
		Status: Failed, Detail: "the account cannot enter " + f.path, Server: said(no), Means: s.without(f),
		Hint: "Let the account enter the folder and those above it: on Unix it needs x on each (chmod g+x), and rwx on the folder itself.",
	}
	s.amend("stat-"+string(f.role), o)
	return nil
}

// namePattern keeps probe files out of the way of a running dataflow.
func (s *session) namePattern(ctx context.Context) (Outcome, error) {
	if s.names.chosen {
		if no, err := s.mustBeFree(ctx, s.names.nth(0)); no != nil || err != nil {
			return s.notFree(no), err
		}
	}
	text := s.o.NamePattern
	if text == "" {
		return passed("no Filename Pattern was given; probe files are named like " + s.names.nth(0)), nil
	}
	pattern, err := regexp.Compile(text)
	if err != nil {
		return Outcome{
			Status: Warned, Detail: fmt.Sprintf("the pattern %q cannot be read here", clean(text)),
			Means: "It may use what only Java knows, so whether it takes probe files was not checked.",
			Hint:  "Look at it: probe files are named like " + s.names.nth(0) + ".",
		}, nil
	}
	name, taken := s.names.taken(pattern)
	switch {
	case !taken:
		return passed(fmt.Sprintf("the pattern %q takes no probe file", clean(text))), nil
	case s.o.Paused:
		return passed(fmt.Sprintf("the pattern %q takes probe files, but the dataflow is said to be paused", clean(text))), nil
	}
	return Outcome{
		Status: Failed, Detail: fmt.Sprintf("the pattern %q takes the probe file %s", clean(text), name),
		Means: "A running dataflow would pick it up, so nothing was written.",
		Hint:  "Stop the dataflow and add --dataflow-paused, or correct the pattern.",
	}, nil
}

// notFree words that a chosen name cannot be used.
func (s *session) notFree(no *refusal) Outcome {
	o := Outcome{
		Status: Failed, Detail: "whether " + s.names.nth(0) + " is free could not be seen", Server: said(no),
		Means: "Nothing was written, so that nothing of yours is replaced.", Hint: "Choose another name with --probe-name, or leave it out.",
	}
	if no != nil && no.kind == exists {
		o.Detail, o.Server = no.words, ""
	}
	return o
}

// takes tells whether a running dataflow might take files of these names.
func (s *session) takes(n *names) bool {
	pattern, err := regexp.Compile(s.o.NamePattern)
	if err != nil || s.o.NamePattern == "" {
		return !s.o.Paused // not known: a dot in front keeps most away
	}
	_, taken := n.taken(pattern)
	return taken && !s.o.Paused
}

// space asks how much room there is.
func (s *session) space(ctx context.Context) (Outcome, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return Outcome{}, err
	}
	var told []string
	for _, f := range s.folders {
		v, ok, err := r.Space(ctx, f.path)
		no, err := split(err)
		switch {
		case err != nil:
			return Outcome{}, err
		case no != nil || !ok || !v.told:
		case v.full:
			return Outcome{
				Status: Failed, Detail: "there is no room left in " + f.path,
				Means: "Files will be cut off or refused.", Hint: "Free space on the server, or raise the quota of the account.",
			}, nil
		default:
			told = append(told, f.path+" "+size(v.available))
		}
	}
	if len(told) == 0 {
		return skipped("the server does not tell how much room there is"), nil
	}
	return passed("room left: " + strings.Join(told, ", ")), nil
}

func size(bytes uint64) string {
	switch {
	case bytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// waitingFiles looks at the files that a dataflow would have to move.
func (s *session) waitingFiles(context.Context) (Outcome, error) {
	f := s.source()
	var foreign, closed []string
	count := 0
	for _, e := range f.entries {
		if !e.regular || oldProbe.MatchString(e.name) {
			continue
		}
		count++
		if s.owner <= 0 || e.owner < 0 || e.owner == s.owner {
			continue // the superuser may all; stores without owners tell 0
		}
		foreign = append(foreign, e.name)
		if e.mode&0o044 == 0 {
			closed = append(closed, e.name)
		}
	}
	sticky := f.stat.mode&fs.ModeSticky != 0 && s.owner > 0 && f.stat.owner != s.owner
	switch {
	case sticky && len(foreign) > 0:
		return Outcome{
			Status: Failed, Detail: fmt.Sprintf("%s is sticky, and %s of another account", f.path, some(foreign, "file")),
			Means: "Only the account that wrote a file may move it out of a sticky folder: these will stay, without an error.",
			Hint:  "Take the sticky bit off on the server (chmod -t " + quoted(f.path) + "), or write the files with this account.",
		}, nil
	case sticky:
		return Outcome{
			Status: Warned, Detail: f.path + " is sticky",
			Means: "This account may move only the files that it wrote itself.",
			Hint:  "Take the sticky bit off on the server (chmod -t " + quoted(f.path) + "), or write the files with this account.",
		}, nil
	case len(closed) > 0:
		return Outcome{
			Status: Warned, Detail: some(closed, "file") + " of another account, and perhaps closed to this one",
			Means: "Connect+ would move them and then fail to read them.",
			Hint:  "Give the group or all the right to read (chmod g+r), or write the files with this account.",
		}, nil
	case s.owner < 0 && count > 0:
		return skipped(some(make([]string, count), "file") + "; whose a file of this account would be is not known"), nil
	}
	switch {
	case f.cut:
		return passed(fmt.Sprintf("the first %d files in %s can be moved as far as their owners and modes tell; the others were not looked at", count, f.path)), nil
	case count == 0:
		return passed("no file waits in " + f.path), nil
	case count == 1:
		return passed("the file in " + f.path + " can be moved as far as its owner and mode tell"), nil
	}
	return passed(fmt.Sprintf("the %d files in %s can be moved as far as their owners and modes tell", count, f.path)), nil
}

// some words a list of names: the first and how many others.
func some(names []string, noun string) string {
	switch first := names[0]; {
	case first == "" && len(names) == 1:
		return "1 " + noun + " waits"
	case first == "":
		return fmt.Sprintf("%d %ss wait", len(names), noun)
	case len(names) == 1:
		return fmt.Sprintf("the %s %s is", noun, first)
	default:
		return fmt.Sprintf("%d %ss (%s, …) are", len(names), noun, first)
	}
}

// oldProbes names probe files of earlier runs.
func (s *session) oldProbes(context.Context) (Outcome, error) {
	var old []string
	for _, f := range s.folders {
		for _, e := range f.entries {
			if oldProbe.MatchString(e.name) && !s.ours(e.name) {
				old = append(old, join(f.path, e.name))
			}
		}
	}
	if len(old) == 0 {
		return passed("none was seen"), nil
	}
	return Outcome{
		Status: Warned, Detail: "an earlier run left " + words.Plural(int64(len(old)), "probe file") + ": " + strings.Join(old[:min(len(old), 5)], ", "),
		Hint: "If no other probe is running now, it is safe to remove what is named so.",
	}, nil
}

func (s *session) ours(name string) bool {
	for _, p := range s.files {
		if p.name == name {
			return true
		}
	}
	return false
}
