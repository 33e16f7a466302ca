// Command release makes what a release holds besides the program, and without
// goreleaser the whole of it. It is no part of the program that users get.
//
//	go run ./internal/release pages DIR         writes completions/ and man/ into DIR
//	go run ./internal/release sbom BINARY FILE  writes what a program was built from
//	go run ./internal/release snapshot DIR      writes archives, SBOMs and checksums.txt into DIR
//
// All bytes follow from the commit: times are that of the commit, or of the
// variable SOURCE_DATE_EPOCH.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/connectplus/preflight/cmd"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	version := flags.String("version", cmd.Version, "the version `X.Y.Z` that the program shows and the names of the archives have")
	targets := flags.String("targets", strings.Join(allTargets, ","), "the `SYSTEM/ARCH,...` to build for")
	if len(args) == 0 {
		return fmt.Errorf("want pages, sbom or snapshot")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if want := map[string]int{"pages": 1, "sbom": 2, "snapshot": 1}[args[0]]; want == 0 || flags.NArg() != want {
		return fmt.Errorf("want pages DIR, sbom BINARY FILE or snapshot DIR, not %s", strings.Join(args, " "))
	}
	if args[0] == "sbom" {
		return writeSBOM(flags.Arg(0), flags.Arg(1), *version)
	}
	date, err := commitTime()
	if err != nil {
		return err
	}
	if args[0] == "pages" {
		return writePages(flags.Arg(0), *version, date)
	}
	return snapshot(flags.Arg(0), *version, strings.Split(*targets, ","), date)
}

// commitTime returns the moment that all files of the release bear.
func commitTime() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		out, err := exec.Command("git", "log", "-1", "--format=%ct").Output()
		if err != nil {
			return time.Time{}, fmt.Errorf("git log: %w; outside a repository set SOURCE_DATE_EPOCH", err)
		}
		text = strings.TrimSpace(string(out))
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is to be seconds since 1970, not %q", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
