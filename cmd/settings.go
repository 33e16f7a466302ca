package cmd

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/reference"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/templates"
)

// judging holds the flags that say how a file is read and judged. They mean
// the same in every command that judges.
type judging struct {
	warnings []string // about settings, one sentence each
	flags    *pflag.FlagSet
	configs

	template                   string
	noHeader                   bool
	accept, header             []string
	delimiter, dateFormat      string
	sheet, headerFile          string
	maps, consts, lists        []string
	today, cluster             string
	namePattern                string
	selected, ignored          []string
	severity                   []string
	failOn                     string
	jobs                       int
	stdinName, color, progress string

	loaded map[string]*reference.Set // reference lists, by name and files
}

func (j *judging) register(flags *pflag.FlagSet) {
	j.flags = flags
	flags.StringVarP(&j.template, "template", "t", "", "the Connect+ template `ID` (default: from the configuration, else found by the header)")
	j.configs.register(flags, "the file", "the first whose pattern matches")
	flags.StringSliceVar(&j.accept, "accept", nil, "the extensions `EXT,...` that the folder takes (default csv)")
	flags.StringVar(&j.delimiter, "delimiter", "", "the delimiter `C` that the dataflow takes, or tab (default: found; the dataflow takes a comma)")
	flags.BoolVar(&j.noHeader, "no-header", false, "the file has no header row")
	flags.StringSliceVar(&j.header, "header", nil, "the column names `A,B,...` of a file without a header row")
	flags.StringVar(&j.headerFile, "header-file", "", "the header CSV of the dataflow at `PATH`: its first row names the columns of a file without a header row")
	flags.StringVar(&j.namePattern, "name-pattern", "", "the Filename Pattern `REGEX` of the dataflow, for the whole name (default: from the configuration)")
	flags.StringVar(&j.sheet, "sheet", "", "the sheet of a workbook, by `NAME` or number (default: the first that is shown)")
	flags.StringVar(&j.dateFormat, "date-format", "", "the `LAYOUT` of dates: YYYY-MM-DD, dd/MM/yyyy HH:mm:ss, iso8601, epoch, … (default: that of the template)")
	flags.StringArrayVar(&j.maps, "map", nil, "what a column carries, as `HEADER=FIELD`; repeatable")
	flags.StringArrayVar(&j.consts, "const", nil, "a constant that the dataflow sets, as `FIELD=VALUE`; repeatable")
	flags.StringArrayVar(&j.lists, "list", nil, "what the platform knows, as `NAME=FILE`: "+strings.Join(config.ListNames, ", ")+"; a file of one column, or FILE#COLUMN; repeatable")
	flags.StringVar(&j.today, "today", "", "the day `DATE` (YYYY-MM-DD) that date rules compare with (default: the clock)")
	flags.StringVar(&j.cluster, "cluster", "", "where the organisation is kept, `NAME`: "+strings.Join(clusters.Names(), ", ")+"; its clock says what today is")
	flags.StringSliceVar(&j.selected, "select", nil, "show findings of the rules `ID,...` only")
	flags.StringSliceVar(&j.ignored, "ignore", nil, "show no findings of the rules `ID,...`")
	flags.StringArrayVar(&j.severity, "severity", nil, "the severity of a rule, as `ID=LEVEL`: error, warning, info or off; repeatable")
	flags.StringVar(&j.failOn, "fail-on", "", "the least `LEVEL` that makes the exit code 1: error, warning, info or never (default error)")
	flags.IntVarP(&j.jobs, "jobs", "j", 0, "work with `N` processors; never changes the result (default: all)")
	flags.StringVar(&j.stdinName, "stdin-filename", "stdin.csv", "the `NAME` that - goes by")
	flags.StringVar(&j.color, "color", "auto", "colour the text, `WHEN`: auto, always or never")
	flags.StringVar(&j.progress, "progress", "auto", "show progress on standard error, `WHEN`: auto, always or never")
}

// settings returns what holds for one file: its flow of the configuration,
// with the flags on top. path is empty for standard input.
func (j *judging) settings(path, base string) (config.Flow, error) {
	flow := config.Flow{}
	c, err := j.forPath(path)
	if err != nil {
		return flow, err
	}
	if c != nil {
		if flow, err = c.Flow(base, j.flow); err != nil {
			return flow, usage("%s", err)
		}
		if j.flow == "" && c.Strange(base) {
			j.warnings = append(j.warnings, fmt.Sprintf("no flow of %s takes the name %s, so only what stands above the flows holds; --flow NAME picks one", c.Name, base))
		}
	}
	return flow, j.overlay(&flow)
}

// overlay puts the flags that were given over the settings of a flow.
func (j *judging) overlay(f *config.Flow) error {
	given := j.flags.Changed
	if given("template") {
		f.Template = j.template
	}
	for _, l := range []struct {
		flag, of string
		list     []string
	}{{"accept", "extensions", j.accept}, {"header", "column names", j.header}, {"select", "rules", j.selected}} {
		if given(l.flag) && (len(l.list) == 0 || slices.ContainsFunc(l.list, blank)) {
			return usage("--%s takes %s with commas between, none of them blank, not %q", l.flag, l.of, strings.Join(l.list, ","))
		}
	}
	if given("date-format") {
		if _, err := templates.ParseLayout(j.dateFormat); err != nil {
			return usage("--date-format: %s", err)
		}
		f.DateFormat = j.dateFormat
	}
	if given("name-pattern") {
		if _, err := regexp.Compile(j.namePattern); err != nil || blank(j.namePattern) {
			return usage("--name-pattern takes a regular expression (RE2), not %q", j.namePattern)
		}
	}
	if given("cluster") {
		if _, ok := clusters.ByName(j.cluster); !ok {
			return usage("--cluster takes %s, not %q", strings.Join(clusters.Names(), ", "), j.cluster)
		}
		f.Cluster = j.cluster
	}
	if given("fail-on") {
		if !slices.Contains(config.FailLevels, j.failOn) {
			return usage("--fail-on takes %s, not %q", strings.Join(config.FailLevels, ", "), j.failOn)
		}
		f.FailOn = j.failOn
	}
	for _, overlay := range []func(*config.Flow) error{j.overlayReading, j.overlayPairs, j.overlayRules} {
		if err := overlay(f); err != nil {
			return err
		}
	}
	return nil
}

// overlayReading sets how a file is opened.
func (j *judging) overlayReading(f *config.Flow) error {
	given := j.flags.Changed
	if given("delimiter") {
		c, ok := config.Delimiter(j.delimiter)
		if !ok {
			return usage("--delimiter takes one character or the word tab, not %q", j.delimiter)
		}
		f.Delimiter = c
	}
	if given("accept") {
		f.Accept = nil
		for _, text := range j.accept {
			ext, ok := config.Extension(text)
			if !ok {
				return usage("--accept takes extensions such as csv, not %q", text)
			}
			f.Accept = append(f.Accept, ext)
		}
	}
	if given("no-header") {
		f.Headerless = j.noHeader
		if !j.noHeader {
			f.Header, f.HeaderFile = nil, ""
		}
	}
	if given("header") {
		f.Header, f.HeaderFile = j.header, ""
	}
	if given("header-file") {
		if blank(j.headerFile) {
			return usage("--header-file takes the path of a file, not %q", j.headerFile)
		}
		if given("header") {
			return usage("--header and --header-file both name the columns; give one of them")
		}
		f.Header, f.HeaderFile = nil, j.headerFile
	}
	if given("sheet") {
		if blank(j.sheet) {
			return usage("--sheet takes the name or the number of a sheet, not %q", j.sheet)
		}
		f.Sheet = j.sheet
	}
	return nil
}

func (j *judging) overlayPairs(f *config.Flow) error {
	// The flow is shared by all of its files.
	f.Map, f.Const, f.Mapping = maps.Clone(f.Map), maps.Clone(f.Const), maps.Clone(f.Mapping)
	headers, fields, constants := map[string]string{}, map[string]string{}, map[string]string{}
	for _, pair := range j.maps {
		// A header may hold an equals sign, a field cannot.
		at := strings.LastIndexByte(pair, '=')
		if at < 1 || at == len(pair)-1 {
			return usage("--map takes HEADER=FIELD, not %q", pair)
		}
		header, field := pair[:at], pair[at+1:]
		if other, twice := headers[templates.Fold(header)]; twice {
			return usage("--map %s and %s are about the same header", other, pair)
		}
		if other, twice := fields[field]; twice {
			return usage("--map %s and %s are about the same field", other, pair)
		}
		headers[templates.Fold(header)], fields[field] = pair, pair
		delete(f.Const, field)
		delete(f.Mapping, field)
		unmap(f.Mapping, header)
		maps.DeleteFunc(f.Map, func(h, other string) bool {
			return other == field || templates.Fold(h) == templates.Fold(header)
		})
		put(&f.Map, header, field)
	}
	for _, pair := range j.consts {
		field, value, ok := strings.Cut(pair, "=")
		if !ok || field == "" || strings.TrimSpace(value) == "" {
			return usage("--const takes FIELD=VALUE, not %q", pair)
		}
		if other, twice := constants[field]; twice {
			return usage("--const %s and %s are about the same field", other, pair)
		}
		constants[field] = pair
		delete(f.Mapping, field)
		put(&f.Const, field, value)
	}
	return nil
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func (j *judging) overlayRules(f *config.Flow) error {
	for _, given := range []struct {
		flag string
		ids  []string
	}{{"--select", j.selected}, {"--ignore", j.ignored}} {
		for _, id := range given.ids {
			if err := knownRule(given.flag, id); err != nil {
				return err
			}
		}
	}
	if j.flags.Changed("select") {
		f.Select = j.selected
	}
	if j.flags.Changed("ignore") {
		f.Ignore = j.ignored
	}
	for _, pair := range j.severity {
		id, level, ok := strings.Cut(pair, "=")
		if !ok {
			return usage("--severity takes ID=LEVEL, not %q", pair)
		}
		if err := knownRule("--severity", id); err != nil {
			return err
		}
		s, ok := config.Severity(level)
		if !ok {
			return usage("--severity %s takes %s, not %q", id, strings.Join(config.Severities, ", "), level)
		}
		put(&f.Severity, id, s)
	}
	return nil
}

// put sets m[key], making the map if there is none yet.
func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

func knownRule(flag, id string) error {
	if rules.ByID(id) != nil {
		return nil
	}
	return usage("%s: unknown rule %q; the nearest is %s (preflight rules lists all)", flag, id, nearest.Always(id, ruleIDs()))
}

func ruleIDs() (ids []string) {
	for _, r := range rules.All() {
		ids = append(ids, r.ID)
	}
	return ids
}

// day returns the day that date rules compare with: that of the flag, else the
// present one in the cluster. Where that is not known either it is the latest
// date on earth, so that no bill of today is called a bill of tomorrow.
func (j *judging) day(cluster string) (templates.Day, error) {
	text := j.today
	if text == "" {
		text = today(time.Now(), cluster)
	}
	day, ok := templates.ParseDay(text)
	if !ok {
		return 0, usage("--today takes a date such as 2026-11-20, not %q", text)
	}
	return day, nil
}

// today returns the date at some moment, as YYYY-MM-DD: in a cluster, or the
// latest on earth.
func today(now time.Time, cluster string) string {
	if c, ok := clusters.ByName(cluster); ok {
		return now.In(c.Days).Format(time.DateOnly)
	}
	return now.UTC().Add(14 * time.Hour).Format(time.DateOnly)
}

// when checks the value of a flag that takes auto, always or never.
func when(flag, value string) error {
	if values := []string{"auto", "always", "never"}; !slices.Contains(values, value) {
		return usage("--%s takes %s, not %q", flag, strings.Join(values, ", "), value)
	}
	return nil
}
