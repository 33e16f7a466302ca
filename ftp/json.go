package ftp

import (
	"fmt"
	"io"

	"github.com/connectplus/preflight/internal/terminal"
)

// jsonSchema names the shape of the report. Keys may be added under the same
// name; a key that goes away or changes its meaning needs a new one.
const jsonSchema = "preflight-ftp/1"

type jsonResult struct {
	Schema        string       `json:"schema"`
	Verdict       Verdict      `json:"verdict"` // pass, fail or incomplete
	Protocol      Protocol     `json:"protocol"`
	Host          string       `json:"host"`
	Port          int          `json:"port"`
	User          string       `json:"user"`
	Server        string       `json:"server"`
	HostKey       string       `json:"host_key"`
	Trust         string       `json:"trust"`
	Folders       []jsonFolder `json:"folders"`
	Steps         []jsonStep   `json:"steps"`
	Warnings      []string     `json:"warnings"`
	ProbesMade    int          `json:"probes_made"`
	ProbesRemoved int          `json:"probes_removed"`
	Leftovers     []string     `json:"leftovers"`
	Vanished      []string     `json:"vanished"`
	Requests      int          `json:"requests"`
	Interrupted   bool         `json:"interrupted"`
}

type jsonFolder struct {
	Role Role   `json:"role"`
	Path string `json:"path"`
}

type jsonStep struct {
	ID     string `json:"id"`
	Status Status `json:"status"`
	Detail string `json:"detail"`
	Means  string `json:"means"`
	Hint   string `json:"hint"`
	Server string `json:"server"`
	MS     int64  `json:"ms"`
}

// WriteJSON writes the result as one JSON object, for programs. Lists without
// entries are [], texts that are not known "". A verdict of Refused is written
// as incomplete: nothing can be said of the account.
func (r *Result) WriteJSON(w io.Writer) error {
	out := jsonResult{
		Schema: jsonSchema, Verdict: r.Verdict(), Protocol: r.Protocol, Host: r.Host, Port: r.Port, User: r.User,
		Server: r.Server, HostKey: r.HostKey, Trust: r.Trust,
		Folders: []jsonFolder{}, Steps: []jsonStep{}, Warnings: append([]string{}, r.Warnings...),
		ProbesMade: r.Made, ProbesRemoved: r.Removed, Leftovers: append([]string{}, r.Leftovers...), Vanished: append([]string{}, r.Vanished...),
		Requests: r.Requests, Interrupted: r.Interrupted,
	}
	if out.Verdict == Refused {
		out.Verdict = Incomplete
	}
	for _, f := range r.Folders {
		out.Folders = append(out.Folders, jsonFolder(f))
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, jsonStep{s.ID, s.Status, s.Detail, s.Means, s.Hint, s.Server, s.Elapsed.Milliseconds()})
	}
	text, err := terminal.JSON(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	_, err = w.Write(text)
	return err
}
