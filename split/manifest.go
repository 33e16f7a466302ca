package split

import (
	"io"

	"github.com/connectplus/preflight/internal/terminal"
)

// Schema names the form of a Manifest.
const Schema = "preflight-split/1"

// A Manifest says which parts were made of which file, so that each can be
// proven whole and the file be put together again.
type Manifest struct {
	Schema    string         `json:"schema"`
	Source    ManifestSource `json:"source"`
	Limits    *ManifestLimit `json:"limits,omitempty"` // nil: the parts are those of a verdict
	MovedRows int64          `json:"moved_rows"`
	Parts     []ManifestPart `json:"parts"`
	Removed   []string       `json:"removed,omitempty"` // files of an earlier run
}

// A ManifestSource is the file that was cut.
type ManifestSource struct {
	Name    string `json:"name"`
	Archive string `json:"archive,omitempty"` // gzip or zip: the parts are those of the file in it
	Bytes   int64  `json:"bytes"`             // as it lies there
	SHA256  string `json:"sha256"`
	Rows    int64  `json:"rows"` // the header aside
	Groups  int64  `json:"groups"`
	// HeadBytes are what every part begins with, byte order mark and header: left
	// out of all parts but the first when they are put together.
	HeadBytes int `json:"head_bytes"`
}

// A ManifestLimit is what a part may hold; 0: no bound.
type ManifestLimit struct {
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
}

// A ManifestPart is one file that was written.
type ManifestPart struct {
	Name         string         `json:"name"`
	Kind         string         `json:"kind"` // part, clean or rejected
	Rows         int64          `json:"rows"`
	Groups       int64          `json:"groups"`
	FirstRow     int64          `json:"first_row"` // of the source, as a spreadsheet shows it
	LastRow      int64          `json:"last_row"`
	Bytes        int64          `json:"bytes"`
	SHA256       string         `json:"sha256"`
	MovedRows    int64          `json:"moved_rows"`
	Moved        string         `json:"moved,omitempty"` // see [Plan.Moved]
	Oversized    bool           `json:"oversized"`       // beyond the limits: one group, or blank rows
	Verdict      string         `json:"verdict"`         // pass, fail or incomplete
	RejectedRows int64          `json:"rejected_rows"`
	Rules        []ManifestRule `json:"rules"` // what check finds, the worst first
}

// A ManifestRule counts what a rule finds in a part.
type ManifestRule struct {
	ID       string   `json:"id"`
	Severity string   `json:"severity"`
	Count    int64    `json:"count"`
	Codes    []string `json:"codes"`
}

// Source describes the file of an index, as far as the index knows it.
func (x *Index) Source() ManifestSource {
	return ManifestSource{Name: x.src.Name, Archive: x.src.Archive, Bytes: x.src.Size, Rows: x.rows, Groups: x.Groups(), HeadBytes: len(x.head)}
}

// Write writes the manifest as JSON.
func (m *Manifest) Write(w io.Writer) error {
	text, err := terminal.JSON(m, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
