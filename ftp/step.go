package ftp

import (
	"context"
	"slices"
)

// A Step is one thing that a probe tries.
type Step struct {
	ID  string
	Doc string // one sentence: what is tried, and why
	// Needs are steps without which this one cannot be tried. If one of them
	// failed or was skipped, this one is skipped.
	Needs []string

	blame  blame
	right  bool // a right that the dataflow or the probe needs: without it nothing is proved
	always bool // tried whatever went wrong before
	run    func(ctx context.Context, s *session) (Outcome, error)
}

// A blame says what a failed step means for the verdict.
type blame int

const (
	right  blame = iota // a right is missing
	access              // the account could not be tried
	usage               // the probe was called wrongly
)

// Steps returns all steps in their order.
func Steps() []*Step { return slices.Clone(steps()) }

func stepByID(id string) *Step {
	for _, s := range steps() {
		if s.ID == id {
			return s
		}
	}
	return &Step{ID: id}
}
