package validate

import (
	"bytes"
	"context"
	"slices"
)

// describe words what the joiners of a space found, and puts it into the
// results of the files.
func (s *joinSpace) describe(ctx context.Context, joiners []*joiner) error {
	for at, c := range s.checks {
		counts := make([]int64, len(s.members))
		var failures []joinFailure
		for _, j := range joiners {
			failures = append(failures, j.failures[at]...)
			for m, n := range j.counts[at] {
				counts[m] += n
			}
		}
		failures, _ = lowestJoins(failures, s.keep(), len(s.members))
		if err := s.word(ctx, len(joiners), c, failures, counts); err != nil {
			return err
		}
		for m, n := range counts {
			b := c.at(m)
			if n == 0 || b.hidden {
				continue
			}
			cause := Cause{Rule: b.rule.ID, Severity: b.severity, Column: b.column + 1, Codes: b.codes, Count: n, Groups: b.groups}
			if b.sees != nil {
				cause.Header = b.sees.Header
				if b.sees.Field != nil {
					cause.Field = b.sees.Field.Name
				}
			}
			if !b.groups {
				cause.Rows = n
			}
			s.members[m].file.add(cause)
		}
	}
	return nil
}

// at returns the check of a member; nil: it has none.
func (c *spaceCheck) at(member int) *joinCheck {
	if member < len(c.bound) {
		return c.bound[member]
	}
	return nil
}

// word makes findings of failures, so many at once as memory bears. A failure
// whose keys only seem equal is no finding: it is taken off the counts.
func (s *joinSpace) word(ctx context.Context, workers int, c *spaceCheck, failures []joinFailure, counts []int64) error {
	for len(failures) > 0 {
		var all [][]met
		n, rows := 0, 0
		for ; n < len(failures) && (n == 0 || rows < joinRows); n++ {
			all = append(all, failures[n].met)
			for _, one := range failures[n].met {
				rows += one.rows
			}
		}
		fetched, err := s.fetch(ctx, workers, all)
		if err != nil {
			return err
		}
		j := &joiner{s: s}
		for _, f := range failures[:n] {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			var m Meeting
			j.fill(&m, c, f.met)
			m.show(fetched)
			if !s.honest(&m) {
				counts[f.member]--
				continue
			}
			at := slices.IndexFunc(m.Parts, func(p Part) bool { return p.member == f.member })
			s.finding(c.bound[f.member], &m, at, c.check.Describe(&m, at))
		}
		failures = failures[n:]
	}
	return nil
}

// honest reports whether the keys of a meeting are equal, not only their hashes.
func (s *joinSpace) honest(m *Meeting) bool {
	var first []byte
	for i := range m.Parts {
		p := &m.Parts[i]
		if len(p.views) == 0 {
			continue
		}
		text, _ := s.members[p.member].key.text(nil, p.views[0])
		if first == nil {
			first = text
		}
		if !bytes.Equal(first, text) {
			return false
		}
	}
	return true
}

// finding adds one finding to the file of a part.
func (s *joinSpace) finding(b *joinCheck, m *Meeting, at int, d Detail) {
	p := &m.Parts[at]
	f := s.members[p.member].file
	r := p.views[0]
	for _, v := range p.views {
		if v.Number() == d.Row {
			r = v
		}
	}
	var text []byte
	if d.Column >= 0 {
		text = Trim(r.Cell(d.Column))
	}
	fd := f.plan.finding(b.slot, d, r.b.Ref(r.i), d.Column, text)
	if f.plan.pass.Grouped() {
		fd.Group = f.plan.groupText(r)
	}
	for i, rel := range fd.Related {
		for _, v := range p.views {
			if v.Number() == rel.Row {
				fd.Related[i] = v.b.Ref(v.i)
			}
		}
	}
	for _, o := range d.Others {
		there := &m.Parts[o.Part]
		for _, v := range there.views {
			if v.Number() == o.Row {
				fd.Others = append(fd.Others, Elsewhere{s.members[there.member].file.Name, v.b.Ref(v.i)})
				break
			}
		}
	}
	f.Findings = append(f.Findings, fd)
}
