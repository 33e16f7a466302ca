package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// HeaderMissing reports mandatory fields that no column carries.
var HeaderMissing = register(validate.Rule{
	ID: "header-missing", Title: "Mandatory column is missing", Severity: validate.Error, Since: "0.1.0",
	Doc: `
No column carries a field that every row needs, neither by its name nor by one of its
usual headers; or the first row is no header at all, but data.

The platform maps columns by their headers. Without the header it sends the rows without
the field, refuses them, or shows members without the information.

Add the column, say which column it is (` + "`--map HEADER=FIELD`" + `), or say what the dataflow
sets on all rows (` + "`--const FIELD=VALUE`" + `). A file without a header needs ` + "`--no-header`" + ` or
` + "`--header`" + `.
`,
	Prevents: []string{"profile-information-missing", "api:403/mandatory-field-missing", "transaction:615"},
	Sources:  []string{guide, transformBlock, sourceBlock, salesCodes},
	Examples: []validate.Example{
		{Name: "data where the header should be", Text: "B1,2026-11-20,10.00\nB2,2026-11-20,12.00\n",
			Want: []string{"1: header-missing: the first row looks like data, not like a header"}},
		{Name: "the columns of the template", Text: "billNumber,billingDate,billAmount\nB1,2026-11-20,10.00\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		if p.Source.Empty || p.Template == nil {
			return
		}
		m := &p.Options.Mapping
		if noHeader(p) {
			report(validate.Detail{
				Message: "the first row looks like data, not like a header", Row: 1,
				Fix: &validate.Fix{Title: "put a header above it, or " + nameColumns(p)},
			})
			return
		}
		if m.Mapped() == 0 && p.Source.Titled() {
			report(validate.Detail{
				Message: "the first row looks like a title, not like a header", Row: headerRow(p.Source),
				Fix: &validate.Fix{Title: "delete the rows above the header"},
			})
			return
		}
		level, set := p.Options.Severity["template-mismatch"]
		if betterTemplate(p) != nil && (!set || level == validate.Error) || looksJoined(p) {
			return // it is a file of another sort
		}
		for _, f := range append(slices.Clone(m.Missing), customerColumns(p)...) {
			report(missing(p, f))
		}
		if names := unnamed(p); len(names) > 0 {
			report(validate.Detail{
				Message: "no column carries any of " + and(names), Row: headerRow(p.Source),
				Fix: &validate.Fix{Title: "add a column " + names[0] + ", name one with --map HEADER=" + names[0] +
					", or --const " + names[0] + "=VALUE"},
			})
		}
	})},
})

// nameColumns says how the columns of a file without a header are named.
func nameColumns(p *validate.Pass) string {
	if len(p.Source.Header) > 1 || len(p.Template.Fields) == 0 {
		return "name the columns with --header A,B"
	}
	first := slices.IndexFunc(p.Template.Fields, func(f *templates.Field) bool { return f.Required })
	return "name its column with --header " + p.Template.Fields[max(first, 0)].Name
}

func missing(p *validate.Pass, f *templates.Field) validate.Detail {
	d := validate.Detail{Message: "no column carries " + f.Name, Row: headerRow(p.Source)}
	for j, field := range p.Options.Mapping.Suggest {
		if field == f.Name && (d.Column == 0 || j+1 < d.Column) {
			d.Column, d.Value = j+1, strings.TrimSpace(p.Source.Header[j])
		}
	}
	how := "add the column, name one with --map HEADER=" + f.Name
	if h := strings.TrimSpace(p.Source.Header[0]); d.Column == 0 && p.Template.ByName && len(p.Source.Header) == 1 && h != "" {
		d.Column, d.Value = 1, h // the headers of such a template are anybody's
	}
	switch {
	case d.Column > 0:
		d.Message += "; {value} may be meant"
		how = "say --map " + quoteArgument(d.Value+"="+f.Name)
	case p.Template.ByName:
		how = "say which column it is with --map HEADER=" + f.Name
	}
	if p.Template.ByName && f.Sensitive { // one value would mean one person on all rows
		d.Fix = &validate.Fix{Title: how}
		return d
	}
	d.Fix = &validate.Fix{Title: how + ", or --const " + f.Name + "=VALUE"}
	return d
}

// customerColumns returns the fields of the pair that names the customer which
// neither a column nor a constant carries, where the rows need them.
func customerColumns(p *validate.Pass) []*templates.Field {
	var absent []*templates.Field
	for i, pair := range identityPairs {
		var of []*templates.Field
		for _, name := range pair {
			if f := p.Template.Field(name); f != nil && !f.Required && !p.Value(name).Given() && !p.Computed(name) {
				of = append(of, f)
			}
		}
		// Where nothing of a pair is given the customer may be named otherwise.
		if len(of) < len(pair) || i == 0 && salesOfMembers(p) {
			absent = append(absent, of...)
		}
	}
	return absent
}

// salesOfMembers reports whether bills of the template name customers, and
// some bill near the head of the file is not one of those that do not.
func salesOfMembers(p *validate.Pass) bool {
	f := p.Template.Field("identifierValue")
	if f == nil || f.Level != templates.Bill {
		return false
	}
	var c customer
	event := p.Value("type")
	if event.Column < 0 {
		return c.named(event.Const)
	}
	return slices.ContainsFunc(p.Source.Sample(sampleRows), func(row []string) bool {
		return c.named(validate.Trim([]byte(row[event.Column])))
	})
}

// quoteArgument puts an argument in quotes where a shell needs them.
func quoteArgument(s string) string {
	if strings.ContainsAny(s, " \t$&;|<>()*?[]#~'\"\\`!") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// unnamed returns the fields of which one must name the customer, where the
// file has none.
func unnamed(p *validate.Pass) []string {
	for _, name := range p.Template.AtLeastOne {
		if p.Value(name).Given() || p.Computed(name) {
			return nil
		}
	}
	if id, ok := identityOf(p); ok && id.value.Given() {
		return nil
	}
	return p.Template.AtLeastOne
}
