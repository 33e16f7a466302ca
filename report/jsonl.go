package report

import (
	"io"

	"github.com/connectplus/preflight/validate"
)

var jsonl = Format{
	Name: "jsonl", Ext: ".jsonl",
	Doc:   "one JSON object a line: the summary of all files, then each finding",
	Write: writeJSONL,
}

// A jsonlHead is the first line.
type jsonlHead struct {
	Type string `json:"type"` // "report"
	jsonHead
}

// A jsonlFinding is any other line.
type jsonlFinding struct {
	Type string `json:"type"` // "finding"
	jsonFinding
}

func writeJSONL(w io.Writer, res *Result, o Options) error {
	if err := encodeIndented(w, jsonlHead{"report", res.head(o)}, ""); err != nil {
		return err
	}
	return res.each(o, defaultSamples, func(p *page, fd *validate.Finding, fingerprint string) error {
		return encodeIndented(w, jsonlFinding{"finding", p.jsonFinding(fd, fingerprint)}, "")
	})
}
