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
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/decimal"
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

	src     *table.Source
	name    string // of the file, without folders
	columns []column
}

// A Choice is what the draft leaves open: check does not work, or reports what
// may be right, before somebody chose.
type Choice struct {
	Key, Why string // "date_format"; one clause
}

// Dates are the layouts that fit the dates of a sample.
type Dates struct {
	Cells   int // dates that were looked at
	Fitting int // of them, those that the layouts fit
	// Layouts read the dates alike if there is one; several read them
	// differently, each as well as the others. None: no layout fits any.
	Layouts []*templates.Layout
	Example string // a date of the sample
}

// A column is what the sample shows of one column.
type column struct {
	filled          int
	points, commas  int // numbers with a decimal point, or without decimals; numbers that need a comma
	mobiles, emails int
	fits            []int // dates, by layout
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
	if len(d.Dates.Layouts) > 1 {
		d.Choices = append(d.Choices, Choice{"date_format", "day and month cannot be told apart"})
	}
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
		for i, l := range layouts {
			if _, fit := l.Parse(cell); fit == templates.Fits {
				c.fits[i]++
			}
		}
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

// dates finds the layouts that fit most dates of the columns with date fields.
// Of those that read alike the first is kept: the stricter.
func (d *Draft) dates(layouts []*templates.Layout) (found Dates) {
	counts := make([]int, len(layouts))
	for j, c := range d.columns {
		if f := d.field(j); f == nil || f.Type != templates.Date {
			continue
		}
		found.Cells += c.filled
		if found.Example == "" {
			found.Example = c.example
		}
		for i, n := range c.fits {
			counts[i] += n
		}
	}
	if found.Fitting = slices.Max(append(counts, 0)); found.Fitting == 0 {
		return found
	}
	orders := map[string]bool{}
	for i, l := range layouts {
		if order := order(l); counts[i] == found.Fitting && !orders[order] {
			orders[order] = true
			found.Layouts = append(found.Layouts, l)
		}
	}
	// Nobody writes year, day, month where the usual order fits as well.
	if len(found.Layouts) > 1 {
		found.Layouts = slices.DeleteFunc(found.Layouts, func(l *templates.Layout) bool { return order(l) == "YDM" })
	}
	return found
}

// order says in which order a layout has day, month and year: "DMY". Two
// layouts of one order read a date alike.
func order(l *templates.Layout) string {
	text, _, _ := strings.Cut(l.String(), "H")
	if l.YearFirst() && !strings.Contains(text, "DD-MM") {
		return "YMD"
	}
	var o strings.Builder
	for _, c := range text {
		if strings.ContainsRune("DMY", c) && !strings.ContainsRune(o.String(), c) {
			o.WriteRune(c)
		}
	}
	return o.String()
}

// run is a stretch of digits in a file name, or a date written with hyphens,
// underscores or points.
var run = regexp.MustCompile(`(\d{4})([-_.])(\d{2})([-_.])(\d{2})|\d+`)

// Pattern returns a regular expression (RE2) for the names of files like name:
// its digits may be others.
func Pattern(name string) string {
	var b strings.Builder
	at := 0
	for _, m := range run.FindAllStringSubmatchIndex(name, -1) {
		b.WriteString(regexp.QuoteMeta(name[at:m[0]]))
		switch {
		case m[2] >= 0:
			b.WriteString(`\d{4}` + regexp.QuoteMeta(name[m[4]:m[5]]) + `\d{2}` + regexp.QuoteMeta(name[m[8]:m[9]]) + `\d{2}`)
		default:
			b.WriteString(`\d+`)
		}
		at = m[1]
	}
	b.WriteString(regexp.QuoteMeta(name[at:]))
	return b.String()
}

// title returns what the flow is called: the name of the file without its
// extension and the parts that have digits.
func title(name string) string {
	name, _, _ = strings.Cut(name, ".")
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.ContainsAny(s, "0123456789") })
	if len(parts) == 0 {
		return "flow"
	}
	return strings.Join(parts, " ")
}
