package cmd

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

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
	for _, p := range m.Parts {
		if p.Kind == "rejected" {
			for _, r := range p.Rules[:min(len(p.Rules), rulesShown)] {
				fmt.Fprintf(b, "  rejected by %s: %s %s\n", r.ID, words.Count(r.Count), strings.Join(r.Codes[:min(len(r.Codes), 2)], ", "))
			}
			if n := len(p.Rules) - rulesShown; n > 0 {
				fmt.Fprintf(b, "  and by %s more\n", words.Plural(int64(n), "rule"))
			}
		}
		if p.Oversized {
			what := "bill that begins at row "
			if p.Groups == 0 {
				what = "row "
			}
			fmt.Fprintf(b, "%s is larger than the limits: the %s%s is not cut\n", visible(p.Name), what, words.Count(p.FirstRow))
		}
	}
	if m.MovedRows > 0 {
		fmt.Fprintf(b, "%s moved to the part of the bill that began before; the manifest names them\n", words.Plural(m.MovedRows, "row"))
	}
	for _, note := range c.notes {
		b.WriteString(visible(note) + "\n")
	}
	b.WriteString("next: " + c.next() + "\n")
}

// next says what to do with the parts.
func (c *cutting) next() string {
	name := func() string { // of the first that does not pass
		i := max(slices.IndexFunc(c.manifest.Parts, func(p split.ManifestPart) bool { return p.Verdict != "pass" }), 0)
		return visible(short(c.targets[i].path))
	}
	switch parts := c.manifest.Parts; {
	case c.s.byVerdict() && len(parts) > 0 && parts[0].Kind == "clean" && parts[0].Verdict == "pass":
		return "drop " + visible(short(c.targets[0].path)) + "; correct the rest at its origin, and send it later with the same bill numbers"
	case c.s.byVerdict() && len(parts) > 0 && slices.ContainsFunc(parts[0].Rules, func(r split.ManifestRule) bool { return healsWhenCut(r.ID) }):
		return "cut it with: preflight split " + name()
	case c.s.byVerdict() && len(parts) > 0 && parts[0].Kind == "clean":
		return "see what is left with: preflight check " + name()
	case c.s.byVerdict() && len(parts) > 0:
		return "see why with: preflight check " + name()
	case c.s.byVerdict():
		return "drop " + visible(c.b.name) + " as it is"
	case c.code != 0:
		return "see what is wrong with: preflight check " + name()
	case len(parts) == 1 && filepath.Base(c.b.name) == c.b.name:
		return "one part is enough, so the file can be dropped as it is"
	}
	return "drop the parts one after another, in this order"
}
