package cmd

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/templates"
)

func templatesCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "templates [ID]",
		Short: "List the Connect+ templates, or the fields of one",
		ValidArgsFunction: func(*cobra.Command, []string, string) (ids []string, d cobra.ShellCompDirective) {
			for _, t := range templates.All() {
				ids = append(ids, t.ID+"\t"+t.Title)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			w := bufio.NewWriter(a.out)
			switch len(args) {
			case 0:
				for _, t := range templates.All() {
					fmt.Fprintf(w, "%-*s  %s\n", idWidth+4, t.ID, t.Title)
				}
			case 1:
				t, err := templateByID(args[0])
				if err != nil {
					return err
				}
				showTemplate(w, t)
			default:
				return usage("templates takes one id, not %d", len(args))
			}
			return w.Flush()
		},
	}
}

// showTemplate writes the fields of a template: name, whether it is needed,
// its type, then what it takes and the headers that it is known by.
func showTemplate(w io.Writer, t *templates.Template) {
	fmt.Fprintf(w, "%s: %s\n", t.ID, t.Title)
	if len(t.GroupBy) > 0 {
		fmt.Fprintf(w, "grouped by %s\n", strings.Join(t.GroupBy, ", "))
	}
	if len(t.AtLeastOne) > 0 {
		fmt.Fprintf(w, "each row needs one of %s\n", strings.Join(t.AtLeastOne, ", "))
	}
	const widest = 40 // of nearly all names; a longer one moves its line alone
	fmt.Fprintln(w)
	for _, f := range t.Fields {
		fmt.Fprintf(w, "%-*s  %-11s  %-7s  %s\n", widest, f.Name, need(f), f.Type, f.Level)
		for _, line := range fieldNotes(f) {
			fmt.Fprint(w, fill(line, 6))
		}
	}
}

// need says whether a field must be filled.
func need(f *templates.Field) string {
	switch {
	case f.Required:
		return "required"
	case f.RequiredIf != nil:
		return "conditional"
	}
	return "optional"
}

// fieldNotes says what a field takes, one thing a line.
func fieldNotes(f *templates.Field) (lines []string) {
	note := func(label, text string) {
		if text != "" {
			lines = append(lines, label+text)
		}
	}
	if c := f.RequiredIf; c != nil && c.Field != "" {
		note("required if ", c.Field+" is "+strings.Join(c.Values, " or "))
	} else if c != nil {
		note("required if blank: ", strings.Join(c.Blank, ", "))
	}
	note("one of ", strings.Join(f.Enum, ", "))
	note("such as ", strings.Join(f.Known, ", "))
	note("written ", strings.Join(f.Layouts, " or "))
	if f.MaxLen > 0 {
		note("at most ", fmt.Sprintf("%d characters", f.MaxLen))
	}
	note("headed ", strings.Join(f.Aliases, ", "))
	return lines
}
