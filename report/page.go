package report

import (
	"strings"

	"github.com/connectplus/preflight/internal/mask"
	"github.com/connectplus/preflight/internal/terminal"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// valueSlot is where a message wants the text of the cell.
const valueSlot = "{value}"

// Bounds, in columns of a terminal, on text from the file inside other text.
const (
	valueWidth   = 60
	messageWidth = 4000
	wordWidth    = 2 * valueWidth // of a word of a message: a header may be one of thousands
)

// A page is one file as all formats show it: findings in order, personal values
// masked, messages in full.
type page struct {
	res      *Result
	file     *validate.FileResult
	mask     mask.Masker
	rows     rows                // nil: no rows to show
	findings []*validate.Finding // all that were kept, in order
	causes   []*validate.Cause   // in the order of the text
}

// page prepares a file of the result.
func (r *Result) page(f *validate.FileResult, o Options) *page {
	p := &page{res: r, file: f, mask: mask.Masker{Reveal: o.Reveal}, findings: findings(f), causes: causes(f)}
	switch {
	case r.rows != nil:
		p.rows = r.rows(f)
	case f.Source != nil:
		p.rows = f.Source
	}
	if p.rows != nil {
		p.mask.Key = p.rows.Key()
	}
	return p
}

// rule finds a rule of the run; nil if it is not known.
func (r *Result) rule(id string) *validate.Rule {
	for _, rule := range r.Rules {
		if rule.ID == id {
			return rule
		}
	}
	return nil
}

// field is the field in the column of a finding, or nil.
func (p *page) field(fd *validate.Finding) *templates.Field {
	if c := p.column(fd.Pos.Column - 1); c != nil {
		return c.Field
	}
	return nil
}

// column is the column of that 0-based index, or nil.
func (p *page) column(j int) *validate.Column {
	if j < 0 || j >= len(p.file.Columns) {
		return nil
	}
	return p.file.Columns[j]
}

// isHeader reports whether the spreadsheet row is the header. A file without
// one has data in its first row.
func (p *page) isHeader(row int64) bool {
	if p.file.Source == nil {
		return row == 1
	}
	return !p.file.Source.Headless && row == max(p.file.Source.HeaderRow, 1)
}

// above reports whether a finding is about the file or its header, not about
// a row of data.
func (p *page) above(fd *validate.Finding) bool { return fd.Pos.Row == 0 || p.isHeader(fd.Pos.Row) }

// care says how a finding's value is to be treated.
func (p *page) care(fd *validate.Finding) mask.Care {
	field, above := p.field(fd), p.above(fd)
	switch {
	case fd.Sensitive:
		return mask.Personal
	case above:
		return mask.Free
	case fd.Pos.Column > 0:
		return mask.CareUnder(field, fd.Pos.Header)
	}
	return mask.Code
}

// value is the finding's value, masked as it must be, otherwise as it stands.
// It may hold any character, but is valid UTF-8.
func (p *page) value(fd *validate.Finding) string {
	return p.mask.Text(p.care(fd), p.field(fd), strings.ToValidUTF8(fd.Value, "�"))
}

// message is the finding's message with its value, visible and masked.
func (p *page) message(fd *validate.Finding) string {
	slot := p.value(fd)
	if masked := slot != strings.ToValidUTF8(fd.Value, "�"); masked && strings.HasPrefix(slot, "‹") && strings.HasSuffix(slot, "›") {
		slot = terminal.Clip(slot, valueWidth)
	} else {
		slot = terminal.Quote(slot, valueWidth)
	}
	parts := strings.Split(fd.Message, valueSlot)
	for i, s := range parts {
		parts[i] = terminal.Shorten(terminal.Visible(p.words(fd, s)), wordWidth)
	}
	return terminal.Cut(strings.Join(parts, slot), messageWidth)
}

// fixTitle is the title of the finding's fix, visible and masked.
func (p *page) fixTitle(fd *validate.Finding) string {
	if fd.Fix == nil {
		return ""
	}
	return terminal.Clip(p.words(fd, fd.Fix.Title), messageWidth)
}

// words masks what is personal in words about a finding.
func (p *page) words(fd *validate.Finding, s string) string {
	return p.mask.Words(p.care(fd), p.field(fd), s, fd.Value)
}

// header is the name of a column. A file without a header row shows its first
// row in that place, so a name that looks personal is masked too.
func (p *page) header(s string) string {
	return p.mask.Loose(strings.ToValidUTF8(s, "�"))
}

// group is the key of a finding's group, as it may be shown.
func (p *page) group(fd *validate.Finding) string {
	if fd.Group == "" {
		return ""
	}
	if !p.mask.Reveal && personalKey(p.file) {
		return p.mask.Pseudonym("id", fd.Group)
	}
	care := mask.Code
	for _, c := range p.file.Columns {
		if c.Key {
			care = max(care, mask.CareOf(c.Field))
		}
	}
	return terminal.Clip(p.mask.Text(care, nil, fd.Group), valueWidth)
}
