package report

import (
	"bytes"
	"unicode/utf8"

	"github.com/connectplus/preflight/validate"
)

// A region is a part of a file of text, as SARIF has it: lines and columns from
// 1, the end excluded, columns in characters.
type region struct {
	StartLine   int64 `json:"startLine"`
	StartColumn int64 `json:"startColumn,omitempty"`
	EndLine     int64 `json:"endLine,omitempty"`
	EndColumn   int64 `json:"endColumn,omitempty"`
}

// region is the cell of a finding, without its quotes. ok is false if there is
// no cell, or the row cannot be read again.
func (p *page) region(fd *validate.Finding) (at region, ok bool) {
	if p.rows == nil || fd.Pos.Row == 0 || fd.Pos.Column == 0 || sheet(p.file) != "" {
		return at, false
	}
	x, err := p.rows.Excerpt(fd.Pos.Offset)
	if err != nil || fd.Pos.Column > len(x.Cells) {
		return at, false
	}
	cell := x.Cells[fd.Pos.Column-1]
	from, upto := int(cell.Off), int(cell.End)
	if from > upto || upto > len(x.Text) {
		return at, false
	}
	if upto-from >= 2 && x.Text[from] == '"' && x.Text[upto-1] == '"' {
		from, upto = from+1, upto-1
	}
	line, column := locate(x.Text[:from])
	at = region{StartLine: fd.Pos.Line + line, StartColumn: column}
	line, column = locate(x.Text[:upto])
	at.EndLine, at.EndColumn = fd.Pos.Line+line, column
	return at, true
}

// locate counts the lines that end in text, and the column behind its last
// character, from 1.
func locate(text []byte) (lines, column int64) {
	lines = int64(bytes.Count(text, []byte{'\n'}))
	return lines, int64(utf8.RuneCount(text[bytes.LastIndexByte(text, '\n')+1:])) + 1
}
