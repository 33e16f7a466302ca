package rules

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// HeaderUnknown reports, in one line, the columns that carry no field.
var HeaderUnknown = register(validate.Rule{
	ID: "header-unknown", Title: "Column that carries no field", Severity: validate.Info, Since: "0.1.0",
	Doc: `
The template has no field for some columns, neither by name nor by a usual header.

The platform sends only what is mapped: the values of these columns do not arrive, unless
the dataflow maps them in a way of its own.

If a column is wanted, say which field it is with ` + "`--map HEADER=FIELD`" + `. Other columns may
stay.
`,
	Prevents: []string{"profile-information-missing"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "columns of the till", Text: "billNumber,billAmount,Zorp\nB1,10,x\n",
			Want: []string{"1: header-unknown: 1 column carries no field of the template: Zorp"}},
		{Name: "a template that knows more", Text: "billNumber,billAmount,Payment Mode\nB1,10,Cash\n",
			Want: []string{"1: header-unknown: 1 column carries no field of the template: Payment Mode"}},
		{Name: "every column is known", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		m := &p.Options.Mapping
		if p.Source.Empty || noHeader(p) || betterTemplate(p) != nil {
			return
		}
		var names []string
		hint := ""
		repeated := repeatedHeaders(p.Source.Header)
		for j, f := range m.Fields {
			if f != nil || repeated[j] >= 0 || usedInExpression(p, p.Source.Header[j]) || uuidColumn(p, p.Columns[j]) {
				continue
			}
			name := cleanHeader(p.Source.Header[j])
			if name == "" {
				name = "column " + strconv.Itoa(j+1) + " without a name"
			}
			if winner, ok := clash(m, j); ok {
				name += " (the field is taken from " + cleanHeader(p.Source.Header[winner]) + ")"
			}
			names = append(names, name)
			if field, ok := m.Suggest[j]; ok && hint == "" && !required(m, field) {
				hint = "if " + name + " is " + field + ", say --map " + quoteArgument(name+"="+field)
			}
		}
		if len(names) == 0 {
			return
		}
		verb := "carries"
		if len(names) > 1 {
			verb = "carry"
		}
		d := validate.Detail{
			Message: fmt.Sprintf("%s %s no field of the template: %s", words.Plural(int64(len(names)), "column"), verb, listed(names, 6)),
			Row:     headerRow(p.Source),
		}
		if id, more := knowsMore(p); more > 0 && hint == "" {
			hint = fmt.Sprintf("if the dataflow was made from %s, say -t %s: %d more would be known", id, id, more)
		}
		if hint != "" {
			d.Fix = &validate.Fix{Title: hint}
		}
		report(d)
	})},
})

// knowsMore returns the template that maps most columns of a file whose template
// was found by its header, and how many more than that one.
func knowsMore(p *validate.Pass) (id string, more int) {
	if p.Options.Chosen {
		return "", 0
	}
	o := templates.MapOptions{Const: p.Options.Const, Given: true}
	now := p.Options.Mapping.Mapped()
	for _, t := range templates.All() {
		if t.ByName || len(t.Roles) > 0 {
			continue
		}
		if m, err := t.Map(p.Source.Header, o); err == nil && len(m.Missing) <= len(p.Options.Mapping.Missing) && m.Mapped()-now > more {
			id, more = t.ID, m.Mapped()-now
		}
	}
	return id, more
}

// clash returns the 0-based column that has the field of column j instead.
func clash(m *templates.Mapping, j int) (winner int, ok bool) {
	for _, c := range m.Clashes {
		if c.Column == j {
			return c.Winner, true
		}
	}
	return 0, false
}

// required reports whether header-missing asks for a field, and says so.
func required(m *templates.Mapping, field string) bool {
	return slices.ContainsFunc(m.Missing, func(f *templates.Field) bool { return f.Name == field })
}
