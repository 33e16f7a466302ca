package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/expression"
	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// ExpressionCheck reports expressions of the mapping that the dataflow cannot
// compute, and cells that break them.
var ExpressionCheck = register(validate.Rule{
	ID: "expression-check", Title: "Expression of the mapping that cannot be computed", Severity: validate.Error, Since: "0.2.0", Needs: "the settings of the dataflow",
	Doc: `
An expression under ` + "`mapping:`" + ` is none of const{…}, exp{…}, hdr{…} and ${…}, has a brace,
bracket or quote without its partner, names a header that the file does not have, compares
text without quotes, or calculates with a cell that is blank or no plain number. A function
that the documents do not show is a warning: it may work.

The platform puts the cells into the expression as they stand. Where that gives no formula,
the rows are neither taken nor reported as errors, or arrive without the field.

Correct the expression in the dataflow and here. Text needs quotes, 'hdr{Mode}', and a number
has none; a column that may be blank needs a case of its own: 'hdr{A}' == '' ? 0 : …
`,
	Prevents: []string{"data-neither-processed-nor-rejected", "profile-information-missing"},
	Sources:  []string{guide, transformBlock},
	Examples: []validate.Example{
		{Name: "an operator too many", Text: "billNumber,Gross,Off\nB1,10,2\n", Expressions: map[string]string{"billAmount": "exp{hdr{Gross} - - }"},
			Want: []string{
				"expression-check: billAmount: nothing stands behind - (character 18 of \"exp{hdr{Gross} - - }\")",
				"1: header-unknown: 1 column carries no field of the template: Off",
			}},
		{Name: "a header that is not there", Text: "billNumber,Gross\nB1,10\n", Expressions: map[string]string{"billAmount": "exp{hdr{Gros} * 1}"},
			Want: []string{
				`expression-check: billAmount: no column is headed Gros; the nearest is Gross`,
				"1: header-unknown: 1 column carries no field of the template: Gross",
			}},
		{Name: "a cell that is no number", Text: "billNumber,Gross,Off\nB1,10,2\nB2,\"1,000\",2\nB3,10,\n",
			Expressions: map[string]string{"billAmount": "exp{hdr{Gross} - hdr{Off}}"},
			Want: []string{
				`3:Gross: expression-check: "1,000" is no plain number, and the expression of billAmount takes it as it stands`,
				"4:Off: expression-check: the cell is blank, and the expression of billAmount takes it as it stands",
			}},
		{Name: "sound expressions", Text: "billNumber,Gross,Off\nB1,10.50,2\n", Expressions: map[string]string{
			"billAmount": "exp{hdr{Gross} - hdr{Off}}", "source": "const{INSTORE}"}},
	},
	Checks: []validate.Check{
		validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
			for _, field := range slices.Sorted(maps.Keys(p.Options.Expressions)) {
				judgeExpression(p, field, report)
			}
		}),
		validate.Cell{Blanks: true, Rank: validate.Meaning, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			field := pastedInto(p, c)
			if field == "" {
				return nil
			}
			return &validate.CellCheck{
				OK: func([]byte) bool { return false },
				Describe: func([]byte) validate.Detail {
					return validate.Detail{Message: "the cell is blank, and the expression of " + field + " takes it as it stands"}
				},
			}
		}},
		validate.Cell{Trust: validate.Plain, Rank: validate.Meaning, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			field := pastedInto(p, c)
			if field == "" {
				return nil
			}
			return &validate.CellCheck{
				OK: func(cell []byte) bool {
					_, ok := decimal.Parse(cell)
					return ok || string(cell) == "true" || string(cell) == "false"
				},
				Describe: func([]byte) validate.Detail {
					return validate.Detail{Message: "{value} is no plain number, and the expression of " + field + " takes it as it stands"}
				},
			}
		}},
	},
})

// judgeExpression reports what is wrong with one expression.
func judgeExpression(p *validate.Pass, field string, report func(validate.Detail)) {
	text := p.Options.Expressions[field]
	e := expression.Parse(text)
	for _, problem := range e.Problems {
		d := validate.Detail{Message: field + ": " + problem.Message, Value: text}
		if problem.At > 0 {
			d.Message += fmt.Sprintf(" (character %d of {value})", problem.At)
		} else {
			d.Message += " ({value})"
		}
		if problem.Unsure {
			d.Severity = validate.Warning
		}
		report(d)
	}
	for _, use := range e.Headers {
		if slices.ContainsFunc(p.Columns, func(c *validate.Column) bool { return c.Header == use.Header }) || respelled(p, e) {
			continue
		}
		var headers []string
		for _, c := range p.Columns {
			headers = append(headers, c.Header)
		}
		d := validate.Detail{Message: field + ": no column is headed " + use.Header}
		if near := nearest.Of(templates.Fold(use.Header), folded(headers)); near != "" {
			name := headers[slices.Index(folded(headers), near)]
			d.Message += "; the nearest is " + name
			d.Fix = &validate.Fix{Title: "write hdr{" + name + "} if that is meant"}
		}
		report(d)
	}
}

// respelled reports whether an expression is a column that the file spells in
// another way, which is header-whitespace's business.
func respelled(p *validate.Pass, e *expression.Expression) bool {
	return e.Kind == expression.Header && slices.Contains(slices.Collect(maps.Values(p.Options.Mapping.Spelled)), e.Value)
}

func folded(names []string) (list []string) {
	for _, n := range names {
		list = append(list, templates.Fold(n))
	}
	return list
}

// expressions are the expressions of a dataflow, read once for all columns.
func expressions(p *validate.Pass) map[string]*expression.Expression {
	return validate.Shared(p, "expressions", func() map[string]*expression.Expression {
		parsed := map[string]*expression.Expression{}
		for field, text := range p.Options.Expressions {
			parsed[field] = expression.Parse(text)
		}
		return parsed
	})
}

// pastedInto returns the first field whose formula takes the cells of a column
// as they stand, without quotes; "": none does.
func pastedInto(p *validate.Pass, c *validate.Column) string {
	return usedBy(p, c.Header, func(u expression.Use) bool { return !u.Quoted })
}

// usedBy returns the first field whose expression names a header in a way that
// which chooses.
func usedBy(p *validate.Pass, header string, which func(expression.Use) bool) string {
	all := expressions(p)
	for _, field := range slices.Sorted(maps.Keys(all)) {
		for _, use := range all[field].Headers {
			if use.Header == strings.TrimSpace(header) && which(use) {
				return field
			}
		}
	}
	return ""
}

// usedInExpression reports whether some expression names a header, so that
// its column arrives in a field though it carries none itself.
func usedInExpression(p *validate.Pass, header string) bool {
	return usedBy(p, header, func(expression.Use) bool { return true }) != ""
}
