package fix

import (
	"encoding/csv"
	"io"
	"regexp"
	"strconv"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
)

// A Log writes each change as a row of a CSV file: row and column of the file that
// was repaired, header, action, before, after and rule. What a terminal would obey or
// a spreadsheet calculate is made harmless, as in all reports.
type Log struct {
	w    *csv.Writer
	mask *mask.Masker
}

// NewLog begins a log. Values of persons are masked.
func NewLog(w io.Writer, m *mask.Masker) (*Log, error) {
	l := &Log{csv.NewWriter(w), m}
	return l, l.w.Write([]string{"row", "column", "header", "action", "before", "after", "rule"})
}

// signed is a number with a sign, which is no formula.
var signed = regexp.MustCompile(`^[+-][0-9]+([.,][0-9]+)*$`)

// Note writes a change.
func (l *Log) Note(c Change) error {
	before, after := c.Before, c.After
	if c.Action == Write {
		before, after = l.mask.Column(c.Field, c.Header, before), l.mask.Column(c.Field, c.Header, after)
	}
	line := []string{number(c.Row), number(int64(c.Column)), l.mask.Loose(c.Header), string(c.Action), before, after, c.Rule}
	for _, i := range []int{2, 4, 5} {
		if !signed.MatchString(line[i]) {
			line[i] = terminal.Inert(terminal.Visible(line[i]))
		}
	}
	return l.w.Write(line)
}

// Close writes what is left.
func (l *Log) Close() error {
	l.w.Flush()
	return l.w.Error()
}

// number writes a place; that of nothing is empty.
func number(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
