package draft

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
)

// YAML writes the draft as a preflight.yaml with comments.
func (d *Draft) YAML() []byte {
	w := &writer{}
	w.say("", "Drafted by preflight init from %s. Lines that begin with # are comments:", sentence(d.name))
	w.say("", "what is only possible stands in them. preflight check takes the nearest")
	w.say("", "file of this name, in the folder of the file that it judges or above.")
	w.line("version: 1")
	w.line("flows:")
	w.line("  - name: %s", quote(title(d.name)))
	matching := "the whole name must match"
	if pattern := Pattern(d.name); strings.Contains(pattern, `\d`) {
		matching = "digits may change; " + matching
	}
	w.pair("    pattern: "+quote(Pattern(d.name)), matching)
	d.complaints(w)
	d.template(w)
	d.dialect(w)
	d.dateFormat(w)
	d.mapped(w)
	d.unmapped(w)
	d.constants(w)
	return w.Bytes()
}

// A writer writes lines.
type writer struct{ bytes.Buffer }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// say writes a comment.
func (w *writer) say(indent, format string, args ...any) {
	w.line("%s# %s", indent, fmt.Sprintf(format, args...))
}

// pair writes a line with a comment behind it.
func (w *writer) pair(line, comment string) { w.line("%-44s # %s", line, comment) }

const in = "    " // of the keys of a flow

// complaints writes what no setting mends.
func (d *Draft) complaints(w *writer) {
	for _, c := range d.Complaints {
		w.say(in, "check will complain: %s.", c)
	}
	if d.ragged.rows > 0 {
		w.say(in, "Their cells are looked at here by their position, so guesses may be off.")
	}
}

func (d *Draft) template(w *writer) {
	if d.Template == nil {
		why := "The header fits no template."
		if d.Several {
			why = "The header fits several templates."
		}
		w.say(in, "%s Choose one (preflight templates lists all):", why)
		for _, id := range d.Candidates[:min(4, len(d.Candidates))] {
			w.say(in, "template: %s", id)
		}
		if d.dataFirst() {
			w.say(in, "The first row looks like data. If the file has no header, name its columns:")
			w.say(in, "header: [A, B, C]")
		}
		return
	}
	var others []string
	for _, t := range templates.All() {
		if t.Kind == d.Template.Kind && t != d.Template {
			others = append(others, t.ID)
		}
	}
	w.pair(in+"template: "+d.Template.ID, fmt.Sprintf("%d of %s", d.Mapping.Mapped(), words.Plural(int64(len(d.src.Header)), "column")+" known"))
	if len(others) > 0 {
		w.say(in, "Its likes are read alike: %s.", listed(others))
	}
}

// listed writes the first few of some names.
func listed(names []string) string {
	const most = 3
	if len(names) <= most+1 {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

func number(s string) bool {
	s = strings.TrimSpace(s)
	return strings.ContainsAny(s, "0123456789") && strings.Trim(s, "0123456789.,:/+- ") == ""
}

// dialect writes how the file is made, where Connect+ expects otherwise.
func (d *Draft) dialect(w *writer) {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(d.name), "."))
	if d.src.Archive != "" {
		w.pair(in+"unzip: true", "the sample is compressed, so the dataflow must unzip")
		ext = strings.ToLower(strings.TrimPrefix(path.Ext(strings.TrimSuffix(d.name, path.Ext(d.name))), "."))
	}
	if _, ok := config.Extension(ext); ok && ext != "csv" && ext != "xlsx" && plain.MatchString(ext) {
		w.pair(in+"accept: ["+ext+"]", "that of the sample; the folder must take it")
	}
	if book := d.src.Workbook; book != nil && len(book.Sheets) > 1 {
		of := fmt.Sprintf("one of %d", len(book.Sheets))
		if book.Chosen {
			w.pair(in+"sheet: "+quote(book.Sheet), of)
		} else {
			w.say(in, "The first sheet that is shown was looked at, %s. If no other is meant:", of)
			w.say(in, "sheet: %s", quote(book.Sheet))
		}
	}
	if c := d.src.Dialect.Comma; c != ',' && len(d.src.Header) > 1 {
		text := string(c)
		if c == '\t' {
			text = "tab"
		}
		w.pair(in+"delimiter: "+quote(text), "that of the sample; leave it out if the dataflow takes a comma")
	}
	if d.Comma {
		w.pair(in+`decimal: ","`, "lets amounts be read; the platform takes a point and refuses them")
	}
}

// dateLike reports whether a cell has the parts of a date, and nothing that could
// be an address or the number of a person.
func dateLike(cell string) bool {
	digits, parts := 0, 0
	for _, r := range cell {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("/-.: ", r):
			parts++
		}
	}
	return parts >= 2 && digits >= 3 && digits <= 17 && len(cell) <= 30 && !strings.ContainsAny(cell, "@+()")
}

func (d *Draft) dateFormat(w *writer) {
	seen := d.Dates
	of := "all " + words.Count(int64(seen.Cells)) + " dates of the sample"
	if seen.Cells == 1 {
		of = "the one date of the sample"
	}
	if seen.Fitting < seen.Cells {
		of = words.Count(int64(seen.Fitting)) + " of the " + words.Count(int64(seen.Cells)) + " dates of the sample"
	}
	switch {
	case seen.Cells == 0:
	case len(seen.Layouts) == 0:
		example := ""
		if dateLike(seen.Example) { // a column of another sort may hold data of persons
			example = ", such as " + quote(seen.Example) + ","
		}
		w.say(in, "The dates%s are in no format that is known. Name it if there is one:", example)
		w.say(in, "date_format: YYYY-MM-DD")
	case seen.Even:
		w.say(in, "The dates need two formats, such as %s and %s, and no setting", quote(seen.Example), quote(seen.OtherExample))
		w.say(in, "fits both. Export them in one format, then take the # from its line:")
		for _, l := range slices.Concat(seen.Layouts, seen.Others) {
			w.say(in, "date_format: %s", layout(l))
		}
	case len(seen.Layouts) > 1:
		w.say(in, "Day and month cannot be told apart: %s can be read in", of)
		w.say(in, "%s ways, such as %s. Take the # from the right line:", [...]string{2: "two", 3: "three"}[min(len(seen.Layouts), 3)], quote(seen.Example))
		for _, l := range seen.Layouts {
			w.say(in, "date_format: %s", layout(l))
		}
	default:
		w.pair(in+"date_format: "+layout(seen.Layouts[0]), of)
		if !d.taken(seen.Layouts[0]) {
			w.say(in, "The documents do not list this format for the template; the dataflow must be set to it.")
		}
	}
	if len(seen.Others) > 0 && !seen.Even {
		w.say(in, "Others, such as %s, need %s: no setting fits both, so export all in one format.", quote(seen.OtherExample), layout(seen.Others[0]))
	}
}

// taken reports whether the documents list a layout for all date fields.
func (d *Draft) taken(l *templates.Layout) bool {
	for j := range d.columns {
		f := d.field(j)
		if f == nil || f.Type != templates.Date {
			continue
		}
		if !slices.ContainsFunc(f.Layouts, func(spelling string) bool {
			have, err := templates.ParseLayout(spelling)
			return err == nil && have.Equal(l)
		}) {
			return false
		}
	}
	return true
}

func layout(l *templates.Layout) string {
	if text := l.String(); text != "ISO 8601" {
		return quote(text)
	}
	return "iso8601"
}

// mapped writes the columns that carry a field, with how sure that is.
func (d *Draft) mapped(w *writer) {
	if d.Mapping.Mapped() == 0 {
		return
	}
	w.line(in + "map:")
	done := map[string]bool{}
	for j, f := range d.Mapping.Fields {
		header := strings.TrimSpace(d.src.Header[j])
		if f == nil || header == "" || done[templates.Fold(header)] {
			continue
		}
		done[templates.Fold(header)] = true
		w.pair(in+"  "+quote(header)+": "+f.Name, d.confidence(j, f))
	}
}

// confidence says how sure the field of a column is, and why.
func (d *Draft) confidence(j int, f *templates.Field) string {
	sure := "sure: the name of the field"
	switch d.Mapping.How[j] {
	case templates.ByAlias:
		sure = "likely: a usual header of the field"
	case templates.ByHint:
		sure = "a guess: the header often means another field"
	}
	c := d.columns[j]
	odd := 0
	switch {
	case numeric(f):
		odd = c.filled - c.points - c.commas
	case f.Type == templates.Date:
		for fits, r := range c.readings {
			if !strings.Contains(fits, "+") {
				odd += r.cells
			}
		}
	}
	switch {
	case c.filled == 0:
		return sure + "; no cell of the sample is filled"
	case 2*odd > c.filled:
		return "doubtful: " + strings.SplitN(sure, ": ", 2)[1] + ", but most cells are no " + noun(f)
	case odd > 0:
		return fmt.Sprintf("%s; %s of %s cells are no %s", sure, words.Count(int64(odd)), words.Count(int64(c.filled)), noun(f))
	}
	return sure
}

func noun(f *templates.Field) string {
	if f.Type == templates.Date {
		return "date"
	}
	return "number"
}

// dataFirst reports whether the first row is one of data, so that its cells may
// be of persons and are shown nowhere.
func (d *Draft) dataFirst() bool {
	return slices.ContainsFunc(d.src.Header, func(h string) bool { return strings.Contains(h, "@") || number(h) })
}

// unmapped lists the columns that carry no known field.
func (d *Draft) unmapped(w *writer) {
	var names []string
	for j, h := range d.src.Header {
		if d.field(j) != nil {
			continue
		}
		h = strings.TrimSpace(h)
		switch near, ok := d.Mapping.Suggest[j]; {
		case d.dataFirst():
			names = append(names, fmt.Sprintf("column %d", j+1))
		case h == "":
			names = append(names, fmt.Sprintf("column %d has no name", j+1))
		case slices.IndexFunc(d.src.Header, func(o string) bool { return templates.Fold(o) == templates.Fold(h) }) < j:
			names = append(names, fmt.Sprintf("%s, column %d, of which there is another before it", quote(h), j+1))
		case ok:
			names = append(names, quote(h)+": "+near+"   (a guess: it resembles the name)")
		default:
			names = append(names, quote(h))
		}
	}
	if len(names) == 0 {
		return
	}
	w.say(in, "No field is known for these columns, so they would not arrive. Those that are")
	w.say(in, "wanted belong under map, with a field (preflight templates %s):", d.id())
	const most = 100
	for _, n := range names[:min(len(names), most)] {
		w.say(in, "  %s", n)
	}
	if len(names) > most {
		w.say(in, "  and %d more", len(names)-most)
	}
}

func (d *Draft) id() string {
	if d.Template == nil {
		return "ID"
	}
	return d.Template.ID
}

// constants suggests values for the fields that every row needs and that no
// column carries.
func (d *Draft) constants(w *writer) {
	type suggestion struct{ line, comment string }
	var constants []suggestion
	var columns []string
	for _, f := range append(slices.Clone(d.Mapping.Missing), d.identifierType()...) {
		switch list := f.Enum; {
		case len(list) > 0:
			also := ""
			if len(list) > 1 {
				also = "or " + strings.Join(list[1:min(len(list), 5)], ", ")
			}
			if len(list) > 5 {
				also += fmt.Sprintf(" and %d more", len(list)-5)
			}
			constants = append(constants, suggestion{f.Name + ": " + quote(list[0]), also})
		default:
			columns = append(columns, f.Name)
		}
	}
	if len(constants) > 0 {
		w.say(in, "Every row needs these, and no column carries them. If the dataflow sets them,")
		w.say(in, "take the # from const and from the lines below it, with the right values:")
		w.say(in, "const:")
		for _, s := range constants {
			if s.comment == "" {
				w.say(in, "  %s", s.line)
			} else {
				w.pair(in+"#   "+s.line, s.comment)
			}
		}
	}
	if len(columns) > 0 {
		too := ""
		if len(constants) > 0 {
			too = " too"
		}
		w.say(in, "Every row needs these%s, and their values differ from row to row: add columns", too)
		w.say(in, "to the export, map those that are meant, or compute them under mapping:")
		for _, n := range columns {
			w.say(in, "  %s", n)
		}
	}
}

// identifierType returns the field that says what the identifiers are, where
// their column is there and it is not; the likeliest value first.
func (d *Draft) identifierType() []*templates.Field {
	for _, pair := range [][2]string{{"identifierType", "identifierValue"}, {"profiles.identifiers.type", "profiles.identifiers.value"}} {
		if d.Template == nil || d.Template.Field(pair[0]) == nil {
			continue
		}
		_, implied := d.Mapping.Implied[pair[0]]
		j := d.Mapping.Column(pair[1])
		if implied || j < 0 || d.Mapping.Column(pair[0]) >= 0 || d.Template.Field(pair[0]).Required {
			continue
		}
		likely := "externalId"
		switch c := d.columns[j]; {
		case 2*c.emails > c.filled:
			likely = "email"
		case 2*c.mobiles > c.filled:
			likely = "mobile"
		}
		f := *d.Template.Field(pair[0])
		f.Enum = slices.Clone(f.Enum)
		if i := slices.Index(f.Enum, likely); i > 0 {
			f.Enum[0], f.Enum[i] = f.Enum[i], f.Enum[0]
		}
		return []*templates.Field{&f}
	}
	return nil
}

// plain is text that YAML reads as text without quotes.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./ -]*[A-Za-z0-9]$|^[A-Za-z]$`)

// quote writes text so that YAML reads it as it is.
func quote(s string) string {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
	default:
		if plain.MatchString(s) {
			return s
		}
	}
	printable := func(r rune) bool { return unicode.IsPrint(r) && r != unicode.ReplacementChar }
	if !strings.ContainsFunc(s, func(r rune) bool { return !printable(r) }) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return strconv.QuoteToASCII(strings.ToValidUTF8(s, "\ufffd")) // all its escapes are of YAML, too
}

// sentence writes a name into a comment, where a line break would end it.
func sentence(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}
