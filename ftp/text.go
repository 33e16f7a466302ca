package ftp

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
)

// TextOptions say how WriteText writes.
type TextOptions struct {
	Color   bool
	Width   int    // columns of the terminal; 0: 100, and less than 60 is taken as 60
	Cluster string // name of the one of package clusters whose addresses are shown; else those of all
	// Login are words that sftp needs to log in as the probe did, put into the
	// commands that remove what was left behind: -i FILE, -o NAME=VALUE.
	Login []string
	Quiet bool // only the verdict, in a line, and what was left behind
}

// Measures of the text, in columns.
const (
	textWidth   = 100 // of a terminal that does not say
	leastWidth  = 60  // the table makes no sense in less
	tableIndent = 3
	blockIndent = 4  // below the line with a mark
	gap         = 3  // between columns
	nameWidth   = 60 // bounds a path or a name inside a sentence
)

// headings are what the table calls rights whose name does not say all.
var headings = map[string]string{"move": "move here"}

// A textWriter gathers the report of one probe.
type textWriter struct {
	bytes.Buffer
	terminal.Painter
	res   *Result
	o     TextOptions
	width int
}

// WriteText writes the result for a person at a terminal: what may be done in
// which folder, what is missing with its remedy, what was left behind, and
// whether files can be dropped.
func (r *Result) WriteText(w io.Writer, o TextOptions) error {
	t := &textWriter{Painter: terminal.Painter(o.Color), res: r, o: o, width: max(o.Width, leastWidth)}
	if o.Width == 0 {
		t.width = textWidth
	}
	if o.Quiet {
		t.line(terminal.Visible(r.address()) + ": " + t.verdict())
		t.leftovers()
	} else {
		t.header()
		t.table()
		t.blocks()
		t.line("")
		t.cleanup()
		t.pattern()
		t.line(t.Bold(t.wrap(t.verdict(), 0, 0)))
		t.addresses()
	}
	_, err := w.Write(t.Bytes())
	return err
}

// address is the host with its port: "data.example.com:22".
func (r *Result) address() string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

// line writes one line, or several that end in the same way.
func (t *textWriter) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

// paragraph writes text in lines of the width, behind indent spaces.
func (t *textWriter) paragraph(indent int, s string) {
	t.line(strings.Repeat(" ", indent) + t.wrap(s, indent, indent))
}

// wrap makes text visible and breaks it into lines, but not between backticks:
// commands are copied.
func (t *textWriter) wrap(s string, first, indent int) string {
	const unbroken = "\u00a0" // visible text has none
	parts := strings.Split(terminal.Visible(s), "`")
	for i := 1; i+1 < len(parts); i += 2 {
		parts[i] = strings.ReplaceAll(parts[i], " ", unbroken)
	}
	return strings.ReplaceAll(terminal.Wrap(strings.Join(parts, "`"), t.width, first, indent), unbroken, " ")
}

// header says which account was tried, in one line or, if it must, in several.
func (t *textWriter) header() {
	r := t.res
	parts := []string{terminal.Visible(r.address())}
	if r.Server != "" {
		parts = append(parts, terminal.Clip(r.Server, nameWidth))
	}
	switch r.Protocol {
	case FTP:
		parts = append(parts, "FTP, not encrypted")
	case FTPS:
		parts = append(parts, "FTPS")
	}
	parts = append(parts, "user "+terminal.Clip(r.User, nameWidth))
	if r.HostKey != "" {
		kind, trust := "host key ", r.Trust
		if r.Protocol == FTPS {
			kind = "" // HostKey says that it is a certificate
		}
		if trust == "" {
			trust = "not trusted"
		}
		parts = append(parts, kind+terminal.Visible(r.HostKey)+" ("+terminal.Visible(trust)+")")
	}
	line, used := t.Bold(parts[0]), displaywidth.String(parts[0])
	for _, part := range parts[1:] {
		n := displaywidth.String(part)
		if used += gap + n; used <= t.width {
			line += strings.Repeat(" ", gap) + part
			continue
		}
		line += "\n" + strings.Repeat(" ", tableIndent) + terminal.Wrap(part, t.width, tableIndent, tableIndent)
		used = tableIndent + n
	}
	t.line(line)
}

// right returns what is known of a right in a folder: Skipped, or nothing, where
// it was not tried to the end.
func (r *Result) right(right string, role Role) Status {
	id := right + "-" + string(role)
	if id == r.broken() {
		return Skipped
	}
	return r.Step(id).Status
}

// broken is the id of the step at which the connection was lost, since that
// failed without a word of the right that it tries; empty: none.
func (r *Result) broken() (id string) {
	if r.connected || r.Interrupted {
		return ""
	}
	for _, s := range r.Steps {
		if s.Status == Failed && !stepByID(s.ID).always {
			id = s.ID
		}
	}
	return id
}

// tried tells whether any right was tried.
func (r *Result) tried() bool {
	for _, f := range r.Folders {
		for _, right := range Rights {
			if s := r.right(right, f.Role); s != "" && s != Skipped {
				return true
			}
		}
	}
	return false
}

// table shows each right in each folder, unless none was tried.
func (t *textWriter) table() {
	if !t.res.tried() {
		return
	}
	var columns []string
	rest := 0 // columns of the terminal that the marks take
	for _, right := range Rights {
		heading := headings[right]
		if heading == "" {
			heading = right
		}
		columns = append(columns, heading)
		rest += gap + len(heading)
	}
	paths := 0
	for _, f := range t.res.Folders {
		paths = max(paths, displaywidth.String(terminal.Visible(f.Path)))
	}
	paths = min(paths, t.width-tableIndent-rest)
	margin, between := strings.Repeat(" ", tableIndent), strings.Repeat(" ", gap)
	t.line("")
	t.line(margin + strings.Repeat(" ", paths) + between + strings.Join(columns, between))
	for _, f := range t.res.Folders {
		line := margin + terminal.Pad(tail(terminal.Visible(f.Path), paths), paths)
		for i, right := range Rights {
			before := (len(columns[i]) - 1) / 2
			line += between + strings.Repeat(" ", before) + t.mark(t.res.right(right, f.Role)) +
				strings.Repeat(" ", len(columns[i])-1-before)
		}
		t.line(line)
	}
}

// mark is the sign for a status: one column wide.
func (t *textWriter) mark(s Status) string {
	switch s {
	case Passed:
		return t.With("32", "✓")
	case Failed:
		return t.With("1;31", "✗")
	case Warned:
		return t.With("33", "!")
	}
	return t.Dim("–")
}

// tail cuts a visible path at its front, since paths differ at their ends.
func tail(s string, width int) string {
	if displaywidth.String(s) <= width {
		return s
	}
	over := displaywidth.String(s) + 1 - width // the ellipsis takes a column
	letters := displaywidth.StringGraphemes(s)
	at := 0
	for over > 0 && letters.Next() {
		over -= letters.Width()
		at += len(letters.Value())
	}
	return "…" + s[at:]
}

// blocks say what is missing, then what is only worth knowing.
func (t *textWriter) blocks() {
	for _, status := range []Status{Failed, Warned} {
		for _, s := range t.res.Steps {
			if s.Status == status && (s.ID != "cleanup" || len(t.res.Leftovers) == 0) {
				t.line("")
				t.block(s.Status, s.Outcome)
			}
		}
	}
	for _, warning := range t.res.Warnings {
		t.line("")
		t.block(Warned, Outcome{Detail: warning})
	}
}

func (t *textWriter) block(status Status, o Outcome) {
	t.line(t.mark(status) + " " + t.wrap(o.Detail, 2, 2))
	if o.Means != "" {
		t.paragraph(blockIndent, terminal.Sentence(o.Means))
	}
	if o.Server != "" {
		t.paragraph(blockIndent, "The server: "+o.Server)
	}
	if o.Hint != "" {
		t.paragraph(blockIndent, "Remedy: "+o.Hint)
	}
}

// pattern says that nobody knows whether a running dataflow takes probe files.
func (t *textWriter) pattern() {
	if t.res.Made > 0 && !t.res.PatternGiven {
		t.paragraph(0, "The dataflow's Filename Pattern was not given (--name-pattern): one that takes every name, as .* does, "+
			"may have picked probe files up if the dataflow is running.")
	}
}

// cleanup says what was written, and what of it is there still.
func (t *textWriter) cleanup() {
	r := t.res
	effort := words.Plural(int64(r.Requests), "request") + ", " + seconds(r.Elapsed)
	made := fmt.Sprintf("%s made, %d removed; %s", words.Plural(int64(r.Made), "probe file"), r.Removed, effort)
	switch {
	case len(r.Leftovers) > 0:
		t.paragraph(0, fmt.Sprintf("Left behind: %s (%s).", words.Plural(int64(len(r.Leftovers)), "probe file"), made))
		t.leftovers()
		t.line("")
	case r.Made == 0:
		t.paragraph(0, "Nothing was written ("+effort+").")
	case len(r.Vanished) > 0:
		t.paragraph(0, "None of the folders holds a probe file ("+made+").")
	default:
		t.paragraph(0, "Nothing was left behind ("+made+").")
	}
}

// seconds writes a time as a person takes it in: "0.2 s", "32 s".
func seconds(d time.Duration) string {
	if d >= 10*time.Second {
		return words.Count(int64(d.Round(time.Second)/time.Second)) + " s"
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// leftovers lists the files that are, or may be, on the server still, each
// with a command that removes it. Commands are not wrapped: they are copied.
func (t *textWriter) leftovers() {
	if len(t.res.Leftovers) == 0 {
		return
	}
	margin := strings.Repeat(" ", blockIndent)
	for _, path := range t.res.Leftovers {
		t.line(margin + terminal.Visible(path))
	}
	how := "Those that are there still are removed with:"
	if t.res.refusesRemoval() {
		how = "This account may not remove all of them. One that may does it with:"
	}
	t.paragraph(0, how)
	for _, path := range t.res.Leftovers {
		t.line(margin + t.res.removal(terminal.Visible(path), t.o.Login))
	}
	if t.res.Protocol == FTPS && t.res.Trust == "pinned" {
		t.paragraph(0, "If curl does not know who signed the certificate, it needs --cacert FILE as well.")
	}
}

// refusesRemoval tells whether removing was refused in some folder.
func (r *Result) refusesRemoval() bool {
	for _, f := range r.Folders {
		if r.right("remove", f.Role) == Failed {
			return true
		}
	}
	return false
}

// removal is a command for a shell that removes a file on the server. It asks
// for the password where one is needed.
//
// Source: sftp(1), whose arguments are quoted as in sh and whose rm takes no
// wildcards in quotes; curl(1).
func (r *Result) removal(path string, login []string) string {
	host := terminal.Visible(r.Host)
	user := terminal.Visible(r.User)
	if r.Protocol == FTP || r.Protocol == FTPS {
		scheme, secure := "ftp", ""
		switch {
		case r.Protocol == FTPS && r.Port == ImplicitPort:
			scheme = "ftps"
		case r.Protocol == FTPS:
			secure = "--ssl-reqd "
		}
		return fmt.Sprintf("curl %s--list-only --user %s --quote %s %s", secure, quoted(user), quoted("DELE "+path),
			quoted(scheme+"://"+net.JoinHostPort(host, strconv.Itoa(r.Port))+"/"))
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	target := quoted(user + "@" + host)
	if r.Port != 22 {
		target = fmt.Sprintf("-P %d %s", r.Port, target)
	}
	for i := len(login) - 1; i >= 0; i-- {
		target = quoted(terminal.Visible(login[i])) + " " + target
	}
	command := `rm "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(path) + `"`
	return "printf '%s\\n' " + quoted(command) + " | sftp " + target
}

// addresses reminds of what no probe from this machine can show.
func (t *textWriter) addresses() {
	s := "Connect+'s own addresses must be let in"
	if t.res.Step("login").Status == Passed {
		s = "This machine can log in; " + s + " too"
	}
	if c, ok := clusters.ByName(t.o.Cluster); ok {
		t.paragraph(0, s+" ("+c.Title+": "+strings.Join(c.Addresses, ", ")+").")
		return
	}
	t.paragraph(0, s+", those of the cluster that you are on:")
	for _, c := range clusters.All() {
		t.line(strings.Repeat(" ", blockIndent) + terminal.Wrap(terminal.Pad(c.Name, 5)+strings.Repeat(" ", gap)+
			strings.Join(c.Addresses, ", ")+" ("+c.Platform+")", t.width, blockIndent, blockIndent+5+gap))
	}
}
