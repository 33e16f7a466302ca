package validate

import "context"

// joinRows bounds the rows that are read again at once for keys of several files.
const joinRows = 20_000

// rowsAtOnce is joinRows, or less where rows are wide.
func (s *joinSpace) rowsAtOnce() int {
	n := joinRows
	for _, m := range s.members {
		n = min(n, m.file.plan.fetchRows())
	}
	return n
}

// resolve reads the rows of pending keys again and judges those.
func (j *joiner) resolve(ctx context.Context) error {
	waiting := j.pending
	j.pending, j.waiting = nil, 0
	if len(waiting) == 0 {
		return nil
	}
	var all [][]met
	for i := range waiting {
		all = append(all, waiting[i].met)
	}
	rows, err := j.s.fetch(ctx, 1, all)
	if err != nil {
		return err
	}
	for i := range waiting {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		j.judge(waiting[i].met, waiting[i].checks, rows)
	}
	return nil
}

// fetch reads the rows of some keys again, by member.
func (s *joinSpace) fetch(ctx context.Context, workers int, all [][]met) ([]*fetched, error) {
	runs := make([][][]Run, len(s.members))
	for _, key := range all {
		for _, one := range key {
			runs[one.member] = append(runs[one.member], one.runs)
		}
	}
	rows := make([]*fetched, len(s.members))
	for m, wanted := range runs {
		var err error
		if rows[m], err = s.members[m].file.plan.fetch(ctx, workers, wanted); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
