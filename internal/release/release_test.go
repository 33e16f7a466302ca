package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var moment = time.Unix(1789000000, 0).UTC()

// TestSnapshot makes a release twice, for this machine and from other folders,
// and looks into the first.
func TestSnapshot(t *testing.T) {
	if !slices.Contains(allTargets, runtime.GOOS+"/"+runtime.GOARCH) || runtime.GOOS == "windows" {
		t.Skip("NOT CHECKED: no .tar.gz is released for this system")
	}
	t.Chdir("../..")
	t.Setenv("SOURCE_DATE_EPOCH", fmt.Sprint(moment.Unix()))
	first, second := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, dir := range []string{first, second} {
		if dir == second { // what a builder may have set changes nothing
			for _, set := range []string{"GOAMD64=v3", "GOARM64=v9.0", "GOFLAGS=-tags=other", "GOEXPERIMENT=nogreenteagc"} {
				name, value, _ := strings.Cut(set, "=")
				t.Setenv(name, value)
			}
		}
		if err := run([]string{"snapshot", "-version", "1.2.3", "-targets", runtime.GOOS + "/" + runtime.GOARCH, dir}); err != nil {
			t.Fatal(err)
		}
	}
	files := readDir(t, first)
	base := "preflight_1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH
	if len(files) != 3 || files[base+".tar.gz"] == "" || files[base+".cdx.json"] == "" || files["checksums.txt"] == "" {
		t.Fatalf("%d files, want an archive, its SBOM and checksums.txt", len(files))
	}
	for name, text := range readDir(t, second) {
		if files[name] != text {
			t.Errorf("%s differs from run to run", name)
		}
		if line := fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(text)), name); name != "checksums.txt" && !strings.Contains(files["checksums.txt"], line) {
			t.Errorf("checksums.txt has no line for %s", name)
		}
	}
	in := readTar(t, files[base+".tar.gz"])
	for _, name := range []string{
		"LICENSE", "README.md", "CHANGELOG.md", "man/preflight.1", "man/preflight-check.1",
		"completions/preflight.bash", "completions/_preflight", "completions/preflight.fish", "completions/preflight.ps1",
	} {
		if in[name] == "" {
			t.Errorf("the archive has no %s", name)
		}
	}
	if man := in["man/preflight-check.1"]; !strings.Contains(man, "preflight 1.2.3") || !strings.Contains(man, "--fail-on") {
		t.Errorf("the man page lacks the version or a flag:\n%s", man)
	}
	checkSBOM(t, files[base+".cdx.json"], in["preflight"])
}

// checkSBOM compares an SBOM with the program that it is about.
func checkSBOM(t *testing.T, text, program string) {
	t.Helper()
	var b bom
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	own := b.Metadata.Component
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(program))); own.Hashes[0].Content != want {
		t.Errorf("the SBOM is about the program %s, want %s", own.Hashes[0].Content, want)
	}
	if want := "pkg:golang/github.com/connectplus/preflight@v1.2.3"; own.PURL != want {
		t.Errorf("the SBOM is about %s, want %s", own.PURL, want)
	}
	var names []string
	for _, c := range b.Components {
		names = append(names, c.Name)
		if hashed := len(c.Hashes) == 1 && len(c.Hashes[0].Content) == 64; hashed == (c.Name == "stdlib") {
			t.Errorf("%s: hashes %v", c.Name, c.Hashes)
		}
	}
	for _, name := range []string{"stdlib", "github.com/spf13/cobra", "github.com/pkg/sftp", "go.yaml.in/yaml/v4"} {
		if !slices.Contains(names, name) {
			t.Errorf("the SBOM has no %s", name)
		}
	}
	if slices.Contains(names, "github.com/cpuguy83/go-md2man/v2") {
		t.Error("the program links what makes man pages")
	}
	if len(b.Dependencies) != 1 || len(b.Dependencies[0].DependsOn) != len(b.Components) {
		t.Errorf("the program depends on %v, want all components", b.Dependencies)
	}
}

// TestFolderOfSnapshot holds that nothing is removed but an earlier snapshot.
func TestFolderOfSnapshot(t *testing.T) {
	for _, test := range []struct {
		names string
		want  string // what is left; empty: nothing
	}{
		{"", ""},
		{"checksums.txt preflight_1.2.3_linux_amd64.tar.gz preflight_1.2.3_linux_amd64.cdx.json", ""},
		{"preflight_1.2.3_linux_amd64.tar.gz", ""}, // it was stopped
		{"checksums.txt notes.txt", "checksums.txt notes.txt"},
		{"preflight_old/", "preflight_old"},
	} {
		dir := filepath.Join(t.TempDir(), "dist")
		for name := range strings.FieldsSeq(test.names) {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			var err error
			if strings.HasSuffix(name, "/") {
				err = os.Mkdir(path, 0o755)
			} else {
				err = os.WriteFile(path, nil, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		err := empty(dir)
		list, readErr := os.ReadDir(dir)
		if readErr != nil {
			t.Fatal(readErr)
		}
		var left []string
		for _, f := range list {
			left = append(left, f.Name())
		}
		if got := strings.Join(left, " "); got != test.want || (err == nil) != (test.want == "") {
			t.Errorf("%s: %q is left, error %v, want %q", test.names, got, err, test.want)
		}
	}
}

func TestZip(t *testing.T) {
	source := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(source, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "a.zip")
	if err := writeZip(archive, []entry{{"man/a.1", source, 0o644}, {"preflight.exe", source, 0o755}}, moment); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var got []string
	for _, f := range z.File {
		got = append(got, fmt.Sprintf("%s %s %d %t", f.Name, f.Mode(), f.UncompressedSize64, f.Modified.Equal(moment)))
	}
	want := []string{"man/a.1 -rw-r--r-- 4 true", "preflight.exe -rwxr-xr-x 4 true"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ args, want string }{
		{"", "want pages, sbom or snapshot"},
		{"deploy x", "not deploy x"},
		{"sbom x", "not sbom x"},
		{"sbom nothing.exe " + dir + "/x.json", "nothing.exe"},
		{"snapshot -targets plan9/386 " + dir, `no target "plan9/386"`},
	} {
		if err := run(strings.Fields(test.args)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.args, err, test.want)
		}
	}
	t.Setenv("SOURCE_DATE_EPOCH", "today")
	if err := run([]string{"pages", dir}); err == nil || !strings.Contains(err.Error(), "SOURCE_DATE_EPOCH") {
		t.Errorf("got %v, want that the time is wrong", err)
	}
}

func readDir(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range list {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name()] = string(text)
	}
	return files
}

func readTar(t *testing.T, text string) map[string]string {
	t.Helper()
	zipped, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for archive := tar.NewReader(zipped); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(text)
		if !h.ModTime.Equal(moment) || h.Uid != 0 || (h.Mode == 0o755) != (h.Name == "preflight") {
			t.Errorf("%s: time %s, owner %d, mode %o", h.Name, h.ModTime, h.Uid, h.Mode)
		}
	}
}
