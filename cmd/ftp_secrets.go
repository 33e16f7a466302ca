package cmd

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"

	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/terminal"
)

// Environment variables with secrets. No flag is called so that it would have
// one of them as its variable.
const (
	passwordVariable   = "PREFLIGHT_FTP_PASSWORD"
	passphraseVariable = "PREFLIGHT_FTP_PASSPHRASE"
)

// secrets are those that are known before somebody is asked.
type secrets struct {
	password, passphrase *ftp.Secret // nil: not known
	warnings             []string    // about their files
}

// secretLimit bounds what is read of a file that should hold one line, in bytes.
const secretLimit = 1 << 16

// takeSecrets moves the secrets out of the environment, so that no child
// process gets them.
func takeSecrets() *secrets {
	take := func(name string) *ftp.Secret {
		defer os.Unsetenv(name)
		if text := os.Getenv(name); text != "" {
			s := ftp.Secret(text)
			return &s
		}
		return nil
	}
	return &secrets{password: take(passwordVariable), passphrase: take(passphraseVariable)}
}

// prepare reads the files of secrets, which go before the environment.
func (s *secrets) prepare(f *access) error {
	for _, source := range []struct {
		flag, path string
		to         **ftp.Secret
	}{{"password-file", f.password, &s.password}, {"passphrase-file", f.passphrase, &s.passphrase}} {
		if !f.flags.Changed(source.flag) {
			continue
		}
		secret, err := s.file(source.flag, source.path)
		if err != nil {
			return err
		}
		*source.to = &secret
	}
	return nil
}

// file reads the first line of a file.
func (s *secrets) file(flag, path string) (ftp.Secret, error) {
	path = home(path)
	cannot := func(err error) error { return usage("--%s: cannot read %q: %s", flag, path, reason(err)) }
	file, err := os.Open(path)
	if err != nil {
		return "", cannot(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", cannot(err)
	}
	data, err := io.ReadAll(io.LimitReader(file, secretLimit))
	if err != nil {
		return "", cannot(err)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", usage("--%s: the first line of %q is empty; it holds the secret", flag, path)
	}
	if exposed(info) {
		s.warnings = append(s.warnings, fmt.Sprintf("others may read %s (mode %04o); chmod 600 keeps it to you", path, info.Mode().Perm()))
	}
	return ftp.Secret(line), nil
}

// exposed reports a file that others than its owner may read. Modes say
// nothing on Windows; a pipe, as of a shell's <(…), is read by us alone.
func exposed(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0
}

// callbacks returns what a probe calls for a password and for the passphrase of
// a key; nil where there is neither a secret nor anybody to ask.
func (s *secrets) callbacks(ctx context.Context, a *app, o *ftp.Options, p *stepProgress) (
	password func() (ftp.Secret, error), passphrase func(file string) (ftp.Secret, error),
) {
	person := isTerminal(a.in)
	switch {
	case s.password != nil:
		password = func() (ftp.Secret, error) { return *s.password, nil }
	case person:
		prompt := fmt.Sprintf("Password for %s@%s: ", o.User, o.Host)
		password = func() (ftp.Secret, error) { return a.ask(ctx, prompt, p) }
	}
	switch {
	case s.passphrase != nil:
		passphrase = func(string) (ftp.Secret, error) { return *s.passphrase, nil }
	case person:
		passphrase = func(file string) (ftp.Secret, error) {
			return a.ask(ctx, "Passphrase for "+file+": ", p)
		}
	}
	return password, passphrase
}

// ask lets a person type a secret at the terminal that is standard input,
// without showing it.
//
// Errors: the terminal is gone, or ctx has ended; then it is as it was before.
func (a *app) ask(ctx context.Context, prompt string, p *stepProgress) (ftp.Secret, error) {
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	defer p.asking()()
	fd := int(a.in.(*os.File).Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("cannot ask: %w", err)
	}
	fmt.Fprint(a.err, terminal.Visible(prompt))
	defer fmt.Fprintln(a.err)
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- answer{text, err}
	}()
	select {
	case got := <-typed:
		return ftp.Secret(got.text), got.err
	case <-ctx.Done():
		_ = term.Restore(fd, before)
		return "", ctx.Err()
	}
}
