package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"
)

// An entry is a file of an archive.
type entry struct {
	name string // in the archive, with slashes
	path string
	mode fs.FileMode
}

// writeTar writes a .tar.gz whose files all bear the same time and owner.
func writeTar(path string, entries []entry, date time.Time) error {
	return writeFile(path, func(w io.Writer) error {
		zipped := gzip.NewWriter(w)
		archive := tar.NewWriter(zipped)
		for _, e := range entries {
			text, err := os.ReadFile(e.path)
			if err != nil {
				return err
			}
			h := &tar.Header{
				Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(text)), Mode: int64(e.mode),
				ModTime: date, Uname: "root", Gname: "root",
			}
			if err := archive.WriteHeader(h); err != nil {
				return err
			}
			if _, err := archive.Write(text); err != nil {
				return err
			}
		}
		return errors.Join(archive.Close(), zipped.Close())
	})
}

// writeZip writes a .zip whose files all bear the same time.
func writeZip(path string, entries []entry, date time.Time) error {
	return writeFile(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		for _, e := range entries {
			text, err := os.ReadFile(e.path)
			if err != nil {
				return err
			}
			h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: date}
			h.SetMode(e.mode)
			f, err := archive.CreateHeader(h)
			if err != nil {
				return err
			}
			if _, err := f.Write(text); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
