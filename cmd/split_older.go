package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/atomicfile"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/split"
)

// older finds the parts of an earlier run that the new ones do not replace. With
// --force they are removed in the end; those that are not the work of that run
// stay, and are named.
func (c *cutting) older(ctx context.Context, paths []string, manifest string) error {
	dir, n := filepath.Dir(manifest), len(paths)
	keep := make([]string, n)
	for i, path := range paths {
		keep[i] = filepath.Base(path)
	}
	var ours, others []string
	if c.s.force {
		var err error
		if ours, others, err = c.earlier(ctx, manifest, keep); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			return fmt.Errorf("cannot read the parts of an earlier run: %s", err)
		}
	}
	// Those that no manifest knows follow in number.
	most := 999
	if n > most {
		most = mostParts
	}
	names, ok := split.Names(filepath.Base(c.b.name), most, c.whole)
	for i := n; ok && i < most; i++ {
		if _, err := os.Lstat(filepath.Join(dir, names[i])); err != nil && !slices.Contains(ours, names[i]) {
			break
		}
		if !slices.Contains(ours, names[i]) && !slices.Contains(others, names[i]) {
			others = append(others, names[i])
		}
	}
	for _, name := range ours {
		c.stale = append(c.stale, filepath.Join(dir, name))
	}
	if len(others) == 1 {
		c.s.warnings = append(c.s.warnings, filepath.Join(dir, others[0])+" is from an earlier run and stays; it is no part of this one")
	} else if len(others) > 1 {
		c.s.warnings = append(c.s.warnings, "in "+dir+" "+strings.Join(others, ", ")+" are from an earlier run and stay; they are no parts of this one")
	}
	return nil
}

// replaced notes what is at a path that this run does not write. With --force it
// is from an earlier run, and is removed in the end.
func (c *cutting) replaced(path string) {
	if _, err := os.Lstat(path); err == nil && c.s.force {
		c.stale = append(c.stale, path)
	}
}

// clear removes what earlier runs left. The files of this run have their names.
func (c *cutting) clear() error {
	if len(c.stale) == 0 {
		return nil
	}
	for _, path := range c.stale {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the files are written, but %s of an earlier run cannot be removed: %s", path, reason(err))
		}
	}
	name := func(i int) string { return short(c.stale[i]) }
	last := len(c.stale) - 1
	switch last {
	case 0:
		c.notes = append(c.notes, name(0)+" of an earlier run is removed")
	case 1:
		c.notes = append(c.notes, name(0)+" and "+name(1)+" of an earlier run are removed")
	default:
		c.notes = append(c.notes, fmt.Sprintf("%s of an earlier run are removed, from %s to %s", words.Plural(int64(len(c.stale)), "part"), name(0), name(last)))
	}
	return nil
}

// earlier returns which parts of an earlier run lie in the folder of its manifest,
// by their names there, those of the names to keep aside. ours are what that run
// made of a file of the same name, byte for byte; others were changed since, or
// made of another file. Where there is no manifest, there are none.
//
// Errors: a part cannot be read; or ctx ends.
func (c *cutting) earlier(ctx context.Context, manifest string, keep []string) (ours, others []string, err error) {
	if info, err := os.Lstat(manifest); err != nil || !info.Mode().IsRegular() {
		return nil, nil, nil
	}
	data, err := os.ReadFile(manifest)
	if err != nil {
		return nil, nil, err
	}
	var m split.Manifest
	if err := json.Unmarshal(data, &m); err != nil || m.Schema != split.Schema {
		return nil, nil, nil // of another program
	}
	for _, p := range m.Parts {
		if p.Kind != "part" || filepath.Base(p.Name) != p.Name || slices.Contains(keep, p.Name) {
			continue
		}
		path := filepath.Join(filepath.Dir(manifest), p.Name)
		info, err := os.Lstat(path)
		if err != nil {
			continue
		}
		same := info.Mode().IsRegular() && info.Size() == p.Bytes && filepath.Base(m.Source.Name) == filepath.Base(c.b.name) &&
			atomicfile.Check(path, true, c.inputs...) == nil
		if same {
			sum, err := sumOf(ctx, path)
			if err != nil {
				return nil, nil, err
			}
			same = sum == p.SHA256
		}
		if same {
			ours = append(ours, p.Name)
		} else {
			others = append(others, p.Name)
		}
	}
	return ours, others, nil
}

// sumOf returns the SHA-256 of a file, in hex.
func sumOf(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if _, err := io.CopyN(h, f, 1<<20); err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), nil
		} else if err != nil {
			return "", err
		}
	}
}
