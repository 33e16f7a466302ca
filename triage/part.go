package triage

import (
	"bufio"
	"context"
	"io"
	"strings"

	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/table"
)

// The columns that stuck rows get besides those of the source.
const (
	stuckCode    = "API_Error_Code"
	stuckMessage = "API_Error_Message"
)

// stuckWidth bounds a message in a cell.
const stuckWidth = 500

// A parter copies rows of the source.
type parter struct {
	*joiner
	resend, stuck *bufio.Writer
	base          int64  // where text lies in the source
	text          []byte // of the present batch, as it stands in the source
	places        []int64
}

// Part copies the rows of the bills that failed, bill by bill whole and in the
// order of the source: to resend those that may be sent again, byte for byte, and
// to stuck the others, with two more columns that say the code and the message.
// Both get the header of the source, but stuck alone its byte order mark, which the
// platform would take for a part of the first header.
//
// The error is that of reading, of a writer, or of ctx.
func (m *Matched) Part(ctx context.Context, resend, stuck io.Writer) error {
	p := &parter{joiner: m.j, resend: bufio.NewWriterSize(resend, 1<<16), stuck: bufio.NewWriterSize(stuck, 1<<16)}
	if err := p.header(); err != nil {
		return err
	}
	var last *table.Batch
	first := int64(-1)
	err := p.each(ctx, func(b *table.Batch, at place) error {
		if b != last || b.First() != first {
			last, first, p.text = b, b.First(), p.text[:0]
		}
		return p.row(b, at)
	})
	if err != nil {
		return err
	}
	if err := p.resend.Flush(); err != nil {
		return err
	}
	return p.stuck.Flush()
}

// header copies the header to both files.
func (p *parter) header() error {
	if p.src.BOM && p.src.Encoding == table.UTF8 {
		p.stuck.WriteString("\xef\xbb\xbf")
	}
	cells, err := p.src.CutHeader()
	if err != nil || len(cells) < 2 {
		return err
	}
	text := make([]byte, cells[len(cells)-1])
	if _, err := p.src.ReadAt(text, 0); err != nil && err != io.EOF {
		return err
	}
	p.write(text, cells[len(cells)-2], stuckCode, stuckMessage, true)
	return nil
}

// row copies one row to where its bill goes.
func (p *parter) row(b *table.Batch, at place) error {
	var k key
	i, ok := p.homes[at.number]
	if at.fault == nil {
		k, _ = p.key(at)
		i, ok = p.bills[k]
	}
	if !ok || p.list[i].state&billFailed == 0 {
		return nil
	}
	if len(p.text) == 0 {
		if err := p.load(b); err != nil {
			return err
		}
	}
	p.places = b.Cut(at.at, p.places[:0])
	n := len(p.places)
	start, end, next := p.places[0]-p.base, p.places[n-2]-p.base, p.places[n-1]-p.base
	text := p.text[start:min(next, int64(len(p.text)))]
	bill := &p.list[i]
	if f := p.fate(k, bill); f == fateTemporary || f == fateCorrected {
		p.write(text, end-start, "", "", false)
		return nil
	}
	v := p.outcomes[bill.outcome]
	message := v.message
	if bill.state&billTaken != 0 {
		message = strings.TrimSpace(message + " (another row of it was answered with 200)")
	}
	p.write(text, end-start, strings.Join(v.codes(), " "), message, true)
	return nil
}

// load reads the text of a batch again: reading cells changes it.
func (p *parter) load(b *table.Batch) error {
	p.places = b.Cut(0, p.places[:0])
	p.base = p.places[0]
	p.places = b.Cut(b.Rows()-1, p.places[:0])
	size := min(p.places[len(p.places)-1], p.src.TextSize()) - p.base
	p.text = append(p.text[:0], make([]byte, size)...)
	if _, err := p.src.ReadAt(p.text, p.base); err != nil && err != io.EOF {
		return err
	}
	return nil
}

// write copies a row, whose line end begins at end. A last row without one gets
// it. The writers keep their first error until they are flushed.
func (p *parter) write(text []byte, end int64, code, message string, stuck bool) {
	newline := string(text[end:])
	if newline == "" {
		newline = map[string]string{"CRLF": "\r\n", "CR": "\r"}[p.src.Dialect.Newline]
		if newline == "" {
			newline = "\n"
		}
	}
	header := code == stuckCode && message == stuckMessage
	if !stuck || header {
		p.resend.Write(text[:end])
		p.resend.WriteString(newline)
	}
	if stuck {
		p.stuck.Write(text[:end])
		p.stuck.WriteByte(p.src.Dialect.Comma)
		p.stuck.WriteString(p.cell(code))
		p.stuck.WriteByte(p.src.Dialect.Comma)
		p.stuck.WriteString(p.cell(message))
		p.stuck.WriteString(newline)
	}
}

// cell writes text of the platform as a cell that is neither a formula nor steers
// anything, in the encoding of the source.
func (p *parter) cell(s string) string {
	s = terminal.Inert(terminal.Clip(s, stuckWidth))
	if p.src.Encoding == table.Windows1252 {
		s = strings.Map(func(r rune) rune {
			if r > 0x7e {
				return '?'
			}
			return r
		}, s)
	}
	if strings.ContainsAny(s, "\",;|\t ") || strings.IndexByte(s, p.src.Dialect.Comma) >= 0 {
		s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
