package rules

import (
	"bytes"
	"slices"

	"github.com/connectplus/preflight/internal/decimal"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// SpreadsheetDamage reports values that a spreadsheet program destroyed.
var SpreadsheetDamage = register(validate.Rule{
	ID: "spreadsheet-damage", Title: "Value destroyed by a spreadsheet", Severity: validate.Error, Since: "0.1.0",
	Doc: `
A spreadsheet program changed the value: a long number became 9.19812E+11, a formula left
an error such as #N/A, a date became the number of its day. As a warning also: a number
that is shorter than the others of its column and may have lost its leading zeros.

The platform looks for a customer, coupon or bill of that text and finds none, or stores
the wrong one.

The lost digits are not in the file any more. Export again, with the column formatted as
text, and do not save the export from a spreadsheet.
`,
	Prevents: []string{"customer:1001", "card:3010", "coupon:702", "transaction-v2:602", "transaction:602"},
	Sources:  []string{salesCodes, customerCodes, cardCodes, couponCodes},
	Examples: []validate.Example{
		{Name: "a mobile as an exponent", Text: "billNumber,identifierType,identifierValue\nB1,mobile,9.19812E+11\n",
			Want: []string{`2:identifierValue: spreadsheet-damage: "9.19812E+11" is a number that a spreadsheet has shortened`}},
		{Name: "a formula's error", Text: "billNumber,billAmount\nB1,#REF!\n",
			Want: []string{`2:billAmount: spreadsheet-damage: "#REF!" is the error of a spreadsheet formula`}},
		{Name: "a date as a number", Text: "billNumber,billingDate\nB1,46346\n",
			Want: []string{`2:billingDate: spreadsheet-damage: "46346" is how a spreadsheet counts days, not a date`}},
		{Name: "codes that only resemble them", Text: "billNumber,note\n12E5,#42 thanks\n"},
	},
	Checks: []validate.Check{
		validate.Cell{
			Trust: validate.Worded | validate.Plain | validate.Calendar | validate.Listed,
			Rank:  validate.Damaged,
			Bind: func(_ *validate.Pass, c *validate.Column) *validate.CellCheck {
				if c.Field == nil {
					return damageCheck(validate.Warning, damage)
				}
				switch c.Field.Type {
				case templates.Decimal: // an exponent is number-format's business
					return damageCheck(0, formulaDamage)
				case templates.Date:
					if c.Layout == nil {
						return nil
					}
					return damageCheck(0, dateDamage(c.Layout))
				}
				return damageCheck(0, damage)
			},
		},
		validate.Cell{Rank: validate.Damaged, Bind: func(p *validate.Pass, c *validate.Column) *validate.CellCheck {
			width, ok := zeroPadded(p, c)
			if !ok {
				return nil
			}
			return &validate.CellCheck{
				Severity: validate.Warning,
				OK:       func(cell []byte) bool { return len(cell) >= width || cell[0] == '0' || !allDigits(cell) },
				Describe: func([]byte) validate.Detail {
					return validate.Detail{Message: "{value} is shorter than the " + words.Plural(int64(width), "digit") +
						" of the column, and may have lost its leading zeros"}
				},
			}
		}},
	},
})

func damageCheck(severity validate.Severity, what func([]byte) string) *validate.CellCheck {
	return &validate.CellCheck{
		Severity: severity,
		OK:       func(cell []byte) bool { return what(cell) == "" },
		Describe: func(cell []byte) validate.Detail { return validate.Detail{Message: "{value} is " + what(cell)} },
	}
}

// damage says what a spreadsheet made of a value, or "".
func damage(cell []byte) string {
	if shortened(cell) {
		return "a number that a spreadsheet has shortened"
	}
	return formulaDamage(cell)
}

// formulaErrors are what spreadsheet programs print for a failed formula, in
// English and German.
var formulaErrors = []string{
	"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
	"#NV", "#BEZUG!", "#WERT!", "#ZAHL!",
}

func formulaDamage(cell []byte) string {
	switch {
	case cell[0] != '#':
		return ""
	case slices.ContainsFunc(formulaErrors, func(e string) bool { return string(cell) == e }):
		return "the error of a spreadsheet formula"
	case len(cell) >= 4 && len(bytes.Trim(cell, "#")) == 0:
		return "what a spreadsheet shows where a column is too narrow"
	}
	return ""
}

// dateDamage judges a date column; cells that fit its layout are right.
func dateDamage(layout *templates.Layout) func([]byte) string {
	return func(cell []byte) string {
		if serialDay(cell) {
			if _, fit := layout.Parse(cell); fit != templates.Fits {
				return "how a spreadsheet counts days, not a date"
			}
		}
		return damage(cell)
	}
}

// serialDay reports whether a cell is a day as spreadsheets count them, from
// 1954 to 2064, with or without a time as its fraction.
func serialDay(cell []byte) bool {
	whole, fraction, found := bytes.Cut(cell, []byte("."))
	return len(whole) == 5 && allDigits(whole) && whole[0] >= '2' && whole[0] <= '5' && (!found || allDigits(fraction))
}

// shortened reports whether a cell is a number with an exponent as spreadsheets
// print it: 9.19812E+11.
func shortened(cell []byte) bool {
	e := bytes.LastIndex(cell, []byte("E+"))
	if e < 1 || len(cell)-e < 4 || len(cell)-e > 5 || !allDigits(cell[e+2:]) {
		return false
	}
	a, ok := decimal.Parse(cell[:e])
	if !ok { // the decimal comma of other countries
		a, ok = decimal.ParseComma(cell[:e])
	}
	before, _, _ := bytes.Cut(bytes.TrimPrefix(cell[:e], []byte("-")), []byte("."))
	before, _, _ = bytes.Cut(before, []byte(","))
	return ok && len(before) == 1 && !a.IsZero()
}

// zeroPadded returns how many digits the numbers of a column have, where the
// head of the file shows numbers of one length, some with leading zeros.
func zeroPadded(p *validate.Pass, c *validate.Column) (width int, ok bool) {
	f := c.Field
	if f == nil || !c.Key && !f.Has("text_not_number") {
		return 0, false
	}
	lengths, total, zeros := map[int]int{}, 0, false
	for _, row := range p.Source.Sample(sampleRows) {
		cell := validate.Trim([]byte(row[c.Index]))
		if len(cell) == 0 {
			continue
		}
		if !allDigits(cell) {
			return 0, false
		}
		total++
		lengths[len(cell)]++
		if lengths[len(cell)] > lengths[width] {
			width = len(cell)
		}
		zeros = zeros || cell[0] == '0'
	}
	const enough = 20 // cells; of fewer one outlier is more than a twentieth
	return width, zeros && total >= enough && lengths[width]*100 >= total*95
}
