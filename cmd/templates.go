package cmd

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/templates"
)

func templatesCommand(a *app) *cobra.Command {
	var settings configs
	c := &cobra.Command{
		Use:   "templates [ID]",
		Short: "List the Connect+ templates, or the fields of one",
		Long: `List the Connect+ templates and those of the template files that preflight.yaml
names, or the fields of one.`,
		ValidArgsFunction: func(*cobra.Command, []string, string) (ids []string, d cobra.ShellCompDirective) {
			own, _ := settings.own() // a broken configuration must not end in the shell's line
			for _, t := range slices.Concat(own, templates.All()) {
				ids = append(ids, t.ID+"\t"+t.Title)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			w := bufio.NewWriter(a.out)
			switch len(args) {
			case 0:
				own, err := settings.own()
				if err != nil {
					return err
				}
				listTemplates(w, slices.Concat(own, templates.All()))
			case 1:
				t, err := settings.template(args[0])
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
	settings.registerOwn(c.Flags())
	return c
}

// registerOwn adds the flags that say where the templates of the user stand.
func (c *configs) registerOwn(flags *pflag.FlagSet) {
	c.read = map[string]*config.Config{}
	flags.StringVarP(&c.config, "config", "c", "", "configuration `PATH` (default: the nearest preflight.yaml upward from the working directory)")
	flags.BoolVar(&c.isolated, "isolated", false, "read no configuration")
}

// own returns the templates of the user.
func (c *configs) own() ([]*templates.Template, error) {
	settings, err := c.forPath("")
	if settings == nil || err != nil {
		return nil, err
	}
	return settings.Defaults.Templates, nil
}

// template returns a template by its id. The configuration is read only where
// none of the built-in ones has it, or one is named.
func (c *configs) template(id string) (*templates.Template, error) {
	if t, ok := templates.ByID(id); ok && c.config == "" {
		return t, nil
	}
	own, err := c.own()
	if err != nil {
		return nil, err
	}
	return templateByID(id, own)
}

func listTemplates(w io.Writer, list []*templates.Template) {
	widest := 0
	for _, t := range list {
		widest = max(widest, len(t.ID))
	}
	for _, t := range list {
		fmt.Fprintf(w, "%-*s  %s\n", widest, t.ID, t.Title)
	}
}

// showTemplate writes the fields of a template: name, whether it is needed,
// its type, then what it takes and the headers that it is known by.
func showTemplate(w io.Writer, t *templates.Template) {
	fmt.Fprintf(w, "%s: %s\n", t.ID, t.Title)
	if len(t.GroupBy) > 0 {
		fmt.Fprintf(w, "grouped by %s\n", strings.Join(t.GroupBy, ", "))
	}
	for _, r := range t.Roles {
		fmt.Fprintf(w, "joins a file of %s: its %s fields", r.Name, levels(r.Levels))
		if r.Example != "" {
			fmt.Fprintf(w, ", such as %s", r.Example)
		}
		fmt.Fprintln(w)
	}
	if len(t.Join) > 0 {
		fmt.Fprintf(w, "joined by %s, which every file carries\n", strings.Join(t.Join, ", "))
	}
	if t.ByName {
		fmt.Fprintln(w, "never found by a header: name it with --template")
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

func levels(list []templates.Level) string {
	var words []string
	for _, l := range list {
		words = append(words, string(l))
	}
	return strings.Join(words, " and ")
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
