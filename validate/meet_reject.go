package validate

// A joinReject is a key whose rows a file must not keep.
type joinReject struct {
	member int
	slot   *slot // nil: another file rejects the key
	refuse bool
	shown  bool // Connect+ shows what is refused
	runs   []Run
}

// A rejection is what one joiner rejects of a file. A key is judged by one joiner
// at a time, so that no two count the same group.
type rejection struct {
	file              *FileResult
	groups            bool // keys are groups
	rejected, refused RowSet
	lost, shown       RowSet // of the refused rows; what is shown is not lost, whatever else is found
	codes             []RowSet

	rejectedGroups, refusedGroups, lostGroups int64
	codeGroups                                []int64
}

func newRejections(s *joinSpace) []rejection {
	all := make([]rejection, len(s.members))
	for i, m := range s.members {
		all[i].start(m)
	}
	return all
}

func (r *rejection) start(m joinMember) {
	codes := len(m.file.codeRows)
	*r = rejection{file: m.file, groups: m.file.plan.pass.Grouped() && m.file.plan.groupsBy(m.key),
		codes: make([]RowSet, codes), codeGroups: make([]int64, codes)}
}

// take counts the rows of a rejected key.
func (r *rejection) take(k *joinReject) {
	code := -1
	if k.slot != nil {
		code = k.slot.code
	}
	if r.groups {
		has := func(before, now *RowSet) bool { // of the key: all or none
			first, n := k.runs[0].First, max(k.runs[0].N, 1)
			return before.Any(first, n) || now.Any(first, n)
		}
		if !has(r.file.Rejected, &r.rejected) {
			r.rejectedGroups++
		}
		switch {
		case !k.refuse:
		case !has(r.file.refused, &r.refused):
			r.refusedGroups++
			if !k.shown {
				r.lostGroups++
			}
		case k.shown && has(r.file.lost, &r.lost) && !r.shown.Any(k.runs[0].First, max(k.runs[0].N, 1)):
			r.lostGroups--
		}
		if code >= 0 && !has(&r.file.codeRows[code], &r.codes[code]) {
			r.codeGroups[code]++
		}
	}
	for _, run := range k.runs {
		n := max(run.N, 1) // 0: one ragged row
		r.rejected.AddRange(run.First, n)
		switch {
		case k.refuse && k.shown:
			r.shown.AddRange(run.First, n)
		case k.refuse:
			for row := run.First; row < run.First+int64(n); row++ {
				if !r.file.refused.Has(row) && !r.refused.Has(row) {
					r.lost.Add(row)
				}
			}
		}
		if k.refuse {
			r.refused.AddRange(run.First, n)
		}
		if code >= 0 {
			r.codes[code].AddRange(run.First, n)
		}
	}
}

// reject puts what joiners reject into the results of the files.
func (s *joinSpace) reject(joiners []*joiner) {
	for _, j := range joiners {
		for m := range j.rejected {
			r := &j.rejected[m]
			f := r.file
			f.RejectedGroups += r.rejectedGroups
			f.RefusedGroups += r.refusedGroups
			f.LostGroups += r.lostGroups
			f.Rejected.Or(&r.rejected)
			f.refused.Or(&r.refused)
			f.lost.Or(&r.lost)
			f.lost.without(&r.shown)
			for code := range r.codes {
				f.codeGroups[code] += r.codeGroups[code]
				f.codeRows[code].Or(&r.codes[code])
			}
			r.start(s.members[m])
		}
	}
}
