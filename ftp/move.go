package ftp

import (
	"context"
	"fmt"
	"slices"
)

// moveTo moves a probe file from source to another folder.
func (s *session) moveTo(ctx context.Context, to *folder) (Outcome, error) {
	from := s.source()
	if s.noMove != nil {
		return s.immovable(to, s.noMove), nil
	}
	p, o, err := s.toMove(ctx, to)
	if err != nil || p == nil {
		return o, err
	}
	src, dst := join(from.path, p.name), join(to.path, p.name)
	no, err := s.move(ctx, p, src, dst, false)
	if err != nil {
		return Outcome{}, err
	}
	atFrom, atTo, err := s.ends(ctx, src, dst, no == nil)
	if err != nil {
		return Outcome{}, err
	}
	return s.judgeMove(ctx, p, to, no, atFrom, atTo)
}

// toMove returns a probe file in the source folder. If there can be none, the
// outcome is what the dry checks know.
func (s *session) toMove(ctx context.Context, to *folder) (*probeFile, Outcome, error) {
	from := s.source()
	switch {
	case s.mayWrite(to) && from.direct != nil:
		return from.direct, Outcome{}, nil
	case s.taken:
		return nil, unsafe(), nil
	case s.mayWrite(to) && s.mayWrite(from) && from.unopened == nil:
		p, no, err := s.write(ctx, from)
		if err != nil || p == nil && no == nil {
			return nil, Outcome{}, err
		}
		if no != nil && p != nil {
			p.content = "" // an empty file will do, where the server has no room
		}
		if from.direct = p; p == nil {
			return nil, s.notWritten(from, no, false), nil
		}
		return p, Outcome{}, nil
	case to.unmoved != nil:
		return nil, s.immovable(to, to.unmoved), nil
	case !s.mayWrite(to):
		return nil, unwritten(to), nil
	case from.unopened != nil:
		return nil, skipped("not tried, since nothing could be written to " + from.path), nil
	}
	return nil, unwritten(from), nil
}

// judgeMove compares what the server said of a move with what it did.
func (s *session) judgeMove(ctx context.Context, p *probeFile, to *folder, no *refusal, atFrom, atTo presence) (Outcome, error) {
	from := s.source()
	s.noteMove(p, to, no, atFrom, atTo)
	o := Outcome{Status: Failed, Detail: s.unmoved(to), Means: s.stays(to), Server: said(no)}
	switch {
	case atFrom == gone && (atTo == gone || no != nil && no.kind == missing):
		s.taken = true
		o.Detail = "the probe file was taken out of " + from.path + " before it could be moved to " + to.path
		o.Means = "Something else took it: a dataflow that is running, or a program that tidies up."
		o.Hint = "Pause the dataflow and try again, or give --name-pattern, so that probes are kept out of its way."
	case no == nil && atFrom == there && atTo != there:
		o.Detail = "the server says that it moved a file from " + from.path + " to " + to.path + ", but the file is still in " + from.path
		o.Hint = "Ask the owner of the server: it does not do what it says."
	case atFrom == there && atTo == there && no != nil:
		o.Detail += ": the server refuses, and leaves a second copy in " + to.path
		o.Hint = s.remedy("move", to) + " A folder that is append-only on the server lets no file go."
	case atFrom == there && atTo == there:
		o.Detail = "the server copies files from " + from.path + " to " + to.path + " in place of moving them"
		o.Means = "Connect+ would find the same file again and again, and send its rows each time."
		o.Hint = "Ask the vendor of the server for a rename that moves."
	case no == nil:
		return passed("files can be moved from " + from.path + " to " + to.path), nil
	case atTo == there:
		o.Detail = "the server moves files from " + from.path + " to " + to.path + ", but says that it did not"
		o.Means = "Connect+ may take that for a failure and not read the file."
		o.Hint = "Ask the owner of the server."
	default:
		return s.diagnose(ctx, p, to, no)
	}
	return o, nil
}

// noteMove keeps which folders hold the probe file after a move, as far as the
// server tells, and else as it said.
func (s *session) noteMove(p *probeFile, to *folder, no *refusal, atFrom, atTo presence) {
	if atFrom == gone || atFrom == unknown && no == nil {
		s.source().direct = nil
	}
	if atTo == there || atTo == unknown && no == nil {
		to.here = p
	}
}

// stays says what follows where files cannot be moved to a folder.
func (s *session) stays(to *folder) string {
	if to.role == ErrorRole {
		return undocumented
	}
	return s.without(to)
}

// undocumented is what is known of moves to the error folder.
const undocumented = "Connect+ is documented to write files there; whether it also moves files there is not."

func (s *session) unmoved(to *folder) string {
	return "files cannot be moved from " + s.source().path + " to " + to.path
}

// immovable is the outcome where the server refuses every move to a folder.
func (s *session) immovable(to *folder, no *refusal) Outcome {
	o := Outcome{Status: Failed, Detail: s.unmoved(to), Means: s.without(to), Server: said(no), Hint: s.remedy("move", to)}
	if to.role == ErrorRole {
		o.Means = undocumented
	}
	switch {
	case slices.ContainsFunc(s.folders[1:], func(f *folder) bool { return s.noMove == nil && f.unmoved == nil }):
		o.Hint = s.remedy("upload", to) // the other folder may be moved to
	case to.role == ErrorRole && s.result.Step("move-processed").Status == Failed:
		o.Means, o.Hint = "The account has no right to move at all. "+undocumented, "The remedy for "+s.folder(Processed).path+" holds here, too."
	}
	return o
}

// diagnose finds out why a move was refused. p is in the source folder.
func (s *session) diagnose(ctx context.Context, p *probeFile, to *folder, no *refusal) (Outcome, error) {
	from := s.source()
	o := Outcome{Status: Failed, Detail: s.unmoved(to), Means: s.stays(to), Server: said(no)}
	if to.role == Processed {
		works, err := s.tryPosix(ctx, p, to)
		if err != nil {
			return Outcome{}, err
		}
		if works {
			o.Detail += " with a plain rename, only with posix-rename"
			o.Means += " Which of the two requests Connect+ sends is not documented; most clients of its kind send the plain one."
			o.Hint = s.remedy("move", to)
			return o, nil
		}
	}
	if no.kind == unsupported {
		o.Hint = "This server, or the kind of storage behind it, cannot move files: use another one."
		return o, nil
	}
	var inside *refusal
	if from.undeleted == nil { // else a second name may be left that cannot be removed
		var err error
		if inside, err = s.moveInside(ctx, p); err != nil {
			return Outcome{}, err
		}
	}
	if no.kind == failure && inside == nil {
		certain, err := s.differentVolumes(ctx, from, to)
		if err != nil {
			return Outcome{}, err
		}
		to.elsewhere = certain
	}
	if s.mayWrite(to) && s.result.Step("upload-"+string(to.role)).ID == "" {
		_, written, err := s.upload(ctx, to)
		if err != nil {
			return Outcome{}, err
		}
		to.written = &written
	}
	switch {
	case inside != nil:
		o.Server += ", to rename inside " + from.path + " too"
		o.Hint = s.remedy("move", to)
		if inside.kind == denied {
			s.noMove = no
		}
	case to.elsewhere:
		o.Detail += ": they are on different file systems"
		o.Hint = fmt.Sprintf("Put %s and %s on the same volume of the server.", from.path, to.path)
	case to.written != nil && to.written.Status == Failed && no.kind == missing:
		o.Hint = "Look at the path of " + to.path + ": it may be a link that leads nowhere."
	case to.written != nil && to.written.Status == Failed:
		o.Server += ", to write a file to " + to.path + " too"
		o.Hint = s.remedy("upload", to)
	default:
		return s.apart(to, no, o), nil
	}
	return o, nil
}

// apart words a move that fails although files can be moved inside source and
// written to the other folder.
func (s *session) apart(to *folder, no *refusal, o Outcome) Outcome {
	from := s.source()
	switch {
	case from.undeleted != nil:
		o.Hint = s.remedy("move", to) + " A folder that is append-only on the server lets no file go."
	case no.kind == failure:
		o.Detail += ": they seem to be on different file systems or mounts"
		o.Hint = fmt.Sprintf("Put %s and %s on the same volume of the server, with no mount in between.", from.path, to.path)
	case no.kind == missing:
		o.Hint = "Look at the path of " + to.path + ", and whether a running dataflow took the probe file."
	default:
		o.Server += "; renaming inside " + from.path + " and writing to " + to.path + " are allowed"
		o.Hint = s.remedy("between", to)
	}
	return o
}

// differentVolumes is true where the server tells two file systems apart. That
// it does not proves nothing: two mounts of one look alike.
func (s *session) differentVolumes(ctx context.Context, a, b *folder) (bool, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return false, err
	}
	va, ok, err := r.Space(ctx, a.path)
	if no, err := split(err); err != nil || no != nil || !ok {
		return false, err
	}
	vb, ok, err := r.Space(ctx, b.path)
	if no, err := split(err); err != nil || no != nil || !ok {
		return false, err
	}
	return va.told && vb.told && va.id != vb.id, nil
}

// moveInside renames the probe within the source folder. The refusal is nil if
// that works.
func (s *session) moveInside(ctx context.Context, p *probeFile) (*refusal, error) {
	from := s.source()
	name := s.names.next()
	src, dst := join(from.path, p.name), join(from.path, name)
	if s.names.chosen {
		if no, err := s.mustBeFree(ctx, name); no != nil || err != nil {
			return nil, err
		}
	}
	no, err := s.move(ctx, p, src, dst, false)
	if err != nil {
		return nil, err
	}
	_, atTo, err := s.ends(ctx, src, dst, no == nil)
	if atTo == there {
		p.name = name
	}
	return no, err
}

// tryPosix moves p from source to a folder with posix-rename, keeps the outcome
// for the step of that name, and tells whether it works.
func (s *session) tryPosix(ctx context.Context, p *probeFile, to *folder) (bool, error) {
	r, err := s.remote(ctx)
	if err != nil || !r.HasPosixRename() || s.names.chosen {
		return false, err
	}
	from := s.source()
	src, dst := join(from.path, p.name), join(to.path, p.name)
	no, err := s.move(ctx, p, src, dst, true)
	if err != nil {
		return false, err
	}
	atFrom, atTo, err := s.ends(ctx, src, dst, no == nil)
	if err != nil {
		return false, err
	}
	s.noteMove(p, to, no, atFrom, atTo)
	works := no == nil && atFrom != there && atTo != gone
	o := passed("files can be moved with posix-rename")
	switch {
	case !works && s.result.Step("move-processed").ID == "":
		o = skipped("refused, as the plain rename is")
	case !works:
		o = Outcome{
			Status: Warned, Detail: "files cannot be moved with posix-rename", Server: said(no),
			Means: "Clients that prefer this request to the plain one would leave files in " + from.path + ".",
			Hint:  s.remedy("move", to),
		}
	}
	s.posix = &o
	return works, nil
}

// posixRename tries what some clients send in place of a plain rename.
func (s *session) posixRename(ctx context.Context) (Outcome, error) {
	if s.posix != nil {
		return *s.posix, nil
	}
	r, err := s.remote(ctx)
	if err != nil {
		return Outcome{}, err
	}
	to := s.folder(Processed)
	switch {
	case s.names.chosen:
		return skipped("not tried under a name that was chosen: the request replaces what has it"), nil
	case !r.HasPosixRename():
		return skipped("the server does not offer it"), nil
	case s.result.Step("move-processed").Status != Passed:
		return skipped("not tried, since a plain move was not seen to work"), nil
	}
	for _, f := range []*folder{s.source(), to} {
		if f.undeleted != nil {
			return unwritten(f), nil
		}
	}
	p, o, err := s.toMove(ctx, to)
	if err != nil || p == nil {
		return o, err
	}
	if _, err := s.tryPosix(ctx, p, to); err != nil {
		return Outcome{}, err
	}
	for _, f := range []*folder{s.source(), to} {
		if _, err := s.removeFolder(ctx, f); err != nil {
			return Outcome{}, err
		}
	}
	return *s.posix, nil
}
