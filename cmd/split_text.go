package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/split"
)

// rulesShown are how many rules a part is told with.
const rulesShown = 5

// text writes what was made of the file.
func (c *cutting) text(w io.Writer, quiet bool) error {
	m := c.manifest
	var b strings.Builder
	if c.s.byVerdict() {
		fmt.Fprintf(&b, "%s: %s parted by verdict\n", visible(m.Source.Name), words.Plural(m.Source.Rows, "row"))
	} else {
		fmt.Fprintf(&b, "%s: %s cut into %s\n", visible(m.Source.Name), words.Plural(m.Source.Rows, "row"), words.Plural(int64(len(m.Parts)), "part"))
	}
	if !quiet {
		c.table(&b)
		c.remarks(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// table lists the parts with what they hold.
func (c *cutting) table(b *strings.Builder) {
	grouped := c.manifest.Source.Groups > 0
	rows := [][]string{{"part", "rows", "bills", "bytes", "source rows", "verdict"}}
	for i, p := range c.manifest.Parts {
		rows = append(rows, []string{visible(short(c.targets[i].path)), words.Count(p.Rows), words.Count(p.Groups), words.Count(p.Bytes),
			words.Count(p.FirstRow) + "-" + words.Count(p.LastRow), verdict(p)})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for k, cell := range row {
			widths[k] = max(widths[k], len([]rune(cell)))
		}
	}
	for _, row := range rows {
		line := "  " + terminal.Pad(row[0], widths[0])
		for k := 1; k < len(row)-1; k++ {
			if k != 2 || grouped {
				line += "  " + terminal.PadLeft(row[k], widths[k])
			}
		}
		b.WriteString(line + "  " + row[len(row)-1] + "\n")
	}
}

// verdict words what check says of a part.
func verdict(p split.ManifestPart) string {
	switch {
	case p.Kind == "rejected" || p.Verdict == "pass":
		return p.Verdict
	case p.RejectedRows == 0 && len(p.Rules) > 0:
		return p.Verdict + ": " + p.Rules[0].ID
	}
	return p.Verdict + ": " + words.Plural(p.RejectedRows, "row") + " rejected"
}

// remarks says what else a person must know, and what to do next.
func (c *cutting) remarks(b *strings.Builder) {
	m := c.manifest
	for i, p := range m.Parts {
		if p.Kind == "rejected" {
			for _, r := range p.Rules[:min(len(p.Rules), rulesShown)] {
				b.WriteString("  " + cause(r) + "\n")
			}
			if n := len(p.Rules) - rulesShown; n > 0 {
				fmt.Fprintf(b, "  and by %s more\n", words.Plural(int64(n), "rule"))
			}
		}
		if p.Oversized {
			b.WriteString(visible(p.Name) + " is larger than the limits" + c.oversized(i) + "\n")
		}
	}
	if m.MovedRows > 0 {
		its, them := "their bills begin", "them"
		if m.MovedRows == 1 {
			its, them = "its bill begins", "it"
		}
		fmt.Fprintf(b, "%s moved up to the part where %s; the manifest lists %s\n", words.Plural(m.MovedRows, "row"), its, them)
	}
	for _, note := range c.notes {
		b.WriteString(visible(note) + "\n")
	}
	b.WriteString("next: " + c.next() + "\n")
}

// oversized says why a part is larger than the limits.
func (c *cutting) oversized(i int) string {
	p, blank := c.manifest.Parts[i], c.targets[i].part.Blank
	what := "bill"
	switch {
	case blank > 0 && (p.Groups > 1 || p.Rows-blank <= c.manifest.Limits.Rows):
		return " by blank rows, which preflight fix deletes"
	case p.Groups == 0:
		what = "row"
	}
	return ": it is one " + what + ", from row " + words.Count(p.FirstRow) + ", and no " + what + " is cut"
}

// cause words what a rule found, and what the platform does with it.
func cause(r split.ManifestRule) string {
	found := r.ID + ": " + words.Plural(r.Count, "finding")
	if len(r.Codes) == 0 {
		return "rejected by " + found
	}
	shown := strings.Join(r.Codes[:min(len(r.Codes), 2)], ", ")
	switch {
	case !codes.Refuses(r.Codes[0]):
		return "held back by " + found + "; the platform takes such rows, but: " + shown
	case len(r.Codes) == 1:
		return "rejected by " + found + "; code " + shown
	}
	return "rejected by " + found + "; codes " + shown
}

// next says what to do with the parts.
func (c *cutting) next() string {
	parts := c.manifest.Parts
	file := visible(c.b.name)
	switch {
	case !c.s.byVerdict() && c.code != 0:
		return c.look("see what is wrong with", "check", slices.IndexFunc(parts, func(p split.ManifestPart) bool { return p.Verdict != "pass" }))
	case !c.s.byVerdict() && len(parts) == 1 && c.b.path != "" && c.b.source.Archive == "":
		return "one part is enough, so the file can be dropped as it is"
	case !c.s.byVerdict() && len(parts) == 1:
		return "drop " + visible(short(c.targets[0].path))
	case !c.s.byVerdict():
		return "drop the parts one after another, in this order"
	case len(parts) == 0 && c.code != 0:
		return "see what is wrong with " + file + ": preflight check"
	case len(parts) == 0:
		return "drop " + file + " as it is"
	case parts[0].Kind != "clean":
		return c.look("see why with", "check", 0)
	case slices.ContainsFunc(parts[0].Rules, func(r split.ManifestRule) bool { return healsWhenCut(r.ID) }) && parts[0].Verdict != "pass":
		return c.look("cut it with", "split", 0)
	case parts[0].Verdict != "pass":
		return c.look("see what is left with", "check", 0)
	case parts[0].Rows == c.manifest.Source.Rows:
		return "drop " + visible(short(c.targets[0].path)) + "; it has all rows"
	}
	return "drop " + visible(short(c.targets[0].path)) + "; correct the rest at its origin, and send it later with the same bill numbers"
}

// look names the command that says more about a part.
func (c *cutting) look(why, command string, part int) string {
	path := short(c.targets[max(part, 0)].path)
	if hint := c.hint(command, path); hint != "" {
		return why + ": " + hint
	}
	return why + " preflight " + command + ", with the settings of this flow: " + visible(path)
}
