package cmd

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

func rulesCommand(a *app) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Long: `List the rules: id, severity and title, then the status codes and symptoms that
the rule prevents and the templates that it applies to.`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			w := bufio.NewWriter(a.out)
			listRules(w, rules.All())
			if all {
				listLater(w)
			}
			return w.Flush()
		},
	}
	c.Flags().BoolVar(&all, "all", false, "also the defects that no rule looks for, and what it would need")
	return c
}

// idWidth leaves room for the longest rule id.
const idWidth = 26

func listRules(w io.Writer, list []*validate.Rule) {
	list = slices.SortedFunc(slices.Values(list), func(a, b *validate.Rule) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range list {
		fmt.Fprintf(w, "%-*s %-7s  %s\n", idWidth, r.ID, r.Severity, r.Title)
		about := strings.Join(r.Prevents, ", ")
		if len(r.Templates) > 0 {
			about = strings.TrimPrefix(about+"; ", "; ") + "in " + strings.Join(r.Templates, ", ")
		}
		if about != "" {
			fmt.Fprintf(w, "%-*s          %s\n", idWidth, "", about)
		}
	}
}

func listLater(w io.Writer) {
	fmt.Fprintf(w, "\nKnown, but looked for by no rule yet:\n\n")
	for _, l := range later() {
		fmt.Fprintf(w, "%-*s %s: %s\n", idWidth, l.id, l.missing(), l.title)
	}
}
