// Command preflight checks files before they are dropped into a folder that
// Capillary Connect+ reads. See package cmd for its commands and exit codes.
package main

import (
	"os"
	"runtime/debug"

	"github.com/connectplus/preflight/cmd"
)

func main() {
	// Most memory is held to the end of a run, without pointers: collecting
	// early costs nothing and halves the peak.
	debug.SetGCPercent(50)
	os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
