package rules

import (
	"cmp"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/validate"
)

// FileSizeLimitParams are the parameters of file-size-limit.
type FileSizeLimitParams struct {
	Bytes    int64 `yaml:"bytes" doc:"largest file that the dataflow takes"`
	Approved int64 `yaml:"approved_bytes" doc:"largest file for which an approval can be had"`
}

// Validate reports limits that no file keeps.
func (l *FileSizeLimitParams) Validate() error {
	return cmp.Or(checkLimit("bytes", l.Bytes), checkLimit("approved_bytes", l.Approved))
}

// FileSizeLimit reports files that are too large for a dataflow.
var FileSizeLimit = register(validate.Rule{
	ID: "file-size-limit", Title: "File too large", Severity: validate.Error, Since: "0.1.0",
	Doc: `
The file is larger than a dataflow takes: 300 MB, counted as 300,000,000 bytes to be safe.
From nine tenths of that on it is a warning.

The platform processes larger files in part or not at all. Up to 650 MB were tried, with
an approval.

Cut the file into several, with the header on each, and never inside a bill.
`,
	Prevents: []string{"file-over-five-lakh-rows"},
	Sources:  []string{guide, overview},
	Params:   &FileSizeLimitParams{Bytes: 300_000_000, Approved: 650_000_000},
	Examples: []validate.Example{
		{Name: "34 bytes, where 30 were the limit", Text: "billNumber,billAmount\nB1,10\nB2,12\n", Params: &FileSizeLimitParams{Bytes: 30, Approved: 60},
			Want: []string{"file-size-limit: the file has 34 bytes, the limit is 30"}},
		{Name: "a small file", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		limit, size := p.Params.(*FileSizeLimitParams), p.Source.Size
		d := validate.Detail{Fix: &validate.Fix{Title: "cut the file between two bills"}}
		switch {
		case size > limit.Approved:
			d.Message = "the file has " + words.Count(size) + " bytes, and no approval exists above " + words.Count(limit.Approved)
		case size > limit.Bytes:
			d.Message = "the file has " + words.Count(size) + " bytes, the limit is " + words.Count(limit.Bytes)
		case size*10 >= limit.Bytes*9:
			d.Message = "the file has " + words.Count(size) + " bytes, close to the limit of " + words.Count(limit.Bytes)
			d.Severity = validate.Warning
		default:
			return
		}
		report(d)
	})},
})
