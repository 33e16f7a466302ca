package cmd

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/connectplus/preflight/validate"
)

// judgeSideBySide judges files and returns the results in the order of jobs.
// The files share the processors by their size, the large ones first: what is
// free is taken, so that none waits for another longer than it must. The
// results do not depend on it.
//
// Of several errors the first in the order of jobs is returned.
func (j *judging) judgeSideBySide(ctx context.Context, jobs []*job, p *progress) ([]*validate.FileResult, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	processors := j.processors()
	order := make([]int, len(jobs))
	var total int64
	for i, b := range jobs {
		order[i] = i
		total += b.source.Size
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(jobs[b].source.Size, jobs[a].source.Size) })
	results, errs := make([]*validate.FileResult, len(jobs)), make([]error, len(jobs))
	free := newShares(processors)
	var group sync.WaitGroup
	for _, i := range order {
		b := jobs[i]
		// Rounded up: a processor too many is not idle, one too few is.
		want := int((b.source.Size*int64(processors) + total - 1) / max(total, 1))
		n := free.take(min(max(want, 1), processors))
		b.options.Workers = n
		group.Go(func() {
			defer free.give(n)
			if results[i], errs[i] = b.judge(ctx, p); errs[i] != nil {
				cancel()
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return nil, err
		}
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// processors returns how many are to work.
func (j *judging) processors() int {
	if j.jobs > 0 {
		return j.jobs
	}
	return runtime.GOMAXPROCS(0)
}

// shares are processors that files take and give back.
type shares struct {
	mu    sync.Mutex
	given *sync.Cond
	free  int
}

func newShares(n int) *shares {
	s := &shares{free: n}
	s.given = sync.NewCond(&s.mu)
	return s
}

// take waits until one is free, and takes up to n.
func (s *shares) take(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.free == 0 {
		s.given.Wait()
	}
	n = min(n, s.free)
	s.free -= n
	return n
}

func (s *shares) give(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free += n
	s.given.Signal()
}
