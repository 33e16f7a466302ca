// Package arch holds the test that keeps packages apart.
package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/connectplus/preflight"

// allowed maps each package to those of our packages that it may import
// outside its tests. A package that is not here may not exist.
var allowed = map[string][]string{
	"internal/atomicfile": {},
	"internal/decimal":    {},
	"internal/nearest":    {},
	"internal/words":      {},
	"internal/hugepages":  {},
	"internal/terminal":   {},
	"internal/sftptest":   {},
	"internal/schematest": {},
	"table":               {},
	"templates":           {"internal/nearest"},
	"clusters":            {},
	"codes":               {"internal/nearest"},
	"validate":            {"internal/decimal", "internal/hugepages", "internal/words", "table", "templates"},
	"fix":                 {"internal/atomicfile", "internal/mask", "internal/terminal", "table", "templates", "validate"},
	"reference":           {"internal/nearest", "internal/words", "table", "validate"},
	"internal/expression": {"internal/nearest"},
	"config/draft":        {"config", "internal/decimal", "internal/words", "table", "templates", "validate"},
	"rules":               {"internal/decimal", "internal/expression", "internal/nearest", "internal/words", "table", "templates", "validate"},
	"internal/mask":       {"templates"},
	"report":              {"codes", "internal/decimal", "internal/mask", "internal/terminal", "internal/words", "table", "templates", "validate"},
	"ftp":                 {"clusters", "internal/nearest", "internal/terminal", "internal/words"},
	"config":              {"clusters", "internal/nearest", "templates", "templates/source", "validate"},
	"preview":             {"table", "templates"},
	"split":               {"internal/terminal", "table", "validate"},
	"triage":              {"codes", "internal/mask", "internal/nearest", "internal/terminal", "internal/words", "table", "templates", "validate"},
	"cmd": {"clusters", "codes", "config", "config/draft", "fix", "ftp", "internal/atomicfile", "internal/decimal", "internal/expression", "internal/mask", "internal/nearest", "internal/terminal",
		"internal/words", "preview", "reference", "report", "rules", "split", "table", "templates", "triage", "validate"},
	"cmd/preflight":     {"cmd"},
	"templates/gen":     {"templates", "templates/source"},
	"templates/source":  {"internal/nearest", "templates"},
	"internal/arch":     {},
	"internal/ruletest": {"codes", "internal/decimal", "reference", "rules", "table", "templates", "validate"},
	"internal/bench":    {},
	"internal/release":  {"cmd"},
	"internal/docs":     {"clusters", "cmd", "codes", "config", "ftp", "rules", "templates", "templates/source", "validate"},
}

// forbidden maps packages to what they must not know of, since they are pure
// or must run in a browser.
var forbidden = map[string][]string{
	"rules":            {"os", "net", "io/fs", "time.Now"},
	"templates":        {"os", "net", "time.Now"},
	"templates/source": {"os", "net", "time.Now"},
	"clusters":         {"os", "net", "time.Now"},
	"codes":            {"os", "net", "time.Now"},
	"report":           {"os", "net", "time.Now"},
	"triage":           {"os", "net", "time.Now"},
	"config":           {"net", "time.Now"},
	"split":            {"os", "net", "time.Now"},
	"table":            {"net", "time.Now"},
	"validate":         {"os", "net", "time.Now"},
}

// A source is one Go file outside the tests.
type source struct {
	dir, name string
	imports   []string
	calls     []string // "time.Now"
}

func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		may, known := allowed[s.dir]
		if !known {
			t.Errorf("%s: package %s is not in the map of this test", s.name, s.dir)
			continue
		}
		for _, imp := range s.imports {
			own, ok := strings.CutPrefix(imp, module+"/")
			if ok && !slices.Contains(may, own) {
				t.Errorf("%s: %s may not import %s", s.name, s.dir, own)
			}
		}
	}
}

func TestForbidden(t *testing.T) {
	for _, s := range sources(t) {
		for _, no := range forbidden[s.dir] {
			for _, imp := range s.imports {
				if imp == no || strings.HasPrefix(imp, no+"/") {
					t.Errorf("%s: %s may not import %s", s.name, s.dir, imp)
				}
			}
			if slices.Contains(s.calls, no) {
				t.Errorf("%s: %s may not call %s", s.name, s.dir, no)
			}
		}
	}
}

// TestNoInit holds that nothing runs before main, so that starting is quick
// and importing has no effect.
func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(s.calls, "func init") {
			t.Errorf("%s: has an init function", s.name)
		}
	}
}

func sources(t *testing.T) (list []source) {
	t.Helper()
	root := "../.."
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(name, "go.mod"))
			if name != root && (nested == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s := source{name: filepath.ToSlash(rel)}
		s.dir = path.Dir(s.name)
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, p)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok {
					s.calls = append(s.calls, x.Name+"."+n.Sel.Name)
				}
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					s.calls = append(s.calls, "func init")
				}
			}
			return true
		})
		list = append(list, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 10 {
		t.Fatalf("found %d files, want the whole module", len(list))
	}
	return list
}
