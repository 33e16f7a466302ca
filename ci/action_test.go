package ci_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/cmd"
)

// An action is action.yml, as far as it is run here.
type action struct {
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Steps []struct {
			ID, If, Run, Shell, Uses string
			Env, With                map[string]string
		}
	}
}

var expression = regexp.MustCompile(`\$\{\{ *([^}]*?) *\}\}`)

func readAction(t *testing.T) (a action) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, "action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// A job holds what steps see: expressions by name, and the variables of GitHub.
type job struct {
	values, env map[string]string
	dir         string
}

func newJob(t *testing.T, a action, path string, with map[string]string) *job {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	j := &job{values: map[string]string{}, dir: workspace(t), env: map[string]string{
		"GITHUB_ACTION_PATH": root,
		"RUNNER_OS":          map[string]string{"linux": "Linux", "darwin": "macOS"}[runtime.GOOS], "RUNNER_TEMP": temp, "PATH": path,
		"RUNNER_ARCH":   map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
		"GITHUB_OUTPUT": filepath.Join(temp, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(temp, "summary"),
	}}
	for name, input := range a.Inputs {
		j.values["inputs."+name] = input.Default
	}
	for name, value := range with {
		if _, ok := a.Inputs[name]; !ok {
			t.Fatalf("the action has no input %s", name)
		}
		j.values["inputs."+name] = value
	}
	return j
}

// step runs a step as GitHub does, and takes over its outputs.
func (j *job) step(t *testing.T, a action, id string) run {
	t.Helper()
	for _, s := range a.Runs.Steps {
		if s.ID != id {
			continue
		}
		env := maps.Clone(j.env)
		for name, value := range s.Env {
			env[name] = expression.ReplaceAllStringFunc(value, func(e string) string {
				v, ok := j.values[expression.FindStringSubmatch(e)[1]]
				if !ok {
					t.Fatalf("step %s: unknown expression %s", id, e)
				}
				return v
			})
		}
		if err := os.WriteFile(env["GITHUB_OUTPUT"], nil, 0o644); err != nil {
			t.Fatal(err)
		}
		r := script(t, []string{"bash", "--noprofile", "--norc", "-eo", "pipefail"}, s.Run, j.dir, env)
		text, err := os.ReadFile(env["GITHUB_OUTPUT"])
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			j.values["steps."+id+".outputs."+name] = value
		}
		return r
	}
	t.Fatalf("no step %s", id)
	return run{}
}

// TestActionInputs holds that inputs reach scripts through the environment
// alone, and that reports are kept after findings.
func TestActionInputs(t *testing.T) {
	uploads := 0
	for _, s := range readAction(t).Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %s: an expression in the script", s.ID)
		}
		if s.Run != "" && s.Shell != "bash" {
			t.Errorf("step %s: shell %q, want bash", s.ID, s.Shell)
		}
		if strings.HasPrefix(s.Uses, "actions/upload-artifact@v") {
			uploads++
			if !strings.Contains(s.If, "!cancelled()") {
				t.Errorf("reports are kept if %s, want also after findings", s.If)
			}
		}
	}
	if uploads != 1 {
		t.Errorf("%d steps keep the reports, want 1", uploads)
	}
}

// TestActionShown holds that the pages use inputs and outputs that there are.
func TestActionShown(t *testing.T) {
	a := readAction(t)
	for page, want := range map[string]int{"README.md": 1, "docs/ci.md": 2} {
		uses := 0
		for _, m := range regexp.MustCompile("(?ms)^```(?:yaml)?\n(- uses:.*?)^```").FindAllStringSubmatch(read(t, page), -1) {
			var steps []struct {
				Uses string
				With map[string]string
			}
			if err := yaml.Unmarshal([]byte(m[1]), &steps); err != nil {
				t.Fatalf("%s: %v:\n%s", page, err, m[1])
			}
			for _, s := range steps {
				if !strings.HasPrefix(s.Uses, "connectplus/preflight@v0") {
					continue
				}
				uses++
				for name := range s.With {
					if _, ok := a.Inputs[name]; !ok {
						t.Errorf("%s: the action has no input %s", page, name)
					}
				}
			}
			for _, o := range regexp.MustCompile(`outputs\.([a-z-]+)`).FindAllStringSubmatch(m[1], -1) {
				if _, ok := a.Outputs[o[1]]; !ok {
					t.Errorf("%s: the action has no output %s", page, o[1])
				}
			}
		}
		if uses != want {
			t.Errorf("%s shows the action %d times, want %d", page, uses, want)
		}
	}
}

func TestActionInstall(t *testing.T) {
	dist, _ := released(t)
	empty, spoilt := t.TempDir(), t.TempDir()
	if err := os.CopyFS(spoilt, os.DirFS(dist)); err != nil {
		t.Fatal(err)
	}
	archives, err := filepath.Glob(filepath.Join(spoilt, "*.tar.gz"))
	if err != nil || len(archives) != 1 {
		t.Fatal(archives, err)
	}
	if err := os.WriteFile(archives[0], []byte("another program"), 0o644); err != nil {
		t.Fatal(err)
	}
	unlisted := t.TempDir()
	if err := os.CopyFS(unlisted, os.DirFS(dist)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(unlisted, "checksums.txt"), []byte("0000  other.tar.gz\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, version, dist string
		code                int
		say                 string
	}{
		{"the release of the checkout", "", dist, 0, ""},
		{"a release by version", cmd.Version, dist, 0, ""},
		{"a release by tag", "v" + cmd.Version, dist, 0, ""},
		{"no release yet", "", empty, 0, ""},
		{"the source", "source", spoilt, 0, ""},
		{"a release that is not there", "9.9.9", empty, 2, "release 9.9.9 could not be downloaded"},
		{"another archive", "", spoilt, 2, "is not that of the release"},
		{"an archive without a checksum", "", unlisted, 2, "is not that of the release"},
		{"a command as version", "1.0.0;touch pwned", dist, 2, "version takes a release"},
		{"a path as version", "../../1.0.0", dist, 2, "version takes a release"},
	}
	a := readAction(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			j := newJob(t, a, downloader(t, "curl", test.dist), map[string]string{"version": test.version})
			r := j.step(t, a, "install")
			if r.code != test.code || !strings.Contains(r.out, test.say) {
				t.Fatalf("exit code %d, want %d and %q:\n%s", r.code, test.code, test.say, r.out)
			}
			unharmed(t, j.dir)
			program := j.values["steps.install.outputs.program"]
			if (program == "") != (test.code != 0) {
				t.Fatalf("the program is %q", program)
			}
			if program == "" {
				return
			}
			got := script(t, []string{"sh"}, `"$PROGRAM" --version`, j.dir, map[string]string{"PROGRAM": program})
			if want := "preflight " + cmd.Version + "\n"; got.out != want {
				t.Errorf("got %q, want %q", got.out, want)
			}
		})
	}
}

func TestActionCheck(t *testing.T) {
	_, bin := released(t)
	hostile := "x'; touch pwned; \"$(touch pwned)\"`touch pwned`"
	tests := []struct {
		name    string
		with    map[string]string
		code    int
		verdict string
		say     string
	}{
		{"clean", map[string]string{"files": "good.csv"}, 0, "pass", "in 1 file"},
		{"findings", map[string]string{"files": "bad.csv"}, 1, "fail", "::error "},
		{"never fails", map[string]string{"files": "bad.csv", "fail-on": "never"}, 0, "pass", "::error "},
		{"no such file", map[string]string{"files": "none*.csv"}, 3, "incomplete", "none*.csv"},
		{"one cannot be read", map[string]string{"files": "good.csv\nnone.csv"}, 3, "incomplete", "none.csv"},
		{"no files", map[string]string{"files": "\n"}, 2, "error", "no file given"},
		{"a wrong template", map[string]string{"files": "good.csv", "template": "transaction"}, 2, "error", "transaction"},
		{"a wrong config", map[string]string{"files": "good.csv", "config": "none.yaml"}, 2, "error", "none.yaml"},
		{"a name with a space", map[string]string{"files": "two words.csv"}, 0, "pass", "in 1 file"},
		{"a pattern with a space", map[string]string{"files": "two w*.csv\ngood.csv\n"}, 0, "pass", "in 2 files"},
		{"hostile names", map[string]string{"files": "odd/*"}, 0, "pass", "in 5 files"},
		{"a hostile name as it is", map[string]string{"files": "odd/$(touch pwned).csv"}, 0, "pass", "in 1 file"},
		{"brackets in a name", map[string]string{"files": "odd/[x].csv"}, 0, "pass", "in 1 file"},
		{"a name like a flag", map[string]string{"files": "-o"}, 3, "incomplete", "-o"},
		{"hostile files", map[string]string{"files": hostile}, 3, "incomplete", "touch"},
		{"a hostile template", map[string]string{"files": "good.csv", "template": hostile}, 2, "error", "touch"},
		{"a hostile level", map[string]string{"files": "good.csv", "fail-on": hostile}, 2, "error", "touch"},
		{"hostile arguments", map[string]string{"files": "good.csv", "args": "--today=2026-11-20\n" + hostile}, 1, "fail", "no such file"},
		{"further arguments", map[string]string{"files": "bad.csv", "args": "--severity=number-format=off\n--map=Shop Bill=billNumber\n"}, 2, "error", "Shop Bill"},
	}
	a := readAction(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			with := map[string]string{"template": "transaction-v2-add", "args": "--today=2026-11-20\n--ignore=header-missing,source-missing,identifier-missing,return-type-missing"}
			maps.Copy(with, test.with)
			j := newJob(t, a, os.Getenv("PATH"), with)
			j.values["steps.install.outputs.program"] = filepath.Join(bin, "preflight")
			r := j.step(t, a, "check")
			out := func(name string) string { return j.values["steps.check.outputs."+name] }
			if r.code != test.code || out("verdict") != test.verdict || !strings.Contains(r.out, test.say) {
				t.Errorf("exit code %d and verdict %q, want %d and %q, with %q:\n%s", r.code, out("verdict"), test.code, test.verdict, test.say, r.out)
			}
			judged := test.code < 2
			if got := written(out("sarif")) && written(out("html")) && written(j.env["GITHUB_STEP_SUMMARY"]); judged && !got {
				t.Error("a report is missing")
			}
			if test.code == 2 && out("sarif") != "" {
				t.Errorf("nothing was judged, but a report is at %s", out("sarif"))
			}
			unharmed(t, j.dir)
		})
	}
}
