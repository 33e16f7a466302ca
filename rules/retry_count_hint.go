package rules

import (
	"cmp"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// RetryCountHintParams are the parameters of retry-count-hint.
type RetryCountHintParams struct {
	Rows    int64 `yaml:"rows" doc:"rows above which the dataflow must retry"`
	AtMost  int64 `yaml:"at_most" doc:"rows above which row-count-limit speaks instead"`
	Retries int   `yaml:"retries" doc:"value that Max Retries must have then"`
}

// Validate reports numbers that are not above zero.
func (r *RetryCountHintParams) Validate() error {
	return cmp.Or(checkLimit("rows", r.Rows), checkLimit("at_most", r.AtMost), checkLimit("retries", int64(r.Retries)))
}

// RetryCountHint reminds of a setting that long files need.
var RetryCountHint = register(validate.Rule{
	ID: "retry-count-hint", Title: "Long file needs retries", Severity: validate.Warning, Since: "0.1.0",
	Doc: `
The file has more than 500,000 rows. Such files need Max Retries set to 5 in the block
that sends to the platform; a new dataflow starts with 0.

Without retries, rows that meet a busy moment of the platform are lost.

Ask whoever runs the dataflow to set Max Retries to 5, or cut the file between two bills.
The file itself is right.
`,
	Prevents: []string{"file-over-five-lakh-rows"},
	Sources:  []string{guide, retryBlock},
	Params:   &RetryCountHintParams{Rows: 500_000, AtMost: 2_000_000, Retries: 5},
	Examples: []validate.Example{
		{Name: "two rows, where one needed no retries", Text: "billNumber,billAmount\nB1,10\nB2,12\n",
			Params: &RetryCountHintParams{Rows: 1, AtMost: 10, Retries: 5},
			Want:   []string{"retry-count-hint: the file has 2 rows: above 1 the dataflow needs Max Retries 5"}},
		{Name: "a few rows", Text: "billNumber,billAmount\nB1,10\nB2,12\n"},
	},
	Checks: []validate.Check{validate.File(func(p *validate.Pass, s *validate.Summary, report func(validate.Detail)) {
		params := p.Params.(*RetryCountHintParams)
		if s.Rows <= params.Rows || s.Rows > params.AtMost {
			return
		}
		report(validate.Detail{
			Message: "the file has " + words.Plural(s.Rows, "row") + ": above " + words.Count(params.Rows) + " the dataflow needs Max Retries " +
				words.Count(int64(params.Retries)),
			Fix: &validate.Fix{Title: "set Max Retries to " + words.Count(int64(params.Retries)) + ", or cut the file between two bills"},
		})
	})},
})
