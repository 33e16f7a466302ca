package ftp

import (
	"context"
	"maps"
	"path"
	"slices"
	"time"
)

// A probeFile is one file that we made, or tried to make.
type probeFile struct {
	name    string
	names   []string        // all that it had
	at      map[string]bool // paths where it may be; noted before each request
	trail   []string        // all of them, whatever was seen since
	made    bool            // the server said so
	removed bool            // the server said so, and it is gone
	told    bool            // the server said that it removed it, or was asked last
	content string

	vanished bool // made, not removed by us, and in none of the folders
}

// paths returns where the file may be, in order.
func (p *probeFile) paths() []string { return slices.Sorted(maps.Keys(p.at)) }

// mayBe notes a path where the file may be from now on.
func (p *probeFile) mayBe(where string) {
	p.at[where] = true
	if !slices.Contains(p.trail, where) {
		p.trail = append(p.trail, where)
	}
	if name := path.Base(where); !slices.Contains(p.names, name) {
		p.names = append(p.names, name)
	}
}

// write makes a probe file in a folder. The returned file is nil if the server
// refused to open it.
//
// Errors: as those of remote, but for the refusal, which stands apart.
func (s *session) write(ctx context.Context, f *folder) (*probeFile, *refusal, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return nil, nil, err
	}
	p := &probeFile{name: s.names.next(), at: map[string]bool{}, content: content}
	where := join(f.path, p.name)
	if s.names.chosen {
		// The name is not ours alone: what stands under it is not touched.
		if no, err := s.mustBeFree(ctx, p.name); no != nil || err != nil {
			return nil, no, err
		}
	}
	s.files = append(s.files, p)
	p.mayBe(where)
	opened, err := r.Create(ctx, where, []byte(content), true)
	no, err := split(err)
	if !opened && no != nil && no.kind == unsupported && !s.names.chosen {
		// Some servers know no exclusive opening. The name is new, so that
		// nothing can be overwritten; we still look.
		if there, err := s.look(ctx, where); err != nil || there != gone {
			return nil, no, err
		}
		p.mayBe(where)
		opened, err = r.Create(ctx, where, []byte(content), false)
		no, err = split(err)
	}
	if opened {
		p.made = true
		s.result.Made++
	}
	switch {
	case err != nil:
		return nil, nil, err
	case opened:
		return p, no, nil
	case s.names.chosen:
		delete(p.at, where) // what is there is not ours
	case no.kind != failure && no.kind != full:
		// A clear no. Some servers make the file all the same.
		seen, err := s.look(ctx, where)
		if err != nil {
			return nil, nil, err
		}
		if seen != there {
			delete(p.at, where)
		}
	}
	return nil, no, nil
}

// mustBeFree refuses a name that is taken in one of the folders, or may be.
func (s *session) mustBeFree(ctx context.Context, name string) (*refusal, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range s.folders {
		_, err := r.Lstat(ctx, join(f.path, name))
		no, err := split(err)
		if err != nil {
			return nil, err
		}
		if no == nil {
			return &refusal{kind: exists, words: join(f.path, name) + " is there already"}, nil
		}
		if no.kind != missing {
			return no, nil
		}
	}
	return nil, nil
}

// move renames a probe file. What the server says is not believed: see whereIs.
func (s *session) move(ctx context.Context, p *probeFile, from, to string, posix bool) (*refusal, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return nil, err
	}
	p.mayBe(to)
	if posix {
		return split(r.PosixRename(ctx, from, to))
	}
	return split(r.Rename(ctx, from, to))
}

// remove removes a probe file and looks whether it is gone. still says that it
// is there although the server said that it removed it.
func (s *session) remove(ctx context.Context, p *probeFile, where string) (no *refusal, still bool, err error) {
	r, err := s.remote(ctx)
	if err != nil {
		return nil, false, err
	}
	no, err = split(r.Remove(ctx, where))
	if err != nil {
		p.told = true // it was asked, and is gone if it is not found later
		return nil, false, err
	}
	if no != nil && no.kind == failure {
		// Some servers have one answer for all. Gone is gone.
		seen, err := s.look(ctx, where)
		if err != nil {
			return nil, false, err
		}
		if seen == gone {
			no = &refusal{missing, no.code, no.words}
		}
	}
	switch {
	case no != nil && no.kind == missing:
		delete(p.at, where)
		if p.told {
			s.confirm(p, where)
		}
		return no, false, nil
	case no != nil:
		return no, false, nil
	}
	p.told = true
	seen, err := s.settle(ctx, where, gone)
	if err != nil || seen == there {
		return nil, seen == there, err
	}
	s.confirm(p, where)
	return nil, false, nil
}

// confirm counts a file that is removed for certain.
func (s *session) confirm(p *probeFile, where string) {
	delete(p.at, where)
	if !p.removed {
		p.removed = true
		s.result.Removed++
		if !p.made { // the answer to making it was lost
			p.made = true
			s.result.Made++
		}
	}
	if f := s.folderOf(where); f != nil {
		f.deletes = true
	}
}

func (s *session) folderOf(where string) *folder {
	for _, f := range s.folders {
		if join(f.path, path.Base(where)) == where {
			return f
		}
	}
	return nil
}

// A presence is whether a file is there, as far as the server tells.
type presence int

const (
	unknown presence = iota // the server does not let the account look
	there
	gone
)

// look asks whether there is a file of that path, and keeps what it saw in
// s.seen. One that is gone is noted.
func (s *session) look(ctx context.Context, where string) (presence, error) {
	r, err := s.remote(ctx)
	if err != nil {
		return unknown, err
	}
	s.seen, err = r.Lstat(ctx, where)
	switch no, err := split(err); {
	case err != nil:
		return unknown, err
	case no == nil:
		return there, nil
	case no.kind != missing:
		return unknown, nil
	}
	for _, p := range s.files {
		if delete(p.at, where); p.told && len(p.at) == 0 && !p.removed && slices.Contains(p.trail, where) {
			s.confirm(p, where)
		}
	}
	return gone, nil
}

// patience is how long a server may take to show what it has done: some stores
// are a moment late.
const patience = 3 * time.Second

// settle looks again and again until it sees what is wanted, or the server does
// not tell. It returns what it saw last.
func (s *session) settle(ctx context.Context, where string, want presence) (presence, error) {
	deadline, pause := time.Now().Add(s.o.patience), 50*time.Millisecond
	for {
		seen, err := s.look(ctx, where)
		if err != nil || seen == want || seen == unknown || time.Now().After(deadline) {
			return seen, err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return seen, ctx.Err()
		}
	}
}

// ends looks at both ends of a move: as they must be if it took place, or if it
// was refused.
func (s *session) ends(ctx context.Context, from, to string, moved bool) (atFrom, atTo presence, err error) {
	wantFrom, wantTo := there, gone
	if moved {
		wantFrom, wantTo = gone, there
	}
	if atTo, err = s.settle(ctx, to, wantTo); err != nil {
		return unknown, unknown, err
	}
	atFrom, err = s.settle(ctx, from, wantFrom)
	return atFrom, atTo, err
}
