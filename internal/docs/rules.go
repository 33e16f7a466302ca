package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/validate"
)

const generated = "<!-- Written by make docs; changes made here are lost. -->\n\n"

func rulesPage() ([]byte, error) {
	var b bytes.Buffer
	all := rules.All()
	fmt.Fprintf(&b, "%s# Rules\n\n%d rules. `preflight explain ID` shows the same in a terminal.\n\n", generated, len(all))
	fmt.Fprint(&b, "| rule | severity | what it finds |\n|---|---|---|\n")
	for _, r := range all {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", r.ID, r.ID, severity(r.Severity), r.Title)
	}
	for _, r := range all {
		rulePart(&b, r)
	}
	return b.Bytes(), nil
}

func rulePart(b *bytes.Buffer, r *validate.Rule) {
	needs := ""
	if r.Needs != "" {
		needs = " · needs " + r.Needs
	}
	fmt.Fprintf(b, "\n## %s\n\n**%s** · %s · since %s%s\n\n%s\n", r.ID, r.Title, severity(r.Severity), r.Since, needs, r.Doc)
	list := func(label string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(b, "\n%s: `%s`.\n", label, strings.Join(items, "`, `"))
		}
	}
	list("Templates", r.Templates)
	list("Prevents", r.Prevents)
	if params := config.Params(r); len(params) > 0 {
		fmt.Fprint(b, "\n| parameter | default | meaning |\n|---|---|---|\n")
		for _, p := range params {
			fmt.Fprintf(b, "| `%s` | `%v` | %s |\n", p.Name, p.Default, p.Doc)
		}
	}
	for _, e := range r.Examples {
		want := "Nothing is found.\n"
		if len(e.Want) > 0 {
			want = "```\n" + shown(strings.Join(e.Want, "\n")) + "\n```\n"
		}
		given := ""
		if text := e.Given(); text != "" {
			given = " (given `" + text + "`)"
		}
		fmt.Fprintf(b, "\nExample: %s%s\n\n```csv\n%s\n```\n\n%s", e.Name, given, shown(strings.TrimRight(e.Text, "\r\n")), want)
	}
	if len(r.Sources) > 0 {
		fmt.Fprintf(b, "\nSource: %s.\n", strings.Join(r.Sources, "; "))
	}
}

// shown writes characters that nobody sees as Go would in a string.
func shown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || r >= ' ' && r < 0x7f {
			b.WriteRune(r)
			continue
		}
		quoted := fmt.Sprintf("%q", string(r))
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}

func severity(s validate.Severity) string { return config.Severities[validate.Error-s] }
