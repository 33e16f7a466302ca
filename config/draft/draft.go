// Package draft drafts a preflight.yaml from a sample of a file: which template
// its header fits, what its columns carry, how its dates and numbers are
// written, and what a person has to add or to choose.
//
// It reads the head of the file and judges nothing. It never guesses where the
// sample fits two readings: those stand in the draft as comments.
package draft

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// SampleBytes is how much of a file is looked at, in bytes of text.
const SampleBytes = 4 << 20

// A Draft is what a sample says about its file.
type Draft struct {
	Template   *templates.Template // nil: the header does not tell; Candidates may fit
	Candidates []string            // ids of templates, the likeliest first
	Several    bool                // the Candidates fit the header equally well; else none fits it
	Mapping    templates.Mapping   // empty without a Template
	Rows       int                 // of the sample
	Whole      bool                // the sample is the whole file
	// Dates says how the dates of the columns with date fields are written.
	Dates   Dates
	Comma   bool // amounts have a decimal comma
	Choices []Choice
	// Complaints are what check will say of the file whatever is chosen, each
	// one clause.
	Complaints []string

	src     *table.Source
	name    string // of the file, without folders
	columns []column
	ragged  ragged
}

// ragged are the rows whose cells are not as many as the header's.
type ragged struct {
	rows  int
	first int64 // the spreadsheet row of the first
	cells int   // of the first
}

// A Choice is what the draft leaves open: check does not work, or reports what
// may be right, before somebody chose.
type Choice struct {
	Key, Why string // "date_format"; one clause
}

// A column is what the sample shows of one column.
type column struct {
	filled          int
	points, commas  int // numbers with a decimal point, or without decimals; numbers that need a comma
	mobiles, emails int
	fits            []int                   // dates, by layout
	readings        map[string]*dateReading // dates, by the layouts that fit them
	reading         []byte                  // that of the last date
	example         string
}

// New looks at a source. name is that of the file; folders are left out.
//
// Errors: the source holds no table of text or has no rows, cannot be read, or
// ctx has ended.
func New(ctx context.Context, src *table.Source, name string) (*Draft, error) {
	if src.NotText != "" {
		return nil, &table.NotTextError{Name: src.Name, Kind: src.NotText}
	}
	if src.Empty {
		return nil, errors.New("the file is empty, so there is nothing to look at")
	}
	d := &Draft{src: src, name: path.Base(strings.ReplaceAll(name, `\`, "/"))}
	layouts, err := d.choose()
	if err != nil {
		return nil, err
	}
	if err := d.sample(ctx, layouts); err != nil {
		return nil, err
	}
	d.Dates = d.dates(layouts)
	for j := range d.columns {
		if f := d.field(j); f != nil && numeric(f) && d.columns[j].commas > 0 {
			d.Comma = true
		}
	}
	if d.Template == nil {
		d.Choices = append(d.Choices, Choice{"template", "the header does not say which one it is"})
	}
	switch {
	case d.Dates.Even:
		d.Choices = append(d.Choices, Choice{"date_format", "the dates need two formats, and no setting fits both"})
	case len(d.Dates.Layouts) > 1:
		d.Choices = append(d.Choices, Choice{"date_format", "day and month cannot be told apart"})
	}
	d.complain()
	return d, nil
}

// choose finds the template and the mapping, and lists the layouts that dates
// of the file may be in.
func (d *Draft) choose() ([]*templates.Layout, error) {
	t, err := templates.Detect(d.src.Header, templates.MapOptions{})
	if e, ok := errors.AsType[*templates.DetectError](err); ok {
		d.Candidates = e.Candidates
		if len(e.Fit) > 0 {
			d.Candidates, d.Several = e.Fit, true
		}
	} else if err != nil {
		return nil, err
	}
	if t == nil {
		return templates.Candidates(), nil
	}
	d.Template = t
	if d.Mapping, err = t.Map(d.src.Header, templates.MapOptions{Given: true}); err != nil {
		return nil, err
	}
	var layouts []*templates.Layout // those of the documents first
	add := func(l *templates.Layout) {
		if !slices.ContainsFunc(layouts, l.Equal) {
			layouts = append(layouts, l)
		}
	}
	for _, f := range d.Mapping.Fields {
		if f == nil || f.Type != templates.Date {
			continue
		}
		for _, spelling := range f.Layouts {
			if l, err := templates.ParseLayout(spelling); err == nil {
				add(l)
			}
		}
	}
	for _, l := range templates.Candidates() {
		add(l)
	}
	return layouts, nil
}

// field returns what a 0-based column carries; nil: nothing that is known.
func (d *Draft) field(j int) *templates.Field {
	if d.Template == nil {
		return nil
	}
	return d.Mapping.Fields[j]
}

func numeric(f *templates.Field) bool {
	return f.Type == templates.Decimal || f.Type == templates.Integer
}

var errEnough = errors.New("the sample is large enough")

// sample reads the head of the file.
func (d *Draft) sample(ctx context.Context, layouts []*templates.Layout) error {
	d.columns = make([]column, len(d.src.Header))
	for j := range d.columns {
		d.columns[j].fits = make([]int, len(layouts))
	}
	read := int64(0)
	err := d.src.Scan(ctx, 1, func(_ int, b *table.Batch) error {
		for j := range d.columns {
			f := d.field(j)
			for i := range b.Len() {
				d.columns[j].look(validate.Trim(b.Cell(i, j)), f, layouts)
			}
		}
		for i := range b.Faults {
			if f := &b.Faults[i]; f.Kind == table.FaultRagged {
				d.lookRagged(b, f, layouts)
			}
		}
		d.Rows += b.Rows()
		if read += b.Bytes(); read >= SampleBytes {
			return errEnough
		}
		return nil
	})
	d.Whole = err == nil
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return nil
}

// lookRagged looks at the cells of a ragged row by their position.
func (d *Draft) lookRagged(b *table.Batch, f *table.Fault, layouts []*templates.Layout) {
	if d.ragged.rows++; d.ragged.rows == 1 {
		d.ragged.first, d.ragged.cells = f.Row, f.Cells
	}
	for j := range d.columns {
		d.columns[j].look(validate.Trim(b.FaultCell(f, j)), d.field(j), layouts)
	}
}

// complain notes what check will say of the file as a whole.
func (d *Draft) complain() {
	say := func(format string, args ...any) { d.Complaints = append(d.Complaints, fmt.Sprintf(format, args...)) }
	if d.src.Workbook != nil {
		say("the file is a workbook, and a dataflow takes CSV unless accept: says otherwise; save the sheet as CSV")
	}
	if d.src.Encoding != table.UTF8 {
		say("the file is not UTF-8 but %s, it seems; export it as UTF-8", d.src.Encoding)
	} else if d.src.BadByte >= 0 {
		say("some of the file is not UTF-8; export it as UTF-8")
	}
	if d.src.BOM {
		say("the file begins with a byte order mark; export it without one")
	}
	if n := d.ragged.rows; n > 0 {
		have := "have"
		if n == 1 {
			have = "has"
		}
		of := words.Count(int64(n)) + " of " + words.Plural(int64(d.Rows), "row")
		if n == d.Rows && n > 1 {
			of = "all " + words.Count(int64(n)) + " rows"
		}
		say("%s of the sample %s another number of cells than the header, %s, such as row %s with %s; export them alike",
			of, have, words.Count(int64(len(d.src.Header))), words.Count(d.ragged.first), words.Count(int64(d.ragged.cells)))
	}
}

// look notes what one cell shows.
func (c *column) look(cell []byte, f *templates.Field, layouts []*templates.Layout) {
	if len(cell) == 0 {
		return
	}
	c.filled++
	if f == nil {
		return
	}
	switch {
	case f.Type == templates.Date:
		if c.example == "" {
			c.example = string(cell)
		}
		c.date(cell, layouts)
	case numeric(f):
		if _, ok := decimal.Parse(cell); ok {
			c.points++
		} else if _, ok := decimal.ParseComma(cell); ok {
			c.commas++
		}
	case f.Sensitive:
		if at := strings.IndexByte(string(cell), '@'); at > 0 {
			c.emails++
		} else if mobile.Match(cell) {
			c.mobiles++
		}
	}
}

var mobile = regexp.MustCompile(`^\+?[0-9]{10,15}$`)
