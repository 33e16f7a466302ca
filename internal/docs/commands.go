package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/cmd"
)

func commandsPage() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprint(&b, generated, `# Commands

| exit code | meaning |
|---|---|
| 0 | judged, nothing at or above `+"`--fail-on`"+` |
| 1 | judged, findings at or above `+"`--fail-on`"+` |
| 2 | wrong usage or configuration; nothing was judged |
| 3 | no verdict: a file that cannot be read, or a limit |
| 128+n | ended by signal n, without a report |

[ftp-access.md](ftp-access.md) says what they mean there. With several files, one that cannot be read makes the code 3, or 1 if there were findings too.
`)
	for _, c := range cmd.Root().Commands() {
		if c.IsAvailableCommand() {
			commandPart(&b, c)
		}
	}
	return b.Bytes(), nil
}

func commandPart(b *bytes.Buffer, c *cobra.Command) {
	about := c.Long
	if about == "" {
		about = c.Short + "."
	}
	fmt.Fprintf(b, "\n## %s\n\n```\npreflight %s\n```\n\n%s\n", c.Name(), c.Use, about)
	if c.Example != "" {
		fmt.Fprintf(b, "\n```\n%s\n```\n", c.Example)
	}
	first := true
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		if first {
			fmt.Fprint(b, "\n| flag | meaning |\n|---|---|\n")
			first = false
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		if f.DefValue != "" && !strings.Contains("false 0 []", f.DefValue) && !strings.Contains(usage, "default") {
			usage += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", strings.ReplaceAll(name, "|", `\|`), strings.ReplaceAll(usage, "|", `\|`))
	})
}
