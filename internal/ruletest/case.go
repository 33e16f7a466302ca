package ruletest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/validate"
)

// Run judges an example of a rule with all rules and compares what they say
// with its wants.
func Run(t *testing.T, of *validate.Rule, rules []*validate.Rule, e validate.Example) {
	t.Helper()
	files := Files(t, of, e)
	results, err := JudgeDrop(rules, files, 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, res := range results {
		got = append(got, prefixed(files, i, Lines(res.Findings))...)
	}
	if d := Diff(got, e.Want); d != "" {
		t.Errorf("findings (- wanted, + got):%s", d)
	}
}

// Files returns the files of an example of a rule.
func Files(t *testing.T, of *validate.Rule, e validate.Example) []File {
	t.Helper()
	f := File{Name: e.File, Text: e.Text, Template: e.Template, Lists: e.Lists}
	f.Options.Expressions, f.Options.NamePattern, f.Read.Header = e.Expressions, e.NamePattern, e.Header
	f.Options.HeaderFile = e.HeaderFile
	if e.Params != nil {
		f.Options.Params = map[string]any{of.ID: e.Params}
	}
	f.Options.Place = e.Place
	if e.Zipped {
		f.Text = Zip(t, map[string]string{"in.csv": f.Text})
	}
	return apart(f)
}

// settings is the section "options" of a case.
type settings struct {
	Template    string
	Whole       bool
	Today       string
	DateFormat  string `yaml:"date_format"`
	Decimal     string
	Delimiter   string
	Header      []string
	NoHeader    bool   `yaml:"no_header"`
	NamePattern string `yaml:"name_pattern"`
	Countries   []string
	Accept      []string
	Unzip       bool
	Map         map[string]string
	Const       map[string]string
	GroupBy     []string `yaml:"group_by"`
	Rules       map[string]yaml.Node
	Lists       map[string][]string
	Mapping     map[string]string // expressions
	Drop        bool              // the files are those of one run, in this order
}

// Cases runs the case files of a folder. A case is a txtar archive: a comment,
// then one or more files (each is judged alone, unless the options say drop), then
//
//	-- options --   optional: template, today, date_format, … as YAML
//	-- want --      what all rules say, as Lines writes it; before each line the
//	                file's name, where there are several
//	-- fixes --     optional: as Fixes writes it
//	-- causes --    optional: as Causes writes it
//
// A file whose name ends in .quoted holds the inside of a Go string on every
// line, for bytes that an editor would not show. With UPDATE=1 in the
// environment the sections are rewritten instead of compared.
func Cases(t *testing.T, rules []*validate.Rule, folder string) {
	eachCase(t, folder, func(t *testing.T, path string) { runCase(t, rules, path) })
}

// CaseFiles calls visit for every file of the cases of a folder that is judged alone.
func CaseFiles(t *testing.T, rules []*validate.Rule, folder string, visit func(t *testing.T, f File)) {
	eachCase(t, folder, func(t *testing.T, path string) {
		if _, set, _, files := load(t, rules, path); !set.Drop {
			for _, f := range files {
				visit(t, f)
			}
		}
	})
}

func eachCase(t *testing.T, folder string, visit func(t *testing.T, path string)) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { visit(t, path) })
	}
}

// load reads a case: its settings, where its sections are, and its files.
func load(t *testing.T, rules []*validate.Rule, path string) (archive *txtar.Archive, set settings, sections map[string]int, judged []File) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files, sections := parts(archive)
	if i, ok := sections["options"]; ok {
		if err := yaml.Load(archive.Files[i].Data, &set, yaml.WithKnownFields()); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		file, err := set.file(rules, archive.Files[f])
		if err != nil {
			t.Fatal(err)
		}
		judged = append(judged, file)
	}
	return archive, set, sections, judged
}

func runCase(t *testing.T, rules []*validate.Rule, path string) {
	archive, set, sections, judged := load(t, rules, path)
	got := map[string][]string{}
	results, err := set.judge(rules, judged)
	if err != nil {
		t.Fatal(err)
	}
	for i, res := range results {
		for name, lines := range map[string][]string{
			"want": Lines(res.Findings), "fixes": Fixes(res.Findings), "causes": Causes(res.Causes),
		} {
			got[name] = append(got[name], prefixed(judged, i, lines)...)
		}
	}
	if _, ok := sections["want"]; !ok {
		t.Fatal("the case has no section want")
	}
	update := os.Getenv("UPDATE") != ""
	for _, name := range []string{"want", "fixes", "causes"} {
		i, ok := sections[name]
		if !ok {
			continue
		}
		if update {
			archive.Files[i].Data = []byte(strings.Join(append(got[name], ""), "\n"))
			continue
		}
		want := strings.Split(strings.TrimSuffix(string(archive.Files[i].Data), "\n"), "\n")
		if want[0] == "" {
			want = nil
		}
		if d := Diff(got[name], want); d != "" {
			t.Errorf("%s (- wanted, + got):%s", name, d)
		}
	}
	if update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// parts tells the files to be judged from the sections about them.
func parts(a *txtar.Archive) (files []int, sections map[string]int) {
	sections = map[string]int{}
	for i, f := range a.Files {
		switch f.Name {
		case "options", "want", "fixes", "causes":
			sections[f.Name] = i
		default:
			files = append(files, i)
		}
	}
	return files, sections
}

// file returns how one file of a case is to be judged.
func (s *settings) file(rules []*validate.Rule, f txtar.File) (File, error) {
	text := string(f.Data)
	name, quoted := strings.CutSuffix(f.Name, ".quoted")
	if quoted {
		var b strings.Builder
		for line := range strings.Lines(text) {
			l, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "\n") + `"`)
			if err != nil {
				return File{}, fmt.Errorf("%s: %w in %s", f.Name, err, line)
			}
			b.WriteString(l + "\n")
		}
		text = b.String()
	}
	file := File{Name: name, Text: text, Template: s.Template, Whole: s.Whole, Layout: s.DateFormat, Today: s.Today, Map: s.Map, Lists: s.Lists}
	file.Read.Header, file.Read.Headerless = s.Header, s.NoHeader
	file.Options = validate.Options{Const: s.Const, Countries: s.Countries, Accept: s.Accept, Unzip: s.Unzip, GroupBy: s.GroupBy,
		Params: map[string]any{}, Expressions: s.Mapping, NamePattern: s.NamePattern}
	if s.Decimal != "" {
		file.Options.Decimal = s.Decimal[0]
	}
	if s.Delimiter != "" {
		file.Options.Comma, file.Read.Comma = s.Delimiter[0], s.Delimiter[0]
	}
	for id, node := range s.Rules {
		i := slices.IndexFunc(rules, func(r *validate.Rule) bool { return r.ID == id })
		if i < 0 || rules[i].Params == nil {
			return File{}, fmt.Errorf("rules: %s has no parameters", id)
		}
		params := reflect.New(reflect.TypeOf(rules[i].Params).Elem())
		params.Elem().Set(reflect.ValueOf(rules[i].Params).Elem())
		if err := node.Decode(params.Interface()); err != nil {
			return File{}, err
		}
		if v, ok := params.Interface().(interface{ Validate() error }); ok {
			if err := v.Validate(); err != nil {
				return File{}, fmt.Errorf("%s: %w", id, err)
			}
		}
		file.Options.Params[id] = params.Interface()
	}
	return file, nil
}
