package ci_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestMovingTag runs the last step of the release in repositories with some tags.
func TestMovingTag(t *testing.T) {
	var workflow struct {
		Jobs struct {
			Release struct {
				Steps []struct{ Run, If string }
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, ".github/workflows/release.yml")), &workflow); err != nil {
		t.Fatal(err)
	}
	steps := workflow.Jobs.Release.Steps
	step := steps[len(steps)-1]
	if step.If != "${{ !contains(github.ref_name, '-') }}" {
		t.Errorf("the step runs if %s, want for releases that are no trial", step.If)
	}
	for _, program := range []string{"bash", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("NOT CHECKED: there is no " + program)
		}
	}
	for _, test := range []struct {
		tags, ref string
		moves     bool
	}{
		{"v0.1.0 v0.2.0", "v0.2.0", true},
		{"v0.2.0 v0.1.1", "v0.1.1", false},
		{"v0.9.0 v0.10.0", "v0.10.0", true},
		{"v0.9.1 v0.10.0", "v0.9.1", false},
		{"v0.2.0 v0.3.0-rc.1", "v0.2.0", true},
		{"v1.0.0 v0.2.1", "v0.2.1", true},
	} {
		dir := t.TempDir()
		shell := func(script string) string {
			t.Helper()
			c := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", script)
			c.Dir = dir
			c.Env = append(os.Environ(), "GITHUB_REF_NAME="+test.ref, "GIT_CONFIG_GLOBAL="+filepath.Join(dir, "none"), "GIT_CONFIG_NOSYSTEM=1",
				"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			return strings.TrimSpace(string(out))
		}
		shell("git init -q --bare hub && git init -q work && cd work && git remote add origin ../hub")
		shell("cd work && git commit -q --allow-empty -m first && git tag v0")
		for tag := range strings.FieldsSeq(test.tags) {
			shell("cd work && git commit -q --allow-empty -m " + tag + " && git tag " + tag)
		}
		shell("cd work && git checkout -q " + test.ref + " && " + step.Run)
		if moved := shell("cd work && git rev-parse v0 "+test.ref+" | uniq | wc -l") == "1"; moved != test.moves {
			t.Errorf("tags %s: release %s: v0 moves: %t, want %t", test.tags, test.ref, moved, test.moves)
		}
		if pushed := shell("git -C hub tag --list") == "v0"; pushed != test.moves {
			t.Errorf("tags %s: release %s: v0 is pushed: %t, want %t", test.tags, test.ref, pushed, test.moves)
		}
	}
}
