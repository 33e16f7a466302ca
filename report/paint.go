package report

import "github.com/connectplus/preflight/validate"

// A painter colours words for a terminal, or leaves them alone. Colour repeats
// what the words say and adds nothing.
type painter bool

func (on painter) with(code, s string) string {
	if !on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (on painter) bold(s string) string { return on.with("1", s) }
func (on painter) dim(s string) string  { return on.with("2", s) }

// severity colours s as a severity is coloured.
func (on painter) severity(level validate.Severity, s string) string {
	switch level {
	case validate.Error:
		return on.with("1;31", s)
	case validate.Warning:
		return on.with("33", s)
	}
	return on.with("36", s)
}
