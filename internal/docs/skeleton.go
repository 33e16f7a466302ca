package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/connectplus/preflight/cmd"
	"github.com/connectplus/preflight/rules"
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// writeSkeleton writes the file of a new rule into dir. Its examples are of the
// rule's own making, so its author is told by failing tests what is to do.
func writeSkeleton(dir, id string) error {
	if !idForm.MatchString(id) {
		return fmt.Errorf("%q is no rule id: it is words of small letters with hyphens, such as negative-amount", id)
	}
	if rules.ByID(id) != nil {
		return fmt.Errorf("there is a rule %s already", id)
	}
	path := filepath.Join(dir, strings.ReplaceAll(id, "-", "_")+".go")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(skeleton(id))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		fmt.Println("wrote", path)
	}
	return err
}

func skeleton(id string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	title := strings.ReplaceAll(id, "-", " ")
	return fmt.Sprintf(`package rules

import (
	"github.com/connectplus/preflight/validate"
)

// %[1]s reports …
var %[1]s = register(validate.Rule{
	ID: %[2]q, Title: %[3]q, Severity: validate.Error, Since: %[4]q,
	Doc: `+"`"+`
What is wrong.

What the platform does with it.

How to repair it.
`+"`"+`,
	Prevents: []string{},
	Sources:  []string{},
	Examples: []validate.Example{
		{Name: "a bad cell", Text: "billNumber\nBAD\n", Want: []string{
			`+"`"+`2:billNumber: %[2]s: "BAD" is …`+"`"+`,
		}},
		{Name: "a good cell", Text: "billNumber\nB1\n"},
	},
	Checks: []validate.Check{validate.Cell{
		Rank: validate.Meaning,
		Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
			if c.Field == nil || c.Field.Name != "billNumber" {
				return nil
			}
			return &validate.CellCheck{
				OK:       func(cell []byte) bool { return string(cell) != "BAD" },
				Describe: func([]byte) validate.Detail { return validate.Detail{Message: "{value} is …"} },
			}
		},
	}},
})
`, name.String(), id, strings.ToUpper(title[:1])+title[1:], cmd.Version)
}
