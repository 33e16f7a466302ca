// Package config reads preflight.yaml: what a dataflow takes, which rules run
// and how strictly, for each sort of file.
//
// It knows the settings and checks that each is well formed. It opens no file
// of data, knows no flag and prints nothing: package cmd puts flags above it.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// FileName is the name that Find looks for.
const FileName = "preflight.yaml"

// A Config is one file of settings.
type Config struct {
	Name     string // of the file, as given to Parse
	Defaults Flow   // the settings at the top of the file
	Flows    []Flow // in file order, each with the defaults merged in
}

// A Flow is the settings of one dataflow. Zero parts are not set.
type Flow struct {
	Name    string
	Pattern *regexp.Regexp // matches the whole base name of a file; nil: the flow is chosen by name only

	PatternText string // Pattern as it stands in the file

	// Templates are those of the template files that the settings as a whole
	// name, in that order, beside the built-in ones.
	Templates []*templates.Template

	Template   string // id of a template
	Delimiter  byte
	Accept     []string // extensions, lower case, without a dot
	Unzip      bool
	Headerless bool
	Header     []string          // column names of a file without a header row
	HeaderFile string            // whose first row names them instead
	Sheet      string            // name or number of the sheet of workbooks
	DateFormat string            // a spelling that templates.ParseLayout takes
	Decimal    byte              // '.' or ','
	Countries  []string          // ISO 3166 codes, two capitals
	Map        map[string]string // header → field
	Const      map[string]string // field → value
	Mapping    map[string]string // field → expression of Connect+
	Places     map[string]string // field → FILE:LINE:COLUMN of its value under const or mapping
	Lists      map[string]string // one of ListNames → FILE or FILE#COLUMN
	GroupBy    []string          // fields
	Cluster    string            // one of clusters.Names

	Merge map[string]Role // role → how its files are known, where the dataflow joins several

	Severity map[string]validate.Severity // rule id → severity in place of the rule's own
	Params   map[string]any               // rule id → pointer to a copy of Rule.Params with the values set
	Select   []string                     // rule ids
	Ignore   []string                     // rule ids
	FailOn   string                       // error, warning, info or never

	FTP    FTP  // of the flow, over that of the top
	OwnFTP bool // of one of Flows: it has an ftp block itself
}

// Find looks for a file named FileName in dir and in every folder above it,
// and returns the nearest. ok is false where there is none.
func Find(dir string) (path string, ok bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		path = filepath.Join(dir, FileName)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// Flow returns the settings for a file: those of the flow called name or, where
// name is empty, of the first flow whose pattern matches base, the name of the
// file without its folders. No such flow: the defaults.
//
// Errors: no flow has that name.
func (c *Config) Flow(base, name string) (Flow, error) {
	var names []string
	for _, f := range c.Flows {
		names = append(names, f.Name)
		if name != "" && f.Name == name {
			return f, nil
		}
		if name == "" && f.Takes(base) {
			return f, nil
		}
	}
	if name == "" {
		return c.Defaults, nil
	}
	if len(names) == 0 {
		return Flow{}, fmt.Errorf("%s has no flows, so none is called %q", c.Name, name)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	if len(names) == 0 {
		return Flow{}, fmt.Errorf("%s has no flow %q: none of its flows has a name", c.Name, name)
	}
	return Flow{}, fmt.Errorf("%s has no flow %q; the nearest is %s", c.Name, name, nearest.Always(name, names))
}

// Strange reports whether there are flows with patterns, and none takes a file of
// that name, without its folders.
func (c *Config) Strange(base string) bool {
	patterns := false
	for _, f := range c.Flows {
		if f.Pattern == nil {
			continue
		}
		if patterns = true; f.Pattern.MatchString(base) {
			return false
		}
	}
	return patterns
}

// clone copies a flow, so that changes to its maps and parameters do not reach f.
func (f Flow) clone() Flow {
	f.Map = cloneMap(f.Map)
	f.Const = cloneMap(f.Const)
	f.Merge = cloneMap(f.Merge)
	f.Mapping = cloneMap(f.Mapping)
	f.Places = cloneMap(f.Places)
	f.Lists = cloneMap(f.Lists)
	f.Severity = cloneMap(f.Severity)
	params := make(map[string]any, len(f.Params))
	for id, p := range f.Params {
		params[id] = copyParams(p)
	}
	f.Params = params
	return f
}

func cloneMap[V any](m map[string]V) map[string]V {
	c := make(map[string]V, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}
