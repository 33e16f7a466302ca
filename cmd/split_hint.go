package cmd

import (
	"encoding/csv"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// unsaid are the flags of split that a command about a part does without.
var unsaid = []string{
	"max-rows", "max-bytes", "output-dir", "rejected", "clean", "force", "format", "output", "reveal", "quiet",
	"jobs", "color", "progress", "stdin-filename", "sheet",
}

// hint returns the command that takes a file as this run took its own: with the
// flags that were given, and with the same settings. Empty: no flag says which
// flow those are of.
func (c *cutting) hint(command, path string) string {
	args := []string{"preflight", command}
	c.s.flags.Visit(func(f *pflag.Flag) {
		if !slices.Contains(unsaid, f.Name) && !c.a.environment[f.Name] {
			args = append(args, argumentsOf(f)...)
		}
	})
	ours, _ := c.s.forPath(c.b.path)
	its, err := c.s.forPath(path)
	switch {
	case ours == nil && (its != nil || err != nil):
		args = append(args, "--isolated")
	case ours != nil && ours != its:
		args = append(args, "--config="+ours.Name)
	}
	if ours != nil && c.s.flow == "" {
		flow, _ := ours.Flow(filepath.Base(c.b.name), "")
		if other, _ := ours.Flow(filepath.Base(path), ""); other.Name != flow.Name || other.PatternText != flow.PatternText {
			if flow.Name == "" {
				return ""
			}
			args = append(args, "--flow="+flow.Name)
		}
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	args = append(args, path)
	for i, arg := range args {
		args[i] = shellQuoted(arg)
	}
	return visible(strings.Join(args, " "))
}

// argumentsOf returns a flag as it was given.
func argumentsOf(f *pflag.Flag) (args []string) {
	values := []string{f.Value.String()}
	if list, ok := f.Value.(pflag.SliceValue); ok {
		values = list.GetSlice()
		if f.Value.Type() == "stringSlice" { // one value, its elements separated as in CSV
			var b strings.Builder
			w := csv.NewWriter(&b)
			_ = w.Write(values)
			w.Flush()
			values = []string{strings.TrimSuffix(b.String(), "\n")}
		}
	}
	for _, value := range values {
		if f.Value.Type() == "bool" && value == "true" {
			args = append(args, "--"+f.Name)
		} else {
			args = append(args, "--"+f.Name+"="+value)
		}
	}
	return args
}

// shellQuoted writes a word so that a shell takes it as it is.
func shellQuoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
