// Command preflight checks files before they are dropped into a folder that
// Capillary Connect+ reads. See package cmd for its commands and exit codes.
package main

import (
	"os"

	"github.com/connectplus/preflight/cmd"
)

func main() {
	os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
