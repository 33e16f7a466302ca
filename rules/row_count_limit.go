package rules

import (
	"fmt"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// RowCountLimitParams are the parameters of row-count-limit.
type RowCountLimitParams struct {
	Rows int64 `yaml:"rows" doc:"most rows that a file may have, without its header"`
}

// Validate reports a limit that no file keeps.
func (l *RowCountLimitParams) Validate() error { return checkLimit("rows", l.Rows) }

// checkLimit reports a parameter that counts bytes, rows or retries and is not
// above zero.
func checkLimit(name string, n int64) error {
	if n <= 0 {
		return fmt.Errorf("%s is %d; it takes a whole number above 0", name, n)
	}
	return nil
}

// RowCountLimit reports files with too many rows for a dataflow.
var RowCountLimit = register(validate.Rule{
	ID: "row-count-limit", Title: "Too many rows", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The file has more rows than a dataflow takes: 2,000,000, whatever its size in bytes.

The platform processes longer files in part or not at all.

Cut the file into several, with the header on each, and never inside a bill.
`,
	Prevents: []string{"file-over-five-lakh-rows"},
	Sources:  []string{guide, overview},
	Params:   &RowCountLimitParams{Rows: 2_000_000},
	Examples: []validate.Example{
		{Name: "two rows, where one was the limit", Text: "billNumber,billAmount\nB1,10\nB2,12\n", Params: &RowCountLimitParams{Rows: 1},
			Want: []string{"row-count-limit: the file has 2 rows, the limit is 1"}},
		{Name: "a few rows", Text: "billNumber,billAmount\nB1,10\nB2,12\n"},
	},
	Checks: []validate.Check{validate.File(func(p *validate.Pass, s *validate.Summary, report func(validate.Detail)) {
		if limit := p.Params.(*RowCountLimitParams).Rows; s.Rows > limit {
			report(validate.Detail{
				Message: "the file has " + words.Plural(s.Rows, "row") + ", the limit is " + words.Count(limit),
				Fix:     &validate.Fix{Title: "cut the file between two bills"},
			})
		}
	})},
})
