package cmd

import (
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/rules"
)

// configs holds the flags that say which preflight.yaml is read, and what of it
// holds.
type configs struct {
	config, flow string
	isolated     bool

	read map[string]*config.Config // by path; each is read once
}

// register adds the flags. from says where the search for a file begins, and
// first which flow holds without --flow.
func (c *configs) register(flags *pflag.FlagSet, from, first string) {
	c.read = map[string]*config.Config{}
	flags.StringVarP(&c.config, "config", "c", "", "configuration `PATH` (default: the nearest preflight.yaml upward from "+from+")")
	flags.BoolVar(&c.isolated, "isolated", false, "read no configuration")
	flags.StringVar(&c.flow, "flow", "", "the flow `NAME` of the configuration (default: "+first+")")
}

// forPath returns the configuration that holds for a file, or for the working
// directory where path is empty. nil: there is none.
func (c *configs) forPath(path string) (*config.Config, error) {
	if c.isolated {
		if c.config != "" {
			return nil, usage("--isolated and --config exclude each other")
		}
		return nil, c.noFlow()
	}
	name := c.config
	if name == "" {
		found, ok := config.Find(filepath.Dir(path))
		if !ok {
			return nil, c.noFlow()
		}
		name = short(found)
	}
	if read, ok := c.read[name]; ok {
		return read, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, usage("cannot read %s: %s", name, reason(err))
	}
	read, err := config.Parse(name, data, rules.All())
	if err != nil {
		return nil, usage("%s", err)
	}
	c.read[name] = read
	return read, nil
}

// noFlow refuses --flow where there is no configuration.
func (c *configs) noFlow() error {
	if c.flow == "" {
		return nil
	}
	return usage("--flow %s: there is no configuration that has flows", c.flow)
}

// short returns a path as seen from the working directory, where that is
// shorter.
func short(path string) string {
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, path); err == nil && len(rel) < len(path) {
			return rel
		}
	}
	return path
}
