package main

import (
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra/doc"

	"github.com/connectplus/preflight/cmd"
)

// exitStatus is the section of man pages that cobra has none for, in Markdown.
const exitStatus = `

# EXIT STATUS
0: judged, nothing at or above --fail-on

1: judged, findings at or above --fail-on

2: wrong usage or configuration; nothing was judged

3: no verdict: a file that cannot be read, or a limit

128+n: ended by signal n, without a report
`

// writePages writes completions/ and man/ into a folder, which is made anew.
func writePages(dir, version string, date time.Time) error {
	completions, man := filepath.Join(dir, "completions"), filepath.Join(dir, "man")
	for _, d := range []string{completions, man} {
		if err := os.RemoveAll(d); err != nil {
			return err
		}
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	root := cmd.Root()
	root.DisableAutoGenTag = true
	// The names are those that the shells look for in their own folders.
	for name, write := range map[string]func(string) error{
		"preflight.bash": func(path string) error { return root.GenBashCompletionFileV2(path, true) },
		"_preflight":     root.GenZshCompletionFile,
		"preflight.fish": func(path string) error { return root.GenFishCompletionFile(path, true) },
		"preflight.ps1":  root.GenPowerShellCompletionFileWithDesc,
	} {
		if err := write(filepath.Join(completions, name)); err != nil {
			return err
		}
	}
	for _, c := range append(root.Commands(), root) {
		if c == root || c.Name() == "check" {
			c.Long += exitStatus
		}
	}
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "preflight " + version, Manual: "preflight"}
	return doc.GenManTree(root, header, man)
}
