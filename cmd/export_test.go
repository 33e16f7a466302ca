package cmd

import (
	"context"
	"io"
	"os"
)

// Ask asks at a terminal, as for a password.
func Ask(ctx context.Context, stdin *os.File, stderr io.Writer, prompt string) (string, error) {
	a := &app{in: stdin, err: stderr}
	s, err := a.ask(ctx, prompt, nil)
	return string(s), err
}
