package ftp

import (
	"context"
	"fmt"
	"strings"
)

// mayWrite tells whether a probe file may be put into a folder: only where it
// can be removed again.
func (s *session) mayWrite(f *folder) bool { return f.undeleted == nil || s.o.AllowLeftover }

// unwritten is the outcome of what would have to leave a file behind.
func unwritten(f *folder) Outcome {
	return skipped("not tried: what is written to " + f.path + " could not be removed")
}

// unsafe is the outcome of what would give a dataflow another file to take.
func unsafe() Outcome { return skipped("not tried, since something took a probe file") }

// upload writes a probe file to a folder and looks whether it is there as a
// whole. The file is nil if there is none to work with; the outcome says why.
func (s *session) upload(ctx context.Context, f *folder) (*probeFile, Outcome, error) {
	p, no, err := s.write(ctx, f)
	if err != nil {
		return nil, Outcome{}, err
	}
	if no != nil {
		if no, err = s.whetherFull(ctx, f, no); err != nil {
			return nil, Outcome{}, err
		}
		if p != nil { // opened, but not written: it may be there, empty
			f.direct, p.content = p, ""
		} else {
			f.unopened = no
		}
		return nil, s.notWritten(f, no, p != nil), nil
	}
	f.direct = p
	where := join(f.path, p.name)
	switch seen, err := s.settle(ctx, where, there); {
	case err != nil:
		return nil, Outcome{}, err
	case seen == gone:
		f.direct, s.taken = nil, true
		return nil, Outcome{
			Status: Failed, Detail: "the server says that it stored a file in " + f.path + ", but the file is not there",
			Means: "Files that are dropped there may vanish; a dataflow that is running may also have taken it.",
			Hint:  "Pause the dataflow and try again; if it happens again, ask the owner of the server.",
		}, nil
	case seen == there && s.seen.size >= 0 && s.seen.size != int64(len(p.content)):
		return nil, Outcome{
			Status: Failed, Detail: fmt.Sprintf("the server keeps %d of the %d bytes of a file in %s", s.seen.size, len(p.content), f.path),
			Means: "Files would arrive cut off or changed.", Hint: "Look at the quota and the room of the server, and at transfer modes that change line ends.",
		}, nil
	case seen == there && f.role == Source:
		s.owner = s.seen.owner
	}
	return p, passed("a file can be written to " + f.path), nil
}

// whetherFull finds out whether a refusal without a reason is for want of room.
func (s *session) whetherFull(ctx context.Context, f *folder, no *refusal) (*refusal, error) {
	r, err := s.remote(ctx)
	if err != nil || no.kind != failure {
		return no, err
	}
	v, ok, err := r.Space(ctx, f.path)
	if _, err := split(err); err != nil {
		return nil, err
	}
	if ok && v.full {
		return &refusal{full, no.code, no.words}, nil
	}
	return no, nil
}

// notWritten words a refusal to make a file, or, where it was opened, to write.
func (s *session) notWritten(f *folder, no *refusal, opened bool) Outcome {
	o := Outcome{Status: Failed, Detail: "files cannot be written to " + f.path, Server: said(no), Hint: s.remedy("upload", f)}
	switch f.role {
	case Source:
		o.Means = "Nothing can be dropped there with this account, so moving could not be tried either."
	case Processed:
		o.Means = "Files cannot get there, whether they are written or moved."
	default:
		o.Means = "Connect+ writes down there what the API answers: rejected rows would be lost from sight."
	}
	if opened && f.role == Source {
		o.Means = "Files that are dropped there would be empty, or cut off."
	}
	switch {
	case no.kind == full:
		o.Detail = "the server has no room for a file in " + f.path
		o.Hint = "Free space on the server, or raise the quota of the account."
	case no.kind == exists:
		o = s.notFree(no)
	case !opened && no.kind == denied && f.role == Source && strings.HasPrefix(s.names.stem, ".") && s.takes(s.names.undotted()):
		o.Hint += " If it is names with a dot in front that are refused: with --name-pattern, or --dataflow-paused, others are tried."
	case opened && no.kind == denied:
		o.Detail = "files can be made in " + f.path + ", but nothing can be written into them"
	case opened:
		o.Detail = "writing into a file in " + f.path + " fails"
		o.Hint = "Look whether the disk of the server, or the quota of the account, is full. " + o.Hint
	}
	return o
}

func (s *session) uploadSource(ctx context.Context) (Outcome, error) {
	f := s.source()
	if !s.mayWrite(f) {
		return unwritten(f), nil
	}
	p, o, err := s.upload(ctx, f)
	if err != nil {
		return Outcome{}, err
	}
	if f.unopened != nil {
		if plain, err := s.uploadUndotted(ctx, f); err != nil || plain.Status != "" {
			return plain, err
		}
	}
	if p != nil {
		err = s.lookAtList(ctx, f, p)
	}
	return o, err
}

// uploadUndotted finds out whether names are refused that begin with a dot. The
// zero Outcome says that they are not the reason.
func (s *session) uploadUndotted(ctx context.Context, f *folder) (Outcome, error) {
	dotted, plain := s.names, s.names.undotted()
	if plain == nil || s.takes(plain) {
		return Outcome{}, nil
	}
	s.names = plain
	p, o, err := s.upload(ctx, f)
	if err != nil {
		return Outcome{}, err
	}
	if p == nil {
		s.names = dotted
		return Outcome{}, nil
	}
	f.unopened = nil
	o.Status, o.Detail = Warned, "a file can be written to "+f.path+", but not under a name that begins with a dot"
	o.Means = "A client that uploads under a dotted name and renames it, as some do, would fail."
	return o, s.lookAtList(ctx, f, p)
}

// lookAtList looks whether a folder that could be listed shows what is in it.
// Servers without the right to list may show an empty folder; others hide names
// that begin with a dot.
func (s *session) lookAtList(ctx context.Context, f *folder, p *probeFile) error {
	if !f.listed || len(f.entries) > 0 {
		return nil
	}
	shown, err := s.shows(ctx, f, p)
	plain := s.names.undotted()
	if err != nil || shown {
		return err
	}
	if plain == nil || s.takes(plain) {
		s.amend("list-"+string(f.role), Outcome{
			Status: Warned, Detail: "the list of " + f.path + " stays empty, although a probe file is there",
			Means: "The server hides names that begin with a dot, or this account may not list: then Connect+ would see no file, without an error.",
			Hint:  "Try again with a file of yours in the folder, or give --name-pattern, so that a probe without a dot can tell.",
		})
		return nil
	}
	dotted := s.names
	s.names = plain
	q, _, err := s.upload(ctx, f)
	s.names, dotted.used = dotted, plain.used
	if err != nil || q == nil {
		return err
	}
	if shown, err = s.shows(ctx, f, q); err != nil || shown {
		return s.discard(ctx, f, p, q, err)
	}
	s.amend("list-"+string(f.role), s.notListed(f, nil))
	return s.discard(ctx, f, p, q, nil)
}

// discard removes q, so that p is the probe of the folder again.
func (s *session) discard(ctx context.Context, f *folder, p, q *probeFile, err error) error {
	f.direct = p
	if err == nil {
		_, _, err = s.remove(ctx, q, join(f.path, q.name))
	}
	return err
}

// shows lists a folder again.
func (s *session) shows(ctx context.Context, f *folder, p *probeFile) (bool, error) {
	f.listed = false
	no, err := s.readList(ctx, f)
	if err != nil || no != nil {
		return no != nil, err // refused now: there is no telling
	}
	for _, e := range f.entries {
		if e.name == p.name {
			return true, nil
		}
	}
	return len(f.entries) > 0, nil
}

// amend changes the outcome of an earlier step, about which more is known now.
func (s *session) amend(id string, o Outcome) {
	for i := range s.result.Steps {
		if s.result.Steps[i].ID == id {
			s.result.Steps[i].Outcome = o
		}
	}
}

// readFolder reads back the probe file that is in a folder.
func (s *session) readFolder(ctx context.Context, f *folder) (Outcome, error) {
	p := f.here
	if p == nil {
		p = f.direct
	}
	if p == nil {
		return skipped("there was no file to read"), nil
	}
	r, err := s.remote(ctx)
	if err != nil {
		return Outcome{}, err
	}
	got, err := r.Read(ctx, join(f.path, p.name), len(content))
	no, err := split(err)
	switch {
	case err != nil:
		return Outcome{}, err
	case no != nil:
		return Outcome{
			Status: Failed, Detail: "files in " + f.path + " cannot be read", Server: said(no),
			Means: "Connect+ would move a file and then fail to read it.",
			Hint:  s.remedy("read", f),
		}, nil
	case string(got) != p.content && string(got) != content:
		return Outcome{
			Status: Failed, Detail: "a file in " + f.path + " reads otherwise than it was written",
			Means: "Files would arrive cut off or changed.",
			Hint:  "Ask the owner of the server what changes files there.",
		}, nil
	}
	return passed("a file in " + f.path + " can be read"), nil
}

// removeFolder removes the probe files that are in a folder.
func (s *session) removeFolder(ctx context.Context, f *folder) (Outcome, error) {
	tried := false
	for _, p := range []*probeFile{f.here, f.direct} {
		if p == nil {
			continue
		}
		tried = true
		o, err := s.removeOne(ctx, f, p)
		if len(p.at) == 0 { // it is gone, whoever took it
			if f.here == p {
				f.here = nil
			}
			if f.direct == p {
				f.direct = nil
			}
		}
		if err != nil || o.Status != Passed {
			return o, err
		}
	}
	switch {
	case tried:
		return passed("a file in " + f.path + " can be removed"), nil
	case f.undeleted != nil:
		return s.notRemoved(f, f.undeleted), nil
	}
	return skipped("there was no file to remove"), nil
}

func (s *session) removeOne(ctx context.Context, f *folder, p *probeFile) (Outcome, error) {
	where := join(f.path, p.name)
	no, still, err := s.remove(ctx, p, where)
	switch {
	case err != nil:
		return Outcome{}, err
	case no != nil && no.kind != missing:
		f.undeleted = no
		return s.notRemoved(f, no), nil
	case still:
		f.undeleted = &refusal{words: "(says that it did)"}
		return Outcome{
			Status: Failed, Detail: "the server says that it removed a file from " + f.path + ", but the file is still there",
			Means: "What the server says of this folder cannot be relied on.", Hint: "Ask the owner of the server.",
		}, nil
	case no != nil:
		return Outcome{
			Status: Warned, Detail: "the probe file in " + f.path + " is gone before it was removed",
			Means: "Something else took it: a dataflow that is running, or a program that tidies up.",
			Hint:  "Pause the dataflow and try again, or give --name-pattern, so that probes are kept out of its way.",
		}, nil
	}
	return Outcome{Status: Passed}, nil
}

func (s *session) notRemoved(f *folder, no *refusal) Outcome {
	o := Outcome{Status: Failed, Detail: "files in " + f.path + " cannot be removed", Server: said(no), Hint: s.remedy("remove", f)}
	o.Means = "The dataflow does not need that right, but the probe does, to clean up."
	if len(s.left(f)) == 0 {
		o.Means = "The dataflow does not need that right, but the probe does, to clean up: so nothing was written there."
		o.Hint += " Or accept that small files stay there: --allow-leftover."
	}
	for _, other := range s.folders {
		if other == f {
			break
		}
		if s.result.Step("remove-"+string(other.role)).Status == Failed {
			o.Means, o.Hint = "", "The same as for "+other.path+"."
		}
	}
	return o
}

// left returns the probe files that may be in a folder.
func (s *session) left(f *folder) (list []*probeFile) {
	for _, p := range s.files {
		for where := range p.at {
			if s.folderOf(where) == f {
				list = append(list, p)
			}
		}
	}
	return list
}

// writtenFolder reports what writing to processed showed, where that was tried.
func (s *session) writtenFolder(_ context.Context, f *folder) (Outcome, error) {
	if f.written != nil {
		return *f.written, nil
	}
	if s.result.Step("move-processed").Status != Passed {
		return skipped("not tried"), nil
	}
	return skipped("not needed: files come there by moving"), nil
}

// uploadError writes to the error folder, as Connect+ does.
func (s *session) uploadError(ctx context.Context, f *folder) (Outcome, error) {
	if f.written != nil {
		return *f.written, nil
	}
	if !s.mayWrite(f) {
		return unwritten(f), nil
	}
	if s.taken {
		return unsafe(), nil
	}
	_, o, err := s.upload(ctx, f)
	return o, err
}
