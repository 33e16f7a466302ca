package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/connectplus/preflight/internal/nearest"
)

func completionCommand(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a completion script for bash, zsh, fish or powershell",
		Long: `Print a script that completes commands and flags. For bash:

    preflight completion bash > /etc/bash_completion.d/preflight`,
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("completion takes one of %s", strings.Join(shells, ", "))
			}
			switch root := c.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return usage("unknown shell %q; the nearest is %s", args[0], nearest.Always(args[0], shells))
		},
	}
}
