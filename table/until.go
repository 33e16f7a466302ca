package table

import (
	"context"
	"io"
)

// OpenContext is Open that gives up when ctx ends, with its cause: an archive or
// a workbook may take long. What reads the source later does not depend on ctx.
func OpenContext(ctx context.Context, name string, r io.ReaderAt, size int64, o Options) (*Source, error) {
	s := &Source{Name: name, Size: size, opening: ctx, size: size, BadByte: -1, Encoding: UTF8, block: blockSize}
	if o.BlockSize > 0 {
		s.block = o.BlockSize
	}
	s.text = &readerUntil{r, s}
	err := s.open(o)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	s.opening = nil
	return s, nil
}

// A readerUntil reads, while its source is being opened, until that is given up.
type readerUntil struct {
	r io.ReaderAt
	s *Source
}

func (u *readerUntil) ReadAt(p []byte, off int64) (int, error) {
	if ctx := u.s.opening; ctx != nil && ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	return u.r.ReadAt(p, off)
}
