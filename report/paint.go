package report

import (
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/validate"
)

// A painter colours severities, too.
type painter struct{ terminal.Painter }

// severity colours s as a severity is coloured.
func (on painter) severity(level validate.Severity, s string) string {
	switch level {
	case validate.Error:
		return on.With("1;31", s)
	case validate.Warning:
		return on.With("33", s)
	}
	return on.With("36", s)
}
