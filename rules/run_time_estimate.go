package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// RunTimeParams are the parameters of run-time-estimate.
type RunTimeParams struct {
	Calls    int64 `yaml:"calls_per_minute" doc:"calls that the API takes each minute, of the cluster and the org; 0: not known, nothing is estimated"`
	Grouping int64 `yaml:"grouping_limit" doc:"groups that the dataflow sends with one call, 1 to 1000"`
	Minutes  int64 `yaml:"minutes" doc:"minutes that the run may take: the trigger interval, or what is left until a deadline"`
}

// Validate reports numbers that no dataflow has.
func (r *RunTimeParams) Validate() error {
	if r.Calls < 0 {
		return fmt.Errorf("calls_per_minute is %d; it takes a whole number, 0 or more", r.Calls)
	}
	if r.Grouping < 1 || r.Grouping > 1000 {
		return fmt.Errorf("grouping_limit is %d; it takes a whole number from 1 to 1000", r.Grouping)
	}
	return checkLimit("minutes", r.Minutes)
}

// RunTimeEstimate reports files that keep a dataflow busy for longer than it may.
var RunTimeEstimate = register(validate.Rule{
	ID: "run-time-estimate", Title: "Run longer than it may take", Severity: validate.Info, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
The file needs more calls than the API takes in the time that the run may last: its groups
divided by the grouping limit, divided by the calls of a minute. It is the least; retries
come on top. Nothing is said unless calls_per_minute is set.

The platform slows the dataflow down or refuses calls above its limit, and the next run
begins before this one ends.

Raise the grouping limit, drop the file earlier, or cut it between two bills.
`,
	Prevents: []string{"api:429", "transaction:517"},
	Sources:  []string{overview, groupingBlock, retryBlock},
	Params:   &RunTimeParams{Grouping: 1, Minutes: 5},
	Examples: []validate.Example{
		{Name: "three bills at one call a minute", Text: "billNumber,billAmount\nB1,10\nB2,12\nB3,12\n", Params: &RunTimeParams{Calls: 1, Grouping: 1, Minutes: 2},
			Want: []string{"run-time-estimate: the run takes 3 minutes at least, for 3 calls; it may take 2 minutes"}},
		{Name: "nobody said how many calls there may be", Text: "billNumber,billAmount\nB1,10\nB2,12\n"},
	},
	Checks: []validate.Check{validate.File(func(p *validate.Pass, s *validate.Summary, report func(validate.Detail)) {
		params := p.Params.(*RunTimeParams)
		if params.Calls == 0 {
			return
		}
		objects := s.Rows - s.Blank
		if s.Groups > 0 {
			objects = s.Groups
		}
		calls := (objects + params.Grouping - 1) / params.Grouping
		if minutes := (calls + params.Calls - 1) / params.Calls; minutes > params.Minutes {
			report(validate.Detail{Message: fmt.Sprintf("the run takes %s at least, for %s; it may take %s",
				words.Plural(minutes, "minute"), words.Plural(calls, "call"), words.Plural(params.Minutes, "minute"))})
		}
	})},
})
