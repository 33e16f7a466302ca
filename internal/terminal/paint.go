package terminal

// A Painter colours words for a terminal, or leaves them alone. Colour repeats
// what the words say and adds nothing.
type Painter bool

// With puts an SGR code ("1;31") before s and takes it back after it.
//
// Source: ECMA-48 section 8.3.117.
func (on Painter) With(code, s string) string {
	if !on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// Bold makes s bold.
func (on Painter) Bold(s string) string { return on.With("1", s) }

// Dim makes s faint.
func (on Painter) Dim(s string) string { return on.With("2", s) }
