// Command docs writes the pages of docs/ that are made from the code: rules,
// commands, status codes, coverage, the steps of ftp-access, and the JSON Schema of
// preflight.yaml. It is no part of the program that users get.
//
//	go run ./internal/docs                      writes the pages
//	go run ./internal/docs -check               fails if a page is stale
//	go run ./internal/docs -rule negative-tax   writes the skeleton of a rule
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// A page is one generated file.
type page struct {
	name string // under docs/
	make func() ([]byte, error)
}

func pages() []page {
	return []page{
		{"rules.md", rulesPage},
		{"commands.md", commandsPage},
		{"codes.md", codesPage},
		{"coverage.md", coveragePage},
		{"ftp-access.md", ftpAccessPage},
		{"preflight.schema.json", schemaPage},
		{"template.schema.json", templateSchemaPage},
	}
}

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a page is stale")
	rule := flag.String("rule", "", "write the skeleton of the rule `ID`")
	flag.Parse()
	if err := run(*check, *rule); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(check bool, rule string) error {
	if rule != "" {
		return writeSkeleton("rules", rule)
	}
	for _, p := range pages() {
		want, err := p.make()
		if err != nil {
			return err
		}
		path := filepath.Join("docs", p.name)
		have, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		switch {
		case bytes.Equal(have, want):
		case check:
			return fmt.Errorf("%s is stale: run make docs", path)
		default:
			if err := os.WriteFile(path, want, 0o644); err != nil {
				return err
			}
			fmt.Println("wrote", path)
		}
	}
	return nil
}
