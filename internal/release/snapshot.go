package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// allTargets are the systems that a release is for.
var allTargets = []string{
	"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64",
}

// versionVariable is what the linker sets to the version.
const versionVariable = "github.com/connectplus/preflight/cmd.Version"

// snapshot writes the archives, the SBOMs and checksums.txt of a release, under
// the names that .goreleaser.yaml gives them. The folder is made anew: it must not
// be there, be empty, or hold an earlier snapshot and nothing else.
func snapshot(dir, version string, targets []string, date time.Time) error {
	for _, t := range targets {
		if !slices.Contains(allTargets, t) {
			return fmt.Errorf("no target %q; there are %s", t, strings.Join(allTargets, ", "))
		}
	}
	if err := empty(dir); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "preflight-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := writePages(work, version, date); err != nil {
		return err
	}
	shared, err := sharedFiles(work)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := release(dir, work, version, t, shared, date); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	return writeChecksums(dir)
}

// empty makes a folder, or removes the files of an earlier snapshot from it.
func empty(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Name() != "checksums.txt" && !strings.HasPrefix(f.Name(), "preflight_") || !f.Type().IsRegular() {
			return fmt.Errorf("the folder %s holds %s, which is no part of a snapshot: name another folder", dir, f.Name())
		}
	}
	for _, f := range files {
		if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
			return err
		}
	}
	return nil
}

// sharedFiles lists what every archive holds besides the program.
func sharedFiles(work string) ([]entry, error) {
	list := []entry{{"CHANGELOG.md", "CHANGELOG.md", 0o644}, {"LICENSE", "LICENSE", 0o644}, {"README.md", "README.md", 0o644}}
	for _, pattern := range []string{"completions/*", "man/*"} {
		paths, err := filepath.Glob(filepath.Join(work, pattern))
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			list = append(list, entry{filepath.ToSlash(filepath.Dir(pattern)) + "/" + filepath.Base(p), p, 0o644})
		}
	}
	return list, nil
}

// release builds for one target, and writes its archive and its SBOM.
func release(dir, work, version, target string, shared []entry, date time.Time) error {
	system, arch, _ := strings.Cut(target, "/")
	program, ext, write := "preflight", ".tar.gz", writeTar
	if system == "windows" {
		program, ext, write = "preflight.exe", ".zip", writeZip
	}
	binary := filepath.Join(work, program)
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags=-s -w -X "+versionVariable+"="+version, "-o", binary, "./cmd/preflight")
	// What the builder has set else would be in the bytes; the levels are those of
	// .goreleaser.yaml.
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+arch,
		"GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	base := filepath.Join(dir, "preflight_"+version+"_"+system+"_"+arch)
	if err := writeSBOM(binary, base+".cdx.json", version); err != nil {
		return err
	}
	return write(base+ext, append(slices.Clone(shared), entry{program, binary, 0o755}), date)
}

// writeChecksums writes checksums.txt as sha256sum reads it.
func writeChecksums(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(text), f.Name())
	}
	return os.WriteFile(filepath.Join(dir, "checksums.txt"), []byte(b.String()), 0o644)
}
