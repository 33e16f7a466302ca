package ci_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/connectplus/preflight/cmd"
)

// loose hides what the small files of these tests lack.
var loose = map[string]string{
	"PREFLIGHT_TEMPLATE": "transaction-v2-add", "PREFLIGHT_TODAY": "2026-11-20",
	"PREFLIGHT_IGNORE": "header-missing,source-missing,identifier-missing,return-type-missing",
}

// A gitlabJob is the job of ci/gitlab-ci.yml, as far as it is run here.
type gitlabJob struct {
	Variables map[string]string
	Before    []string `yaml:"before_script"`
	Script    []string
	Artifacts struct {
		When    string
		Paths   []string
		Reports map[string]string
	}
}

func readGitLab(t *testing.T) gitlabJob {
	t.Helper()
	var file struct{ Preflight gitlabJob }
	if err := yaml.Unmarshal([]byte(read(t, "ci/gitlab-ci.yml")), &file); err != nil {
		t.Fatal(err)
	}
	return file.Preflight
}

func TestGitLab(t *testing.T) {
	dist, _ := released(t)
	if runtime.GOOS != "linux" {
		t.Skip("NOT CHECKED: the job runs on Linux only")
	}
	j := readGitLab(t)
	tests := []struct {
		name, files, dist string
		env               map[string]string
		code              int
		say               string
	}{
		{"clean", "good.csv", dist, nil, 0, ""},
		{"findings", "bad.csv", dist, nil, 1, "number-format"},
		{"a flag as a variable", "bad.csv", dist, map[string]string{"PREFLIGHT_FAIL_ON": "never"}, 0, "number-format"},
		{"no such file", "none.csv", dist, nil, 3, "none.csv"},
		{"lines and patterns", "two w*.csv\ngood.csv", dist, nil, 0, ""},
		{"hostile names", "odd/*", dist, nil, 0, ""},
		{"hostile files", "$(touch pwned);`touch pwned`", dist, nil, 3, "touch"},
		{"no files", "", dist, nil, 2, "PREFLIGHT_FILES"},
		{"no release", "good.csv", t.TempDir(), nil, 2, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := workspace(t)
			env := maps.Clone(loose)
			maps.Copy(env, j.Variables)
			maps.Copy(env, test.env)
			env["PREFLIGHT_FILES"], env["PATH"] = test.files, downloader(t, "wget", test.dist)
			// GitLab joins both lists, and stops at the first command that fails.
			r := script(t, []string{"sh", "-e"}, strings.Join(slices.Concat(j.Before, j.Script), "\n"), dir, env)
			if r.code != test.code || !strings.Contains(r.out, test.say) {
				t.Errorf("exit code %d, want %d and %q:\n%s", r.code, test.code, test.say, r.out)
			}
			unharmed(t, dir)
			if test.code > 1 {
				return
			}
			for _, path := range slices.AppendSeq(slices.Clone(j.Artifacts.Paths), maps.Values(j.Artifacts.Reports)) {
				if !written(filepath.Join(dir, path)) {
					t.Errorf("%s was not written", path)
				}
			}
		})
	}
	if j.Artifacts.When != "always" {
		t.Errorf("reports are kept %s, want also after findings", j.Artifacts.When)
	}
}

// TestVersions holds that all files that name a release name the present one.
func TestVersions(t *testing.T) {
	named := regexp.MustCompile(`(?:preflight(?:\.git)?[/@#:]|PREFLIGHT_RELEASE: |rev: )v?(\d+\.\d+\.\d+)`)
	for _, file := range []string{"ci/gitlab-ci.yml", "docs/ci.md"} {
		found := named.FindAllStringSubmatch(read(t, file), -1)
		if len(found) < 2 {
			t.Errorf("%s names %d releases, want 2 or more", file, len(found))
		}
		for _, m := range found {
			if m[1] != cmd.Version {
				t.Errorf("%s: %s, want %s", file, m[0], cmd.Version)
			}
		}
	}
}

func TestJenkins(t *testing.T) {
	_, bin := released(t)
	m := regexp.MustCompile(`(?m)^ *sh '(preflight .*)'$`).FindStringSubmatch(read(t, "ci/Jenkinsfile"))
	if m == nil {
		t.Fatal("no step that calls preflight")
	}
	for file, want := range map[string]int{"good.csv": 0, "bad.csv": 1} {
		dir := workspace(t)
		if err := os.Mkdir(filepath.Join(dir, "drop"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, file), filepath.Join(dir, "drop", "of today.csv")); err != nil {
			t.Fatal(err)
		}
		env := maps.Clone(loose)
		env["PATH"] = bin + ":" + os.Getenv("PATH")
		if r := script(t, []string{"sh", "-xe"}, m[1], dir, env); r.code != want {
			t.Errorf("%s: exit code %d, want %d:\n%s", file, r.code, want, r.out)
		}
		for _, path := range []string{"preflight.xml", "preflight.html"} {
			if !written(filepath.Join(dir, path)) || !strings.Contains(read(t, "ci/Jenkinsfile"), "'"+path+"'") {
				t.Errorf("%s: %s is not written, or not kept", file, path)
			}
		}
	}
}

// operators prints the tasks of a DAG as JSON, with stand-ins for Airflow.
const operators = `
import json, sys, types
tasks, defaults = [], {}
class DAG:
    def __init__(self, **k): defaults.update(k.get("default_args", {}))
    def __enter__(self): return self
    def __exit__(self, *a): pass
class BashOperator:
    def __init__(self, **k): self.k = {**defaults, **k}; tasks.append(self)
    def __rshift__(self, other): self.k["before"] = other.k["task_id"]; return other
for name, members in {"pendulum": {"datetime": lambda *a, **k: None}, "airflow": {"DAG": DAG},
        "airflow.providers": {}, "airflow.providers.standard": {}, "airflow.providers.standard.operators": {},
        "airflow.providers.standard.operators.bash": {"BashOperator": BashOperator}}.items():
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)
exec(compile(open("airflow_dag.py").read(), "airflow_dag.py", "exec"))
print(json.dumps([t.k for t in tasks]))
`

func TestAirflow(t *testing.T) {
	_, bin := released(t)
	program(t, "python3")
	out, err := exec.CommandContext(t.Context(), "python3", "-c", operators).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var tasks []struct {
		ID      string `json:"task_id"`
		Before  string
		Command string `json:"bash_command"`
		Env     map[string]string
		Append  bool `json:"append_env"`
	}
	if err := json.Unmarshal(out, &tasks); err != nil {
		t.Fatal(err)
	}
	if len(tasks) != 2 || tasks[0].Before != tasks[1].ID || !tasks[0].Append {
		t.Fatalf("got %s, want the check before the drop", out)
	}
	for _, task := range tasks {
		if strings.Contains(task.Command, "{{") || len(task.Env) == 0 {
			t.Errorf("%s: a template in the command, or no environment", task.ID)
		}
	}
	for file, want := range map[string]int{"two words.csv": 0, "odd/a;touch pwned;'\".csv": 0, "bad.csv": 1, "none.csv": 3} {
		dir := workspace(t)
		env := maps.Clone(loose)
		for name := range tasks[0].Env {
			env[name] = file
		}
		env["PATH"] = bin + ":" + os.Getenv("PATH")
		if r := script(t, []string{"bash"}, tasks[0].Command, dir, env); r.code != want {
			t.Errorf("%s: exit code %d, want %d:\n%s", file, r.code, want, r.out)
		}
		unharmed(t, dir)
	}
}

func TestPreCommit(t *testing.T) {
	_, bin := released(t)
	var hooks []struct {
		ID, Name, Description, Entry, Language, Files string
		Serial                                        bool   `yaml:"require_serial"`
		Minimum                                       string `yaml:"minimum_pre_commit_version"`
	}
	if err := yaml.Load([]byte(read(t, ".pre-commit-hooks.yaml")), &hooks, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 1 || hooks[0].Language != "golang" || !hooks[0].Serial {
		t.Fatalf("got %+v, want one hook in Go that takes all files at once", hooks)
	}
	files := regexp.MustCompile(hooks[0].Files)
	for name, want := range map[string]bool{"drop/a b.csv": true, "a.xlsx": true, "a.csv.md": false, "xcsv": false, "a.txt": false} {
		if files.MatchString(name) != want {
			t.Errorf("files: %s takes %s: %v, want %v", hooks[0].Files, name, !want, want)
		}
	}
	for file, want := range map[string]int{"two words.csv": 0, "bad.csv": 1} {
		env := maps.Clone(loose)
		env["PATH"], env["FILE"] = bin+":"+os.Getenv("PATH"), file
		if r := script(t, []string{"sh"}, hooks[0].Entry+` "$FILE"`, workspace(t), env); r.code != want {
			t.Errorf("%s: exit code %d, want %d:\n%s", file, r.code, want, r.out)
		}
	}
}

// TestDockerContext holds that the image is built with the Go of go.mod, and
// that .dockerignore keeps nothing out that the program needs.
func TestDockerContext(t *testing.T) {
	goVersion := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))[1]
	if !strings.Contains(read(t, "Dockerfile"), "golang:"+goVersion+"-") {
		t.Errorf("the Dockerfile has another Go than %s", goVersion)
	}
	c := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./cmd/preflight")
	c.Dir = ".."
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	ignored := strings.Split(read(t, ".dockerignore"), "\n")
	count := 0
	for path := range strings.FieldsSeq(string(out)) {
		if own, ok := strings.CutPrefix(path, "github.com/connectplus/preflight/"); ok {
			count++
			if top, _, _ := strings.Cut(own, "/"); slices.Contains(ignored, top) {
				t.Errorf(".dockerignore keeps %s out, which the program needs", top)
			}
		}
	}
	if count < 10 {
		t.Errorf("%d packages, want all of the program", count)
	}
}

func TestShellcheck(t *testing.T) {
	program(t, "shellcheck")
	scripts := map[string]string{"gitlab": "#!/bin/sh\n" + strings.Join(slices.Concat(readGitLab(t).Before, readGitLab(t).Script), "\n")}
	for _, s := range readAction(t).Runs.Steps {
		if s.Run != "" {
			scripts[s.ID] = "#!/bin/bash\n" + s.Run
		}
	}
	for name, text := range scripts {
		c := exec.CommandContext(t.Context(), "shellcheck", "-")
		c.Stdin = strings.NewReader(text)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// program skips the test where a program is missing, but not in CI.
func program(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("there is no %s; install it", name)
		}
		t.Skipf("NOT CHECKED: there is no %s; install it", name)
	}
}
